"""Whether an answer holds together: what it says of its question, and then denies in the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.conflict.concepts import CONCEPTS, stem
from ftq_spark.kernels.conflict.words import NUMBER_WORDS
from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import DIGIT, LETTER
from ftq_spark.kernels.text.tokens import Tokens, hashes
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal, suspects

_DENIES = expression("coherence", "negators", r"\b{}\b|n['’]t\b")
_NEGATED = re.compile(_DENIES)
_WEIGHS = re.compile(expression("coherence", "weighs", r"[?\"“”:]|\b{}\b"))
_OPENING = re.compile(expression("coherence", "openings", r"^\W*{}\b[,.]?\s*"))
_NO_PROSE = r"```|[{}=<>]|(?m:^\s*(?:[-*+•|#>]|\d+[.)]))"
_SENTENCE = re.compile(r"[^.!?\n]+[.!]")
_SENTENCES = r"(?s)[^.!?\n][.!].*[^.!?\n][.!]"  # two at least
_WORD = re.compile(r"[^\W_]+")
_COMPARES = frozenset({"compare", "comparison", "difference", "differ", "versus"})
_NEGATORS = frozenset({"never", "no", "not"})
MIN_WORDS, MAX_WORDS = 4, 25
MAX_SENTENCES = 40
ENDING = 100  # characters in which the last two words of a sentence stand
LONGEST = 500  # characters: in a long text what is said and denied may be of two things
_ENDS = tuple(map(ord, ".!?\n"))  # of sentences
OF_THE_QUESTION = 0.5  # of the longer words of a sentence, from which it answers the question


class Said(NamedTuple):
    """A sentence as it is compared."""

    words: tuple[str, ...]  # lower-cased, without negators
    denied: int | None  # before which of the words a negator stands; None where there is none


def denies_itself(question: str, answer: str) -> bool:
    """Does one sentence say what another one denies word by word, both of what the question asks?"""
    asked = frozenset(_WORD.findall(question.lower()))
    sentences = _SENTENCE.findall(answer)[:MAX_SENTENCES]
    denials = [sentence for sentence in sentences if _NEGATED.search(sentence)]
    if not denials or len(denials) == len(sentences):
        return False
    denied = [one for one in map(_read, denials) if one and _is_asked(one, asked)]
    if not denied:
        return False
    said = [one for one in map(_read, set(sentences) - set(denials)) if one and _is_asked(one, asked)]
    return any(_opposed(*sorted(pair, key=lambda one: len(one.words))) for pair in product(denied, said))


def gives_two_values(question: str, answer: str) -> bool:
    """Do two sentences on what is asked differ in nothing but one number, or in one word and its opposite?"""
    sentences = list(dict.fromkeys(_SENTENCE.findall(answer)[:MAX_SENTENCES]))
    if not _end_alike(sentences):
        return False
    asked = frozenset(_WORD.findall(question.lower()))
    if not asked.isdisjoint(_COMPARES):
        return False
    affirmed = [sentence for sentence in sentences if not _NEGATED.search(sentence)]
    said = [one.words for one in map(_read, affirmed) if one and _is_asked(one, asked)]
    for one, other in combinations(said, 2):
        differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
        if len(one) == len(other) and len(differing) == 1 and _are_values(*differing[0]):
            return True
    return False


def _end_alike(sentences: Sequence[str]) -> bool:
    """Have two sentences the same last word, or the same before it? Else they differ in more than one."""
    seen: set[tuple[int, str]] = set()
    for sentence in sentences:
        ends = set(enumerate(_WORD.findall(sentence[-ENDING:].lower())[-2:]))
        if not seen.isdisjoint(ends):
            return True
        seen |= ends
    return False


def _are_values(one: str, other: str) -> bool:
    """Are two words numbers, or opposites of each other?"""
    if all(word.isdigit() or word in NUMBER_WORDS for word in (one, other)):
        return True
    (mine, sign), (others, sign_of_other) = (CONCEPTS.get(stem(word), ("", 0)) for word in (one, other))
    return bool(mine) and mine == others and sign != sign_of_other


def _read(sentence: str) -> Said | None:
    if _WEIGHS.search(sentence):
        return None
    plain = _OPENING.sub("", sentence.lower()).replace("cannot", "can not").replace("can't", "can not")
    words = _WORD.findall(re.sub(r"n['’]t\b", " not", plain))
    places = [i for i, word in enumerate(words) if word in _NEGATORS]
    if len(places) > 1 or not MIN_WORDS <= len(words) - len(places) <= MAX_WORDS:
        return None
    return Said(tuple(word for word in words if word not in _NEGATORS), places[0] if places else None)


def _is_asked(said: Said, asked: frozenset[str]) -> bool:
    told = [word for word in said.words if len(word) > 3]
    return bool(told) and sum(word in asked for word in told) >= OF_THE_QUESTION * len(told)


def _opposed(short: Said, long: Said) -> bool:
    """Is one the beginning of the other, but for a negator in what they share?"""
    if (short.denied is None) == (long.denied is None) or long.words[: len(short.words)] != short.words:
        return False
    return long.denied is None or long.denied < len(short.words)


@suspects("self_contradiction")
def _may_deny(batch: Batch) -> NDArray[np.bool_]:
    """Short prose of several sentences."""
    short = pc.less_equal(pc.utf8_length(batch.array("response")), LONGEST).to_numpy(zero_copy_only=False)
    found = batch.matches_among("response", _SENTENCES, short)
    return found & ~batch.matches_among("response", _NO_PROSE, found)


def _words(batch: Batch) -> Tokens:
    """The words that :data:`_WORD` finds in each answer in lower case."""
    classes, text = batch.character_classes("response"), batch.text("response")
    codes = batch.tokens("response").codes
    codes = np.where(codes == ord("ς"), np.uint32(ord("σ")), codes)  # which is what Σ is in lower case, but at an end
    inside = np.zeros(len(codes) + 1, dtype=bool)
    inside[:-1] = (classes == LETTER) | (classes == DIGIT)
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    begins[text.offsets] = inside[text.offsets]
    last = inside[:-1] & (~inside[1:] | begins[1:])
    starts = np.flatnonzero(begins)
    return Tokens(codes, text.offsets, starts, np.flatnonzero(last) + 1, np.searchsorted(starts, text.offsets))


def _may_differ(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers of which two sentences may be the same but for one word, or but for what denies.

    Two words that stand beside each other stand so again; and one denies, or two end alike: in the last word or the one
    before it.
    """
    words = _words(batch)
    values, owners = hashes(words), ngrams.token_owners(words.token_offsets)
    sentences = np.searchsorted(np.flatnonzero(np.isin(words.codes, _ENDS)), words.starts) + owners
    last = np.flatnonzero(np.diff(sentences, append=-1))
    before_last = last[(last > 0) & (sentences[last - 1] == sentences[last])] - 1
    found = batch.matches("response", _DENIES)
    for place in (last, before_last):
        found |= _repeats(values[place], np.searchsorted(place, words.token_offsets), 1)
    found &= _repeats(values, words.token_offsets, 2)
    return found | batch.holds("response", "İ")  # which is two characters in lower case, and no word


def _repeats(values: NDArray[np.uint64], offsets: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """(n,) texts with an n-gram that stands twice in them."""
    found = np.zeros(len(offsets) - 1, dtype=bool)
    found[ngrams.texts_that_repeat(ngrams.grams(values, offsets, n))] = True
    return found


@signal(
    "self_contradiction",
    version=2,
    range=(0, 1),
    reads=("response", "question"),
    summary="1 where prose says of what is asked one thing in one sentence and denies it in another, word by word, "
    "or gives another number or the opposite there.",
)
def self_contradiction(batch: Batch) -> NDArray[np.float64]:
    found = np.zeros(batch.n)
    places = np.flatnonzero(_may_deny(batch))
    places = places[_may_differ(batch.at(places, ("response",)))]
    some = batch.at(places, ("response", "question"))
    for i, question, answer in zip(places, some.strings("question"), some.strings("response"), strict=True):
        found[i] = denies_itself(question, answer) or gives_two_values(question, answer)
    return found

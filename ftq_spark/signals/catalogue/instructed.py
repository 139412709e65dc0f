"""Whether an answer has the form that its system prompt asks of every answer in so many words."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.languages import LANGUAGES, UNKNOWN
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue import fulfilment
from ftq_spark.signals.catalogue.language import MISMATCH_WORDS, NO_LANGUAGE, evident, language_codes
from ftq_spark.signals.catalogue.refusal import evades
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal

_FORMS = ("json", "words", "sentences", "one_word", "yes_or_no", "no_markup", "no_lists")
_ASKED_LANGUAGES = ("de", "en", "es", "fr", "it", "pt")
_ANY = any_of(expression("instructed", name) for name in (*_FORMS, *_ASKED_LANGUAGES))
_PATTERNS = {name: re.compile(expression("instructed", name)) for name in (*_FORMS, *_ASKED_LANGUAGES)}
_CONDITIONS = re.compile(expression("instructed", "conditions", r"\b{}\b"))
_ANSWERING = re.compile(expression("instructed", "answering"))
_PARTS = re.compile(expression("instructed", "parts"))
_OF_THE_USER = re.compile(expression("instructed", "of_the_user"))
_DEFINITIONS = re.compile(r"(?:^|\n)\s*[\[{]\s*[\"{]")  # of tools, behind what the system says
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_SENTENCES = {"a single": 1, "one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3}
_N_SENTENCES = re.compile(r"(?i)\b(a single|one|two|three|[123])(?: short| full| complete)? sentences?\b")
_LIST_LINE = re.compile(r"(?m)^\s*(?:[-*•+]|\d{1,2}[.)])\s+\S")
_MARKUP = re.compile(r"(?m)^#{1,6}\s+\S|\*\*[^*\n]+\*\*|^\s*\|.*\|\s*$|^\s*[-*+]\s+\S.*\n\s*[-*+]\s+\S")
MAX_PROMPT = 4000  # characters; a longer system prompt speaks of many things
WORDS_OF_ONE, WORDS_OF_YES = 5, 8  # more are neither one word nor a yes
LIST_LINES = 2
EVIDENT_WORDS = 3  # function words of a language by which an answer is in it


class _Wanted(NamedTuple):
    """What a system prompt asks of every answer."""

    forms: frozenset[str]
    words: int | None
    sentences: int | None
    language: int  # place in LANGUAGES, UNKNOWN for none


@functools.lru_cache(maxsize=1024)
def _wanted(context: str) -> _Wanted:
    """Read a system prompt, sentence by sentence; what holds on a condition is left out."""
    said = _DEFINITIONS.split(context, maxsplit=1)[0]
    forms: set[str] = set()
    languages: set[str] = set()
    words = sentences = None
    for sentence in _SENTENCE.split(said[:MAX_PROMPT]) if len(said) <= MAX_PROMPT else ():
        if _CONDITIONS.search(sentence.lower()):
            continue
        found = {name: match for name in _FORMS if (match := _PATTERNS[name].search(sentence)) is not None}
        forms |= found.keys()
        if "words" in found and _ANSWERING.search(sentence) and not _PARTS.search(sentence):
            words = next(int(number) for number in found["words"].groups() if number)
        if "sentences" in found:
            number = _N_SENTENCES.search(sentence)
            sentences = _SENTENCES[number[1].lower()] if number else None
        if not _OF_THE_USER.search(sentence):
            languages |= {code for code in _ASKED_LANGUAGES if _PATTERNS[code].search(sentence)}
    language = LANGUAGES.index(languages.pop()) if len(languages) == 1 else UNKNOWN
    return _Wanted(frozenset(forms), words, sentences, language)


def _misses(wanted: _Wanted, answer: str, n_words: float, *, may_be_json: bool, says_yes_or_no: bool) -> bool:
    forms = wanted.forms
    return (
        ("json" in forms and not may_be_json)
        or (wanted.words is not None and n_words > 1.5 * wanted.words + 5)
        or (wanted.sentences is not None and fulfilment.sentences(answer) >= wanted.sentences + 2)
        or ("one_word" in forms and n_words > WORDS_OF_ONE)
        or ("yes_or_no" in forms and n_words > WORDS_OF_YES and not says_yes_or_no)
        or ("no_markup" in forms and _MARKUP.search(answer) is not None)
        or ("no_lists" in forms and len(_LIST_LINE.findall(answer)) >= LIST_LINES)
    )


@signal(
    "system_form_missed",
    version=2,
    range=(0, 1),
    reads=("response", "question", "context"),
    summary="1 where the answer has not the form that the system prompt asks of every answer: JSON alone, so many "
    "words or sentences, yes or no, no markup, a language; 0 where it declines or the question asks for a form.",
)
def system_form_missed(batch: Batch) -> NDArray[np.float64]:
    found = np.zeros(batch.n)
    places = np.flatnonzero(batch.matches("context", _ANY))
    if not len(places):
        return found
    some = batch.at(places, ("response", "question", "context"))
    own = fulfilment.asks_for_any(some) | evades(some)
    words, codes = some.n_comparable_words("response"), language_codes(some, "response")
    is_json, is_yes = (some.matches("response", pattern) for pattern in (fulfilment.JSON_VALUE, fulfilment.YES_OR_NO))
    told = ~some.matches("response", NO_LANGUAGE) & (words >= MISMATCH_WORDS) & (codes != UNKNOWN)
    for i, answer in enumerate(some.strings("response")):
        wanted = _wanted(some.strings("context")[i])
        if own[i] or not re.search(r"\w", answer):
            continue
        other = told[i] and wanted.language not in (UNKNOWN, codes[i])
        other = other and evident(answer, LANGUAGES[codes[i]], LANGUAGES[wanted.language], EVIDENT_WORDS)
        missed = _misses(wanted, answer, words[i], may_be_json=is_json[i], says_yes_or_no=is_yes[i])
        found[places[i]] = missed or other
    return found

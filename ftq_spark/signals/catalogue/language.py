"""The language of the answer, and whether it is the one that was asked in."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.languages import (
    FUNCTION_WORDS,
    LANGUAGES,
    UNKNOWN,
    function_words,
    identify,
    may_be_elsewhere,
)
from ftq_spark.kernels.text.tokens import of_texts
from ftq_spark.signals.batch import Batch, Pairs
from ftq_spark.signals.catalogue.form import filled_lines
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects_of_pairs

_IN_ENGLISH = expression("asked", "in_english")
_BUT_ENGLISH = expression("asked", "but_english", r"\b{}\b")
_ANOTHER = expression("asked", "language")
# Languages in which an answer may be asked for in so many words; English has more ways, above.
_WISHES = {
    LANGUAGES.index(code): expression("asked", f"wished_{code}")
    for code in ("ar", "de", "es", "fr", "hi", "it", "ja", "ko", "nl", "pt", "ru", "zh")
}
_ANY_WISH = any_of(_WISHES.values())
# Where the answer's language is sure but for its nearest kin, "Chinese food" asks for none of these.
_KIN = {"germanic": ("de", "nl", "sv", "da"), "romance": ("fr", "es", "pt", "it", "ro"), "slavic": ("pl", "cs")}
_ASKS_FOR = {code: expression("asked", f"language_{kin}") for kin, codes in _KIN.items() for code in codes}


def language_codes(batch: Batch, column: str) -> NDArray[np.int64]:
    """(n,) positions in LANGUAGES, UNKNOWN where the text does not say."""
    return batch.feature("language", column, lambda: identify(batch.tokens(column), batch.hashes(column)))


def is_english(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers in English."""
    found: NDArray[np.bool_] = language_codes(batch, "response") == LANGUAGES.index("en")
    return found


@signal(
    "language",
    version=1,
    range=(0, len(LANGUAGES) - 1),
    reads=("response",),
    summary="Language of the answer: 0 "
    + ", ".join(f"{i} {name}" for i, name in enumerate(LANGUAGES))[2:]
    + "; NaN unknown.",
)
def language(batch: Batch) -> NDArray[np.float64]:
    codes = language_codes(batch, "response")
    return np.where(codes == UNKNOWN, np.nan, codes)


# Code, formulas, lists of names: no language.
NO_LANGUAGE = (
    r"```|[{}<>\\=|]|(?m:;\s*$)|->|→|\w\(\w*\)|\p{Nd}\s*[+*/=]"
    r"|(?m:^\s*(?:SELECT|FROM|def|import|function|public|class|return)\b)"
)
MISMATCH_WORDS = 12
_LABELLED_LINE = r"(?m)^\p{L}[\p{L}\p{N} _/-]{1,30}[:：][^\S\n]+\S"  # a field of a record, with what it holds
MIN_LABELLED, LABELLED_SHARE = 4, 0.4
TITLE_WORDS = 8  # a question of no more, beside a system prompt that says what to do with it, may be a title
_QUOTES = " \t\n.\"'“”„«»‘’"
_TELLING_WORDS = 2  # function words of a short question by which its language is taken
_ENGLISH = LANGUAGES.index("en")
_LATIN = 0x24F  # the last letter of Latin Extended-B
_MORE_LATIN = range(0x1E00, 0x1F00)  # Latin Extended Additional, as of Vietnamese
_OF_ONE_SCRIPT = (frozenset({"ru", "uk", "bg"}), frozenset({"ar", "fa", "ur"}), frozenset({"hi", "mr"}))
_WORD = re.compile(r"[^\W\d_]+")


@suspects_of_pairs("language_mismatch")
def _may_mismatch(pairs: Pairs) -> NDArray[np.bool_]:
    """Languages are told of the few pairs alone of which one text may be in another language than English."""
    found = np.zeros(len(pairs.answer), dtype=bool)
    answers, questions = pairs.answers, pairs.questions
    asks = _may_be_elsewhere(questions, "question") | questions.matches("question", _ANY_WISH)
    may = _may_be_elsewhere(answers, "response")[pairs.answer] | asks[pairs.question]
    places = np.flatnonzero(may & (answers.n_tokens("response") >= MISMATCH_WORDS)[pairs.answer])
    if len(places):
        found[places] = _mismatches(pairs.at(places))
    return found


def _may_be_elsewhere(batch: Batch, column: str) -> NDArray[np.bool_]:
    return may_be_elsewhere(batch.tokens(column), batch.hashes(column))


def _mismatches(pairs: Pairs) -> NDArray[np.bool_]:
    def of(batch: Batch, column: str, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        codes = np.full(batch.n, UNKNOWN)
        codes[chosen] = identify(*of_texts(batch.tokens(column), batch.hashes(column), np.flatnonzero(chosen)))
        return codes

    batch = pairs.answers
    long = batch.n_comparable_words("response") >= MISMATCH_WORDS
    long[long] = ~batch.at(np.flatnonzero(long), ("response",)).matches("response", NO_LANGUAGE)
    answer = of(batch, "response", long)[pairs.answer]
    asked = np.zeros(pairs.questions.n, dtype=bool)
    asked[pairs.question[answer != UNKNOWN]] = True
    question = of(pairs.questions, "question", asked)[pairs.question]
    differs: NDArray[np.bool_] = (answer != UNKNOWN) & (question != UNKNOWN) & (question != answer)
    unclear = np.flatnonzero((answer != UNKNOWN) & (question == UNKNOWN) & (answer != _ENGLISH))
    leaning = _leans_elsewhere(pairs.questions, pairs.question[unclear], answer[unclear])
    wished = pairs.questions.at(pairs.question[unclear], ("question",)).matches("question", _IN_ENGLISH)
    wishes = np.full(pairs.questions.n, UNKNOWN)
    wishes[asked] = _wished(pairs.questions.at(np.flatnonzero(asked), ("question",)))
    wish = wishes[pairs.question]
    differs |= (answer != UNKNOWN) & (wish != UNKNOWN) & (wish != answer)
    differs[unclear] |= (leaning.own == 0) | (leaning.most > 0) | wished
    return differs


def _wished(batch: Batch) -> NDArray[np.int64]:
    """(n,) the one language other than English that a question wants its answer in, in so many words; else UNKNOWN."""
    found = np.full(batch.n, UNKNOWN)
    places = np.flatnonzero(batch.matches("question", _ANY_WISH))
    if len(places):
        some = batch.at(places, ("question",))
        wishes = np.array([some.matches("question", pattern) for pattern in _WISHES.values()])
        codes = np.array(list(_WISHES))[wishes.argmax(axis=0)]
        found[places] = np.where(wishes.sum(axis=0) == 1, codes, UNKNOWN)
    return found


class Leaning(NamedTuple):
    """What short questions hold of other languages than their answers'."""

    most: NDArray[np.int64]  # (k,) function words of the language with most of them; 0 where it has not more than …
    own: NDArray[np.int64]  # (k,) … the answer's


def _leans_elsewhere(questions: Batch, places: NDArray[np.int64], answer: NDArray[np.int64]) -> Leaning:
    """Of the questions at `places`, each beside the language of its answer."""
    distinct, back = np.unique(places, return_inverse=True)
    counts = function_words(*of_texts(questions.tokens("question"), questions.hashes("question"), distinct))[back]
    listed = np.minimum(answer, counts.shape[1] - 1)
    own = np.where(answer < counts.shape[1], counts[np.arange(len(back)), listed], 0)
    most = counts.max(axis=1, initial=0)
    return Leaning(np.where(most > own, most, 0), own)


@signal(
    "language_mismatch",
    version=11,
    range=(0, 1),
    reads=("response", "question", "prompt", "context"),
    summary="1 where question and answer are in different languages, and none is asked for; NaN if unknown. A short "
    "question counts by its few words and by what was said before.",
    source="datatrove; Data-Juicer",
)
def language_mismatch(batch: Batch) -> NDArray[np.float64]:
    answer, question = language_codes(batch, "response"), language_codes(batch, "question")
    known = (answer != UNKNOWN) & (question != UNKNOWN)
    prose = ~batch.matches("response", NO_LANGUAGE) & (batch.n_comparable_words("response") >= MISMATCH_WORDS)
    unclear = np.flatnonzero(prose & (answer != UNKNOWN) & (question == UNKNOWN) & (answer != _ENGLISH))
    known[unclear[_is_elsewhere(batch, unclear, answer[unclear])]] = True
    differ = (answer != question) & prose & known
    differ[differ] = ~_is_asked(batch.at(np.flatnonzero(differ), ("prompt", "question")), answer[differ])
    differ[differ] = ~_is_given(batch.at(np.flatnonzero(differ), ("response", "question", "context")))
    # A question that holds words of another script may be about them, and want a sentence with them.
    mixed = batch.matches("question", r"\p{Latin}{2,}")
    mixed &= batch.matches("question", r"[\p{Han}\p{Arabic}\p{Cyrillic}\p{Devanagari}\p{Hiragana}\p{Hangul}\p{Thai}]")
    found = known & differ & ~mixed
    wish = _wished(batch)
    broken = prose & (answer != UNKNOWN) & (wish != UNKNOWN) & (wish != answer)
    known |= broken
    found |= broken
    for i in np.flatnonzero(found):
        if batch.strings("response")[i].strip(_QUOTES) in batch.strings("prompt")[i]:
            found[i] = False  # it is quoted from what was asked about
            continue
        asked_in = "" if question[i] == UNKNOWN or broken[i] else LANGUAGES[question[i]]
        said = batch.strings("response")[i]
        found[i] = evident(said, LANGUAGES[answer[i]], asked_in, _TELLING_WORDS + 1)
        if found[i] and asked_in:
            if asked_in != "en" or not _is_beyond_latin(said):
                kin = any({asked_in, LANGUAGES[answer[i]]} <= set(codes) for codes in _KIN.values())
                enough = _TELLING_WORDS + kin
                found[i] = evident(batch.strings("question")[i], asked_in, LANGUAGES[answer[i]], enough)
            found[i] &= not _is_mixed(said, LANGUAGES[answer[i]], asked_in)
            found[i] &= not _is_framed(said, LANGUAGES[answer[i]], asked_in)
    return np.where(known, found, np.nan)


def _is_asked(batch: Batch, answer: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) prompts that speak of the language of the answer, or of languages; who wants English wants no other."""
    found = np.zeros(batch.n, dtype=bool)
    for code in np.unique(answer).tolist():
        found |= (answer == code) & batch.matches("prompt", _ASKS_FOR.get(LANGUAGES[code], _ANOTHER))
    wished = (answer != _ENGLISH) & batch.matches("question", _IN_ENGLISH)
    found &= ~wished | batch.matches("prompt", _BUT_ENGLISH)
    return found


def _is_given(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers that are records, whose fields are quoted, and those to titles beside a system prompt."""
    labelled = batch.counts("response", _LABELLED_LINE)
    record = (labelled >= MIN_LABELLED) & (labelled >= LABELLED_SHARE * filled_lines(batch))
    title = batch.matches("context", r"\S") & (batch.n_tokens("question") <= TITLE_WORDS)
    found: NDArray[np.bool_] = record | (title & ~batch.matches("question", r"[?？؟]"))
    return found


def _is_elsewhere(batch: Batch, places: NDArray[np.int64], answer: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(k,) short questions of another language than their answers: what was said before says so, or two words do.

    So does the wish for an answer in English: no answer at `places` is in it.
    """
    leaning = _leans_elsewhere(batch, places, answer)
    context = language_codes(batch.at(places, ("prompt",)), "prompt")
    by_context: NDArray[np.bool_] = (leaning.own == 0) | (leaning.most > 0)
    by_context &= (context != UNKNOWN) & (context != answer) & (batch.n_tokens("question")[places] > 0)
    for i in np.flatnonzero(by_context):
        said, (theirs, mine) = batch.strings("prompt")[places[i]], (LANGUAGES[code] for code in (context[i], answer[i]))
        by_context[i] = evident(said, theirs, mine, _TELLING_WORDS + 1) and not _is_mixed(said, theirs, mine)
    by_words = (context == UNKNOWN) & (leaning.most >= _TELLING_WORDS) & (leaning.own == 0)
    for i in np.flatnonzero(by_words):
        said = _WORD.findall(batch.strings("question")[places[i]].lower())
        words = {word for word in said if len(word) > 1}  # "i", "o": words of many languages
        by_words[i] = any(
            len((words | ({"a"} & set(said)) if code == "en" else words).intersection(own.split())) >= _TELLING_WORDS
            for code, own in FUNCTION_WORDS.items()
        )
    by_wish = batch.at(places, ("question",)).matches("question", _IN_ENGLISH)
    found: NDArray[np.bool_] = by_context | by_words | by_wish
    return found


def evident(text: str, language: str, other: str, n_words: int) -> bool:
    """Does a text hold so many function words of its language that neither English nor the `other` one has?

    Letters of another script than Latin do, unless both languages are written in them. Lists of names and labels are
    taken for some other language by chance.
    """
    if not FUNCTION_WORDS.get(language):
        return True
    beyond = _is_beyond_latin(FUNCTION_WORDS[language]) and _is_beyond_latin(text)
    shared = any({language, other} <= kin for kin in _OF_ONE_SCRIPT)
    return (beyond and not shared) or len(_own_words(text, language, other)) >= n_words


def _is_beyond_latin(text: str) -> bool:
    return any(ord(char) > _LATIN and char.isalpha() and ord(char) not in _MORE_LATIN for char in text)


def _own_words(text: str, language: str, other: str) -> set[str]:
    """The function words of a language in a text that are not the other language's nor, but for it, English."""
    own = set(FUNCTION_WORDS[language].split()) - set(FUNCTION_WORDS.get(other, "").split())
    if language != "en":
        own -= set(FUNCTION_WORDS["en"].split())
    return {word for word in set(_WORD.findall(text.lower())) & own if len(word) > 1}


def _is_framed(text: str, language: str, other: str) -> bool:
    """Is a text led in and out by the other language: what is asked for is a song, a letter or a passage in the first?

    By its first line and its last one.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) <= 2 or not (FUNCTION_WORDS.get(language) and FUNCTION_WORDS.get(other)):
        return False
    ends = (lines[0], lines[-1])
    return all(len(_own_words(end, other, language)) > len(_own_words(end, language, other)) + 1 for end in ends)


def _is_mixed(text: str, language: str, other: str) -> bool:
    """Is a good part of a text in the other language: what is told in one, and quoted in the other?"""
    if not (FUNCTION_WORDS.get(language) and FUNCTION_WORDS.get(other)):
        return False
    return 2 * len(_own_words(text, other, language)) >= len(_own_words(text, language, other))

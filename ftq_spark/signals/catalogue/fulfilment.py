"""Whether an answer has the form and the extent that the question asks for in so many words."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch, Pairs
from ftq_spark.signals.catalogue.refusal import refusal, safe_refusal
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects_of_pairs

_READ = ("response", "question", "prompt", "context", "rejected")
_FORMS = ("json", "one_sentence", "one_word", "yes_or_no", "table", "code")
_ASKED = {form: expression("wished_form", form) for form in _FORMS}
_COUNTED = expression("wished_form", "counted")
_ENOUGH = expression("wished_form", "enough")
_NUMBER = re.compile(expression("wished_form", "number", r"\b{}\b$"))
_NUMBERS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
            "fifteen": 15, "twenty": 20}  # fmt: skip
_NO_ITEMS = re.compile(expression("wished_form", "no_items"))
_PARTS = re.compile(r"[\n,;:/|•?!]|\.\s|\band\b|\bor\b|&|、|，|(?m:^\s*\d+[.)])")
_LIMIT = re.compile(expression("wished_form", "limit"))
_LENGTH = re.compile(expression("wished_form", "length"))
_TRANSLATE = expression("wished_form", "translate")
_WORD = re.compile(r"\w+")
COPIED_WORDS, COPIED = 5, 0.6
_HOW_MANY = re.compile(r"(?i)\bhow (?:long|many|much)\b")  # a problem that speaks of an essay
_ANY_LENGTH = r"(?i)\b\d{1,4}[- ]words?\b"
_IS_TABLE = r"(?i)\||\t|<table|tabular|[┌─│┃]|\+-|\S {3,}\S|(?:[^\n]*,[^\n]*,[^\n]*\n){2}"
LONG_QUESTION = 60  # words: among so many a task may speak of code and ask for something else
_IS_CODE = r"[(){};=<>]|```|\b(?:SELECT|echo|print)\b"
_YES_OR_NO = r"(?i)^\W*(?:yes|no)\b"


def _sentences(text: str) -> int:
    return len([part for part in re.split(r"[.!?。！？]+(?:\s|$)", text) if re.search(r"\w{2}", part)])


def missed_number(question: str, answer: str) -> bool:
    """Are fewer things named than the question asks for? What may be one counts: the parts between any marks."""
    found = re.search(_COUNTED, question)
    number = _NUMBER.search(found[0]) if found is not None else None
    if found is None or number is None or re.search(_ENOUGH, question) or _NO_ITEMS.match(question[found.end() :]):
        return False
    wanted = _NUMBERS.get(number[0].lower()) or int(number[0])
    return len([part for part in _PARTS.split(answer) if re.search(r"\w", part)]) < wanted


def missed_length(question: str, answer: str) -> bool:
    """Is an answer half as long again as a limit in words, or less than a third of a length that is named?"""
    words = len(answer.split())
    if _HOW_MANY.search(question):
        return False
    if (limit := _LIMIT.search(question)) is not None:
        return words > 1.5 * int(limit[1]) + 5
    length = _LENGTH.search(question)
    return length is not None and int(length[1]) >= 50 and words < int(length[1]) / 3


def untranslated(question: str, answer: str) -> bool:
    """Is an answer made of the words of a question that wants them in another language than English?"""
    if not re.search(_TRANSLATE, question):
        return False
    said = _WORD.findall(answer.lower())
    return len(said) >= COPIED_WORDS and len(
        [word for word in said if word in set(_WORD.findall(question.lower()))]
    ) >= (COPIED * len(said))


@suspects_of_pairs("form_missed")
def _may_miss(pairs: Pairs) -> NDArray[np.bool_]:
    asked = pairs.questions.matches("question", any_of((*_ASKED.values(), _COUNTED, _ANY_LENGTH, _TRANSLATE)))
    return asked[pairs.question]


@signal(
    "form_missed",
    version=3,
    range=(0, 1),
    reads=_READ,
    summary="1 where the answer has not the form that is asked for: JSON, a table, code, one word or sentence, yes or "
    "no, so many items, about so many words, a translation; 0 where it declines.",
)
def form_missed(batch: Batch) -> NDArray[np.float64]:
    found = np.zeros(batch.n, dtype=bool)
    places = np.flatnonzero(batch.matches("question", any_of((*_ASKED.values(), _COUNTED, _ANY_LENGTH, _TRANSLATE))))
    if not len(places):
        return found.astype(np.float64)
    some = batch.at(places, ("response", "question"))
    words = some.n_comparable_words("response")
    asked = {form: some.matches("question", pattern) for form, pattern in _ASKED.items()}
    missed = asked["json"] & ~some.matches("response", r"[{\[]")
    missed |= asked["table"] & ~some.matches("response", _IS_TABLE)
    missed |= asked["code"] & (some.n_tokens("question") <= LONG_QUESTION) & ~some.matches("response", _IS_CODE)
    missed |= asked["one_word"] & (words > 5)
    missed |= asked["yes_or_no"] & ~some.matches("response", _YES_OR_NO) & (words > 8)
    strings = list(zip(some.strings("question"), some.strings("response"), strict=True))
    for i, (question, answer) in enumerate(strings):
        if not missed[i]:
            long = asked["one_sentence"][i] and _sentences(answer) >= 4
            missed[i] = bool(long) or missed_number(question, answer) or missed_length(question, answer)
            missed[i] |= untranslated(question, answer)
    found[places] = missed & some.matches("response", r"\w")
    places = np.flatnonzero(found)
    if len(places):  # an answer that declines has no form to keep
        some = batch.at(places, _READ)
        found[places] = (some.value(refusal) < 0.5) & ~(some.value(safe_refusal) >= 0.5)
    return found.astype(np.float64)

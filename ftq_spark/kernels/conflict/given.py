"""Two answers that each take another of the things that one question gives: a class of a list, a value of a text."""

from __future__ import annotations

import ast
import functools
import json
import re

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.words import pattern

MAX_TAKEN_CHARS = 40  # of an answer that is one of a list
MAX_PRINTED_CHARS = 120  # of an answer that is what a program prints
MAX_LABEL_WORDS = 4
ORDER_CHARS = 300  # at either end of a question, in which a label is asked for
MAX_FIELDS_CHARS = 2000
_EDGES = " \t\n.:;!\"'`*()[]"
# Between two items of a list: other items of at most three words, each behind a comma, a bar, an "or".
_BETWEEN = re.compile(
    r"(?:\s*(?:,|/|;|\||\n|\bor\b|\band\b|-(?=\s))\s*(?:[\w'+-]+(?:[ ]?[\w'+-]+){0,2})?)+\s*", re.IGNORECASE
)
PREFERS = pattern("kinds", "prefers", r"\b{}\b")
_CHOOSES = pattern("kinds", "chooses", r"\b{}\b")
ORDER_STARTS = r"(?:^|[.:!?;\n]['\")\]]*\s*)(?:(?:please|then|and|you (?:must|should|will)|your (?:job|task) is to) )?"
_LABELLING = pattern("kinds", "labelling", ORDER_STARTS + "{}")
_ASKS_OUTPUT = re.compile(
    r"==\s*\?\?|\bpredict the output\b|"
    r"\bwhat (?:is|does|do|will|would)\b[^.?!\n]{0,60}\b(?:output|printe?d?|returne?d?)\b",
    re.IGNORECASE,
)
_HOLDS_CODE = re.compile(r"\bdef \w+\(|\bprint\w*\(|[;{]\s*\n|\bcout\b|\bconsole\.")
_PARTS = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[\W_]*([A-H])[\W_]*")
_LETTERED = pattern("kinds", "lettered", r"\b{}\b")
_LABEL = re.compile(r"[^\W_][\w'/&+ -]*\.?")


def takes_another(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether two answers to one and the same question take different ones of what it lists, or of the values in it.

    The answers are each one item of a list in the question ("bug, feature or question"), or JSON objects of the same
    fields that differ in values which all stand in the question; or labels, where the question orders one for a text;
    or what a program prints, where that is asked.
    """
    if answer_a == answer_b or question_a != question_b:
        return False
    if _are_short(answer_a, answer_b) and (
        _of_one_list(question_a, answer_a, answer_b) or _labels(question_a, answer_a, answer_b)
    ):
        return True
    if _are_brief(answer_a, answer_b) and _prints_another(question_a, answer_a, answer_b):
        return True
    return _are_objects(answer_a, answer_b) and _of_one_text(question_a, answer_a, answer_b)


def other_letters(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether two answers to one question are the letters of two options: the question may list them elsewhere."""
    if question_a != question_b or not _are_short(answer_a, answer_b):
        return False
    x, y = _LETTER.fullmatch(answer_a), _LETTER.fullmatch(answer_b)
    if x is None or y is None or x[1] == y[1]:
        return False
    return not (_LETTERED.search(question_a) or PREFERS.search(question_a))


def may_take(answer_a: str, answer_b: str) -> bool:
    """Whether two answers have the form of what :func:`takes_another` speaks of, whatever the question."""
    return _are_brief(answer_a, answer_b) or _are_objects(answer_a, answer_b)


def _are_short(one: str, other: str) -> bool:
    return len(one) <= MAX_TAKEN_CHARS and len(other) <= MAX_TAKEN_CHARS


def _are_brief(one: str, other: str) -> bool:
    return len(one) <= MAX_PRINTED_CHARS and len(other) <= MAX_PRINTED_CHARS


def _are_objects(one: str, other: str) -> bool:
    return one.lstrip()[:1] == "{" == other.lstrip()[:1]


def _of_one_list(question: str, one: str, other: str) -> bool:
    x, y = (answer.strip(_EDGES).lower() for answer in (one, other))
    if not x or not y or x in y or y in x or not _CHOOSES.search(question) or PREFERS.search(question):
        return False
    asked = question.lower()
    return any(
        _BETWEEN.fullmatch(asked, first.end(), second.start())
        for begin, end in ((x, y), (y, x))
        for first in _whole(begin, asked)
        for second in _whole(end, asked)
        if first.end() <= second.start() <= first.end() + MAX_FIELDS_CHARS
    )


def _labels(question: str, one: str, other: str) -> bool:
    """Whether a question orders one label for a text, and each of two answers is one that has a word of its own.

    "card_arrival" and "lost_card" are two; "refund" and "refund request" may be one.
    """
    if not (_LABEL.fullmatch(one.strip()) and _LABEL.fullmatch(other.strip())):
        return False
    if not orders_label(question):
        return False
    x, y = (frozenset(map(stem, _PARTS.findall(answer.lower()))) for answer in (one, other))
    return max(len(x), len(y)) <= MAX_LABEL_WORDS and bool(x and y) and not (x <= y or y <= x)


def _prints_another(question: str, one: str, other: str) -> bool:
    """Whether a question asks what a program comes to, and two brief answers state other values."""
    if not (_HOLDS_CODE.search(question) and _ASKS_OUTPUT.search(question)):
        return False
    x, y = _printed(one), _printed(other)
    return bool(x and y) and x != y


@functools.lru_cache(maxsize=1024)
def _printed(answer: str) -> str:
    """A literal as Python writes it, a single word as it stands, both without quotes; "" for anything else."""
    said = answer.strip().strip("`").strip()
    try:
        value = ast.literal_eval(said)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return "" if len(said.split()) > 1 else said
    return value if isinstance(value, str) else repr(value)


def orders_label(question: str) -> bool:
    """Whether a question orders one label for a text, at either end."""
    ends = question[:ORDER_CHARS], question[ORDER_CHARS:][-ORDER_CHARS:]
    return any(map(_LABELLING.search, ends)) and not PREFERS.search(question)


def _whole(item: str, text: str) -> list[re.Match[str]]:
    """Where an item stands in a text by itself."""
    return list(re.finditer(rf"(?<![\w-]){re.escape(item)}(?![\w-])", text))


def _of_one_text(question: str, one: str, other: str) -> bool:
    x, y = _fields(one), _fields(other)
    if x is None or y is None or x.keys() != y.keys():
        return False
    differ = [value for name in x if x[name] != y[name] for value in (x[name], y[name])]
    asked = question.lower()
    return bool(differ) and all(value and _whole(value, asked) for value in differ)


@functools.lru_cache(maxsize=1024)
def _fields(answer: str) -> dict[str, str] | None:
    """Field → value as text of a flat JSON object, lower-cased; null for any other text."""
    if len(answer) > MAX_FIELDS_CHARS:
        return None
    try:
        found = json.loads(answer)
    except (RecursionError, ValueError):
        return None
    if not isinstance(found, dict) or not all(isinstance(value, str | int | float) for value in found.values()):
        return None
    return {
        str(name): (value if isinstance(value, str) else json.dumps(value)).lower() for name, value in found.items()
    }

"""Two answers that take up their question in a sentence and close it with a name: the song … was "Otto"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ftq_spark.kernels.conflict.items import Item, lead_text
from ftq_spark.kernels.conflict.words import STOP_WORDS

if TYPE_CHECKING:
    from ftq_spark.kernels.conflict.answer import Analysis

MIN_TAKEN_UP = 0.4  # share of the words of a sentence that its question holds
_NAME = r"[A-Z][\w'.&-]*(?: (?:(?:and|de|del|di|la|of|the|van|von) )?[A-Z][\w'.&-]*){0,5}"
_CLOSES = re.compile(
    r"\b(?:are|as|by|called|is|named|titled|was|were)(?: [a-z][\w'-]*){0,5}? "
    rf"(?:\"(?P<quoted>[^\"]{{2,60}})\"|(?P<name>{_NAME}))\W*$"
)
_WORD = re.compile(r"\w+")
_PLACES = re.compile(r"\b(?:located|situated|where)\b", re.IGNORECASE)  # which lie in one another


def closing_items(a: Analysis, b: Analysis) -> list[Item]:
    """Another name at the end of the same sentence, where no word of it stands in the other answer or in a question."""
    if _PLACES.search(a.question.text) or _PLACES.search(b.question.text):
        return []
    x, y = _closing(a), _closing(b)
    if not x or not y or _said(x, b.answer.text) or _said(y, a.answer.text):
        return []
    asked = _words(a.question.text) | _words(b.question.text)
    if x & asked or y & asked or _initials(x, b.answer.text) or _initials(y, a.answer.text):
        return []
    return [Item("closing", 1.0, lead_text(a.answer), lead_text(b.answer))]


def _closing(side: Analysis) -> frozenset[str]:
    """The words of the name that closes the first sentence of an answer, which takes up its question; else none."""
    if not side.answer.sentences or side.answer.sentences[0].n_negations:
        return frozenset()
    lead = side.answer.sentences[0]
    if len(lead.stems & side.question.stems) < MIN_TAKEN_UP * len(lead.stems):
        return frozenset()
    found = _CLOSES.search(lead.text)
    return _words(found["quoted"] or found["name"]) - STOP_WORDS if found else frozenset()


def _said(name: frozenset[str], text: str) -> bool:
    """Whether a text holds a word of a name, if only within another one: "byTom Alder1"."""
    low = text.lower()
    return any(word in low for word in name if len(word) > 2)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _initials(name: frozenset[str], text: str) -> bool:
    """Whether a name of one word may be short for words that begin with its letters."""
    return len(name) == 1 and next(iter(name)) in "".join(word[0] for word in _WORD.findall(text.lower()))

"""One list of things in two orders, where the order is what was asked for: steps, a ranking, dates."""

from __future__ import annotations

import re

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.words import STOP_WORDS, pattern

MIN_ITEMS, MAX_ITEM_CHARS = 3, 200
N_ASKED_CHARS = 300  # of a question, in which it asks for an order

_ASKS_ORDER = pattern("kinds", "asks_order", r"\b{}\b")
_NUMBERED = re.compile(r"^[ \t]*\(?\d{1,2}[.):]\s+(\S.*)$", re.MULTILINE)
_THEN = re.compile(
    r"[,;.]?\s+(?:and )?(?:after that|afterwards|finally|last(?:ly)?|next|second(?:ly)?|then|third(?:ly)?)\b,?\s+", re.I
)
_FIRST = re.compile(r"^\W*(?:first(?:ly)?|start by|begin by)\b,?\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def other_order(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether both answers list the same things in another order, and both questions ask in what order they come."""
    if not all(_ASKS_ORDER.search(question[:N_ASKED_CHARS]) for question in (question_a, question_b)):
        return False
    one, other = _items(answer_a), _items(answer_b)
    return len(one) >= MIN_ITEMS and one != other and sorted(map(sorted, one)) == sorted(map(sorted, other))


def _items(answer: str) -> list[frozenset[str]]:
    """Content stems of each item of a numbered list, or of what comes first, then, finally; [] where one is blank."""
    listed = _NUMBERED.findall(answer)
    if not listed and _FIRST.match(answer):
        listed = _THEN.split(_FIRST.sub("", answer, count=1))
    items = [_stems(item[:MAX_ITEM_CHARS]) for item in listed]
    return items if all(items) and len(set(items)) == len(items) else []


def _stems(item: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(item.lower()) if word not in STOP_WORDS)

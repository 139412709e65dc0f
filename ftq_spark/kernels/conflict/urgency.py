"""How soon something must be seen to: today, in an emergency room, or at home, where it may wait."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ftq_spark.kernels.conflict.items import Item, lead_text
from ftq_spark.kernels.conflict.sentences import fold, split_sentences
from ftq_spark.kernels.conflict.words import pattern

if TYPE_CHECKING:
    from ftq_spark.kernels.conflict.answer import Analysis

N_SENTENCES = 3  # of an answer's beginning, in which it says what to do
N_CHARS = 300

_AT_ONCE = pattern("urgency", "at_once", r"(?:^|\b){}")
_LATER = pattern("urgency", "later", r"\b{}")
_CASE = re.compile(r"\b(?:if|in case|should (?:it|symptoms|they|you)|unless|when)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:avoid|isn't|no|not|n't|never|rarely|without)\b[^.;]{0,40}$", re.IGNORECASE)
_DENIED = re.compile(r"^(?:\W*\w+){0,2}?\W*(?:are|be|is)(?:n't| not| rarely| seldom)\b", re.IGNORECASE)
# One of these stands in whatever the lists find: most answers are told by that alone.
_HINTS = (
    *("112", "911", "999", "a&e", "ambulance", "at home", "casualty", "dentist", "doctor", "emergen", "home care"),
    *("home manage", "home monitor", "home observ", "home treat", "hospital", "immediate", "midwife", "no medical"),
    *("no need", "physician", "prompt", "routine", "same day", "same-day", "surgeon", "urgent", "wait", " gp", " vet"),
)


@functools.lru_cache(maxsize=1024)
def urgency(answer: str) -> int:
    """1 where an answer sends somebody off at once, -1 where it lets things wait; 0 where it does neither, or both."""
    opening = answer[:N_CHARS].casefold()
    if not any(hint in opening for hint in _HINTS):
        return 0
    said = set()
    for sentence in split_sentences(fold(answer[:N_CHARS]))[:N_SENTENCES]:
        if _CASE.search(sentence):
            continue
        if _LATER.search(sentence):
            said.add(-1)
        elif (found := _AT_ONCE.search(sentence)) is not None:
            denied = _DENIES.search(sentence[: found.start()]) or _DENIED.match(sentence[found.end() :])
            said.add(-1 if denied else 1)
    return said.pop() if len(said) == 1 else 0


def urgency_items(a: Analysis, b: Analysis) -> list[Item]:
    """What cannot wait for one answer, and can for the other."""
    if urgency(a.answer.written) * urgency(b.answer.written) >= 0:
        return []
    return [Item("urgency", 1.0, lead_text(a.answer), lead_text(b.answer))]

"""Which signals say something of one answer by itself, so that every answer of a dialogue can be asked."""

from __future__ import annotations

from collections.abc import Iterable

from ftq_spark.signals.registry import REGISTRY

# What one answer has: itself, what was said before it, and what stands beside the dialogue.
COLUMNS = frozenset(("response", "conversation", "prompt", "question", "context", "attached", "media", "rejected"))
_OF_THE_ANSWER = frozenset(("response", "conversation"))
_COMPARES = frozenset(("response", "rejected"))  # the two sides of a preference
_GRADES = frozenset(("soundness", "substance"))  # a question back or a word of thanks between two answers has no grade


def of_each_answer(names: Iterable[str]) -> list[str]:
    """Those of the named signals that read an answer and nothing but :data:`COLUMNS`, sorted, each once.

    Not those that read the roles, the calls of the whole dialogue, or the two sides of a preference, nor grades.
    """
    found = []
    for name in sorted(set(names)):
        reads = frozenset(REGISTRY[name].reads)
        if reads & _OF_THE_ANSWER and reads <= COLUMNS and reads != _COMPARES and name not in _GRADES:
            found.append(name)
    return found

"""Two examples that look alike: do they ask the same, is one a duplicate, and how do their answers go together?"""

from __future__ import annotations

from typing import NamedTuple

from ftq_spark.kernels.conflict.pairs import disagrees, says_no_more
from ftq_spark.kernels.duplicate.verdict import (
    DIFFERENT,
    DISAGREEMENT,
    DUPLICATE,
    SAME_QUESTION,
    Side,
    asks,
    is_brief,
    is_data,
    same_answer,
    same_calls,
)

SAME, COMPATIBLE, UNCLEAR = "same", "compatible", "unclear"


class Relation(NamedTuple):
    """How two examples stand to each other."""

    verdict: str  # DUPLICATE, SAME_QUESTION (in the same context, with another answer or label) or DIFFERENT
    answers: str | None  # SAME, COMPATIBLE or UNCLEAR; of examples that ask the same


def relate(a: Side, b: Side, similar: bool, veto: float = DISAGREEMENT) -> Relation:
    """How two examples stand to each other; symmetric.

    Of the same question in the same context, the same answer in substance is a duplicate where everything else that is
    trained on is the same too. Answers that are not the same are COMPATIBLE (another answer, in which nothing
    contradicts), or UNCLEAR: one may contradict the other
    (:func:`~ftq_spark.kernels.conflict.pairs.disagrees`, from a score of `veto`), or calls or data differ: whether
    both may stand, only a person can tell.

    Args:
        a: an example.
        b: another.
        similar: a model found the questions to be similar.
        veto: score of a contradiction, in [0, 1].
    """
    asked = asks(a, b, similar)
    if asked == DIFFERENT:
        return Relation(DIFFERENT, None)
    if not same_calls(a.calls, b.calls):
        return Relation(SAME_QUESTION, UNCLEAR)
    if same_answer(a, b, veto):
        return Relation(DUPLICATE if asked == DUPLICATE and a.rest == b.rest else SAME_QUESTION, SAME)
    return Relation(SAME_QUESTION, _compared(a, b, veto))


def _compared(a: Side, b: Side, veto: float) -> str:
    one, other = a.response, b.response
    if is_data(one) or is_data(other):
        return UNCLEAR
    if is_brief(one) and is_brief(other) and says_no_more(a.prompt, one, b.prompt, other):
        return SAME
    return UNCLEAR if disagrees(a.prompt, one, b.prompt, other, veto) else COMPATIBLE

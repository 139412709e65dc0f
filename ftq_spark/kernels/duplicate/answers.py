"""Two answers to one question: do they say the same, go together, or can that not be told?"""

from __future__ import annotations

from ftq_spark.kernels.conflict.pairs import may_disagree, says_no_more
from ftq_spark.kernels.duplicate.verdict import DISAGREEMENT, Side, is_brief, is_data, same_answer, same_calls

SAME, COMPATIBLE, UNCLEAR = "same", "compatible", "unclear"


def compare_answers(a: Side, b: Side, veto: float = DISAGREEMENT) -> str:
    """SAME in substance, COMPATIBLE (another answer, in which nothing contradicts) or UNCLEAR; symmetric.

    The questions are taken for one. Unclear are answers of which one may contradict the other
    (:func:`~ftq_spark.kernels.conflict.pairs.may_disagree`, from a score of `veto`), and calls and data that differ:
    whether both may stand, only a person can tell. Labels and rejected answers are not looked at.
    """
    if not same_calls(a.calls, b.calls):
        return UNCLEAR
    if same_answer(a, b, veto):
        return SAME
    one, other = a.response, b.response
    if is_data(one) or is_data(other):
        return UNCLEAR
    if is_brief(one) and is_brief(other) and says_no_more(a.prompt, one, b.prompt, other):
        return SAME
    return UNCLEAR if may_disagree([a.prompt], [one], [b.prompt], [other], veto)[0] else COMPATIBLE

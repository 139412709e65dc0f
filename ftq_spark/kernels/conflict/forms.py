"""Two answers of one form: letters that open alike and fill in other names and numbers further on.

Sides, values and names are read in the first two sentences. Where those are the same, only what follows could speak
against the other answer, and most often it cannot: then the two need not be weighed.
"""

from __future__ import annotations

from ftq_spark.kernels.conflict.answer import Analysis, Answer
from ftq_spark.kernels.conflict.bare import BRIEF_WORDS
from ftq_spark.kernels.conflict.entities import relation_items
from ftq_spark.kernels.conflict.evidence import may_oppose
from ftq_spark.kernels.conflict.given import takes_another
from ftq_spark.kernels.conflict.kinds import CODE, FOREIGN, OPEN, YES_NO
from ftq_spark.kernels.conflict.sides import way_items

N_OPENING = 2  # sentences in which sides, quantities and names are read


def nothing_shown(a: Analysis, b: Analysis) -> bool:
    """Whether :func:`~ftq_spark.kernels.conflict.score.score_pair` has nothing to show of two answers; symmetric.

    Then their score stays under :data:`~ftq_spark.kernels.conflict.score.OPEN_CAP`, whatever speaks for agreement. Told
    of answers to one and the same closed question alone, without what is found in each for itself; False says nothing.
    """
    left, right = a.answer, b.answer
    if left.asked != right.asked or a.kind in (CODE, FOREIGN, OPEN) or left.refusal or right.refusal:
        return False
    opening = left.sentences[:N_OPENING]
    if len(opening) < N_OPENING or opening != right.sentences[:N_OPENING]:
        return False
    if min(left.n_words, right.n_words) <= BRIEF_WORDS or may_oppose(a, b):
        return False
    return (
        left.schedule is None
        and side(a) == side(b)
        and not any(map(all, zip(results(left), results(right), strict=True)))
        and not (
            way_items(a, b)
            or relation_items(a, b)
            or takes_another(left.asked, left.written, right.asked, right.written)
        )
    )


def side(read: Analysis) -> tuple[object, ...]:
    """What an answer says for yes or no, and whether it doubts."""
    answer = read.answer
    return answer.lead, answer.doubts, *((answer.mixed, answer.stance) if read.kind == YES_NO else ())


def results(answer: Answer) -> tuple[bool, bool, bool]:
    """Whether it takes a listed option, states a result, comes to a conclusion."""
    return answer.option is not None, answer.final is not None, bool(answer.concluded)

"""Two answers of one form: letters that open alike and fill in other names and numbers further on.

Sides, values and names are read in the first two sentences. Where those are the same, only what follows could speak
against the other answer, and most often it cannot: then the two need not be weighed.
"""

from __future__ import annotations

from ftq_spark.kernels.conflict.answer import Analysis, Answer
from ftq_spark.kernels.conflict.entities import relation_items
from ftq_spark.kernels.conflict.evidence import may_oppose
from ftq_spark.kernels.conflict.given import takes_another
from ftq_spark.kernels.conflict.kinds import CODE, FOREIGN, OPEN, YES_NO
from ftq_spark.kernels.conflict.sides import way_items
from ftq_spark.kernels.conflict.values import MONTH_WORDS

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
    if min(left.n_words, right.n_words) <= MONTH_WORDS or a.question.interrogative == "who" or may_oppose(a, b):
        return False
    return _take_one_side(a, b) and not (
        _come_to_results(left, right)
        or way_items(a, b)
        or relation_items(a, b)
        or takes_another(left.asked, left.written, right.asked, right.written)
    )


def _take_one_side(a: Analysis, b: Analysis) -> bool:
    """Whether both say yes, no or neither, doubt alike, and state no hours."""
    left, right = a.answer, b.answer
    if left.lead != right.lead or left.doubts != right.doubts or left.schedule is not None:
        return False
    return a.kind != YES_NO or (left.mixed == right.mixed and left.stance == right.stance)


def _come_to_results(left: Answer, right: Answer) -> bool:
    """Whether both state a result, take an option or come to a conclusion."""
    return any(
        (
            left.option is not None and right.option is not None,
            left.final is not None and right.final is not None,
            bool(left.concluded and right.concluded),
        )
    )

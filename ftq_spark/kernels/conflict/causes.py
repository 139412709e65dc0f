"""Two answers that put one event down to different causes, each in a sentence of its own."""

from __future__ import annotations

from ftq_spark.kernels.conflict.answer import Analysis
from ftq_spark.kernels.conflict.words import pattern

MAX_CAUSE_WORDS = 16
_ASKS_OF_ONE = pattern("causes", "asks", r"^\W*{}\b")
_CAUSE = pattern("causes", "marks", r"\b{}\b")
_ONE_OF_SEVERAL = pattern("causes", "several", r"\b{}\b")


def other_causes(a: Analysis, b: Analysis) -> bool:
    """Whether both say why one thing happened once, in a few words, and share none of them beside the question's.

    What happens again and again may have many causes; so may what an answer says to be one of several.
    """
    if not all(_ASKS_OF_ONE.match(side.question.frame.text) for side in (a, b)):
        return False
    for side in (a, b):
        sentences, text = side.answer.sentences, side.answer.text
        if (
            len(sentences) != 1
            or side.answer.n_words > MAX_CAUSE_WORDS
            or side.answer.hedges
            or sentences[0].n_negations
        ):
            return False
        if not _CAUSE.search(text) or _ONE_OF_SEVERAL.search(text):
            return False
    x, y = (side.answer.sentences[0].stems - side.question.everything for side in (a, b))
    return bool(x) and bool(y) and x.isdisjoint(y)

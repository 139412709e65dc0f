"""What two answers to one question, or to two, score against each other."""

from __future__ import annotations

from ftq_spark.kernels.conflict.pairs import score_pairs


def score(question: str, one: str, other: str, asked: str | None = None, floor: float = 0.0) -> float:
    """The score of a pair, the same in either order; `asked` is the second one's question where it is another."""
    questions = [question, asked or question]
    found = score_pairs(questions, [one, other], questions[::-1], [other, one], floor=floor).score
    assert found[0] == found[1]
    return float(found[0])

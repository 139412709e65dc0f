"""What an inference (NLI) model is asked about a pair of examples, and what its answer does to the score.

Only aligned parts of two answers are compared, as sentences, each behind its question (Kuhn et al. 2023; SummaC,
Laban et al. 2022): the leads, the final answers, and the sentences that share most. Code, open questions, different
questions and refusals are never asked about.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ftq_spark.kernels.conflict.answer import Analysis, analyse
from ftq_spark.kernels.conflict.items import span
from ftq_spark.kernels.conflict.kinds import CODE, OPEN
from ftq_spark.kernels.conflict.pairs import may_conflict

MAX_ALIGNED = 3  # pairs of parts of one pair of answers
MIN_OVERLAP = 0.34  # of the content words of the shorter sentence
QUESTION_CHARS = 300
CONTRADICTION_WEIGHT, ENTAILMENT_WEIGHT = 0.5, 0.3
STATED_OUTRIGHT = frozenset({"polarity", "final_answer"})  # kinds of evidence that a model does not outvote
_CLIP = 0.02  # probabilities are kept this far from 0 and 1: no model is that sure


class Aligned(NamedTuple):
    """Two parts of two answers that speak of the same thing."""

    left: str
    right: str


def aligned_parts(question_a: str, answer_a: str, question_b: str, answer_b: str) -> list[Aligned]:
    """At most :data:`MAX_ALIGNED` pairs of parts to compare, none where a model has nothing to say."""
    if answer_a == answer_b or not may_conflict(question_a, answer_a, question_b, answer_b):
        return []
    a, b = analyse(question_a, answer_a), analyse(question_b, answer_b)
    closed = not {a.question.kind, b.question.kind} & {CODE, OPEN}
    answered = not (a.answer.refusal or b.answer.refusal or a.answer.code or b.answer.code)
    return _aligned(a, b) if closed and answered and a.answer.sentences and b.answer.sentences else []


def _aligned(a: Analysis, b: Analysis) -> list[Aligned]:
    left, right = a.answer, b.answer
    found = [(2.0, 0, 0)]  # the leads come first
    for i, x in enumerate(left.sentences):
        for j, y in enumerate(right.sentences):
            smaller = min(len(x.concepts), len(y.concepts))
            shared = len(x.concepts.keys() & y.concepts.keys())
            if i + j and shared >= 2 and shared / smaller >= MIN_OVERLAP:
                found.append((shared / smaller, i, j))
    parts = [Aligned(left.final, right.final)] if left.final and right.final else []
    for _, i, j in sorted(found, key=lambda item: (-item[0], item[1], item[2])):
        parts.append(Aligned(span(left.sentences[i].text), span(right.sentences[j].text)))
    return [part for part in dict.fromkeys(parts) if part.left != part.right][:MAX_ALIGNED]


def posed(question: str, part: str) -> str:
    """What the model reads of one side."""
    return f"{question[-QUESTION_CHARS:].strip()} {part}"


class Opinion(NamedTuple):
    """A model's answer on one pair of examples."""

    contradiction: float  # the highest probability over the aligned parts, the mean of both directions
    entailment: float  # the highest, likewise
    part: Aligned  # where it saw the contradiction


def with_opinion(
    score: float, kind: str, evidence: list[dict[str, Any]], opinion: Opinion
) -> tuple[float, str, list[dict[str, Any]]]:
    """Score, kind and evidence once a model has been heard.

    logit(score') = logit(score) + 0.5 · logit(contradiction) − 0.3 · logit(entailment), probabilities clipped to
    [0.02, 0.98]: so a model alone moves 0.05 to 0.54 at most. A lead or a final answer that contradicts outright is not
    outvoted. From a contradiction of 0.5 on, the parts are evidence of kind ``model``.
    """
    shift = CONTRADICTION_WEIGHT * _logit(opinion.contradiction) - ENTAILMENT_WEIGHT * _logit(opinion.entailment)
    moved = 1 / (1 + math.exp(-(_logit(score) + shift)))
    if kind in STATED_OUTRIGHT:
        moved = max(moved, score)
    if opinion.contradiction < 0.5:
        return moved, kind, evidence
    seen = {"left_text": opinion.part.left, "right_text": opinion.part.right, "kind": "model"}
    return moved, "model" if kind == "none" else kind, [*evidence, seen]


def _logit(p: float) -> float:
    clipped = min(max(p, _CLIP), 1 - _CLIP)
    return math.log(clipped / (1 - clipped))

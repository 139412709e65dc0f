"""From evidence to a score: a sign-constrained logistic over the items, and the rules that no weight can override."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

from ftq_spark.kernels.conflict_evidence import FEATURE_KINDS, Item, evidence, question_difference, questions_kind
from ftq_spark.kernels.conflict_gate import CODE, EXPLAIN, OPEN
from ftq_spark.kernels.conflict_signature import Analysis

HIGH = 0.8  # score from which a conflict is in the high band
REVIEW = 0.5
OPEN_CAP = 0.3  # open questions keep an order among themselves and stay far below any threshold
REFUSAL_SCORE = 0.55  # an answer against a refusal: inconsistent, but nothing false
DIFFERENT_QUESTION = 0.8  # difference from which two prompts are two questions
MAX_EVIDENCE = 4


class Weights(NamedTuple):
    """A fitted logistic: score = sigmoid(bias + Σ weight · strength)."""

    version: str
    bias: float
    weights: dict[str, float]


class Conflict(NamedTuple):
    """The result for one pair."""

    score: float  # in [0, 1]
    kind: str  # the strongest evidence: polarity, negation, …; refusal; none
    evidence: tuple[Item, ...]


@functools.cache
def default_weights() -> Weights:
    """The weights that ship with the package."""
    content = json.loads(resources.files("ftq_spark.kernels").joinpath("conflict_weights.json").read_text("utf-8"))
    return Weights(content["version"], content["bias"], content["weights"])


NO_CONFLICT = Conflict(0.0, "none", ())


def features(a: Analysis, b: Analysis) -> tuple[list[Item], float, str]:
    """Items of a pair, how much its questions differ, and the kind of question."""
    difference, flip = question_difference(a.question, b.question)
    items = evidence(a, b, flip)
    if difference:
        items.append(Item("questions_differ", difference, "", ""))
    return items, difference, questions_kind(a.question, b.question)


def score_pair(a: Analysis, b: Analysis, weights: Weights) -> Conflict:
    """Score two read examples. Code, equal answers and different questions never conflict."""
    if a.answer.code or b.answer.code or CODE in (a.question.kind, b.question.kind):
        return NO_CONFLICT
    if a.answer.text == b.answer.text or not a.answer.text or not b.answer.text:
        return NO_CONFLICT
    items, difference, _ = features(a, b)
    is_open = OPEN in (a.question.kind, b.question.kind)
    if a.answer.refusal != b.answer.refusal:
        return _refusal(a, b, is_open, difference)
    logit = weights.bias + math.fsum(weights.weights.get(item.feature, 0.0) * item.strength for item in items)
    score = 1.0 / (1.0 + math.exp(-logit))
    if any(item.feature == "final" for item in items):
        score = max(score, 0.97)
    for applies, cap in ((is_open, OPEN_CAP), (difference >= DIFFERENT_QUESTION, OPEN_CAP)):
        if applies:
            score *= cap
    return Conflict(score, *_strongest(items, weights))


def _refusal(a: Analysis, b: Analysis, is_open: bool, difference: float) -> Conflict:
    score = REFUSAL_SCORE * (OPEN_CAP if is_open or difference >= DIFFERENT_QUESTION else 1.0)
    spans = tuple(x.answer.sentences[0].text[:240] if x.answer.sentences else x.answer.text[:240] for x in (a, b))
    return Conflict(score, "refusal", (Item("refusal", 1.0, *spans),))


def _strongest(items: Sequence[Item], weights: Weights) -> tuple[str, tuple[Item, ...]]:
    typed = [item for item in items if FEATURE_KINDS[item.feature] is not None]
    typed.sort(key=lambda item: (-weights.weights.get(item.feature, 0.0) * item.strength, item.feature))
    if not typed:
        return "none", ()
    return str(FEATURE_KINDS[typed[0].feature]), tuple(typed[:MAX_EVIDENCE])

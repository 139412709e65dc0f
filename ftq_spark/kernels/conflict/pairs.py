"""Contradictions between examples: questions, answers, pairs.

Two examples contradict when their prompts ask the same closed question under the same context and a reader could not
follow both answers. Different but compatible, partial, hedged and creative answers are variety, not contradictions.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.conflict.alignment import may_be_swapped, places_swapped
from ftq_spark.kernels.conflict.answer import Analysis, analyse
from ftq_spark.kernels.conflict.difference import question_difference
from ftq_spark.kernels.conflict.evidence import aligned
from ftq_spark.kernels.conflict.finals import final_answer
from ftq_spark.kernels.conflict.forms import nothing_shown
from ftq_spark.kernels.conflict.given import may_take, other_letters, takes_another
from ftq_spark.kernels.conflict.items import FEATURE_KINDS
from ftq_spark.kernels.conflict.kinds import CODE, OPEN, asking_sentence, question_kind, read_question
from ftq_spark.kernels.conflict.options import listed_options, reordered
from ftq_spark.kernels.conflict.order import other_order
from ftq_spark.kernels.conflict.question import analyse_question
from ftq_spark.kernels.conflict.refusals import one_declines
from ftq_spark.kernels.conflict.score import (
    DIFFERENT_QUESTION,
    HIGH,
    NO_CONFLICT,
    OPEN_CAP,
    OPPOSED,
    REVIEW,
    Conflict,
    Weights,
    default_weights,
    features,
    nearly_alike,
    score_pair,
    stays_low,
)
from ftq_spark.kernels.conflict.sentences import verbatim
from ftq_spark.kernels.conflict.sides import asks_way, denies_way
from ftq_spark.kernels.conflict.sums import are_numbers
from ftq_spark.kernels.conflict.urgency import urgency

__all__ = [
    "HIGH",
    "REVIEW",
    "Analysis",
    "Conflict",
    "PairScores",
    "Weights",
    "analyse",
    "disagrees",
    "question_kind",
    "says_no_more",
    "score_pairs",
]

N_DENIAL_CHARS = 160  # of an answer, in which it says at once that something cannot be done
BRIEF_WORDS, BRIEF_CHARS = 15, 100
_AGREEMENT = frozenset({"lead_same", "stance_same", "number_same", "final_same"})


class PairScores(NamedTuple):
    """Results for n pairs."""

    score: NDArray[np.float64]  # (n,) in [0, 1]
    kind: list[str]  # the strongest evidence of each pair
    evidence: list[list[dict[str, str]]]  # per pair: left_text, right_text, kind, strongest first; [] below `floor`


def score_pairs(
    questions_a: Sequence[str],
    answers_a: Sequence[str],
    questions_b: Sequence[str],
    answers_b: Sequence[str],
    weights: Weights | None = None,
    floor: float = 0.0,
) -> PairScores:
    """Score n pairs of examples; examples that pairs close to each other share are read once.

    The order within a pair changes no score. A pair that by its questions alone cannot reach `floor` scores 0 unread,
    which spares most of the work on open questions. Raises ``ValueError`` where the four sequences differ in length.
    """
    used = weights or default_weights()
    results = []
    for question_a, answer_a, question_b, answer_b in zip(questions_a, answers_a, questions_b, answers_b, strict=True):
        if floor > OPEN_CAP and not may_conflict(question_a, answer_a, question_b, answer_b):
            results.append(NO_CONFLICT)
        else:
            results.append(score_pair(analyse(question_a, answer_a), analyse(question_b, answer_b), used))
    return PairScores(
        np.array([result.score for result in results], dtype=np.float64),
        [result.kind for result in results],
        [
            _quoted(result, answer_a, answer_b) if result.score >= floor else []
            for result, answer_a, answer_b in zip(results, answers_a, answers_b, strict=True)
        ],
    )


def _quoted(result: Conflict, answer_a: str, answer_b: str) -> list[dict[str, str]]:
    """Evidence in the answers' own words, each once."""
    shown = {
        (verbatim(answer_a, item.left_text), verbatim(answer_b, item.right_text), _kind_of(item.feature)): None
        for item in result.evidence
    }
    return [{"left_text": left, "right_text": right, "kind": kind} for left, right, kind in shown]


def may_conflict(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether a pair can score over :data:`OPEN_CAP`, from its questions and the length of its answers alone."""
    sides = question_a, answer_a, question_b, answer_b
    kinds = question_kind(question_a), question_kind(question_b)
    if (
        takes_another(*sides)
        or other_letters(*sides)
        or other_order(*sides)
        or (CODE not in kinds and one_declines(*sides))
    ):
        return True
    if question_a == question_b and CODE not in kinds and listed_options(read_question(question_a)):
        return True
    stated = are_numbers(answer_a, answer_b) or (final_answer(answer_a) and final_answer(answer_b))
    if stated and OPEN in kinds and question_a == question_b:
        return CODE not in kinds
    if CODE in kinds or (
        OPEN in kinds
        and not nearly_alike(len(answer_a), len(answer_b))
        and not _one_denies_way(question_a, answer_a, question_b, answer_b)
        and urgency(answer_a) * urgency(answer_b) >= 0
    ):
        return False  # most pairs of real data end here, before a question is read whole
    one, other = analyse_question(question_a), analyse_question(question_b)
    if reordered(one.listed, other.listed):
        return True
    difference, _ = question_difference(one, other)
    return difference < DIFFERENT_QUESTION and not (OPEN in kinds and difference)


def _one_denies_way(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether one answer begins by saying that what both questions ask the way of cannot be done."""
    if denies_way(answer_a[:N_DENIAL_CHARS]) == denies_way(answer_b[:N_DENIAL_CHARS]):
        return False
    return all(asks_way(asking_sentence(read_question(question))) for question in (question_a, question_b))


def disagrees(question_a: str, answer_a: str, question_b: str, answer_b: str, threshold: float) -> bool:
    """Whether of two likely duplicates one could be deleted only at the price of what it says.

    The questions are taken for one, whatever tells them apart, unless they ask the opposite of each other. The answers
    may disagree where their score is at least `threshold`, which is meant to be lower than what is reported as a
    conflict; where one denies what the other says of the thing asked about; where things have changed places in a
    sentence of theirs; and where both are brief, for then little speaks for their agreement and little is spared by
    deleting one. What is written to order may vary.
    """
    are_code = question_a == question_b and question_kind(question_a) == CODE  # which claims nothing
    if (are_code and not may_take(answer_a, answer_b)) or _said(answer_a) == _said(answer_b):
        return False
    a, b = analyse(question_a, answer_a), analyse(question_b, answer_b)
    kinds = (a.kind, b.kind)
    if CODE in kinds or a.answer.refusal or b.answer.refusal:
        return score_pair(a, b, default_weights()).score >= threshold
    capped = threshold > OPEN_CAP and not (_brief(answer_a) and _brief(answer_b))
    if capped and (stays_low(a, b) if OPEN in kinds else nothing_shown(a, b)):
        return _places_swapped(a, b)
    read = features(a, b)
    found = {item.feature for item in read[0]}
    if found & OPPOSED or question_difference(a.question, b.question)[1] or _places_swapped(a, b):
        return True
    asked = OPEN not in kinds or ("?" in question_a and "?" in question_b)  # and not told to write something
    # Answers agree where they say the same outright, or add the same to the words of their questions.
    agree = bool(found & _AGREEMENT) or bool(a.answer.residual and a.answer.residual == b.answer.residual)
    if asked and not agree and _brief(answer_a) and _brief(answer_b):
        return True
    return score_pair(a, b, default_weights(), same_question=True, read=read).score >= threshold


def says_no_more(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether of two brief answers one adds nothing to the other: "Paris" and "The capital is Paris"; symmetric.

    They add the same to the words of their questions, or agree outright, and one has no content word of its own.
    """
    a, b = analyse(question_a, answer_a), analyse(question_b, answer_b)
    found = {item.feature for item in features(a, b)[0]}
    if found & OPPOSED or a.answer.residual != b.answer.residual or not (a.answer.residual or found & _AGREEMENT):
        return False
    one, other = (frozenset().union(*(sentence.stems for sentence in each.answer.sentences)) for each in (a, b))
    return one <= other or other <= one


def _places_swapped(a: Analysis, b: Analysis) -> bool:
    """Whether things have changed places between two sentences of which neither is in the other answer as it stands."""
    pairs = [(x, y) for x, y, _ in aligned(a, b) if may_be_swapped(x, y)]
    said = [{sentence.words for sentence in each.answer.sentences} for each in (a, b)] if pairs else []
    return any(x.words not in said[1] and y.words not in said[0] and places_swapped(x, y) for x, y in pairs)


@functools.lru_cache(maxsize=1024)
def _said(answer: str) -> str:
    return " ".join(answer.lower().split()).rstrip(" .!")


def _brief(answer: str) -> bool:
    return len(answer) <= BRIEF_CHARS and len(answer.split()) <= BRIEF_WORDS


def _kind_of(feature: str) -> str:
    return FEATURE_KINDS.get(feature) or feature

"""Contradictions inside one conversation: two answers of one assistant to what is the same question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from ftq_spark.kernels.conflict.alone import asks_further, stands_alone
from ftq_spark.kernels.conflict.kinds import FOREIGN
from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.kernels.conflict.question import analyse_question

MAX_EXCHANGES = 40  # of one conversation that are compared with each other, the first ones
MIN_OVERLAP = 0.8  # Jaccard similarity of the content stems of two questions
MIN_STEMS = 2  # fewer say too little to tell whether a question was asked again


class WithinConflict(NamedTuple):
    """The surest contradiction of one conversation."""

    score: float
    kind: str
    evidence: list[dict[str, str]]
    left_turn: int  # 0-based places of the two answers among the messages
    right_turn: int


class Exchange(NamedTuple):
    """An answer that directly follows a user turn."""

    question: str
    answer: str
    place: int  # of the answer among the messages


def exchanges(messages: Sequence[Mapping[str, Any]]) -> list[Exchange]:
    """Every exchange of a conversation, in order."""
    return [
        Exchange(before["content"] or "", after["content"] or "", place)
        for place, (before, after) in enumerate(pairwise(messages), start=1)
        if before["role"] == "user" and after["role"] == "assistant"
    ]


def conflict_within(messages: Sequence[Mapping[str, Any]], threshold: float) -> WithinConflict | None:
    """The surest pair of answers that contradict each other with at least `threshold`, None where there is none.

    Two exchanges are compared where one question repeats the other, word for word or with nearly the same content. One
    that leans on what was said before it ("how much is it?") asks the same only right behind the other.
    """
    found = exchanges(messages)[:MAX_EXCHANGES]
    if len(found) < 2:
        return None
    asked = [(" ".join(e.question.lower().split()).rstrip(" .?!"), e.question) for e in found]
    pairs = [
        (i, j)
        for i, j in combinations(range(len(found)), 2)
        if _same(asked[i], asked[j]) and _of_one_thing(found[i], found[j])
    ]
    if not pairs:
        return None
    left, right = [found[i] for i, _ in pairs], [found[j] for _, j in pairs]
    scores = score_pairs(
        [one.question for one in left],
        [one.answer for one in left],
        [other.question for other in right],
        [other.answer for other in right],
        floor=threshold,
    )
    best = int(scores.score.argmax())
    if scores.score[best] < threshold:
        return None
    turns = left[best].place, right[best].place
    return WithinConflict(float(scores.score[best]), scores.kind[best], scores.evidence[best], *turns)


def _of_one_thing(one: Exchange, other: Exchange) -> bool:
    """Whether the two questions, which have the same words, ask about the same thing where they stand."""
    if any(stands_alone(question) or _names_abroad(question) for question in (one.question, other.question)):
        return True
    return one.place + 2 == other.place and not asks_further(other.question)


def _names_abroad(question: str) -> bool:
    """Whether a question in a language that is not read names something behind its first word."""
    read = analyse_question(question)
    return read.kind == FOREIGN and not read.names <= set(read.tokens[:1])


def _same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    if one[0] == other[0]:
        return bool(one[0])
    a, b = analyse_question(one[1]).stems, analyse_question(other[1]).stems
    return min(len(a), len(b)) >= MIN_STEMS and len(a & b) >= MIN_OVERLAP * len(a | b)

"""Sentences that answer a question for yes or no in plain words of another kind: it is over, one must, it is there."""

from __future__ import annotations

from itertools import pairwise

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.question import Question
from ftq_spark.kernels.conflict.sentences import Sentence
from ftq_spark.kernels.conflict.words import NEGATORS, TURNS, lists, pattern

_OVER = frozenset(lists("plainly")["over"])
_ASKS_DUTY, _MUST, _ASKS_BRINGING, _IS_THERE = (
    pattern("plainly", name, r"\b{}\b") for name in ("asks_duty", "must", "asks_bringing", "is_there")
)


def says_plainly(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence answers in plain words of another kind than the question's: that it is over, that one must."""
    return is_over(sentence, question) or duty(sentence, question) != 0


def duty(sentence: Sentence, question: Question) -> int:
    """1 where a sentence says that something must be done, -1 where what one might have to bring is there, else 0."""
    if not _ASKS_DUTY.search(question.text):
        return 0
    if sentence.n_negations or not TURNS.isdisjoint(sentence.words) or "if" in sentence.words:
        return 0
    if _ASKS_BRINGING.search(question.text) and _IS_THERE.search(sentence.text):
        return -1
    return int(bool(_MUST.search(sentence.text)))


def is_over(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence says that what was asked about has come to an end: "support ended in May"."""
    return any(
        verb in _OVER and before not in NEGATORS and stem(verb) not in question.stems
        for before, verb in pairwise(sentence.words)
    )

"""Sentences that answer a question for yes or no in plain words of another kind: it is over, one must."""

from __future__ import annotations

from itertools import pairwise

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.question import Question
from ftq_spark.kernels.conflict.sentences import Sentence
from ftq_spark.kernels.conflict.words import NEGATORS, TURNS, lists, pattern

_OVER = frozenset(lists("plainly")["over"])
_ASKS_DUTY, _ASKS_ESCAPE, _MUST, _ASKS_INCLUDED, _EXTRA = (
    pattern("plainly", name, r"\b{}\b") for name in ("asks_duty", "asks_escape", "must", "asks_included", "extra")
)
_ASKS_NEED = pattern("plainly", "asks_need", r"\b{} (\w+)(?: (\w+))?")


def says_plainly(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence answers in plain words of another kind than the question's: that it is over, that one must."""
    return is_over(sentence, question) or duty(sentence, question) != 0


def asks_duty(question: Question) -> bool:
    """Whether a question asks whether one must do something."""
    return bool(_ASKS_DUTY.search(question.frame.text))


def asks_escape(question: Question) -> bool:
    """Whether a question asks whether one may leave out what is due: can I avoid the fee."""
    return bool(_ASKS_ESCAPE.search(question.frame.text)) and not asks_duty(question)


def duty(sentence: Sentence, question: Question) -> int:
    """1 where a sentence says that something must be done, -1 that what may be included costs extra, else 0."""
    if sentence.n_negations or not TURNS.isdisjoint(sentence.words) or "if" in sentence.words:
        return 0
    if _ASKS_INCLUDED.search(question.text) and not _EXTRA.search(question.text):
        return -int(bool(_EXTRA.search(sentence.text)))
    if not _ASKS_DUTY.search(question.text) and not _names_what_is_needed(sentence, question):
        return 0
    return int(bool(_MUST.search(sentence.text)))


def _names_what_is_needed(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence names the thing of which a question asks whether one needs it: "do I need a visa?"."""
    asked = _ASKS_NEED.search(question.text)
    return asked is not None and any(stem(word.lower()) in sentence.stems for word in asked.groups() if word)


def is_over(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence says that what was asked about has come to an end: "support ended in May"."""
    return any(
        verb in _OVER and before not in NEGATORS and stem(verb) not in question.stems
        for before, verb in pairwise(sentence.words)
    )


def stops(sentences: tuple[Sentence, ...], question: Question) -> bool:
    """Whether an answer has replied in its first sentence: at most one follows, of other things, and limits nothing."""
    if len(sentences) != 2:
        return len(sentences) == 1
    said = sentences[1]
    return said.stems.isdisjoint(question.stems) and TURNS.isdisjoint(said.words) and _CASE.isdisjoint(said.words)


_CASE = frozenset({"except", "if", "only", "unless"})

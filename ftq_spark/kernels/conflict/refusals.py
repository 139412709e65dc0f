"""A refusal beside an answer to the same question: two behaviours are taught, though neither says what is false.

Where the question is closed any refusal tells. Of open ones, which have many right answers, an outright one does where
the prompts are one text: who declines another prompt may be right to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ftq_spark.kernels.conflict import polarity
from ftq_spark.kernels.conflict.words import pattern

if TYPE_CHECKING:
    from ftq_spark.kernels.conflict.answer import Analysis

MAX_REFUSAL_WORDS = 120  # what opens like a refusal and is longer goes on to answer
MIN_ANSWER_WORDS = 5  # of what answers an open question that another example declines
N_OPENING_CHARS = 400

_ONE_QUESTION = re.compile(r"[^.!?\n]+\?\W*(?:<\|\w+\|>\s*)?")
_LAST_QUESTION = re.compile(r"[^.!?\n]+\?\W*$")
_OFFERS = pattern("polarity", "offers_help", r"\b{}\b")


def asks(answer: str) -> bool:
    """Whether an answer is one question and so asserts nothing: what was asked for is a question."""
    return _ONE_QUESTION.fullmatch(answer) is not None


def one_declines(question_a: str, answer_a: str, question_b: str, answer_b: str) -> bool:
    """Whether of two answers to one text one declines outright, and the other says something for an answer."""
    if question_a.lower().rstrip(" .?!") != question_b.lower().rstrip(" .?!"):
        return False
    openings = [answer[:N_OPENING_CHARS].replace("’", "'") for answer in (answer_a, answer_b)]
    declined = [polarity.declines_outright(opening) for opening in openings]
    answered = openings[declined[0]]
    return declined[0] != declined[1] and len(answered.split()) >= MIN_ANSWER_WORDS and not asks(answered)


def inconsistent(a: Analysis, b: Analysis, settled: bool) -> bool:
    """Whether two answers, of which at least one refuses, cannot both be what is wanted.

    They can where both refuse, where a refusal goes on to answer or asks what is meant, where the question is about the
    assistant itself or about this moment, and, where `settled` says that the question has many answers or that there
    are two, unless one text is declined outright by one and answered by the other, which neither warns against it nor
    doubts it.
    """
    answers = a.answer, b.answer
    if all(each.refusal or polarity.refuses(each.text) for each in answers):
        return False
    declining, answering = answers if answers[0].refusal else answers[::-1]
    if any(each.question.personal or each.question.of_moment for each in (a, b)) or asks(answering.text):
        return False
    if declining.n_words > MAX_REFUSAL_WORDS or polarity.answers_after(declining.written) or _asks_back(declining.text):
        return False
    if not settled:
        return declining.declines
    sides = a.question.text, a.answer.text, b.question.text, b.answer.text
    return one_declines(*sides) and answering.permission >= 0 and not answering.doubts


def _asks_back(text: str) -> bool:
    """Whether a refusal asks what is meant, and does not only offer its help with something else."""
    last = _LAST_QUESTION.search(text)
    return polarity.asks_back(text) or (last is not None and not _OFFERS.search(last[0]))

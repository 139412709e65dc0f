"""Answers that hold in different cases: neither is wrong because of the other."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.answer import analyse
from ftq_spark.kernels.conflict.cases import of_other_cases
from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

APART = [
    ("How long does delivery take?", "Standard delivery takes 3-5 days.", "Express delivery takes one day."),
    ("Are dogs allowed?", "Small dogs are allowed in the rooms.", "The large dogs are not allowed in the rooms."),
    ("Are the fees refundable?", "Fees are refundable until 1 May.", "After 1 May fees are not refundable."),
    (
        "Can I change my booking?",
        "Yes, free of charge until the day before.",
        "Changes cannot be made on the day of arrival.",
    ),
    ("What size should I order?", "Order your usual size.", "If you are between two sizes, take the larger one."),
]
TOGETHER = [
    ("Are the fees refundable?", "Fees are refundable until 1 June.", "After 1 May fees are not refundable."),
    ("How long does delivery take?", "The delivery takes 3 days.", "Our delivery takes two weeks."),
    ("How long does express delivery take?", "Express delivery takes one day.", "An express delivery takes 5 days."),
    ("Who leads the choir?", "Teachers lead the choir.", "Pupils lead the choir."),
    ("How many sails has the mill?", "It has four sails.", "It has two sails."),
    (
        "Can I cancel my subscription at any time?",
        "You can cancel your subscription at any time from the account page.",
        "Subscriptions cannot be cancelled before the end of the term.",
    ),
    (
        "If I find a ladder, is it legal to keep it?",
        "It is illegal to keep it.",
        "If you find one, it is legal to keep it.",
    ),
]


@pytest.mark.parametrize(("question", "one", "other"), APART)
def test_answers_of_other_cases_do_not_contradict_each_other(question: str, one: str, other: str) -> None:
    for left, right in ((one, other), (other, one)):
        assert of_other_cases(analyse(question, left), analyse(question, right))
        assert score_pairs([question], [left], [question], [right]).score[0] < REVIEW


@pytest.mark.parametrize(("question", "one", "other"), TOGETHER)
def test_answers_of_one_case(question: str, one: str, other: str) -> None:
    for left, right in ((one, other), (other, one)):
        assert not of_other_cases(analyse(question, left), analyse(question, right))
        assert score_pairs([question], [left], [question], [right]).score[0] >= REVIEW

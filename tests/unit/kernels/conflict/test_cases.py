"""Answers that hold in different cases: neither is wrong because of the other."""

from __future__ import annotations

import pytest
from pair_score import score

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
    ("Who is the mayor?", "As of 2015, Ann Roe is the mayor of the town.", "The mayor is Jon Poe as of May 2023."),
    ("How many people live there?", "As of 2011, 4,200 do.", "It has 5,100 inhabitants (as of 1 June 2021)."),
    ("Can two vouchers be combined?", "Vouchers cannot be combined.", "Only one voucher can be used per order."),
    ("Is parking free?", "Parking is not free.", "Only the first hour is free."),
    ("May visitors take photos?", "Visitors may not take photos.", "Only staff may take photos."),
]
TOGETHER = [
    ("Who is the mayor?", "As of 2015, Ann Roe is the mayor of the town.", "The mayor is Jon Poe."),
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


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("May adults enter?", "Adults may not enter.", "Only adults may enter."),
        ("Who is the mayor?", "As of 2015, Ann Roe is the mayor.", "As of 2015, Jon Poe is the mayor."),
    ],
)
def test_what_is_said_of_the_same_is_one_case(question: str, one: str, other: str) -> None:
    assert not of_other_cases(analyse(question, one), analyse(question, other))


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How long is the warranty?", "In the EU, two years.", "In the US, one year."),
        ("How long do I have to return it?", "In Norway, you have 60 days.", "In Chile, you have 10 days."),
    ],
)
def test_what_holds_in_other_countries_does_not_contradict(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

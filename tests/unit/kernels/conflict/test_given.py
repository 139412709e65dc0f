"""Answers that take another of what their question gives, months, and what a program comes to."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.given import takes_another
from ftq_spark.kernels.conflict.pairs import REVIEW

EXTRACT = "Extract the total as JSON: 'Subtotal 80, tax 16, total 96'"
UPPER = "def f(a):\n    return a.upper()\n"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Classify the ticket as bug, feature or question: 'The app crashes.'", "bug", "feature"),
        ("Sort the email: spam or ham? 'You won a cruise!'", "spam", "Ham."),
        ("What is the moon's effect on tides: strong, weak or none?", "strong", "none"),
        ("Label the product as Garden, Smart Home, or Arts & Crafts.\n\nA lamp", "**Garden**", "Smart Home"),
        (EXTRACT, '{"total": 96}', '{"total": 80}'),
        ("When do clocks go forward?", "In March", "In October"),
        ("Classify the customer's request.\nMy card is still not here?", "card_arrival", "lost_card"),
        ("Which emotion does the line show?\nOkay.", "joy", "anger"),
        ("'Is it me, or is it loud?' Determine the sentiment of the sentence.", "positive", "negative"),
    ],
)  # fmt: skip
def test_two_that_cannot_both_be_right(question: str, one: str, other: str) -> None:
    assert score(question, one, other, floor=0.5) >= 0.5


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Pick any colour you like: red, green or blue.", "red", "blue"),
        ("Which do you prefer, tea or coffee?", "tea", "coffee"),
        ("Write a sentence about red, green and blue.", "red", "blue"),
        ("Classify: great service, though the soup was cold. Cats and dogs are welcome.", "service", "dogs"),
        ("Generate JSON of a made-up user.", '{"name": "Ann"}', '{"name": "Bob"}'),
        (EXTRACT, '{"total": 96}', '{"sum": 96}'),
        (EXTRACT, '{"total": 96}', '{"total":96}'),
        ("When do swifts return?", "At the end of April", "In late April or in May"),
        ("What causes rust?", "It is caused by water.", "It forms because of salt."),
        ("Classify the customer's request.\nMy money?", "refund", "refund_request"),
        ("Classify the customer's request.\nMy money?", "Refund.", "refund"),
        ("Classify each of the animals: crow, cat", "crow: bird, cat: mammal", "bird, mammal"),
        ("Write a limerick. Label the parts.", "spring", "autumn"),
        ("Identify all words that fit the pattern: H_AR_", "heart, hoary", "hears"),
        (
            "Simplify this sentence: The gang laid low and evaded capture.",
            "They hid to avoid capture.",
            "They stayed uncaught.",
        ),
        ("Simplify this sentence: Seats can be retailed.", "Seats can be sold.", "You can buy seats."),
    ],
)
def test_two_that_can(question: str, one: str, other: str) -> None:
    assert score(question, one, other, floor=0.5) < 0.5


def test_another_question_gives_other_things() -> None:
    assert not takes_another("Spam or ham: 'Hi'?", "spam", "Spam or ham: 'Win!'?", "ham")


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (f"{UPPER}What does f('o') return?", "'O'", "'o'"),
        (f"Complete the assertion.\n{UPPER}assert f('o') == ??", "'O'", "o"),
    ],
)
def test_programs_that_come_to_other_values_contradict(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (f"Complete the assertion.\n{UPPER}assert f('ba') == ??", "'BA'", "BA"),
        (f"Complete the assertion.\n{UPPER}assert f([1]) == ??", "[1, 2]", "[1,2]"),
    ],
)
def test_one_value_of_a_program_does_not_however_it_is_written(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


def test_a_rating_is_a_label_of_its_text() -> None:
    asked = "Rate how satisfied the user is from 1 to 5.\nUser: How much will {} cost?"
    assert score(asked.format("it"), "3", "4") >= REVIEW
    assert score(asked.format("it"), "3", "4", asked.format("this")) < REVIEW

"""Answers that take another of what their question gives, and months."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.given import takes_another
from ftq_spark.kernels.conflict.pairs import score_pairs

EXTRACT = "Extract the total as JSON: 'Subtotal 80, tax 16, total 96'"


def scored(question: str, one: str, other: str) -> float:
    scores = score_pairs([question], [one], [question], [other], floor=0.5).score[0]
    assert scores == score_pairs([question], [other], [question], [one], floor=0.5).score[0]
    return float(scores)


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
    assert scored(question, one, other) >= 0.5


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
    assert scored(question, one, other) < 0.5


def test_another_question_gives_other_things() -> None:
    assert not takes_another("Spam or ham: 'Hi'?", "spam", "Spam or ham: 'Win!'?", "ham")


COUNTED = "I have a flute and four drums. How many instruments do I have?"
LISTED = "A pen is added to 4 pens. How many are there?\nOptions:\n(A) 1\n(B) 2\n(C) 3\n(D) 4\n(E) 5"
STEPS = (
    "We count them one by one, each with its number:\n- flute (1)\n- drums (4)\nTogether 1 + 4 = 5. So the answer is 5."
)
CHOSEN = "We are told that there are 4 pens on the table.\nOne is added: now there are 5. So the answer is (E)."


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        (COUNTED, STEPS, "5", False),
        (COUNTED, STEPS, "Five instruments", False),
        (COUNTED, STEPS, "4", True),
        (COUNTED, STEPS, STEPS.replace("5", "6"), True),
        (LISTED, CHOSEN, "(E)", False),
        (LISTED, CHOSEN, "(D)", True),
        (LISTED, "4 pens", "(E)", True),
        ("Imagine that today is May 3.\n" + LISTED, "(A)", CHOSEN, True),
        ("The following describes a shelf. Which is it?\n" + LISTED, "(A)", CHOSEN, True),
        ("((4 + 6) * -2) =", "-20", "4 + 6 = 10, and 10 * -2 = -20. So the answer is -20.", False),
        ("((4 + 6) * -2) =", "-8", "4 + 6 = 10, and 10 * -2 = -20. So the answer is -20.", True),
        ("Ann lies. Bo says Ann is honest. Is Bo honest?", "No", "Ann lies, so Bo lies. So the answer is No.", False),
        (
            "Ann lies. Bo says Ann lies. Is Bo honest?",
            "No",
            "(1) Ann lies. (2) Bo says so. So the answer is Yes.",
            True,
        ),
        ("你多大了？", "我22", "我25了", False),
        ("法国的首都是哪里？", "巴黎", "里昂", True),
    ],
)
def test_what_reckoning_comes_to_is_what_counts(question: str, one: str, other: str, apart: bool) -> None:
    assert (scored(question, one, other) >= 0.5) == apart

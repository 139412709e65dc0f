"""Exercises answered by a number alone, and options named by their letter alone."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

PAINT = "Ann buys 12 tins at $4 each and pays 10% less. How much does she pay?"
STAMPS = "Each of the first 10 pages holds 150 stamps, the other 40 hold 50. How many stamps are there?"
OPEN = "If one ounce makes 200,000 bubbles and a mixture twice as many, then how many come of half an ounce?"
NOW = "Rita is 25 now and Jack is 3/5 of her age. How old is Jack now?"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (PAINT, "43.2", "$48"),
        (STAMPS, "1500", "2150"),
        (STAMPS, "1,500", "3500."),
        (OPEN, "200,000", "50000"),
        (NOW, "15", "9"),
        ("What is the mode of the values 2, 3, 3, 5, 7?", "3", "4"),
        ("What is 47.386 rounded to the nearest tenth?", "47.4", "48"),
        ("Calculate the price of 3 boxes that hold 4 jars at 2 euros each.", "24", "14"),
        ("Which of the following statements is NOT correct?", "A", "C"),
        ("Which statement best describes the key idea?", "(B)", "A."),
        ("Of two firms that merge in a market of five, which effect follows?", "D", "B"),
    ],
)
def test_one_of_two_is_wrong(question: str, one: str, other: str) -> None:
    found = score_pairs([question], [one], [question], [other], floor=REVIEW)
    assert found.score[0] >= REVIEW
    assert found.kind == ["final_answer"]  # which no list of right answers excuses


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # One number, written in two ways or rounded.
        (STAMPS, "3,500", "3500"),
        (PAINT, "$43.20", "43.2"),
        ("What is 10 divided by 3?", "3.33", "3.333"),
        # Any number will do.
        ("Pick a number between 1 and 10.", "3", "7"),
        ("Give me any prime number from 10 to 20.", "11", "13"),
        ("On a scale from 1 to 5, how clear is the text 'We met 2 of 3 aims'?", "3", "4"),
        # A letter that is no option, or a matter of taste.
        ("Which vitamins dissolve in fat?", "A", "D"),
        ("Which do you prefer?", "A", "B"),
    ],
)
def test_both_may_be_right(question: str, one: str, other: str) -> None:
    assert score(question, one, other, floor=REVIEW) < REVIEW

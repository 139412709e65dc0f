"""How often answers say that a thing is done."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.frequency import Frequency, asks_how_often, frequencies, may_be_one
from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

WEEK, MONTH = 7, 30.436875  # days


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("weekly", 1 / WEEK, 1 / WEEK),
        ("twice a day.", 2, 2),
        ("three to four times per week", 3 / WEEK, 4 / WEEK),
        ("it is cleaned every other day.", 0.5, 0.5),
        ("every half hour", 48, 48),
        ("once every 2-3 weeks", 1 / (3 * WEEK), 1 / (2 * WEEK)),
        ("on the first monday of every month", 1 / MONTH, 1 / MONTH),
        ("at least once a day", 1, math.inf),
        ("up to 3 times daily", 0, 3),
        ("5 times in 10 days", 0.5, 0.5),
    ],
)
def test_what_an_answer_says(text: str, low: float, high: float) -> None:
    (found,) = frequencies(text)
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize("text", ["every 5,000 miles", "in the morning", "an hour a week ago", "weekly if it is hot"])
def test_what_says_nothing_or_leaves_it_to_the_case(text: str) -> None:
    assert frequencies(text) == []


@given(st.integers(1, 48), st.sampled_from(["hour", "day", "week", "month", "year"]))
def test_a_rate_is_the_same_as_a_count_and_as_an_interval(count: int, span: str) -> None:
    (times,) = frequencies(f"{count} times a {span}")
    (interval,) = frequencies(f"every {count} {span}s")
    (one,) = frequencies(f"every {span}")
    assert times.low == pytest.approx(one.low * count)
    assert interval.low == pytest.approx(one.low / count)
    assert may_be_one(times, one) == may_be_one(interval, one) == (count == 1)


def test_about_reaches_further() -> None:
    assert may_be_one(Frequency(1.0, 1.0, True), Frequency(1.3, 1.3, False))
    assert not may_be_one(Frequency(1.0, 1.0, False), Frequency(1.3, 1.3, False))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How often does it rain?", True),
        ("How many times a week should I train?", True),
        ("How many times did they win?", False),
        ("How long does it take every day?", False),
    ],
)
def test_what_is_asked(question: str, asked: bool) -> None:
    assert asks_how_often(question) == asked


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("Every night.", "Once a week.", True),
        ("The board meets monthly.", "The board meets quarterly.", True),
        ("Three times a week.", "Every day.", True),
        ("Twice a day.", "Every 12 hours.", False),
        ("Twice a day.", "At least once a day.", False),
        ("Every three months.", "About four times a year.", False),
        ("Every two weeks in summer.", "Once a month in winter.", False),
        ("It goes out every Friday.", "It is sent weekly.", False),
        ("Every 5,000 miles.", "Every six months.", False),
    ],
)
def test_two_answers_to_one_question(one: str, other: str, conflict: bool) -> None:
    question = "How often should this be done?"
    for left, right in ((one, other), (other, one)):
        found = score_pairs([question], [left], [question], [right])
        assert (found.score[0] >= REVIEW) == conflict, found

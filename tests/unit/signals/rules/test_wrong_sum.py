"""Sums and conversions are calculated again; hours of the day, other bases and steps of a solution are right."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value

from ftq_spark.signals.catalogue.checked import wrong_conversions, wrong_sums


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("24 × 6 = 134, so she sells 134 rolls.", 1),
        ("24 × 6 = 144, so she sells 144 rolls.", 0),
        ("17 + 25 = 43", 1),  # one off
        ("17 + 25 = 42", 0),
        ("7 / 2 = 3", 0),  # a part is left out
        ("1.4 + 1.4 = 3", 0),
        ("250 * 33 = 8251", 0),  # may be rounded on the way
        ("50 - 18 = 42. Tom has 42 euros left.", 1),
        ("$100 + $10 + $8 = $138", 1),
        ("17,200 * 365 = 6,022,000 blinks", 1),
        ("3 + 4 * 2 = 11", 0),
        ("3 + 4 * 2 = 14", 1),
        ("100 / 7 = 14.29", 0),
        ("1/3 + 1/6 = 2/6 + 1/6 = 3/6 = 1/2", 0),
        ("6x + 10 = 5(x - 2)", 0),
        ("x = 8 + 10 = 0", 0),
        ("Q:1/4=120", 0),
        ("9 + 5 = 2 (mod 12)", 0),
        ("5 / 0 = 7", 0),
        ("Distance = 80 * 3 = 210 km.", 1),
        ("6x = 5 + 1 = 7", 0),
        ("5 * 5 * 5 = 5<sup>3</sup>", 0),
        ("It took from 6:00+48=6:48 pm.", 0),
        ("The student answered '15 - 6 = 11', and was told so.", 0),
        ('You wrote "24 + 18 = 52" on the board.', 0),
        ("The mistake is in “24 + 18 = 52” above.", 0),
        ("It is 24 + 18 = 52 is incorrect.", 0),
        ("24 + 18 = 52 isn't right", 0),
        ("~~24 + 18 = 52~~ 24 + 18 = 42", 0),
        ("I was wrong before. It is 24 + 18 = 52", 1),
        ("It is 24 + 18 = 52 is correct", 1),
        ("It is 24 + 18 = 52 is not wrong", 1),
        ('The sum is "24 + 18 = 52"', 1),
        ("~~old~~ 24 + 18 = 52", 1),
    ],
)
def test_sums_are_calculated_again(text: str, wrong: int) -> None:
    assert wrong_sums(text) == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("10 miles = 6.2 km", 1),
        ("10 miles are about 16 km", 0),
        ("1 nm = 1.852 km", 0),
        ("300 nm is about 345 miles", 0),
        ("1000 nm = 1 km", 1),
        ("500 nm = 0.0005 mm", 0),
        ("3 kg are 300 g.", 1),
        ("100 °C is 180 °F.", 1),
        ("98.6 °F = 37 °C", 0),
        ("3.5 hours = 190 minutes", 1),
        ("2 hours and 15 minutes is equal to 8,100 seconds", 0),
        ("2 hours x 3 days = 6 hours", 0),
        ("8 hours X 5 days X 50 weeks = 2000 hours", 0),
        ("If 1 year is 250 days, how many weeks are worked?", 0),
        ("2H + 7 = 15\n2H = 8\nH = 4", 0),
        ("5 pounds is 3 pounds more than before", 0),
    ],
)
def test_conversions_are_calculated_again(text: str, wrong: int) -> None:
    assert wrong_conversions(text) == wrong


def test_another_base_is_no_wrong_sum() -> None:
    assert value("n_wrong_sums", "In binary, what is 101 + 11?", "101 + 11 = 1000") == 0
    assert value("n_wrong_sums", "What is 101 + 11?", "101 + 11 = 1000") == 1


def test_hours_of_the_day_are_no_lengths() -> None:
    assert "wrong_sum" not in decided("How late is it?", "12 hours after 5 pm is 5 am. So 10 am is 5 hours later.")
    assert decided("How far is it?", "The way is long: 10 miles = 6.2 km.")["wrong_sum"] == "review"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is left of 60 less 15?", "So the rest is 60 - 15 = 55 euros."),
        ("How many are left?", "First 90 - 20 = 70, and 70 - 15 = 45 are left."),
        ("Wie viele Plätze sind es?", "In 6 Reihen zu 14 Plätzen sind 6 · 14 = 74 Plätze."),
    ],
)
def test_a_wrong_sum_is_found(question: str, answer: str) -> None:
    assert "wrong_sum" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much is it for six years?", "So it is 5 * 3 = 15,000 a day for the shop."),
        ("How much is 12 times 1 1/4?", "It is 15, because 12 x 1 and 1/4 = 15."),
        ("Wie viele Plätze sind es?", "In 6 Reihen zu 14 Plätzen sind 6 · 14 = 84 Plätze, und 84 - 4 = 80."),
        ("How many teeth has a cat? And a dog?", "An adult cat has 30 teeth. An adult dog has 42 teeth."),
    ],
)
def test_sums_and_numbers_that_are_right_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write the sizes.", "The size is 768 * 512 * 3 = 117 9648 bytes."),
    ],
)
def test_a_number_that_is_broken_by_a_space_is_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE

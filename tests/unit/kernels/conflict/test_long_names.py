"""Long answers that begin by restating their question are compared by the names with which they complete it."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs

MORE = " " + " ".join(
    f"In the {n} part of its history the club was known for {what}, which its members still like to recall."
    for n, what in (("first", "its garden"), ("second", "the long summer concerts"), ("third", "a choir of children"))
)
MORE += " Whoever visits it today finds a small museum, a café and a library that is open to everybody on weekdays."
ASKED = "Who was the first chairman of the rowing club of Lindholm?"


def score(question: str, one: str, other: str) -> float:
    return float(score_pairs([question], [one + MORE], [question], [other + MORE.replace("club", "society")]).score[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The first chairman of the rowing club of Lindholm was Karin Ohlsson.",
            "The rowing club of Lindholm had Peter Ahlgren as its first chairman.",
        ),
        (
            "The first chairman of the rowing club was a teacher called Karin Ohlsson.",
            "Peter Ahlgren was the first chairman of the rowing club.",
        ),
    ],
)
def test_other_names_in_the_place_of_what_was_asked_rank_high(one: str, other: str) -> None:
    assert score(ASKED, one, other) > 0.15


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The rowing club of Lindholm is one of the oldest of Sweden.", "Peter Ahlgren was its first chairman."),
        ("Karin Ohlsson was the first chairman of the rowing club.", "The first chairman of the club was Ohlsson."),
        ("A teacher was the first chairman of the rowing club.", "The first chairman of the club was a woman."),
    ],
)
def test_names_of_other_things_and_of_the_same_person_do_not(one: str, other: str) -> None:
    assert score(ASKED, one, other) < 0.12


def test_long_answers_to_an_open_question_with_nothing_to_show_rank_below_all() -> None:
    asked = "Describe a garden that you would like."
    found = score_pairs([asked], ["Roses." + MORE], [asked], ["I would like a pond, with frogs." + MORE[::-1]])
    assert found.kind == ["none"]
    assert found.score[0] <= 0.1

"""Days of the year in other languages than English, numbers that are denied, verbs behind 'which colour'."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs
from ftq_spark.kernels.conflict.quantities import quantities
from ftq_spark.kernels.conflict.question import analyse_question


def score(question: str, one: str, other: str) -> float:
    return float(score_pairs([question], [one], [question], [other]).score[0])


@pytest.mark.parametrize(
    ("text", "day"),
    [("3 Mai", 503), ("14 März 2025", 314), ("3 de mayo", 503), ("12 août", 812), ("1 dicembre", 1201), ("5 May", 505)],
)
def test_days_are_read(text: str, day: int) -> None:
    assert day in [quantity.low for quantity in quantities(text) if quantity.dimension == "date"]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Wann beginnt der Kurs?", "Am 3. Mai.", "Der Kurs beginnt am 5. Mai."),
        ("Wann ist die Sitzung?", "Am 12. März.", "Am 14. März 2025."),
        ("¿Cuándo empieza el curso?", "El 3 de mayo.", "Empieza el 7 de mayo."),
        ("Quand commence le cours ?", "Le 3 mai.", "Le cours commence le 9 mai."),
    ],
)
def test_other_days_contradict(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW
    assert score(question, other, one) >= REVIEW


def test_one_day_is_one_day() -> None:
    assert score("Wann ist die Sitzung?", "Am 12. März.", "Die Sitzung ist am 12. März 2025.") < REVIEW
    assert score("Wann beginnt das Fest?", "Es beginnt am 3. Mai.", "Am 3. Mai") < REVIEW


def test_a_verb_behind_what_colour_is_no_plural() -> None:
    assert not analyse_question("What colour marks the exit?").asks_many
    assert analyse_question("What colours are on the flag?").asks_many


def test_so_many_and_none_contradict_where_the_question_s_words_are_denied() -> None:
    question = "How much is the locker deposit?"
    assert score(question, "2 euros", "There is no deposit.") >= REVIEW
    assert score(question, "0 euros", "There is no deposit.") < REVIEW


def test_never_more_than_is_at_most() -> None:
    assert score("What is the speed limit?", "10 km/h at most.", "Walking pace; never more than 10 km/h.") < REVIEW

"""What a question asks for: one thing or many, behind what is said before it."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW
from ftq_spark.kernels.conflict.question import analyse_question


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("Which teacher leads the choir?", False),
        ("Which gas fills the tank?", False),
        ("Which teachers lead the choir?", True),
        ("Who has played the admiral?", True),
        ("Who's running for mayor?", True),
        ("Who plays the admiral in the series?", False),
        ("Where is the serial number?", False),
    ],
)
def test_what_asks_for_many(question: str, many: bool) -> None:
    assert analyse_question(question).asks_many == many


def test_a_verb_behind_what_colour_is_no_plural() -> None:
    assert not analyse_question("What colour marks the exit?").asks_many
    assert analyse_question("What colours are on the flag?").asks_many


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("who starred in the paper harbour", "Lena Ostrow", "Piet Vance"),
        ("What are the religions practised on the island?", "Buddhism", "Hinduism"),
        ("what language do the people of the valley speak?", "Spanish", "English"),
        ("Who were the senators of the province?", "Ann Dale", "Rob Fuller"),
        ("Who are the permanent members of the council?", "Peru", "Chile"),
        ("what to see in the old harbour?", "The lighthouse", "The fish market"),
        ("what else did the smith invent?", "The pump", "The stove"),
    ],
)
def test_one_of_many_things_contradicts_no_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("You are a clerk of the town of Orden. Be brief and polite. State the capital of Peru.", "Lima.", "Cusco."),
        (
            "You are a clerk of the town of Orden. Be brief and polite. Say whether a whale is a fish.",
            "A whale is a fish.",
            "A whale is not a fish.",
        ),
    ],
)
def test_a_question_behind_a_preamble_is_asked(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "You are a clerk of the town of Orden. Be brief and polite. Write a line about Peru.",
            "Lima is lovely.",
            "Cusco is lovely.",
        ),
    ],
)
def test_an_order_behind_a_preamble_is_open(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

"""Sentences that take up their question and close with a name."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW

BOXER = "By what name was the boxer Wim Smit better known?"
FERRY = "What was the name of the ferry that sank off Elms in 1987?"
MILK = "Which millionaire introduced free school milk in Ober?"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            BOXER,
            'Wim Smit was better known by the ring name "Sugar Rob."',
            'Wim Smit was better known as "The Mantis".',
        ),
        (
            FERRY,
            'The ferry that sank off Elms was called "Esso Hall".',
            'The ferry that sank off Elms was named "Essex".',
        ),
        (
            MILK,
            "The millionaire who introduced free school milk in Ober was Walter P. Schill.",
            "The millionaire who introduced free school milk in Ober was Dan C. Cook. He was mayor from 1923 to 1927.",
        ),
    ],
)
def test_two_names_in_one_place(question: str, one: str, other: str) -> None:
    assert score(question, one, other, floor=REVIEW) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (BOXER, 'Wim Smit was better known as "Sugar Rob".', "Wim Smit was better known as Sugar Rob Smit."),
        (BOXER, 'Wim Smit was better known as "SR".', 'Wim Smit was better known as "Sugar Rob".'),
        (MILK, "The millionaire who introduced free school milk in Ober was Dan Cook.", "It was Dan C. Cook, in Ober."),
        ("Who plays in the film Elms?", "One of those who play in the film Elms is Ann Lee.",
         "Elms has parts for Ann Lee, for Di Marco and for Bo Berg."),
    ],
)  # fmt: skip
def test_one_name_or_places_in_one_another(question: str, one: str, other: str) -> None:
    assert score(question, one, other, floor=REVIEW) < REVIEW

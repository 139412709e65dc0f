"""Contradictions in words of their own, and agreements that look like one: both below and over what is reported."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs


def score(question: str, one: str, other: str) -> float:
    found = score_pairs([question] * 2, [one, other], [question] * 2, [other, one]).score
    assert found[0] == pytest.approx(found[1])
    return float(found[0])


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Who built the tower of Halden?",
            "The tower was built by Erik Moen.",
            "Ivar Lunde built the tower of Halden.",
        ),
        ("Is the old login still valid?", "The old login is still valid.", "The old login expired last spring."),
        ("Is the ferry still running?", "The ferry is still running.", "The ferry stopped running in May."),
        ("Are tents allowed on the meadow?", "Tents without pegs are allowed.", "Tents are forbidden on the meadow."),
        (
            "Which comes first, concert or dinner?",
            "First the concert, then the dinner.",
            "Dinner comes before the concert.",
        ),
        ("Qui a peint ce tableau ?", "Jean Morel a peint « Le Pont ».", "C'est Luc Petit."),
    ],
)
def test_contradictions_are_found(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= 0.5


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Is a stack a type or a structure?",
            "A stack is a structure, not an abstract data type (ADT).",
            "A stack is a structure, not an ADT (abstract data type).",
        ),
        (
            "Is it illegal to collect rain?",
            "No, collecting rain and using it would not be illegal.",
            "If you collect rain, it is not illegal to use it.",
        ),
        ("Who built the tower of Halden?", "The tower was built by Erik Moen.", "Moen built the tower of Halden."),
        ("Did the war end in 1945?", "The war ended in 1945.", "It ended in 1945, in May."),
        ("Are tents allowed?", "Tents without pegs are allowed.", "You may put up a tent."),
        (
            "Which comes first, concert or dinner?",
            "First the concert, then the dinner.",
            "The concert is before the dinner.",
        ),
    ],
)
def test_agreements_are_none(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < 0.5

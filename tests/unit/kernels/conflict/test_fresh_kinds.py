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
        ("How much may a trunk weigh?", "Up to 20 kg.", "A trunk may weigh at most 23 kg."),
        ("Is the pump working again?", "Yes, the pump is working.", "The pump is out of service."),
        ("Is a helmet required?", "A helmet is optional.", "Everybody must wear one."),
        ("Which is older, the mill or the church?", "The mill is older than the church.", "The church."),
        ("駅は何年にできましたか。", "1911年。", "1925年。"),
        ("Quanti giorni ho per il pagamento?", "Ha 10 giorni di tempo.", "Il pagamento è dovuto entro 45 giorni."),
        ("The butler did it.", "true", "false"),
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
        ("How much may a trunk weigh?", "Up to 20 kg.", "At most about 20 kg."),
        ("Is a helmet required?", "Yes, it is mandatory.", "Everybody must wear one."),
        ("Is a helmet required?", "A helmet is optional.", "You must wear one if you are under 18."),
        ("Quanti giorni ho per il pagamento?", "Ha 10 giorni di tempo.", "Il pagamento è dovuto entro 10 giorni."),
        ("Pick a word.", "true", "tree"),
    ],
)
def test_agreements_are_none(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < 0.5


def test_equations_with_other_signs_are_two_questions() -> None:
    asked = ("Solve x^2 - 7x + 12 = 0.", "Solve x^2 - 7x - 12 = 0.")
    assert score_pairs([asked[0]], ["x = 3, x = 4"], [asked[1]], ["x = 8.4, x = -1.4"]).score[0] < 0.5

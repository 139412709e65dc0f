"""What to do at once against what can wait."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW
from ftq_spark.kernels.conflict.urgency import urgency

FEVER = "My child has had a fever of 39 degrees since this morning. What should I do?"


@pytest.mark.parametrize(
    ("answer", "side"),
    [
        ("Go to the emergency room now.", 1),
        ("This needs same-day evaluation by a doctor.", 1),
        ("It is a medical emergency: call an ambulance.", 1),
        ("Do not wait. Call 911.", 1),
        ("See a vet immediately.", 1),
        ("Monitor it at home and give fluids.", -1),
        ("It can safely wait for a routine appointment.", -1),
        ("No urgent care is needed; rest.", -1),
        ("Immediate medical attention is not required.", -1),
        ("This is not an emergency.", -1),
        ("Monitor at home. Seek immediate care if a rash appears.", -1),
        # Neither, or both.
        ("Call 911 if she stops breathing.", 0),
        ("Give fluids.", 0),
        ("Wait two days. It is an emergency.", 0),
        ("The emergency exit is at the back.", 0),
        ("He can wait at home for the parcel.", 0),
    ],
)
def test_how_soon(answer: str, side: int) -> None:
    assert urgency(answer) == side


@pytest.mark.parametrize(
    ("question", "one", "other", "contradicts"),
    [
        (FEVER, "Monitor it at home and give fluids.", "This needs same-day evaluation by a doctor.", True),
        (
            FEVER,
            "Go to the emergency room.",
            "Monitor at home, give plenty to drink. Call again if a rash appears.",
            True,
        ),
        ("How soon must a knocked-out tooth be seen?", "It is a dental emergency.", "It can wait until Monday.", True),
        (FEVER, "Monitor it at home.", "Monitor it at home. Call an ambulance if she has a seizure.", False),
        (FEVER, "No urgent care is needed.", "Immediate medical attention is not required.", False),
        ("Write a story about a fire.", "It is an emergency, call 911!", "They can stay at home, said the man.", False),
    ],
)
def test_now_against_later(question: str, one: str, other: str, contradicts: bool) -> None:
    assert (score(question, one, other, floor=REVIEW) >= REVIEW) == contradicts

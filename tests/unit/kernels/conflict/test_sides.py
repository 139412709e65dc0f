"""Sides that answers take without saying yes or no."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.answer import analyse
from ftq_spark.kernels.conflict.pairs import OPEN_CAP, REVIEW, may_conflict


@pytest.mark.parametrize(
    ("question", "answer", "lead"),
    [
        ("Is tea served on the ferry?", "It is.", 1),
        ("Is tea served on the ferry?", "It isn't.", -1),
        ("Do you sell maps?", "We do, at the counter.", 1),
        ("Do you sell maps?", "Unfortunately we don't.", -1),
        ("May I take a map?", "Sure, they are free.", 1),
        ("May I take a map?", "I'm afraid not.", -1),
        ("May I take a map?", "You can't.", -1),
        ("Is tea served on the ferry?", "It is not the ferry that serves tea.", 0),
        ("Who draws the maps?", "Sure, I can tell you.", 0),
    ],
)
def test_short_replies_take_a_side(question: str, answer: str, lead: int) -> None:
    assert analyse(question, answer).answer.lead == lead


@pytest.mark.parametrize(
    ("question", "one", "other", "conflict"),
    [
        ("Is there a lift?", "A lift is at the end of the hall.", "There is no lift.", True),
        ("Is there a lift?", "A lift is at the end of the hall.", "There is no lift in the old wing.", False),
        ("May I bring my cat?", "Cats are allowed in the garden.", "Pets are not allowed.", True),
        ("Are pets allowed?", "Cats and dogs are allowed.", "Snakes are not allowed.", False),
        ("How do I change my address?", "Open your profile and edit it.", "The address cannot be changed.", True),
        (
            "How do I change my address?",
            "Open your profile and edit the address.",
            "The address cannot be changed by phone.",
            False,
        ),
        ("How do I change my address?", "Open your profile and edit the address.", "Click Edit beside it.", False),
    ],
)  # fmt: skip
def test_denials_of_what_the_other_answer_says(question: str, one: str, other: str, conflict: bool) -> None:
    assert (score(question, one, other, floor=REVIEW) >= REVIEW) == conflict


def test_a_question_for_a_way_is_open_unless_one_answer_says_there_is_none() -> None:
    question = "How do I mend a sail?"
    long = (
        "Lay it flat, cut a patch, and sew it on with a waxed thread, from the middle to the edge, in small stitches."
    )
    assert not may_conflict(question, long, question, "With a patch.")
    assert may_conflict(question, long, question, "A sail cannot be mended.")
    assert score(question, long, "With a patch.", floor=REVIEW) <= OPEN_CAP


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Do I get my money back if I cancel?", "You get a full refund.", "No refund is given after cancellation."),
        ("What happens if I cancel my booking?", "You will receive a full refund.", "There is no refund."),
        ("What is the refund policy?", "Full refund within 14 days.", "No refunds."),
    ],
)
def test_what_one_gets_contradicts_that_there_is_none(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("What happens if I cancel?", "You receive a full refund.", "No refund is possible a day before arrival."),
        ("Do I get a discount?", "You get a full refund.", "No discount is available for groups."),
    ],
)
def test_none_of_another_thing_or_in_another_case_does_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

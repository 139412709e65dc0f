"""Two answers of one conversation to the same question."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.kernels.conflict.within import MAX_EXCHANGES, conflict_within, exchanges

Turn = dict[str, str]
ASKED, AGAIN = "Is ibuprofen safe in late pregnancy?", "is ibuprofen safe in late pregnancy"
YES, NO = "Yes, it is safe.", "No, it is not safe."


def chat(*turns: str) -> list[Turn]:
    return [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(turns)]


def test_the_same_question_answered_oppositely() -> None:
    found = conflict_within(chat(ASKED, YES, "Thank you.", "You are welcome.", AGAIN, NO), 0.5)
    assert found is not None
    expected = score_pairs([ASKED], [YES], [AGAIN], [NO])
    assert (found.score, found.kind, found.evidence) == (expected.score[0], expected.kind[0], expected.evidence[0])
    assert (found.left_turn, found.right_turn) == (1, 5)
    assert found.evidence[0]["left_text"] == YES


@pytest.mark.parametrize(
    "messages",
    [
        [],
        chat(ASKED, YES),
        chat(ASKED, YES, AGAIN, YES),
        chat(ASKED, YES, "Is paracetamol safe in late pregnancy?", NO),
        chat(ASKED, YES, "Are you sure?", NO),
        chat("", YES, "", NO),
        chat("Write a poem about rain.", "Rain falls.", "Write a poem about rain.", "It never rains."),
        [{"role": "user", "content": ASKED}, {"role": "tool", "content": YES}, {"role": "assistant", "content": NO}],
    ],
)
def test_what_is_no_contradiction(messages: list[Turn]) -> None:
    assert conflict_within(messages, 0.5) is None


@pytest.mark.parametrize(
    ("question", "answers", "apart"),
    [
        (ASKED, (YES, NO), True),
        ("How much does it cost?", ("It costs $40.", "It costs $55."), False),
        ("What is the address of the hall?", ("It is 12 Mill Lane.", "It is 7 Oak Street."), False),
        ("¿Es segura la vacuna de Moderna?", ("Sí, es segura.", "No, no es segura."), True),
    ],
)
def test_a_question_that_leans_asks_the_same_right_behind_itself_alone(
    question: str, answers: tuple[str, str], *, apart: bool
) -> None:
    assert conflict_within(chat(question, answers[0], question, answers[1]), 0.5) is not None
    others = ("I would rather look at another one.", "Then take the red one.")
    found = conflict_within(chat(question, answers[0], *others, question, answers[1]), 0.5)
    assert (found is not None) == apart


@pytest.mark.parametrize("question", ["What else can you find?", "What about another date?", "Is there anything else?"])
def test_who_asks_for_more_is_told_something_else(question: str) -> None:
    assert conflict_within(chat(question, "There is a red one.", question, "There is a blue one."), 0.5) is None


def test_only_answers_that_follow_a_question_are_compared() -> None:
    messages = [{"role": "system", "content": "Be brief."}, *chat(ASKED, YES), {"role": "assistant", "content": NO}]
    assert exchanges(messages) == [(ASKED, YES, 2)]


def test_the_work_is_bounded() -> None:
    long = chat(*[text for n in range(MAX_EXCHANGES) for text in (f"Is {n} odd?", "Yes.")], ASKED, YES, AGAIN, NO)
    assert conflict_within(long, 0.5) is None
    assert conflict_within(long[-4:], 0.5) is not None


def test_what_points_back_to_what_was_said_between_is_another_question() -> None:
    first, second = ("Play some songs.", "I found Reel Ten."), ("Something else.", "Here is The Old Mill.")
    asked = "Which genre is that?"
    between = chat(*first, asked, "It is folk.", *second, asked, "It is jazz.")
    assert conflict_within(between, 0.25) is None
    named = "Which genre is Reel Ten?"
    assert conflict_within(chat(*first, named, "It is folk.", *second, named, "It is jazz."), 0.25) is not None

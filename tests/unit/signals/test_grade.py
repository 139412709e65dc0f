"""The grade: brief right answers are not vague, generalities are, and a courtesy is not graded."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark.signals import explain_grade, measure


def graded(question: str, answer: str) -> float:
    columns = {"question": pa.array([question]), "response": pa.array([answer]), "prompt": pa.array([question])}
    return float(measure(columns, ["grade"])["grade"][0])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Determine the number of days in June 2024.", "June 2024 has 30 days."),
        ("Which is heavier, iron or cork?", "Iron is heavier than cork"),
        ("Why is Norway in the EU?", "Norway is not in the EU"),
        ("What happens if you swallow a cherry stone?", "Nothing happens if you swallow a cherry stone"),
        ("Name a tool that a baker would use", "A baker would use a sieve."),
        ("Write the plural of 'goose'.", "The plural of 'goose' is 'geese'."),
        ("Rewrite the sentence.\nThe work go good.", "The work is going well."),
        ("What position does she play?", "Sure, I'll do my best in a few words!\n\nAnswer: Goalkeeper."),
        ("Do you agree?\n(A) Agree\n(B) Disagree\nAnswer:", "(A)"),
        ("If A is taller than B, who is taller? Give only A or B.", "A"),
        ("Reword this statement.\nMany important firms left.", "Many important firms departed."),
    ],
)
def test_a_brief_right_answer_is_not_vague(question: str, answer: str) -> None:
    assert graded(question, answer) >= 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Does warfarin interact with painkillers?", "Warfarin has many interactions."),
        ("How does a heat pump work?", "It generally works in various important ways."),
        ("Explain inflation.", "There are many different factors, and it may depend on several things."),
        ("What causes rust?", ""),
    ],
)
def test_generalities_and_nothing_are_vague(question: str, answer: str) -> None:
    assert graded(question, answer) == 0


@pytest.mark.parametrize(
    "said", ["Thanks!", "thank you so much", "Ok, thanks.", "Hello there", "Goodbye!", "ok", "Got it."]
)
def test_where_nothing_is_asked_nothing_is_graded(said: str) -> None:
    assert np.isnan(graded(said, "You're welcome!"))
    assert explain_grade(said, "You're welcome!") == "not graded: nothing is asked"


@pytest.mark.parametrize(
    "asked", ["Hello, how do planes fly?", "Thanks. And why is the sky blue?", "Good soups?", "Yes or no: is 7 prime?"]
)
def test_a_question_after_a_courtesy_is_graded(asked: str) -> None:
    assert not np.isnan(graded(asked, "By lift."))

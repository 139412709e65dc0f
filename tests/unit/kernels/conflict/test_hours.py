"""Days and hours at which answers say something is open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.hours import EVERY_DAY, WORKDAYS, asks_hours, schedule, schedules_clash
from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs


@pytest.mark.parametrize(
    ("text", "open_", "closed", "hours"),
    [
        ("We are open Monday to Friday from 9 to 17.", WORKDAYS, set(), {(540, 1020)}),
        ("Mon-Fri 9am-5pm, Sat 10am-2pm, closed on Sundays.", {*range(6)}, {6}, {(540, 1020), (600, 840)}),
        ("The shop is closed on Fridays.", set(), {4}, set()),
        ("Open daily except Mondays.", EVERY_DAY, {0}, set()),
        ("Open on weekdays only.", WORKDAYS, {5, 6}, set()),
        ("We answer around the clock.", set(), set(), {(0, 1440)}),
        ("Friday to Monday, 10:00 to 16:30.", {4, 5, 6, 0}, set(), {(600, 990)}),
        ("From 10 to 5.", set(), set(), {(600, 1020)}),
    ],
)
def test_what_an_answer_states(text: str, open_: set[int], closed: set[int], hours: set[tuple[int, int]]) -> None:
    found = schedule(text)
    assert found is not None
    assert (found.open_ - found.closed, found.closed, found.hours) == (open_ - closed, closed, hours)


@pytest.mark.parametrize(
    "text",
    [
        "Delivery takes 5 to 10 business days.",
        "It depends.",
        "In summer we are open from 9 to 17.",
        "We are closed on public holidays.",
        "It costs $5 to $10.",
    ],
)
def test_what_states_none_or_one_that_varies(text: str) -> None:
    found = schedule(text)
    assert found is None or not (found.closed or found.hours)


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("We are open Monday to Friday.", "We are closed on Fridays.", True),
        ("We are open Monday to Friday.", "We are closed on weekends.", False),
        ("We are open from Monday to Saturday, 8 to 6.", "We open at 8 am, Monday to Saturday, until 18:00.", False),
        ("We are open from 8 to 6.", "We are open from 9 to 6.", True),
        ("Every day from 10 to 6.", "10 am to 6 pm, every day.", False),
        ("The kitchen is open every day.", "The garden is closed on Mondays.", False),
    ],
)
def test_two_answers_about_one_week(one: str, other: str, conflict: bool) -> None:
    question = "What are your opening hours?"
    for left, right in ((one, other), (other, one)):
        assert (score_pairs([question], [left], [question], [right]).score[0] >= REVIEW) == conflict


@given(st.text(alphabet="0123456789 :-.,ampondaytufriscle", max_size=60))
def test_any_text_is_read(text: str) -> None:
    found = schedule(text)
    assert found is None or not schedules_clash(found, found)


def test_questions_for_hours_are_told() -> None:
    assert asks_hours("When can I reach you?")
    assert not asks_hours("Who wrote Hamlet?")

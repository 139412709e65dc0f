"""Fields of a question that nobody filled in, beside braces that are meant."""

from __future__ import annotations

from rule_verdicts import decided, found

ADVICE = (
    "Drink enough water on the day before the run, and sleep for at least eight hours in a room that is dark and cool."
)


def test_fields_that_nobody_filled_in_are_missing_context() -> None:
    answer = "Any change needs a new validation, whatever its size."
    assert decided("Can we {change} in our {area} without a new test?", answer) == {"missing_context": "review"}
    for asked in (
        "What do the braces in {name} stand for?",
        "Fill in {name} and {date}.",
        "Write f(x) = {x} as a set.",
        "Get https://example.org/{user_id} with Go.",
    ):
        assert "missing_context" not in decided(asked, answer)


def test_fields_one_behind_another_are_a_layout() -> None:
    assert "missing_context" not in found("Write nine tips for mothers as a numbered list. {Tip} {Explanation}", ADVICE)
    assert "missing_context" in decided("Can we {change} our plan for the week?", ADVICE)

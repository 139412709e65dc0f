"""Fields of a question that nobody filled in, beside braces that are meant."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found

ADVICE = (
    "Drink enough water on the day before the run, and sleep for at least eight hours in a room that is dark and cool."
)


def test_fields_that_nobody_filled_in_are_missing_context() -> None:
    answer = "Any change needs a new validation, whatever its size."
    assert found("Can we {change} in our {area} without a new test?", answer)["missing_context"] == "review"
    for asked in (
        "What do the braces in {name} stand for?",
        "Fill in {name} and {date}.",
        "Write f(x) = {x} as a set.",
        "Get https://example.org/{user_id} with Go.",
    ):
        assert "missing_context" not in found(asked, answer)


def test_fields_one_behind_another_are_a_layout() -> None:
    assert "missing_context" not in found("Write nine tips for mothers as a numbered list. {Tip} {Explanation}", ADVICE)
    assert "missing_context" in found("Can we {change} our plan for the week?", ADVICE)


@pytest.mark.parametrize(
    ("question", "lacks_it"),
    [
        ("Summarize the following article.", True),
        ("Which of the following words is related to fear?", True),
        ("One of the following statements concerning black tea is wrong.", True),
        ("Correct the grammar of the following sentence", True),
        ("Correct the grammar of the following sentence You was late to the party", False),
        ("Are you following this conversation history?", False),
        ("I'm following this text closely, and you?", False),
    ],
)
def test_a_text_that_is_spoken_of_is_there_or_not(question: str, lacks_it: bool) -> None:
    assert ("missing_context" in decided(question, ADVICE)) == lacks_it


@pytest.mark.parametrize(
    ("question", "answer", "strength"),
    [
        ("Can we {change} in our {area} without a new test?", "Any change needs one.", "review"),
        ("How can I {use_time} to rest?", "Sleep in a dark room.", "review"),
        ("Who wrote the letters of {{NAME}} to the king?", "A clerk of the court did.", "review"),
        ("How do I {rest/sleep} at {home}?", "Close the curtains.", "review"),
        ("Who wrote the letters of {{NAME}} to the king?", "{{NAME}} wrote them.", None),
        ("What does {{user}} say to the king?", "Nothing at all.", None),
        ("Which route serves /orders/{order} best?", "The second.", None),
        ("How is {name} replaced in this string?", "With a call.", "note"),
        ("Is the prompt {topic} good?", "It is short.", "note"),
        ("Say 'Hello, {name}': is it polite?", "It is.", "note"),
        ("Can we {change} our plan?", "The word in braces is left open.", "note"),
        ("Is {a} in {b}?", "It is not.", "note"),
    ],
)
def test_a_field_in_a_plain_sentence_is_reviewed(question: str, answer: str, strength: str | None) -> None:
    assert found(question, answer).get("missing_context") == strength

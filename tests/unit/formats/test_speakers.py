"""Who speaks, where fields and roles have names of their own."""

from __future__ import annotations

from typing import Any

import pytest

from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.speakers import fields_of_turns, shared_tags, tags


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (
            [{"wer": "Kunde", "was": "Wo ist es?"}, {"wer": "Berater", "was": "Hier."}],
            {"role": "wer", "content": "was"},
        ),
        (
            [{"id": "m1", "t": "Far?", "p": "X"}, {"id": "m2", "t": "No.", "p": "Y"}],
            {"role": "p", "content": "t"},
        ),
        ([{"p": "X", "t": "Is it far?"}, {"p": "X", "t": "No, it is near."}], {}),  # one speaker alone
        ([{"p": "X", "q": "A", "t": "Is it far?"}, {"p": "Y", "q": "B", "t": "No, near."}], {}),  # either may speak
        ([{"p": "X", "t": "Is it far?"}], {}),
        ([{"field": "hotel", "way": "by name"}, {"field": "sight", "way": "by fee"}], {}),  # nothing is said
        ([{"p": name, "t": "Is it far?"} for name in "WXYZ"], {}),  # labels rather than speakers
        (["Is it far?", "No."], {}),
        ([], {}),
    ],
)
def test_fields_are_told_by_their_values(turns: list[Any], expected: dict[str, str]) -> None:
    assert fields_of_turns(turns) == expected


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["pupil", "mentor"], {"user_tag": "pupil", "assistant_tag": "mentor"}),
        (["system", "pupil", "mentor", "pupil"], {"user_tag": "pupil", "assistant_tag": "mentor"}),
        (["user", "replier"], {"assistant_tag": "replier"}),
        (["client-9", "assistant"], {"user_tag": "client-9"}),
        (["user", "assistant"], {}),
        (["user", "assistant", "narrator"], {}),
        (["a b c", "d", "e"], {"assistant_tag": "e", "user_tag": "*"}),
        (["Alice", "Bob", "Carol", "Alice", "Bob"], {"assistant_tag": "Bob", "user_tag": "*"}),
        (["Alice", "Bob", "Carol", "system"], {"assistant_tag": "Carol", "user_tag": "*"}),
        (["Alice", "Bob", "assistant"], {"user_tag": "*"}),
        (["Alice", "Bob", "user"], {}),
        (["Alice", "Bob", ""], {}),
        (["pupil"], {}),
    ],
)
def test_what_speakers_are_called(roles: list[str], expected: dict[str, str]) -> None:
    assert tags([{"from": role, "value": "said"} for role in roles]) == expected


@pytest.mark.parametrize(
    ("dialogues", "expected"),
    [
        (["Alice Bob", "Alice Bob"], {"user_tag": "Alice", "assistant_tag": "Bob"}),
        (["Alice Bob", "Dave Bob"], {"assistant_tag": "Bob", "user_tag": "*"}),
        (["Bob Alice", "Bob Dave"], {"assistant_tag": "Bob", "user_tag": "*"}),  # who begins is not always the user
        (["Alice Bob", "Carol Dave"], {"assistant_tag": "Bob", "user_tag": "*"}),  # nobody is in most
        (["Alice Carol Bob", "Alice Dave"], {"assistant_tag": "Alice", "user_tag": "*"}),
        (["Alice assistant", "Bob assistant"], {"user_tag": "*"}),
        (["user Alice", "user Bob"], {"assistant_tag": "*"}),
        (["user assistant"], {}),
        ([], {}),
    ],
)
def test_names_of_many_dialogues(dialogues: list[str], expected: dict[str, str]) -> None:
    turns = [[{"speaker": name, "text": "said"} for name in names.split()] for names in dialogues]
    assert shared_tags(turns) == expected


@pytest.mark.parametrize("field", ["author", "sender"])
def test_authors_and_senders_are_speakers(field: str) -> None:
    row = {"chat_messages": [{field: "human", "text": "Which river?"}, {field: "assistant", "text": "The Po."}]}
    found = conversation(row)
    assert (found.format, [turn["role"] for turn in found.messages]) == ("openai", ["user", "assistant"])


def test_roles_in_short_and_in_chinese() -> None:
    for roles in (("Q", "A"), ("用户", "助手"), ("question", "answer")):
        turns = [{"from": role, "value": text} for role, text in zip(roles, ("Which?", "The Po."), strict=True)]
        assert [turn["role"] for turn in conversation({"conversations": turns}).messages] == ["user", "assistant"]


def test_turns_of_other_objects_are_told_by_their_fields() -> None:
    row = {"dialog": [{"x": 1, "y": 2}]}
    with pytest.raises(Fault, match="a list of other objects, of") as raised:
        conversation(row)
    assert raised.value.code == "missing_messages"


@pytest.mark.parametrize("turns", [[{"text": "Which?"}, {"text": "And?"}], ["Which?", {"content": "And?"}]])
def test_turns_that_say_nothing_but_a_text_are_told(turns: list[Any]) -> None:
    with pytest.raises(Fault, match="found it a list of texts, which have no roles: questions alone") as raised:
        conversation({"turns": turns})
    assert raised.value.code == "missing_messages"


@pytest.mark.parametrize("row", [{"prompt": None, "completion": "a"}, {"instruction": None, "output": "a"}])
def test_a_question_that_is_null_is_named(row: dict[str, Any]) -> None:
    with pytest.raises(Fault, match="the question is null") as raised:
        conversation(row)
    assert raised.value.code == "empty_content"

"""A corrected answer goes into the row's own schema, and nothing else of the row changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats import conversation
from ftq_spark.formats.editing import Uneditable, edited
from ftq_spark.formats.schemas import Schema, schemas

ANSWER = 'The "Rhône",\nnot a lake.'


UNEDITABLE = ("stepwise", "prompt_only", "xlam")  # an answer put together from several fields, none, and calls alone


@pytest.mark.parametrize("entry", [s for s in schemas() if s.name not in UNEDITABLE], ids=lambda entry: entry.name)
def test_every_schema_takes_a_corrected_answer(entry: Schema) -> None:
    before = conversation(entry.example)
    found = edited(json.dumps(entry.example), ANSWER)
    after = conversation(json.loads(found.original))
    assert after.messages == found.messages
    assert [turn["content"] for turn in after.messages] == [
        *(turn["content"] for turn in before.messages[:-1]),
        ANSWER,
    ]
    assert (after.format, after.rejected, after.label, after.tools) == (
        before.format, before.rejected, before.label, before.tools,
    )  # fmt: skip


def test_what_is_not_one_text_is_not_edited() -> None:
    for name, why in zip(UNEDITABLE, ("by itself", "without an answer", "a call, not text"), strict=True):
        (entry,) = [entry for entry in schemas() if entry.name == name]
        with pytest.raises(Uneditable, match=why):
            edited(json.dumps(entry.example), ANSWER)


def test_nothing_else_of_the_row_changes() -> None:
    row = (
        '{ "n": 1.50, "note":"The Po.",  "prompt": "Is it The Po.?", "completion": "The Po.", "e": 1e5, "\\u00fc": [] }'
    )
    assert edited(row, "The Elbe.").original == row.replace('"completion": "The Po."', '"completion": "The Elbe."')


def test_the_same_text_elsewhere_stays() -> None:
    echo = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "a"}], "later": "a"}
    found = json.loads(edited(json.dumps(echo), "b").original)
    assert [turn["content"] for turn in found["messages"]] == ["a", "b"]
    assert found["later"] == "a"


def test_thoughts_and_turns_held_as_text_are_kept() -> None:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>hm</think>\n\na"}]
    found = json.loads(edited(json.dumps({"messages": turns}), "b").original)
    assert found["messages"][1]["content"] == "<think>hm</think>\n\nb"
    packed = json.loads(edited(json.dumps({"messages": json.dumps(turns)}), "b").original)
    assert json.loads(packed["messages"])[1]["content"] == "<think>hm</think>\n\nb"


def test_columns_of_ones_own_are_edited_where_they_stand() -> None:
    row = json.dumps({"asked": "q", "bot": {"reply": "a"}})
    found = edited(row, "b", {"prompt": "asked", "response": "bot.reply"})
    assert json.loads(found.original) == {"asked": "q", "bot": {"reply": "b"}}


CALL: dict[str, Any] = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("turn", "answer", "why"),
    [({"content": "a"}, " \n", "blank"), ({"content": None, "tool_calls": [CALL]}, "b", "call")],
)
def test_what_cannot_be_edited_says_why(turn: dict[str, Any], answer: str, why: str) -> None:
    row = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", **turn}]}
    with pytest.raises(Uneditable, match=why):
        edited(json.dumps(row), answer)


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])), st.booleans()
)
def test_any_answer_is_read_back_or_refused(old: str, new: str, ascii_: bool) -> None:
    row = json.dumps({"prompt": "q?", "response": f"x {old}"}, ensure_ascii=ascii_)
    try:
        found = edited(row, new)
    except Uneditable:
        return
    assert (
        json.loads(found.original)["response"].strip() == new.strip() or new in json.loads(found.original)["response"]
    )
    assert found.messages[-1]["content"] == new

"""Masks in a row's own schema: what is marked, what cannot be, and that nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats.detect import conversation
from ftq_spark.formats.masks import masked, stated

TALK = [("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d")]


def openai(**first: Any) -> dict[str, Any]:
    turns = [{"role": role, "content": text} for role, text in TALK]
    turns[1] |= first
    return {"messages": turns, "id": 7}


def sharegpt(**first: Any) -> dict[str, Any]:
    names = {"user": "human", "assistant": "gpt"}
    turns = [{"from": names[role], "value": text} for role, text in TALK]
    turns[1] |= first
    return {"conversations": turns, "system": "Be kind."}


def parts(**first: Any) -> dict[str, Any]:
    turns: list[dict[str, Any]] = [{"role": role, "content": [{"type": "text", "value": text}]} for role, text in TALK]
    turns[1] |= first
    return {"messages": turns}


def weights(row: str) -> list[float | None]:
    return [turn["weight"] for turn in conversation(json.loads(row)).messages if turn["role"] == "assistant"]


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        (openai(), "weight", 0),
        (openai(weight=1), "weight", 0),
        (openai(loss_mask=1), "loss_mask", 0),
        (openai(loss=True), "loss", False),
        (sharegpt(), "train", False),
        (sharegpt(weight=1), "weight", 0),
        (parts(), "loss_weight", 0),
        (parts(loss_weight=1.0), "loss_weight", 0),
    ],
)
def test_the_mark_is_that_of_the_row_or_of_its_schema(row: dict[str, Any], field: str, value: object) -> None:
    turns = "messages" if "messages" in row else "conversations"
    place = 1 if turns == "messages" else 2  # the system text of ShareGPT is a message before them
    expected = json.loads(json.dumps(row))
    expected[turns][1][field] = value
    found = masked(json.dumps(row), [place])
    assert found is not None
    assert json.loads(found) == expected
    assert type(json.loads(found)[turns][1][field]) is type(value)
    assert weights(found) == [0, None]


def test_a_cell_of_a_table_stays_text() -> None:
    row = {"messages": json.dumps(openai()["messages"])}
    found = masked(json.dumps(row), [1])
    assert found is not None
    assert [turn.get("weight") for turn in json.loads(json.loads(found)["messages"])] == [None, 0, None, None]


def test_turns_under_names_of_ones_own() -> None:
    row = {"data": {"talk": [{"who": role, "said": text} for role, text in TALK]}}
    found = masked(json.dumps(row), [3], {"messages": "data.talk", "role": "who", "content": "said"})
    assert found is not None
    assert json.loads(found)["data"]["talk"][3] == {"who": "assistant", "said": "d", "weight": 0}


def test_a_result_inside_a_turn_of_the_user_moves_no_mark() -> None:
    call = {"type": "tool_use", "id": "1", "name": "f", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "1", "content": "3"}
    turns = [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result, {"type": "text", "text": "and?"}]},
        {"role": "assistant", "content": "b"},
    ]
    assert [m["role"] for m in conversation({"messages": turns}).messages][2:] == ["tool", "user", "assistant"]
    found = masked(json.dumps({"messages": turns}), [4])
    assert found is not None
    assert [turn.get("weight") for turn in json.loads(found)["messages"]] == [None, None, None, 0]


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "c", "history": [["a", "b"]], "output": "d"},
        {"conversation": [{"human": "a", "assistant": "b"}, {"human": "c", "assistant": "d"}]},
        {"contents": [{"role": {"assistant": "model"}.get(r, r), "parts": [{"text": t}]} for r, t in TALK]},
        {"prompt": "Human: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: ", "completion": "d"},
    ],
)
def test_a_schema_without_a_place_for_a_mark_has_none(row: dict[str, Any]) -> None:
    assert masked(json.dumps(row), [1]) is None
    assert stated(json.dumps(row)) is None


def test_all_answers_out_of_training_are_no_example() -> None:
    assert masked(json.dumps(openai()), [1, 3]) is None


def test_stated_marks_say_what_none_means() -> None:
    assert weights(stated(json.dumps(openai(weight=0))) or "") == [0, 1]
    assert weights(stated(json.dumps(sharegpt())) or "") == [1, 1]


@given(
    st.lists(st.sampled_from(["user", "assistant", "tool", "system"]), min_size=1, max_size=12),
    st.sets(st.integers(0, 11)),
    st.sampled_from([("role", "content"), ("from", "value")]),
)
def test_what_is_masked_reads_back_as_the_same_but_for_the_weights(
    roles: list[str], chosen: set[int], keys: tuple[str, str]
) -> None:
    roles = [*roles, "assistant"]
    wanted = sorted(place for place in chosen if place < len(roles) - 1 and roles[place] == "assistant")
    row = {"messages": [{keys[0]: role, keys[1]: f"t{i}"} for i, role in enumerate(roles)], "other": {"x": [1, None]}}
    found = masked(json.dumps(row), wanted)
    assert found is not None
    before, after = conversation(row).messages, conversation(json.loads(found)).messages
    assert [m["weight"] for m in after] == [0 if i in wanted else None for i in range(len(roles))]
    assert [{**m, "weight": None} for m in after] == before
    assert json.loads(found)["other"] == row["other"]

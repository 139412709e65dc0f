"""What turns hold beside their text: calls, results, definitions, parts, thoughts, weights."""

from __future__ import annotations

import json
from typing import Any

import pytest
from schema_rows import OPENAI, turns

from ftq_spark.formats import conversation

CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
TOOL = {"type": "function", "function": {"name": "add", "parameters": {}}}


@pytest.mark.parametrize(
    ("turn", "n_ids"),
    [
        ({"role": "assistant", "content": None, "tool_calls": [CALL]}, 1),
        ({"role": "assistant", "tool_calls": [{"function": {"name": "add", "arguments": {"a": 1}}}]}, 0),
        ({"role": "assistant", "content": "", "tool_calls": [{"name": "add", "arguments": {"a": 1}}]}, 0),
        ({"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": '{"a": 1}'}}, 0),
        ({"from": "function_call", "value": '{"name": "add", "arguments": {"a": 1}}'}, 0),
        ({"from": "function_call", "value": '[{"name": "add", "arguments": {"a": 1}}]'}, 0),
        ({"role": "tool_call", "content": '{"name": "add", "arguments": {"a": 1}}'}, 0),
        ({"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "add", "input": {"a": 1}}]}, 1),
        ({"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "add", "input": {"a": 1}}}]}, 1),
        ({"role": "model", "parts": [{"functionCall": {"name": "add", "args": {"a": 1}}}]}, 0),
        (
            {
                "role": "assistant",
                "content": [{"type": "tool_call", "value": '{"name": "add", "arguments": {"a": 1}}'}],
            },
            0,
        ),
    ],
)
def test_tool_calls_of_every_dialect(turn: dict[str, Any], n_ids: int) -> None:
    (found,) = conversation({"messages": [turn]}).messages
    assert (found["role"], found["content"]) == ("assistant", "")
    (call,) = json.loads(found["tool_calls"])
    assert call["function"]["name"] == "add"
    assert json.loads(call["function"]["arguments"]) == {"a": 1}
    assert sum("id" in c for c in (call,)) == n_ids


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "tool", "tool_call_id": "c1", "content": "3"},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "3"}]},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "3"}]}],
        },
        {"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "3"}]}}]},
    ],
)
def test_tool_results_of_every_dialect(turn: dict[str, Any]) -> None:
    found = conversation({"messages": [*OPENAI, turn]}).messages[-1]
    assert (found["role"], found["content"], found["tool_call_id"]) == ("tool", "3", "c1")


def test_tool_results_that_are_no_text_are_kept_as_json() -> None:
    found = conversation({"messages": [*OPENAI, {"role": "tool", "content": {"sum": 12345678901234567890123}}]})
    assert found.messages[-1]["content"] == '{"sum":12345678901234567890123}'


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"tools": [TOOL]}, [TOOL]),
        ({"tools": json.dumps([TOOL])}, [TOOL]),
        ({"tools": [json.dumps(TOOL), "a calculator", "{a set}"]}, [TOOL, "a calculator", "{a set}"]),
        ({"available_tools": [TOOL]}, [TOOL]),
        ({"functions": [TOOL["function"]]}, [TOOL]),
        ({"tools": "[]"}, None),
        ({"tools": []}, None),
        ({"tools": None}, None),
        ({"tools": "a calculator"}, ["a calculator"]),
    ],
)
def test_tool_definitions(fields: dict[str, Any], expected: list[Any] | None) -> None:
    tools = conversation({"messages": OPENAI, **fields}).tools
    assert (None if tools is None else json.loads(tools)) == expected


def test_content_parts() -> None:
    image = {"type": "image_url", "image_url": {"url": "http://x/y.png"}}
    parts = [{"type": "text", "text": "one"}, image, {"type": "text", "text": "two"}]
    found = conversation({"messages": [{"role": "user", "content": parts}, OPENAI[1]]}).messages[0]
    assert found["content"] == "one\ntwo"
    assert json.loads(found["parts"]) == parts


def test_parts_that_are_all_text_are_text() -> None:
    parts = [{"type": "text", "value": "hi"}]
    found = conversation({"messages": [{"role": "user", "content": parts, "loss_weight": 0.0}, OPENAI[1]]}).messages[0]
    assert (found["content"], found["parts"], found["weight"]) == ("hi", None, 0.0)


def test_an_image_alone_is_content() -> None:
    row = {"messages": [{"role": "user", "content": [{"type": "image"}]}, OPENAI[1]], "images": ["x.png"]}
    assert turns(row) == [("user", ""), ("assistant", "a")]


@pytest.mark.parametrize("field", ["thinking", "reasoning_content", "reasoning"])
def test_reasoning(field: str) -> None:
    row = {"messages": [OPENAI[0], {**OPENAI[1], field: "because"}]}
    assert conversation(row).messages[1]["reasoning"] == "because"


def test_names_and_weights() -> None:
    row = {"messages": [{**OPENAI[0], "name": "ann"}, {**OPENAI[1], "weight": 0}, {**OPENAI[1], "weight": 1}]}
    found = conversation(row).messages
    assert [turn["name"] for turn in found] == ["ann", None, None]
    assert [turn["weight"] for turn in found] == [None, 0.0, 1.0]

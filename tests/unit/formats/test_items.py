"""Items of OpenAI's Responses API, stored, in a batch, and of types that cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.formats import Fault, conversation

CALL = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "level", "arguments": '{"river": "Po"}'}
RESULT = {"type": "function_call_output", "call_id": "c1", "output": "3 m"}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "They mean the Po."}]}
TOOL = {"type": "function", "name": "level", "parameters": {"type": "object", "properties": {"river": {}}}}


def answer(text: str) -> dict[str, Any]:
    parts = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": parts}


def asked(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "input_text", "text": text}]}


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    found = conversation(row)
    assert found.format == "responses"
    return [(turn["role"], turn["content"]) for turn in found.messages]


def test_a_stored_response() -> None:
    row = {"object": "response", "instructions": "Be brief.", "input": "Which river?", "output": [answer("The Po.")]}
    assert said(row) == [("system", "Be brief."), ("user", "Which river?"), ("assistant", "The Po.")]
    assert said({"input": [asked("Which river?")], "output": json.dumps([answer("The Po.")])}) == said(row)[1:]


def test_calls_results_and_thoughts() -> None:
    second = {**CALL, "call_id": "c2", "arguments": '{"river": "Adda"}'}
    row = {
        "input": [asked("How high are they?"), THOUGHT, CALL, second, RESULT, {**RESULT, "call_id": "c2"}],
        "output": [THOUGHT, answer("Both 3 m.")],
        "tools": [TOOL],
    }
    found = conversation(row)
    assert [turn["role"] for turn in found.messages] == ["user", "assistant", "tool", "tool", "assistant"]
    _, calls, *results, last = found.messages
    assert [call["id"] for call in json.loads(calls["tool_calls"])] == ["c1", "c2"]
    assert calls["reasoning"] == last["reasoning"] == "They mean the Po."
    assert [(turn["tool_call_id"], turn["content"]) for turn in results] == [("c1", "3 m"), ("c2", "3 m")]
    assert last["content"] == "Both 3 m."
    assert json.loads(found.tools or "")[0]["function"]["name"] == "level"


def test_a_message_and_the_call_behind_it_are_one_turn_and_two_messages_are_two() -> None:
    found = conversation({"input": "Which river?", "output": [answer("Let me see."), CALL]})
    assert [(turn["content"], turn["tool_calls"] is not None) for turn in found.messages[1:]] == [("Let me see.", True)]
    assert said({"input": "q", "output": [answer("The Po."), answer("Or not.")]})[1:] == [
        ("assistant", "The Po."),
        ("assistant", "Or not."),
    ]


def test_a_batch_of_requests_and_responses() -> None:
    request = {"custom_id": "1", "url": "/v1/responses", "body": {"model": "m", "input": "Which river?"}}
    response = {"status_code": 200, "body": {"object": "response", "output": [answer("The Po.")]}}
    assert said({**request, "response": response}) == [("user", "Which river?"), ("assistant", "The Po.")]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (
            {"input": "q", "output": [{"type": "item_reference", "id": "w"}, answer("The Po.")]},
            "bad_message",
            "found 'item_reference'",
        ),
        ({"body": {"input": "q"}, "response": {"output": [], "error": {"code": "busy"}}}, "no_assistant", "busy"),
        ({"input": "q", "output": [THOUGHT, {**CALL, "arguments": "{"}]}, "bad_tool_call", "arguments"),
    ],
)
def test_what_cannot_be_read(row: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(Fault) as found:
        conversation(row)
    assert found.value.code == code
    assert words in str(found.value)


@pytest.mark.parametrize("output", ["a", '["a", "b"]', '[{"type": "river"}]'])
def test_other_outputs_are_no_items(output: str) -> None:
    assert conversation({"input": "q", "output": output}).format == "prompt_completion"

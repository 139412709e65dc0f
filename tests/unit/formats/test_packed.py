"""Function-calling data packed in text: xLAM, Glaive, Harmony."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.formats import Fault, conversation

WEATHER = {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
CALL = {"name": "get_weather", "arguments": {"city": "Turin"}}


def calls_of(turn: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (call["function"]["name"], json.loads(call["function"]["arguments"])) for call in json.loads(turn["tool_calls"])
    ]


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in conversation(row).messages]


@pytest.mark.parametrize("dump", [json.dumps, lambda held: held])
def test_calls_as_the_answer(dump: Any) -> None:
    found = conversation({"id": 1, "query": "How warm is it?", "answers": dump([CALL, CALL]), "tools": dump([WEATHER])})
    assert found.format == "xlam"
    assert [turn["role"] for turn in found.messages] == ["user", "assistant"]
    assert calls_of(found.messages[1]) == [("get_weather", {"city": "Turin"})] * 2
    assert json.loads(found.tools or "")[0]["function"] == WEATHER


def test_calls_may_be_numbered() -> None:
    found = conversation({"query": "How warm is it?", "answers": [{"id": 0, **CALL}, {"id": 1, **CALL}]})
    assert [call["id"] for call in json.loads(found.messages[1]["tool_calls"])] == ["0", "1"]
    for id_ in (True, 1.5, ["c1"]):
        with pytest.raises(Fault, match="expected the id of a tool call as a string"):
            conversation({"query": "How warm is it?", "answers": [{"id": id_, **CALL}]})


def test_answers_that_are_no_calls_are_another_schema() -> None:
    assert conversation({"question": "Which river?", "answers": ["The Po.", "Po"]}).format == "qa"
    with pytest.raises(Fault, match="a function name"):
        conversation({"query": "How warm is it?", "answers": [{"name": " "}]})


CHAT = (
    'USER: How warm is it in Turin?\n\n\nASSISTANT: One moment. <functioncall> {"name": "get_weather", '
    '"arguments": \'{"city": "Turin"}\'} <|endoftext|>\n\n\nFUNCTION RESPONSE: {"celsius": 21}\n\n\n'
    "ASSISTANT: It is 21 degrees. ASSISTANT: is how I sign. <|endoftext|>\n\n\nUSER: Thanks!\n\n\n"
    "ASSISTANT: Any time. <|endoftext|>"
)


def test_a_dialogue_as_text() -> None:
    system = (
        f"SYSTEM: Use these functions -\n{json.dumps(WEATHER, indent=2)}\n{json.dumps({**WEATHER, 'name': 'now'})}\n"
    )
    found = conversation({"system": system, "chat": CHAT})
    assert found.format == "glaive"
    roles = "system user assistant tool assistant user assistant"
    assert " ".join(turn["role"] for turn in found.messages) == roles
    assert found.messages[0]["content"].startswith("Use these functions -")
    assert (found.messages[2]["content"], calls_of(found.messages[2])) == (
        "One moment.",
        [("get_weather", {"city": "Turin"})],
    )
    assert found.messages[4]["content"] == "It is 21 degrees. ASSISTANT: is how I sign."
    assert [tool["function"]["name"] for tool in json.loads(found.tools or "")] == ["get_weather", "now"]


def test_a_dialogue_as_text_without_functions() -> None:
    row = {"system": "SYSTEM: You help, with no access to functions.", "chat": "USER: Hi\n\n\nASSISTANT: Hello!"}
    assert conversation(row).tools is None
    assert said(row) == [
        ("system", "You help, with no access to functions."), ("user", "Hi"), ("assistant", "Hello!")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"chat": 'USER: Hi\n\n\nASSISTANT: <functioncall> {"name": }'}, "bad_tool_call"),
        ({"system": 'SYSTEM: {"name": ', "chat": "USER: Hi\n\n\nASSISTANT: Hello!"}, "bad_message"),
        ({"chat": "Hello there"}, "unknown_format"),
        ({"chat": {"turn_1": {}}}, "unknown_format"),
    ],
)
def test_what_cannot_be_read_is_said(row: dict[str, Any], code: str) -> None:
    with pytest.raises(Fault) as fault:
        conversation(row)
    assert fault.value.code == code


HARMONY = (
    "<|start|>system<|message|>You are brief.<|end|><|start|>user<|message|>How warm is it in Turin?<|end|>"
    "<|start|>assistant<|channel|>analysis<|message|>I must look.<|end|>"
    "<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json"
    '<|message|>{"city": "Turin"}<|call|>'
    '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>{"celsius": 21}<|end|>'
    "<|start|>assistant<|channel|>final<|message|>It is 21 degrees.<|return|>"
)


def test_harmony() -> None:
    found = conversation({"text": HARMONY})
    system, asked, called, result, answer = found.messages
    assert found.format == "text"
    assert (system["content"], asked["content"]) == ("You are brief.", "How warm is it in Turin?")
    assert (called["reasoning"], calls_of(called)) == ("I must look.", [("get_weather", {"city": "Turin"})])
    assert (result["role"], result["name"], result["content"]) == ("tool", "get_weather", '{"celsius": 21}')
    assert (answer["content"], answer["reasoning"]) == ("It is 21 degrees.", None)


def test_harmony_is_a_template_like_the_others() -> None:
    asked = "<|start|>user<|message|>How warm is it?<|end|><|start|>assistant<|channel|>final<|message|>"
    found = conversation({"chosen": f"{asked}21 degrees.<|return|>", "rejected": f"{asked}Warm.<|return|>"})
    assert [turn["content"] for turn in found.messages] == ["How warm is it?", "21 degrees."]
    with pytest.raises(Fault, match="--column"):
        conversation({"dialog_text": HARMONY})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<|start|>user<|message|>Hi<|end|><|start|>assistant", "bad_message"),
        ("<|start|>stranger<|message|>Hi<|end|><|start|>assistant<|message|>Hello<|end|>", "unknown_role"),
        ("<|start|>user<|message|>Hi<|end|><|start|>assistant to=functions.f<|message|>{<|call|>", "bad_tool_call"),
    ],
)
def test_harmony_that_is_broken(text: str, code: str) -> None:
    with pytest.raises(Fault) as fault:
        conversation({"text": text})
    assert fault.value.code == code


def test_a_thought_that_no_answer_follows() -> None:
    text = "<|start|>user<|message|>Hi<|end|><|start|>assistant<|channel|>analysis<|message|>A greet"
    last = conversation({"text": text}).messages[-1]
    assert (last["content"], last["reasoning"], last["unfinished"]) == ("", "A greet", True)

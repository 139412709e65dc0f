"""Turns as programs keep them: LangChain, Vercel's AI SDK, ToolTalk, OpenAI's threads, PaLM's chats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.frameworks import in_order, unfolded
from ftq_spark.runs.shards import find_shards, read_span, whole
from ftq_spark.settings import Ingest

ASKED = ("user", "How warm is it?")
CALLED = [{"id": "c1", "name": "weather", "arguments": {"city": "Turin"}}]
Seen = tuple[str, str]


def said(row: dict[str, Any]) -> list[Seen]:
    return [(turn["role"], turn["content"]) for turn in conversation(row).messages]


def calls(row: dict[str, Any]) -> list[tuple[int, str | None, str, dict[str, Any]]]:
    """(turn, id, name, arguments) of every call."""
    return [
        (place, call.get("id"), call["function"]["name"], json.loads(call["function"]["arguments"]))
        for place, turn in enumerate(conversation(row).messages)
        for call in json.loads(turn["tool_calls"] or "[]")
    ]


# ── LangChain ────────────────────────────────────────────────────────────────────────────────────────────────────────

FLAT = {"name": "weather", "args": {"city": "Turin"}, "id": "c1", "type": "tool_call"}
NESTED = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Turin"}'}}


def in_data(type_: str, content: Any, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "data": {"content": content, "additional_kwargs": {}, "type": type_, "name": None, **fields}}


def dumped(class_: str, content: Any, **fields: Any) -> dict[str, Any]:
    path = ["langchain", "schema", "messages", class_]
    return {"lc": 1, "type": "constructor", "id": path, "kwargs": {"content": content, **fields}}


def modelled(type_: str, content: Any, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "content": content, "additional_kwargs": {}, "response_metadata": {}, "id": "m", **fields}


def dialogue(write: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "messages": [
            write(names["system"], "Be brief."),
            write(names["human"], "How warm is it?"),
            write(names["ai"], "", tool_calls=[FLAT]),
            write(names["tool"], "no such city", tool_call_id="c1", status="error"),
            write(names["ai"], "I do not know."),
        ]
    }


TYPES = {name: name for name in ("system", "human", "ai", "tool")}
CLASSES = {"system": "SystemMessage", "human": "HumanMessage", "ai": "AIMessageChunk", "tool": "ToolMessage"}


@pytest.mark.parametrize(
    "row", [dialogue(in_data, TYPES), dialogue(dumped, CLASSES), dialogue(modelled, TYPES)], ids=["data", "lc", "model"]
)
def test_messages_of_langchain(row: dict[str, Any]) -> None:
    assert conversation(row).format == "langchain"
    assert said(row) == [
        ("system", "Be brief."),
        ASKED,
        ("assistant", ""),
        ("tool", "no such city"),
        ("assistant", "I do not know."),
    ]
    assert calls(row) == [(2, "c1", "weather", {"city": "Turin"})]
    result = conversation(row).messages[3]
    assert (result["tool_call_id"], result["failed"]) == ("c1", True)


def test_calls_and_thoughts_of_langchain_stand_in_several_places() -> None:
    asked = in_data("human", "How warm is it?")
    with_parts = in_data("ai", ["I look.", {"type": "tool_use", "id": "c1", "name": "weather", "input": {}}])
    with_parts["data"]["tool_calls"] = [FLAT]
    older = in_data("ai", "", additional_kwargs={"tool_calls": [NESTED], "reasoning_content": "Which city?"})
    assert calls({"messages": [asked, with_parts]}) == [(1, "c1", "weather", {"city": "Turin"})]
    assert said({"messages": [asked, with_parts]})[1] == ("assistant", "I look.")
    assert calls({"messages": [asked, older]}) == [(1, "c1", "weather", {"city": "Turin"})]
    assert conversation({"messages": [asked, older]}).messages[1]["reasoning"] == "Which city?"


def test_a_role_of_its_own_in_langchain() -> None:
    row = {"messages": [dumped("ChatMessage", "How warm is it?", role="user"), dumped("AIMessage", "21.")]}
    assert said(row) == [ASKED, ("assistant", "21.")]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"messages": [[dumped("HumanMessage", "How warm is it?")]]},
         {"generations": [[{"text": "21.", "message": dumped("AIMessage", "21."), "type": "ChatGeneration"}]]}),
        ({"messages": [in_data("human", "How warm is it?")]}, {"message": {"role": "assistant", "content": "21."}}),
        ({"messages": [{"role": "user", "content": "How warm is it?"}]}, {"output": "21."}),
        ({"messages": [modelled("human", "How warm is it?")]},
         {"messages": [modelled("human", "How warm is it?"), modelled("ai", "21.")]}),
        ({"messages": [modelled("human", "How warm is it?")]}, {"messages": [modelled("ai", "21.")]}),
        ({"question": "How warm is it?"}, {"answer": "21."}),
        ({"input": "How warm is it?"}, {"output": "21."}),
    ],
)  # fmt: skip
def test_runs_and_examples_of_langsmith(inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    row = {"id": "r", "name": "chat", "run_type": "llm", "inputs": inputs, "outputs": outputs, "metadata": {}}
    assert said(row) == [ASKED, ("assistant", "21.")]


# ── AI SDK ───────────────────────────────────────────────────────────────────────────────────────────────────────────

STEP = {"type": "step-start"}
LOOKED = {"type": "text", "text": "I look.", "state": "done"}
TOOL_PART = {
    "type": "tool-weather",
    "toolCallId": "c1",
    "state": "output-available",
    "input": {"city": "Turin"},
    "output": {"celsius": 21},
}
INVOCATION = {
    "state": "result",
    "step": 0,
    "toolCallId": "c1",
    "toolName": "weather",
    "args": {"city": "Turin"},
    "result": {"celsius": 21},
}
DONE = {"type": "text", "text": "21 degrees."}
QUESTION = {"id": "1", "role": "user", "parts": [{"type": "text", "text": "How warm is it?"}]}
WHOLE = [ASKED, ("assistant", "I look."), ("tool", '{"celsius":21}'), ("assistant", "21 degrees.")]


def answering(*parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "chat", "messages": [QUESTION, {"id": "2", "role": "assistant", **fields, "parts": list(parts)}]}


@pytest.mark.parametrize(
    "row",
    [
        answering(STEP, LOOKED, TOOL_PART, STEP, DONE),
        answering(LOOKED, TOOL_PART, DONE),
        answering(LOOKED, {**TOOL_PART, "type": "dynamic-tool", "toolName": "weather"}, STEP, DONE),
        answering(STEP, LOOKED, {"type": "tool-invocation", "toolInvocation": INVOCATION}, STEP, DONE,
                  content="I look.21 degrees.", toolInvocations=[INVOCATION]),
        answering(LOOKED, TOOL_PART, {"type": "source-url", "url": "https://x"}, {"type": "data-x", "data": 1}, DONE),
    ],
)  # fmt: skip
def test_a_message_of_the_ai_sdk_is_its_steps(row: dict[str, Any]) -> None:
    assert said(row) == WHOLE
    assert calls(row) == [(1, "c1", "weather", {"city": "Turin"})]
    assert conversation(row).messages[2]["tool_call_id"] == "c1"


def test_invocations_beside_the_content() -> None:
    turn = {"role": "assistant", "content": "21 degrees.", "toolInvocations": [INVOCATION]}
    row = {"messages": [{"role": "user", "content": "How warm is it?"}, turn]}
    assert said(row) == [ASKED, ("assistant", ""), *WHOLE[2:]]


def test_nulls_of_a_table_are_no_results() -> None:
    nulls = {"output": None, "errorText": None, "input": None, "rawInput": None, "text": None}
    row = answering({"type": "tool-invocation", "toolInvocation": {**nulls, **INVOCATION}, "text": None}, DONE)
    row["messages"][0] |= {"toolInvocations": None, "data": None, "kwargs": None, "apis": None, "system_prompt": None}
    assert said(row) == [ASKED, ("assistant", ""), *WHOLE[2:]]
    assert calls(row) == [(1, "c1", "weather", {"city": "Turin"})]


def test_content_beside_parts_that_say_nothing_is_said() -> None:
    row = answering(STEP, {"type": "reasoning", "text": "Warm."}, content="21 degrees.", reasoning="Warm.")
    assert said(row) == [ASKED, ("assistant", "21 degrees.")]
    assert conversation(row).messages[1]["reasoning"] == "Warm."


def test_a_call_that_failed_or_has_no_result_yet() -> None:
    failed = {**TOOL_PART, "state": "output-error", "output": None, "errorText": "no such city"}
    row = answering(failed, STEP, DONE)
    assert (said(row)[2], conversation(row).messages[2]["failed"]) == (("tool", "no such city"), True)
    waiting = {name: value for name, value in TOOL_PART.items() if name != "output"}
    assert said(answering({**waiting, "state": "input-available"})) == [ASKED, ("assistant", "")]


def test_pictures_and_thoughts_of_the_ai_sdk() -> None:
    shown = {"type": "file", "mediaType": "image/png", "url": "https://x/a.png"}
    row = answering({"type": "reasoning", "text": "A cat."}, DONE)
    row["messages"][0] = {"role": "user", "parts": [{"type": "text", "text": "How warm is it?"}, shown]}
    asked, answered = conversation(row).messages
    assert (asked["content"], json.loads(asked["parts"])[1]) == ("How warm is it?", shown)
    assert (answered["content"], answered["reasoning"]) == ("21 degrees.", "A cat.")


def test_model_messages_of_the_ai_sdk() -> None:
    called = {"type": "tool-call", "toolCallId": "c1", "toolName": "weather", "input": {"city": "Turin"}}
    result = {"type": "tool-result", "toolCallId": "c1", "toolName": "weather"}
    outputs = [({"type": "json", "value": {"celsius": 21}}, None), ({"type": "error-text", "value": "no"}, True)]
    for output, failed in outputs:
        turns = [
            {"role": "user", "content": [{"type": "text", "text": "How warm is it?"}]},
            {"role": "assistant", "content": [{"type": "reasoning", "text": "Hm."}, LOOKED, called]},
            {"role": "tool", "content": [{**result, "output": output}]},
            {"role": "assistant", "content": "21 degrees."},
        ]
        row = {"messages": turns}
        given = "no" if failed else '{"celsius":21}'
        assert said(row) == [ASKED, ("assistant", "I look."), ("tool", given), ("assistant", "21 degrees.")]
        assert calls(row) == [(1, "c1", "weather", {"city": "Turin"})]
        assert (conversation(row).messages[1]["reasoning"], conversation(row).messages[2]["failed"]) == ("Hm.", failed)


def test_a_part_that_nobody_knows_is_a_reject() -> None:
    with pytest.raises(Fault, match="unknown type of content part 'hologram'"):
        conversation(answering({"type": "hologram", "text": "x"}))


def test_two_messages_of_the_assistant_stay_apart() -> None:
    row = answering(TOOL_PART, DONE)
    row["messages"].insert(1, {"role": "assistant", "content": "One moment."})
    assert said(row) == [ASKED, ("assistant", "One moment."), ("assistant", ""), *WHOLE[2:]]


@given(st.lists(st.sampled_from([STEP, LOOKED, TOOL_PART, DONE, {"type": "reasoning", "text": "Hm."}]), min_size=1))
def test_nothing_that_is_said_called_or_thought_is_lost(parts: list[dict[str, Any]]) -> None:
    steps = unfolded({"role": "assistant", "parts": parts}) or []
    texts = [part for step in steps if isinstance(step["content"], list) for part in step["content"]]
    assert texts == [part for part in parts if part not in (STEP, TOOL_PART)]
    n_calls = sum(part == TOOL_PART for part in parts)
    assert sum(len(step.get("tool_calls", ())) for step in steps) == n_calls
    assert sum(step["role"] == "tool" for step in steps) == n_calls


# ── ToolTalk, threads, PaLM ──────────────────────────────────────────────────────────────────────────────────────────


def test_apis_of_tooltalk_are_called_before_the_answer() -> None:
    api = {
        "request": {"api_name": "weather", "parameters": {"city": "Turin"}},
        "response": {"celsius": 21},
        "exception": None,
    }
    refused = {"request": {"api_name": "weather", "parameters": {}}, "response": None, "exception": "no city"}
    row = {
        "conversation": [
            {"index": 0, "role": "user", "text": "How warm is it?"},
            {"index": 1, "role": "assistant", "text": "21 degrees.", "apis": [refused, api]},
        ]
    }
    assert said(row) == [ASKED, ("assistant", ""), ("tool", "no city"), *WHOLE[2:]]
    assert calls(row) == [(1, None, "weather", {}), (1, None, "weather", {"city": "Turin"})]
    assert [turn["failed"] for turn in conversation(row).messages] == [None, None, True, None, None]
    row["conversation"][1]["apis"] = [1]
    with pytest.raises(Fault, match="expected `apis` with a `request` as an object, found null"):
        conversation(row)


def thread(*times: int) -> list[dict[str, Any]]:
    texts = [("user", "How warm is it?"), ("assistant", "21 degrees.")]
    return [
        {
            "id": f"m{time}",
            "object": "thread.message",
            "created_at": time,
            "role": role,
            "content": [{"type": "text", "text": {"value": text, "annotations": []}}],
        }
        for time, (role, text) in zip(times, texts, strict=True)
    ]


def test_a_thread_is_read_from_its_beginning() -> None:
    assert said({"thread_id": "t", "messages": thread(1, 2)[::-1]}) == [ASKED, ("assistant", "21 degrees.")]
    assert said({"thread_id": "t", "messages": thread(1, 2)}) == [ASKED, ("assistant", "21 degrees.")]
    assert in_order(thread(1, 1)) == thread(1, 1)
    others = [{"created_at": 2, "role": "user"}, {"created_at": 1, "role": "assistant"}]
    assert in_order(others) == others


def test_the_context_of_a_chat_of_palm_is_its_system_text() -> None:
    turns = [{"author": "user", "content": "How warm is it?"}, {"author": "bot", "content": "21."}]
    row = {"context": "You sell ice.", "messages": turns}
    assert said(row) == [("system", "You sell ice."), ASKED, ("assistant", "21.")]
    plain = [{"role": "user", "content": "How warm is it?"}, {"role": "assistant", "content": "21."}]
    assert said({"context": "A page.", "messages": plain}) == [ASKED, ("assistant", "21.")]


# ── Answers beside the one that they are held against ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "answer", "thought"),
    [
        ({"question": "2 + 2?", "solution": "4", "cot": None, "thinking_trajectories": ["Add."],
          "attempt": "It is 4."}, "It is 4.", "Add."),
        ({"question": "2 + 2?", "solution": "4", "gemini_thinking_trajectory": "G", "gemini_attempt": "Four",
          "deepseek_thinking_trajectory": "D", "deepseek_attempt": "It is 4."}, "It is 4.", "D"),
        ({"problem": "2 + 2?", "deepseek_reasoning": "Add.", "deepseek_solution": "It is 4.",
          "ground_truth_solution": "4"}, "It is 4.", "Add."),
        ({"question": "2 + 2?", "reference_answer": "4", "model_answer": "It is 4.", "model_reasoning": "Add."},
         "It is 4.", "Add."),
        ({"prompt": "2 + 2?", "gold_standard_solution": "4", "llm_response": "<think>Add.</think>It is 4.",
          "verification_info": "{}"}, "It is 4.", "Add."),
        ({"problem": "2 + 2?", "expected_answer": "4", "generated_solution": "<think>Add.</think>It is 4."},
         "It is 4.", "Add."),
        ({"prompt": "2 + 2?", "verification_info": "{}", "r1": "<think>Add.</think>It is 4."}, "It is 4.", "Add."),
    ],
)  # fmt: skip
def test_what_a_model_answered_is_the_answer(tmp_path: Path, row: dict[str, Any], answer: str, thought: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(row))
    (shard,) = find_shards([str(path)])
    (found,) = [
        made for batch in read_span(whole(shard), Ingest().max_line_bytes, None, False) for made in batch.to_pylist()
    ]
    asked, answered = found["messages"]
    assert (asked["content"], answered["content"], answered["reasoning"]) == ("2 + 2?", answer, thought)


def test_of_two_columns_with_thoughts_none_is_chosen() -> None:
    row = {"prompt": "2 + 2?", "verification_info": "{}", "a": "<think>A.</think>4", "b": "<think>B.</think>5"}
    assert conversation(row).format == "prompt_only"

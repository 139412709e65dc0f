"""Tools that the service itself ran, calls in the words of other services, and answers in columns of other names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.formats import conversation


def told(row: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, Any]]]]:
    """Role, text and calls of each turn."""
    found = conversation(row).messages
    calls = [
        [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in json.loads(m["tool_calls"])]
        if m["tool_calls"]
        else []
        for m in found
    ]
    return [(m["role"], m["content"], called) for m, called in zip(found, calls, strict=True)]


SAID = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Spain won."}]}
SERVED = [
    ({"type": "web_search_call", "id": "s", "status": "completed"}, ("web_search", {}), "completed"),
    (
        {"type": "web_search_call", "id": "s", "status": "completed", "action": {"type": "search", "query": "cup"}},
        ("web_search", {"action": {"type": "search", "query": "cup"}}),
        "completed",
    ),
    (
        {"type": "file_search_call", "id": "s", "queries": ["cup"], "results": [{"text": "Spain"}]},
        ("file_search", {"queries": ["cup"]}),
        "Spain",
    ),
    (
        {"type": "mcp_call", "id": "s", "name": "cups", "arguments": '{"year": 2010}', "output": "Spain"},
        ("cups", {"year": 2010}),
        "Spain",
    ),
    (
        {"type": "code_interpreter_call", "id": "s", "code": "print(1)", "outputs": [{"type": "logs", "logs": "1"}]},
        ("code_interpreter", {"code": "print(1)"}),
        '[{"type":"logs","logs":"1"}]',
    ),
]


@pytest.mark.parametrize(("item", "call", "came"), SERVED)
def test_items_of_tools_that_the_service_ran(item: dict[str, Any], call: tuple[str, Any], came: str) -> None:
    row = {"input": "Who won the cup?", "output": [{"type": "mcp_list_tools", "tools": []}, item, SAID]}
    turns = told(row)
    assert turns[1] == ("assistant", "", [call])
    assert turns[2][0] == "tool" and came in turns[2][1]
    assert turns[3] == ("assistant", "Spain won.", [])


@pytest.mark.parametrize(
    ("item", "call"),
    [
        ({"type": "custom_tool_call", "call_id": "1", "name": "sh", "input": "ls"}, ("sh", {"input": "ls"})),
        ({"type": "local_shell_call", "call_id": "1", "action": {"n": 1}}, ("local_shell", {"action": {"n": 1}})),
    ],
)
def test_items_of_calls_that_are_no_functions(item: dict[str, Any], call: tuple[str, Any]) -> None:
    came = {"type": item["type"] + "_output", "call_id": "1", "output": "a.py"}
    assert told({"input": "Look.", "output": [item, came, SAID]})[1:3] == [
        ("assistant", "", [call]),
        ("tool", "a.py", []),
    ]


def in_claudes() -> dict[str, Any]:
    parts = [
        {"type": "text", "text": "I look."},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "cup"}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"type": "text", "text": "Spain"}]},
        {"type": "text", "text": "Spain won."},
    ]
    return {"messages": [{"role": "user", "content": "Who won?"}, {"role": "assistant", "content": parts}]}


def in_geminis() -> dict[str, Any]:
    parts = [
        {"text": "I look."},
        {"executableCode": {"language": "PYTHON", "code": "cup()"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "Spain"}},
        {"text": "Spain won.", "functionResponse": None},
    ]
    return {"contents": [{"role": "user", "parts": [{"text": "Who won?"}]}, {"role": "model", "parts": parts}]}


@pytest.mark.parametrize(
    ("row", "call"),
    [
        (in_claudes(), ("web_search", {"query": "cup"})),
        (in_geminis(), ("code_execution", {"language": "PYTHON", "code": "cup()"})),
    ],
)
def test_results_among_the_parts_of_an_answer(row: dict[str, Any], call: tuple[str, Any]) -> None:
    assert told(row)[1:] == [("assistant", "I look.", [call]), ("tool", "Spain", []), ("assistant", "Spain won.", [])]


def test_what_else_an_answer_holds_goes_with_its_end() -> None:
    row = in_claudes()
    row["messages"][1] |= {"weight": 0, "reasoning_content": "Hm."}
    row["messages"] += [{"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "Yes."}]
    found = conversation(row).messages
    assert [(m["weight"], m["reasoning"]) for m in found[1:4:2]] == [(0.0, None), (0.0, "Hm.")]


def test_calls_of_llama_stack() -> None:
    turns = [
        {"role": "user", "content": "Rome?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"call_id": "1", "tool_name": "w", "arguments": {"c": "R"}}],
        },
        {"role": "tool", "call_id": "1", "content": "21"},
        {"role": "assistant", "content": "21."},
    ]
    found = conversation({"messages": turns}).messages
    assert told({"messages": turns})[1][2] == [("w", {"c": "R"})]
    assert json.loads(found[1]["tool_calls"])[0]["id"] == found[2]["tool_call_id"] == "1"


def test_thoughts_of_mistral_in_pieces() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "7 times 13."}], "closed": True},
        {"type": "text", "text": "No."},
    ]
    row = {"messages": [{"role": "user", "content": "Is 91 prime?"}, {"role": "assistant", "content": parts}]}
    last = conversation(row).messages[-1]
    assert (last["reasoning"], last["content"]) == ("7 times 13.", "No.")


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "Name a river.", "generation": "The Po.", "model_name": "m"},
        {"instruction": "Name a river.", "completion": "The Po."},
        {"instruction": "Name a river.", "answer": "The Po."},
        {"instruction": "Be brief.", "question": "Name a river.", "answer": "The Po."},
    ],
)
def test_answers_in_columns_of_other_names(row: dict[str, Any]) -> None:
    assert [(role, text) for role, text, _ in told(row)][-2:] == [("user", "Name a river."), ("assistant", "The Po.")]


@pytest.mark.parametrize("answer", ["completion", "answer", "target", "generation"])
@pytest.mark.parametrize("beside", ["input", "context"])
def test_what_stands_beside_an_instruction_is_asked_too(beside: str, answer: str) -> None:
    row = {"instruction": "Translate.", beside: "il fiume", answer: "the river"}
    assert [text for _, text, _ in told(row)] == ["Translate.\n\nil fiume", "the river"]
    assert conversation(row).attached == "il fiume"
    assert [text for _, text, _ in told({**row, beside: None})] == ["Translate.", "the river"]


@pytest.mark.parametrize("field", ["question", "query", "problem"])
def test_an_instruction_that_says_how_to_answer_has_its_question_beside_it(field: str) -> None:
    row = {"instruction": "Answer in a word.", field: "Which river?", "output": "Po"}
    assert [text for _, text, _ in told(row)] == ["Answer in a word.\n\nWhich river?", "Po"]
    assert [text for _, text, _ in told({**row, "input": "In Italy."})] == ["Answer in a word.\n\nIn Italy.", "Po"]
    assert [text for _, text, _ in told({**row, "input": ""})] == ["Answer in a word.\n\nWhich river?", "Po"]
    assert [text for _, text, _ in told({**row, "instruction": "Which river?"})] == ["Which river?", "Po"]

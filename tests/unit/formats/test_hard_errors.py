"""Every hard format error of the catalogue, clause by clause: a row with the fault, beside it the nearest without.

The rows go the way that files go: written as JSON lines, read back, checked by `ftq validate`. Where a trainer takes a
row without a word the finding is a warning, as the comments of the table say; all others are rejects.
"""

# ruff: noqa: E501 (a table is read line by line)
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ftq_spark.formats import CODES
from ftq_spark.validation import Counting, validate
from ftq_spark.validation.warnings import WARNINGS

Row = Any  # JSON value, or the line itself as bytes


def turn(role: str, content: Any, **fields: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **fields}


def chat(*turns: Any, **fields: Any) -> dict[str, Any]:
    return {"messages": list(turns), **fields}


def called(id_: Any = "c1", name: Any = "add", arguments: Any = '{"a": 1}', **fields: Any) -> dict[str, Any]:
    call = {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
    return turn("assistant", None, tool_calls=[call], **fields)


def lacking(call: dict[str, Any]) -> dict[str, Any]:
    return chat(U, turn("assistant", None, tool_calls=[call]), A)


def asked(*parts: Any) -> dict[str, Any]:
    return chat(turn("user", list(parts)), A)


def openai_dpo(preferred: Any, other: Any, **asked: Any) -> dict[str, Any]:
    return {"input": {"messages": [U]}, "preferred_output": preferred, "non_preferred_output": other, **asked}


U, A, B = turn("user", "What is 1 + 1?"), turn("assistant", "It is two."), turn("assistant", "It is three.")
S, D = turn("system", "Be exact."), turn("developer", "Be brief.")
R = turn("tool", "3", tool_call_id="c1")
GOOD = chat(U, A)
HUMAN, GPT = {"from": "human", "value": "What is 1 + 1?"}, {"from": "gpt", "value": "It is two."}
PARAMETERS = {"type": "object", "properties": {"a": {}}, "required": ["a"]}
TOOLS = [{"type": "function", "function": {"name": "add", "parameters": PARAMETERS}}]
TEXT = {"type": "text", "text": "What is it?"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}


class Case(NamedTuple):
    clause: str
    code: str
    bad: Row
    good: Row
    max_tokens: int | None = None


CASES = [
    # H1, data type
    Case("H1 no JSON", "malformed_json", b"{'messages': []}", GOOD),
    Case("H1 cut line", "malformed_json", json.dumps(GOOD)[:-3].encode(), GOOD),
    Case("H1 no object", "not_an_object", [U, A], GOOD),
    Case("H1 no UTF-8", "invalid_utf8", b'{"prompt": "caf\xe9", "completion": "a"}', {"prompt": "é", "completion": "a"}),
    # H2, the list of turns
    Case("H2 no field for it", "unknown_format", {"id": 1}, {"id": 1, **GOOD}),
    Case("H2 null", "missing_messages", {"messages": None}, {"messages": None, "conversations": [HUMAN, GPT]}),
    Case("H2 empty", "missing_messages", {"messages": []}, {"messages": [], "conversations": [HUMAN, GPT]}),
    Case("H2 wrong type", "missing_messages", {"messages": "hello"}, {"messages": json.dumps([U, A])}),
    # H3, keys of a turn
    Case("H3 turn no object", "bad_message", chat(U, "It is two."), {"conversations": ["What is 1 + 1?", "It is two."]}),
    Case("H3 no role", "bad_message", chat({"content": "q"}, A), chat({"from": "user", "content": "q"}, A)),
    Case("H3 role null", "bad_message", chat(turn(None, "q"), A), chat(turn(None, "q", **{"from": "user"}), A)),
    Case("H3 no content", "bad_message", chat({"role": "user"}, A), chat({"role": "user", "value": "q"}, A)),
    Case("H3 no content, no call", "bad_message", chat(U, {"role": "assistant"}, U, A),
         chat(U, {"role": "assistant", "tool_calls": called()["tool_calls"]}, R, A)),
    Case("H3 no content, no legacy call", "bad_message", chat(U, {"role": "assistant", "function_call": None}, U, A),
         chat(U, {"role": "assistant", "function_call": {"name": "add", "arguments": "{}"}},
              turn("function", "2", name="add"), A)),
    # H4, roles: aliases in any case are known
    Case("H4 unknown role", "unknown_role", chat(turn("narrator", "q"), A), chat(turn(" Human ", "q"), A)),
    Case("H4 unknown sender", "unknown_role", {"conversations": [{"from": "me", "value": "q"}, GPT]},
         {"conversations": [HUMAN, {"from": "chatgpt", "value": "a"}]}),
    Case("H4 unknown beside known", "unknown_role", chat(S, U, turn("critic", "c"), A), chat(S, D, U, called(), R, A)),
    # H5, content: a blank system turn is left out, and a tool may have nothing to say
    Case("H5 empty answer", "empty_content", chat(U, turn("assistant", "")), chat(U, called(), R)),
    Case("H5 null answer", "empty_content", chat(U, turn("assistant", None)), chat(U, turn("assistant", None, refusal="no"))),
    Case("H5 blank answer", "empty_content", chat(U, turn("assistant", " \n\u3000")), chat(turn("system", " "), U, A)),
    Case("H5 empty question", "empty_content", chat(turn("user", ""), A), chat(U, called(), turn("tool", "", tool_call_id="c1"), A)),
    Case("H5 no parts", "empty_content", chat(turn("user", []), A), asked(TEXT)),
    Case("H5 number for content", "bad_message", chat(turn("user", 5), A), chat(turn("user", "5"), A)),
    Case("H5 boolean for content", "bad_message", chat(U, turn("assistant", True)), chat(U, turn("assistant", "true"))),
    # H6, no answer; H7, no question (a warning: a trainer takes it)
    Case("H6 no assistant", "no_assistant", chat(S, U), chat(S, U, A)),
    Case("H6 reasoning alone", "empty_answer", chat(U, turn("assistant", "", reasoning="hm")),
         chat(U, turn("assistant", "2", reasoning="hm"))),
    Case("H7 no user", "no_user", chat(S, A), chat(S, U, A)),
    # H8, order (a warning): results of parallel calls follow each other
    Case("H8 two users", "role_order", chat(U, U, A), chat(U, A, U, A)),
    Case("H8 two assistants", "role_order", chat(U, A, B), chat(U, called(), R, A)),
    Case("H8 assistant after a call", "role_order", chat(U, called(), A), chat(U, called(), R, A)),
    Case("H8 late system", "role_order", chat(U, S, A), chat(S, U, A)),
    Case("H8 two systems", "role_order", chat(S, S, U, A), chat(S, D, U, A)),
    # H9, what ends it (a warning, and a rule that sends it to review)
    Case("H9 ends with user", "ends_with_user", chat(U, A, U), chat(U, A, U, A)),
    Case("H9 ends with a result", "ends_with_user", chat(U, called(), R), chat(U, called(), R, A)),
    # H10, calls: ids are optional, as half of the dialects have none
    Case("H10 arguments a number", "bad_tool_call", chat(U, called(arguments=5), R, A), chat(U, called(arguments="{}"), R, A)),
    Case("H10 arguments a list", "bad_tool_call", chat(U, called(arguments=[1]), R, A), chat(U, called(arguments={"a": 1}), R, A)),
    Case("H10 arguments no JSON", "bad_tool_call", chat(U, called(arguments="{a: 1}"), R, A), chat(U, called(arguments=""), R, A)),
    Case("H10 no function", "bad_tool_call", lacking({"id": "c1", "type": "function"}), lacking({"id": "c1", "name": "add"})),
    Case("H10 no name", "bad_tool_call", lacking({"function": {"arguments": "{}"}}), lacking({"function": {"name": "add"}})),
    Case("H10 blank name", "bad_tool_call", chat(U, called(name=" "), R, A), chat(U, called(), R, A)),
    Case("H10 name no text", "bad_tool_call", chat(U, called(name=7), R, A), chat(U, called(name="7"), R, A)),
    Case("H10 id no text", "bad_tool_call", chat(U, called(id_=1), R, A), chat(U, called(id_=None), turn("tool", "3"), A)),
    Case("H10 legacy call", "bad_tool_call", chat(U, turn("assistant", None, function_call={"name": "add", "arguments": "{"}), A),
         chat(U, turn("assistant", None, function_call={"name": "add", "arguments": "{}"}), turn("function", "2"), A)),
    Case("H10 ShareGPT call", "bad_tool_call", {"conversations": [HUMAN, {"from": "function_call", "value": "add(1)"}]},
         {"conversations": [HUMAN, {"from": "function_call", "value": '{"name": "add"}'}, {"from": "observation", "value": "2"}, GPT]}),
    # H11, links between calls, results and definitions (a warning)
    Case("H11 result before a call", "tool_link", chat(U, R, called(), A), chat(U, called(), R, A)),
    Case("H11 result of another call", "tool_link", chat(U, called("c2"), R, A), chat(U, called("c2"), R | {"tool_call_id": "c2"}, A)),
    Case("H11 result without its id", "tool_link", chat(U, called(), turn("tool", "3"), A), chat(U, called(None), turn("tool", "3"), A)),
    Case("H11 result for a call without id", "tool_link", chat(U, called(None), R, A), chat(U, called(), R, A)),
    Case("H11 undefined function", "tool_link", chat(U, called(name="mul"), R, A, tools=TOOLS), chat(U, called(name="mul"), R, A)),
    Case("H11 required argument", "tool_link", chat(U, called(arguments="{}"), R, A, tools=TOOLS), chat(U, called(), R, A, tools=TOOLS)),
    Case("H11 arguments no object", "tool_link", chat(U, called(arguments='"a"'), R, A, tools=TOOLS),
         chat(U, called(arguments='{"a": null}'), R, A, tools=TOOLS)),
    Case("H11 tools in JSON text", "tool_link", chat(U, called(arguments="{}"), R, A, tools=json.dumps(TOOLS)),
         chat(U, called(), R, A, tools=json.dumps(TOOLS))),
    Case("H11 legacy definition", "tool_link", chat(U, called(name="mul"), R, A, functions=[TOOLS[0]["function"]]),
         chat(U, called(), R, A, functions=[TOOLS[0]["function"]])),
    Case("H11 Anthropic definition", "tool_link", chat(U, called(arguments="{}"), R, A, tools=[{"name": "add", "input_schema": PARAMETERS}]),
         chat(U, called(), R, A, tools=[{"name": "add", "input_schema": PARAMETERS}])),
    # H12, content parts: a tool may show a picture
    Case("H12 unknown type", "bad_parts", asked({"type": "hologram"}), asked(TEXT, {"type": "input_audio", "input_audio": {}})),
    Case("H12 no type", "bad_parts", asked({"colour": "red"}), asked({"text": "q"})),
    Case("H12 part without text", "bad_parts", asked({"type": "text"}), asked(TEXT)),
    Case("H12 text no string", "bad_parts", asked({"type": "text", "text": 5}), asked({"type": "text", "text": "5"})),
    Case("H12 mixed with strings", "bad_parts", asked("What is it?", TEXT), asked(TEXT, TEXT)),
    Case("H12 image of the assistant", "bad_parts", chat(U, turn("assistant", [IMAGE, TEXT])), asked(IMAGE, TEXT)),
    Case("H12 image of the system", "bad_parts", chat(turn("system", [TEXT, {"type": "image"}]), U, A),
         chat(U, called(), turn("tool", [TEXT, {"type": "image"}], tool_call_id="c1"), A)),
    # H13, weights
    Case("H13 a share", "bad_weight", chat(U, A | {"weight": 0.5}), chat(U, A | {"weight": 1.0})),
    Case("H13 over 1", "bad_weight", chat(U, A | {"weight": 2}), chat(U, A | {"loss_weight": 0.5})),
    Case("H13 text", "bad_weight", chat(U, A | {"weight": "1"}), chat(U, A | {"weight": None})),
    Case("H13 all 0", "bad_weight", chat(U, A | {"weight": 0}, U, A | {"weight": 0}), chat(U, A | {"weight": 0}, U, A | {"weight": 1})),
    # H14 within a row (a warning); between rows and files below
    Case("H14 turns twice", "mixed_schema", {**GOOD, "conversations": [HUMAN, GPT]}, {**GOOD, "conversations": []}),
    Case("H14 turns twice, in other words", "mixed_schema", {"conversation": [U, A], "items": [U, B]}, {"conversation": [U, A], "items": []}),
    # H15, what the cut leaves (a warning): 4 tokens of markers, 10 of the question, 4, and the answer
    Case("H15 nothing is left", "no_training_signal", chat(turn("user", "a" * 40), A), chat(turn("user", "a"), A), 18),
    Case("H15 weight 0 before the cut", "no_training_signal", chat(U, A | {"weight": 0}, U, A), chat(U, A, U, A | {"weight": 0}), 15),
    # H16, preferences
    Case("H16 no rejected", "bad_preference", {"prompt": "q", "chosen": "a"}, {"prompt": "q", "chosen": "a", "rejected": "b"}),
    Case("H16 rejected null", "bad_preference", {"prompt": "q", "chosen": "a", "rejected": None},
         {"prompt": "q", "completion": "a", "chosen": None, "rejected": None}),
    Case("H16 no chosen", "bad_preference", {"prompt": "q", "rejected": "b"}, {"prompt": "q", "chosen": "a", "rejected": "b"}),
    Case("H16 one side beside turns", "bad_preference", chat(U, A, chosen=[U, A]), chat(U, A, chosen="true")),
    Case("H16 identical", "bad_preference", {"prompt": "q", "chosen": "a", "rejected": "a"}, {"chosen": [U, A], "rejected": [U, B]}),
    Case("H16 blank side", "bad_preference", {"prompt": "q", "chosen": "a", "rejected": " "}, {"prompt": "q", "chosen": "a", "rejected": "-"}),
    Case("H16 side of the user", "bad_preference", {"prompt": "q", "chosen": [A], "rejected": [U]}, {"prompt": "q", "chosen": [A], "rejected": [B]}),
    Case("H16 OpenAI: no side", "bad_preference", openai_dpo([A], None), openai_dpo([A], [B])),
    Case("H16 OpenAI: empty side", "bad_preference", openai_dpo([], [B]), openai_dpo([A], [B])),
    Case("H16 OpenAI: identical", "bad_preference", openai_dpo([A], [A]), openai_dpo([A], [B])),
    Case("H16 OpenAI: two messages", "bad_preference", openai_dpo([A, A], [B]), openai_dpo([called()], [B])),
    Case("H16 OpenAI: message of the user", "bad_preference", openai_dpo([U, A], [B]), openai_dpo([A], [B])),
    Case("H16 OpenAI: no input", "bad_preference", openai_dpo([A], [B], input="q"), openai_dpo([A], [B])),
]  # fmt: skip


def found(folder: Path, row: Row, max_tokens: int | None) -> list[tuple[str, str]]:
    path = folder / "train.jsonl"
    path.write_bytes((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n")
    return [(item["level"], item["code"]) for item in validate([str(path)], 9, Counting(max_tokens))["findings"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.clause)
def test_a_fault_has_its_code_and_its_valid_neighbour_none(tmp_path: Path, case: Case) -> None:
    level = "error" if case.code in CODES else "warning"
    assert (level, case.code) in found(tmp_path, case.bad, case.max_tokens)
    beside = found(tmp_path, case.good, case.max_tokens)
    assert case.code not in [code for _, code in beside]
    assert "error" not in [level for level, _ in beside]


def test_schemas_are_mixed_in_a_dataset_and_told_for_each_file(tmp_path: Path) -> None:
    # Each input is a dataset: a folder is one, two files that are named by themselves are two.
    alpaca = {"instruction": "What is 1 + 1?", "output": "It is two."}
    for name, rows in {"a.jsonl": (GOOD,) * 4, "b.jsonl": (alpaca,) * 2, "c.jsonl": (GOOD, GOOD, alpaca)}.items():
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    findings = validate([str(tmp_path)], 9)["findings"]
    assert [(item["source"], item["row"], item["code"], item["message"]) for item in findings] == [
        (
            "b.jsonl",
            1,
            "mixed_schema",
            "the first of 2 rows of the file in schema alpaca; 6 of the dataset are in openai",
        ),
        ("c.jsonl", 3, "mixed_schema", "the only row of the file in schema alpaca; 6 of the dataset are in openai"),
    ]
    assert validate([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")], 9)["findings"] == []


def test_every_clause_of_the_catalogue_is_here() -> None:
    assert {case.clause.split()[0] for case in CASES} == {f"H{n}" for n in range(1, 17)}
    assert {case.code for case in CASES} <= {*CODES, *WARNINGS}

"""What cannot become an example has exactly one code, and what is merely odd has none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ftq_spark.formats import CODES, FIXES, Fault, conversation, strict
from ftq_spark.formats.faults import brief

USER = {"role": "user", "content": "q"}
ASSISTANT = {"role": "assistant", "content": "a"}


def chat(*turns: Any) -> dict[str, Any]:
    return {"messages": list(turns)}


def calling(call: Any) -> dict[str, Any]:
    return chat(USER, {"role": "assistant", "content": None, "tool_calls": call})


ROWS: list[tuple[str, dict[str, Any]]] = [
    ("unknown_format", {}),
    ("unknown_format", {"a": 1}),
    ("unknown_format", {"prompt": "q"}),
    ("no_assistant", {"messages": [{"role": "user", "content": "q"}]}),
    ("empty_content", {"prompt": [{"role": "system", "content": "q"}], "reference_answer": "a"}),
    ("unknown_format", {"prompt": "q"}),
    ("unknown_format", {"instruction": "q", "response1": "a", "response2": "b"}),
    ("unknown_format", {"text": "plain prose, for pretraining"}),
    ("unknown_format", {"prompt": {"text": "a tree"}, "message_tree_id": "x"}),
    ("tokenised", {"input_ids": [1, 2], "attention_mask": [1, 1], "labels": [1, 2]}),
    (
        "multiple_examples",
        {"instruction": "q", "instances": [{"input": "", "output": "a"}, {"input": "", "output": "b"}]},
    ),
    ("unknown_format", {"text": "hello", "role": "prompter", "parent_id": None}),
    ("missing_messages", {"messages": None}),
    ("missing_messages", {"messages": []}),
    ("missing_messages", {"messages": "hello"}),
    ("missing_messages", {"messages": {"role": "user", "content": "q"}}),
    ("missing_messages", {"messages": 5}),
    ("missing_messages", {"conversations": "[{'from': 'human', 'value': 'q'}]"}),
    ("bad_message", chat("q", ASSISTANT)),
    ("bad_message", chat(USER, None)),
    ("bad_message", chat({"content": "q"}, ASSISTANT)),
    ("bad_message", chat({"role": None, "content": "q"}, ASSISTANT)),
    ("bad_message", chat({"role": 1, "content": "q"}, ASSISTANT)),
    ("bad_message", chat({"role": "user"}, ASSISTANT)),
    ("bad_message", chat({"role": "user", "content": None}, ASSISTANT)),
    ("bad_message", chat({"role": "user", "content": 1.5}, ASSISTANT)),
    ("bad_message", chat(USER, {"role": "assistant"})),
    ("bad_message", chat({**USER, "name": 5}, ASSISTANT)),
    ("bad_message", {"instruction": 5, "output": "a"}),
    ("bad_message", {"instruction": "q", "output": 42}),
    ("bad_message", {"instruction": "q", "output": "a", "history": [["q0"]]}),
    ("bad_message", {"prompt": "q", "completion": 42}),
    ("unknown_role", chat({"role": "narrator", "content": "q"}, ASSISTANT)),
    ("unknown_role", chat({"role": "", "content": "q"}, ASSISTANT)),
    ("unknown_role", {"conversations": [{"from": "nobody", "value": "q"}]}),
    ("empty_content", chat(USER, {"role": "assistant", "content": ""})),
    ("empty_content", chat(USER, {"role": "assistant", "content": None})),
    ("empty_content", chat(USER, {"role": "assistant", "content": " \n\u3000"})),
    ("empty_content", chat(USER, {"role": "assistant", "content": ""}, USER, ASSISTANT)),
    ("empty_content", chat({"role": "user", "content": ""}, ASSISTANT)),
    ("empty_content", {"instruction": "q", "input": "", "output": ""}),
    ("empty_content", {"instruction": "q", "input": "", "output": None}),
    ("empty_content", {"instruction": "", "input": "", "output": "a"}),
    ("empty_content", {"prompt": "q", "completion": "  "}),
    ("empty_content", {"question": "q", "answer": None}),
    ("no_assistant", chat(USER)),
    ("no_assistant", chat({"role": "system", "content": "s"}, USER)),
    ("bad_tool_call", calling([{"id": "x", "type": "function"}])),
    ("bad_tool_call", calling([{"function": {"arguments": "{}"}}])),
    ("bad_tool_call", calling([{"function": {"name": " ", "arguments": "{}"}}])),
    ("bad_tool_call", calling([{"function": {"name": "f", "arguments": "{a: 1}"}}])),
    ("bad_tool_call", calling([{"function": {"name": "f", "arguments": '{"a": NaN}'}}])),
    ("bad_tool_call", calling([{"function": {"name": "f", "arguments": 5}}])),
    ("bad_tool_call", calling([5])),
    ("bad_tool_call", calling("not json")),
    ("bad_tool_call", {"conversations": [{"from": "function_call", "value": "f(x)"}]}),
    ("bad_tool_call", calling([{"function": {"name": "f", "arguments": "[" * 200 + "]" * 200}}])),
    ("bad_parts", chat({"role": "user", "content": [{"type": "hologram"}]}, ASSISTANT)),
    ("bad_parts", chat({"role": "user", "content": [{"type": "text"}]}, ASSISTANT)),
    ("bad_parts", chat({"role": "user", "content": ["q", {"type": "text", "text": "q"}]}, ASSISTANT)),
    ("bad_parts", chat({"role": "user", "content": [{"colour": "red"}]}, ASSISTANT)),
    ("bad_weight", chat(USER, {**ASSISTANT, "weight": 2})),
    ("bad_weight", chat(USER, {**ASSISTANT, "weight": 0.5})),
    ("bad_weight", chat(USER, {**ASSISTANT, "weight": "1"})),
    ("bad_weight", chat(USER, {**ASSISTANT, "weight": 0})),
    ("bad_weight", chat(USER, {**ASSISTANT, "loss_weight": -1.0})),
    ("bad_preference", {"prompt": "q", "chosen": "a"}),
    ("bad_preference", {"prompt": "q", "chosen": "a", "rejected": None}),
    ("bad_preference", {"prompt": "q", "rejected": "a"}),
    ("bad_preference", {"prompt": "q", "chosen": "a", "rejected": "a"}),
    ("bad_preference", {"prompt": "q", "chosen": [ASSISTANT], "rejected": [USER]}),
    ("bad_preference", {"prompt": "q", "chosen": "a", "rejected": " "}),
    ("bad_preference", {"input": {"messages": [USER]}, "preferred_output": [ASSISTANT]}),
    ("bad_preference", {"input": "q", "preferred_output": [ASSISTANT], "non_preferred_output": [ASSISTANT]}),
]


@pytest.mark.parametrize(("code", "row"), ROWS)
def test_faults(code: str, row: dict[str, Any]) -> None:
    with pytest.raises(Fault) as raised:
        conversation(row)
    assert raised.value.code == code
    assert raised.value.message
    assert "\n" not in raised.value.message
    assert len(raised.value.message) < 400


@pytest.mark.parametrize(
    "row",
    [
        chat(ASSISTANT),
        chat(USER, ASSISTANT, USER),
        chat(USER, USER, ASSISTANT, ASSISTANT),
        chat(ASSISTANT, {"role": "system", "content": "late"}, USER),
        chat(USER, {"role": "tool", "tool_call_id": "nowhere", "content": ""}, ASSISTANT),
        calling([{"function": {"name": "f", "arguments": ""}}]),
        calling([{"function": {"name": "f"}}]),
        chat(USER, {**ASSISTANT, "weight": 0}, {**ASSISTANT, "weight": 1}),
        chat({**USER, "weight": 0}, ASSISTANT),
        chat(USER, {"role": "assistant", "reasoning_content": "hm", "content": ""}, ASSISTANT),
    ],
)
def test_what_signals_judge_is_no_fault(row: dict[str, Any]) -> None:
    conversation(row)


TEXTS = [
    ("malformed_json", b'{"a": 1'),
    ("malformed_json", b"{'a': 1}"),
    ("malformed_json", b'{"a": 1,}'),
    ("malformed_json", b'{"a": NaN}'),
    ("malformed_json", b'{"a": Infinity}'),
    ("malformed_json", b'{"a": 1e999}'),
    ("malformed_json", b'{"a": 1} {"a": 2}'),
    ("malformed_json", b'{"a": 1} xxx'),
    ("malformed_json", b'{"a": "tab\there"}'),
    ("malformed_json", b'{"a": 01}'),
    ("malformed_json", b'\xef\xbb\xbf{"a": 1}'),
    ("malformed_json", b"plain text"),
    ("not_an_object", b"[1]"),
    ("not_an_object", b"5"),
    ("not_an_object", b'"text"'),
    ("not_an_object", b"null"),
    ("invalid_utf8", b'{"a": "\xff"}'),
    ("invalid_utf8", b'{"a": "\xed\xa0\x80"}'),
    ("invalid_utf8", b'{"a": "\xc0\xaf"}'),
    ("null_bytes", b'{"a": "\0"}'),
    ("lone_surrogate", b'{"a": "\\ud800"}'),
    ("lone_surrogate", b'{"a": "\\udc00 \\ud83d\\ude00"}'),
    ("too_deep", b'{"a":' + b"[" * 100 + b"]" * 100 + b"}"),
    ("too_deep", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    ("too_deep", b"[" * 100_000),
]


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_text_that_is_no_json_object(code: str, text: bytes) -> None:
    with pytest.raises(Fault) as raised:
        strict.parse_object(text)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": 123456789012345678901234567890}', {"a": 123456789012345678901234567890}),
        (b'{"a": -9223372036854775809}', {"a": -9223372036854775809}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a": "\\u0000"}', {"a": "\0"}),
        ('{"a": "\u2028\x85"}'.encode(), {"a": "\u2028\x85"}),
        (b'{"a":' + b"[" * 99 + b"]" * 99 + b"}", None),
        (b'{"a": "' + b"[" * 500 + b'"}', {"a": "[" * 500}),
    ],
)
def test_text_that_is_one(text: bytes, value: Any) -> None:
    found = strict.parse_object(text)
    assert value is None or found == value


def test_codes_are_snake_case_and_raised_by_some_test() -> None:
    assert all(re.fullmatch(r"[a-z0-9_]+", code) for code in CODES)
    of_files = {
        "empty_file",
        "truncated_file",
        "corrupt_file",
        "too_large",
        "malformed_csv",
        "ragged_row",
        "truncated_cells",
    }
    assert set(CODES) - of_files == {code for code, _ in ROWS} | {code for code, _ in TEXTS}


def test_every_code_says_how_its_rows_are_mended() -> None:
    assert list(FIXES) == list(CODES)
    assert all(text.endswith((".", "`.")) and text.count("`") % 2 == 0 for text in FIXES.values())


def test_values_in_messages_are_legible_and_harmless() -> None:
    assert brief(["质问", "réponse"], 80) == "['质问', 'réponse']"
    assert brief("a\u202eb\x1b[1m\ud83d\n", 80) == r"'a\u202eb\x1b[1m\ud83d\n'"
    assert brief("x" * 50, 10) == "'xxxxxxxxx…"

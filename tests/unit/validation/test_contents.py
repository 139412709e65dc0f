"""Warnings about media, thoughts, labels and nulls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.validation import validate

ASKED = {"role": "user", "content": "<image>\nWho is on the bench?"}
SAID = {"role": "assistant", "content": "Two old men and a dog."}
PLAIN = {"role": "user", "content": "Who is on the bench?"}
TOOL = {"type": "function", "function": {"name": "sit", "parameters": {"type": "object", "properties": {
    "where": {"type": "string"}, "how": {"type": ["string", "null"]}}, "required": ["where"]}}}  # fmt: skip

PLACED = {"type": "function", "function": {"name": "sit", "parameters": {"type": "object", "properties": {
    "place": {"type": "object", "properties": {"town": {"type": "string"}, "street": {"type": ["string", "null"]}}},
    "who": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    "free": {"type": "object"}}}}}  # fmt: skip


def chat(*turns: dict[str, Any], **row: Any) -> dict[str, Any]:
    return {"messages": list(turns), **row}


def sitting(arguments: dict[str, Any], **row: Any) -> dict[str, Any]:
    call = {"type": "function", "function": {"name": "sit", "arguments": arguments}}
    return chat(PLAIN, {"role": "assistant", "content": None, "tool_calls": [call]}, **row)


def codes(tmp_path: Path, *rows: dict[str, Any]) -> list[str]:
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return [item["code"] for item in validate([str(path)], 100)["findings"]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # one place for each picture
        (chat(ASKED, SAID, images=["1.jpg"]), []),
        (chat(ASKED, SAID, image="1.jpg"), []),
        (chat({**ASKED, "content": [{"type": "image"}, {"type": "text", "text": "Who?"}]}, SAID, images=["1.jpg"]), []),
        (chat({**ASKED, "content": [{"type": "image", "image": "1.jpg"}, {"type": "text", "text": "Who?"}]}, SAID), []),
        (chat(ASKED, SAID, images=["1.jpg", "2.jpg"]), ["media_count"]),
        (chat(ASKED, SAID, image=None), ["media_count"]),
        (chat(ASKED, SAID, image="1.jpg", audio="1.wav"), ["media_count"]),
        (chat(PLAIN, SAID, images=["1.jpg"]), ["media_count"]),
        (chat(PLAIN, SAID, images=[]), []),
        (chat({**PLAIN, "content": "What does <video> mean in HTML?"}, SAID), []),
        ({"question": "Who?", "answer": "Two men.", "image": "1.jpg"}, []),
        # thoughts
        (chat(PLAIN, {**SAID, "content": "<think>Two"}), ["unfinished_thought", "empty_answer"]),
        (chat(PLAIN, {**SAID, "content": "<think>Two</think>"}), ["empty_answer"]),
        (chat(PLAIN, {**SAID, "content": "<think>Two</think>Two."}), []),
        # labels
        ({"prompt": "q", "completion": "a", "label": "sports"}, ["label_unread"]),
        ({"prompt": "q", "completion": "a", "label": None}, []),
        (chat(PLAIN, SAID, label=3), ["label_unread"]),
        ({"question": "q", "answer": "a", "label": "sports"}, []),
        # nulls
        (sitting({"where": "bench", "text": None}, tools=[TOOL]), ["null_padding"]),
        (sitting({"where": "bench", "how": None}, tools=[TOOL]), []),
        (sitting({"where": "bench"}, tools=[TOOL]), []),
        (sitting({"where": "bench", "x": None}), ["null_padding"]),
        (sitting({"place": {"town": "bench", "zip": None}}, tools=[PLACED]), ["null_padding"]),
        (sitting({"who": [{"name": "bench", "age": None}, {"name": "bench"}]}, tools=[PLACED]), ["null_padding"]),
        (sitting({"place": {"town": "bench", "street": None}}, tools=[PLACED]), []),
        (sitting({"free": {"a": None}, "place": {"town": "bench"}}, tools=[PLACED]), []),
        (sitting({"place": {"town": "bench", "zip": None}}), ["null_padding"]),
        (sitting({"where": None}, tools=[TOOL]), ["tool_link", "tool_schema"]),
        (sitting({"where": "bench"}, tools=[TOOL, {"type": "function", "function": {
            "name": "say", "parameters": {"properties": {"where": None, "text": {"type": "string"}}}}}]),
         ["null_padding"]),
    ],
)  # fmt: skip
def test_each_code(tmp_path: Path, row: dict[str, Any], expected: list[str]) -> None:
    assert sorted(codes(tmp_path, row)) == sorted(expected)


def test_a_set_of_one_class(tmp_path: Path) -> None:
    good, bad = ({"prompt": "q", "completion": "a", "label": label} for label in (True, False))
    assert codes(tmp_path, good, good) == ["one_class"]
    assert codes(tmp_path, bad, {"prompt": "q", "completion": "a"}) == ["one_class", "mixed_schema"]
    assert codes(tmp_path, good, bad) == []

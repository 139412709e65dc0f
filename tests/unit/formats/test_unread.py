"""Columns whose text no example holds: told where they are a notable share, and never of what was read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats import conversation
from ftq_spark.formats.unread import N_ROWS, Unread, named
from ftq_spark.runs.shards import find_shards, read_span, whole
from ftq_spark.settings import Ingest

LONG = "The Po rises in the Alps, flows through Turin and reaches the Adriatic Sea in a wide delta."
OTHER = "Nobody has read this column, although it holds as many words as the answer beside it does."
THOUGHT = "The user asks for a river. I know several of them, and the Po is the longest one in Italy."
ASKED, ANSWERED = (
    {"role": "user", "content": "Name a river and say where it flows."},
    {"role": "assistant", "content": LONG},
)
TURNS = [ASKED, ANSWERED]
TOOL = {"type": "function", "function": {"name": "maps", "description": OTHER, "parameters": {"type": "object"}}}


def unread(*rows: dict[str, Any]) -> list[str]:
    found = Unread()
    for row in rows:
        read = conversation(row)
        found.look(row, [*read.messages, *(read.rejected or ())], read.tools, read.format)
    return [column.name for column in found.columns()]


CALL = {"id": "c", "type": "function", "function": {"name": "maps", "arguments": json.dumps({"about": OTHER})}}
MANY = {f"key {i}": OTHER for i in range(100)}
LOST: list[tuple[dict[str, Any], list[str]]] = [
    ({"messages": TURNS, "second_answer": OTHER}, ["second_answer"]),
    ({"question": "Which river?", "answer": LONG, "context2": OTHER}, ["context2"]),
    ({"question": "Which river?", "answer": LONG, "metadata": {"id": "x", "page": OTHER}}, ["metadata"]),
    ({"question": "Which river?", "answer": LONG, "metadata": json.dumps({"page": OTHER})}, ["metadata"]),
    ({"question": "Which river?", "answer": LONG, "metadata": [{"page": OTHER}, {"page": LONG}]}, ["metadata[].page"]),
    ({"messages": [ASKED, {**ANSWERED, "critique": OTHER}]}, ["messages[].critique"]),
    ({"messages": TURNS, "generations": [LONG, OTHER]}, ["generations"]),
    ({"messages": TURNS, "table": MANY}, ["table"]),
    ({"instruction": "Which river?", "output": LONG, "notes": {"a": {"b": [{"c": OTHER}]}}}, ["notes"]),
    ({"messages": TURNS, "中文": "没有人读过这一栏,虽然它和旁边的答案一样长,里面写着很多很多的字。"}, ["中文"]),
    ({"prompt": "Which river?", "chosen": LONG, "rejected": "Rome.", "worst": OTHER}, ["worst"]),
    ({"prompt": "Which river?", "reward_model": {"ground_truth": LONG}, "essay": OTHER}, ["essay"]),
]
READ: list[dict[str, Any]] = [
    {"messages": TURNS, "prompt": ASKED["content"], "id": "a1b2c3", "source": "web", "score": 3},
    {"messages": [ASKED, {**ANSWERED, "reasoning_content": THOUGHT}]},
    {"messages": [ASKED, {"role": "assistant", "content": f"<think>\n{THOUGHT}\n</think>\n\n{LONG}"}]},
    {"messages": [ASKED, {"role": "assistant", "content": None, "tool_calls": [CALL]}], "tools": [TOOL]},
    {"messages": json.dumps(TURNS), "tools": json.dumps([TOOL])},
    {"text": f"<|im_start|>user\n{ASKED['content']}<|im_end|>\n<|im_start|>assistant\n{LONG}<|im_end|>\n"},
    {"question": "Which river?", "context": OTHER, "answer": LONG},
    {"question": "Which river?", "Complex_CoT": THOUGHT, "response": LONG},
    {"prompt": [ASKED], "chosen": [ANSWERED], "rejected": [{"role": "assistant", "content": OTHER}]},
    {"prompt": "Which river?", "reward_model": {"ground_truth": LONG}},
    {
        "messages": TURNS,
        "image": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "url": "https://example.org/a/b",
    },
    {"system": OTHER, "conversations": [{"from": "human", "value": "Which river?"}, {"from": "gpt", "value": LONG}]},
    {"instruction": "Which river?", "input": OTHER, "output": LONG},
    {"messages": [ASKED, {"role": "assistant", "content": [{"type": "text", "text": LONG}]}], "n": None},
]


@pytest.mark.parametrize(("row", "columns"), LOST, ids=[names[0] for _, names in LOST])
def test_what_is_not_read_is_named(row: dict[str, Any], columns: list[str]) -> None:
    assert unread(row) == columns


@pytest.mark.parametrize("row", READ)
def test_what_is_read_is_not(row: dict[str, Any]) -> None:
    assert unread(row) == []


def test_shares_are_of_the_text() -> None:
    found = Unread()
    row = {"question": "Which river is it?", "answer": "It is the Po, of course.", "b": OTHER, "c": LONG + LONG}
    read = conversation(row)
    found.look(row, read.messages, None, read.format)
    columns = found.columns()
    letters = {name: sum(map(str.isalnum, text)) for name, text in row.items()}
    assert [column.name for column in columns] == ["c", "b"]
    assert [column.share for column in columns] == [round(letters[n] / sum(letters.values()), 4) for n in "cb"]
    assert named(column._asdict() for column in columns) == "'c' (58% of the text), 'b' (29%)"
    assert named([]) == ""


def test_what_is_the_same_in_every_row_counts_once() -> None:
    rows = [{"question": f"Which river is number {n}?", "answer": f"{n} {LONG}", "license": OTHER} for n in range(30)]
    assert unread(*rows) == []


def test_only_the_first_rows_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    rows = [{"messages": TURNS, **({"late": f"{n} {OTHER}"} if n > N_ROWS else {})} for n in range(N_ROWS + 50)]
    path.write_text("\n".join(map(json.dumps, rows)))
    (shard,) = find_shards([str(path)])
    found = Unread()
    for batch in read_span(whole(shard), Ingest().max_line_bytes, None, False):
        found.add(batch.filter(batch.column("accepted")))
    assert (found.n_rows, found.columns()) == (N_ROWS, [])


@given(
    st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=2).filter(lambda texts: all(map(str.strip, texts)))
)
def test_a_row_of_turns_alone_is_wholly_read(texts: list[str]) -> None:
    turns = [{"role": role, "content": text} for role, text in zip(("user", "assistant"), texts, strict=True)]
    messages = [{**turn, "reasoning": None, "tool_calls": None, "parts": None, "name": None} for turn in turns]
    found = Unread()
    found.look({"messages": turns}, messages, None, "openai")
    assert found.columns() == []

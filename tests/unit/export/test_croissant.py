"""The Croissant metadata of an export is valid, and its own reader finds by it what the rows hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from export_run import write_run

from ftq_spark.export import Wanted, export

croissant = pytest.importorskip("mlcroissant")

CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ems"}'}}
TURNS = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
CALLED = [
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL, {**CALL, "id": "c2"}]},
    {"role": "tool", "tool_call_id": "c1", "content": "none"},
    {"role": "tool", "tool_call_id": "c2", "content": "some"},
    {"role": "assistant", "content": "Some."},
]
STRANGE: dict[str, Any] = {
    "messages": TURNS,
    "@id": 1,
    "a.b": {"c d": [1, 2], "it's": {"where": "x", "": 2}},
    "日本": {"東京": "y"},
    "": 1,
    "a/b c": [[{"d": 1}]],
    "label_ids": [[1], [2, 3]],
    "held": {"parts": [{"text": "t"}]},
}


def read(tmp_path: Path, row: dict[str, Any], format_: str, file_format: str) -> dict[str, Any]:
    wanted = Wanted(format_, {"train": 1.0}, file_format=file_format)
    export(write_run(tmp_path / "run", [row]), str(tmp_path / "out"), wanted)
    found = croissant.Dataset(jsonld=str(tmp_path / "out" / "croissant.json"))
    assert not found.metadata.ctx.issues.errors
    (record,) = found.records(record_set="train")
    return {name.removeprefix("train/"): value for name, value in record.items()}


@pytest.mark.parametrize("file_format", ["parquet", "jsonl"])
def test_columns_of_any_name_and_shape(tmp_path: Path, file_format: str) -> None:
    """What has no name, and objects in lists inside, no reader reaches by a path: they are left to the files."""
    found = read(tmp_path, STRANGE, "as_found", file_format)
    assert [turn["train/messages/content"] for turn in found.pop("messages")] == [b"Why?", b"So."]
    assert found == {
        "@id": 1,
        "a.b": {"train/a.b/c~20~d": [1, 2]},
        "a.b/it's": {"train/a.b/it's/where": b"x"},
        "日本": {"train/日本/東京": b"y"},
        "label_ids": [[1], [2, 3]],
    }


@pytest.mark.parametrize("file_format", ["parquet", "jsonl"])
@pytest.mark.parametrize("format_", ["messages", "as_found"])
def test_calls_are_lists_in_a_list(tmp_path: Path, format_: str, file_format: str) -> None:
    turns = read(tmp_path, {"messages": CALLED}, format_, file_format)["messages"]
    assert [turn["train/messages/role"] for turn in turns] == [turn["role"].encode() for turn in CALLED]
    assert [turn["train/messages/tool_call_id"] for turn in turns] == [None, None, b"c1", b"c2", None]

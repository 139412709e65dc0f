"""What LLaMA-Factory's own converters make of an export; skipped where it is not installed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from export_run import write_run

from ftq_spark.export import Wanted, export

datasets = pytest.importorskip("datasets")
converter = pytest.importorskip("llamafactory.data.converter")
parser = pytest.importorskip("llamafactory.data.parser")

TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}}
]
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ems"}'}}
SAID = {"role": "assistant", "content": "So."}
ROWS: list[dict[str, Any]] = [
    {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}, SAID]},
    {"messages": [{"role": "user", "content": "How?"}, {**SAID, "reasoning_content": "Hm."}]},
]
CALLED = {
    "messages": [
        {"role": "user", "content": "Rain in Ems?"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "none"},
        {"role": "assistant", "content": "No."},
    ],
    "tools": TOOLS,
}


def converted(tmp_path: Path, rows: list[dict[str, Any]], format_: str, **columns: str) -> list[dict[str, Any]]:
    export(write_run(tmp_path / "run", rows), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}))
    found = datasets.load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    described = parser.DatasetAttr("file", "own", formatting=format_, **columns)
    convert = converter.DATASET_CONVERTERS[format_](described, SimpleNamespace(media_dir=""))
    return [convert(row) for row in found]


def test_sharegpt(tmp_path: Path) -> None:
    plain, thought, called = converted(tmp_path, [*ROWS, CALLED], "sharegpt", tools="tools")
    assert (plain["_system"], plain["_prompt"]) == ("Be brief.", [{"role": "user", "content": "Why?"}])
    assert plain["_response"] == [{"role": "assistant", "content": "So."}]
    assert thought["_response"][0]["content"] == "<think>\nHm.\n</think>\n\nSo."
    assert [turn["role"] for turn in called["_prompt"]] == ["user", "function", "observation"]
    assert json.loads(called["_prompt"][1]["content"]) == {"name": "weather", "arguments": {"city": "Ems"}}
    assert json.loads(called["_tools"]) == TOOLS


def test_alpaca(tmp_path: Path) -> None:
    plain, thought = converted(tmp_path, ROWS, "alpaca", system="system")
    assert (plain["_system"], plain["_prompt"]) == ("Be brief.", [{"role": "user", "content": "Why?"}])
    assert thought["_response"] == [{"role": "assistant", "content": "<think>\nHm.\n</think>\n\nSo."}]

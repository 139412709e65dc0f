"""Answers that a run keeps out of training, in every format of an export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from export_run import with_mask, write_run

from ftq_spark.export import Wanted, export
from ftq_spark.runs.run import Run

TURNS = [("user", "Why?"), ("assistant", "I cannot say."), ("user", "And how?"), ("assistant", "So.")]
OPENAI = {"messages": [{"role": role, "content": text} for role, text in TURNS], "id": 7}
NAMES = {"user": "human", "assistant": "gpt"}
SHAREGPT = {"conversations": [{"from": NAMES[role], "value": text} for role, text in TURNS]}
OTHER = {"messages": OPENAI["messages"][2:], "id": 8}


def exported(tmp_path: Path, row: dict[str, Any], format_: str) -> tuple[dict[str, Any], dict[str, Any]]:
    run = write_run(tmp_path / "run", [row, OTHER])
    with_mask(tmp_path / "run", [1])
    done = export(Run.open(run.path), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}, file_format="jsonl"))
    rows = [json.loads(line) for path in (tmp_path / "out/data").iterdir() for line in path.open(encoding="utf-8")]
    return next(row for row in rows if "I cannot say." in json.dumps(row)), done["masked"]


@pytest.mark.parametrize(
    ("row", "format_", "turns", "mark"),
    [
        (OPENAI, "messages", "messages", {"weight": 0}),
        (OPENAI, "sharegpt", "conversations", {"weight": 0}),
        (OPENAI, "as_found", "messages", {"weight": 0}),
        (SHAREGPT, "messages", "messages", {"weight": 0}),
        (SHAREGPT, "as_found", "conversations", {"train": False}),
    ],
)
def test_the_answer_is_marked_and_no_other(
    tmp_path: Path, row: dict[str, Any], format_: str, turns: str, mark: dict[str, object]
) -> None:
    found, masked = exported(tmp_path, row, format_)
    marks = [{name: turn[name] for name in ("weight", "train") if name in turn} for turn in found[turns]]
    learnt = {
        name: type(value)(1) for name, value in mark.items()
    }  # the first row of a file states the mark throughout
    assert marks == [{}, mark, {}, learnt]
    assert masked == {"rows": 1, "turns": 1}


def test_the_last_answer_alone_is_learnt_and_nothing_is_said_to_be_left_out(tmp_path: Path) -> None:
    found, _ = exported(tmp_path, OPENAI, "prompt_completion")
    assert [turn["content"] for turn in found["completion"]] == ["So."]


def test_a_run_of_an_earlier_version_has_no_masks(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [OPENAI])
    assert export(run, str(tmp_path / "out"), Wanted("messages", {"train": 1.0}))["masked"] == {"rows": 0, "turns": 0}


@pytest.mark.parametrize("format_", ["messages", "sharegpt", "as_found"])
def test_datasets_reads_lines_whose_first_rows_have_no_mask(tmp_path: Path, format_: str) -> None:
    """`datasets` learns the fields of a file of lines from its first block, and casts the later ones to them."""
    datasets = pytest.importorskip("datasets")
    long = "Salt is carried into the sea, and stays in it. " * 3_000
    rows = [{"messages": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": long}]}
            for n in range(80)]  # fmt: skip
    run = write_run(tmp_path / "run", [*rows, {"messages": OPENAI["messages"]}])
    with_mask(tmp_path / "run", [1], of=len(rows))
    export(Run.open(run.path), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}, file_format="jsonl"))
    (path,) = (tmp_path / "out/data").iterdir()
    assert path.stat().st_size > 10 << 20  # a block of the reader
    found = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
    turns = "conversations" if format_ == "sharegpt" else "messages"
    assert len(found) == len(rows) + 1
    assert [turn.get("weight") for turn in found[0][turns]] == [None, 1]
    assert [turn.get("weight") for turn in found[1][turns]] == [None, None]
    assert [turn.get("weight") for turn in found[len(rows)][turns]] == [None, 0, None, None]

"""Objects as input files: every row can be found again by file and number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ftq_spark.errors import InputError
from ftq_spark.runs.in_memory import inputs_of
from ftq_spark.runs.shards import find_shards, read_span, whole

ROWS = [
    {"prompt": "What is the boiling point of water?", "response": "100 °C at sea level."},
    {"prompt": "And of ethanol?", "response": "About 78 °C.", "when": pd.Timestamp("2024-01-02")},
]


def read(inputs: list[str]) -> list[dict[str, Any]]:
    return [row for shard in find_shards(inputs) for b in read_span(whole(shard), 1 << 20) for row in b.to_pylist()]


def test_paths_stay_where_they_are(tmp_path: Path) -> None:
    assert inputs_of("data/", "x") == ["data/"]
    assert inputs_of(tmp_path, "x") == [str(tmp_path)]
    assert inputs_of(["a.jsonl", Path("b.jsonl")], "x") == ["a.jsonl", "b.jsonl"]
    assert inputs_of({"law": "a.jsonl", "code": ["b.jsonl", "code=c.jsonl"]}, "x") == [
        "law=a.jsonl", "code=b.jsonl", "code=c.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize("hold", [list, iter, pd.DataFrame], ids=["list", "iterator", "pandas"])
def test_rows_become_lines_with_their_numbers(tmp_path: Path, hold: Any) -> None:
    (given,) = inputs_of(hold(ROWS), str(tmp_path / "inputs"), "chemistry")
    assert given == f"chemistry={tmp_path}/inputs/chemistry.jsonl"
    found = read([given])
    assert [(row["dataset"], row["row"], row["accepted"]) for row in found] == [
        ("chemistry", 1, True), ("chemistry", 2, True),
    ]  # fmt: skip
    assert [row["messages"][-1]["content"] for row in found] == [row["response"] for row in ROWS]


def test_the_same_rows_are_the_same_input(tmp_path: Path) -> None:
    first = find_shards(inputs_of(ROWS, str(tmp_path / "inputs")))
    assert find_shards(inputs_of(ROWS, str(tmp_path / "inputs"))) == first


def test_values_of_numpy_and_missing_ones(tmp_path: Path) -> None:
    frame = pd.DataFrame({"prompt": ["a", "b"], "score": np.array([1.5, np.nan]), "n": np.array([1, 2], np.int32)})
    (given,) = inputs_of(frame, str(tmp_path))
    lines = Path(given.partition("=")[2]).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"prompt": "a", "score": 1.5, "n": 1}, {"prompt": "b", "score": None, "n": 2},
    ]  # fmt: skip


def test_named_objects_are_datasets(tmp_path: Path) -> None:
    found = find_shards(inputs_of({"train": ROWS, "test": ROWS[:1]}, str(tmp_path)))
    assert [(shard.dataset, shard.source) for shard in found] == [("test", "test.jsonl"), ("train", "train.jsonl")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "hold no rows"),
        ({}, "hold no rows"),
        (["a.jsonl", {"prompt": "x"}], "row 1 of the data is str"),
        (7, "int is no data"),
        (b"x", "bytes is no data"),
    ],
)
def test_what_is_no_data_is_said(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        inputs_of(data, str(tmp_path))


def test_a_dataset_of_hugging_face(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    given = inputs_of(datasets.Dataset.from_list([dict(row, when=None) for row in ROWS]).select([1, 0]), str(tmp_path))
    assert [row["messages"][0]["content"] for row in read(given)] == [ROWS[1]["prompt"], ROWS[0]["prompt"]]
    both = datasets.DatasetDict(train=datasets.Dataset.from_list(ROWS[:1]), test=datasets.Dataset.from_list(ROWS[:1]))
    assert sorted(shard.dataset for shard in find_shards(inputs_of(both, str(tmp_path / "two")))) == ["test", "train"]

"""Answers that look cut go to review where many answers of their dataset surely are, and there alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark import schema
from ftq_spark.settings import Settings
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import cuts

CHEAP = {"dedup__semantic__enabled": False, "dedup__near__enabled": False, "conflict__enabled": False}
Row = tuple[Any, ...]


def judged(name: str, reasons: list[str], notes: list[str]) -> Row:
    return (name, 0.5, reasons, notes, False, bool(reasons), False, None, None)


@pytest.mark.parametrize(("n_sure", "n_whole", "is_held"), [(8, 700, True), (7, 0, False), (8, 792, False)])
def test_weak_signs_count_beside_many_sure_ones(spark: SparkSession, n_sure: int, n_whole: int, is_held: bool) -> None:
    sure = [judged(f"sure{i}", ["truncated"], []) for i in range(n_sure)]
    whole = [judged(f"whole{i}", [], ["variety"]) for i in range(n_whole)]
    weak = judged("weak", [], ["truncated"])
    others = [judged(name, [], ["truncated"]) for name in ("elsewhere", "earlier")]  # of an earlier answer
    labelled_bad = judged("bad", [], [])
    rows = [*sure, *whole, weak, *others, labelled_bad]
    signs = {"sure": 1.0, "weak": 0.6, "elsewhere": 0.6, "bad": 0.6}
    values = [(one[0], signs.get(one[0].rstrip("0123456789"), 0.0 if len(one[0]) % 2 else None)) for one in rows]
    measured = spark.createDataFrame(values, "example_id string, sig_truncated_end double")
    places = [(one[0], "other" if one[0] == "elsewhere" else "own") for one in rows]
    examples = spark.createDataFrame(places, "example_id string, dataset string")
    frame = spark.createDataFrame(rows, spark_columns(schema.JUDGED))
    held = ("weak", 0.5, ["likely_truncated"], [], False, True, False, None, None)
    expected = [*sure, *whole, held if is_held else weak, *others, labelled_bad]
    assert_df_equality(
        cuts.apply(frame, examples, measured, Settings().score.rules, "review").select(*schema.JUDGED.names),
        spark.createDataFrame(expected, spark_columns(schema.JUDGED)),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def write(folder: Path, name: str, n_cut: int) -> Path:
    """A file of whole answers, the first of them cut in a word of code, and one that may be cut."""
    whole = [f"Word {i} stands for a small lake. It lies north of the town of number{i}." for i in range(40)]
    cut = [f"This is word {i}:\n\n```python\nprint({i}" for i in range(n_cut)]
    weak = (
        "A moor is land that is wet and open. It is known for peat, for heather and birds that nest on the ground there"
    )
    answers = [*cut, *whole[n_cut:], weak]
    path = folder / f"{name}.jsonl"
    pairs = [{"prompt": f"What is {name} word {i}?", "completion": answer} for i, answer in enumerate(answers)]
    path.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    return path


def test_from_the_files_to_the_verdicts(spark: SparkSession, tmp_path: Path) -> None:
    cut, whole = write(tmp_path, "cut", 10), write(tmp_path, "whole", 2)
    done = run(tmp_path / "run", f"cut={cut}", f"whole={whole}", flags=("--to", "publish"), **CHEAP)
    last = {
        one["dataset"]: one
        for one in rows(done, "scored", "dataset", "row", "verdict", "reasons", "notes")
        if one["row"] == 41
    }
    assert last["whole"]["verdict"] == "keep" and last["whole"]["notes"] == ["truncated"]
    assert last["cut"] == {**last["cut"], "verdict": "review", "reasons": ["likely_truncated"], "notes": []}
    kept = {"score__likely_truncated_verdict": "note"}
    again = run(tmp_path / "run", f"cut={cut}", f"whole={whole}", flags=("--to", "publish"), **CHEAP, **kept)
    noted = [one for one in rows(again, "scored", "dataset", "row", "verdict", "notes") if one["row"] == 41]
    assert {one["dataset"]: one["notes"] for one in noted} == {
        "cut": ["likely_truncated", "truncated"],
        "whole": ["truncated"],
    }
    assert {one["verdict"] for one in noted} == {"keep"}

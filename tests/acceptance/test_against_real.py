"""New real rows compared with a former run, and one run over both."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import runs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ftq_spark.runs.run import Run

COLUMNS = ("row", "source", "verdict", "reasons", "duplicate_of", "duplicate_kind", "duplicate_similarity")
SETTINGS: dict[str, Any] = {
    "dedup__keep": "first",
    "dedup__near__threshold": 0.6,
    "dedup__answers": "any",
    "dedup__near__view": "prompt",
    "dedup__semantic__enabled": False,
    "conflict__enabled": False,
}


def verdicts(run: Run) -> dict[int, Any]:
    rows = runs.rows(run, "scored", *COLUMNS)
    return {row["row"]: row for row in rows if row.pop("source") == "b_new.jsonl"}


@pytest.mark.long
def test_incremental_equals_full(real_data: Path, tmp_path: Path, spark: SparkSession) -> None:
    rows = []
    for name in ("alpaca_random_9k", "alpaca_claude_t45"):  # the same prompts with other answers are in both
        with gzip.open(real_data / "instruct" / f"{name}.json.gz", "rt", encoding="utf-8") as file:
            rows.append([json.dumps(row) for row in json.load(file)])
    old, new = tmp_path / "a_old.jsonl", tmp_path / "b_new.jsonl"
    old.write_text("\n".join(rows[0][:4_000]))
    new.write_text("\n".join(rows[1] + rows[0][3_500:4_500]))
    former = runs.run(tmp_path / "old", old, **SETTINGS)
    incremental = runs.run(tmp_path / "new", new, flags=["--against", former.path], **SETTINGS)
    full = runs.run(tmp_path / "full", old, new, **SETTINGS)
    found = verdicts(incremental)
    assert found == verdicts(full)
    assert sum(row["duplicate_of"] is not None for row in found.values()) >= 500

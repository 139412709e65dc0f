"""Which example is meant, and what is said where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from export_run import write_run

from ftq_spark import schema
from ftq_spark.errors import UserError
from ftq_spark.explain import explain
from ftq_spark.runs.run import Run

ROW = {"prompt": "Which river?", "completion": "The Po."}


def test_a_row_that_was_rejected_says_why(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [ROW])
    fault = {"dataset": "own", "source": "a/own.jsonl", "row": 7, "code": "malformed_json", "message": "No JSON."}
    (tmp_path / "run" / "rejects").mkdir()
    pq.write_table(pa.Table.from_pylist([fault], schema.REJECTS), tmp_path / "run" / "rejects" / "part-0.parquet")
    manifest = tmp_path / "run" / "manifest.json"
    held = json.loads(manifest.read_text())
    held["tables"]["rejects"] = "rejects"
    manifest.write_text(json.dumps(held))
    run = Run.open(str(tmp_path / "run"))
    for named in ("a/own.jsonl:7", "own.jsonl:7"):
        with pytest.raises(UserError, match=r"row 7 of .* was rejected, .*: malformed_json: No JSON\."):
            explain(run, named)
    for named in ("own.jsonl:8", "other.jsonl:7", "zzz"):
        with pytest.raises(UserError, match="no example"):
            explain(run, named)

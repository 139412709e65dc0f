"""A run directory with the tables that an export reads, made of raw rows without Spark."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark import schema
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.runs.run import Run
from ftq_spark.settings import Settings


def write_run(
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    verdicts: Sequence[str] | None = None,
    pairs: Sequence[tuple[int, int]] = (),
    n_files: int = 1,
) -> Run:
    """A run of `rows`, each with its verdict (keep); `pairs` are places of rows that were measured to be alike."""
    raw = [RawRow(number, orjson.dumps(row), None) for number, row in enumerate(rows, 1)]
    ingested = pa.Table.from_batches(batches(raw, dataset="own", source="own.jsonl"))
    refused = [row for row in ingested.to_pylist() if not row["accepted"]]
    assert not refused, refused
    examples = ingested.select(schema.EXAMPLES.names)
    ids = examples["example_id"].to_pylist()
    scored = examples.drop_columns(["original"]).append_column("prompt", pa.array(map(_prompt, examples.to_pylist())))
    scored = scored.append_column("verdict", pa.array(verdicts or ["keep"] * len(rows)))
    scored = scored.append_column(
        "reasons", pa.array([[] if v == "keep" else ["vague"] for v in scored["verdict"].to_pylist()])
    )
    paired = [{"left_id": ids[left], "right_id": ids[right]} for left, right in pairs]
    tables = {"examples": examples, "scored": scored, "pairs": pa.Table.from_pylist(paired, schema.PAIRS)}
    for name, table in tables.items():
        (folder / name).mkdir(parents=True)
        for part in range(n_files):
            pq.write_table(
                table.take(pa.array(range(part, len(table), n_files), pa.int64())),
                folder / name / f"part-{part}.parquet",
            )
    manifest = {
        "manifest_version": 1,
        "run_id": "r1",
        "created_at": "2026-01-02T03:04:05+00:00",
        "settings": Settings().model_dump(mode="json"),
        "stages": {
            "ingest": {
                "fingerprint": "", "directory": "examples", "tables": {}, "files": [],
                "n_rows": len(rows), "n_rejects": 3,
            }
        },
        "tables": {name: name for name in tables},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Run.open(str(folder))


def _prompt(example: Mapping[str, Any]) -> str:
    turns = example["messages"]
    last = max(place for place, turn in enumerate(turns) if turn["role"] == "assistant")
    asked = [turn for turn in turns[:last] if turn["role"] not in ("system", "developer")]
    if len(asked) == 1:
        return str(asked[0]["content"])
    return "\n\n".join(f"{turn['role'].title()}: {turn['content'] or turn['tool_calls']}" for turn in asked)


def with_mask(folder: Path, turns: Sequence[int], of: int = 0) -> None:
    """Let the run in `folder` have found the answers at `turns` of one of its examples at fault."""
    scored = pq.read_table(folder / "scored")
    scored = scored.append_column("decided_by", pa.array(["rule"] * len(scored)))
    pq.write_table(scored, folder / "scored" / "part-0.parquet")
    row = dict.fromkeys(schema.TURN_FINDINGS.names)
    row |= {"example_id": scored["example_id"][of].as_py(), "masked_turns": list(turns)}
    (folder / "turn_findings").mkdir()
    pq.write_table(pa.Table.from_pylist([row], schema.TURN_FINDINGS), folder / "turn_findings" / "part-0.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["turn_findings"] = "turn_findings"
    (folder / "manifest.json").write_text(json.dumps(manifest))

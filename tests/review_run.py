"""A small run directory, as the pipeline leaves one, for tests of the review."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark import schema
from ftq_spark.settings import Settings

HOSTILE = [
    "=cmd|'/C calc'!A0 and \"quotes\", commas; semicolons\ttabs",
    "line one\nline two\r\nline three\rline four",
    "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\"></script>",
    "emoji 👩‍👩‍👧‍👦 and \u202eright-to-left\u202c שלום عربى",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'=already quoted",
    "-2+3+cmd|' /C calc'!A0",
    "NUL \x00 bell \x07 escape \x1b[31m",
    "_x0041_ looks like an escape",
    "long " + "x<>&\"'é👍" * 12_000,
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "",
]


def example_id(number: int) -> str:
    return hashlib.sha256(f"example {number}".encode()).hexdigest()[:32]


def example(number: int, **values: Any) -> dict[str, Any]:
    """One row of ``scored``; values given replace the usual ones."""
    prompt, response = values.get("prompt", f"Question {number}?"), values.get("response", f"Answer {number}.")
    return {
        "example_id": example_id(number),
        "content_hash": hashlib.sha256(f"{prompt}\0{response}".encode()).hexdigest()[:32],
        "dataset": "alpha" if number % 3 else "beta",
        "source": "train.jsonl",
        "row": number + 1,
        "messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": response}],
        "prompt": prompt,
        "response": response,
        "quality": (number % 100) / 100,
        "verdict": "keep",
        "reasons": [],
        "conflicts_with": [],
        **values,
    }


def write_run(
    folder: Path, examples: Sequence[dict[str, Any]], conflicts: Sequence[dict[str, Any]] = (), n_files: int = 1
) -> Path:
    """Write the tables and the manifest; the examples are dealt over ``n_files`` files of each verdict."""
    message_type = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    columns = {
        "messages": message_type,
        "rejected": message_type,
        "reasons": pa.list_(pa.string()),
        "conflicts_with": pa.list_(pa.string()),
    }
    plain = {"row": pa.int64(), "quality": pa.float64()}
    for verdict in sorted({row["verdict"] for row in examples}):
        rows = [row for row in examples if row["verdict"] == verdict]
        for part in range(n_files):
            dealt = [{k: v for k, v in row.items() if k != "verdict"} for row in rows[part::n_files]]
            if not dealt:
                continue
            types = columns | plain | {name: pa.float64() for name in dealt[0] if name.startswith("sig_")}
            fields = [(name, types.get(name, pa.string())) for name in dealt[0]]
            target = folder / "scored" / f"verdict={verdict}" / f"part-{part:05d}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(dealt, schema=pa.schema(fields)), target)
    tables = {"scored": "scored"}
    if conflicts:
        (folder / "tables" / "conflicts").mkdir(parents=True, exist_ok=True)
        pq.write_table(
            pa.Table.from_pylist(list(conflicts), schema=schema.CONFLICTS),
            folder / "tables" / "conflicts" / "part-00000.parquet",
        )
        tables["conflicts"] = "tables/conflicts"
    (folder / "manifest.json").write_text(
        json.dumps({"manifest_version": 1, "run_id": "r1", "stages": {}, "tables": tables})
    )
    return folder


def add_originals(folder: Path, examples: Sequence[dict[str, Any]]) -> None:
    """The table of input rows, prompt and response by name, beside what :func:`write_run` wrote."""
    rows = [
        {"example_id": row["example_id"], "dataset": row["dataset"], "original": json.dumps(_as_found(row))}
        for row in examples
    ]
    (folder / "tables" / "examples").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / "tables" / "examples" / "part-00000.parquet")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"]["examples"] = "tables/examples"
    manifest["settings"] = Settings().model_dump(mode="json")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _as_found(row: dict[str, Any]) -> dict[str, Any]:
    return {"prompt": row["prompt"], "completion": row["response"]}


def conflict(left: int, right: int, score: float = 0.9) -> dict[str, Any]:
    return {
        "left_id": example_id(left),
        "right_id": example_id(right),
        "prompt_similarity": 0.93,
        "score": score,
        "kind": "polarity",
        "evidence": [{"left_text": "is safe", "right_text": "is not safe", "kind": "negation"}],
        "conflict_group": example_id(left),
        "against": False,
    }

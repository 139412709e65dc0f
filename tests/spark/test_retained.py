"""What is kept of a table stands in clean/ as such a table, each row as it was; nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from runs import rows, run

CSV = (
    "\ufeffid,question,answer,Größe\r\n"
    '007,"What is ""soup""?","Soup is a liquid food,\r\nserved warm in a bowl as a rule.",1.50\r\n'
    "008,Why?,,2\r\n"  # no answer: rejected
    '009,Name the capital of France.," The capital of France is Paris, on the river Seine. ",NA\r\n'
)
TSV = 'question\tanswer\nWhat is "rye"?\tRye is a grain from which bread and whisky are made.\n'


PROMPTS = [
    {"prompt": "Count the days of a leap year.", "ground_truth": "366"},
    {"prompt": [{"role": "user", "content": "Which planet is the largest one?"}], "data_source": "own"},
]


def _said(role: str, text: str, *replies: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "text": text, "replies": list(replies)}


TREES = [
    {
        "message_tree_id": f"tree-{name}",
        "prompt": _said(
            "prompter",
            f"Describe a {name} in one sentence.",
            _said("assistant", f"A {name} is an animal that lives on a farm."),
            _said("assistant", f"Many a {name} is kept for its wool or its milk."),
        ),
    }
    for name in ("sheep", "goat", "llama")
]


def write_inputs(folder: Path) -> pa.Table:
    """A CSV, a gzipped TSV, a Parquet file of many types, and JSON lines; returns the Parquet file's rows."""
    folder.mkdir()
    (folder / "a.csv").write_text(CSV, encoding="utf-8", newline="")
    (folder / "b.tsv.gz").write_bytes(gzip.compress(TSV.encode()))
    rows = [
        ("Name a river.", "The Po is a river in the north of Italy.", dt.date(1, 1, 1), decimal.Decimal("1.10")),
        ("Name a lake.", "", None, None),
        ("Name a hill.", "The Montmartre is a hill in the north of Paris.", dt.date(9999, 12, 31), None),
    ]
    prompts, answers, days, prices = zip(*rows, strict=True)
    table = pa.table(
        {
            "prompt": pa.array(prompts).dictionary_encode(),
            "completion": pa.array(answers, pa.large_string()),
            "day": pa.array(days, pa.date32()),
            "price": pa.array(prices, pa.decimal128(10, 2)),
            "meta": pa.array([{"tags": ["a", None], "n": 2**63}, None, {"tags": [], "n": 0}],
                             pa.struct([("tags", pa.list_(pa.string())), ("n", pa.uint64())])),
        }
    ).replace_schema_metadata({"huggingface": '{"info": {}}'})  # fmt: skip
    pq.write_table(table, folder / "c.parquet", compression="zstd")
    line = {"prompt": "Name a tree.", "completion": "The oak is a tree that grows very old."}
    (folder / "d.jsonl").write_text(json.dumps(line) + "\n")
    return table


def test_tables_stay_tables(spark: SparkSession, tmp_path: Path) -> None:
    table = write_inputs(tmp_path / "in")
    fast = {"dedup__semantic__enabled": False, "conflict__enabled": False, "score__rules": [], "score__min_quality": 0}
    (tmp_path / "in" / "e.jsonl").write_text("".join(json.dumps(row) + "\n" for row in PROMPTS))
    (tmp_path / "in" / "f.json").write_text(json.dumps(TREES))
    audit = run(tmp_path / "run", tmp_path / "in", ingest__trees="all", **fast)
    assert audit.manifest["stages"]["ingest"]["n_read"] == 8 + len(PROMPTS) + 2 * len(TREES)
    assert audit.manifest["stages"]["publish"]["as_lines"] == {}
    clean = tmp_path / "run" / "clean"
    assert sorted(path.name for path in clean.iterdir()) == [
        "a.csv", "b.tsv", "c.parquet", "d.jsonl", "e.jsonl", "f.jsonl",
    ]  # fmt: skip
    # Prompts that are to be answered in training are judged as what they are, and every path of a tree by itself.
    scored = {row["prompt"]: row for row in rows(audit, "scored", "source", "prompt", "response", "format", "verdict")}
    assert {(row["format"], row["verdict"]) for row in scored.values() if row["source"] == "e.jsonl"} == {
        ("prompt_only", "keep")
    }
    assert [json.loads(line) for line in (clean / "e.jsonl").read_text().splitlines()] == PROMPTS
    paths = [json.loads(line) for line in (clean / "f.jsonl").read_text().splitlines()]
    assert [[turn["content"] for turn in path["messages"]] for path in paths] == [
        [tree["prompt"]["text"], answer["text"]] for tree in TREES for answer in tree["prompt"]["replies"]
    ]
    assert (clean / "a.csv").read_bytes().decode() == CSV.replace("008,Why?,,2\r\n", "")
    assert (clean / "b.tsv").read_text(encoding="utf-8") == TSV
    assert (clean / "d.jsonl").read_bytes() == (tmp_path / "in" / "d.jsonl").read_bytes()
    kept = pq.read_table(clean / "c.parquet")
    assert kept.schema.equals(pq.read_table(tmp_path / "in" / "c.parquet").schema, check_metadata=True)
    assert kept.to_pylist() == table.take([0, 2]).to_pylist()
    assert len((tmp_path / "run" / "rejected" / "c.jsonl").read_text().splitlines()) == 1


def test_a_table_that_cannot_hold_what_is_published_becomes_lines(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_inputs(tmp_path / "in")
    fast = {"dedup__semantic__enabled": False, "conflict__enabled": False, "score__rules": [], "score__min_quality": 0}
    changed = F.when(F.col("source") == "a.csv", F.lit(0)).otherwise(F.crc32("value"))  # as if an answer were corrected
    monkeypatch.setattr(F, "crc32", lambda _: changed)
    audit = run(tmp_path / "run", tmp_path / "in" / "a.csv", tmp_path / "in" / "b.tsv.gz", **fast)
    assert "corrected" in audit.manifest["stages"]["publish"]["as_lines"]["a.csv"]
    clean = tmp_path / "run" / "clean"
    assert sorted(path.name for path in clean.iterdir()) == ["a.jsonl", "b.tsv"]
    assert len((clean / "a.jsonl").read_text(encoding="utf-8").splitlines()) == 2

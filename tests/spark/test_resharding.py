"""The same examples as any number of shards, in any order, with any number of partitions: the same verdicts."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from runs import rows, run

SHARD = Path(__file__).resolve().parents[1] / "sample" / "shards" / "medical-000.jsonl"


def contents(out: Path, *inputs: Path) -> dict[str, list[str]]:
    done = run(out, *inputs, dedup__semantic__enabled=False, conflict__enabled=False, ingest__split_bytes=1 << 16)
    found = defaultdict(list)
    for row in rows(done, "scored", "content_hash", "verdict"):
        found[row["content_hash"]].append(row["verdict"])
    return {key: sorted(verdicts) for key, verdicts in found.items()}


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    whole = SHARD.read_bytes().splitlines(keepends=True)
    words = [json.loads(line) for line in whole[:40]]
    for row in words:  # near duplicates and exact ones among them
        row["messages"][-1]["content"] += " Ask a pharmacist when in doubt."
    return whole + [json.dumps(row).encode() + b"\n" for row in words] + whole[100:130]


@pytest.mark.parametrize(("n_shards", "n_partitions"), [(7, 1), pytest.param(64, 32, marks=pytest.mark.long)])
def test_verdicts_by_content(
    spark: SparkSession, tmp_path: Path, lines: list[bytes], n_shards: int, n_partitions: int
) -> None:
    (tmp_path / "one.jsonl").write_bytes(b"".join(lines))
    whole = contents(tmp_path / "whole", tmp_path / "one.jsonl")
    assert sum(map(len, whole.values())) == len(lines)
    assert any("drop" in verdicts for verdicts in whole.values())

    shuffled = random.Random(n_shards).sample(lines, len(lines))
    shards = [tmp_path / f"part-{i:03d}.jsonl" for i in range(n_shards)]
    for i, path in enumerate(shards):
        path.write_bytes(b"".join(shuffled[i::n_shards]))
    before = spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", str(n_partitions))
    try:
        assert contents(tmp_path / "cut", *reversed(shards)) == whole
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", before)


def test_rows_of_a_split_file_know_their_numbers(spark: SparkSession, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A " * 200}]
    made = [json.dumps({"messages": turns, "at": number}) for number in range(1, 16_001)]
    made[7_000] = ""  # a blank line has a number and no row
    path = tmp_path / "large.jsonl"
    path.write_text("\n".join(made) + "\n")
    assert path.stat().st_size > 3 * (2 << 20)  # read in several spans
    overrides = {"dedup__semantic__enabled": False, "conflict__enabled": False, "dedup__near__enabled": False}
    done = run(tmp_path / "run", path, dedup__exact=False, **overrides)
    found = {row["row"]: json.loads(row["original"])["at"] for row in rows(done, "examples", "row", "original")}
    assert found == {number: number for number in range(1, 16_001) if number != 7_001}

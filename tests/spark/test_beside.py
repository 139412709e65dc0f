"""Pairs that are read beside their texts: each pair once, with its own texts, however they are grouped."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from ftq_spark.transforms import beside
from ftq_spark.transforms.beside import Texts, read_pairs

READS = pa.schema([("left_id", pa.string()), ("right_id", pa.string()), ("similar", pa.bool_()), ("both", pa.string())])


def read(batch: pa.RecordBatch, left: Texts, right: Texts) -> list[pa.Array]:
    both = [f"{a}{x}|{b}{y}" for (a, x), (b, y) in zip(left, right, strict=True)]
    return [*(batch.column(name) for name in ("left_id", "right_id", "similar")), pa.array(both, pa.string())]


@pytest.mark.parametrize("group", [3, beside.GROUP_PAIRS])
def test_every_pair_is_read_once_with_its_own_texts(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, group: int
) -> None:
    monkeypatch.setattr(beside, "GROUP_PAIRS", group)
    rng = random.Random(7)
    alike = [(f"c{i:02}", f"c{j:02}") for i in range(12) for j in range(i + 1, 12)]  # all with all
    star = [("a", f"s{i:02}") for i in range(30)]
    apart = [tuple(sorted(rng.sample([f"x{i:02}" for i in range(40)], 2))) for _ in range(60)]
    missing = [("c00", "gone"), ("gone", "x00")]
    pairs = {(*pair, rng.random() < 0.5) for pair in {*alike, *star, *apart, *missing}}
    ids = sorted({name for pair in pairs for name in pair[:2]} - {"gone"})
    texts = spark.createDataFrame(
        [(name, name.upper(), f"é{i}") for i, name in enumerate(ids)], "example_id string, a string, b string"
    )
    frame = spark.createDataFrame(sorted(pairs), "left_id string, right_id string, similar boolean")
    found = read_pairs(frame, texts, read, READS).collect()
    place = {name: i for i, name in enumerate(ids)}
    expected = {
        (one, other, similar, f"{one.upper()}é{place[one]}|{other.upper()}é{place[other]}")
        for one, other, similar in pairs
        if "gone" not in (one, other)
    }
    assert len(found) == len(expected)
    assert {tuple(row) for row in found} == expected


def test_no_pairs(spark: SparkSession) -> None:
    texts = spark.createDataFrame([("a", "A", "é")], "example_id string, a string, b string")
    pairs = spark.createDataFrame([], "left_id string, right_id string, similar boolean")
    assert read_pairs(pairs, texts, read, READS).count() == 0

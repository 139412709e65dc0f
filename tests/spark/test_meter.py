"""What the workers of a local Spark tell of their work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from ftq_spark.spark import meter, session


def passed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from meter.counted(batches, "texts")


def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from meter.counted(batches, "pairs")


def test_rows_are_told_under_a_tag_in_the_unit_of_the_latest_pass(spark: SparkSession) -> None:
    with session.tagged(spark, "ftq-meter-one"):
        assert spark.range(0, 1_000, 1, 4).mapInArrow(passed, "id long").count() == 1_000
        assert meter.told("ftq-meter-one") == (1_000, "texts")
        assert spark.range(0, 30, 1, 3).mapInArrow(passed, "id long").count() == 30
        assert meter.told("ftq-meter-one") == (1_030, "texts")  # in parts
        assert spark.range(0, 7).mapInArrow(read, "id long").count() == 7
    assert meter.told("ftq-meter-one") == (7, "pairs")
    assert meter.told("ftq-meter-on") is None
    assert spark.range(5).mapInArrow(passed, "id long").count() == 5  # without a tag nobody asks


def test_of_a_task_tried_again_the_last_try_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTQ_SPARK_METER", str(tmp_path))
    for name, n in {"7.pairs.0.20": 5, "7.pairs.1.21": 900, "7.pairs.1.22": 4, "6.examples.0.3": 1_000}.items():
        (tmp_path / f"ftq-run-match.{name}").write_bytes(n.to_bytes(8, "little"))
    assert meter.told("ftq-run-match") == (9, "pairs")


def test_outside_of_a_task_or_of_a_local_spark_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTQ_SPARK_METER", str(tmp_path))
    meter.count(3)
    assert not list(tmp_path.iterdir())
    monkeypatch.delenv("FTQ_SPARK_METER")
    meter.count(3)
    assert meter.told("ftq-run-match") is None

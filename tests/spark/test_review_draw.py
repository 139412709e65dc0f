"""A draw does not depend on how Spark partitioned the run's table."""

from __future__ import annotations

import json
from pathlib import Path

from pyspark.sql import SparkSession
from review_run import example

from ftq_spark.review.draw import DrawSettings, draw
from ftq_spark.runs.run import Run

_COLUMNS = (
    "example_id string, dataset string, row bigint, prompt string, response string, quality double, verdict string"
)


def test_draws_are_the_same_for_any_partitioning(spark: SparkSession, tmp_path: Path) -> None:
    names = [column.split()[0] for column in _COLUMNS.split(", ")]
    rows = [tuple(example(i, verdict="keep" if i % 5 else "drop")[name] for name in names) for i in range(600)]
    table = spark.createDataFrame(rows, _COLUMNS)
    records = []
    for name, frame, partition_by in (
        ("one", table.coalesce(1), ["verdict"]),
        ("many", table.repartition(7, "prompt"), ["verdict"]),
        ("nested", table.repartition(3), ["dataset", "verdict"]),
        ("flat", table.orderBy("response"), []),
    ):
        run = tmp_path / name
        writer = frame.write.partitionBy(*partition_by) if partition_by else frame.write
        writer.parquet(str(run / "scored"))
        (run / "manifest.json").write_text(
            json.dumps({"manifest_version": 1, "run_id": "r", "stages": {}, "tables": {"scored": "scored"}})
        )
        records.append(draw(Run.open(run), DrawSettings(n=80, oversample=2.0, annotators=("Ana", "Bo"))))
    assert records[0]["population"] == 480
    assert all(record == records[0] for record in records[1:])

"""Who goes before whom, as one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftq_spark.settings import Dedup
from ftq_spark.transforms import precedence

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

COLUMNS = "example_id string, content_hash string, dataset string, source string, row bigint"


def rows(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(
        [
            ("a", "h1", "web", "b.jsonl", 1),
            ("b", "h2", "web", "a.jsonl", 2_000_000_000),
            ("c", "h3", "gold", "b.jsonl", 9),
            ("d", "h4", "web", "a.jsonl", 7),
            ("against:z", "h5", "old", "\u00010000/z.jsonl", 5),
        ],
        COLUMNS,
    )


def order(frame: DataFrame) -> str:
    return "".join(row["example_id"][-1] for row in frame.orderBy("priority").collect())


def test_by_place(spark: SparkSession) -> None:
    sources = ["b.jsonl", "a.jsonl", "\u00010000/z.jsonl"]
    plain = precedence.preceded(rows(spark), Dedup(), None)
    assert order(precedence.by_place(plain, sources)) == "zdbac"
    preferred = precedence.preceded(rows(spark), Dedup(priority=("gold",)), None)
    assert order(precedence.by_place(preferred, sources)) == "zcdba"


def test_by_quality(spark: SparkSession) -> None:
    values = [("a", 0.5), ("b", 0.5 + 1e-12), ("c", 0.1), ("d", 0.9)]
    judged = spark.createDataFrame(values, "example_id string, quality double")
    protected = spark.createDataFrame([("h3",)], "name string")
    plain = precedence.preceded(rows(spark), Dedup(), None)
    assert order(precedence.by_quality(plain, judged)) == "zdbac"
    assert order(precedence.by_quality(precedence.preceded(rows(spark), Dedup(), protected), judged)) == "zcdba"
    spared = precedence.preceded(rows(spark), Dedup(remove_only_from=("web",)), None)
    assert order(precedence.by_quality(spared, judged)) == "zcdba"
    assert {row["example_id"] for row in spared.where("sheltered").collect()} == {"c", "against:z"}

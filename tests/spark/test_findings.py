"""Review findings on top of the rules."""

from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from ftq_spark import schema
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import findings

JUDGED = (
    "example_id string, quality double, reasons array<string>, notes array<string>, dropped boolean, "
    "doubtful boolean, low_quality boolean, decision string, reviewer string"
)


def test_errors_are_dropped_everywhere_and_their_likes_are_reviewed(spark: SparkSession) -> None:
    judged = spark.createDataFrame(
        [(c, 0.9, ["odd"] if c in "df" else [], ["odd_note"], False, c == "f", False, None, None) for c in "abcdef"],
        JUDGED,
    )
    examples = spark.createDataFrame(
        [(c, {"b": "A"}.get(c, c.upper())) for c in "abcdef"], "example_id string, content_hash string"
    )
    pairs = spark.createDataFrame(
        [
            ("a", "b", "exact", 1.0, True, False, True, "same", False),
            ("b", "c", "near", 0.9, False, False, True, "same", False),
            ("d", "e", "near", 0.9, False, False, True, "same", False),
        ],
        spark_columns(schema.PAIRS),
    )
    found = spark.createDataFrame(
        [("A", "review", None), ("A", "drop", "Ana"), ("D", "review", None), ("F", "keep", "Bo")],
        "content_hash string, verdict string, reviewer string",
    )
    expected = spark.createDataFrame(
        [
            ("a", 0.9, ["review_error"], ["odd_note"], True, False, False, "drop", "Ana"),
            ("b", 0.9, ["review_error"], ["odd_note"], True, False, False, "drop", "Ana"),
            ("c", 0.9, ["similar_to_error"], ["odd_note"], False, True, False, None, None),
            ("d", 0.9, ["odd", "review_disputed"], ["odd_note"], False, True, False, None, None),
            ("e", 0.9, [], ["odd_note"], False, False, False, None, None),
            ("f", 0.9, [], ["odd_note", "odd"], False, False, False, "keep", "Bo"),
        ],
        JUDGED,
    )
    applied = findings.kept(findings.apply(judged, examples, pairs, found)).orderBy("example_id")
    assert_df_equality(applied, expected, ignore_nullable=True)

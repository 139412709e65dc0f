"""Small tables from which clusters and verdicts are made in tests."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from pyspark.sql import DataFrame, SparkSession

from ftq_spark import schema
from ftq_spark.kernels.questions import Pairs, settle
from ftq_spark.settings import Dedup, Rule, Score
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import cluster, precedence
from ftq_spark.transforms.components import Store, Stored

SCORE = Score(
    weights={"soundness": 1.0, "refusal": -1.0},
    curves={},
    min_quality=0.5,
    low_quality_verdict="drop",
    rules=(
        Rule(reason="awful", signal="refusal", at_least=0.9, verdict="drop"),
        Rule(reason="odd", signal="soundness", at_most=0.55, verdict="review"),
    ),
)


def signals(spark: SparkSession, **values: tuple[float | None, float | None]) -> DataFrame:
    rows = [(name, f"{ord(name[0]) * 20_000_003 % 2**32:08x}", good, bad) for name, (good, bad) in values.items()]
    return spark.createDataFrame(
        rows, "example_id string, content_hash string, sig_soundness double, sig_refusal double"
    )


def examples(spark: SparkSession, ids: str) -> DataFrame:
    return spark.createDataFrame(
        [(c, f"hash {c}", "upper" if c.isupper() else "lower", "s", i) for i, c in enumerate(ids)],
        "example_id string, content_hash string, dataset string, source string, row bigint",
    )


def pairs(
    spark: SparkSession, *found: tuple[str, str, str, float, bool], doubted: tuple[tuple[str, str], ...] = ()
) -> DataFrame:
    rows = [(*pair, pair[:2] in doubted and pair[2] != "exact", True, None, False) for pair in found]
    return spark.createDataFrame(rows, spark_columns(schema.PAIRS))


def conflicts(spark: SparkSession, *found: tuple[str, str]) -> DataFrame:
    rows = [(a, b, 0.9, 0.9, "polarity", [], a, False, None, None, None) for a, b in found]
    return spark.createDataFrame(rows, spark_columns(schema.CONFLICTS))


def askings(found: DataFrame) -> DataFrame:
    """The questions of pairs, whose examples are in the order of their names."""
    edges = [(row["left_id"], row["right_id"]) for row in found.where("same_question").collect()]
    names = sorted({name for edge in edges for name in edge})
    places = np.array([[names.index(name) for name in edge] for edge in edges], dtype=np.int64).reshape(-1, 2)
    alike = np.ones(len(edges), dtype=np.int64)
    n = len(names)
    asked = settle(Pairs(*places.T, alike), np.arange(n), np.ones(n, dtype=bool))
    first = asked.question.tolist()
    rows = [(names[first[i]], name, 1, 1, i == first[i], "compatible") for i, name in enumerate(names)]
    return found.sparkSession.createDataFrame(rows, spark_columns(schema.ASKINGS))


def standing(
    examples: DataFrame,
    judged: DataFrame,
    live_conflicts: DataFrame,
    dedup: Dedup | None = None,
    protected: DataFrame | None = None,
) -> DataFrame:
    return cluster.nodes(precedence.preceded(examples, dedup or Dedup(), protected), judged, live_conflicts)


def store(path: Path) -> Store:
    """Writes each round of an iteration below `path`."""
    rounds = itertools.count()

    def write(frame: DataFrame) -> Stored:
        where = str(path / str(next(rounds)))
        frame.write.parquet(where)
        written = frame.sparkSession.read.parquet(where)
        rows = sorted(map(tuple, written.collect()))
        return Stored(written, len(rows), rows)

    return write

"""Answers → what models of the user's make of them: :data:`RATINGS`, a row per content and model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.models.rater import Asked, loaded_rater
from ftq_spark.settings import Rater
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import counted
from ftq_spark.transforms.arrow import buffers

if TYPE_CHECKING:
    from pyspark.resource import ResourceProfile
    from pyspark.sql import DataFrame

RATINGS = pa.schema(
    [
        ("content_hash", pa.string()),
        ("model", pa.string()),  # identity of a model of the user's and its arithmetic
        ("rating", pa.float64()),  # null where its chat template refuses the turns
    ]
)


class Work(NamedTuple):
    """By which model answers are rated, and what its tasks ask for."""

    name: str  # of the signal
    rater: Rater
    identity: str  # becomes the column `model`
    profile: ResourceProfile | None = None  # where it is more than others ask for (:mod:`ftq_spark.spark.gpus`)


def answers(examples: DataFrame) -> DataFrame:
    """content_hash, turns (array of role and content), answer: each content once that has an answer.

    The turns are those before the last answer, the calls of one that has no text in its place.
    """
    found = examples.select(
        "content_hash", F.expr(schema.TURNS_BEFORE).alias("turns"), F.expr(schema.VIEWS["response"]).alias("answer")
    )
    return found.where("trim(answer) != ''").dropDuplicates(["content_hash"])


def rate(answers: DataFrame, work: Work, n_partitions: int) -> DataFrame:
    """DataFrame[RATINGS] of `answers`, as :func:`answers` gives them.

    Each worker loads the model once. Ratings are equal between runs up to the rounding of the arithmetic, not to the
    bit: write them before any shuffle.

    Raises:
        ModelError: from a worker, where the model is missing, or cannot be loaded.
    """
    spread = answers.repartition(n_partitions, F.crc32("content_hash"))
    rate_batches = partial(_rate_batches, work=work._replace(profile=None))
    if work.profile is None:  # which PySpark 3.5 does not know
        return spread.mapInArrow(rate_batches, spark_columns(RATINGS))
    return spread.mapInArrow(rate_batches, spark_columns(RATINGS), profile=work.profile)


def _rate_batches(batches: Iterable[pa.RecordBatch], *, work: Work) -> Iterator[pa.RecordBatch]:
    for table in buffers(counted(batches)):
        asked = [
            Asked(tuple((turn["role"], turn["content"]) for turn in turns), answer)
            for turns, answer in zip(table["turns"].to_pylist(), table["answer"].to_pylist(), strict=True)
        ]
        ratings = pa.array(loaded_rater(work.name, work.rater).rate(asked), from_pandas=True)
        names = pa.array([work.identity] * len(table), pa.string())
        yield pa.RecordBatch.from_arrays([table["content_hash"].combine_chunks(), names, ratings], names=RATINGS.names)


def with_ratings(signals: DataFrame, ratings: DataFrame, identities: Mapping[str, str]) -> DataFrame:
    """`signals` and ``sig_<name>`` for each model of `identities` (name → model): null where it said nothing."""
    by_model = [
        F.max(F.when(F.col("model") == identity, F.col("rating"))).alias(f"sig_{name}")
        for name, identity in identities.items()
    ]
    return signals.join(ratings.groupBy("content_hash").agg(*by_model), "content_hash", "left")

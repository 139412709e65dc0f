"""Pairs that ask the same, and conflicts → questions: who asks each, in how many ways, and do the answers agree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.questions import COMPATIBLE, CONFLICT, SAME, STATES, UNCLEAR, Pairs, settle
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.arrow import at_once
from ftq_spark.transforms.components import Parts, apart, together
from ftq_spark.transforms.units import wording

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CANONICAL_CHARS = 1_000
ENGLISH = LANGUAGES.index("en")  # in which prose is compared; of a language that is not known it may be

_RELATIONS = {"same": SAME, "compatible": COMPATIBLE}  # every other one is unclear


def asked_together(pairs: DataFrame, conflicts: DataFrame) -> DataFrame:
    """left_id, right_id, relation (:mod:`ftq_spark.kernels.questions`) of the pairs of this run that ask the same.

    `pairs` and `conflicts` as they are stored. What contradicts asks the same, but for earlier answers of dialogues.
    Answers that were not compared (where any answer makes a duplicate) agree only where the contents are the same.
    """
    compared = F.coalesce(F.col("answers"), F.when(F.col("channel") == "exact", "same"))
    relation = F.lit(UNCLEAR)
    for name, number in _RELATIONS.items():
        relation = F.when(compared == name, number).otherwise(relation)
    ends = ("left_id", "right_id")
    asked = pairs.where("same_question and not against").select(*ends, relation.alias("relation"))
    of_last = conflicts.where("not against and left_turn is null and right_turn is null")
    return asked.unionByName(of_last.select(*ends, F.lit(CONFLICT).alias("relation")))


def askings(edges: DataFrame, asked: DataFrame, signals: DataFrame, parts: Parts | None = None) -> DataFrame:
    """DataFrame[schema.ASKINGS]: every example of an edge of :func:`asked_together`, with its question; lazy.

    `asked` has example_id, source, row and question of at least these.

    One task holds all edges, or, given `parts`, one task a partition the edges of the questions that fall to it: some
    100 bytes an edge.
    """
    ids = edges.select(F.col("left_id").alias("example_id")).union(edges.select("right_id")).distinct()
    language = signals.select("example_id", F.col("sig_language").alias("language"))
    nodes = (
        asked.join(ids, "example_id", "left_semi")
        .join(language, "example_id", "left")
        .select(
            "example_id",
            "source",
            "row",
            F.xxhash64(wording("question")).alias("wording_key"),
            F.coalesce(F.col("language") == ENGLISH, F.lit(True)).alias("readable"),
        )
    )
    return together(nodes, edges, parts).mapInArrow(partial(at_once, apply=_settled), spark_columns(schema.ASKINGS))


def questions(askings: DataFrame, asked: DataFrame) -> DataFrame:
    """DataFrame[schema.QUESTIONS] of written :func:`askings`."""
    counted = askings.groupBy("question_id").agg(
        F.count("*").alias("n_rows"),
        F.max("wording").alias("n_wordings"),
        F.max("answer").alias("n_answers"),
        F.first("state").alias("state"),
    )
    named = askings.where("canonical").select("question_id", "example_id")
    canonical = F.substring("question", 1, CANONICAL_CHARS).alias("canonical")
    shown = named.join(asked.select("example_id", canonical), "example_id").drop("example_id")
    return counted.join(shown, "question_id").select(*schema.QUESTIONS.names)


def _settled(both: pa.Table) -> pa.Table:
    nodes, edges, left, right = apart(both)
    ids = nodes["example_id"].combine_chunks()
    pairs = Pairs(left, right, edges["relation"].to_numpy().astype(np.int64))
    found = settle(pairs, nodes["wording_key"].to_numpy(), nodes["readable"].to_numpy(zero_copy_only=False))
    columns = {
        "question_id": ids.take(pa.array(found.question)),
        "example_id": ids,
        "wording": pa.array(found.wording),
        "answer": pa.array(found.answer),
        "canonical": pa.array(found.canonical),
        "state": pa.array(STATES).take(pa.array(found.state)),
    }
    return pa.table(columns, schema=schema.ASKINGS)

"""What is found in earlier answers of a dialogue → the dialogue's own verdict, or a mask on these answers alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.formats.mapping import Columns
from ftq_spark.formats.masks import masked
from ftq_spark.kernels.exchanges.constancy import CODES
from ftq_spark.kernels.exchanges.flat import REPEATED
from ftq_spark.spark import frames
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

NOTE = "masked_turns"  # of a dialogue that is kept with answers out of training


def turn_findings(exchanges: DataFrame, examples: DataFrame, columns: Mapping[str, Columns], masks: bool) -> DataFrame:
    """DataFrame[schema.TURN_FINDINGS]: what is found in the answers before the last one, and repeats, of each dialogue.

    An answer of a prompt, which nothing is learnt from, is not doubted. `masks`: the doubted answers of a row are
    marked in it; where its schema has no place for a mark, none are. `columns` are the user's own, for each dataset.
    """
    nothing = F.array().cast("array<string>")
    judged = F.col("is_last")  # the last answer, with the signals of the example
    findings = F.when(judged, F.array_intersect("findings", F.array(*map(F.lit, (REPEATED, *CODES))))).otherwise(
        F.col("findings")
    )
    doubts = F.when(judged | F.col("in_prompt"), nothing).otherwise(F.col("doubts"))
    found = exchanges.withColumns({"findings": findings, "doubts": doubts}).where(F.size("findings") > 0)
    each = F.transform("findings", lambda code: F.struct(F.col("turn"), code.alias("code")))
    of_example = (
        found.groupBy("example_id")
        .agg(
            F.array_sort(F.flatten(F.collect_list(each))).alias("turn_findings"),
            _union("findings").alias("findings"),
            _union("doubts").alias("doubts"),
            F.array_sort(F.collect_list(F.when(F.size("doubts") > 0, F.col("turn")))).alias("doubted_turns"),
        )
        .withColumn("noted", F.array_except("findings", "doubts"))
    )
    if not masks:
        none = {"masked_turns": F.lit(None).cast("array<bigint>"), "masked": F.lit(None).cast("string")}
        return of_example.withColumns(none).select(*schema.TURN_FINDINGS.names)
    rows = examples.select("example_id", "dataset", "original").join(
        of_example.where(F.size("doubts") > 0).select("example_id", "doubted_turns"), "example_id"
    )
    marked = rows.mapInArrow(partial(_mark, columns=columns), spark_columns(frames.texts("example_id", "masked")))
    turns = F.when(F.col("masked").isNotNull(), F.col("doubted_turns"))
    return (
        of_example.join(marked, "example_id", "left")
        .withColumn("masked_turns", turns)
        .select(*schema.TURN_FINDINGS.names)
    )


def _union(column: str) -> Column:
    return F.array_sort(F.array_distinct(F.flatten(F.collect_list(column))))


def _mark(batches: Iterable[pa.RecordBatch], columns: Mapping[str, Columns]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = zip(*(batch[name].to_pylist() for name in ("dataset", "original", "doubted_turns")), strict=True)
        texts = [masked(original, turns, columns.get(dataset)) for dataset, original, turns in rows]
        yield pa.RecordBatch.from_arrays(
            [batch["example_id"], pa.array(texts, pa.string())], names=["example_id", "masked"]
        )


def apply(judged: DataFrame, found: DataFrame, verdict: str) -> DataFrame:
    """`judged` (transforms/judge.py) with :func:`turn_findings`.

    What was masked decides nothing: its codes are notes, beside :data:`NOTE`. What could not be masked sends the
    dialogue to review; `verdict` drop and review give every doubted answer's dialogue that verdict.
    """
    nothing = F.array().cast("array<string>")
    joined = judged.join(
        found.select("example_id", "noted", "doubts", F.col("masked_turns").isNotNull().alias("is_masked")),
        "example_id",
        "left",
    )
    doubts = F.coalesce("doubts", nothing)
    is_masked = F.coalesce("is_masked", F.lit(False))
    decides = (F.size(doubts) > 0) & ~is_masked
    reasons = F.array_union("reasons", F.when(decides, doubts).otherwise(nothing))
    by_mask = F.when(is_masked, F.concat(doubts, F.array(F.lit(NOTE)))).otherwise(nothing)
    notes = F.array_except(F.array_union("notes", F.concat(F.coalesce("noted", nothing), by_mask)), reasons)
    strength = "dropped" if verdict == "drop" else "doubtful"
    changed = {"reasons": reasons, "notes": notes, strength: F.col(strength) | decides}
    return joined.select(*(changed.get(name, F.col(name)).alias(name) for name in judged.columns))

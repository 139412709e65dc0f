"""Everything known about an example → keep, review or drop, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from ftq_spark.settings import Score

if TYPE_CHECKING:
    from pyspark.sql import Column

_BY_POLICY = ("conflict_minority", "conflict_dropped", "conflict_untrusted")
MAX_CONFLICTS_WITH = 20  # of one example are named, the first by id: a question of thousands would fill every row


class Found(NamedTuple):
    """What was found of examples beside others."""

    clusters: DataFrame
    members: DataFrame  # example_id, conflicts_with, of those in a live conflict
    deviations: DataFrame  # of :func:`ftq_spark.transforms.consistency.deviations`
    askings: DataFrame


def decide(
    judged: DataFrame,
    found: Found,
    settings: Score,
    noted: Sequence[DataFrame] = (),
) -> DataFrame:
    """One row of schema.VERDICTS per example.

    What a person has decided comes first, then a rule that drops. A live conflict then sends the example to review,
    whatever its quality and its duplicates: a person must settle it. Then duplicates drop it, and a rule that doubts
    sends it to review, as does a format that breaks what is declared (or, where the settings say so, what is usual).
    Low quality decides only where no rule does: what one finding says is not held against an example twice.

    `noted` are tables of example_id and note, of what other steps found and what decides nothing.

    `same_question` counts the other kept examples of one question; where there are any, a kept example has the note
    ``variety``.
    """
    asked = found.askings.select("example_id", "question_id", F.col("state").alias("question_state"))
    joined = (
        judged.join(found.clusters.drop("cluster_id", "cluster_size"), "example_id", "left")
        .join(found.members, "example_id", "left")
        .join(found.deviations, "example_id", "left")
        .join(asked, "example_id", "left")
    )
    unusual = F.col("format_deviation").isNotNull() & F.lit(settings.format.unusual_verdict == "review")
    deviates = F.coalesce(F.col("breaks_format") | unusual, F.lit(False))
    conflict = F.col("conflicts_with").isNotNull()
    others = F.coalesce("conflicts_with", F.array().cast("array<string>"))
    duplicate = F.col("duplicate_of").isNotNull()
    decides = settings.low_quality_verdict != "note"
    verdict = (
        F.when(F.col("decision").isNotNull(), F.col("decision"))
        .when(F.col("dropped"), "drop")
        .when(conflict, "review")
        .when(duplicate, "drop")
        .when(F.col("doubtful") | deviates, "review")
        .when(F.col("low_quality"), settings.low_quality_verdict if decides else "keep")
        .otherwise("keep")
    )
    named = F.arrays_overlap("reasons", F.array(*map(F.lit, _BY_POLICY)))
    by_rules = (
        F.when(F.array_contains("reasons", "contaminated"), "contamination")
        .when(F.array_contains("reasons", "prefix_duplicate") & (F.size("reasons") == 1), "duplicate")
        .otherwise("rule")
    )
    decided_by = (
        F.when(F.col("decision").isNotNull() | (F.array_contains("reasons", "review_error")), "reviewer")
        .when(F.col("dropped"), F.when(named, "conflict").otherwise(by_rules))
        .when(conflict, "conflict")
        .when(duplicate, "duplicate")
        .when(F.col("doubtful"), by_rules)
        .when(deviates, "format")
        .otherwise("rule")
    )
    low_quality = F.when(F.col("low_quality"), "low_quality")
    reasons = F.array_compact(
        F.concat(
            "reasons",
            F.array(
                low_quality if decides else F.lit(None),
                F.when(duplicate, F.concat("duplicate_kind", F.lit("_duplicate"))),
                F.when(conflict & ~F.col("dropped"), "conflict"),
                F.when(deviates, "format_deviation"),
            ),
        )
    )
    notes = F.array_compact(F.concat("notes", F.array(F.lit(None) if decides else low_quality)))
    joined, notes = _with_notes(joined, notes, noted)
    decided = joined.withColumn("verdict", verdict)
    kept = F.when(F.col("verdict") == "keep", 1).otherwise(0)
    group = Window.partitionBy(F.coalesce("question_id", "example_id"))
    decided = decided.withColumn("same_question", F.sum(kept).over(group) - kept)
    variety = F.array(F.when((F.col("same_question") > 0) & (F.col("verdict") == "keep"), "variety"))
    notes = F.array_compact(F.concat(notes, variety))
    return decided.select(
        "example_id",
        "quality",
        "verdict",
        reasons.alias("reasons"),
        F.array_sort(F.array_distinct(F.array_except(notes, reasons))).alias("notes"),
        "duplicate_of",
        "duplicate_kind",
        "duplicate_similarity",
        F.size(others).cast("bigint").alias("n_conflicts"),
        F.slice(others, 1, MAX_CONFLICTS_WITH).alias("conflicts_with"),
        "format_deviation",
        decided_by.alias("decided_by"),
        "reviewer",
        "same_question",
        "question_id",
        "question_state",
    )


def _with_notes(joined: DataFrame, found: Column, noted: Sequence[DataFrame]) -> tuple[DataFrame, Column]:
    """`joined` with the notes of other steps, and `found` with them."""
    if not noted:
        return joined, found
    tables = [table.select("example_id", "note") for table in noted]
    more = reduce(DataFrame.union, tables).groupBy("example_id").agg(F.collect_set("note").alias("more_notes"))
    together = F.concat(found, F.coalesce("more_notes", F.array().cast("array<string>")))
    return joined.join(more, "example_id", "left"), together

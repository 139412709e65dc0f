"""Everything known about an example → keep, review or drop, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.settings import Score

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def decide(
    judged: DataFrame, clusters: DataFrame, members: DataFrame, deviations: DataFrame, settings: Score
) -> DataFrame:
    """One row of schema.VERDICTS per example.

    A rule that drops comes first. A live conflict (`members`: example_id, conflicts_with) then sends the example to
    review, whatever its quality and its duplicates: a person must settle it. Then low quality and duplicates drop it,
    and a rule that doubts sends it to review, as does a format that breaks what is declared (or, where the settings say
    so, what is usual; `deviations` are those of :func:`ftq_spark.transforms.consistency.deviations`).
    """
    joined = (
        judged.join(clusters.drop("cluster_id", "cluster_size"), "example_id", "left")
        .join(members, "example_id", "left")
        .join(deviations, "example_id", "left")
    )
    unusual = F.col("format_deviation").isNotNull() & F.lit(settings.format.unusual_verdict == "review")
    deviates = F.coalesce(F.col("breaks_format") | unusual, F.lit(False))
    conflict = F.col("conflicts_with").isNotNull()
    duplicate = F.col("duplicate_of").isNotNull()
    verdict = (
        F.when(F.col("dropped"), "drop")
        .when(conflict, "review")
        .when(duplicate, "drop")
        .when(F.col("low_quality"), settings.low_quality_verdict)
        .when(F.col("doubtful") | deviates, "review")
        .otherwise("keep")
    )
    reasons = F.array_compact(
        F.concat(
            "reasons",
            F.array(
                F.when(F.col("low_quality"), "low_quality"),
                F.when(duplicate, F.concat("duplicate_kind", F.lit("_duplicate"))),
                F.when(conflict & ~F.col("dropped"), "conflict"),
                F.when(deviates, "format_deviation"),
            ),
        )
    )
    return joined.select(
        "example_id",
        "quality",
        verdict.alias("verdict"),
        reasons.alias("reasons"),
        "duplicate_of",
        "duplicate_kind",
        "duplicate_similarity",
        F.coalesce("conflicts_with", F.array().cast("array<string>")).alias("conflicts_with"),
        "format_deviation",
    )

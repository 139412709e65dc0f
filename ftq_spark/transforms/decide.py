"""Everything known about an example → keep, review or drop, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def decide(judged: DataFrame, clusters: DataFrame, members: DataFrame, low_quality_verdict: str) -> DataFrame:
    """One row of schema.VERDICTS per example.

    A rule that drops comes first. A live conflict (`members`: example_id, conflicts_with) then sends the example to
    review, whatever its quality and its duplicates: a person must settle it. Then low quality and duplicates drop it,
    and a rule that doubts sends it to review.
    """
    joined = judged.join(clusters.drop("cluster_id", "cluster_size"), "example_id", "left").join(
        members, "example_id", "left"
    )
    conflict = F.col("conflicts_with").isNotNull()
    duplicate = F.col("duplicate_of").isNotNull()
    verdict = (
        F.when(F.col("dropped"), "drop")
        .when(conflict, "review")
        .when(duplicate, "drop")
        .when(F.col("low_quality"), low_quality_verdict)
        .when(F.col("doubtful"), "review")
        .otherwise("keep")
    )
    reasons = F.array_compact(
        F.concat(
            "reasons",
            F.array(
                F.when(F.col("low_quality"), "low_quality"),
                F.when(duplicate, F.concat("duplicate_kind", F.lit("_duplicate"))),
                F.when(conflict, "conflict"),
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
    )

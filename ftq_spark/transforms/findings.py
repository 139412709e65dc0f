"""What reviewers found, on top of what was measured: wrong examples are dropped, and those like them are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(judged: DataFrame, examples: DataFrame, pairs: DataFrame, findings: DataFrame) -> DataFrame:
    """`judged` (transforms/judge.py) with the verdicts of people.

    `findings` has content_hash, verdict and reviewer: ``drop`` for an error, ``review`` where people do not agree,
    ``keep`` where a person wants it. An error is dropped as `review_error` wherever the same content stands, a disputed
    example goes to review as `review_disputed`, and an example that is similar to an error goes to review as
    `similar_to_error`. Where a reviewer is named, the verdict is that person's decision.
    """
    first = F.min(F.struct("verdict", "reviewer"))  # an error outweighs a doubt
    found = (
        findings.groupBy("content_hash")
        .agg(first.alias("first"))
        .select("content_hash", F.col("first.verdict").alias("finding"), F.col("first.reviewer").alias("person"))
    )
    marked = examples.select("example_id", "content_hash").join(F.broadcast(found), "content_hash")
    errors = marked.where("finding = 'drop'").select("example_id")
    sides = pairs.select("left_id", "right_id").union(pairs.select("right_id", "left_id")).toDF("example_id", "other")
    similar = (
        sides.join(F.broadcast(errors.withColumnRenamed("example_id", "other")), "other", "left_semi")
        .select("example_id", F.lit(True).alias("similar"))
        .distinct()
    )
    joined = judged.join(marked.select("example_id", "finding", "person"), "example_id", "left").join(
        similar, "example_id", "left"
    )
    wrong = F.coalesce(F.col("finding") == "drop", F.lit(False))
    disputed = F.coalesce(F.col("finding") == "review", F.lit(False))
    alike = F.coalesce("similar", F.lit(False)) & ~wrong
    added = F.array(
        F.when(wrong, "review_error"), F.when(disputed, "review_disputed"), F.when(alike, "similar_to_error")
    )
    return joined.select(
        "example_id",
        "quality",
        F.array_compact(F.concat("reasons", added)).alias("reasons"),
        "notes",
        (F.col("dropped") | wrong).alias("dropped"),
        (F.col("doubtful") | disputed | alike).alias("doubtful"),
        "low_quality",
        F.when(F.col("person").isNotNull(), F.col("finding")).alias("decision"),
        F.col("person").alias("reviewer"),
    )


def kept(judged: DataFrame) -> DataFrame:
    """`judged` where nothing is held against the examples that a person has decided to keep: reasons become notes."""
    wanted = F.coalesce(F.col("decision") == "keep", F.lit(False))
    noted = F.array_union("notes", "reasons")
    nothing = F.array().cast("array<string>")
    said = {name: F.col(name) & ~wanted for name in ("dropped", "doubtful", "low_quality")}
    said["notes"] = F.when(wanted, noted).otherwise(F.col("notes"))
    return judged.withColumns({"reasons": F.when(wanted, nothing).otherwise(F.col("reasons")), **said})

"""Pairs → clusters: connected components, and in each the example that stands for the others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels import keeper
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import components, former
from ftq_spark.transforms.arrow import at_once

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ftq_spark.settings import Dedup

CHANNELS = ("exact", "near", "semantic")  # the first wins among equal similarities

ONE_TASK_PAIRS = 2_000_000  # up to so many, the rule is applied in one task; above it, by components in parallel


def nodes(
    preceded: DataFrame, judged: DataFrame, live_conflicts: DataFrame, low_quality_decides: bool = True
) -> DataFrame:
    """A node of every example: who goes before whom, may stand for others, or may be dropped as a duplicate.

    `preceded` comes from :func:`ftq_spark.transforms.precedence.preceded`. What a rule drops stands for nobody, nor
    what is of low quality where that decides: it does not beside a rule that sends the example to review.
    """
    weak = F.col("low_quality") & ~F.col("doubtful") & F.lit(low_quality_decides)
    members = conflict_members(live_conflicts).select("example_id", F.lit(True).alias("in_conflict"))
    return (
        preceded.select("example_id", "source", "row", "sheltered", "precedence")
        .join(judged, "example_id")
        .join(members, "example_id", "left")
        .withColumn("in_conflict", F.coalesce("in_conflict", F.lit(False)))
        .select(
            "example_id",
            "source",
            "row",
            "precedence",
            "quality",
            (~F.col("dropped") & (~weak | F.col("in_conflict"))).alias("eligible"),
            (F.col("in_conflict") | F.col("sheltered") | F.coalesce(F.col("decision") == "keep", F.lit(False))).alias(
                "untouchable"
            ),
        )
    )


def former_nodes(former: DataFrame) -> DataFrame:
    """Nodes of former examples: before all others, settled already."""
    return former.select(
        "example_id",
        "source",
        "row",
        F.lit(0).alias("precedence"),
        F.lit(1.0).alias("quality"),
        F.lit(True).alias("eligible"),
        F.lit(True).alias("untouchable"),
    )


def conflict_members(conflicts: DataFrame) -> DataFrame:
    """example_id, conflicts_with (sorted) of every example in a conflict."""
    both = conflicts.select(F.col("left_id").alias("example_id"), F.col("right_id").alias("other")).union(
        conflicts.select("right_id", "left_id")
    )
    return both.groupBy("example_id").agg(F.array_sort(F.collect_set("other")).alias("conflicts_with"))


def live(conflicts: DataFrame, judged: DataFrame) -> DataFrame:
    """The conflicts of which no rule drops a side: those are settled already."""
    dropped = judged.where("dropped").select("example_id")
    return conflicts.join(dropped, conflicts.left_id == dropped.example_id, "left_anti").join(
        dropped, conflicts.right_id == dropped.example_id, "left_anti"
    )


def cluster(pairs: DataFrame, standing: DataFrame, dedup: Dedup, parts: components.Parts | None = None) -> DataFrame:
    """Every new example that has a pair, with its component and what it repeats, by the rule of kernels/keeper.py.

    Doubted pairs make no component, and neither side is dropped for the other; except that of examples that ask the
    same at most ``semantic.keep_per_prompt`` stay, whatever they answer.

    One task holds all pairs that count, or, given `parts`, one task per partition those of the components that fall to
    it: some 200 bytes a pair, so that a component of ten million pairs asks for 2 GB in its worker.
    """
    counts = ~F.col("doubted")  # of letters that a form makes nearly all are doubted, and as many as their square
    if counts_prompts(dedup):
        counts |= (F.col("channel") == "semantic") & F.col("same_question")
    pairs = former.named(pairs.where(counts & (F.col("channel") != "question"))).drop("answers")
    ends = pairs.select(F.col("left_id").alias("example_id")).union(pairs.select("right_id"))
    nodes = standing if parts else standing.join(ends.distinct(), "example_id", "left_semi")
    both = components.together(nodes, pairs, parts)
    resolve = partial(at_once, apply=partial(_resolve, dedup=dedup))
    resolved = both.mapInArrow(resolve, spark_columns(schema.CLUSTERS)).where(~former.is_former(F.col("example_id")))
    return resolved.withColumns(
        {
            "cluster_id": former.plain(F.col("cluster_id")),
            "against": F.coalesce(former.is_former(F.col("duplicate_of")), F.lit(False)),
            "duplicate_of": former.plain(F.col("duplicate_of")),
        }
    ).select(*schema.CLUSTERS.names)


def counts_prompts(dedup: Dedup) -> bool:
    """Whether doubted pairs count: of examples that ask the same only some stay, whatever they answer."""
    return dedup.answers == "same" and dedup.semantic.keep_per_prompt is not None


def _resolve(both: pa.Table, dedup: Dedup) -> pa.Table:
    nodes, pairs, left, right = components.apart(both)
    ids = nodes["example_id"].combine_chunks()
    eligible = nodes["eligible"].to_numpy()
    quality = nodes["quality"].to_numpy() if dedup.keep == "best" else np.zeros(len(ids))
    order = np.lexsort((np.arange(len(ids)), -quality, nodes["precedence"].to_numpy(), ~eligible))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    doubted, asks_the_same = (pairs[name].to_numpy() for name in ("doubted", "same_question"))
    ends = _Ends(pairs, left, right, rank)
    channels = [_channel(ends, _is(pairs, name) & ~doubted) for name in CHANNELS]
    n_kept = dedup.semantic.keep_per_prompt
    if dedup.answers == "any":
        channels[-1] = channels[-1]._replace(n_kept=n_kept or 1)
    elif n_kept is not None:
        channels.append(_prompts(ends, asks_the_same, n_kept))
    kept = keeper.keep(channels, eligible[order], nodes["untouchable"].to_numpy()[order])
    target = kept.duplicate_of[rank]
    left, right = left[~doubted], right[~doubted]
    labels = keeper.components(len(ids), left, right)
    is_new = nodes["precedence"].to_numpy() > 0
    sizes = np.bincount(labels, weights=is_new, minlength=len(ids))[labels].astype(np.int64)
    repeats = pa.array(np.where(target >= 0, order[target], 0), mask=target < 0)
    paired = np.zeros(len(ids), bool)
    paired[left] = paired[right] = True
    found = pa.table(
        {
            "example_id": ids,
            "cluster_id": ids.take(pa.array(labels)),
            "cluster_size": pa.array(sizes, pa.int64()),
            "duplicate_of": ids.take(repeats),
            "duplicate_kind": pa.array([*CHANNELS, "semantic"]).take(pa.array(kept.channel[rank], mask=target < 0)),
            "duplicate_similarity": pa.array(kept.similarity[rank], mask=target < 0),
            "against": pa.nulls(len(ids), pa.bool_()),
        },
        schema=schema.CLUSTERS,
    )
    return found.filter(pa.array(paired | (target >= 0)))


class _Ends(NamedTuple):
    """The pairs of one task, the places of both sides in (source, row) order, and the rank of each place."""

    pairs: pa.Table
    left: keeper.Integers
    right: keeper.Integers
    rank: keeper.Integers


def _is(pairs: pa.Table, channel: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.equal(pairs["channel"], channel).to_numpy(zero_copy_only=False)
    return found


def _channel(ends: _Ends, mine: NDArray[np.bool_]) -> keeper.Channel:
    """Units and matches of the pairs that `mine` marks.

    The first member of a unit is on the left of an identical pair with each of the others.
    """
    same = mine & ends.pairs["identical"].to_numpy(zero_copy_only=False)
    units = np.arange(len(ends.rank), dtype=np.int64)
    np.minimum.at(units, ends.right[same], ends.left[same])
    return _of_units(ends, units, mine & ~same)


def _prompts(ends: _Ends, asks_the_same: NDArray[np.bool_], n_kept: int) -> keeper.Channel:
    """Examples that ask the same, whatever they answer: a unit holds those of one prompt."""
    mine = _is(ends.pairs, "semantic") & asks_the_same
    same = mine & (ends.pairs["similarity"].to_numpy() == 1.0)
    units = keeper.components(len(ends.rank), ends.left[same], ends.right[same])
    return _of_units(ends, units, mine & ~same)._replace(n_kept=n_kept)


def _of_units(ends: _Ends, units: keeper.Integers, matches: NDArray[np.bool_]) -> keeper.Channel:
    by_rank = np.empty_like(units)
    by_rank[ends.rank] = units
    similarity = ends.pairs["similarity"].to_numpy(zero_copy_only=False)[matches]
    return keeper.Channel(by_rank, units[ends.left[matches]], units[ends.right[matches]], similarity)

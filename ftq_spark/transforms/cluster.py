"""Pairs → clusters: connected components, and in each the example that stands for the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels import keeper

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CHANNELS = ("exact", "near", "semantic")  # the first wins among equal similarities

_NODE = "example_id string, source string, row bigint, quality double, eligible boolean, untouchable boolean"
_PAIR = "left_id string, right_id string, channel string, similarity double, identical boolean"


def standing(examples: DataFrame, judged: DataFrame, live_conflicts: DataFrame) -> DataFrame:
    """example_id, source, row, quality, and whether an example may stand for others or be dropped as a duplicate."""
    members = conflict_members(live_conflicts).select("example_id", F.lit(True).alias("untouchable"))
    in_conflict = F.coalesce(F.col("untouchable"), F.lit(False))
    return (
        examples.select("example_id", "source", "row")
        .join(judged, "example_id")
        .join(members, "example_id", "left")
        .select(
            "example_id",
            "source",
            "row",
            "quality",
            (~F.col("dropped") & (~F.col("low_quality") | in_conflict)).alias("eligible"),
            in_conflict.alias("untouchable"),
        )
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


def cluster(pairs: DataFrame, standing: DataFrame, best_first: bool) -> DataFrame:
    """Every example that has a pair, with its component and what it repeats, by the rule of kernels/keeper.py."""
    named = pairs.select(F.col("left_id").alias("example_id")).union(pairs.select("right_id")).distinct()
    nodes = standing.join(named, "example_id", "left_semi")
    both = nodes.select("*", *_nulls(_PAIR)).unionByName(pairs.select(*_nulls(_NODE), "*"))

    def resolve(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found = list(batches)
        if found:
            yield from _resolve(pa.Table.from_batches(found), best_first).to_batches()

    return both.coalesce(1).mapInArrow(resolve, schema.ddl(schema.CLUSTERS))


def _nulls(columns: str) -> list:
    return [F.lit(None).cast(type_).alias(name) for name, type_ in (item.split() for item in columns.split(", "))]


def _resolve(both: pa.Table, best_first: bool) -> pa.Table:
    is_node = pc.is_valid(both["example_id"])
    nodes = both.filter(is_node).sort_by([("source", "ascending"), ("row", "ascending"), ("example_id", "ascending")])
    pairs = both.filter(pc.invert(is_node))
    ids = nodes["example_id"].combine_chunks()
    left, right = (
        pc.index_in(pairs[side], value_set=ids).to_numpy().astype(np.int64) for side in ("left_id", "right_id")
    )
    eligible = nodes["eligible"].to_numpy()
    quality = nodes["quality"].to_numpy() if best_first else np.zeros(len(ids))
    order = np.lexsort((np.arange(len(ids)), -quality, ~eligible))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    channels = [_channel(pairs, name, left, right, rank) for name in CHANNELS]
    kept = keeper.keep(channels, eligible[order], nodes["untouchable"].to_numpy()[order])
    target = kept.duplicate_of[rank]
    labels = keeper.components(len(ids), left, right)
    sizes = np.bincount(labels, minlength=len(ids))[labels]
    repeats = pa.array(np.where(target >= 0, order[target], 0), mask=target < 0)
    return pa.table(
        {
            "example_id": ids,
            "cluster_id": ids.take(pa.array(labels)),
            "cluster_size": pa.array(sizes, pa.int64()),
            "duplicate_of": ids.take(repeats),
            "duplicate_kind": pa.array(CHANNELS).take(pa.array(kept.channel[rank], mask=target < 0)),
            "duplicate_similarity": pa.array(kept.similarity[rank], mask=target < 0),
        },
        schema=schema.CLUSTERS,
    )


def _channel(pairs: pa.Table, name: str, left: np.ndarray, right: np.ndarray, rank: np.ndarray) -> keeper.Channel:
    """One channel's units and matches. `left` and `right` are positions in (source, row) order: the first member of a
    unit is on the left of an identical pair with each of the others."""
    mine = pc.equal(pairs["channel"], name).to_numpy(zero_copy_only=False)
    same = mine & pairs["identical"].to_numpy(zero_copy_only=False)
    other = mine & ~same
    units = np.arange(len(rank), dtype=np.int64)
    np.minimum.at(units, right[same], left[same])
    by_rank = np.empty_like(units)
    by_rank[rank] = units
    return keeper.Channel(
        by_rank, units[left[other]], units[right[other]], pairs["similarity"].to_numpy(zero_copy_only=False)[other]
    )

"""Pairs → clusters: connected components, and in each the example that stands for the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels import keeper
from ftq_spark.transforms import components, former

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

CHANNELS = ("exact", "near", "semantic")  # the first wins among equal similarities
_SEMANTIC = CHANNELS.index("semantic")

ONE_TASK_PAIRS = 2_000_000  # up to so many, the rule is applied in one task; above it, by components in parallel

_NODE = (
    "example_id string, source string, row bigint, precedence int, quality double, eligible boolean, "
    "untouchable boolean"
)
_PAIR = "left_id string, right_id string, channel string, similarity double, identical boolean, doubted boolean"


def standing(preceded: DataFrame, judged: DataFrame, live_conflicts: DataFrame) -> DataFrame:
    """_NODE of every example: who goes before whom, may stand for others, or may be dropped as a duplicate.

    `preceded` comes from :func:`ftq_spark.transforms.precedence.preceded`.
    """
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
            (~F.col("dropped") & (~F.col("low_quality") | F.col("in_conflict"))).alias("eligible"),
            (F.col("in_conflict") | F.col("sheltered") | F.coalesce(F.col("decision") == "keep", F.lit(False))).alias(
                "untouchable"
            ),
        )
    )


def former_nodes(former: DataFrame) -> DataFrame:
    """_NODE of former examples: before all others, settled already."""
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


def cluster(
    pairs: DataFrame, standing: DataFrame, best_first: bool, keep_per_prompt: int = 1, parts: Parts | None = None
) -> DataFrame:
    """Every new example that has a pair, with its component and what it repeats, by the rule of kernels/keeper.py.

    Doubted pairs count for nothing: they make no component, and neither side is dropped for the other.

    One task holds all pairs, or, given `parts`, one task per partition all pairs of the components that fall to it:
    some 200 bytes a pair, so that a component of ten million pairs asks for 2 GB in its worker.
    """
    pairs = former.named(pairs)
    ends = pairs.select(F.col("left_id").alias("example_id")).union(pairs.select("right_id"))
    if parts is None:
        nodes = standing.join(ends.distinct(), "example_id", "left_semi")
        both = nodes.select("*", *_nulls(_PAIR)).unionByName(pairs.select(*_nulls(_NODE), "*")).coalesce(1)
    else:
        both = _by_component(pairs, standing, parts)

    def resolve(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found = list(batches)
        if found:
            yield from _resolve(pa.Table.from_batches(found), best_first, keep_per_prompt).to_batches()

    resolved = both.mapInArrow(resolve, schema.ddl(schema.CLUSTERS)).where(~former.is_former(F.col("example_id")))
    return resolved.withColumns(
        {
            "cluster_id": former.plain(F.col("cluster_id")),
            "against": F.coalesce(former.is_former(F.col("duplicate_of")), F.lit(False)),
            "duplicate_of": former.plain(F.col("duplicate_of")),
        }
    ).select(*schema.CLUSTERS.names)


class Parts(NamedTuple):
    """How the rule is applied in parallel: the number of tasks, and where the components are written meanwhile."""

    n: int
    store: components.Store


def _by_component(pairs: DataFrame, standing: DataFrame, parts: Parts) -> DataFrame:
    """Nodes and pairs, those of one component in one partition."""
    # Two nodes of one code would share a component that is found again, by name, in the task that holds it.
    coded = pairs.withColumn("node", F.xxhash64("left_id"))
    edges = coded.select(F.col("node").alias("left"), F.xxhash64("right_id").alias("right"))
    of_node = components.components(edges, parts.store)
    nodes = standing.withColumn("node", F.xxhash64("example_id")).join(of_node, "node")
    placed = nodes.select("component", *standing.columns, *_nulls(_PAIR)).unionByName(
        coded.join(of_node, "node").select("component", *_nulls(_NODE), *pairs.columns)
    )
    return placed.repartition(parts.n, "component").drop("component")


def _nulls(columns: str) -> list[Column]:
    return [F.lit(None).cast(type_).alias(name) for name, type_ in (item.split() for item in columns.split(", "))]


def _resolve(both: pa.Table, best_first: bool, keep_per_prompt: int) -> pa.Table:
    is_node = pc.is_valid(both["example_id"])
    nodes = both.filter(is_node).sort_by([("source", "ascending"), ("row", "ascending"), ("example_id", "ascending")])
    pairs = both.filter(pc.invert(is_node))
    ids = nodes["example_id"].combine_chunks()
    left, right = (
        pc.index_in(pairs[side], value_set=ids).to_numpy().astype(np.int64) for side in ("left_id", "right_id")
    )
    eligible = nodes["eligible"].to_numpy()
    quality = nodes["quality"].to_numpy() if best_first else np.zeros(len(ids))
    order = np.lexsort((np.arange(len(ids)), -quality, nodes["precedence"].to_numpy(), ~eligible))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    channels = [_channel(pairs, name, left, right, rank) for name in CHANNELS]
    channels[_SEMANTIC] = channels[_SEMANTIC]._replace(n_kept=keep_per_prompt)
    doubted = pairs["doubted"].to_numpy()
    doubts = np.stack([rank[left[doubted]], rank[right[doubted]]], axis=1)
    kept = keeper.keep(channels, eligible[order], nodes["untouchable"].to_numpy()[order], doubts)
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
            "duplicate_kind": pa.array(CHANNELS).take(pa.array(kept.channel[rank], mask=target < 0)),
            "duplicate_similarity": pa.array(kept.similarity[rank], mask=target < 0),
            "against": pa.nulls(len(ids), pa.bool_()),
        },
        schema=schema.CLUSTERS,
    )
    return found.filter(pa.array(paired))


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

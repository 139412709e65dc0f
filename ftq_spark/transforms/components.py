"""Connected components of a graph in DataFrames."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark.kernels.keeper import components as components_of
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.arrow import at_once

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class Stored(NamedTuple):
    """A DataFrame as it was written."""

    frame: DataFrame
    n_rows: int
    mark: object  # equal for equal rows in any order


Store = Callable[["DataFrame"], Stored]

ONE_TASK_EDGES = 10_000_000  # so many are settled in one task, which takes about 100 bytes for each
_EDGES = pa.schema([("left", pa.int64()), ("right", pa.int64())])


def components(edges: DataFrame, store: Store, one_task_edges: int = ONE_TASK_EDGES) -> DataFrame:
    """node, component (bigint): the least node that each node is linked to; every node of an edge once.

    `edges` has left and right (bigint), in any order and with repeats. Alternates large-star and small-star until
    nothing changes (Kiveris et al., Connected Components in MapReduce and Beyond, 2014), after each partition has
    replaced its own edges by a star per component, which leaves fewer edges than the partition has nodes; as soon as no
    more than `one_task_edges` are left, one task does the same with all of them.
    """
    before, stars = None, store(_directed(edges.mapInArrow(_contract, spark_columns(_EDGES))))
    while stars.mark != before and stars.n_rows > one_task_edges:
        before, stars = stars.mark, store(_small_star(_large_star(stars.frame)))
    if stars.mark != before:
        stars = store(_directed(stars.frame.coalesce(1).mapInArrow(_contract, spark_columns(_EDGES))))
    return _labels(edges, stars.frame)


class Parts(NamedTuple):
    """How components are settled in parallel: the number of tasks, and where rounds are written meanwhile."""

    n: int
    store: Store


def together(nodes: DataFrame, pairs: DataFrame, parts: Parts | None = None) -> DataFrame:
    """Nodes (example_id, …) and pairs (left_id, right_id, …) in one frame, each null in the columns of the other.

    All of one component are in one partition: in the only one, unless `parts` are given.
    """
    if parts is None:
        return nodes.unionByName(pairs, allowMissingColumns=True).coalesce(1)
    # Two nodes of one code would share a component that is found again, by name, in the task that holds it.
    coded = pairs.withColumn("node", F.xxhash64("left_id"))
    of_node = components(coded.select(F.col("node").alias("left"), F.xxhash64("right_id").alias("right")), parts.store)
    placed = nodes.withColumn("node", F.xxhash64("example_id")).join(of_node, "node")
    both = placed.unionByName(coded.join(of_node, "node"), allowMissingColumns=True)
    return both.repartition(parts.n, "component").drop("component", "node")


class Graph(NamedTuple):
    """What a task holds of :func:`together`: m nodes in the order of their source, row and id, and k pairs of them."""

    nodes: pa.Table
    pairs: pa.Table
    left: NDArray[np.int64]  # (k,) places of the pairs' ends among the nodes
    right: NDArray[np.int64]


def apart(both: pa.Table) -> Graph:
    """Nodes and pairs of whole components, as :func:`together` lays them in one partition."""
    is_node = pc.is_valid(both["example_id"])
    nodes = both.filter(is_node).sort_by([("source", "ascending"), ("row", "ascending"), ("example_id", "ascending")])
    pairs = both.filter(pc.invert(is_node))
    ids = nodes["example_id"].combine_chunks()
    left, right = (
        pc.index_in(pairs[side], value_set=ids).to_numpy().astype(np.int64) for side in ("left_id", "right_id")
    )
    return Graph(nodes, pairs, left, right)


def _labels(edges: DataFrame, stars: DataFrame) -> DataFrame:
    leaves = stars.select(F.col("left").alias("node"), F.col("right").alias("component"))
    hubs = stars.select(F.col("right").alias("node"), F.col("right").alias("component")).distinct()
    loops = edges.where("left = right").select(F.col("left").alias("node"), F.col("left").alias("component"))
    return leaves.unionByName(hubs).unionByName(loops.distinct().join(leaves.unionByName(hubs), "node", "left_anti"))


def _directed(edges: DataFrame) -> DataFrame:
    """Each edge once, the greater node on the left; loops left out."""
    pair = edges.select(F.greatest("left", "right").alias("left"), F.least("left", "right").alias("right"))
    return pair.where("left != right").distinct()


def _large_star(edges: DataFrame) -> DataFrame:
    """Link every greater neighbour of a node to the least of its neighbourhood."""
    both = edges.union(edges.select("right", "left")).toDF("node", "other")
    least = both.groupBy("node").agg(F.least("node", F.min("other")).alias("least"))
    greater = edges.select(F.col("right").alias("node"), F.col("left").alias("other"))
    return _directed(greater.join(least, "node").select(F.col("other").alias("left"), F.col("least").alias("right")))


def _small_star(edges: DataFrame) -> DataFrame:
    """Link a node and every lesser neighbour of it to the least of them."""
    least = edges.groupBy("left").agg(F.min("right").alias("least"))
    lesser = edges.join(least, "left").select(F.col("right").alias("left"), F.col("least").alias("right"))
    return _directed(lesser.union(least.select("left", "least")))


def _contracted(edges: pa.Table) -> pa.Table:
    left, right = (edges.column(side).to_numpy() for side in (0, 1))
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    least = components_of(len(nodes), places[: len(left)], places[len(left) :])
    return pa.table([nodes, nodes[least]], schema=_EDGES)


_contract = partial(at_once, apply=_contracted)

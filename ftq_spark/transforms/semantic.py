"""Semantic matches between units: exact, or within cells of similar vectors where there are too many for that.

A unit is what one vector stands for: a distinct text, in a context. Input of every transform here is a stored table of
the columns

    unit      string, distinct
    vector    array<float>, unit norm, as read back from storage
    context   string, optional: only units with an equal context match (null equals null)
    priority  number or string, optional: the order in which units are preferred, lowest first, then by unit; it matters
              only where `max_matches` caps a clump, and then it must be the order of the rule that drops duplicates
    former    boolean, optional: two units that both have it are not compared

and the output is ``left_unit string, right_unit string, similarity double``, left_unit < right_unit, each pair once.
Similarities are rounded to six decimals and equal for any partitioning; see :mod:`ftq_spark.kernels.semantic.vectors`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark.kernels.semantic.cells import Cells, one_cell, sample_size
from ftq_spark.kernels.semantic.centroids import nearest
from ftq_spark.kernels.semantic.matches import MatchRules, Members, matches_among
from ftq_spark.kernels.semantic.vectors import place_in_group
from ftq_spark.models.device import task_device
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.arrow import packed_rows, unpacked_rows
from ftq_spark.transforms.expand import MATCHES
from ftq_spark.transforms.units import sampled

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_TASK = ("cell", "left_piece", "right_piece")
_PLACED = pa.schema(
    [
        *((name, pa.int32()) for name in _TASK),
        ("right_side", pa.bool_()),
        *((name, pa.string()) for name in ("unit", "context")),
        *((name, pa.binary()) for name in ("cells", "vector")),
    ]
)
_PACKED = pa.schema([("unit", pa.string()), ("vector", pa.binary())])
_ROWS_OUT = 4_096  # vectors of one Arrow batch: 6 MiB at 384 dimensions
_PAIRS_OUT = 262_144


class Execution(NamedTuple):
    """What changes no result: the number of Spark partitions, and the torch device of the products.

    Without a device the products run on the task's GPU where it has one, and else in numpy.
    """

    n_partitions: int
    device: str | None = None


def exact_matches(vectors: DataFrame, rules: MatchRules, n_units: int, execution: Execution) -> DataFrame:
    """All pairs that `rules` want, by products of every vector with every other.

    `n_units`, about the number of rows, only decides into how many parts the work is divided.
    """
    return _matches(vectors, rules, one_cell(n_units), execution)


def cluster_matches(vectors: DataFrame, rules: MatchRules, cells: Cells, execution: Execution) -> DataFrame:
    """The pairs that `rules` want of units that meet: one a guest in the other's cell, or both at home in one.

    See :mod:`ftq_spark.kernels.semantic.cells`.
    """
    return _matches(vectors, rules, cells, execution)


def centroid_sample(vectors: DataFrame, n_units: int, n: int | None = None) -> DataFrame:
    """About `n` of `n_units` units, chosen by hash, as (unit, vector binary).

    The caller collects it, and passes the rows through :func:`sample_matrix` to
    :func:`~ftq_spark.kernels.semantic.cells.train_cells`.
    """
    n = sample_size(n_units) if n is None else n
    chosen = vectors.where(sampled("unit", "sample", n, n_units))
    return chosen.select("unit", "vector").mapInArrow(_packed, spark_columns(_PACKED))


def sample_matrix(rows: Iterable[tuple[str, bytes]]) -> NDArray[np.float32]:
    """The collected rows of :func:`centroid_sample` as (n, d) vectors, in the order of their units."""
    blobs = [bytes(vector) for _, vector in sorted(rows)]
    width = len(blobs[0]) // 4 if blobs else 0
    return np.frombuffer(b"".join(blobs), dtype=np.float32).reshape(len(blobs), width)


def _matches(vectors: DataFrame, rules: MatchRules, cells: Cells, execution: Execution) -> DataFrame:
    def optional(name: str, default: Column) -> Column:
        return F.col(name) if name in vectors.columns else default.alias(name)

    units = vectors.select(
        "unit",
        optional("context", F.lit("")),
        optional("priority", F.lit(0).cast("bigint")),
        F.xxhash64("unit").alias("hash"),
        optional("former", F.lit(False)),
        "vector",
    )
    columns = spark_columns(_PLACED).add("priority", units.schema["priority"].dataType)
    sides = 2 if "former" in vectors.columns else 1
    placed = units.mapInArrow(partial(_placed, cells=cells, n_sides=sides), columns)
    tasks = placed.repartition(execution.n_partitions, *_TASK).sortWithinPartitions(*_TASK)
    found = tasks.mapInArrow(partial(_compared, rules=rules, device=execution.device), spark_columns(MATCHES))
    return found if rules.floor is None else _nearest_of_all(found, rules)


def _nearest_of_all(found: DataFrame, rules: MatchRules) -> DataFrame:
    """Matches as they are; of the candidates, found cell by cell, each unit's `k` nearest over all cells."""
    is_match = F.col("similarity") >= rules.threshold
    forth = F.struct(F.col("left_unit").alias("unit"), F.col("right_unit").alias("other"))
    back = F.struct(F.col("right_unit").alias("unit"), F.col("left_unit").alias("other"))
    directions = F.when(is_match, F.array(forth)).otherwise(F.array(forth, back))
    directed = found.select("similarity", F.explode(directions).alias("pair")).select("similarity", "pair.*")
    order = Window.partitionBy("unit").orderBy(is_match, F.col("similarity").desc(), "other")
    wanted = directed.withColumn("place", F.row_number().over(order)).where(is_match | (F.col("place") <= rules.k))
    return (
        wanted.select(
            F.least("unit", "other").alias("left_unit"), F.greatest("unit", "other").alias("right_unit"), "similarity"
        )
        .dropDuplicates(["left_unit", "right_unit"])
        .select("left_unit", "right_unit", "similarity")
    )


# ── In the workers ───────────────────────────────────────────────────────────────────────────────────────────────────


def _packed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        vectors = packed_rows(_matrix(batch.column("vector")))
        yield pa.RecordBatch.from_arrays([batch.column("unit").cast(pa.string()), vectors], names=["unit", "vector"])


def _placed(batches: Iterable[pa.RecordBatch], *, cells: Cells, n_sides: int) -> Iterator[pa.RecordBatch]:
    """Each unit once for every comparison it takes part in: a cell, or two pieces of a split one.

    With two sides the pieces of former units come behind those of the others, and meet only those.
    """
    for batch in batches:
        if batch.num_rows == 0:
            continue
        vectors = _matrix(batch.column("vector"))
        if cells.centroids is None:
            probed = np.zeros((len(vectors), 1), dtype=np.int32)
        else:
            probed = nearest(vectors, cells.centroids, cells.n_probe)
        cell = probed.ravel().astype(np.int64)
        row = np.repeat(np.arange(len(vectors)), probed.shape[1])
        pieces = cells.n_pieces[cell]
        unit_hash = batch.column("hash").to_numpy(zero_copy_only=False).view(np.uint64)[row]
        is_former = batch.column("former").to_numpy(zero_copy_only=False)[row]
        piece = (unit_hash % pieces.astype(np.uint64)).astype(np.int64) + np.where(is_former, pieces, 0)
        # In a split cell a unit meets each piece, its own included: as the right side where the other is the lower.
        entry = np.repeat(np.arange(len(cell)), np.where(is_former, pieces, n_sides * pieces))
        other = place_in_group(entry)
        columns = {
            "cell": cell[entry],
            "left_piece": np.minimum(piece[entry], other),
            "right_piece": np.maximum(piece[entry], other),
            "right_side": other < piece[entry],
            "row": row[entry],
        }
        for start in range(0, len(entry), _ROWS_OUT):
            part = {name: values[start : start + _ROWS_OUT] for name, values in columns.items()}
            yield _placed_rows(batch, vectors, probed, part)


def _placed_rows(
    batch: pa.RecordBatch, vectors: NDArray[np.float32], probed: NDArray[np.int32], part: dict[str, NDArray[Any]]
) -> pa.RecordBatch:
    row = part.pop("row")
    taken = batch.select(["unit", "context", "priority"]).take(pa.array(row))
    columns = {
        **{name: pa.array(values, pa.int32()) for name, values in part.items() if name != "right_side"},
        "right_side": pa.array(part["right_side"]),
        "unit": taken.column("unit").cast(pa.string()),
        "context": taken.column("context").cast(pa.string()),
        "cells": packed_rows(probed[row]),
        "vector": packed_rows(vectors[row]),
        "priority": taken.column("priority"),
    }
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _compared(batches: Iterable[pa.RecordBatch], *, rules: MatchRules, device: str | None) -> Iterator[pa.RecordBatch]:
    device = device or _gpu()
    for (cell, left_piece, right_piece), rows in _tasks(batches):
        table = rows.take(pc.sort_indices(rows, [("priority", "ascending"), ("unit", "ascending")]))
        unit = table.column("unit").combine_chunks().cast(pa.string())
        members = Members(
            vectors=unpacked_rows(table.column("vector"), np.dtype(np.float32)),
            context=_codes(table.column("context")),
            tie=np.argsort(pc.sort_indices(unit).to_numpy()),
            right_side=table.column("right_side").to_numpy() if left_piece != right_piece else None,
            cells=unpacked_rows(table.column("cells"), np.dtype(np.int32)),
            cell=cell,
        )
        if members.cells is not None and members.cells.shape[1] == 1:
            members = members._replace(cells=None)
        pairs = matches_among(members, rules, device)
        in_order = members.tie[pairs.left] < members.tie[pairs.right]
        first = np.where(in_order, pairs.left, pairs.right)
        second = np.where(in_order, pairs.right, pairs.left)
        for start in range(0, len(first), _PAIRS_OUT):
            part = slice(start, start + _PAIRS_OUT)
            yield pa.RecordBatch.from_arrays(
                [
                    unit.take(pa.array(first[part])),
                    unit.take(pa.array(second[part])),
                    pa.array(pairs.similarity[part], pa.float64()),
                ],
                schema=MATCHES,
            )


def _gpu() -> str | None:
    """The GPU of the task; torch is imported only where the machine has one."""
    if not Path("/proc/driver/nvidia").exists() or importlib.util.find_spec("torch") is None:
        return None
    device = task_device(None)
    return None if device == "cpu" else device


def _tasks(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[tuple[int, ...], pa.Table]]:
    """Runs of rows of one comparison, which sorted partitions hold together, across Arrow batches."""
    key: tuple[int, ...] | None = None
    held: list[pa.RecordBatch] = []
    for batch in batches:
        keys = np.stack([batch.column(name).to_numpy() for name in _TASK], axis=1)
        starts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)]) if len(keys) else np.zeros(0, int)
        for start, stop in zip(starts, [*starts[1:], len(keys)], strict=False):
            this = tuple(int(part) for part in keys[start])
            if held and this != key:
                yield key, pa.Table.from_batches(held)  # type: ignore[misc]
                held = []
            key = this
            held.append(batch.slice(start, stop - start))
    if held:
        yield key, pa.Table.from_batches(held)  # type: ignore[misc]


def _matrix(column: pa.Array) -> NDArray[np.float32]:
    """A list column without nulls as an (n, d) array; ValueError where the lists differ in length."""
    values = column.flatten().to_numpy(zero_copy_only=False)
    widths = pc.min_max(pc.list_value_length(column)).as_py()
    if column.null_count or (len(column) and widths["min"] != widths["max"]):
        raise ValueError(f"vectors: expected one length and no nulls, got {widths}, {column.null_count} nulls")
    return np.ascontiguousarray(values.reshape(len(column), widths["max"] or 0), dtype=np.float32)


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """One integer per distinct value, null being a value."""
    codes = column.combine_chunks().dictionary_encode().indices.fill_null(-1)
    found: NDArray[np.int64] = codes.to_numpy().astype(np.int64)
    return found

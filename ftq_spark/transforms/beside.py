"""Pairs of texts, for a kernel that reads both.

Each text goes to Python once for many pairs, and pairs that share one come one after the other, so that what was found
in a text is at hand when its next pair is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import count

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP_PAIRS = 512  # that are read beside each other; their texts are in a worker's memory at a time

Texts = list[tuple[Any, ...]]  # of one side, a tuple of columns for each pair
Read = Callable[[pa.RecordBatch, Texts, Texts], list[pa.Array]]

_IDS = ("left_id", "right_id")


def read_pairs(
    pairs: DataFrame, texts: DataFrame, read: Read, columns: pa.Schema, known: str | None = None
) -> DataFrame:
    """DataFrame[columns]: what `read` makes of the pairs and of the texts of both sides.

    Pairs of which a text is missing are left out. A pair falls to the smallest left_id that its right_id has: pairs
    among texts that are all alike fall together. They are cut into groups of :data:`GROUP_PAIRS`. The pairs are
    computed once, and shuffled four times, less where they are spread by right_id; the texts twice.

    Args:
        pairs: left_id, right_id and other columns of which none is one of `texts`; rows of one pair stay together.
        texts: example_id, once, and what is read of it.
        read: takes a batch of the pairs, the texts of their left and of their right sides; gives the columns.
        columns: what it gives.
        known: a column of `pairs`: where it is true, no texts are fetched, and `read` gets empty tuples.
    """
    first = F.min("left_id").over(Window.partitionBy("right_id"))
    ranked = pairs.withColumn("first", first).repartition("first").sortWithinPartitions("first", *_IDS[::-1])
    numbered = StructType([StructField(field.name, field.dataType) for field in ranked.schema]).add("number", "integer")
    grouped = ranked.mapInArrow(partial(_in_groups, known=known), numbered)
    # A row without a right_id asks for the text of its left_id; the key spreads the other rows, which meet no text.
    asks = F.col("right_id").isNull()
    keyed = grouped.select(
        *pairs.columns,
        F.xxhash64("first", "number").alias("group"),
        F.when(asks, F.col("left_id")).alias("example_id"),
        F.when(asks, F.xxhash64("left_id")).otherwise(F.xxhash64(*_IDS)).alias("key"),
    )
    there = texts.withColumns({"key": F.xxhash64("example_id"), "there": F.lit(True)})
    shown = [name for name in texts.columns if name != "example_id"]
    beside = (
        keyed.join(there, ["key", "example_id"], "left")
        .where("right_id is not null or there")
        .select("group", *pairs.columns, *shown)
        .repartition("group")
        .sortWithinPartitions("group", *_IDS[::-1])  # nulls come first: the texts of a group before its pairs
    )
    own = pairs.columns

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for rows, left, right in _with_texts(batches, shown, known):
            yield pa.RecordBatch.from_arrays(read(rows.select(own), left, right), schema=columns)
            count(len(left), "pairs")

    return beside.mapInArrow(run, spark_columns(columns))


def _in_groups(batches: Iterable[pa.RecordBatch], known: str | None) -> Iterator[pa.RecordBatch]:
    """Pairs sorted by `first` with the `number` of their group, and for each text of a group a row that asks for it.

    Such a row has the text's id as its left_id, and no right_id.
    """
    first, number, n_pairs = None, 0, 0
    seen: set[str] = set()
    for batch in batches:
        numbers: list[int] = []
        asked: list[tuple[str, str, int]] = []
        firsts, *sides = (batch.column(name).to_pylist() for name in ("first", *_IDS))
        for mark, *pair, is_known in zip(firsts, *sides, _flags(batch, known), strict=True):
            if mark != first or n_pairs == GROUP_PAIRS:
                number = number + 1 if mark == first else 0
                first, n_pairs, seen = mark, 0, set()
            n_pairs += 1
            numbers.append(number)
            if not is_known:
                asked += [(name, mark, number) for name in pair if name not in seen]
                seen.update(pair)
        names = [*batch.schema.names, "number"]
        yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(numbers, pa.int32())], names)
        if asked:
            given = dict(zip(("left_id", "first", "number"), zip(*asked, strict=True), strict=True))
            kinds = [*(field.type for field in batch.schema), pa.int32()]
            nothing = [None] * len(asked)
            columns = [pa.array(given.get(name, nothing), kind) for name, kind in zip(names, kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, names)


def _with_texts(
    batches: Iterable[pa.RecordBatch], shown: list[str], known: str | None
) -> Iterator[tuple[pa.RecordBatch, Texts, Texts]]:
    """The pairs of every batch, and the texts of both sides, from groups in which texts come before pairs."""
    held: dict[str, tuple[Any, ...]] = {}
    group: int | None = None
    for batch in batches:
        marks, *ids = (batch.column(name).to_pylist() for name in ("group", *_IDS))
        texts = list(zip(*(batch.column(name).to_pylist() for name in shown), strict=True))
        rows: list[int] = []
        sides: tuple[Texts, Texts] = ([], [])
        for row, (mark, left, right, is_known) in enumerate(zip(marks, *ids, _flags(batch, known), strict=True)):
            if mark != group:
                held, group = {}, mark
            if right is None:
                held[left] = texts[row]
            elif is_known or (left in held and right in held):
                rows.append(row)
                sides[0].append(() if is_known else held[left])
                sides[1].append(() if is_known else held[right])
        yield batch.take(pa.array(rows, pa.int64())), *sides


def _flags(batch: pa.RecordBatch, name: str | None) -> list[bool]:
    found: list[bool] = [False] * len(batch) if name is None else batch.column(name).to_pylist()
    return found

"""Pairs of texts, for a kernel that reads both.

Each text goes to Python once for many pairs, and pairs that share one come one after the other, so that what was found
in a text is at hand when its next pair is read. Pairs that wait for their texts are packed: Spark moves one value for
hundreds of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import count

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP_PAIRS = 512  # that are read beside each other; their texts are in a worker's memory at a time
_GROUPED = pa.schema([("group", pa.string()), ("example_id", pa.string()), ("pairs", pa.binary())])

Texts = list[tuple[Any, ...]]  # of one side, a tuple of columns for each pair
Read = Callable[[pa.RecordBatch, Texts, Texts], list[pa.Array]]

_IDS = ("left_id", "right_id")


def read_pairs(
    pairs: DataFrame, texts: DataFrame, read: Read, columns: pa.Schema, known: str | None = None, place: str = "left_id"
) -> DataFrame:
    """DataFrame[columns]: what `read` makes of the pairs and of the texts of both sides.

    Pairs of which a text is missing are left out. A pair falls to the first left side that its right_id has: pairs
    among texts that are all alike fall together, where each has its left side before its right one by `place`. They are
    cut into groups of :data:`GROUP_PAIRS`. The pairs are computed once, and shuffled twice, less where they are spread
    by right_id; the texts twice.

    Args:
        pairs: left_id, right_id and other columns; rows of one pair stay together.
        texts: example_id, once, and what is read of it.
        read: takes a batch of the pairs, the texts of their left and of their right sides; gives the columns.
        columns: what it gives.
        known: a column of `pairs`: where it is true, no texts are fetched, and `read` gets empty tuples.
        place: a column of `pairs` that orders their left sides, of each another value; `read` gets none but left_id.
    """
    first = F.xxhash64(F.min(place).over(Window.partitionBy("right_id")))
    ranked = (
        pairs.withColumn("first", first)
        .drop(*{place} - {"left_id"})
        .repartition("first")
        .sortWithinPartitions("first", *_IDS[::-1])
    )
    grouped = ranked.mapInArrow(partial(_in_groups, known=known), spark_columns(_GROUPED))
    # The key spreads the rows that hold pairs, which meet no text.
    keyed = grouped.withColumn("key", F.xxhash64(F.coalesce("example_id", "group")))
    there = texts.withColumns({"key": F.xxhash64("example_id"), "there": F.lit(True)})
    shown = [name for name in texts.columns if name != "example_id"]
    beside = (
        keyed.join(there, ["key", "example_id"], "left")
        .where("pairs is not null or there")
        .select("group", "example_id", "pairs", *shown)
        .repartition("group")
        .sortWithinPartitions("group", F.desc("example_id"))  # nulls come last: the texts of a group before its pairs
    )

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for rows, left, right in _with_texts(batches, shown, known):
            yield pa.RecordBatch.from_arrays(read(rows, left, right), schema=columns)
            count(len(left), "pairs")

    return beside.mapInArrow(run, spark_columns(columns))


def _in_groups(batches: Iterable[pa.RecordBatch], known: str | None) -> Iterator[pa.RecordBatch]:
    """_GROUPED of pairs sorted by `first`: of each group a row that holds its pairs, and for each of their texts one.

    A group is named by its first pair. A row that asks for a text has no pairs, and the other one no example_id.
    """
    held: list[pa.RecordBatch] = []
    n_held = 0
    for batch in batches:
        begin = 0
        while begin < len(batch):
            part = batch.slice(begin, GROUP_PAIRS - n_held)
            begin, n_held = begin + len(part), n_held + len(part)
            held.append(part)
            if n_held == GROUP_PAIRS:
                yield _group(held, known)
                held, n_held = [], 0
    if held:
        yield _group(held, known)


def _group(parts: list[pa.RecordBatch], known: str | None) -> pa.RecordBatch:
    pairs = pa.Table.from_batches(parts).drop_columns(["first"]).combine_chunks()
    unread = pairs if known is None else pairs.filter(pc.invert(pairs[known]))
    asked = pa.chunked_array([chunk for side in _IDS for chunk in unread[side].chunks], unread[_IDS[0]].type).unique()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, pairs.schema) as stream:
        stream.write_table(pairs)
    names = pa.array([" ".join(pairs[side][0].as_py() for side in _IDS)] * (len(asked) + 1), pa.string())
    ids = pa.array([*asked.to_pylist(), None], pa.string())
    packed = pa.array([*[None] * len(asked), sink.getvalue().to_pybytes()], pa.binary())
    return pa.RecordBatch.from_arrays([names, ids, packed], schema=_GROUPED)


def _with_texts(
    batches: Iterable[pa.RecordBatch], shown: list[str], known: str | None
) -> Iterator[tuple[pa.RecordBatch, Texts, Texts]]:
    """The pairs of every group, and the texts of both sides, from groups in which texts come before pairs."""
    held: dict[str, tuple[Any, ...]] = {}
    for batch in batches:
        ids, packed = (batch.column(name).to_pylist() for name in ("example_id", "pairs"))
        texts = zip(*(batch.column(name).to_pylist() for name in shown), strict=True)
        for example_id, value, text in zip(ids, packed, texts, strict=True):
            if value is None:
                held[example_id] = text
                continue
            with pa.ipc.open_stream(value) as stream:
                for pairs in stream:
                    yield _beside(pairs, held, known)
            held = {}


def _beside(
    pairs: pa.RecordBatch, texts: Mapping[str, tuple[Any, ...]], known: str | None
) -> tuple[pa.RecordBatch, Texts, Texts]:
    """Those of the pairs whose texts are there, with these."""
    ids = (pairs.column(side).to_pylist() for side in _IDS)
    flags = [False] * len(pairs) if known is None else pairs.column(known).to_pylist()
    rows: list[int] = []
    sides: tuple[Texts, Texts] = ([], [])
    for row, (left, right, is_known) in enumerate(zip(*ids, flags, strict=True)):
        if is_known or (left in texts and right in texts):
            rows.append(row)
            sides[0].append(() if is_known else texts[left])
            sides[1].append(() if is_known else texts[right])
    return pairs.take(pa.array(rows, pa.int64())), *sides

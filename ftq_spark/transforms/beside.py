"""Pairs of texts, for a kernel that reads both.

Each text goes to Python once for many pairs, and pairs that share one come one after the other, so that what was found
in a text is at hand when its next pair is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark import schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP_PAIRS = 512  # that are read beside each other; their texts are in a worker's memory at a time

Texts = list[tuple[Any, ...]]  # of one side, a tuple of columns for each pair
Read = Callable[[pa.RecordBatch, Texts, Texts], list[pa.Array]]

_IDS = ("left_id", "right_id")


def read_pairs(pairs: DataFrame, texts: DataFrame, read: Read, columns: pa.Schema) -> DataFrame:
    """DataFrame[columns]: what `read` makes of the pairs and of the texts of both sides.

    Pairs of which a text is missing are left out. A pair falls to the smallest left_id that its right_id has: pairs
    among texts that are all alike fall together. They are cut into groups of :data:`GROUP_PAIRS`.

    Args:
        pairs: left_id, right_id and other columns of which none is one of `texts`; each pair once.
        texts: example_id, once, and what is read of it.
        read: takes a batch of the pairs, the texts of their left and of their right sides; gives the columns.
        columns: what it gives.
    """
    first = F.min("left_id").over(Window.partitionBy("right_id"))
    number = F.row_number().over(Window.partitionBy("first").orderBy(*_IDS[::-1]))
    grouped = (
        pairs.withColumn("first", first)
        .withColumn("group", F.xxhash64("first", ((number - 1) / GROUP_PAIRS).cast("long")))
        .drop("first")
    )
    wanted = grouped.select("group", F.explode(F.array(*_IDS)).alias("left_id")).distinct()
    sent = wanted.join(texts.withColumnRenamed("example_id", "left_id"), "left_id")
    both = grouped.unionByName(sent, allowMissingColumns=True)
    # Nulls come first: the texts of a group before its pairs.
    ordered = both.repartition("group").sortWithinPartitions("group", *_IDS[::-1])
    own, shown = pairs.columns, [name for name in texts.columns if name != "example_id"]

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        held: dict[str, tuple[Any, ...]] = {}
        group: int | None = None
        for batch in batches:
            groups, left, right = (batch.column(name).to_pylist() for name in ("group", *_IDS))
            of = list(zip(*(batch.column(name).to_pylist() for name in shown), strict=True))
            rows: list[int] = []
            sides: tuple[Texts, Texts] = ([], [])
            for row, (mark, one, other) in enumerate(zip(groups, left, right, strict=True)):
                if mark != group:
                    held, group = {}, mark
                if other is None:
                    held[one] = of[row]
                elif one in held and other in held:
                    rows.append(row)
                    sides[0].append(held[one])
                    sides[1].append(held[other])
            found = read(batch.select(own).take(pa.array(rows, pa.int64())), *sides)
            yield pa.RecordBatch.from_arrays(found, schema=columns)

    return ordered.mapInArrow(run, schema.ddl(columns))

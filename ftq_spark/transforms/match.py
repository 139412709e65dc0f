"""Near duplicates, second half: blocks → pairs of units, every one verified by its exact Jaccard similarity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark.kernels.near import lsh
from ftq_spark.kernels.ragged import run_begins
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import counted
from ftq_spark.transforms.arrow import unpacked, whole_groups
from ftq_spark.transforms.expand import MATCHES, Channel

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_CHUNK_ELEMENTS = 1 << 18  # shingles compared at once: their sort stays in a core's cache


def matches(signatures: DataFrame, members: DataFrame, threshold: float) -> DataFrame:
    """MATCHES: the pairs of units of one part whose shingle sets have a Jaccard similarity of `threshold` or more.

    Takes the tables of :func:`block.signatures` and :func:`block.members`. Each pair of distinct units once, the
    lesser unit on the left. A unit's shingles travel once to each set of units that it is compared with: not once for
    each pair, nor for each block that has the same units.
    """
    # By code the members are freed of repeats, and joined twice, in one shuffle.
    compared = members.select("part", "code").repartition("code").distinct()
    parts = (
        compared.join(_units(signatures, compared.select("code")), "code")
        .select("part", "unit", "shingles")
        .repartition("part")
        .sortWithinPartitions("part", "unit")
    )

    def verify(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return whole_groups(counted(batches, "texts of blocks"), "part", lambda table: _verified(table, threshold))

    return parts.mapInArrow(verify, spark_columns(MATCHES)).distinct()


def near_channel(signatures: DataFrame, matches: DataFrame) -> Channel:
    """Examples whose texts are near duplicates; those with the same shingle set are identical in this channel.

    Takes the tables of :func:`block.signatures` and :func:`matches`.
    """
    return Channel("near", signatures.select("example_id", "source", "row", "unit"), matches)


def with_matches(examples: DataFrame, matches: DataFrame) -> DataFrame:
    """The rows of `examples` whose content_hash is a unit of `matches`, and, by chance of 64 bits, hardly any other.

    Every task is told all these units, at some 100 bytes each, so that no other row is shuffled.
    """
    units = matches.select(F.explode(F.array("left_unit", "right_unit")).alias("unit"))
    codes = units.select(F.xxhash64("unit").alias("code")).distinct()
    return examples.withColumn("code", F.xxhash64("content_hash")).join(F.broadcast(codes), "code", "left_semi")


def _units(signatures: DataFrame, codes: DataFrame) -> DataFrame:
    """code, unit, shingles of every distinct unit among `codes`: of most texts none travels."""
    named = signatures.where("unit is not null").select(F.xxhash64("unit").alias("code"), "unit", "shingles")
    rank = F.row_number().over(Window.partitionBy("code").orderBy("unit"))
    return named.join(codes, "code", "left_semi").withColumn("rank", rank).where("rank = 1").drop("rank")


def _verified(parts: pa.Table, threshold: float) -> pa.Table:
    """The matches of whole parts, a bounded number of shingles at a time."""
    ids = parts["part"].to_numpy()
    packed, offsets = unpacked(parts["shingles"])
    values, offsets = packed.view("<u4").astype(np.uint32, copy=False), offsets // 4
    units = parts["unit"].combine_chunks()
    begins = run_begins(ids)
    found = []
    for begin, end in _chunks(np.append(begins, len(ids)), offsets):
        part_values = values[offsets[begin] : offsets[end]]
        pairs = lsh.similar_pairs(ids[begin:end], part_values, offsets[begin : end + 1] - offsets[begin], threshold)
        found.append((pairs.left + begin, pairs.right + begin, pairs.similarity))
    left, right, similarity = (np.concatenate(column) for column in zip(*found, strict=True))
    return pa.table([units.take(pa.array(left)), units.take(pa.array(right)), similarity], schema=MATCHES)


def _chunks(begins: np.ndarray, offsets: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of rows that hold whole parts and, unless one part has more, at most _CHUNK_ELEMENTS shingles."""
    first = 0
    while first < len(begins) - 1:
        enough = np.searchsorted(offsets[begins], offsets[begins[first]] + _CHUNK_ELEMENTS, side="right") - 1
        last = min(max(int(enough), first + 1), first + lsh.MAX_BLOCKS)
        yield int(begins[first]), int(begins[last])
        first = last

"""Near duplicates, first half: texts → shingle sets and LSH blocks of those that may be similar.

Both tables are worth writing before they are used: each is read more than once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels import lsh, minhash, tokens

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ftq_spark.settings import Near

MEMBERS = "part bigint, code bigint, band bigint, key bigint, n_units bigint"

_SLICE = 512  # texts whose arrays fit in a core's cache
_SIGNATURES = pa.schema(
    [
        ("example_id", pa.string()),
        ("source", pa.string()),
        ("row", pa.int64()),
        ("unit", pa.string()),
        ("shingles", pa.binary()),
        ("bands", pa.list_(pa.int64())),
        ("orders", pa.list_(pa.int64())),
    ]
)
SIGNATURES = schema.ddl(_SIGNATURES)
_MEMBERS = pa.schema([(name, pa.int64()) for name in ("part", "code", "band", "key", "n_units")])


def signatures(texts: DataFrame, near: Near) -> DataFrame:
    """SIGNATURES of every text, in one pass; `texts` has example_id, source, row and text (null is empty).

    `unit` names the shingle set (null where it is empty: such a text is like no other), `shingles` holds it as
    little-endian uint32 in increasing order, `bands` has the key of each LSH band, and `orders` for each band what
    sorts its blocks.
    """
    by = minhash.permutations(near.num_perm)
    n_bands, n_rows = minhash.bands_and_rows(near.threshold, near.num_perm)

    def sign(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for begin in range(0, len(batch), _SLICE):
                part = batch.slice(begin, _SLICE)
                words = tokens.tokenize(part.column("text"))
                sets = minhash.shingles(tokens.hashes(words), words.token_offsets, near.ngram)
                rows = minhash.signatures(sets, by)
                columns = [
                    *(part.column(name).cast(_SIGNATURES.field(name).type) for name in ("example_id", "source", "row")),
                    minhash.set_ids(sets),
                    _packed(sets),
                    _lists(minhash.band_keys(rows, n_bands, n_rows)),
                    _lists(minhash.band_orders(rows, n_bands, n_rows)),
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=_SIGNATURES)

    return texts.select("example_id", "source", "row", "text").mapInArrow(sign, SIGNATURES)


def members(signatures: DataFrame, max_block_units: int) -> DataFrame:
    """MEMBERS: the units of every block of two and more, by part; all units of one part are to be compared.

    A unit is named by `code`, a 64-bit hash; `part` is the block, or, where it has more than `max_block_units`, one of
    its small overlapping parts (:func:`ftq_spark.kernels.lsh.divide`), to which :func:`hubs` adds.
    """
    banded = signatures.where("unit is not null").select(
        F.xxhash64("unit").alias("code"), F.posexplode(F.arrays_zip("bands", "orders")).alias("band", "at")
    )
    keyed = banded.select(
        F.col("at.bands").alias("key"), F.col("at.orders").alias("order"), "code", F.col("band").cast("bigint")
    )

    def divide(group: pa.Table) -> pa.Table:
        keys, orders, codes = (group[name].to_numpy() for name in ("key", "order", "code"))
        by = np.lexsort((codes, orders, keys))
        found = lsh.divide(keys[by], codes[by], max_block_units)
        rows = pa.array(by[found.rows])
        return pa.table(
            {
                "part": found.parts,
                "code": group["code"].take(rows),
                "band": group["band"].take(rows),
                "key": group["key"].take(rows),
                "n_units": found.n_units,
            },
            schema=_MEMBERS,
        )

    def pass_over(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return whole_groups(batches, "key", divide)

    # Sorted by one number, Spark's radix sort does it; inside a block numpy is faster.
    return keyed.repartition("key").sortWithinPartitions("key").mapInArrow(pass_over, MEMBERS)


def hubs(members: DataFrame, signatures: DataFrame, priorities: DataFrame, max_block_units: int) -> DataFrame:
    """MEMBERS that every part of a large block has beside its own: the block's first unit by `priorities`.

    `priorities` has example_id and priority (bigint, lowest first). A unit that all others of a block resemble is found
    by all of them, and where it comes first in the rule that drops duplicates, they all repeat it.
    """
    large = members.where(F.col("n_units") > max_block_units)
    named = signatures.where("unit is not null").select("example_id", F.xxhash64("unit").alias("code"))
    first = (
        named.join(large.select("code").distinct(), "code", "left_semi")
        .join(priorities, "example_id")
        .groupBy("code")
        .agg(F.min("priority").alias("priority"))
    )
    hub = (
        large.select("key", "code")
        .distinct()
        .join(first, "code")
        .groupBy("key")
        .agg(F.min(F.struct("priority", "code"))["code"].alias("code"))
    )
    added = large.select("part", "band", "key", "n_units").distinct().join(hub, "key")
    return added.join(large, ["part", "code"], "left_anti").select("part", "code", "band", "key", "n_units")


def block_sizes(members: DataFrame, max_block_units: int) -> DataFrame:
    """band, key, n_units, n_pairs, capped of every block of two and more units.

    `n_pairs` are compared in this block (some in other blocks too); `capped`: they are not all that it has.
    """
    parts = members.groupBy("band", "key", "n_units", "part").agg(F.count("*").alias("n"))
    pairs = F.sum(F.expr("n * (n - 1) div 2")).alias("n_pairs")
    return parts.groupBy("band", "key", "n_units").agg(pairs).withColumn("capped", F.col("n_units") > max_block_units)


def whole_groups(
    batches: Iterable[pa.RecordBatch], by: str, apply: Callable[[pa.Table], pa.Table]
) -> Iterator[pa.RecordBatch]:
    """`apply` to tables of whole groups, from batches that are sorted by the bigint column `by`."""
    pending: list[pa.RecordBatch] = []  # rows of the last group so far
    for batch in batches:
        if not len(batch):
            continue
        keys = batch.column(by).to_numpy(zero_copy_only=False)
        last = int(np.searchsorted(keys, keys[-1]))
        if last == 0 and (not pending or pending[-1].column(by)[-1].as_py() == keys[-1]):
            pending.append(batch)
            continue
        yield from apply(pa.Table.from_batches([*pending, batch.slice(0, last)])).to_batches()
        pending = [batch.slice(last)]
    if pending:
        yield from apply(pa.Table.from_batches(pending)).to_batches()


def _packed(sets: minhash.Shingles) -> pa.Array:
    """The sets as binary values."""
    data = pa.py_buffer(np.ascontiguousarray(sets.values, dtype="<u4"))
    offsets = pa.py_buffer((sets.offsets * 4).astype(np.int32))
    return pa.Array.from_buffers(pa.binary(), len(sets.offsets) - 1, [None, offsets, data])


def _lists(rows: np.ndarray) -> pa.Array:
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * rows.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(np.ascontiguousarray(rows).ravel()))

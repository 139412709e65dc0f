"""Near duplicates, first half: texts → shingle sets and LSH blocks of those that may be similar.

Both tables are worth writing before they are used: each is read more than once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark.kernels.near import lsh, minhash
from ftq_spark.kernels.text import tokens
from ftq_spark.kernels.text.umlauts import all_written_out
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import counted
from ftq_spark.transforms.arrow import packed, unpacked, whole_groups

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ftq_spark.settings import Near

MEMBERS = pa.schema([(name, pa.int64()) for name in ("part", "code", "band", "key", "n_units")])

# One band of one unit: so many bytes in place of a row.
_ENTRY = np.dtype([("key", "<i8"), ("order", "<i8"), ("code", "<i8"), ("band", "<u2")])
_BUCKETED = pa.schema([("bucket", pa.int64()), ("entries", pa.binary())])
_BUCKET_BITS = 10  # of 100 million examples each bucket holds 46 MB

_SLICE = 512  # texts whose arrays fit in a core's cache
SIGNATURES = pa.schema(
    [
        ("example_id", pa.string()),
        ("source", pa.string()),
        ("row", pa.int64()),
        ("unit", pa.string()),
        ("shingles", pa.binary()),
        ("bands", pa.binary()),
    ]
)


def signatures(texts: DataFrame, near: Near) -> DataFrame:
    """SIGNATURES of every text, in one pass; `texts` has example_id, source, row and text (null is empty).

    `unit` is that of `texts` where they have one, and else names the shingle set (null where the set is empty: such a
    text is like no other), `shingles` holds it as
    little-endian uint32 in increasing order, and `bands` for each LSH band, as little-endian int64, its key and what
    sorts its blocks.
    """
    by = minhash.permutations(near.num_perm)
    n_bands, n_rows = minhash.bands_and_rows(near.threshold, near.num_perm)
    named = "unit" in texts.columns

    def sign(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in counted(batches):
            for begin in range(0, len(batch), _SLICE):
                part = batch.slice(begin, _SLICE)
                words = tokens.tokenize(all_written_out(part.column("text")))
                sets = minhash.shingles(tokens.hashes(words), words.token_offsets, near.ngram)
                rows = minhash.signatures(sets, by)
                bands = np.stack(
                    [minhash.band_keys(rows, n_bands, n_rows), minhash.band_orders(rows, n_bands, n_rows)], axis=2
                )
                units = minhash.set_ids(sets)
                columns = [
                    *(part.column(name).cast(SIGNATURES.field(name).type) for name in ("example_id", "source", "row")),
                    _where_known(part.column("unit"), units) if named else units,
                    packed(sets.values.astype("<u4", copy=False), sets.offsets),
                    packed(bands.astype("<i8", copy=False).ravel(), np.arange(len(rows) + 1) * 2 * n_bands),
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=SIGNATURES)

    columns = ("example_id", "source", "row", "text", *(("unit",) if named else ()))
    return texts.select(*columns).mapInArrow(sign, spark_columns(SIGNATURES))


def members(signatures: DataFrame, max_block_units: int) -> DataFrame:
    """MEMBERS: the units of every block of two and more, by part; all units of one part are to be compared.

    A unit is named by `code`, a 64-bit hash; `part` names the units of the block, of several small ones, or, where it
    has more than `max_block_units`, those of one of its small overlapping parts
    (:func:`ftq_spark.kernels.near.lsh.divide`), to which :func:`hubs` adds.
    """
    entries = signatures.where("unit is not null").select(F.xxhash64("unit").alias("code"), "bands")

    def divide(buckets: pa.Table) -> pa.Table:
        entries = unpacked(buckets["entries"])[0].view(_ENTRY)
        entries = entries[lsh.shared(entries["key"])]
        entries = entries[np.lexsort((entries["code"], entries["order"], entries["key"]))]
        found = lsh.divide(entries["key"], entries["code"], max_block_units)
        code, band, key = (entries[name][found.rows].astype(np.int64) for name in ("code", "band", "key"))
        return pa.table([found.parts, code, band, key, found.n_units], schema=MEMBERS)

    def pass_over(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return whole_groups(batches, "bucket", divide)

    # Spark moves few large values, in which numpy sorts: 18 rows for each example would cost it ten times as much.
    buckets = entries.mapInArrow(_bucketed, spark_columns(_BUCKETED))
    return buckets.repartition("bucket").sortWithinPartitions("bucket").mapInArrow(pass_over, spark_columns(MEMBERS))


def _bucketed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The entries of every batch by range of their keys, so that all of one block are in one bucket."""
    for batch in batches:
        if not len(batch):
            continue
        bands = unpacked(batch["bands"])[0].view("<i8").reshape(len(batch), -1, 2)
        entries = np.empty(bands.shape[:2], _ENTRY)
        entries["key"], entries["order"] = bands[:, :, 0], bands[:, :, 1]
        entries["code"], entries["band"] = batch["code"].to_numpy()[:, None], np.arange(bands.shape[1])
        bucket = (bands[:, :, 0].ravel().view(np.uint64) >> np.uint64(64 - _BUCKET_BITS)).astype(np.uint16)
        sizes = np.bincount(bucket, minlength=1 << _BUCKET_BITS)
        offsets = np.append(0, np.cumsum(sizes))
        blocks = packed(entries.ravel()[np.argsort(bucket, kind="stable")], offsets)
        filled = np.flatnonzero(sizes)
        yield pa.RecordBatch.from_arrays([pa.array(filled), blocks.take(pa.array(filled))], ["bucket", "entries"])


def in_large_blocks(members: DataFrame, signatures: DataFrame, max_block_units: int) -> DataFrame:
    """example_id, code (of its unit) of every example in a block of more than `max_block_units`."""
    large = members.where(F.col("n_units") > max_block_units)
    named = signatures.where("unit is not null").select("example_id", F.xxhash64("unit").alias("code"))
    return named.join(large.select("code").distinct(), "code", "left_semi").select("example_id", "code")


def hubs(members: DataFrame, named: DataFrame, priorities: DataFrame, max_block_units: int) -> DataFrame:
    """MEMBERS that every part of a large block has beside its own: the block's first unit by `priorities`.

    `named` is what :func:`in_large_blocks` gives, and `priorities` has example_id and priority (bigint, lowest first)
    of these examples. A unit that all others of a block resemble is found by all of them, and where it comes first in
    the rule that drops duplicates, they all repeat it.
    """
    large = members.where(F.col("n_units") > max_block_units)
    first = named.join(priorities, "example_id").groupBy("code").agg(F.min("priority").alias("priority"))
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


def _where_known(names: pa.Array, units: pa.Array) -> pa.Array:
    """`names`, null where the unit is: by places, since if_else of PyArrow 15 breaks on a slice of strings."""
    return names.take(pa.array(np.arange(len(names)), mask=np.asarray(units.is_null())))

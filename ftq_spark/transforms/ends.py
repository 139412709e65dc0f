"""What many texts begin or end with, counted over all of them: it is cut off before they are embedded.

A long instruction in front of every question makes all questions alike to a model, or fills what it reads. So a shared
beginning or end is compared as a context is, to the letter, and the rest by its vector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark.kernels.semantic.ends import BEGIN, END, cut, places
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ftq_spark.settings import Semantic

ENDS = pa.schema(
    [
        ("text_hash", pa.string()),  # of the whole text
        ("begin", pa.int32()),  # characters of a beginning that many texts share
        ("n_chars", pa.int32()),  # of the text's own between that and an end that many share: what is embedded
        ("shared", pa.string()),  # 16 hex digits of what is shared: part of the context
    ]
)
_PLACES = pa.schema([("text_hash", pa.string()), ("side", pa.int32()), ("at", pa.int32()), ("digest", pa.int64())])


def likely(texts: DataFrame, settings: Semantic) -> DataFrame:
    """The rows of `texts` (text_hash, text; distinct) whose first or last `common_chars` characters many texts share.

    Nearly all texts of most datasets end here, without leaving Spark.
    """
    n_chars, many_texts = settings.common_chars, settings.common_texts or 0
    long = texts.where(F.length("text") > n_chars).select("text_hash", "text")
    probes = F.array(
        F.struct(F.lit(BEGIN).alias("side"), F.xxhash64(F.expr(f"left(text, {n_chars})")).alias("probe")),
        F.struct(F.lit(END).alias("side"), F.xxhash64(F.expr(f"right(text, {n_chars})")).alias("probe")),
    )
    probed = long.withColumn("probe", F.explode(probes)).select("text_hash", "text", "probe.*")
    many = probed.groupBy("side", "probe").agg(F.count("*").alias("n")).where(F.col("n") >= many_texts)
    shared = probed.join(F.broadcast(many), ["side", "probe"], "left_semi")
    return shared.select("text_hash", "text").dropDuplicates(["text_hash"])


def ends(likely: DataFrame, settings: Semantic) -> DataFrame:
    """ENDS of the texts of :func:`likely` that begin or end with what `common_texts` of them share."""
    found = likely.mapInArrow(partial(_places, least=settings.common_chars), spark_columns(_PLACES))
    counts = found.groupBy("side", "digest").agg(F.count("*").alias("n"))
    common = counts.where(F.col("n") >= (settings.common_texts or 0))
    shared = (
        found.join(common, ["side", "digest"])
        .groupBy("text_hash")
        .agg(F.collect_list(F.struct("side", "at", "n")).alias("shared"))
    )
    columns = likely.join(shared, "text_hash").select("text_hash", "text", "shared")
    return columns.mapInArrow(partial(_cut, least=settings.common_chars), spark_columns(ENDS))


def _cut(batches: Iterable[pa.RecordBatch], *, least: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = []
        for name, text, shared in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            begin, end = cut(text, [(place["side"], place["at"], place["n"]) for place in shared], least)
            gone = f"{text[:begin]}\0{text[end:]}".encode("utf-8", "surrogatepass")
            rows.append((name, begin, end - begin, sha256(gone).hexdigest()[:16]))
        yield _batch(rows, ENDS)


def _places(batches: Iterable[pa.RecordBatch], *, least: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        names, texts = (batch.column(column).to_pylist() for column in ("text_hash", "text"))
        rows = [(name, *place) for name, text in zip(names, texts, strict=True) for place in places(text, least)]
        yield _batch(rows, _PLACES)


def _batch(rows: list[tuple[Any, ...]], columns: pa.Schema) -> pa.RecordBatch:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(list(column), field.type) for column, field in zip(values, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=columns)

"""Who goes before whom among duplicates: former examples, protected ones, preferred datasets, then quality or place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark.settings import Dedup
from ftq_spark.spark import frames
from ftq_spark.transforms import former

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_STEP = 52  # bits of a place within a precedence


def preceded(examples: DataFrame, dedup: Dedup, protected: DataFrame | None) -> DataFrame:
    """`examples` (example_id, content_hash, dataset, …) with `sheltered` and `precedence` (int).

    A sheltered example is never dropped as a duplicate: `protected` (one column: an example_id or a content_hash) names
    it, or duplicates are removed from other datasets only. Precedence is 0 for former examples, 1 for sheltered ones,
    then by ``dedup.priority``, then the same for all others.
    """
    sheltered = F.lit(False)
    if dedup.remove_only_from:
        sheltered = ~F.col("dataset").isin(*dedup.remove_only_from)
    if protected is not None:
        names = F.broadcast(protected.toDF("name").distinct().withColumn("named", F.lit(True)))
        for column in ("example_id", "content_hash"):
            called = names.withColumnsRenamed({"name": column, "named": f"{column}_named"})
            examples = examples.join(called, column, "left")
            sheltered |= F.coalesce(f"{column}_named", F.lit(False))
        examples = examples.withColumn("sheltered", sheltered).drop("example_id_named", "content_hash_named")
    order = F.lit(len(dedup.priority) + 2)
    for place, dataset in reversed(list(enumerate(dedup.priority))):
        order = F.when(F.col("dataset") == dataset, place + 2).otherwise(order)
    found = examples if protected is not None else examples.withColumn("sheltered", sheltered)
    precedence = F.when(former.is_former(F.col("example_id")), 0).when(F.col("sheltered"), 1).otherwise(order)
    return found.withColumn("precedence", precedence.cast("int"))


def by_quality(preceded: DataFrame, judged: DataFrame) -> DataFrame:
    """example_id, priority (bigint, lowest first): precedence, then quality; former examples have none."""
    quality = judged.select("example_id", "quality")
    place = F.floor((1 - F.coalesce("quality", F.lit(1.0))) * float(1 << (_STEP - 1)))
    return preceded.join(quality, "example_id", "left").select("example_id", _priority(place).alias("priority"))


def by_place(preceded: DataFrame, sources: Sequence[str]) -> DataFrame:
    """example_id, priority (bigint, lowest first): precedence, then source and row; `sources` names every source."""
    columns = pa.schema([("number", pa.int64()), ("source", pa.string())])
    known = frames.of_rows(preceded.sparkSession, enumerate(sorted(sources)), columns)
    place = F.shiftleft("number", 32) + F.col("row")
    return preceded.join(F.broadcast(known), "source").select("example_id", _priority(place).alias("priority"))


def _priority(place: Column) -> Column:
    return F.shiftleft(F.col("precedence").cast("bigint"), _STEP) + place

"""The topic of each example: the cluster of its prompt's vector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.semantic.topics import topic_of
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.units import sampled

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PLACED = pa.schema([("text_hash", pa.string()), ("topic", pa.int32())])

SAMPLE_CHARS = 2_000  # of each sampled text: enough to name its topic by


def sample(texts: DataFrame, embeddings: DataFrame, n_texts: int, n: int) -> DataFrame:
    """text_hash, text (its beginning), vector of about `n` of `n_texts` distinct `texts`, chosen by hash."""
    chosen = sampled("text_hash", "topic", n, n_texts)
    vectors = embeddings.where(chosen).groupBy("text_hash").agg(F.min("vector").alias("vector"))
    return (
        texts.where(chosen)
        .join(vectors, "text_hash")
        .select("text_hash", F.substring("text", 1, SAMPLE_CHARS).alias("text"), "vector")
    )


def topics(asked: DataFrame, embeddings: DataFrame, centroids: NDArray[np.float32]) -> DataFrame:
    """example_id, topic (from 1; null where the text has no vector); `asked` has example_id, text_hash.

    The vectors are turned into topics where they lie, so that only hashes and numbers are shuffled.
    """
    placed = embeddings.select("text_hash", "vector").mapInArrow(
        partial(_placed, centroids=centroids), spark_columns(_PLACED)
    )
    # Former runs may hold the same text several times.
    distinct = placed.groupBy("text_hash").agg(F.min("topic").alias("topic"))
    return asked.select("example_id", "text_hash").join(distinct, "text_hash", "left").select(*schema.TOPICS.names)


def _placed(batches: Iterable[pa.RecordBatch], *, centroids: NDArray[np.float32]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if batch.num_rows:
            values = batch.column("vector").flatten().to_numpy(zero_copy_only=False)
            found = topic_of(values.reshape(batch.num_rows, -1), centroids)
            yield pa.RecordBatch.from_arrays(
                [batch.column("text_hash").cast(pa.string()), pa.array(found, pa.int32())], ["text_hash", "topic"]
            )

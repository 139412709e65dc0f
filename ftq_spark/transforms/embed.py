"""Embeddings of distinct texts: one row of :data:`ftq_spark.schema.EMBEDDINGS` per text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.errors import ModelError
from ftq_spark.models.encoder import Encoded, Encoder, EncoderSettings, at_work
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import count
from ftq_spark.transforms.arrow import buffers

if TYPE_CHECKING:
    from pyspark.resource import ResourceProfile
    from pyspark.sql import DataFrame


def embed(
    texts: DataFrame,
    settings: EncoderSettings,
    identity: str,
    n_partitions: int,
    profile: ResourceProfile | None = None,
) -> DataFrame:
    """Embed `texts` (text_hash string, text string), whose rows the caller has made distinct.

    Each worker loads the model once. The vectors are equal between runs up to the rounding of float32 arithmetic, not
    to the bit: write them before any shuffle, and derive no order and no key from them.

    Args:
        identity: the model's identity as the driver sees it (:func:`~ftq_spark.models.files.model_identity`);
            becomes the column `model`.
        n_partitions: tasks, each of which keeps one model busy; a small multiple of the cluster's slots.
        profile: what each of those tasks asks for, where it is more than others do (:mod:`ftq_spark.spark.gpus`).

    Raises:
        ModelError: from a worker, where the model is missing, unsafe, or not the one that `identity` names.
    """
    # By a key of its own: Spark would see that distinct texts lie by their hash already, and few tasks would hold them.
    spread = texts.select("text_hash", "text").repartition(n_partitions, F.crc32("text_hash"))
    embed_batches = partial(_embed_batches, settings=settings, identity=identity)
    if profile is None:  # which PySpark 3.5 does not know
        return spread.mapInArrow(embed_batches, spark_columns(schema.EMBEDDINGS))
    return spread.mapInArrow(embed_batches, spark_columns(schema.EMBEDDINGS), profile=profile)


def _embed_batches(
    batches: Iterable[pa.RecordBatch], *, settings: EncoderSettings, identity: str
) -> Iterator[pa.RecordBatch]:
    with ExitStack() as task:
        model: Encoder | None = None
        for table in buffers(batches):
            if model is None:  # a task without texts loads none
                model = task.enter_context(at_work(settings))
                _check_identity(model, settings, identity)
            encoded = model.encode(table.column("text").to_pylist(), partial(count, unit="texts"))
            yield _rows(table.column("text_hash"), encoded, identity)


def _check_identity(model: Encoder, settings: EncoderSettings, identity: str) -> None:
    if model.identity != identity:
        raise ModelError(
            f"embedding model {settings.model!r}: expected {identity}, as on the driver, "
            f"got {model.identity} on a worker: install the same model everywhere"
        )


def _rows(text_hash: pa.ChunkedArray, encoded: Encoded, identity: str) -> pa.RecordBatch:
    n, width = encoded.vectors.shape
    offsets = pa.array(np.arange(n + 1, dtype=np.int32) * width)
    columns = [
        pa.array([identity], pa.string()).take(pa.array(np.zeros(n, dtype=np.int32))),
        pa.array(text_hash.to_pylist(), pa.string()),
        pa.array(encoded.n_tokens),
        pa.array(encoded.truncated),
        pa.array(encoded.unreadable),
        pa.ListArray.from_arrays(offsets, pa.array(encoded.vectors.ravel())),
    ]
    return pa.RecordBatch.from_arrays(columns, names=schema.EMBEDDINGS.names)

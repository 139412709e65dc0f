"""Pairs of answers → what an inference (NLI) cross-encoder of the user says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.conflict.inference import Aligned, Opinion, aligned_parts, posed, with_opinion
from ftq_spark.models.nli import CrossEncoder, cross_encoder
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FLOOR = 0.02  # a pair that scores less without a model cannot come to 0.5 with one
BUFFER_PAIRS = 1_024
_TEXTS = ("left_question", "left_response", "right_question", "right_response")


def hear(scored: DataFrame, questions: DataFrame, model: str, n_partitions: int) -> DataFrame:
    """DataFrame[schema.CONTRADICTIONS]: `scored` pairs with what the model in the folder `model` says of them.

    `questions` has example_id (a name of transforms/naming.py), question, response. Probabilities are rounded to four
    digits; they are equal between runs up to the rounding of float32 arithmetic, not to the bit: write the result
    before any shuffle.

    Raises:
        ModelError: from a worker, where the model is missing, no NLI model, or not safe to load.
    """
    texts = questions.select("example_id", "question", "response")
    names = {f"{side}_name": F.col(f"{side}_place.example_id") for side in ("left", "right")}
    joined = (
        scored.withColumns(names)
        .join(texts.toDF("left_name", "left_question", "left_response"), "left_name")
        .join(texts.toDF("right_name", "right_question", "right_response"), "right_name")
        .repartition(n_partitions, "left_name", "right_name")
    )
    return joined.mapInArrow(partial(_hear_batches, model=model), spark_columns(schema.CONTRADICTIONS))


def _hear_batches(batches: Iterable[pa.RecordBatch], *, model: str) -> Iterator[pa.RecordBatch]:
    held: list[dict[str, Any]] = []
    for batch in batches:
        held += batch.to_pylist()
        while len(held) >= BUFFER_PAIRS:
            yield from _heard(held[:BUFFER_PAIRS], cross_encoder(model))
            held = held[BUFFER_PAIRS:]
    if held:
        yield from _heard(held, cross_encoder(model))


def _heard(rows: list[dict[str, Any]], model: CrossEncoder) -> list[pa.RecordBatch]:
    asked = [(row, aligned_parts(*(row[name] for name in _TEXTS))) for row in rows]
    sides = [
        (posed(row["left_question"], part.left), posed(row["right_question"], part.right))
        for row, parts in asked
        for part in parts
    ]
    both = model.predict([*sides, *((right, left) for left, right in sides)])
    mean = ((both[: len(sides)] + both[len(sides) :]) / 2).round(4)
    start = 0
    for row, parts in asked:
        if parts:
            opinion = _opinion(parts, mean[start : start + len(parts)])
            row["score"], row["kind"], row["evidence"] = with_opinion(
                row["score"], row["kind"], row["evidence"], opinion
            )
            start += len(parts)
    found: list[pa.RecordBatch] = pa.Table.from_pylist(rows, schema=schema.CONTRADICTIONS).to_batches()
    return found


def _opinion(parts: Sequence[Aligned], probabilities: NDArray[np.float64]) -> Opinion:
    contradiction, entailment = probabilities.T
    return Opinion(float(contradiction.max()), float(entailment.max()), parts[int(contradiction.argmax())])

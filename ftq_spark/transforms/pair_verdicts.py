"""What a judge or a reviewer says of a pair, put into the measured pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.conflict.calibration import Calibration, features, probabilities
from ftq_spark.spark import frames
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

JUDGED = frames.texts("left_id", "right_id", "verdict", "left_quote", "right_quote")
CONFIRMED_SCORE = 0.95  # at least, of a pair that was judged a contradiction

_PROBABILITIES = pa.schema([("left_id", pa.string()), ("right_id", pa.string()), ("probability", pa.float64())])


def apply(contradictions: DataFrame, verdicts: DataFrame, kind: str) -> DataFrame:
    """DataFrame[schema.CONTRADICTIONS] without the pairs judged ``compatible``.

    `verdicts` has :data:`JUDGED`, each pair once. A pair judged ``contradict`` scores :data:`CONFIRMED_SCORE` at
    least and has evidence of that `kind` where there are quotes; any other verdict changes nothing.
    """
    found = contradictions.join(F.broadcast(verdicts), ["left_id", "right_id"], "left")
    confirmed = F.coalesce(F.col("verdict") == "contradict", F.lit(False))
    quotes = F.struct(
        F.col("left_quote").alias("left_text"), F.col("right_quote").alias("right_text"), F.lit(kind).alias("kind")
    )
    said = F.concat(F.coalesce("evidence", F.array().cast(schema.ddl_type(schema.EVIDENCE))), F.array(quotes))
    changed = {
        "score": F.when(confirmed, F.greatest("score", F.lit(CONFIRMED_SCORE))).otherwise(F.col("score")),
        "evidence": F.when(confirmed & F.col("left_quote").isNotNull(), said).otherwise(F.col("evidence")),
        "kind": F.when(confirmed & (F.col("kind") == "none"), kind).otherwise(F.col("kind")),
    }
    kept = found.where(F.coalesce(F.col("verdict") != "compatible", F.lit(True)))
    return kept.withColumns(changed).select(*schema.CONTRADICTIONS.names)


def of_reviewers(contradictions: DataFrame, examples: DataFrame, labels: DataFrame) -> DataFrame:
    """:data:`JUDGED` of the measured pairs that reviewers have settled, found by content in any shard or run.

    `labels` has first, second (content hashes, sorted) and verdict (conflict, compatible).
    """
    hashes = examples.select("example_id", "content_hash")
    sides = (
        contradictions.select("left_id", "right_id")
        .join(hashes.toDF("left_id", "left_hash"), "left_id")
        .join(hashes.toDF("right_id", "right_hash"), "right_id")
        .withColumns({"first": F.least("left_hash", "right_hash"), "second": F.greatest("left_hash", "right_hash")})
    )
    verdict = F.when(F.col("verdict") == "conflict", "contradict").otherwise("compatible")
    no_quote = F.lit(None).cast("string")
    return sides.join(F.broadcast(labels), ["first", "second"]).select(
        "left_id", "right_id", verdict.alias("verdict"), no_quote.alias("left_quote"), no_quote.alias("right_quote")
    )


def probability(contradictions: DataFrame, calibration: Calibration) -> DataFrame:
    """DataFrame[left_id, right_id, probability]: that reviewers would call the pair a conflict."""

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = probabilities(calibration, features(batch.select(measured).to_pylist()))
            ids = [batch.column(name) for name in ("left_id", "right_id")]
            yield pa.RecordBatch.from_arrays([*ids, pa.array(found)], ["left_id", "right_id", "probability"])

    measured = ["score", "prompt_similarity", "kind", "evidence"]
    return contradictions.mapInArrow(run, spark_columns(_PROBABILITIES))

"""Rows of preference data that oppose each other about the very same prompt: one shuffle, of those rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.exchanges.preferences import oppositions
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_SHOWN_CHARS = 300  # of an answer, as evidence
_CONTENT = "trim(regexp_replace(m.content, '\\\\s+', ' ')) as content"
# The turns that were judged: as many of the preferred side as there are on the other, the last one of a labelled row.
_N_JUDGED = "greatest(coalesce(size(rejected), 1), 1)"
_ASKED = f"slice(messages, 1, greatest(size(messages) - {_N_JUDGED}, 0))"
_JUDGED = f"slice(messages, greatest(size(messages) - {_N_JUDGED}, 0) + 1, {_N_JUDGED})"


def opposed(examples: DataFrame) -> DataFrame:
    """DataFrame[schema.CONTRADICTIONS] of kinds label and preference: see kernels/exchanges/preferences.py; lazy.

    Texts are the same up to white space; score and prompt_similarity are 1.
    """
    judged = examples.where(F.col("label").isNotNull() | (F.size("rejected") > 0))
    rows = judged.select(
        F.sha2(F.concat_ws("\0", "context_hash", F.to_json(F.expr(_turns(_ASKED)))), 256).alias("prompt"),
        F.struct(
            F.struct("source", "row", "example_id").alias("place"),
            _key(_JUDGED).alias("answer"),
            F.when(F.size("rejected") > 0, _key("rejected")).alias("rejected"),
            "label",
            F.expr(f"substring({schema.VIEWS['response']}, 1, {_SHOWN_CHARS})").alias("shown"),
        ).alias("said"),
    )
    groups = rows.groupBy("prompt").agg(F.sort_array(F.collect_list("said")).alias("said")).where(F.size("said") > 1)
    return groups.select("said").mapInArrow(_opposed, spark_columns(schema.CONTRADICTIONS))


def _turns(messages: str) -> str:
    return f"transform({messages}, m -> struct(m.role, {_CONTENT}, m.tool_calls, m.reasoning, m.parts))"


def _key(messages: str) -> Column:
    return F.sha2(F.to_json(F.expr(_turns(messages))), 256)


def _opposed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        found = []
        for said in batch.column("said").to_pylist():
            answers, rejected, labels = ([item[name] for item in said] for name in ("answer", "rejected", "label"))
            for left, right, kind in oppositions(answers, rejected, labels):
                one, other = said[left], said[right]
                evidence = {"left_text": one["shown"], "right_text": other["shown"], "kind": kind}
                found.append(
                    {
                        **{
                            f"{side}_id": item["place"]["example_id"]
                            for side, item in (("left", one), ("right", other))
                        },
                        "prompt_similarity": 1.0,
                        "left_place": one["place"],
                        "right_place": other["place"],
                        "score": 1.0,
                        "kind": kind,
                        "evidence": [evidence],
                        "left_turn": None,
                        "right_turn": None,
                    }
                )
        if found:
            yield pa.RecordBatch.from_pylist(found, schema=schema.CONTRADICTIONS)

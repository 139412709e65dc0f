"""Which of several duplicates the settings prefer, as the stages that compare and that settle both need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftq_spark.spark import frames
from ftq_spark.stages.context import Context
from ftq_spark.stages.rating import measured
from ftq_spark.transforms import judge, precedence

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEEPING = {"keep", "priority", "remove_only_from", "protected"}


def preference(context: Context) -> Any:
    """The settings behind :func:`priorities`."""
    dedup = context.settings.dedup
    by_quality = context.settings.score.model_dump(include={"weights", "curves"}) if dedup.keep == "best" else None
    return [dedup.model_dump(include=KEEPING), dedup.protected_names(), by_quality]


def preceded(context: Context, examples: DataFrame) -> DataFrame:
    """`examples` with what :func:`ftq_spark.transforms.precedence.preceded` says of them."""
    names = context.settings.dedup.protected_names()
    protected = frames.of_rows(context.spark, [(name,) for name in names], frames.texts("name")) if names else None
    return precedence.preceded(examples, context.settings.dedup, protected)


def priorities(context: Context, named: DataFrame) -> DataFrame:
    """example_id and priority of those of this run's examples and of former ones that `named` (example_id) has."""
    columns = ("example_id", "content_hash", "dataset", "source", "row")
    examples = context.compared.select(*columns).join(named, "example_id", "left_semi")
    if context.settings.dedup.keep == "best":
        judged = judge.judge(
            measured(context).join(named, "example_id", "left_semi"), context.settings.score, break_ties=True
        )
        return precedence.by_quality(preceded(context, examples), judged)
    sources = [row["source"] for row in examples.select("source").distinct().collect()]
    return precedence.by_place(preceded(context, examples), sources)

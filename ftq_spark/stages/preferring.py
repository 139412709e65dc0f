"""Which of several duplicates the settings prefer, as the stages that compare and that settle both need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftq_spark.stages.job import Job
from ftq_spark.transforms import judge, precedence

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEEPING = {"keep", "priority", "remove_only_from", "protected"}


def preference(job: Job) -> Any:
    """The settings behind :func:`priorities`."""
    dedup = job.settings.dedup
    by_quality = job.settings.score.weights if dedup.keep == "best" else None
    return [dedup.model_dump(include=KEEPING), dedup.protected_names(), by_quality]


def preceded(job: Job, examples: DataFrame) -> DataFrame:
    """`examples` with what :func:`ftq_spark.transforms.precedence.preceded` says of them."""
    names = job.settings.dedup.protected_names()
    protected = job.spark.createDataFrame([(name,) for name in names], "name string") if names else None
    return precedence.preceded(examples, job.settings.dedup, protected)


def priorities(job: Job) -> DataFrame:
    """example_id and priority of this run's examples and of former ones."""
    columns = ("example_id", "content_hash", "dataset", "source", "row")
    examples = job.compared.select(*columns)
    if job.settings.dedup.keep == "best":
        judged = judge.judge(job.table("signals"), job.settings.score, break_ties=True)
        return precedence.by_quality(preceded(job, examples), judged)
    sources = [row["source"] for row in examples.select("source").distinct().collect()]
    return precedence.by_place(preceded(job, examples), sources)

"""The stage rate: what models of the user's make of every answer, in parts that outlive an attempt ended half way."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark.models.rater import check_rater, rater_identity
from ftq_spark.settings import Rater
from ftq_spark.spark import gpus
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import rate

if TYPE_CHECKING:
    from collections.abc import Collection

# A part is some minutes of work for every slot, so that what a killed attempt loses is little beside what it keeps.
_ANSWERS_A_TASK = 512
_ANSWERS_WORTH_A_MODEL = 32  # importing and loading a model takes a worker about as long as rating so many


def run_rate(context: Context, directory: str) -> Written:
    """Table `ratings`; what earlier attempts rated with the same model is taken over."""
    raters = context.settings.score.raters
    if not raters:
        return Written({"ratings": directory}, context.write_empty(rate.RATINGS, directory))
    found = gpus.for_embedding(context.spark, context.settings.execution, "torch")
    n_answers = context.write(rate.answers(context.table("examples")), f"{directory}/answers")
    context.run.discard(f"{directory}/answers")
    identities = {name: rater_identity(name, rater) for name, rater in raters.items()}
    earlier = [frame for frame in (context.earlier("ratings"), *context.kept("rate")) if frame is not None]
    known = reduce(DataFrame.unionByName, earlier) if earlier else None
    parts: list[DataFrame] = []
    for name, rater in raters.items():
        work = rate.Work(name, rater, identities[name], found.profile)
        answers, mine = context.read(f"{directory}/answers"), None
        if known is not None:
            mine = known.where(F.col("model") == work.identity)
            answers = answers.join(mine.select("content_hash"), "content_hash", "left_anti")
        n_tasks = min(found.n_tasks or context.n_partitions, 1 + n_answers // _ANSWERS_WORTH_A_MODEL)
        n_parts = 1 + n_answers // (_ANSWERS_A_TASK * n_tasks)
        for number in range(n_parts):
            part = answers.where(F.crc32("content_hash") % n_parts == number)
            place = f"{directory}/{name}-{number}"
            context.keep("rate", place, context.write(rate.rate(part, work, n_tasks), place))
            context.run.discard(place)
            parts.append(context.read(place))
        if mine is not None:
            parts.append(mine.join(context.read(f"{directory}/answers").select("content_hash"), "content_hash", "semi"))
    place = f"{directory}/all"
    n_rows = context.write(reduce(DataFrame.unionByName, parts), place)
    about = {name: {"range": _range(name, rater), "summary": _says(rater)} for name, rater in raters.items()}
    return Written({"ratings": place}, n_rows, {"models": identities, "signals": about})


def measured(context: Context) -> DataFrame:
    """The table `signals`, with what the models of the user's say as further signals."""
    signals = context.table("signals")
    if not context.settings.score.raters:
        return signals
    return rate.with_ratings(signals, context.table("ratings"), context.run.manifest["stages"]["rate"]["models"])


def unrated(context: Context) -> Collection[str]:
    """The tables that nobody asks for where no model rates."""
    return () if context.settings.score.raters else ("ratings",)


def _range(name: str, rater: Rater) -> list[float | None]:
    if rater.label is not None:
        return [0.0, 1.0]
    return [0.0, None] if check_rater(name, rater).generates else [None, None]


def _says(rater: Rater) -> str:
    of = "" if rater.label is None else f", of the label {rater.label}"
    return f"What the model {rater.model.rstrip('/').rsplit('/', 1)[-1]} makes of the answer{of}."


def _rating(context: Context) -> Any:
    raters = context.settings.score.raters
    return {name: rater_identity(name, rater) for name, rater in raters.items()}


RATE = Stage(
    "rate",
    version=1,
    reads=("examples",),
    writes=("ratings",),
    depends=_rating,
    build=run_rate,
)

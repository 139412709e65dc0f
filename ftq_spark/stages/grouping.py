"""The stage that gathers contradicting pairs by what they are about: group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.models.judge import Side, judge_pairs
from ftq_spark.runs import storage
from ftq_spark.spark import frames
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import conflict, earlier, former, pair_verdicts, stances

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ftq_spark.settings import Judge


def run_group(context: Context, directory: str) -> Written:
    """Contradicting pairs as groups of one question each, and where each member stands."""
    tables = {"conflicts": f"{directory}/conflicts", "stances": f"{directory}/stances"}
    settings, examples, measured = context.settings.conflict, context.compared, context.table("contradictions")
    calibration, learnt = context.calibration
    details: dict[str, Any] = {"calibration": learnt}
    if settings.judge is None and not context.run.manifest["stages"]["conflict"]["n_rows"]:
        context.write_empty(schema.STANCES, tables["stances"])
        return Written(tables, context.write_empty(schema.CONFLICTS, tables["conflicts"]), details)
    labels = frames.of_rows(context.spark, context.pair_labels, frames.texts("first", "second", "verdict"))
    reviewed = pair_verdicts.of_reviewers(measured, examples, labels)
    pairs = measured
    if settings.judge is not None:
        unread = measured.join(F.broadcast(reviewed), ["left_id", "right_id"], "left_anti")
        verdicts, details["judge"] = _judged(context, unread, settings.judge)
        pairs = pair_verdicts.apply(pairs, verdicts, "judge")
    pairs = pair_verdicts.apply(pairs, reviewed, "reviewer")
    if calibration.state == "prior":
        grouped = conflict.with_groups(pairs).withColumn("probability", F.lit(None).cast("double"))
    else:
        chances = pair_verdicts.probability(measured, calibration)
        unlikely = chances.where(F.col("probability") < settings.min_probability).join(
            F.broadcast(reviewed), ["left_id", "right_id"], "left_anti"
        )
        likely = pairs.join(unlikely, ["left_id", "right_id"], "left_anti")
        grouped = conflict.with_groups(likely).join(chances, ["left_id", "right_id"])
    frame = former.stored(grouped.withColumn("conflict_group", former.plain(F.col("conflict_group"))))
    n_rows = context.write(frame.select(*schema.CONFLICTS.names), tables["conflicts"])
    context.write(stances.stances(context.read(tables["conflicts"]), _asked(context)), tables["stances"])
    return Written(tables, n_rows, details)


def _asked(context: Context) -> DataFrame:
    """question_units of the last answers and, where such are in conflicts, of earlier ones."""
    asked = conflict.question_units(context.compared)
    if not context.run.manifest["stages"]["conflict"].get("n_earlier"):
        return asked
    return asked.unionByName(earlier.units(context.compared))


def _grouping(context: Context) -> Any:
    judge = context.settings.conflict.judge
    judging = None if judge is None else judge.model_dump(exclude={"api_key_env", "timeout_seconds", "cache"})
    return [judging, context.settings.conflict.min_probability, context.pair_labels, context.calibration]


GROUP = Stage(
    "group",
    version=8,
    reads=("examples", "contradictions"),
    writes=("conflicts", "stances"),
    depends=_grouping,
    build=run_group,
)


def _judged(context: Context, pairs: DataFrame, settings: Judge) -> tuple[DataFrame, dict[str, int]]:
    """What the judge says of the surest pairs; replies of earlier attempts are taken over from the run."""
    texts = _asked(context).select("example_id", "question", "response")
    top = pairs.orderBy(F.desc("score"), "left_id", "right_id").limit(settings.top_n)
    names = [F.col(f"{side}_place.example_id").alias(f"{side}_name") for side in ("left", "right")]
    shown = (
        top.select("left_id", "right_id", "score", *names)
        .join(texts.toDF("left_name", "left_question", "left_response"), "left_name")
        .join(texts.toDF("right_name", "right_question", "right_response"), "right_name")
        .orderBy(F.desc("score"), "left_id", "right_id")
        .collect()
    )
    file = storage.join(context.run.path, "judge_cache.json")
    cache = json.loads(storage.read_text(file)) if settings.cache and storage.exists(file) else {}
    sides = [(Side(row["left_question"], row["left_response"]), Side(row["right_question"], row["right_response"]))
             for row in shown]  # fmt: skip
    judgements, counts = judge_pairs(sides, settings, cache)
    if settings.cache:
        storage.write_text(file, json.dumps(cache))
    rows = [(row["left_id"], row["right_id"], *found) for row, found in zip(shown, judgements, strict=True)]
    return frames.of_rows(context.spark, rows, pair_verdicts.JUDGED), counts

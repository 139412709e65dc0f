"""Answers that look cut, in datasets of which many answers surely are.

A weak sign of a cut, such as prose without an end mark, is mostly wrong where all other answers are whole: people end
lists, titles and messages so. In data that a model's limit of tokens has cut it is right nearly always, and such data
give themselves away by answers that are surely cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.transforms.against import held_against

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

REASON = "likely_truncated"
_SIGN = "truncated"  # the reason of the rules: a note where the sign is weak
MIN_CUT, MIN_SHARE = 8, 0.01  # answers of a dataset that are surely cut, from which its weak signs are believed


def counts() -> dict[str, Column]:
    """What is counted of judged rows to know whether :func:`apply` can find anything."""
    sure, weak = _signs()
    return {"n_cut": F.count_if(sure), "n_likely_cut": F.count_if(weak)}


def apply(judged: DataFrame, examples: DataFrame, verdict: str) -> DataFrame:
    """`judged` with :data:`REASON` for what has a weak sign, where its dataset has many sure ones."""
    sure, weak = _signs()
    signs = judged.select("example_id", sure.alias("sure"), weak.alias("weak"))
    signs = signs.join(examples.select("example_id", "dataset"), "example_id")
    cut_often = signs.groupBy("dataset").agg(F.count("*").alias("n"), F.count_if("sure").alias("n_cut"))
    cut_often = cut_often.where((F.col("n_cut") >= MIN_CUT) & (F.col("n_cut") >= MIN_SHARE * F.col("n")))
    found = signs.where("weak and not sure").join(F.broadcast(cut_often.select("dataset")), "dataset", "left_semi")
    held = held_against(judged, found, REASON, verdict)
    told_by = F.when(F.array_contains("reasons", REASON), F.array_remove("notes", _SIGN)).otherwise(F.col("notes"))
    return held.withColumn("notes", told_by)  # a finding counts once


def _signs() -> tuple[Column, Column]:
    """Whether an answer is surely cut, and whether it looks so."""
    return F.array_contains("reasons", _SIGN), F.array_contains("notes", _SIGN)

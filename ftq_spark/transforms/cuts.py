"""Answers that look cut, in datasets of which many answers surely are.

A weak sign of a cut, such as prose without an end mark, is mostly wrong where all other answers are whole: people end
lists, titles and messages so. In data that a model's limit of tokens has cut it is right nearly always, and such data
give themselves away by answers that are surely cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.transforms.against import held_against

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from ftq_spark.settings import Rule

REASON = "likely_truncated"
_SIGN = "truncated"  # the reason of the rules: a note where the sign is weak
MIN_CUT, MIN_SHARE = 8, 0.01  # answers of a dataset that are surely cut, from which its weak signs are believed


def counts() -> dict[str, Column]:
    """What is counted of judged rows: where either is too few, :func:`apply` finds nothing."""
    return {"n_cut": F.count_if(_named("reasons")), "n_likely_cut": F.count_if(_named("notes"))}


def apply(judged: DataFrame, examples: DataFrame, signals: DataFrame, rules: Sequence[Rule], verdict: str) -> DataFrame:
    """`judged` with :data:`REASON` for a last answer with a weak sign, where its dataset has many with a sure one.

    What is only noted of an earlier answer of a dialogue, or of one that is labelled as bad, stays as it is.
    """
    sure = _crosses(rules, {"review", "drop"}, signals.columns)
    weak = _crosses(rules, {"note"}, signals.columns) & ~sure
    signs = signals.select("example_id", sure.alias("sure"), weak.alias("weak"))
    signs = signs.join(examples.select("example_id", "dataset"), "example_id")
    cut_often = signs.groupBy("dataset").agg(F.count("*").alias("n"), F.count_if("sure").alias("n_cut"))
    cut_often = cut_often.where((F.col("n_cut") >= MIN_CUT) & (F.col("n_cut") >= MIN_SHARE * F.col("n")))
    found = signs.where("weak").join(F.broadcast(cut_often.select("dataset")), "dataset", "left_semi")
    found = found.join(judged.where(_named("notes")).select("example_id"), "example_id", "left_semi")
    held = held_against(judged, found, REASON, verdict)
    told_by = F.when(F.array_contains("reasons", REASON), F.array_remove("notes", _SIGN)).otherwise(F.col("notes"))
    return held.withColumn("notes", told_by)  # a finding counts once


def _named(column: str) -> Column:
    return F.array_contains(column, _SIGN)


def _crosses(rules: Sequence[Rule], strengths: set[str], columns: Sequence[str]) -> Column:
    """Whether a signal crosses the bound of a rule for cuts that has one of the `strengths`."""
    found = F.lit(False)
    for rule in rules:
        name = f"sig_{rule.signal}"
        if rule.reason == _SIGN and rule.verdict in strengths and name in columns:
            value = F.coalesce(name, F.lit(float("nan")))
            crossed = value >= rule.at_least if rule.at_least is not None else value <= F.lit(rule.at_most)
            found = found | (crossed & ~F.isnan(value))
    return found

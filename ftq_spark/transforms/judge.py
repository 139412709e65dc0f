"""Signals → quality and the verdict of the rules: the one place that knows thresholds, with transforms/decide.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.settings import Rule, Score

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


_TIE = 1e-9


def quality(weights: dict[str, float]) -> Column:
    """Weighted mean of signals in [0, 1], a negative weight counting 1 − signal; null signals take no part.

    1.0 where no signal applies: nothing was found against the example.
    """
    total, share = F.lit(0.0), F.lit(0.0)
    for name, weight in weights.items():
        value = F.col(f"sig_{name}")
        good = value if weight > 0 else 1.0 - value
        total = total + F.coalesce(good * abs(weight), F.lit(0.0))
        share = share + F.when(value.isNull(), 0.0).otherwise(abs(weight))
    return F.when(share > 0, total / share).otherwise(F.lit(1.0))


def judge(signals: DataFrame, settings: Score, break_ties: bool) -> DataFrame:
    """One row of schema.JUDGED per example: dropped and doubtful where a rule says drop, or review; nobody decided yet.

    A reason of a rule that is a note stands in `notes`, unless another rule gives it as a reason.

    Where quality decides which of several duplicates stays, `break_ties` lets different contents of equal quality
    differ by up to 1e-9, by their content_hash: which one stays then does not depend on how the files are cut.
    """
    value = quality(settings.weights)
    by_content = F.conv(F.substring("content_hash", 1, 8), 16, 10).cast("double") / 2**32
    shown = value * (1 - _TIE) + _TIE * by_content if break_ties else value
    hits = [(rule, _holds(rule)) for rule in settings.rules]

    def any_of(verdict: str) -> Column:
        return F.array_contains(F.array(F.lit(""), *[F.when(hit, r.verdict) for r, hit in hits]), verdict)

    def codes(noted: bool) -> Column:
        found = [F.when(hit, r.reason) for r, hit in hits if (r.verdict == "note") == noted]
        return F.array_distinct(F.array_compact(F.array(F.lit(None).cast("string"), *found)))

    reasons = codes(noted=False)
    return signals.select(
        "example_id",
        shown.alias("quality"),
        reasons.alias("reasons"),
        F.array_except(codes(noted=True), reasons).alias("notes"),
        F.coalesce(any_of("drop"), F.lit(False)).alias("dropped"),
        F.coalesce(any_of("review"), F.lit(False)).alias("doubtful"),
        (value < settings.min_quality).alias("low_quality"),
        *(F.lit(None).cast("string").alias(name) for name in ("decision", "reviewer")),
    )


def _holds(rule: Rule) -> Column:
    value = F.col(f"sig_{rule.signal}")
    return value >= rule.at_least if rule.at_least is not None else value <= F.lit(rule.at_most)

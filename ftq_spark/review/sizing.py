"""Is this enough data for the goal? The article's table as data, against what the examples are worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ftq_spark.errors import SettingsError
from ftq_spark.review.names import suggestion


class Goal(NamedTuple):
    """A row of the table: how many high-quality examples (``most`` None: no upper end) and what low quality does."""

    title: str
    least: int
    most: int | None
    low_quality_effect: str


GOALS = {
    "style": Goal("Style / format adaptation", 200, 500, "minor format inconsistency"),
    "domain": Goal("Domain vocabulary / tone", 500, 2_000, "poor domain coverage"),
    "task": Goal("New task learning", 1_000, 5_000, "task failure"),
    "knowledge": Goal("Factual knowledge injection", 5_000, 50_000, "hallucination"),
    "alignment": Goal("Full behavioral alignment", 50_000, None, "misaligned behavior"),
}
# Auto-generated data without expert review needs so many times as much.
UNREVIEWED_FACTORS = (5, 10)
# Topics that are named where examples are missing.
MAX_TOPICS = 3


@dataclass(frozen=True)
class DataCounts:
    """What is known about a dataset's size.

    Attributes:
        n_kept: examples with verdict keep.
        topics: topic -> kept examples in it; empty where topics are not known.
        error_rate: interval of the reviewed error rate; None without a review.
        generated: the data are auto-generated.
        reviewed: an expert review passed the error gate.
    """

    n_kept: int
    topics: Mapping[str, int]
    error_rate: tuple[float, float] | None = None
    generated: bool = False
    reviewed: bool = False


def size_report(counts: DataCounts, goal: str) -> dict[str, Any]:
    """Effective size against what the goal needs, as ranges.

    Effective size is kept examples x coverage x (1 - error rate). Coverage is exp(H) / k, the effective number of
    topics (Hill number of order 1) over their number k: 1 where all topics are equally frequent. Both the need and
    the size are ranges; ``enough`` only where the ranges do not overlap, ``borderline`` where they do.

    Raises:
        SettingsError: the goal is unknown.
    """
    if goal not in GOALS:
        raise SettingsError(f"unknown goal '{goal}'{suggestion(goal, GOALS)}")
    row = GOALS[goal]
    factor = UNREVIEWED_FACTORS if counts.generated and not counts.reviewed else (1, 1)
    need_low, need_high = row.least * factor[0], (row.most or row.least) * factor[1]
    coverage = topic_coverage(counts.topics)
    error_low, error_high = counts.error_rate or (0.0, 0.0)
    base = counts.n_kept * (1.0 if coverage is None else coverage)
    effective_low, effective_high = base * (1 - error_high), base * (1 - error_low)
    missing = (max(0.0, need_low - effective_high), max(0.0, need_high - effective_low))
    return {
        "goal": goal,
        "title": row.title,
        "table": {"least": row.least, "most": row.most, "low_quality_effect": row.low_quality_effect},
        "unreviewed_factor": list(factor) if factor != (1, 1) else None,
        "need": {"low": need_low, "high": need_high, "open_ended": row.most is None},
        "n_kept": counts.n_kept,
        "topic_coverage": coverage,
        "n_topics": len(counts.topics) or None,
        "error_rate": None if counts.error_rate is None else {"low": error_low, "high": error_high},
        "effective": {"low": rounded(effective_low), "high": rounded(effective_high)},
        "verdict": _verdict((effective_low, effective_high), (need_low, need_high)),
        "missing": {"low": rounded(missing[0], up=True), "high": rounded(missing[1], up=True)},
        "missing_by_topic": _missing_by_topic(counts, need_low, error_high),
        "notes": _notes(counts, row, coverage),
    }


def topic_coverage(topics: Mapping[str, int]) -> float | None:
    """exp(Shannon entropy) / number of topics, in (0, 1]; None without topics."""
    total = sum(topics.values())
    if not topics or total == 0:
        return None
    shares = [count / total for count in topics.values() if count]
    return math.exp(-sum(share * math.log(share) for share in shares)) / len(topics)


def rounded(value: float, up: bool = False) -> int:
    """To two significant digits, down unless ``up``: the estimate carries no more."""
    whole = math.ceil if up else math.floor
    step = 10 ** max(0, int(math.log10(value)) - 1) if value >= 100 else 1
    return int(whole(value / step) * step)


def _verdict(effective: tuple[float, float], need: tuple[float, float]) -> str:
    if effective[0] >= need[1]:
        return "enough"
    return "too_few" if effective[1] < need[0] else "borderline"


def _missing_by_topic(counts: DataCounts, need: float, error_rate: float) -> list[dict[str, Any]]:
    """Topics that hold least of an even share of the need, and how many examples each lacks."""
    if not counts.topics:
        return []
    share = need / len(counts.topics)
    lacking: list[dict[str, Any]] = [
        {"topic": topic, "n_kept": count, "missing": rounded(share - count * (1 - error_rate), up=True)}
        for topic, count in counts.topics.items()
        if count * (1 - error_rate) < share
    ]
    return sorted(lacking, key=lambda row: (row["n_kept"], row["topic"]))[:MAX_TOPICS]


def _notes(counts: DataCounts, row: Goal, coverage: float | None) -> list[str]:
    notes = [f"low quality means {row.low_quality_effect}"]
    notes.append("the table gives rules of thumb: measure on a held-out task before and after adding data")
    if counts.error_rate is None:
        notes.append("no review yet: the effective size takes every kept example for right")
    if coverage is None:
        notes.append("topics are not known: the effective size takes the examples as evenly spread")
    if counts.generated and not counts.reviewed:
        notes.append("auto-generated without a passed expert review: 5 to 10 times as many examples are needed")
    if row.most is None:
        notes.append("the table sets no upper end for this goal")
    return notes

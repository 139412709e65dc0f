"""Is this enough data for the goal? The article's table as data, against what the examples are worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ftq_spark.errors import SettingsError, suggestion
from ftq_spark.review import ledger
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import check_columns, count_levels, dataset, topic_terms


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
        topics: topic -> kept examples in it, 0 where all were dropped; empty where topics are not known.
        terms: topic -> the words that tell it from the others, where they are known.
        error_rate: interval of the reviewed error rate; None without a review.
        gate: what the error gate said of the review; None without one.
        generated: the data are auto-generated.
    """

    n_kept: int
    topics: Mapping[str, int]
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    error_rate: tuple[float, float] | None = None
    gate: str | None = None
    generated: bool = False

    @property
    def passed(self) -> bool:
        """An expert review passed the error gate."""
        return self.gate == "pass"


@of_any_version
def sizing_command(run: object, goal: str, generated: bool = False, topic: str | None = None) -> dict[str, Any]:
    """Effective size of a run's kept examples against a goal; keys of :func:`size_report`.

    The run remembers how it was asked, so that its report shows the same numbers.

    Args:
        generated: the data are auto-generated.
        topic: column of ``scored`` that holds topics; ``topic`` where the run has it and none is named.
    """
    opened = Run.open(run)
    report = size_report(_data_counts(opened, generated, topic), goal)
    ledger.save_result(opened, "sizing", {"generated": generated, "topic": topic})
    return report


@of_any_version
def sizing_table(run: Run) -> dict[str, Any]:
    """``generated`` and ``topic`` as ``ftq sizing`` was last asked, and its answer for each of the ``goals``."""
    asked = ledger.saved_result(run, "sizing") or {}
    generated, topic = bool(asked.get("generated")), asked.get("topic")
    counts = _data_counts(run, generated, topic)
    return {"generated": generated, "topic": topic, "goals": {goal: size_report(counts, goal) for goal in GOALS}}


def _data_counts(run: Run, generated: bool, topic: str | None) -> DataCounts:
    scored = dataset(run, "scored")
    check_columns(scored, () if topic is None else (topic,))
    terms = topic_terms(run) if topic in (None, "topic") else {}
    column = topic or ("topic" if terms else None)
    levels = count_levels(scored, (column or "dataset", "verdict"))
    names = [name for name in dict.fromkeys([*terms, *(name for name, _ in levels)]) if name] if column else []
    reviewed = _reviewed(run)
    return DataCounts(
        n_kept=sum(size for (_, verdict), size in levels.items() if verdict == "keep"),
        topics={name: levels.get((name, "keep"), 0) for name in names},
        terms=terms,
        error_rate=(reviewed["low"], reviewed["high"]) if reviewed else None,
        gate=reviewed["gate"] if reviewed else None,
        generated=generated,
    )


def _reviewed(run: Run) -> Mapping[str, Any] | None:
    """The last score of the gate's draw, else the largest look at it; of a confined draw the rate is its domain's."""
    last = ledger.saved_result(run, "score")
    if last and last["kind"] == "gate" and last["n"] and not last.get("where"):
        return last
    looks = [look for look in ledger.recorded_looks(run) if look["n"] and look["kind"] == "gate"]
    return max((look for look in looks if not look.get("confined")), key=lambda look: look["n"], default=None)


def size_report(counts: DataCounts, goal: str) -> dict[str, Any]:
    """Effective size against what the goal needs, as ranges.

    Effective size is kept examples x coverage x (1 - error rate). Coverage is exp(H) / k, the effective number of
    topics (Hill number of order 1) over their number k: 1 where all topics are equally frequent. Both the need and
    the size are ranges; the verdict is ``borderline`` where they overlap and ``too_few`` where the size lies below.
    ``enough`` needs a passed review too: without one it is ``enough_if_right``.

    Raises:
        SettingsError: the goal is unknown.
    """
    if goal not in GOALS:
        raise SettingsError(f"unknown goal '{goal}'{suggestion(goal, GOALS)}")
    row = GOALS[goal]
    factor = UNREVIEWED_FACTORS if counts.generated and not counts.passed else (1, 1)
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
        "n_without_topic": counts.n_kept - sum(counts.topics.values()) if counts.topics else None,
        "error_rate": None if counts.error_rate is None else {"low": error_low, "high": error_high},
        "gate": counts.gate,
        "effective": {"low": rounded(effective_low), "high": rounded(effective_high)},
        "verdict": _verdict((effective_low, effective_high), (need_low, need_high), counts.passed),
        "missing": {"low": rounded(missing[0], up=True), "high": rounded(missing[1], up=True)},
        **_missing_by_topic(counts, need_low, error_high),
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


def _verdict(effective: tuple[float, float], need: tuple[float, float], passed: bool) -> str:
    if effective[0] >= need[1]:
        return "enough" if passed else "enough_if_right"
    return "too_few" if effective[1] < need[0] else "borderline"


def _missing_by_topic(counts: DataCounts, need: float, error_rate: float) -> dict[str, Any]:
    """The topics that hold least of an even share of the need, what each lacks, and how many lack any."""
    share = need / max(1, len(counts.topics))
    lacking: list[dict[str, Any]] = [
        {
            "topic": topic,
            "terms": list(counts.terms.get(topic, ())),
            "n_kept": count,
            "missing": rounded(share - count * (1 - error_rate), up=True),
        }
        for topic, count in counts.topics.items()
        if count * (1 - error_rate) < share
    ]
    worst = sorted(lacking, key=lambda row: (row["n_kept"], row["topic"]))[:MAX_TOPICS]
    return {"n_topics_lacking": len(lacking), "missing_by_topic": worst}


def _notes(counts: DataCounts, row: Goal, coverage: float | None) -> list[str]:
    notes = [f"low quality means {row.low_quality_effect}"]
    notes.append("the table gives rules of thumb: measure on a held-out task before and after adding data")
    if counts.error_rate is None:
        notes.append("no review yet: the effective size takes every kept example for right")
    elif not counts.passed:
        low, high = (f"{rate:.1%}" for rate in counts.error_rate)
        why = "failed the error gate" if counts.gate == "fail" else "is inconclusive"
        notes.append(f"the review {why} ({low} to {high} errors): fix them or review on before counting these data in")
    if coverage is None:
        notes.append("coverage was not measured, as the topics are not known: the examples are taken as evenly spread")
    else:
        notes.append("topics are found in the data themselves: what is missing altogether cannot be seen")
    if counts.generated and not counts.passed:
        notes.append("auto-generated without a passed expert review: 5 to 10 times as many examples are needed")
    if row.most is None:
        notes.append("the table sets no upper end for this goal")
    return notes

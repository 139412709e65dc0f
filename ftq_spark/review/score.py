"""From votes to an error rate, the gate, and what the next run should drop."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ftq_spark.kernels.review.error_gate import GateResult, GateSettings, decide, operating_characteristic
from ftq_spark.kernels.review.intervals import (
    Interval,
    Stratum,
    exact_interval,
    finite_population_correction,
    stratified_estimate,
    wilson,
)
from ftq_spark.review.labels import Vote
from ftq_spark.review.routed import ROUTED

# True error rates whose chances are shown.
SHOWN_RATES = (0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15)


@dataclass(frozen=True)
class Judgement:
    """What people together say of one item: ``correct``, ``error``, ``unsure`` or ``disputed``."""

    item_id: str
    outcome: str
    error_type: str
    note: str
    annotators: tuple[str, ...]


def settle(votes: Sequence[Vote]) -> dict[str, Judgement]:
    """One judgement for each item: the majority of *correct* and *error*; a tie is disputed, doubt alone is unsure."""
    by_item: dict[str, list[Vote]] = {}
    for vote in sorted(votes):
        by_item.setdefault(vote.item_id, []).append(vote)
    judged = {}
    for item_id, same in by_item.items():
        labels = Counter(vote.label for vote in same)
        if labels["error"] == labels["correct"]:
            outcome = "disputed" if labels["error"] else "unsure"
        else:
            outcome = "error" if labels["error"] > labels["correct"] else "correct"
        wrong = [vote for vote in same if vote.label == "error"]
        error_type = next((vote.error_type for vote in wrong if vote.error_type), "")
        note = next((vote.note for vote in [*wrong, *same] if vote.note), "")
        judged[item_id] = Judgement(item_id, outcome, error_type, note, tuple(vote.annotator for vote in same))
    return judged


def score_draw(record: Mapping[str, Any], judged: Mapping[str, Judgement], settings: GateSettings) -> dict[str, Any]:
    """Error rate of a draw with intervals, by stratum, and the gate.

    Args:
        record: a draw, see :func:`ftq_spark.review.draw.draw`.
        judged: judgements by item; items that are not of the draw are ignored.
        settings: the gate's; the draw's declared looks take the place of its own.

    Returns:
        JSON values. ``n`` counts the items judged correct or wrong; those unsure, disputed and missing stand apart, and
        so do the ``routed`` ones, which nobody drew at random.
        A pass that would not hold if the unsure and disputed items were wrong is inconclusive.
    """
    settings = replace(settings, looks=tuple(record["looks"]))
    record, routed = _at_random(record)
    strata, outcomes = _tally(record, judged)
    n, errors = outcomes["correct"] + outcomes["error"], outcomes["error"]
    rate, interval, result, n_effective = _estimate(record, list(strata.values()), settings, worst=False)
    notes = []
    if record["allocation"] == "targeted":
        result = GateResult("inconclusive", 0.0, 1.0, None)
        notes.append("these items were chosen for their difficulty: they are no measure of the data")
    elif _hangs_on_doubt(record, strata, settings, result):
        result = result._replace(gate="inconclusive")
        notes.append("the gate passes only if the unsure and disputed items are right: settle them first")
    if outcomes["missing"]:
        notes.append(
            f"{outcomes['missing']} of {record['n']} drawn items have no verdict: the rate is that of the rest"
        )
    score_interval = wilson(rate * n_effective, n_effective) if n else Interval(0.0, 1.0)
    return {
        "n": n,
        "errors": errors,
        "error_rate": rate if n else None,
        "low": interval.low,
        "high": interval.high,
        "gate": result.gate,
        "next_n": result.next_n,
        "mode": settings.mode,
        "max_error_rate": settings.max_error_rate,
        "one_sided": {"low": result.low, "high": result.high, "confidence": 1 - settings.alpha},
        "wilson": {"low": score_interval.low, "high": score_interval.high},
        "n_effective": n_effective,
        "population": record["population"],
        "finite_population_correction": finite_population_correction(n, record["population"]) if n else 1.0,
        **{f"n_{name}": outcomes[name] for name in ("unsure", "disputed", "missing")},
        "routed": _outcomes(routed, judged) if routed else None,
        "by_stratum": {name: _stratum_score(row) for name, row in strata.items()},
        "error_types": _error_types(record, judged),
        "operating_characteristic": [
            {
                "true_rate": chance.rate,
                "pass": chance.passed,
                "fail": chance.failed,
                "inconclusive": chance.inconclusive,
            }
            for chance in (operating_characteristic(n, SHOWN_RATES, settings) if n else [])
        ],
        "notes": notes,
    }


def _at_random(record: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The record without what was routed to reviewers rather than drawn, and the ids of that."""
    routed = {row["stratum"]: row["population"] for row in record["strata"] if row["group"] == ROUTED}
    items = [item for item in record["items"] if item["stratum"] not in routed]
    strata = [row for row in record["strata"] if row["stratum"] not in routed]
    population = record["population"] - sum(routed.values())
    ids = [item["example_id"] for item in record["items"] if item["stratum"] in routed]
    return {**record, "items": items, "strata": strata, "n": len(items), "population": population}, ids


def _outcomes(ids: Sequence[str], judged: Mapping[str, Judgement]) -> dict[str, int]:
    counts = Counter(judged[item].outcome if item in judged else "missing" for item in ids)
    return {"n": len(ids), **{name: counts[name] for name in ("correct", "error", "unsure", "disputed", "missing")}}


def _tally(
    record: Mapping[str, Any], judged: Mapping[str, Judgement]
) -> tuple[dict[str, dict[str, Any]], Counter[str]]:
    """The draw's strata with what was judged in each, and how often each outcome came."""
    strata = {row["stratum"]: dict(row, errors=0, n=0, unsettled=0, missing=0) for row in record["strata"]}
    outcomes: Counter[str] = Counter()
    for item in record["items"]:
        row, judgement = strata[item["stratum"]], judged.get(item["example_id"])
        outcome = judgement.outcome if judgement else "missing"
        outcomes[outcome] += 1
        row["errors"] += outcome == "error"
        row["n"] += outcome in ("correct", "error")
        row["unsettled"] += outcome in ("unsure", "disputed")
        row["missing"] += outcome == "missing"
    return strata, outcomes


def _hangs_on_doubt(
    record: Mapping[str, Any], strata: Mapping[str, Mapping[str, Any]], settings: GateSettings, result: GateResult
) -> bool:
    """Whether a strict pass would be none, were every unsure and disputed item wrong."""
    if result.gate != "pass" or settings.mode != "strict" or not any(row["unsettled"] for row in strata.values()):
        return False
    return _estimate(record, list(strata.values()), settings, worst=True)[2].gate != "pass"


def _estimate(
    record: Mapping[str, Any], strata: Sequence[Mapping[str, Any]], settings: GateSettings, worst: bool
) -> tuple[float, Interval, GateResult, float]:
    """Rate, two-sided interval, gate and effective size; ``worst`` counts every unsettled item as an error."""
    counts = [
        Stratum(row["population"], row["n"] + worst * row["unsettled"], row["errors"] + worst * row["unsettled"])
        for row in strata
    ]
    n, errors = sum(count.n for count in counts), sum(count.errors for count in counts)
    if n == 0:
        return 0.0, Interval(0.0, 1.0), decide(0, 0, settings), 0.0
    if record["allocation"] in ("proportional", "targeted"):
        # Every example was as likely as any other; strata can only narrow the interval, which stays exact so.
        population = max(record["population"], n)
        interval = exact_interval(errors, n, population=population)
        return errors / n, interval, decide(errors, n, settings, population), float(n)
    groups: dict[str, Stratum] = {}
    for row, count in zip(strata, counts, strict=True):
        known = groups.get(row["group"], Stratum(0, 0, 0))
        groups[row["group"]] = Stratum(
            known.population + count.population, known.n + count.n, known.errors + count.errors
        )
    estimate = stratified_estimate(list(groups.values()))
    effective = estimate.rate * estimate.n_effective
    interval = exact_interval(effective, estimate.n_effective)
    result = decide(effective, estimate.n_effective, settings)
    if result.next_n is not None and not settings.looks:
        # The next size, of a simple draw, in examples of this draw.
        result = result._replace(next_n=max(n + 1, round(result.next_n * n / estimate.n_effective)))
    return estimate.rate, interval, result, estimate.n_effective


def _stratum_score(row: Mapping[str, Any]) -> dict[str, Any]:
    n, errors, population = row["n"], row["errors"], row["population"]
    exact = exact_interval(errors, n, population=max(population, n)) if n else Interval(0.0, 1.0)
    score_interval = wilson(errors, n)
    return {
        "n": n,
        "errors": errors,
        "error_rate": errors / n if n else None,
        "low": exact.low,
        "high": exact.high,
        "wilson": {"low": score_interval.low, "high": score_interval.high},
        "population": population,
        "weight": row["weight"],
        "n_unsettled": row["unsettled"],
        "n_missing": row["missing"],
    }


def _error_types(record: Mapping[str, Any], judged: Mapping[str, Judgement]) -> dict[str, int]:
    found = [judged[item["example_id"]] for item in record["items"] if item["example_id"] in judged]
    types = Counter(judgement.error_type or "(none given)" for judgement in found if judgement.outcome == "error")
    return dict(sorted(types.items(), key=lambda pair: (-pair[1], pair[0])))


def draw_family(record: Mapping[str, Any]) -> str:
    """Name of the draws that contain each other: the same but for their size."""
    parts = [str(record[name]) for name in ("kind", "seed", "allocation", "verdicts", "where")]
    parts += [row["stratum"] for row in record["strata"]]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()


def findings(record: Mapping[str, Any], judged: Mapping[str, Judgement]) -> list[dict[str, Any]]:
    """What the next run should do: drop what people found wrong, show people again what they do not agree on."""
    verdicts = {"error": "drop", "disputed": "review", "unsure": "review"}
    drawn = {item["example_id"] for item in record["items"]}
    return [
        {
            "example_id": item_id,
            "verdict": verdicts[judgement.outcome],
            "error_type": judgement.error_type,
            "note": judgement.note,
            "annotators": list(judgement.annotators),
            "draw_id": record["draw_id"],
        }
        for item_id, judgement in sorted(judged.items())
        if item_id in drawn and judgement.outcome in verdicts
    ]

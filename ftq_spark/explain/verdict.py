"""How a verdict came about: the parts of the quality, the rules that hit, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ftq_spark.kernels.exchanges.dialogue import Finding
from ftq_spark.settings import Rule, Score, Settings
from ftq_spark.signals import of_each_call, terms
from ftq_spark.signals.catalogue.tools import CODES

Row = dict[str, Any]
# Reasons that are found of a dataset or file, and what says how strong they are.
_OF_OTHERS = {
    "answers_displaced": "score.displaced_verdict",
    "likely_truncated": "score.likely_truncated_verdict",
}


def quality_parts(measured: Mapping[str, float | None], score: Score) -> list[Row]:
    """What each weighted signal adds to the quality, and what it could add at most; terms that are not left out.

    Keys: signal, value (None where the signal does not apply, and its curve says what that counts), weight, part (the
    parts add up to the quality), most. By what is lost against the most, the greatest loss first.
    """
    values = {name: np.array([measured.get(name)], dtype=np.float64) for name in score.weights}
    found = terms(values, score.weights, score.curves)
    total = found.total()[0] if score.weights else 0.0
    parts = []
    for name, (good,) in found.good.items():
        if not np.isnan(good) and found.weights[name]:
            most = found.weights[name] / float(total)
            parts.append({"signal": name, "value": measured.get(name), "weight": score.weights[name],
                          "part": float(good) * most, "most": most})  # fmt: skip
    return sorted(parts, key=lambda part: (part["part"] - part["most"], part["signal"]))


def without_earlier(
    signals: Mapping[str, float | None], row: Mapping[str, Any], calls: Sequence[Finding], score: Score
) -> Mapping[str, float | None]:
    """`signals` as rules that review or drop read them: faults of earlier calls of a dialogue are of their answers.

    `calls` is what is found in the row's calls.
    """
    earlier = {(item["turn"], item["code"]) for item in row.get("turn_findings") or ()}
    strict = of_each_call(rule.signal for rule in score.rules if rule.verdict != "note")
    if not earlier or not strict:
        return signals
    found = [(call.turn, call.code) for call in calls]
    own = dict(signals)
    for name in strict:
        if (value := signals.get(name)) is not None:
            own[name] = value - sum(one in earlier and one[1] == CODES[name] for one in found)
    return own


def rule_hits(signals: Mapping[str, float | None], score: Score) -> list[Row]:
    """The rules whose bound the example crosses.

    Keys: reason, verdict, signal, value, bound, above (the bound is hit at or over it), by (how far the value lies
    beyond the bound, 0 at it).
    """
    hits = []
    for rule in score.rules:
        value = signals.get(rule.signal)
        if value is not None and _holds(rule, value):
            above = rule.at_least is not None
            bound = rule.at_least if rule.at_least is not None else rule.at_most or 0.0
            by = abs(value - bound)
            hits.append({"reason": rule.reason, "verdict": rule.verdict, "signal": rule.signal, "value": value,
                         "bound": bound, "above": above, "by": by})  # fmt: skip
    return hits


def _holds(rule: Rule, value: float) -> bool:
    return value >= rule.at_least if rule.at_least is not None else value <= (rule.at_most or 0.0)


def changes(row: Mapping[str, Any], hits: list[Row], parts: list[Row], settings: Settings) -> list[str]:
    """What would have to be otherwise for another verdict, a sentence each; where several stand, all of them."""
    if row.get("decided_by") == "reviewer":
        who = row.get("reviewer") or "A reviewer"
        return [f"{who} decided it: only another decision changes it (ftq review decide)."]
    found = []
    for hit in hits:
        if hit["verdict"] != "note" and row["verdict"] != "keep":
            side = "below" if hit["above"] else "over"
            value = f"{hit['signal']} {side} {hit['bound']:g} (it is {hit['value']:.3g})"
            found.append(f"{value}, or rule {hit['reason']} moved.")
    found += [f"{_OF_OTHERS[reason]}: note ({reason})." for reason in row.get("reasons") or () if reason in _OF_OTHERS]
    if row["duplicate_of"]:
        similarity, kind = row["duplicate_similarity"], row["duplicate_kind"]
        limit = {"near": settings.dedup.near.threshold, "semantic": settings.dedup.semantic.threshold}.get(kind)
        bound = f", dedup.{kind}.threshold over {similarity:.3f} (it is {limit:g})" if limit and similarity < 1 else ""
        found.append(f"{row['duplicate_of'][:8]} absent, which it repeats{bound}.")
    if row["conflicts_with"]:
        ids = ", ".join(name[:8] for name in row["conflicts_with"][:5])
        found.append(f"Its conflict with {ids} settled: ftq review decide RUN --keep ID --drop ID.")
    gap = settings.score.min_quality - (row["quality"] if row["quality"] is not None else 1.0)
    if gap > 0:
        room = sorted(parts, key=lambda part: part["part"] - part["most"])[:2]
        most = " and ".join(f"{part['signal']} ({part['most'] - part['part']:.2f} to win)" for part in room)
        bound = f"score.min_quality at most {row['quality']:.3f}"
        found.append(f"Quality higher by {gap:.3f}, most of all by {most}; or {bound}.")
    elif row["verdict"] == "keep":
        found.append(f"Kept: quality lies {-gap:.3f} over score.min_quality, and no rule's bound is crossed.")
    return found

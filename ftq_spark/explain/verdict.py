"""How a verdict came about: the parts of the quality, the rules that hit, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftq_spark.settings import Rule, Score, Settings

Row = dict[str, Any]


def quality_parts(signals: Mapping[str, float | None], weights: Mapping[str, float]) -> list[Row]:
    """What each weighted signal adds to the quality, and what it could add at most; signals that apply, by weight.

    Keys: signal, value, weight, part (the parts add up to the quality), most.
    """
    applied = {name: weight for name, weight in weights.items() if weight and signals.get(name) is not None}
    total = sum(abs(weight) for weight in applied.values())
    parts = []
    for name, weight in sorted(applied.items(), key=lambda item: (-abs(item[1]), item[0])):
        value = signals[name] or 0.0
        good = value if weight > 0 else 1.0 - value
        share = abs(weight) / total
        parts.append({"signal": name, "value": value, "weight": weight, "part": good * share, "most": share})
    return parts


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

"""How often the default rules are right, from hits that people have read: figures of the package, not of the run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from ftq_spark.kernels.review.intervals import wilson
from ftq_spark.settings import Rule
from ftq_spark.signals import DEFAULT_RULES

Row = dict[str, Any]


def measured(rules: Sequence[Rule]) -> dict[str, Row]:
    """Of each reason of `rules` what was read of the default rule: n, right, n_datasets, low and high (Wilson, 95%).

    `as_read` is whether the rules that give the reason are those that were read, bound for bound. Reasons of which
    no hit was read have no entry.
    """
    read = _read()
    own, usual = _by_reason(rules), _by_reason([Rule(**rule._asdict()) for rule in DEFAULT_RULES])
    return {
        reason: {**read[reason], "as_read": own[reason] == usual.get(reason)}
        for reason in sorted(own)
        if reason in read
    }


def _by_reason(rules: Sequence[Rule]) -> dict[str, set[tuple[Any, ...]]]:
    found: dict[str, set[tuple[Any, ...]]] = {}
    for rule in rules:
        found.setdefault(rule.reason, set()).add((rule.signal, rule.at_least, rule.at_most))
    return found


@cache
def _read() -> dict[str, Row]:
    text = files("ftq_spark.report").joinpath("rule_precision.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    found = {}
    for row in rows:
        right, n = int(row["right"]), int(row["n"])
        low, high = wilson(right, n)
        found[row["reason"]] = {"n": n, "right": right, "n_datasets": int(row["datasets"]), "low": low, "high": high}
    return found

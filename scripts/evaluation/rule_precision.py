"""How often each default rule is right, from hits that people have read.

    scripts/evaluate rule_precision
    scripts/evaluate rule_precision --write    the figures that the package shows: ftq_spark/report/rule_precision.csv

The hits stand in rule_hits.csv: the dataset, its row, the rule, whether the rule was right (1) or wrong (0), and why;
no text of any dataset. A rule that drops needs a precision of 0.95, one that sends to review 0.80; any other is a note.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from ftq_spark.kernels.review.intervals import wilson
from ftq_spark.signals import DEFAULT_RULES

HITS = Path(__file__).with_name("rule_hits.csv")
PACKAGED = HITS.parents[2] / "ftq_spark" / "report" / "rule_precision.csv"
NEEDED = {"drop": 0.95, "review": 0.80, "note": 0.0}


def strengths() -> dict[str, str]:
    """The strongest verdict that the defaults give with each reason."""
    found: dict[str, str] = {}
    for rule in DEFAULT_RULES:
        found[rule.reason] = max(found.get(rule.reason, "note"), rule.verdict, key=list(reversed(NEEDED)).index)
    return found


def hits() -> dict[str, dict[str, list[int]]]:
    """Right (1) or wrong (0) of each hit that was read, by rule and dataset."""
    read: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    with HITS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            read[row["rule"]][row["dataset"]].append(int(row["right"]))
    return read


def packaged() -> str:
    """The figures of each rule as the package holds them."""
    lines = [
        "# Hits of the default rules that people have read, and how many were right. From",
        "# scripts/evaluation/rule_hits.csv, by ./scripts/evaluate rule_precision --write.",
        "reason,n,right,datasets",
    ]
    for reason, datasets in sorted(hits().items()):
        right, n = (sum(map(count, datasets.values())) for count in (sum, len))
        lines.append(f"{reason},{n},{right},{len(datasets)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    if sys.argv[1:] == ["--write"]:
        PACKAGED.write_text(packaged(), encoding="utf-8")
        return
    read = hits()
    for reason, strength in strengths().items():
        datasets = read.get(reason, {})
        right, n = (sum(map(count, datasets.values())) for count in (sum, len))
        if not n:
            print(f"{reason:<22} {strength:<7} no hit was found on the sets that were read")
            continue
        low, high = wilson(right, n)
        short = "" if right / n >= NEEDED[strength] else "   below what its strength needs"
        print(f"{reason:<22} {strength:<7} {right:>4} of {n:<4} {right / n:.2f}  [{low:.2f}, {high:.2f}]{short}")
        for dataset, verdicts in sorted(datasets.items()):
            print(f"    {dataset:<24} {sum(verdicts):>4} of {len(verdicts)}")


if __name__ == "__main__":
    main()

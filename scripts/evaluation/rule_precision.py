"""How often each default rule is right, from hits that people have read.

    scripts/evaluate rule_precision            with FTQ_REAL_DATA: also the hits per 1,000 rows of curated sets
    scripts/evaluate rule_precision --sets     the same, each rule set by set too
    scripts/evaluate rule_precision --write    the figures that the package shows: ftq_spark/report/rule_precision.csv

The hits stand in rule_hits.csv: the dataset, its row, the rule, whether the rule was right (1) or wrong (0), whether
the row was held out (1: no rule was tuned on it), and why; no text of any dataset. A rule that drops needs a
precision of 0.95, one that sends to review 0.80; any other is a note.

Wrong hits that rules have been mended for since hit no more, and are not there: these figures flatter. What public sets
that nobody had met showed at first sight, before any rule was mended for them, stands in strangers.csv: a line for each
set and rule, which share a form of text and count once, and its hits. Half A was read with rules as they were, B with
those mended for A, C with those mended for B; D a day later with what C had left, E, F and G each with the rules mended
for the half before it; H another day with what G had left, I with what was mended for H, J with what was mended for I;
K another day with what J had left, L with what was mended for K, M with what was mended for L; N with cuts as they were
fitted to A to J and refusals as notes; P are sets that had been gathered for contradictions and formats, unread by
those who wrote rules, with what N had left; O with strengths by the sign that fired, which had been chosen on all of
these, and nothing was mended for it; Q were gathered and read by one who has written no rule and saw no code, with what
O and P had left; R at the same time for rules that seldom hit and for other ends, what two people read as the one read
it who has written no rule, and as wrong where they differ; S as Q, with what Q and R had left. Of sets with many hits
of one rule ten or twelve were read, of P six and of R four; the rest are of the same make.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from quality_data import columns_of
from signal_data import alpaca

from ftq_spark.kernels.review.intervals import wilson
from ftq_spark.signals import DEFAULT_RULES, MIN_QUALITY, QUALITY_WEIGHTS, holds, measure, quality

HITS = Path(__file__).with_name("rule_hits.csv")
STRANGERS = Path(__file__).with_name("strangers.csv")
PACKAGED = HITS.parents[2] / "ftq_spark" / "report" / "rule_precision.csv"
CURATED = {
    "alpaca_claude_t45": "instruct/alpaca_claude_t45.json.gz",
    "dolly_3k": "instruct/dolly_3k.json.gz",
}
NEWEST = "QRS"  # read at one time
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


def held_out() -> dict[str, list[int]]:
    """Right (1) or wrong (0) of each hit on a row that no rule was tuned on, by rule."""
    found: dict[str, list[int]] = defaultdict(list)
    with HITS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["held_out"] == "1":
                found[row["rule"]].append(int(row["right"]))
    return found


def curated(data: Path) -> None:
    """Print what each rule that drops or sends to review hits per 1,000 rows of sets that somebody has curated."""
    print("\nHits per 1,000 rows of curated sets; no rule may touch more than 10")
    for name, path in CURATED.items():
        columns = columns_of([(asked, asked, answer) for asked, answer in alpaca(data / path)])
        rules = [rule for rule in DEFAULT_RULES if rule.verdict != "note"]
        values = measure(columns, sorted({*QUALITY_WEIGHTS, *(rule.signal for rule in rules)}))
        share = {"low_quality (note)": float((quality(values) < MIN_QUALITY).mean())}
        for reason in dict.fromkeys(rule.reason for rule in rules):
            hit = np.logical_or.reduce([holds(rule, values) for rule in rules if rule.reason == reason])
            share[reason] = float(hit.mean())
        shown = ", ".join(f"{reason} {1000 * s:.2f}" for reason, s in sorted(share.items(), key=lambda x: -x[1]) if s)
        print(f"    {name:<18} {len(columns['response']):>5} rows: {shown}")


def strangers() -> None:
    """Print what was right at first sight, by half and strength and by rule: of hits, and of sets that share a form."""
    with STRANGERS.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    print("\nSets of strangers at first sight: hits, and forms of text of which most hits were right")
    groups = [(name, [x for x in lines if x["strength"] == name]) for name in ("drop", "review")]
    halves = sorted({line["half"] for line in lines})
    for some_halves in (*halves, NEWEST):
        own = [x for x in lines if x["half"] in some_halves]
        groups += [(f"{some_halves}: {name}", [x for x in own if x["strength"] == name]) for name in ("drop", "review")]
    groups += [(rule, [x for x in lines if x["rule"] == rule]) for rule in sorted({x["rule"] for x in lines})]
    for name, some in groups:
        n, right = (sum(int(line[count]) for line in some) for count in ("hits", "right"))
        forms = sum(2 * int(line["right"]) > int(line["hits"]) for line in some)
        low, high = wilson(forms, len(some))
        print(f"    {name:<22} hits {right:>4} of {n:<4} forms {forms:>2} of {len(some):<2} [{low:.2f}, {high:.2f}]")


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
    read, unseen = hits(), held_out()
    for reason, strength in strengths().items():
        datasets = read.get(reason, {})
        right, n = (sum(map(count, datasets.values())) for count in (sum, len))
        if not n:
            print(f"{reason:<22} {strength:<7} no hit was found on the sets that were read")
            continue
        low, high = wilson(right, n)
        new = f"   held out: {sum(unseen[reason])} of {len(unseen[reason])}" if unseen.get(reason) else ""
        short = "" if right / n >= NEEDED[strength] else "   below what its strength needs"
        print(
            f"{reason:<22} {strength:<7} {right:>4} of {n:<4} {right / n:.2f}  [{low:.2f}, {high:.2f}]"
            f"  {len(datasets):>2} sets{new}{short}"
        )
        for dataset, verdicts in sorted(datasets.items()) if sys.argv[1:] == ["--sets"] else ():
            print(f"    {dataset:<24} {sum(verdicts):>4} of {len(verdicts)}")
    strangers()
    if os.environ.get("FTQ_REAL_DATA"):
        curated(Path(os.environ["FTQ_REAL_DATA"]))


if __name__ == "__main__":
    main()

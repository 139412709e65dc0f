"""Answers of the kind that FAQ, policies and product data hold: contradictions told, nothing compatible flagged."""

from __future__ import annotations

import json
from pathlib import Path

from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

ROWS = [json.loads(line) for line in Path(__file__).with_name("support.jsonl").read_text("utf-8").splitlines()]


def flagged(conflict: bool) -> list[bool]:
    rows = [row for row in ROWS if row["conflict"] is conflict]
    columns = ([row[name] for row in rows] for name in ("prompt_a", "response_a", "prompt_b", "response_b"))
    return list(score_pairs(*columns).score >= REVIEW)


def test_most_contradictions_are_told() -> None:
    found = flagged(True)
    assert len(found) == 114
    assert sum(found) >= 88


def test_compatible_answers_are_not_flagged() -> None:
    found = flagged(False)
    assert len(found) == 114
    assert sum(found) == 0

"""What is known of an example as a person reads it."""

from __future__ import annotations

from typing import Any

from ftq_spark.explain import render


def known(**values: Any) -> dict[str, Any]:
    lists = ("reasons", "rules", "conflicts", "within", "contamination", "turns", "changes", "quality_parts")
    return {
        "example_id": "ab" * 16, "source": "a.jsonl", "row": 7, "dataset": "a", "format": "qa", "verdict": "keep",
        "quality": 0.5, "grade": "complete", "prompt": "Why?", "response": "So.", "duplicate_of": None, "others": {},
        "question": None, "stance": None, "signals": {"n_words": 1.0}, **{name: [] for name in lists}, **values,
    }  # fmt: skip


def test_why_comes_first_and_what_was_measured_last() -> None:
    hit = {"reason": "refusal", "verdict": "review", "signal": "refusal", "value": 0.9, "above": True, "bound": 0.5}
    shown = render(known(rules=[{**hit, "by": 0.4}], changes=["One.", "Two."], reasons=["refusal"], decided_by="rule"))
    assert shown.splitlines() == [
        f"{'ab' * 16}  a.jsonl:7  (a, qa)",
        "verdict:  keep  (refusal), decided by rule",
        "rule:     refusal (review): refusal = 0.9, at least 0.5, crossed by 0.4",
        "prompt:   Why?",
        "response: So.",
        "change:   One.",
        "          Two.",
        "quality:  0.500",
        "grade:    complete",
        "signals:",
        "  n_words  1",
    ]


def test_of_many_items_of_an_evaluation_set_the_first_are_named() -> None:
    items = [{"coverage": 0.75, "benchmark": "quiz", "source": "quiz.csv", "row": row} for row in range(7)]
    lines = render(known(contamination=items)).splitlines()
    assert lines[4] == "holds:    75% of an item of quiz, quiz.csv:0"
    assert lines[9] == "          and 2 more"

"""Gates on a summary."""

from __future__ import annotations

from typing import Any

import pytest

from ftq_spark.cli import fail_on
from ftq_spark.errors import SettingsError

SUMMARY: dict[str, Any] = {
    "rows": {"read": 10, "rejected": 0, "keep": 6, "review": 1, "drop": 3},
    "conflicts": {"n": 2},
}
SUMMARY |= {
    "duplicates": {"across_datasets": {"pairs": [{"fraction": 0.0, "fraction_alike": x} for x in (0.02, 0.1)]}},
    "contamination": {"exam": {"item_rate": 0.25}, "unreadable": {"item_rate": None}},
}


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("conflicts", True),
        ("conflicts>2", False),
        ("conflicts >= 2", True),
        ("rejected", False),
        ("drop>0.2", True),
        ("drop>0.3", False),
        ("keep<0.7", True),
        ("review<=0.05", False),
        ("overlap", True),
        ("overlap>0.1", False),
        ("contaminated>=0.25", True),
        ("contaminated>0.25", False),
    ],
)
def test_gate(text: str, fails: bool) -> None:
    assert fail_on.failed(fail_on.parse(text), SUMMARY) is fails


def test_nothing_to_compare_passes() -> None:
    alone = {"duplicates": {"across_datasets": {"pairs": []}}, "contamination": {}}
    assert not any(fail_on.failed(fail_on.parse(text), alone) for text in ("overlap", "contaminated"))


@pytest.mark.parametrize("text", ["", "nothing", "drop>", "drop>1.2.3", "drop=1", "drop > x"])
def test_a_wrong_gate_says_what_is_expected(text: str) -> None:
    with pytest.raises(SettingsError, match="expected a measure"):
        fail_on.parse(text)


def test_what_a_log_gets_is_short() -> None:
    reasons = [{"code": "refusal", "n": 2, "examples": ["a" * 32]}, {"code": "vague", "n": 1, "examples": []}]
    gates = [fail_on.parse("drop>0.2"), fail_on.parse("rejected")]
    assert fail_on.brief({**SUMMARY, "reasons": reasons, "lengths": {}}, "out/a", gates) == {
        "rows": SUMMARY["rows"],
        "reasons": {"refusal": 2, "vague": 1},
        "gates": [
            {"gate": "drop>0.2", "value": 0.3, "failed": True},
            {"gate": "rejected", "value": 0.0, "failed": False},
        ],
        "paths": {
            "run": "out/a", "report.html": "out/a/report.html", "summary.json": "out/a/summary.json",
            "scored": "out/a/scored", "clean": "out/a/clean", "review": "out/a/review", "dropped": "out/a/dropped",
            "rejected": "out/a/rejected",
        },
    }  # fmt: skip

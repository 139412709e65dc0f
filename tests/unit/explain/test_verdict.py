"""How a verdict came about: parts that add up to the quality, bounds that were crossed, and what would change it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.explain.verdict import changes, quality_parts, rule_hits, without_earlier
from ftq_spark.kernels.exchanges.tools import tool_findings
from ftq_spark.settings import Rule, Score, Settings
from ftq_spark.signals.quality import QUALITY_WEIGHTS, quality

SETTINGS = Settings()
_VALUE = st.none() | st.floats(0, 1)


@given(
    st.fixed_dictionaries(dict.fromkeys(QUALITY_WEIGHTS, _VALUE)),
    st.booleans(),
)
def test_the_parts_add_up_to_the_quality(signals: dict[str, float | None], bent: bool) -> None:
    arrays = {name: np.array([np.nan if value is None else value]) for name, value in signals.items()}
    score = SETTINGS.score if bent else SETTINGS.score.model_copy(update={"curves": {}})
    parts = quality_parts(signals, score)
    (expected,) = quality(arrays, score.weights, score.curves)
    if not parts:
        assert not bent and expected == 1
        return
    assert sum(part["part"] for part in parts) == pytest.approx(expected)
    assert sum(part["most"] for part in parts) == pytest.approx(1)
    assert all(-1e-12 <= part["part"] <= part["most"] + 1e-12 for part in parts)
    losses = [part["most"] - part["part"] for part in parts]
    assert losses == sorted(losses, reverse=True)


def test_a_rule_says_which_bound_is_crossed_and_by_how_much() -> None:
    vague = {"reason": "vague", "signal": "substance", "at_most": 0.2, "verdict": "note"}
    rules = [*(rule.model_dump() for rule in SETTINGS.score.rules), vague]
    score = SETTINGS.model_copy(deep=True).score.model_validate({**SETTINGS.score.model_dump(), "rules": rules})
    rising = rule_hits({"refusal": 0.95, "substance": 0.15, "looping": 0.39}, score)
    hits = {hit["reason"]: hit for hit in reversed(rising)}  # of two rules of a reason the first one
    assert set(hits) == {"refusal", "vague"}
    assert (hits["refusal"]["bound"], hits["refusal"]["above"]) == (0.9, True)
    assert hits["refusal"]["by"] == pytest.approx(0.05)
    assert (hits["vague"]["bound"], hits["vague"]["above"]) == (0.2, False)
    assert hits["vague"]["by"] == pytest.approx(0.05)


def test_what_would_change_a_verdict_is_said() -> None:
    row = {"verdict": "drop", "quality": 0.42, "duplicate_of": "ab" * 16, "duplicate_kind": "near",
           "duplicate_similarity": 0.91, "conflicts_with": ["cd" * 16], "decided_by": "rule"}  # fmt: skip
    signals = {"soundness": 0.4, "substance": 0.9, "refusal": 0.95}
    hits, parts = rule_hits(signals, SETTINGS.score), quality_parts(signals, SETTINGS.score)
    found = " ".join(changes(row, hits, parts, SETTINGS))
    for said in ("refusal below 0.9 (it is 0.95)", "abababab absent", "dedup.near.threshold over 0.910",
                 "cdcdcdcd settled", "higher by 0.130, most of all by soundness"):  # fmt: skip
        assert said in found
    likely = changes({**row, "reasons": ["likely_truncated"]}, [], [], SETTINGS)
    assert "score.likely_truncated_verdict: note (likely_truncated)." in likely
    decided = changes({**row, "decided_by": "reviewer", "reviewer": "Ana"}, hits, parts, SETTINGS)
    assert decided == ["Ana decided it: only another decision changes it (ftq review decide)."]
    kept = {**row, "verdict": "keep", "quality": 0.8, "duplicate_of": None, "conflicts_with": []}
    assert changes(kept, [], parts, SETTINGS) == [
        "Kept: quality lies 0.250 over score.min_quality, and no rule's bound is crossed."
    ]


def test_a_fault_in_an_earlier_call_is_no_rule_of_the_example() -> None:
    tools = json.dumps([{"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}])
    call = json.dumps([{"type": "function", "function": {"name": "weather", "arguments": '{"city": 3}'}}])
    said = {"role": "assistant", "content": "", "tool_calls": call, "tool_call_id": None}
    row: dict[str, Any] = {
        "messages": [said, said],
        "tools": tools,
        "turn_findings": [{"turn": 0, "code": "tool_schema"}],
    }
    signals = {"n_tool_schema": 2.0, "refusal": 0.0}
    calls = tool_findings(row["messages"], tools)
    assert without_earlier(signals, row, calls, SETTINGS.score) == signals  # a note
    strict = Score(rules=[Rule(reason="tool_schema", signal="n_tool_schema", at_least=1, verdict="review")])
    assert without_earlier(signals, row, calls, strict) == {"n_tool_schema": 1.0, "refusal": 0.0}
    assert without_earlier(signals, {**row, "turn_findings": None}, calls, strict) == signals

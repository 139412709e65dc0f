"""Dialogues whose last turn is no answer, beside those in which nobody waits for one."""

from __future__ import annotations

import json

import pytest
from rule_verdicts import value


@pytest.mark.parametrize(
    ("name", "high"),
    [
        ("transfer_to_human_agents", 0.5),
        ("transferToHuman", 0.5),
        ("end-call", 0.5),
        ("submit", 0.5),
        ("transfer_money_to_account", 1),
        ("get_weather", 1),
        ("", 1),
    ],
)
def test_a_call_that_hands_over_or_ends_needs_no_answer(name: str, high: float) -> None:
    call = json.dumps([{"type": "function", "function": {"name": name, "arguments": "{}"}}])
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "tool_calls": call}, {"role": "tool"}]
    told = {"tool_dialogue": json.dumps({"messages": turns}), "roles": "user assistant tool"}
    assert value("ends_with_user", "Hi", "", **told) == high
    assert value("ends_with_user", "Hi", "", tool_dialogue="[1]", roles="user assistant tool") == 1

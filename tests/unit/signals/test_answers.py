"""Which signals every answer of a dialogue is asked."""

from __future__ import annotations

from ftq_spark import signals
from ftq_spark.signals import DEFAULT_RULES, of_each_answer


def test_of_the_default_rules_those_that_judge_one_answer() -> None:
    found = of_each_answer(rule.signal for rule in DEFAULT_RULES)
    assert found == sorted(set(found))
    assert {"refusal", "placeholder", "looping", "empty_answer", "truncated_end", "n_pii", "other_speaker"} <= set(
        found
    )
    assert not {"ends_with_user", "n_tool_schema", "preference_identical", "preference_overlap", "substance"} & set(
        found
    )
    assert all({"response", "conversation"} & set(signals.REGISTRY[name].reads) for name in found)

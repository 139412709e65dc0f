"""What a signal and the default rules say of one example."""

from __future__ import annotations

import pyarrow as pa

from ftq_spark.signals import DEFAULT_RULES, holds, measure

_STRENGTHS = ("note", "review", "drop")
UNSURE = {"refusal", "non_answer", "prompt_echo", "truncated", "personal_data"}  # notes that a good answer may be given


def value(signal: str, question: str, answer: str, **others: str) -> float:
    """The value of one signal; `others` are columns to measure, beside or instead of those that follow from the two."""
    columns = _columns(question, answer, **others)
    return float(measure(columns, [signal])[signal][0])


def found(question: str, answer: str, **others: str) -> dict[str, str]:
    """The reasons that the default rules give, each with its strongest verdict; `others` are columns to measure."""
    values = measure(_columns(question, answer, **others))
    rules = [rule for rule in DEFAULT_RULES if rule.signal in values and holds(rule, values)[0]]
    return {rule.reason: rule.verdict for rule in sorted(rules, key=lambda rule: _STRENGTHS.index(rule.verdict))}


def decided(question: str, answer: str, **others: str) -> dict[str, str]:
    """Those for which an example is dropped or sent to review."""
    return {reason: verdict for reason, verdict in found(question, answer, **others).items() if verdict != "note"}


def _columns(question: str, answer: str, **others: str) -> dict[str, pa.Array]:
    columns = {"prompt": question, "question": question, "first_user": question, "response": answer}
    columns |= {"conversation": f"{question}\n\n{answer}", "roles": "user assistant", **others}
    return {name: pa.array([text]) for name, text in columns.items()}

"""What the default rules say of one example."""

from __future__ import annotations

import pyarrow as pa

from ftq_spark.signals import DEFAULT_RULES, holds, measure

_STRENGTHS = ("note", "review", "drop")


def found(question: str, answer: str, **others: str) -> dict[str, str]:
    """The reasons that the default rules give, each with its strongest verdict; `others` are columns to measure."""
    columns = {"prompt": question, "question": question, "first_user": question, "response": answer}
    columns |= {"conversation": f"{question}\n\n{answer}", "roles": "user assistant", **others}
    values = measure({name: pa.array([text]) for name, text in columns.items()})
    rules = [rule for rule in DEFAULT_RULES if rule.signal in values and holds(rule, values)[0]]
    return {rule.reason: rule.verdict for rule in sorted(rules, key=lambda rule: _STRENGTHS.index(rule.verdict))}


def decided(question: str, answer: str, **others: str) -> dict[str, str]:
    """Those for which an example is dropped or sent to review."""
    return {reason: verdict for reason, verdict in found(question, answer, **others).items() if verdict != "note"}

"""Answers to one question that say the same, that go together, and that cannot be told."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.duplicate.relation import COMPATIBLE, SAME, UNCLEAR, relate
from ftq_spark.kernels.duplicate.verdict import Side

CASES = [
    ("Is the pool heated?", "Yes, to 28 degrees.", "Yes, to 28 degrees", SAME),
    ("Is the pool heated?", "Yes.", "Yes, it is.", SAME),
    ("Which river flows through Ulm?", "The Danube.", "The Danube flows through Ulm.", SAME),
    ("Is the pool heated?", "Yes, to 28 degrees.", "Yes, to 26 degrees.", COMPATIBLE),  # both answer what is asked
    ("Is it safe?", "Yes.", "Yes, but only for adults.", COMPATIBLE),
    ("Is it safe?", "Yes.", "No.", UNCLEAR),
    ("Where is the key?", "In the drawer.", "On the hook.", UNCLEAR),
    ("Which drug is tried first?", "Metformin.", "Gliclazide.", UNCLEAR),
    ("Give the weather as JSON.", '{"rain": true}', '{"rain": false}', UNCLEAR),
    ("Give the weather as JSON.", '{"rain": true, "wind": 3}', '{"wind": 3, "rain": true}', SAME),
    (
        "How do I keep basil alive?",
        "Water it from below and pinch off the flowers, so that it puts its strength into the leaves.",
        "Give it a bright windowsill. In winter it wants a lamp, and a larger pot each spring helps as well.",
        COMPATIBLE,
    ),
]


@pytest.mark.parametrize(("question", "one", "other", "expected"), CASES)
def test_answers(question: str, one: str, other: str, expected: str) -> None:
    a, b = (Side("", "", question, answer, "", "") for answer in (one, other))
    found = relate(a, b, similar=False)
    assert found == relate(b, a, similar=False)
    assert found.answers == expected


def test_calls_that_differ_are_unclear() -> None:
    a, b = (
        Side(
            "",
            "",
            "Wake me.",
            "",
            f'[{{"function": {{"name": "set_alarm", "arguments": "{{\\"hour\\": {hour}}}"}}}}]',
            "",
        )
        for hour in (6, 7)
    )
    assert relate(a, b, similar=False).answers == UNCLEAR
    assert relate(a, a, similar=False).answers == SAME

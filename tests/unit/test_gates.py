"""Gates on a summary."""

from __future__ import annotations

import pytest

from ftq_spark import gates
from ftq_spark.errors import SettingsError

SUMMARY = {"rows": {"read": 10, "rejected": 0, "keep": 6, "review": 1, "drop": 3}, "conflicts": {"n": 2}}


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
    ],
)
def test_gate(text: str, fails: bool) -> None:
    assert gates.failed(gates.parse(text), SUMMARY) is fails


@pytest.mark.parametrize("text", ["", "nothing", "drop>", "drop>1.2.3", "drop=1", "drop > x"])
def test_a_wrong_gate_says_what_is_expected(text: str) -> None:
    with pytest.raises(SettingsError, match="expected a measure"):
        gates.parse(text)

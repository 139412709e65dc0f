"""What commands say beside their result."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ftq_spark.cli import console


@pytest.mark.parametrize(("on_terminal", "expected"), [(True, "6,200 rows in 2.0 s: 3,100 rows/s"), (False, "")])
def test_a_terminal_is_told_the_pace(monkeypatch: pytest.MonkeyPatch, on_terminal: bool, expected: str) -> None:
    said = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=said, force_terminal=on_terminal))
    console.say_pace(6200, 2.0)
    console.say_pace(0, 0.0)  # by a clock too coarse
    assert said.getvalue().strip() == expected

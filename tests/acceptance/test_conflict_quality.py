"""The main figures of scripts/evaluation/conflict_quality."""

from __future__ import annotations

from pathlib import Path

import conflict_quality
import pytest


@pytest.mark.parametrize("part", ["golden_rows", "truthfulqa_rows", "final_answer_rows", "language_rows"])
def test_goals_hold(real_data: Path, part: str) -> None:
    rows = getattr(conflict_quality, part)(real_data)
    missed = [row for row in rows if not (row[2] >= row[4] if row[3] == ">=" else row[2] <= row[4])]
    assert len(rows) >= 3
    assert missed == []

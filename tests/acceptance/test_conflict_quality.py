"""The main figures of scripts/conflict_quality."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "conflict_quality"


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("conflict_quality", str(SCRIPT))
    spec = importlib.util.spec_from_loader("conflict_quality", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["conflict_quality"] = module
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["golden_rows", "truthfulqa_rows"])
def test_goals_hold(quality: ModuleType, real_data: Path, part: str) -> None:
    rows = getattr(quality, part)(real_data)
    missed = [row for row in rows if not (row[2] >= row[4] if row[3] == ">=" else row[2] <= row[4])]
    assert len(rows) >= 5
    assert missed == []

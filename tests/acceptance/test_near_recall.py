"""Near duplicates of real rows against brute force: recall and precision at the threshold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dedup_data
import pytest
from dedup_match import distinct, near_by_blocks, near_by_brute_force, shingle_sets

THRESHOLD = 0.8
N = 5000


def toolformer(folder: Path) -> list[str]:
    return dedup_data.toolformer(folder, "dedupe-only")[:N]


def templates(folder: Path) -> list[str]:
    return [f"{row.prompt}\n\n{row.completion}" for row in dedup_data.templates(folder)[:N]]


@pytest.mark.parametrize("load", [toolformer, templates])
def test_recall_and_precision(real_data: Path, load: Callable[[Path], list[str]]) -> None:
    sets, _ = distinct(shingle_sets(load(real_data)))
    expected, got = near_by_brute_force(sets, THRESHOLD), near_by_blocks(sets, THRESHOLD)
    assert len(expected) > 1000
    assert got.items() <= expected.items()  # precision 1, similarities exact
    assert len(got) / len(expected) >= 0.98

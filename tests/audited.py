"""The shipped sample as a run has judged it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ftq_spark.runs.run import Run

SAMPLE = Path(__file__).resolve().parent / "sample"
Place = tuple[str, int]


class Audit(NamedTuple):
    run: Run
    summary: dict[str, Any]
    page: str
    examples: dict[Place, dict[str, Any]]  # scored rows
    rejects: dict[Place, str]  # codes
    planted: dict[str, list[dict[str, Any]]]  # truth by label


def place(item: dict[str, Any]) -> Place:
    return item["source"], item["row"]

"""How long each stage takes on a machine of two cores: what a run is expected to take before it has shown its own pace.

Measured with runs of 150 to 1,000,000 examples. They are right to a factor of two or three on another machine; a run
corrects them by what it measures (:class:`ftq_spark.progress.Outlook`).
"""

from __future__ import annotations

import os
from typing import NamedTuple

from ftq_spark.runs.shards import total_bytes
from ftq_spark.settings import Settings
from ftq_spark.spark.session import TASKS_PER_SLOT
from ftq_spark.stages.context import Context
from ftq_spark.stages.embedding import embedded_views

_CORES = 2  # of the machine that was measured
_TEXT_BYTES = 500  # of an example whose texts are as long as those that were measured
_LONGEST = 4.0  # times as long: the model cuts what is longer


class Cost(NamedTuple):
    """Seconds of a stage: however few the examples, and more for each thousand of them."""

    least: float
    thousand: float


COSTS = {
    "ingest": Cost(3.0, 0.06),
    "score": Cost(2.0, 0.12),
    "rate": Cost(0.0, 20.0),
    "decontaminate": Cost(0.0, 0.0),
    "embed": Cost(6.0, 4.0),
    "topic": Cost(1.0, 0.2),
    "search": Cost(2.5, 0.5),
    "block": Cost(1.5, 0.06),
    "verify": Cost(0.5, 0.02),
    "ask": Cost(1.0, 0.06),
    "match": Cost(3.0, 0.06),
    "conflict": Cost(3.0, 0.9),
    "group": Cost(1.0, 0.05),
    "question": Cost(1.0, 0.05),
    "judge": Cost(1.0, 0.04),
    "cluster": Cost(1.0, 0.03),
    "decide": Cost(1.0, 0.04),
    "publish": Cost(1.5, 0.05),
    "report": Cost(4.0, 0.05),
}


def expected(context: Context, n_rows: int) -> dict[str, float]:
    """Seconds of each stage for `n_rows` examples, on the slots that the context knows of."""
    slots = context.n_tasks / TASKS_PER_SLOT if context.n_tasks else os.cpu_count() or _CORES
    length = min(_LONGEST, total_bytes(context.shards) / max(1, n_rows) / _TEXT_BYTES)
    idle = _idle(context.settings)
    found = {}
    for name, cost in COSTS.items():
        grows = 0.0 if name in idle else cost.thousand * (length if name == "embed" else 1.0)
        found[name] = cost.least + grows * n_rows / 1000 * _CORES / slots
    return found


def _idle(settings: Settings) -> set[str]:
    """Stages that leave an empty table."""
    idle: set[str] = set() if settings.score.raters else {"rate"}
    if not embedded_views(settings):
        idle |= {"embed", "topic", "search"}
    if not settings.conflict.enabled:
        idle |= {"ask", "conflict", "group"}
    if not settings.dedup.near.enabled:
        idle |= {"block", "verify", "match"}
    return idle

"""What doctor says of a cluster, from what it found."""

from __future__ import annotations

from typing import Any

import pytest

from ftq_spark.cli import cluster

NODE = {
    "host": "node1", "slots": 4, "python": "3.11.2", "package": "0.1.0", "versions": {"pyarrow": "20", "pandas": "2"},
    "memory": 8 << 30, "disk_free": 1 << 30, "model": None, "sees_out": None,
}  # fmt: skip
FOUND = {
    "ftq_spark": "0.1.0", "session": {"version": "4.1.4", "kind": "classic", "master": "spark://node1:7077"},
    "java": ["17"], "n_slots": 4, "driver": NODE, "nodes": [NODE],
}  # fmt: skip


@pytest.mark.parametrize(
    ("gpus", "line"),
    [
        (
            {"per_executor": 2, "said": "embedding asks for GPUs, 1 task each: node1 0", "seen": ["node1 0"]},
            "GPUs: each executor has 2; embedding asks for GPUs, 1 task each: node1 0",
        ),
        ({"per_executor": 2, "said": None, "seen": []}, "GPUs: each executor has 2; no stage asks for one"),
        (
            {"per_executor": 0, "said": "embedding asks for no GPU: executors declare none", "seen": []},
            "GPUs: embedding asks for no GPU: executors declare none",
        ),
    ],
)
def test_gpus_are_a_line_of_their_own(gpus: dict[str, Any], line: str) -> None:
    assert cluster._table({**FOUND, "gpus": gpus}).splitlines()[-1] == line


@pytest.mark.parametrize("gpus", [{}, {"gpus": {"per_executor": 0, "said": None, "seen": []}}], ids=["fault", "none"])
def test_nothing_is_said_of_gpus_where_there_are_none(gpus: dict[str, Any]) -> None:
    assert "GPU" not in cluster._table({**FOUND, **gpus})

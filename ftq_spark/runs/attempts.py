"""Attempts that no manifest names: what killed runs left, and results that newer ones have replaced."""

from __future__ import annotations

from typing import Any

from ftq_spark.runs import lease, storage
from ftq_spark.runs.run import Run


def collect(run: Run, dry_run: bool = False) -> dict[str, Any]:
    """Delete every attempt of `run` that its manifest does not name.

    Returns:
        removed: the attempts, relative to the run; n_bytes: of all of them; kept: how many remain.

    Raises:
        RunError: a run is at work there.
    """
    with lease.hold(run.path):
        run = Run.open(run.path)  # as it is now that nobody changes it
        named = {stage["directory"] for stage in run.manifest["stages"].values()}
        named |= {_attempt(directory) for directory in run.manifest["tables"].values()}
        named |= {_attempt(part["directory"]) for parts in run.manifest.get("parts", {}).values() for part in parts}
        sizes: dict[str, int] = {}
        for name, size in storage.list_files(storage.join(run.path, "tables"), hidden=True):
            attempt = _attempt(f"tables/{name}")
            sizes[attempt] = sizes.get(attempt, 0) + size
        dead = sorted(attempt for attempt in sizes if attempt not in named)
        if not dry_run:
            storage.in_pool(lambda attempt: storage.delete(storage.join(run.path, attempt)), dead)
    return {"removed": dead, "n_bytes": sum(sizes[attempt] for attempt in dead), "kept": len(sizes) - len(dead)}


def _attempt(path: str) -> str:
    return "/".join(path.split("/")[:3])  # tables/STAGE/ATTEMPT


def render(found: dict[str, Any]) -> str:
    """What `ftq gc` prints: the directories that went, and how much that was."""
    n, megabytes = len(found["removed"]), found["n_bytes"] / 1e6
    lines = [*found["removed"], f"{n} attempts that no result needs, {megabytes:,.1f} MB; {found['kept']} kept"]
    return "\n".join(lines)

"""What Spark's own interface tells of a stage's work: tasks, bytes, what was spilled to disk, and skew.

It is read over HTTP, where the driver's user interface is reachable from here: not in local runs, which have none, and
not on platforms that hide it. Nothing depends on it: a question without an answer is no figure.
"""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SECONDS = 5.0  # that an answer may take
_PORTS = 8  # Spark takes the next port where another session has the first
_LOOKED_AT = 10  # Spark stages, the longest, whose tasks are compared
_SUMS = {
    "input_bytes": "inputBytes",
    "output_bytes": "outputBytes",
    "shuffle_bytes": "shuffleWriteBytes",
    "spilled_bytes": "diskBytesSpilled",
}


class Tasks(NamedTuple):
    """How far the jobs of a stage are that have begun."""

    done: int
    all: int


def address(session: SparkSession) -> str | None:
    """Where the interface of this session's driver tells of its application; None where it is not reachable."""
    try:
        if session.conf.get("spark.ui.enabled", "true") != "true":
            return None
        host = session.conf.get("spark.driver.host", "localhost")
        first = int(session.conf.get("spark.ui.port", "4040") or 4040)
        application = session.conf.get("spark.app.id", "")
    except Exception:
        return None
    for port in range(first, first + _PORTS) if application else ():
        base = f"http://{host}:{port}/api/v1/applications/{application}"
        if _ask(f"{base}/jobs?status=running") is not None:
            return base
    return None


def tasks(base: str, tag: str) -> Tasks | None:
    """How far the jobs with `tag` are; None where there are none, or no answer came."""
    jobs = _jobs(base, tag)
    if not jobs:
        return None
    return Tasks(sum(job["numCompletedTasks"] for job in jobs), sum(job["numTasks"] for job in jobs))


def figures(base: str, tag: str) -> dict[str, Any] | None:
    """Sums over the jobs with `tag`, and their skew; None where there are none, or no answer came.

    Returns:
        n_jobs, n_tasks, task_seconds; input_bytes, output_bytes, shuffle_bytes, spilled_bytes; skew: of the Spark
        stages that took longest, the largest ratio of the longest task to the median one (null where none has two).
    """
    jobs = _jobs(base, tag)
    if not jobs:
        return None
    ids = {stage for job in jobs for stage in job["stageIds"]}
    stages = [stage for stage in _ask(f"{base}/stages?status=complete") or () if stage["stageId"] in ids]
    found = {
        "n_jobs": len(jobs),
        "n_tasks": sum(stage["numCompleteTasks"] for stage in stages),
        "task_seconds": round(sum(stage["executorRunTime"] for stage in stages) / 1000, 1),
        **{name: sum(stage[key] for stage in stages) for name, key in _SUMS.items()},
    }
    longest = sorted((stage for stage in stages if stage["numTasks"] > 1), key=lambda stage: -stage["executorRunTime"])
    ratios = [ratio for stage in longest[:_LOOKED_AT] if (ratio := _skew(base, stage)) is not None]
    return {**found, "skew": max(ratios, default=None)}


def _skew(base: str, stage: dict[str, Any]) -> float | None:
    place = f"{base}/stages/{stage['stageId']}/{stage['attemptId']}/taskSummary?quantiles=0.5,1.0"
    times = (_ask(place) or {}).get("executorRunTime")
    return round(times[1] / times[0], 1) if times and times[0] > 0 else None


def _jobs(base: str, tag: str) -> list[dict[str, Any]]:
    """Jobs that carry `tag`; Spark puts the session before it."""
    jobs = _ask(f"{base}/jobs") or ()
    return [job for job in jobs if any(known.endswith(tag) for known in job.get("jobTags") or ())]


def _ask(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None

"""Runs that another version of the program made: what this one cannot read of them is said in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from ftq_spark.errors import RunError, UserError
from ftq_spark.runs.run import Run, is_run

P = ParamSpec("P")
R = TypeVar("R")


def of_any_version(read: Callable[P, R]) -> Callable[P, R]:
    """`read`, whose arguments hold runs or their paths; it reads of a run of another version what it can.

    A run's columns and the figures of its manifest change from version to version, in ways that nobody foresees: what
    fails with such a run, and is no mistake of the user's, fails for its version.
    """

    @wraps(read)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except (UserError, OSError, MemoryError):
            raise
        except Exception as error:
            for run in _runs([*args, *kwargs.values()]):
                if not run.is_of_this_version:
                    raise RunError(other_version(run, error)) from error
            raise

    return told


def other_version(run: Run, error: Exception) -> str:
    """Why something of a run cannot be read, and what helps."""
    date = str(run.manifest.get("finished_at") or run.manifest.get("created_at") or "")[:10]
    made = f"made on {date} by" if date else "made by"
    lines = str(error).strip().splitlines() or [""]
    return (
        f"{run.path}: {made} another version of ftq_spark, and this one cannot read of it what it needs "
        f"({type(error).__name__}: {lines[0][:120]}); `ftq run` with the same inputs and --out {run.path} makes anew "
        "what has changed, and keeps the rest"
    )


def _runs(given: list[object]) -> list[Run]:
    found = [item for item in given if isinstance(item, Run)]
    return found + [Run.open(item) for item in given if isinstance(item, str | Path) and is_run(str(item))]

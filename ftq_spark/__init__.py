"""Audit, clean and score chat fine-tuning datasets on Spark.

    import ftq_spark as ftq

    run = ftq.audit("data/", out="runs/a")    # or a list of dicts, a pandas or Spark DataFrame, a datasets.Dataset
    run.summary["rows"]
    run.conflicts()

Names are loaded when they are first used: importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "FtqError": "ftq_spark.errors",
    "Run": "ftq_spark.api",
    "Settings": "ftq_spark.settings",
    "UserError": "ftq_spark.errors",
    "audit": "ftq_spark.api",
    "load_settings": "ftq_spark.api",
    "open_run": "ftq_spark.api",
    "plan": "ftq_spark.api",
    "signal": "ftq_spark.signals.registry",
    "validate": "ftq_spark.api",
}

__all__ = [
    "FtqError",
    "Run",
    "Settings",
    "UserError",
    "__version__",
    "audit",
    "load_settings",
    "open_run",
    "plan",
    "signal",
    "validate",
]

if TYPE_CHECKING:
    from ftq_spark.api import Run, audit, load_settings, open_run, plan, validate
    from ftq_spark.errors import FtqError, UserError
    from ftq_spark.settings import Settings
    from ftq_spark.signals.registry import signal


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ftq_spark' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Users' own signals: a file whose source travels as text, so that executors need never see it.

import numpy as np
from ftq_spark.signals import signal

@signal("n_exclamations", version=1, range=(0, np.inf), reads=("response",), summary="Exclamation marks.")
def n_exclamations(batch):
    return np.array([text.count("!") for text in batch.strings("response")], dtype=float)
"""

from __future__ import annotations

import hashlib
import sys
import types
from importlib.metadata import entry_points

from ftq_spark.errors import SettingsError
from ftq_spark.signals.registry import REGISTRY

ENTRY_POINTS = "ftq_spark.signals"  # packages that register signals on import name their modules in this group


def load_source(source: str, origin: str) -> list[str]:
    """Run a file of signals, given as text; returns the names that it registered, in order.

    The same text runs once in a process. `origin` is what messages call the file. Raises SettingsError where the text
    does not run, or registers nothing.
    """
    module_name = "ftq_signals_" + hashlib.sha256(source.encode()).hexdigest()[:16]
    module = sys.modules.get(module_name)
    if module is None:
        module = types.ModuleType(module_name)
        before = dict(REGISTRY)
        try:
            exec(compile(source, origin, "exec"), module.__dict__)
        except Exception as error:
            REGISTRY.clear()
            REGISTRY.update(before)
            raise SettingsError(f"signals file {origin!r} cannot be run: {type(error).__name__}: {error}") from error
        module.registered = [name for name in REGISTRY if name not in before]  # type: ignore[attr-defined]
        sys.modules[module_name] = module
    if not module.registered:
        raise SettingsError(f"signals file {origin!r} registers no signal; expected functions under @signal(...)")
    return list(module.registered)


def load_entry_points() -> list[str]:
    """Import every module of the entry point group; returns the names that are registered thereby."""
    before = set(REGISTRY)
    for entry in entry_points(group=ENTRY_POINTS):
        entry.load()
    return [name for name in REGISTRY if name not in before]

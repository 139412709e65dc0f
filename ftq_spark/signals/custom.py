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

ENTRY_POINTS = "ftq_spark.signals"  # installed packages name their modules of signals in this group


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


def load_entry_point(name: str) -> list[str]:
    """Import the installed module that stands under `name` in the entry point group; the signals it registered.

    Raises SettingsError where no installed package offers the name, or its module does not run or registers nothing.
    """
    offered = entry_points(group=ENTRY_POINTS)
    found = [entry for entry in offered if entry.name == name]
    if not found:
        known = ", ".join(sorted(entry.name for entry in offered)) or "none"
        raise SettingsError(
            f"no installed package offers signals as {name!r} in the entry point group {ENTRY_POINTS} (known here: "
            f"{known}); install it here and on every executor, or name a file in score.signals"
        )
    try:
        found[0].load()
    except Exception as error:
        message = f"signals of entry point {name!r} cannot be loaded: {type(error).__name__}: {error}"
        raise SettingsError(message) from error
    registered = [known for known, entry in REGISTRY.items() if entry.measure.__module__ == found[0].module]
    if not registered:
        raise SettingsError(f"entry point {name!r} ({found[0].module}) registers no signal")
    return registered

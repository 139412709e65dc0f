"""Which settings and versions differ between two manifests, and how a change is put for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

ABSENT = "(absent)"
_CHARS = 60  # of a value
_ENTRIES = 6  # of a list


def different(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> dict[str, list[Any]]:
    """Dotted key → [before, after] of what differs; what a side does not have is ABSENT."""
    found: dict[str, list[Any]] = {}
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        if isinstance(old, dict) and isinstance(new, dict):
            found |= different(old, new, f"{prefix}{key}.")
        elif old != new:
            found[prefix + key] = [old, new]
    return found


def changed(settings: Mapping[str, list[Any]], known: frozenset[str]) -> tuple[dict[str, list[Any]], list[str]]:
    """What somebody may have changed, and the `known` settings that one of the runs is too old to have."""
    newer = [key for key, pair in settings.items() if ABSENT in pair and key in known]
    return {key: pair for key, pair in settings.items() if key not in newer}, newer


def lines_of(key: str, old: Any, new: Any) -> list[str]:
    """A change for people: one line, and of lists the entries that went and came."""
    found = [f"{key}: {_brief(old)} → {_brief(new)}"]
    if isinstance(old, list) and isinstance(new, list):
        moved = [f"- {_plain(entry)}" for entry in old if entry not in new]
        moved += [f"+ {_plain(entry)}" for entry in new if entry not in old]
        found += [f"  {line}" for line in moved[:_ENTRIES]]
        found += [f"  and {len(moved) - _ENTRIES} more (--json)"] if len(moved) > _ENTRIES else []
    return found


def _brief(value: Any) -> str:
    if isinstance(value, list) and value:
        return f"{len(value)} entries" if len(value) > 1 else "1 entry"
    text = _plain(value)
    return text if len(text) <= _CHARS else text[:_CHARS] + "…"


def _plain(value: Any) -> str:
    """A value as a settings file has it; of a mapping what it sets."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(entry)}" for key, entry in value.items() if entry is not None) or "{}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Anchors: pairs of answers to one prompt of which people know the better one.

A JSONL file, one object a line: `prompt`, `better`, `worse`, and optionally `name` and `system`.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import orjson

from ftq_spark.errors import InputError

_NEEDED, _OPTIONAL = ("prompt", "better", "worse"), ("name", "system")


class Anchor(NamedTuple):
    """One pair."""

    name: str
    system: str
    prompt: str
    better: str
    worse: str


def shipped_anchors() -> list[Anchor]:
    """The pairs that come with the package, the article's own examples first."""
    return _parsed(files("ftq_spark.lint").joinpath("anchors.jsonl").read_bytes(), "anchors")


def read_anchors(path: str) -> list[Anchor]:
    """The pairs of a file. Raises InputError for a file that cannot be read, or a line that is no pair."""
    try:
        found = _parsed(Path(path).read_bytes(), Path(path).stem)
    except OSError as error:
        raise InputError(f"{path}: anchors cannot be read: {error.strerror or error}") from error
    if not found:
        raise InputError(f"{path}: no anchors; expected one object a line with {', '.join(_NEEDED)}")
    return found


def _parsed(content: bytes, stem: str) -> list[Anchor]:
    lines = ((number, line) for number, line in enumerate(content.splitlines(), start=1) if line.strip())
    return [_anchor(line, f"{stem}:{number}") for number, line in lines]


def _anchor(line: bytes, place: str) -> Anchor:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{place}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: expected an object with {', '.join(_NEEDED)}, got {type(row).__name__}")
    for field in _NEEDED:
        if not isinstance(row.get(field), str):
            raise InputError(f"{place}: expected {field} as a string, got {type(row.get(field)).__name__}")
    unknown = sorted(set(row) - {*_NEEDED, *_OPTIONAL})
    if unknown:
        raise InputError(f"{place}: unknown field {unknown[0]!r}; known: {', '.join((*_NEEDED, *_OPTIONAL))}")
    return Anchor(str(row.get("name") or place), str(row.get("system") or ""), *(row[field] for field in _NEEDED))

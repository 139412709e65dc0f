"""What two runs must share: every column of a table, whatever the order of rows and the last bits of floats."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runs import rows

from ftq_spark.runs.run import Run

FOLDERS = ("clean", "dropped", "review", "rejected")
TOLERANCE = 1e-4  # of floats: vectors are not equal to the bit, so no two similarities need be


def differences(one: Run, other: Run, table: str = "scored", key: str = "example_id") -> list[str]:
    """The first ten places in which two runs' tables differ in any column."""
    left, right = ({str(row[key]): row for row in rows(run, table)} for run in (one, other))
    found = [f"{name}: in one of them alone" for name in sorted(left.keys() ^ right.keys())]
    both = sorted(left.keys() & right.keys())
    found += itertools.islice((text for name in both for text in _differing(left[name], right[name], name)), 10)
    return found[:10]


def published(run: Run) -> dict[str, str]:
    """The digest of each published file by its name."""
    top = Path(run.path)
    files = [path for folder in FOLDERS for path in sorted((top / folder).iterdir())]
    return {str(path.relative_to(top)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _differing(left: Any, right: Any, place: str) -> Iterator[str]:
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        for name in left:
            yield from _differing(left[name], right[name], f"{place}.{name}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, (mine, theirs) in enumerate(zip(left, right, strict=True)):
            yield from _differing(mine, theirs, f"{place}[{number}]")
    elif isinstance(left, float) and isinstance(right, float):
        if not (left == right or abs(left - right) <= TOLERANCE or (left != left and right != right)):  # noqa: PLR0124
            yield f"{place}: {left!r}, {right!r}"
    elif left != right:
        yield f"{place}: {left!r}, {right!r}"

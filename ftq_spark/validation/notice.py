"""One finding in one row."""

from __future__ import annotations

from typing import NamedTuple


class Notice(NamedTuple):
    """One finding in one row."""

    row: int
    code: str
    message: str

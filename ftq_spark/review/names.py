"""Suggestions for names that were not found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` where a known name is close, else the known names."""
    names = sorted(known)
    close = difflib.get_close_matches(name.casefold(), [known_name.casefold() for known_name in names], n=1, cutoff=0.6)
    if close:
        return "; did you mean '" + next(n for n in names if n.casefold() == close[0]) + "'?"
    return f"; known: {', '.join(names)}" if names else ""

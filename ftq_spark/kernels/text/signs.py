"""Signs that reckon, where they look like markup: 7 ** 3 is no bold text."""

from __future__ import annotations

import re

# Between two operands (numbers, brackets, names of one letter), with a blank on both sides or on none.
_POWER = re.compile(r"(?:(?<=[\d)])|(?<=\b[A-Za-z]))(?:\*\*| \*\* )(?=[\d(]|[A-Za-z]\b(?!\*))")
_TIMES = re.compile(r"(?<=[\d)]) \* (?=[\d(])")


def reckoned(text: str) -> str:
    """A text with its powers behind a caret and its products without blanks, so that no mark of them is lost."""
    return _TIMES.sub("*", _POWER.sub("^", text)) if "*" in text else text

"""The summary as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson


def plain(value: Any, n_digits: int | None = None) -> Any:
    """`value` as what JSON knows: floats finite (else null), text encodable, keys text.

    `n_digits` significant digits hide in which order a float sum was taken; by default floats stay as they are.
    """
    kind = type(value)  # the plain kinds first: a page has hundreds of values for each of 20,000 examples
    if kind is float:
        if not math.isfinite(value):
            return None
        return value if n_digits is None else float(f"{value:.{n_digits}g}")
    if kind is str:
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(entry, n_digits) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, n_digits) for entry in value]
    if isinstance(value, float):  # of numpy, too
        return plain(float(value), n_digits)
    return plain(value.item() if hasattr(value, "item") else str(value), n_digits)


def to_json(summary: Mapping[str, Any]) -> bytes:
    """The summary as JSON, keys sorted: equal summaries are equal bytes."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(plain(summary), option=options)

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
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(entry, n_digits) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, n_digits) for entry in value]
    if hasattr(value, "item"):  # a numpy scalar
        value = value.item()
    if isinstance(value, float):
        rounded = value if n_digits is None or not math.isfinite(value) else float(f"{value:.{n_digits}g}")
        return rounded if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return str(value).encode("utf-8", "replace").decode("utf-8")


def to_json(summary: Mapping[str, Any]) -> bytes:
    """The summary as JSON, keys sorted: equal summaries are equal bytes."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(plain(summary), option=options)

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
    if kind is float and math.isfinite(value):
        return value if n_digits is None else float(f"{value:.{n_digits}g}")
    if (kind is str and value.isascii()) or value is None or isinstance(value, int):
        return value
    return _plain(value, n_digits)


def _plain(value: Any, n_digits: int | None) -> Any:
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(entry, n_digits) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, n_digits) for entry in value]
    if isinstance(value, float):  # numpy's, too
        return plain(float(value), n_digits) if math.isfinite(value) else None
    if hasattr(value, "item"):  # a numpy scalar
        return plain(value.item(), n_digits)
    return str(value).encode("utf-8", "replace").decode("utf-8")


def to_json(summary: Mapping[str, Any]) -> bytes:
    """The summary as JSON, keys sorted: equal summaries are equal bytes."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(plain(summary), option=options)

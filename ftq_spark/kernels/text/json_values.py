"""JSON values that stand one behind the other in a text."""

from __future__ import annotations

import json
from typing import Any

_DECODER = json.JSONDecoder()


def json_values(text: str) -> list[Any]:
    """The values in a text that holds nothing else, whether white space, commas or nothing stand between them.

    Raises:
        ValueError: something in it is no JSON.
        RecursionError: a value is too deeply nested.
    """
    found, rest = [], text.strip()
    while rest:
        value, end = _DECODER.raw_decode(rest)
        found.append(value)
        rest = rest[end:].lstrip(" \t\r\n,")
    return found

"""What an item of an evaluation set asks."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.aliases import ITEM_FIELDS
from ftq_spark.formats.detect import unchecked
from ftq_spark.formats.faults import Fault


def asked(row: dict[str, Any]) -> str | None:
    """The user turns of a row of any chat schema, answered or not; else the first of `ITEM_FIELDS` with text in it.

    None for a row with neither.
    """
    try:
        found = _user_turns(row)
    except Fault:
        found = ""
    if found:
        return found
    named = {name.strip().lower(): value for name, value in row.items()}
    return next((text for field in ITEM_FIELDS if (text := _text(named.get(field)))), None)


def _user_turns(row: dict[str, Any]) -> str:
    turns = [turn["content"] for turn in unchecked(row).messages if turn["role"] == "user"]
    return "\n\n".join(turns).strip()


def _text(value: Any) -> str:
    """A text, several turns as texts, or several as objects."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, list) or not value:
        return ""
    if all(isinstance(turn, str) for turn in value):
        return "\n\n".join(value).strip()
    try:
        return _user_turns({"messages": value})
    except Fault:
        return ""

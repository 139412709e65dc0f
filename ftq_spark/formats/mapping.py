"""Columns under the names that their owner gave them, read as the fields of a schema.

mapped({"user_query": "q", "bot": {"reply": "a"}}, {"prompt": "user_query", "response": "bot.reply"})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftq_spark.formats.aliases import (
    CONVERSATION_FIELDS,
    KNOWN_FIELDS,
    LABEL_FIELDS,
    MEDIA_COLUMNS,
    SYSTEM_FIELDS,
    TOOLS_FIELDS,
)

# Fields inside each turn, beside those of the row.
TURN_FIELDS = ("role", "content")
TARGETS: frozenset[str] = frozenset(
    {*KNOWN_FIELDS, *LABEL_FIELDS, *MEDIA_COLUMNS, *SYSTEM_FIELDS, *TOOLS_FIELDS, *TURN_FIELDS}
    | {"input", "history", "context"}
)
Columns = Mapping[str, str]  # field of a schema: the column, or a path of names and places such as choices.0.text


def mapped(row: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """The row with its columns under the names of the schema's fields; a column that the row lacks maps nothing."""
    found = {field: _at(row, path) for field, path in columns.items() if field not in TURN_FIELDS}
    used = {path.split(".")[0] for path in columns.values()} | set(columns.values())
    named = {field: value for field, value in found.items() if value is not None}
    if not named and not columns.keys() & set(TURN_FIELDS):
        return row
    result = {name: value for name, value in row.items() if name not in used or name in columns} | named
    names = {columns[field]: field for field in TURN_FIELDS if field in columns}
    if names:
        for field in CONVERSATION_FIELDS:
            if isinstance(result.get(field), list):
                result[field] = [_renamed(turn, names) for turn in result[field]]
    return result


def top_names(columns: Columns | None) -> frozenset[str]:
    """The columns of a table that a mapping names, each also without the path behind it."""
    paths = (columns or {}).values()
    return frozenset(paths) | {path.split(".")[0] for path in paths}


def _renamed(turn: Any, names: Mapping[str, str]) -> Any:
    return {names.get(name, name): value for name, value in turn.items()} if isinstance(turn, dict) else turn


def _at(row: Any, path: str) -> Any:
    """The value at a path; null where it leads nowhere."""
    if isinstance(row, dict) and path in row:  # a name that holds dots
        return row[path]
    for part in path.split("."):
        if isinstance(row, dict):
            row = row.get(part)
        elif isinstance(row, list) and part.lstrip("-").isdigit() and -len(row) <= int(part) < len(row):
            row = row[int(part)]
        else:
            return None
    return row

r"""Columns under the names that their owner gave them, read as the fields of a schema.

mapped({"user_query": "q", "bot": {"reply": "a"}}, {"prompt": "user_query", "response": "bot.reply"})

Inside turns `role` and `content` are mapped likewise, and the tags of LLaMA-Factory say who speaks under which name:

mapped({"messages": [{"who": "pupil", "said": "q"}]}, {"role": "who", "content": "said", "user_tag": "pupil"})

Where each speaker has a name, a tag names one or several, and another tag everyone else:

mapped({"dialogue": [{"speaker": "Alice", "text": "q"}]}, {"assistant_tag": "Bob|Carol", "user_tag": "*"})
The same for a text whose lines begin with who speaks:

mapped({"scene": "Alice: q\nBob: a"}, {"text": "scene", "assistant_tag": "Bob", "user_tag": "*"})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftq_spark.formats.aliases import (
    CONVERSATION_FIELDS,
    KNOWN_FIELDS,
    LABEL_FIELDS,
    MEDIA_COLUMNS,
    PREFERENCES,
    ROLE_FIELDS,
    SYSTEM_FIELDS,
    TOOLS_FIELDS,
    known_role,
)
from ftq_spark.formats.bare import is_turn
from ftq_spark.formats.fields import as_list
from ftq_spark.formats.speakers import EVERYONE_ELSE, spoken_lines

# Fields inside each turn, beside those of the row.
TURN_FIELDS = ("role", "content")
# What the data call a role: no column, but what stands in the role of a turn.
TAGS = {
    "system_tag": "system",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "function_call",
}
_BETWEEN_NAMES = "|"  # of several speakers in one tag
TARGETS: frozenset[str] = frozenset(
    {*KNOWN_FIELDS, *LABEL_FIELDS, *MEDIA_COLUMNS, *SYSTEM_FIELDS, *TOOLS_FIELDS, *TURN_FIELDS, *TAGS}
    | {"input", "history", "context"}
)
Columns = Mapping[str, str]  # field of a schema: the column, or a path of names and places such as choices.0.text


_OF_TURNS = frozenset({*TURN_FIELDS, *TAGS})
_HOLD_TURNS = (
    *CONVERSATION_FIELDS,
    *(name for names in PREFERENCES for name in names),
    *("prompt", "completion", "input", "history"),
)


def mapped(row: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """The row with its columns under the names of the schema's fields; a column that the row lacks maps nothing."""
    paths = {field: path for field, path in columns.items() if field not in _OF_TURNS}
    named = {field: value for field, path in paths.items() if (value := value_at(row, path)) is not None}
    used = {path.split(".")[0] for path in paths.values()} | set(paths.values())
    kept = {name: value for name, value in row.items() if name not in used or name in columns} if named else row
    result = kept | named
    if isinstance(result.get("text"), str) and (turns := spoken_lines(result["text"], _speakers(columns))):
        result = {"messages": turns, **{name: value for name, value in result.items() if name != "text"}}
    for field in _HOLD_TURNS:
        held = [turned(turn, columns) for turn in as_list(result.get(field)) or ()]
        if isinstance(result.get(field), list) or (held and all(map(is_turn, held))):  # the latter: JSON text
            result[field] = held
    return result


def _speakers(columns: Columns) -> frozenset[str] | None:
    """The names that the tags give; None where one is everyone else's."""
    named = {name for tag in TAGS for name in columns.get(tag, "").split(_BETWEEN_NAMES)}
    return None if EVERYONE_ELSE in named else frozenset(named)


def top_names(columns: Columns | None) -> frozenset[str]:
    """The columns of a table that a mapping names, each also without the path behind it."""
    paths = {path for field, path in (columns or {}).items() if field not in _OF_TURNS}
    return frozenset(paths) | {path.split(".")[0] for path in paths}


def turned(turn: Any, columns: Columns) -> Any:
    """A turn, or an exchange of two, with its keys and its role under the names of the schema's."""
    if not isinstance(turn, dict):
        return turn
    is_exchange = columns.keys().isdisjoint(TURN_FIELDS) and not is_turn(turn)
    fields = ("system", "prompt", "response") if is_exchange else TURN_FIELDS
    names = {columns[field]: field for field in fields if field in columns}
    found = {names.get(name, name): value for name, value in turn.items()}
    of_speaker = next((field for field in ROLE_FIELDS if isinstance(found.get(field), str)), None)
    if of_speaker is not None and (role := _role(of_speaker, found[of_speaker], columns)) is not None:
        found["role"] = role
    return found


def _role(field: str, speaker: str, columns: Columns) -> str | None:
    """The role of who speaks, as the tags say; null where none does."""
    named = [tag for tag in TAGS if speaker in (columns.get(tag), *columns.get(tag, "").split(_BETWEEN_NAMES))]
    if not named and speaker.strip() and known_role(field, speaker) is None:
        named = [tag for tag in TAGS if columns.get(tag) == EVERYONE_ELSE]
    return TAGS[named[-1]] if named else None


def value_at(row: Any, path: str) -> Any:
    """The value at a path; null where it leads nowhere. A name may hold dots itself."""
    if isinstance(row, dict):
        if path in row:
            return row[path]
        ends = [at for at, sign in enumerate(path) if sign == "."]
        return next((value_at(row[path[:at]], path[at + 1 :]) for at in ends if path[:at] in row), None)
    part, _, rest = path.partition(".")
    if isinstance(row, list) and part.lstrip("-").isdigit() and -len(row) <= int(part) < len(row):
        return value_at(row[int(part)], rest) if rest else row[int(part)]
    return None

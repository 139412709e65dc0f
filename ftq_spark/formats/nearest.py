"""What a row that no schema fits may be: the nearest schema, and the flag that would read it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from ftq_spark.formats.aliases import PAIRS
from ftq_spark.formats.faults import Fault, brief
from ftq_spark.formats.transcript import turns_in

# Words in the name of a column that say what it holds, in the order in which they are believed.
HINTS = {
    "prompt": ("prompt", "question", "query", "instruction", "ask", "user", "problem", "request", "input", "title"),
    "response": ("response", "answer", "reply", "completion", "output", "bot", "assistant", "solution", "target"),
}
_TURN_HINTS = {
    "role": ("role", "speaker", "from", "author", "sender", "who", "name", "type"),
    "content": ("content", "text", "message", "value", "body", "utterance", "msg", "said"),
}
_ASKED = frozenset({"instruction", *(asked for _, asked, _ in PAIRS)})
_NEEDS = (
    "expected turns (`messages`), a question and its answer (`prompt`, `completion`) or a preference (`chosen`, "
    "`rejected`); `ftq formats` lists all schemas"
)


def unfitting(row: Mapping[str, Any]) -> str:
    """The message of a row that no schema fits: its fields, what schemas need, and how it might be read."""
    flags = suggestion(row)
    hint = f"; perhaps: {' '.join(f'--column {shlex.quote(flag)}' for flag in flags)}" if flags else ""
    if not flags and (asked := next((name for name in row if name in _ASKED), None)) is not None:
        hint = f"; `{asked}` has no answer beside it"
    return f"no chat schema has the fields {brief(sorted(row), 200)}; {_NEEDS}{hint}"


def suggestion(row: Mapping[str, Any]) -> list[str]:
    """Mappings ``field=column`` that would make an example of the row, as far as names tell; empty for none."""
    for name, value in row.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            turn = _matched(value[0], _TURN_HINTS)
            if len(turn) == len(_TURN_HINTS):
                found = {"messages": name, **turn}
                return [f"{field}={column}" for field, column in found.items() if field != column]
    flat = dict(_flat(row))
    templated = next((name for name, value in flat.items() if isinstance(value, str) and _is_templated(value)), None)
    if templated is not None and templated != "text":
        return [f"text={templated}"]
    found = _matched([name for name, value in flat.items() if value is None or isinstance(value, str)], HINTS)
    if len(found) < len(HINTS):
        return []
    return [f"{field}={column}" for field, column in found.items() if field != column]


def _is_templated(text: str) -> bool:
    try:
        return turns_in(text) is not None
    except Fault:
        return False


def _flat(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The fields of a row, and, by their paths, those of the objects in it."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", held) for inner, held in value.items())
        else:
            yield name, value


def _matched(names: Iterable[str], hints: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Of each field the column whose name says that it is that."""
    names = list(names)
    found: dict[str, str] = {}
    for field, words in hints.items():
        named = [name for word in words for name in names if word in words_of(name) and name not in found.values()]
        if named:
            found[field] = named[0]
    return found


def words_of(name: str) -> set[str]:
    """The words of a column's name: userQuery, user_query and User Query are user and query."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}

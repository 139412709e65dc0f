"""Messages as what tools see of them: calls and results, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

Message = Mapping[str, Any]  # role, content, tool_calls (JSON text of calls in OpenAI's shape), …


class Finding(NamedTuple):
    """Something wrong in one turn."""

    turn: int  # 0-based place among the messages
    code: str
    message: str  # one line, of the texts no more than a few words


class Call(NamedTuple):
    """One call."""

    turn: int
    name: str
    arguments: Any  # parsed; null where they are not JSON
    id: str | None


def calls(messages: Sequence[Message]) -> list[Call]:
    """Every call of a conversation, in order."""
    return [call for turn, found in enumerate(messages) if found["tool_calls"] for call in _of_turn(turn, found)]


def by_turn(messages: Sequence[Message]) -> dict[int, list[Call]]:
    """The calls of each turn that makes some."""
    made: dict[int, list[Call]] = {}
    for call in calls(messages):
        made.setdefault(call.turn, []).append(call)
    return made


def _of_turn(turn: int, found: Message) -> Iterator[Call]:
    for call in orjson.loads(found["tool_calls"]):
        function = call["function"]
        yield Call(turn, function["name"], parsed(function["arguments"]), call.get("id"))


def parsed(text: str) -> Any:
    """JSON text as its value, null where it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each scalar of a JSON value, with the name of the nearest field around it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


def shown(value: Any, n_chars: int = 40) -> str:
    """A value for a message, on one line in ASCII, cut."""
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    cut = ascii(text[:n_chars])
    return cut if len(text) <= n_chars else cut + "…"

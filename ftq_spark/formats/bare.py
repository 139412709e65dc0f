"""Turns without a row around them: a list where an object is expected, and a file that is one such list."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.aliases import CONTENT_FIELDS, ROLE_FIELDS, known_role

_SAID = frozenset({*CONTENT_FIELDS, "parts", "tool_calls", "function_call"})
_MAX_TURNS = 400  # a longer list is of several dialogues, for sure


def are_turns(found: Any) -> bool:
    """Whether a value is a list of turns."""
    return isinstance(found, list) and bool(found) and all(map(is_turn, found))


def is_turn(found: Any) -> bool:
    """Whether a value is who speaks and what is said."""
    return isinstance(found, dict) and bool(_speaker(found)) and not _SAID.isdisjoint(found)


def is_dialogue(turns: list[Any]) -> bool:
    """Whether a list is the turns of one dialogue: its system turn, if any, first, and none too many."""
    if not are_turns(turns) or len(turns) > _MAX_TURNS:
        return False
    roles = [_role(turn) for turn in turns]
    instructed = [place for place, role in enumerate(roles) if role in ("system", "developer")]
    return "assistant" in roles and instructed in ([], [0])


def _speaker(turn: dict[str, Any]) -> str:
    """The field that says who speaks; "" for none."""
    return next((field for field in ROLE_FIELDS if isinstance(turn.get(field), str)), "")


def _role(turn: dict[str, Any]) -> str | None:
    field = _speaker(turn)
    return known_role(field, turn[field])

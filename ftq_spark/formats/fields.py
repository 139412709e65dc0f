"""What several schemas share beside the turns: lists in JSON text, history, the system text."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import SYSTEM_FIELDS
from ftq_spark.formats.faults import Fault, kind, quoted
from ftq_spark.formats.parts import content_of
from ftq_spark.formats.turns import Message, is_blank, message, messages_of

_SYSTEM_FIELDS = frozenset(SYSTEM_FIELDS)


def as_list(value: Any) -> list[Any] | None:
    """A list, also where a table's cell holds it as JSON text; null for anything else and for an empty list."""
    if type(value) is list:
        return value or None
    if type(value) is str and is_listed(value):
        try:
            parsed = strict.loads(value.encode())
        except Fault:
            return None
        return parsed or None if isinstance(parsed, list) else None
    return None


def is_listed(text: str) -> bool:
    """Whether a text may be a list as JSON."""
    return "[" in text and text[:64].lstrip()[:1] == "["


def text_of(row: dict[str, Any], field: str) -> str:
    """A text field of a row, "" where it is absent or null; a ``Fault`` bad_message where it is no text."""
    value = row.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Fault("bad_message", f"expected `{field}` as a string, found {kind(value)}{quoted(value)}")
    return value


def joined(*texts: str) -> str:
    """The texts that are not blank, with an empty line between them."""
    return "\n\n".join([text for text in texts if text and not text.isspace()])


def with_system(row: dict[str, Any], messages: list[Message]) -> list[Message]:
    """The messages after the row's own system text, unless they bring one."""
    if _SYSTEM_FIELDS.isdisjoint(row) or (messages and messages[0]["role"] in ("system", "developer")):
        return messages
    for field in SYSTEM_FIELDS:
        system = row.get(field)
        if system is None:
            continue
        if isinstance(system, list):  # Bedrock
            system = content_of(system, f"`{field}`").text
        elif not isinstance(system, str):
            raise Fault("bad_message", f"expected `{field}` as a string, found {kind(system)}")
        if system and not is_blank(system):
            return [message("system", system), *messages]
    return messages


def history_of(row: dict[str, Any]) -> list[Message]:
    """The earlier turns in a row's `history`: pairs of question and answer, or turns.

    Raises:
        Fault: bad_message, or what :func:`messages_of` raises.
    """
    history = as_list(row.get("history"))
    if history is None:
        return []
    if all(isinstance(turn, dict) for turn in history):
        return messages_of(history, "`history` turn")
    messages: list[Message] = []
    for pair in history:
        if not isinstance(pair, list) or len(pair) != 2 or not all(text is None or type(text) is str for text in pair):
            raise Fault("bad_message", "expected `history` as pairs of question and answer, or as turns")
        messages.extend(
            message(role, text)
            for role, text in zip(("user", "assistant"), pair, strict=True)
            if text and not is_blank(text)
        )
    return messages

"""Function-calling data whose calls or dialogue are packed in text: Salesforce's xLAM and Glaive's."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tool_call, tools_of
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.fields import as_list, with_system
from ftq_spark.formats.turns import Conversation, Message, is_blank, message

_SPEAKER = re.compile(r"(?:\A|\n)[ \t]*(USER|ASSISTANT|FUNCTION RESPONSE):")
_ROLES = {"USER": "user", "ASSISTANT": "assistant", "FUNCTION RESPONSE": "tool"}
_CALL = re.compile(r"<functioncall>\s*(?P<call>\{.*\})", re.DOTALL)
# Glaive writes {"name": "f", "arguments": '{"a": 1}'}: the arguments are JSON between single quotes.
_QUOTED = re.compile(r"""("arguments":\s*)'(.*)'(\s*\}\s*)\Z""", re.DOTALL)
_END = "<|endoftext|>"
_SYSTEM_MARK = "SYSTEM:"


def xlam(row: dict[str, Any]) -> Conversation | None:
    """`query`, `answers` (a list of calls, also as JSON text), `tools`."""
    calls = as_list(row.get("answers"))
    asked = row.get("query")
    if (
        calls is None
        or not isinstance(asked, str)
        or not all(isinstance(call, dict) and "name" in call for call in calls)
    ):
        return None
    answer = message("assistant", "")
    answer["tool_calls"] = strict.dumps([tool_call(_numbered(call), "`answers`") for call in calls])
    return Conversation("xlam", with_system(row, [message("user", asked), answer]), tools_of(row))


def _numbered(call: dict[str, Any]) -> dict[str, Any]:
    """A call whose id is its number, with that as text."""
    return {**call, "id": str(call["id"])} if type(call.get("id")) is int else call


def glaive(row: dict[str, Any]) -> Conversation | None:
    """`system`, which lists the functions as JSON in its text, and `chat` of USER:, ASSISTANT:, FUNCTION RESPONSE:."""
    chat = row.get("chat")
    if not isinstance(chat, str):
        return None
    before, *pieces = _SPEAKER.split(chat)
    if not pieces or not is_blank(before):
        return None
    turns = [
        _turn(_ROLES[speaker], text.strip().removesuffix(_END).rstrip())
        for speaker, text in zip(pieces[::2], pieces[1::2], strict=True)
    ]
    system = row.get("system")
    if not isinstance(system, str) or is_blank(system):
        return Conversation("glaive", turns, tools_of(row))
    system = system.strip().removeprefix(_SYSTEM_MARK).strip()
    tools = tools_of(row) or tools_of({"tools": _objects(system)})
    return Conversation("glaive", [message("system", system), *turns], tools)


def _turn(role: str, text: str) -> Message:
    found = _CALL.search(text) if role == "assistant" else None
    if found is None:
        return message(role, text)
    turn = message(role, text[: found.start()].strip())
    call = _QUOTED.sub(lambda match: match[1] + strict.dumps(match[2]) + match[3], found["call"])
    turn["tool_calls"] = strict.dumps([tool_call(call, "<functioncall>")])
    return turn


def _objects(text: str) -> list[Any]:
    """The JSON objects in a text, one after another."""
    decoder, found, at = JSONDecoder(), [], text.find("{")
    while at >= 0:
        try:
            held, at = decoder.raw_decode(text, at)
        except (JSONDecodeError, RecursionError):
            raise Fault("bad_message", "expected the functions in `system` as JSON objects") from None
        found.append(held)
        at = text.find("{", at)
    return found

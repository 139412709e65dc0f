"""Links between tool calls, their results, and the definitions of the tools: ids, order, one result a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from ftq_spark.kernels.exchanges.definitions import NO_TOOLS, Tools
from ftq_spark.kernels.exchanges.dialogue import Call, Finding, Message, shown

CODE = "tool_link"
_TOLD = ("<tool_response>", "[TOOL_RESULTS]")  # before results in a turn of the user


def check(messages: Sequence[Message], made: Mapping[int, list[Call]], declared: Tools = NO_TOOLS) -> Finding | None:
    """The first thing that does not fit between calls, results and definitions of a conversation; null for nothing.

    Every call is answered by one result before anybody else speaks, but those of the last turn. Calls and results need
    no ids, but where one side has them the other must. `made` are the calls by turn; they are held against definitions
    only where there are any.
    """
    waiting: list[Call] = []
    answered: set[str] = set()
    by_id = False
    for turn, found in enumerate(messages):
        role = found["role"]
        if role == "tool":
            fault = _answered(found, waiting, answered, by_id=by_id) if min(made, default=turn) < turn else _UNASKED
            if fault:
                return Finding(turn, CODE, fault)
        elif role == "user" and (found["content"] or "").lstrip().startswith(_TOLD):
            waiting.clear()  # as templates render results, one or several
        elif waiting and role in ("user", "assistant"):
            left = f"call of {shown(waiting[0].name)} without a result before turn {turn + 1} speaks"
            return Finding(waiting[0].turn, CODE, left)
        for call in made.get(turn, ()):
            fault = _undefined(call, declared)
            if call.id is not None and any(other.id == call.id for other in waiting):
                fault = f"two calls with the id {shown(call.id)}"
            if fault:
                return Finding(turn, CODE, fault)
            waiting.append(call)
            answered.discard(call.id or "")
            by_id |= call.id is not None
    return None


_UNASKED = "a tool result before any call"


def _answered(result: Message, waiting: list[Call], answered: set[str], *, by_id: bool) -> str | None:
    """Take the call that a result answers from those that wait; what is wrong, or null."""
    id_, name = result["tool_call_id"], result.get("name")
    if id_:
        call = next((call for call in waiting if call.id == id_), None)
        if call is None and id_ in answered:
            return f"a second result for the call {shown(id_)}"
        if call is None:
            return "a tool result for a call that was not made"
        answered.add(id_)
    elif by_id:
        return "a tool result without the id of its call"
    else:
        call = next((call for call in waiting if name in (None, "", call.name)), None)
        if call is None and waiting:
            return f"a result of {shown(name)}, which was not called"
        if call is None:
            return "more tool results than calls"
    waiting.remove(call)
    return None


def _undefined(call: Call, declared: Tools) -> str | None:
    if not declared.by_name:
        return None
    tool = declared.by_name.get(call.name)
    if tool is None:
        fault = f"call of {shown(call.name)}, which the tools do not define ({len(declared.by_name)} defined)"
        return fault if declared.is_complete else None
    if not isinstance(call.arguments, dict):
        return f"call of {shown(call.name)} with arguments that are no object"
    missing = sorted(
        name
        for name in tool.required
        if call.arguments.get(name) is None and not (name in call.arguments and may_be_null(tool.properties.get(name)))
    )
    return f"call of {shown(call.name)} without the required {shown(missing[0])}" if missing else None


def may_be_null(parameter: Any) -> bool:
    """Whether a parameter's schema allows null; a parameter that is not described does not."""
    if not isinstance(parameter, dict):
        return False
    said = orjson.dumps([parameter.get("type"), parameter.get("anyOf"), parameter.get("default", "")])
    return not parameter or b'"null"' in said or "nullable" in parameter

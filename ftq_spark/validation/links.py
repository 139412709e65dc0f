"""Links between tool calls, their results, and the definitions of the tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.validation.notice import Notice


class Definition(NamedTuple):
    """What a tool's definition says of the arguments of a call."""

    required: frozenset[str]
    properties: dict[str, Any]


class _Call(NamedTuple):
    id: str | None
    name: str


def tool_links(examples: pa.RecordBatch, roles: pa.Array, rows: list[int]) -> Iterator[Notice]:
    """A warning for each conversation whose calls, results and definitions do not fit together."""
    calls = pc.struct_field(examples.column("messages").flatten(), "tool_calls")
    if calls.null_count == len(calls) and not pc.any(pc.match_substring(roles, "tool")).as_py():
        return
    for row, messages, tools in zip(
        rows, examples.column("messages").to_pylist(), examples.column("tools").to_pylist(), strict=True
    ):
        fault = broken_link(messages, json.loads(tools) if tools else [])
        if fault:
            yield Notice(row, "tool_link", fault)


def broken_link(messages: list[dict[str, Any]], tools: list[Any]) -> str | None:
    """What is wrong between the calls, results and definitions of one conversation, the first of it; null for nothing.

    Every call is answered by one result before anybody else speaks, but those of the last turn. Calls and results need
    no ids, but where one side has them the other must. Calls are held against definitions only where there are any.
    """
    known = definitions(tools)
    waiting: list[_Call] = []
    answered: set[str] = set()
    asked_at = n_called = 0
    by_id = False
    for turn, found in enumerate(messages, 1):
        if found["role"] == "tool":
            if not n_called:
                return f"turn {turn}: a tool result before any call"
            fault = _answered(found, waiting, answered, by_id=by_id)
            if fault:
                return f"turn {turn}: {fault}"
            continue
        if found["role"] == "user" and (found["content"] or "").lstrip().startswith("<tool_response>"):
            waiting.clear()  # as Qwen's template renders results, one or several
            continue
        if waiting and found["role"] in ("user", "assistant"):
            return f"turn {asked_at}: call of {waiting[0].name[:40]!a} without a result before turn {turn} speaks"
        for call in json.loads(found["tool_calls"]) if found["tool_calls"] else []:
            made = _Call(call.get("id"), call["function"]["name"])
            fault = _call_fault(call["function"], known)
            if made.id is not None and any(other.id == made.id for other in waiting):
                fault = f"two calls with the id {made.id[:40]!a}"
            if fault:
                return f"turn {turn}: {fault}"
            waiting.append(made)
            answered.discard(made.id or "")
            asked_at, n_called = turn, n_called + 1
            by_id |= made.id is not None
    return None


def _answered(result: dict[str, Any], waiting: list[_Call], answered: set[str], *, by_id: bool) -> str | None:
    """Take the call that a result answers from those that wait; what is wrong, or null."""
    id_, name = result["tool_call_id"], result["name"]
    if id_:
        call = next((call for call in waiting if call.id == id_), None)
        if call is None and id_ in answered:
            return f"a second result for the call {id_[:40]!a}"
        if call is None:
            return "a tool result for a call that was not made"
        answered.add(id_)
    elif by_id:
        return "a tool result without the id of its call"
    else:
        call = next((call for call in waiting if name in (None, "", call.name)), None)
        if call is None and waiting:
            return f"a result of {name[:40]!a}, which was not called"
        if call is None:
            return "more tool results than calls"
    waiting.remove(call)
    return None


def definitions(tools: list[Any]) -> dict[str, Definition]:
    """The definitions by name, without those in a shape that is not known."""
    found = {}
    for tool in tools:
        function = tool.get("function", tool) if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            continue
        parameters = function.get("parameters")
        parameters = parameters if isinstance(parameters, dict) else {}
        required, properties = parameters.get("required"), parameters.get("properties")
        names = {name for name in required if isinstance(name, str)} if isinstance(required, list) else ()
        found[function["name"]] = Definition(frozenset(names), properties if isinstance(properties, dict) else {})
    return found


def may_be_null(parameter: Any) -> bool:
    """Whether a parameter's schema allows null; a parameter that is not described does not."""
    if not isinstance(parameter, dict):
        return False
    said = json.dumps([parameter.get("type"), parameter.get("anyOf"), parameter.get("default", "")])
    return not parameter or '"null"' in said or "nullable" in parameter


def _call_fault(function: dict[str, Any], known: dict[str, Definition]) -> str | None:
    name, arguments = function["name"], json.loads(function["arguments"])
    if not known:
        return None
    if name not in known:
        return f"call of {name[:40]!a}, which the tools do not define ({len(known)} defined)"
    if not isinstance(arguments, dict):
        return f"call of {name[:40]!a} with arguments that are no object"
    missing = sorted(
        required
        for required in known[name].required
        if arguments.get(required) is None
        and not (required in arguments and may_be_null(known[name].properties.get(required)))
    )
    return f"call of {name[:40]!a} without the required {missing[0][:40]!a}" if missing else None

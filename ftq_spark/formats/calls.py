"""Tool calls and tool definitions in OpenAI's shape."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import TOOLS_FIELDS
from ftq_spark.formats.faults import Fault, kind


def tool_call(found: Any, where: str) -> dict[str, Any]:
    """One call as ``{"id"?, "type": "function", "function": {"name", "arguments": <JSON text>}}``.

    Read are OpenAI's nesting, the flat ``{name, arguments | args | input | parameters}``, and either as JSON text.
    An id is optional: half of the dialects have none.

    Raises:
        Fault: bad_tool_call.
    """
    if isinstance(found, str):
        found = _parsed(found, f"{where}: tool call")
    if type(found) is not dict:
        raise Fault("bad_tool_call", f"{where}: expected a tool call as an object, found {kind(found)}")
    function = found.get("function")
    if function is None or isinstance(function, str):
        function = found if function is None else {**found, "name": function}
    if type(function) is not dict:
        raise Fault("bad_tool_call", f"{where}: expected a function as an object, found {kind(function)}")
    name = function.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Fault("bad_tool_call", f"{where}: tool call without a function name")
    call: dict[str, Any] = {}
    id_ = found.get("id", found.get("toolUseId"))
    if id_ is not None and not isinstance(id_, str):
        raise Fault("bad_tool_call", f"{where}: expected the id of a tool call as a string, found {kind(id_)}")
    if id_ is not None:
        call["id"] = id_
    call["type"] = "function"
    call["function"] = {"name": name, "arguments": _arguments(function, where)}
    return call


def tool_calls(found: Any, where: str) -> list[dict[str, Any]]:
    """A list of calls (also as JSON text, or a single call); a ``Fault`` bad_tool_call."""
    if isinstance(found, str):
        found = _parsed(found, f"{where}: tool calls") if found.strip() else []
    if found is None:
        return []
    return [tool_call(call, where) for call in (found if isinstance(found, list) else [found])]


def tools_of(row: dict[str, Any]) -> str | None:
    """The tool definitions of a row as a JSON array, from the first of its fields that holds any; null for none.

    Legacy `functions` become tools of type function. Text that is not JSON stays as one definition: what it means is
    the trainer's affair.
    """
    for field in TOOLS_FIELDS:
        found = row.get(field)
        if not found:
            continue
        if isinstance(found, str) and found.strip():
            try:
                found = strict.loads(found.encode())
            except Fault:
                found = [found]
        if isinstance(found, dict):
            found = [found]
        if found and isinstance(found, list):
            if field == "functions":
                found = [{"type": "function", "function": function} for function in found]
            return strict.dumps(found)
    return None


def _arguments(function: dict[str, Any], where: str) -> str:
    for field in ("arguments", "args", "input", "parameters"):
        arguments = function.get(field)
        if arguments is None:
            continue
        if isinstance(arguments, str):
            if not arguments.strip():
                return "{}"
            _parsed(arguments, f"{where}: arguments")
            return arguments
        if isinstance(arguments, dict):
            return strict.dumps(arguments)
        raise Fault("bad_tool_call", f"{where}: expected arguments as JSON text or object, found {kind(arguments)}")
    return "{}"


def _parsed(text: str, what: str) -> Any:
    try:
        return strict.loads(text.encode())
    except Fault as fault:
        raise Fault("bad_tool_call", f"{what} not JSON: {fault.message}") from None

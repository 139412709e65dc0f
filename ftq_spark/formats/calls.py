"""Tool calls and tool definitions in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import TOOLS_FIELDS
from ftq_spark.formats.faults import Fault, kind

_TOOLS_FIELDS = frozenset(TOOLS_FIELDS)
_N_REMEMBERED, _LONGEST_REMEMBERED = 512, 1 << 14  # sets of tools; characters of one
_Found = TypeVar("_Found")


def remembered(function: Callable[[str], _Found]) -> Callable[[str], _Found]:
    """The function of the JSON text of tools, which many rows of a dataset share, with what it found for the last ones.

    Long texts are not kept: what is remembered takes some megabytes at most.
    """
    kept = lru_cache(maxsize=_N_REMEMBERED)(function)
    return lambda text: kept(text) if len(text) <= _LONGEST_REMEMBERED else function(text)


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
    name = function.get("name", function.get("tool_name"))  # Llama Stack's
    if not isinstance(name, str) or not name.strip():
        raise Fault("bad_tool_call", f"{where}: tool call without a function name")
    call: dict[str, Any] = {}
    id_ = found.get("id", found.get("toolUseId", found.get("call_id")))
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
    """The tool definitions of a row as a JSON array in OpenAI's shape, from the first of its fields that holds any.

    Read are legacy `functions`, flat definitions, Anthropic's `input_schema`, Gemini's `functionDeclarations` and
    Bedrock's `toolConfig`; others stay as they are. Text that is not JSON stays as one definition: what it means is the
    trainer's affair. Null for none.
    """
    if _TOOLS_FIELDS.isdisjoint(row):
        return None
    for field in TOOLS_FIELDS:
        found = row.get(field)
        if not found:
            continue
        wrapped = _wrapped_text(found) if isinstance(found, str) else _wrapped_all(found)
        if wrapped is not None:
            return wrapped
    return None


@remembered
def _wrapped_text(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return _wrapped_all(strict.loads(text.encode()))
    except Fault:
        return _wrapped_all([text])


def _wrapped_all(found: Any) -> str | None:
    """Definitions in OpenAI's shape as JSON text; null for none."""
    if isinstance(found, dict):
        found = found["tools"] if isinstance(found.get("tools"), list) else [found]
    if not found or not isinstance(found, list):
        return None
    return strict.dumps([definition for tool in found for definition in _definitions(_read(tool))])


def _read(tool: Any) -> Any:
    """A definition that stands as JSON text in a list of such; anything else as it is."""
    if not (isinstance(tool, str) and tool.lstrip().startswith("{")):
        return tool
    try:
        return strict.loads(tool.encode())
    except Fault:
        return tool


def _definitions(tool: Any) -> list[Any]:
    """One definition in OpenAI's shape, or several where Gemini holds them in one tool."""
    if type(tool) is not dict:
        return [tool]
    for name in ("functionDeclarations", "function_declarations"):
        if isinstance(tool.get(name), list):
            return [_wrapped(_lowered(declared)) for declared in tool[name]]
    spec = tool.get("toolSpec")
    return [_wrapped(spec if isinstance(spec, dict) else tool)]


def _wrapped(function: Any) -> Any:
    if type(function) is not dict or "function" in function or not isinstance(function.get("name"), str):
        return function
    plain = {name: value for name, value in function.items() if name not in ("type", "input_schema", "inputSchema")}
    schema = function.get("input_schema", function.get("inputSchema"))
    if isinstance(schema, dict):
        plain["parameters"] = schema.get("json", schema)
    return {"type": "function", "function": plain}


def _lowered(schema: Any) -> Any:
    """Gemini's schema with the names of types as JSON Schema writes them."""
    if isinstance(schema, list):
        return [_lowered(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    lowered = {name: _lowered(value) for name, value in schema.items()}
    if isinstance(schema.get("type"), str):
        lowered["type"] = schema["type"].lower()
    return lowered


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

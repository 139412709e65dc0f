"""Calls against the definitions of their tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from ftq_spark.kernels.exchanges.definitions import Tool, Tools
from ftq_spark.kernels.exchanges.dialogue import Call, Finding, shown

UNKNOWN, SCHEMA = "tool_unknown", "tool_schema"
_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}


def check(call: Call, tools: Tools) -> Finding | None:
    """What is wrong with the name or the arguments of a call; null for nothing, and where no tool is declared."""
    tool = tools.by_name.get(call.name)
    if tool is None:
        if not tools.by_name or not tools.is_complete:
            return None
        declared = f"{len(tools.by_name)} declared"
        return Finding(call.turn, UNKNOWN, f"call of {shown(call.name)}, which no tool declares ({declared})")
    faults = list(_faults(call.arguments, tool))
    if not faults:
        return None
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return Finding(call.turn, SCHEMA, f"call of {shown(call.name)}: {faults[0]}{more}")


def _faults(arguments: Any, tool: Tool) -> Iterator[str]:
    if not isinstance(arguments, dict):
        yield f"expected the arguments as an object, found {_kind(arguments)}"
        return
    others = [name for name in arguments if name not in tool.properties]
    padded = not tool.is_open and any(arguments[name] is None for name in others)
    if padded:  # a table has united the arguments of all tools: null stands for nothing
        arguments = {name: value for name, value in arguments.items() if value is not None}
    if tool.validator is None:
        missing = [name for name in tool.required if name not in arguments]
        yield from (f"the required {shown(name)} is missing" for name in missing)
    elif not tool.validator.is_valid(arguments):
        yield from sorted(map(_said, tool.validator.iter_errors(arguments)))
        return
    yield from (f"the required {shown(name)} is null" for name in _null_required(arguments, tool))
    if not tool.is_open:
        yield from (f"{shown(name)} is no argument of it" for name in others if name in arguments)


def _null_required(arguments: dict[str, Any], tool: Tool) -> list[str]:
    """Required arguments that are null where the schema says nothing of null."""
    found = []
    for name in tool.required:
        if name in arguments and arguments[name] is None:
            schema = tool.properties.get(name)
            if not isinstance(schema, dict) or schema.keys().isdisjoint(("type", "enum", "const", "anyOf", "oneOf")):
                found.append(name)
    return found


def _said(error: jsonschema_rs.ValidationError) -> str:
    where = ".".join(map(str, error.instance_path))
    place = f"{shown(where)}: " if where else ""
    said = error.kind.as_dict()
    match error.kind.name:
        case "required":
            return f"{place}the required {shown(said['property'])} is missing"
        case "type":
            return f"{place}expected {' or '.join(said['types'])}, found {_kind(error.instance)}"
        case "enum":
            return f"{place}{shown(error.instance)} is none of {shown(said['options'], 60)}"
        case "additionalProperties":
            return f"{place}{shown(said['unexpected'][0])} is no argument of it"
        case _:
            return f"{place}{shown(error.message, 80)}"


def _kind(value: Any) -> str:
    return "null" if value is None else _JSON_TYPES.get(type(value), type(value).__name__)

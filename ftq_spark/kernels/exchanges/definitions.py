"""Tool definitions as JSON Schemas that are compiled once for each distinct set of tools.

Schemas are read as draft 2020-12 unless `$schema` names another draft. What is no JSON Schema but plainly meant as one
is mapped and remarked on: types by the names of a programming language ("dict", "str", "List[int]", "float,
optional"), `required: true` at the argument itself, arguments without the object around them. References out of the
definition are not followed: nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from ftq_spark.kernels.text.json_values import json_values

_CACHED_SETS = 4096  # of tools; a set is some kilobytes
_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))
_SPELLINGS = {
    **dict.fromkeys(("str", "text", "char"), "string"),
    **dict.fromkeys(("dict", "map", "mapping", "struct", "hash", "hashmap"), "object"),
    **dict.fromkeys(("int", "long"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("bool",), "boolean"),
    **dict.fromkeys(("list", "tuple", "set", "sequence", "arraylist"), "array"),
    **dict.fromkeys(("none", "nonetype", "void"), "null"),
    **dict.fromkeys(("any", "union", "callable", "optional", "unknown"), ""),
}
_BETWEEN_TAGS = re.compile(r"<tools>(.*?)</tools>|\[AVAILABLE_TOOLS\](.*?)\[/AVAILABLE_TOOLS\]", re.DOTALL)
_OF_SCHEMAS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_SCHEMA_FIELDS = ("parameters", "input_schema", "inputSchema", "parametersJsonSchema", "parameters_json_schema")
_KEYWORDS = frozenset(
    ("type", "required", "$ref", "$schema", "enum", "const", "description", "title", "items", "additionalProperties")
    + (_OF_SCHEMAS + _LISTS_OF_SCHEMAS)
)


class Tool(NamedTuple):
    """One definition. `validator` is null where the parameters are no schema, whatever is done to them."""

    name: str
    validator: jsonschema_rs.Validator | None
    properties: Mapping[str, Any]  # the declared arguments, each with its schema
    required: tuple[str, ...]
    is_open: bool  # whether the schema itself says what other arguments may be


class Tools(NamedTuple):
    """The tools that a conversation declares."""

    by_name: Mapping[str, Tool]
    remarks: tuple[str, ...]  # what had to be mapped, or cannot be read
    is_complete: bool  # every definition has a name, so that a call of another name is of no declared tool


NO_TOOLS = Tools({}, (), is_complete=False)


@lru_cache(_CACHED_SETS)
def read_tools(text: str) -> Tools:
    """The definitions in a JSON array; `text` is the column `tools` of an example."""
    by_name: dict[str, Tool] = {}
    remarks: list[str] = []
    is_complete = True
    for found in _functions(orjson.loads(text)):
        name = found.get("name") if isinstance(found, dict) else None
        if not isinstance(name, str):
            is_complete = False
            remarks.append("a definition without a name")
            continue
        tool, said = _tool(name, found)
        by_name[name] = tool
        remarks += [f"{name[:40]}: {remark}" for remark in said]
    return Tools(by_name, tuple(remarks), is_complete)


@lru_cache(_CACHED_SETS)
def tools_between_tags(text: str) -> str | None:
    """The definitions that a text holds between tags, as a JSON array; null where it has none.

    Hermes and Qwen write <tools>, Mistral [AVAILABLE_TOOLS]: one array, or objects one behind the other.
    """
    for found in _BETWEEN_TAGS.finditer(text):
        try:
            values = json_values(found[1] or found[2] or "")
        except json.JSONDecodeError:
            continue
        if tools := [tool for value in values for tool in (value if isinstance(value, list) else [value])]:
            return json.dumps(tools)
    return None


def _functions(found: Any) -> Iterator[Any]:
    """Each definition, out of whatever holds it: `function`, `toolSpec`, `functionDeclarations`."""
    for item in found if isinstance(found, list) else [found]:
        if not isinstance(item, dict):
            yield None
            continue
        several = item.get("functionDeclarations") or item.get("function_declarations")
        inner = item.get("function") or item.get("toolSpec")
        if isinstance(several, list):
            yield from _functions(several)
        elif isinstance(inner, dict):
            yield inner
        elif item.get("type") not in (None, "function", "custom") and "name" in item and _schema_of(item) is None:
            continue  # a tool that the provider runs itself
        else:
            yield item


def _schema_of(function: Mapping[str, Any]) -> Any:
    found = next((function[name] for name in _SCHEMA_FIELDS if function.get(name) is not None), None)
    return found["json"] if isinstance(found, dict) and set(found) == {"json"} else found


def _tool(name: str, function: Mapping[str, Any]) -> tuple[Tool, list[str]]:
    schema = _schema_of(function)
    if isinstance(schema, (str, bytes)):
        try:
            schema = orjson.loads(schema)
        except orjson.JSONDecodeError:
            return Tool(name, None, {}, (), True), ["its parameters are text that is no JSON"]
    if schema is None:
        return Tool(name, None, {}, (), True), []
    if not isinstance(schema, dict):
        return Tool(name, None, {}, (), True), ["its parameters are no object"]
    remarks: dict[str, None] = {}
    if schema and not (_KEYWORDS & schema.keys()) and all(isinstance(value, dict) for value in schema.values()):
        remarks["arguments without the object around them"] = None
        schema = {"type": "object", "properties": schema}
    plain = _plain(schema, remarks)
    try:
        validator = jsonschema_rs.validator_for(plain, retriever=_refuse)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError, TypeError) as error:
        validator = None
        remarks[f"its parameters are no JSON Schema: {str(error).splitlines()[0][:100]!a}"] = None
    properties, required = plain.get("properties"), plain.get("required")
    tool = Tool(
        name,
        validator,
        properties if isinstance(properties, dict) else {},
        tuple(item for item in required if isinstance(item, str)) if isinstance(required, list) else (),
        not isinstance(properties, dict) or not plain.keys().isdisjoint(_SAYS_OF_OTHERS),
    )
    return tool, list(remarks)


_SAYS_OF_OTHERS = (
    "additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames", "allOf", "anyOf", "oneOf",
    "$ref", "$dynamicRef", "if", "dependentSchemas",
)  # fmt: skip


def _refuse(uri: str) -> Any:
    raise ValueError(f"a reference out of the definition is not followed: {uri[:60]!a}")


def _plain(schema: Any, remarks: dict[str, None]) -> Any:
    """The schema with usual types, `nullable` as one of them, and `required` where it belongs."""
    if not isinstance(schema, dict):
        return schema
    made = _with_type(schema, remarks)
    for field in _OF_SCHEMAS:
        if isinstance(made.get(field), dict):
            made[field] = {name: _plain(found, remarks) for name, found in made[field].items()}
    for field in _SCHEMAS:
        if field in made:
            made[field] = _plain(made[field], remarks)
    for field in _LISTS_OF_SCHEMAS:
        if isinstance(made.get(field), list):
            made[field] = [_plain(found, remarks) for found in made[field]]
    return _with_required(made, remarks)


def _with_type(schema: dict[str, Any], remarks: dict[str, None]) -> dict[str, Any]:
    made = {name: value for name, value in schema.items() if value is not None or name in ("const", "default")}
    for field in _OF_SCHEMAS:  # null stands for nothing where a table has united several tools
        if isinstance(made.get(field), dict):
            made[field] = {name: value for name, value in made[field].items() if value is not None}
    type_ = made.pop("type", None)
    if isinstance(type_, str):
        type_, items = _type(type_, remarks)
        if items and type_ == "array":
            made.setdefault("items", {"type": items})
    elif isinstance(type_, list):
        mapped = [_type(item, remarks)[0] if isinstance(item, str) else item for item in type_]
        type_ = mapped if all(mapped) else None
    if type_ and made.pop("nullable", None) is True:
        type_ = list(dict.fromkeys([*(type_ if isinstance(type_, list) else [type_]), "null"]))
        if isinstance(made.get("enum"), list):
            made["enum"] = list(dict.fromkeys([*made["enum"], None]))
    if type_:
        made["type"] = type_
    return made


def _with_required(schema: dict[str, Any], remarks: dict[str, None]) -> dict[str, Any]:
    """`required: true` at an argument (draft 3) becomes its name in the list of the object."""
    properties = schema.get("properties")
    if isinstance(properties, dict):
        marked = [
            name for name, found in properties.items() if isinstance(found, dict) and found.get("required") is True
        ]
        if marked:
            remarks["`required: true` at an argument"] = None
            listed = schema.get("required")
            schema["required"] = list(dict.fromkeys([*(listed if isinstance(listed, list) else []), *marked]))
        schema["properties"] = {
            name: {key: value for key, value in found.items() if key != "required" or not isinstance(value, bool)}
            if isinstance(found, dict)
            else found
            for name, found in properties.items()
        }
    if schema.get("required") is None:
        schema.pop("required", None)
    return schema


def _type(found: str, remarks: dict[str, None]) -> tuple[str, str]:
    """A type by its name in JSON Schema, and that of its items; "" where any will do. Capitals alone are no remark."""
    if found in _TYPES:
        return found, ""
    text = re.sub(r"\s*,?\s*(optional|required)\s*$", "", found.strip().lower())
    if text in _TYPES:
        if text != found.lower():
            remarks[f"the type {found[:30]!a}"] = None
        return text, ""
    remarks[f"the type {found[:30]!a}"] = None
    outer, _, inner = text.rstrip("]").partition("[")
    mapped = outer if outer in _TYPES else _SPELLINGS.get(outer, "")
    if outer == "optional" or not mapped:
        return "", ""
    items = inner if inner in _TYPES else _SPELLINGS.get(inner, "")
    return mapped, items

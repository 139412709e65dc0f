"""Tool definitions in the spellings that datasets use."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.kernels.exchanges.definitions import read_tools

SCHEMA = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}


def accepts(parameters: Any, arguments: Any) -> bool:
    tools = read_tools(json.dumps([{"name": "look", "parameters": parameters}]))
    validator = tools.by_name["look"].validator
    assert validator is not None, tools.remarks
    return bool(validator.is_valid(arguments))


def remarks(parameters: Any) -> tuple[str, ...]:
    return read_tools(json.dumps([{"name": "look", "parameters": parameters}])).remarks


@pytest.mark.parametrize(
    "tool",
    [
        {"type": "function", "function": {"name": "look", "parameters": SCHEMA}},
        {"name": "look", "parameters": SCHEMA},
        {"name": "look", "parameters": json.dumps(SCHEMA)},
        {"name": "look", "input_schema": SCHEMA},
        {"toolSpec": {"name": "look", "inputSchema": {"json": SCHEMA}}},
        {"functionDeclarations": [{"name": "look", "parameters": SCHEMA}]},
    ],
)
def test_every_shape_of_a_definition(tool: Any) -> None:
    tools = read_tools(json.dumps([tool]))
    look = tools.by_name["look"]
    assert look.validator is not None and tools.is_complete and tools.remarks == ()
    assert look.validator.is_valid({"town": "Lyon"}) and not look.validator.is_valid({})
    assert look.required == ("town",)


@pytest.mark.parametrize(
    ("spelt", "right", "wrong"),
    [
        ("str", "a", 1),
        ("dict", {"a": 1}, []),
        ("float", 1.5, "1.5"),
        ("int", 3, 3.5),
        ("bool", True, "true"),
        ("list", [1], {}),
        ("tuple", [1], "1"),
        ("STRING", "a", 1),
        ("List[str]", ["a"], [1]),
        ("str, optional", "a", 1),
        ("Dict[str, int]", {"a": 1}, "a"),
    ],
)
def test_types_by_the_names_of_a_programming_language(spelt: str, right: Any, wrong: Any) -> None:
    parameters = {"type": "dict", "properties": {"x": {"type": spelt}}}
    assert accepts(parameters, {"x": right})
    assert not accepts(parameters, {"x": wrong})
    assert any("'dict'" in remark for remark in remarks(parameters))


def test_any_takes_everything() -> None:
    assert all(accepts({"properties": {"x": {"type": "any"}}}, {"x": x}) for x in (1, "a", None, [], {}))


def test_capitals_alone_are_no_remark() -> None:
    assert remarks({"type": "OBJECT", "properties": {"x": {"type": "STRING"}}}) == ()


def test_nullable() -> None:
    parameters = {"properties": {"x": {"type": "string", "nullable": True, "enum": ["a"]}}}
    assert accepts(parameters, {"x": None}) and accepts(parameters, {"x": "a"}) and not accepts(parameters, {"x": "b"})


def test_required_at_the_argument() -> None:
    parameters = {"type": "object", "properties": {"x": {"type": "string", "required": True}, "y": {"required": False}}}
    assert accepts(parameters, {"x": "a"}) and not accepts(parameters, {"y": 1})
    assert remarks(parameters) == ("look: `required: true` at an argument",)


def test_arguments_without_the_object_around_them() -> None:
    parameters = {"town": {"type": "str", "description": "where"}}
    assert accepts(parameters, {"town": "Lyon"}) and not accepts(parameters, {"town": 1})
    assert "look: arguments without the object around them" in remarks(parameters)


def test_a_property_may_be_called_type() -> None:
    parameters = {"type": "object", "properties": {"type": {"type": "str"}, "required": {"type": "boolean"}}}
    assert accepts(parameters, {"type": "a", "required": True}) and not accepts(parameters, {"type": 1})


def test_nulls_of_a_table_that_united_several_tools() -> None:
    parameters = {"type": "object", "properties": {"x": {"type": "string", "enum": None}, "y": None}, "required": None}
    assert accepts(parameters, {"x": "a"}) and not accepts(parameters, {"x": 1})
    assert remarks(parameters) == ()


def test_nothing_is_fetched() -> None:
    tools = read_tools(json.dumps([{"name": "look", "parameters": {"$ref": "http://localhost:9/schema"}}]))
    assert tools.by_name["look"].validator is None
    assert "no JSON Schema" in tools.remarks[0]


def test_references_inside_are_followed() -> None:
    parameters = {"type": "object", "properties": {"x": {"$ref": "#/$defs/t"}}, "$defs": {"t": {"type": "string"}}}
    assert accepts(parameters, {"x": "a"}) and not accepts(parameters, {"x": 1})


def test_what_cannot_be_read_is_remarked_on() -> None:
    tools = read_tools(json.dumps(["look(town)", {"name": "see", "parameters": {"type": "object", "required": "x"}}]))
    assert not tools.is_complete
    assert len(tools.remarks) == 2 and tools.by_name["see"].validator is None


def test_a_tool_that_the_provider_runs_is_none_of_ours() -> None:
    tools = read_tools(json.dumps([{"type": "web_search_20250305", "name": "web_search"}]))
    assert tools.by_name == {} and tools.remarks == ()

"""Calls against the definitions of their tools, with jsonschema as the judge."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import pytest

from ftq_spark.kernels.exchanges.arguments import SCHEMA, UNKNOWN, check
from ftq_spark.kernels.exchanges.definitions import read_tools
from ftq_spark.kernels.exchanges.dialogue import Call

N_FUZZED = 10_000
NAMES = ("town", "days", "unit", "tags", "where", "mode")


def defined(parameters: Any, **others: Any) -> str:
    return json.dumps([{"type": "function", "function": {"name": "look", "parameters": parameters, **others}}])


def call(arguments: Any, name: str = "look") -> Call:
    return Call(3, name, arguments, None)


def said(arguments: Any, parameters: Any) -> str | None:
    found = check(call(arguments), read_tools(defined(parameters)))
    return None if found is None else found.message


def random_schema(dice: random.Random, depth: int = 0) -> dict[str, Any]:  # noqa: PLR0911
    kind = dice.choice(("string", "integer", "number", "boolean", "array", "object", "enum", "any", "either"))
    if kind in ("array", "object") and depth > 2:
        kind = "string"
    match kind:
        case "string":
            return {"type": "string", **dice.choice(({}, {"minLength": 2}, {"maxLength": 3}, {"pattern": "^[a-m]"}))}
        case "integer" | "number":
            bounds = ({}, {"minimum": 0}, {"maximum": 5}, {"exclusiveMinimum": 2}, {"multipleOf": 2})
            return {"type": kind, **dice.choice(bounds)}
        case "array":
            bounds = ({}, {"minItems": 1}, {"maxItems": 2}, {"uniqueItems": True})
            return {"type": "array", "items": random_schema(dice, depth + 1), **dice.choice(bounds)}
        case "object":
            names = dice.sample(NAMES, dice.randint(1, 4))
            made = {"type": "object", "properties": {name: random_schema(dice, depth + 1) for name in names}}
            if dice.random() < 0.6:
                made["required"] = dice.sample(names, dice.randint(1, len(names)))
            if dice.random() < 0.4:
                made["additionalProperties"] = dice.choice((False, random_schema(dice, depth + 1)))
            return made
        case "enum":
            return {"enum": dice.sample(["a", "b", 1, 1.5, True, None, [1], {"a": 1}], 3)}
        case "either":
            word = dice.choice(("anyOf", "oneOf", "allOf"))
            return {word: [random_schema(dice, depth + 1) for _ in range(2)]}
        case _:
            return dice.choice(({}, {"type": ["string", "null"]}, {"type": "boolean"}, {"const": "a"}))


def random_value(dice: random.Random, depth: int = 0) -> Any:  # noqa: PLR0911
    kind = dice.randint(0, 8 if depth < 3 else 6)
    match kind:
        case 0 | 1:
            return dice.choice(("", "a", "b", "amber", "zebra", "1", "ä"))
        case 2:
            return dice.randint(-3, 8)
        case 3:
            return dice.choice((0.5, 1.0, 1.5, 4.0, -2.0, 1e3))
        case 4:
            return dice.choice((True, False))
        case 5:
            return None
        case 6:
            return dice.choice(([1], {"a": 1}, [], {}))
        case 7:
            return [random_value(dice, depth + 1) for _ in range(dice.randint(0, 3))]
        case _:
            names = dice.sample(NAMES, dice.randint(0, 4))
            return {name: random_value(dice, depth + 1) for name in names}


def test_verdicts_are_those_of_jsonschema() -> None:
    dice = random.Random(7)
    n_wrong = 0
    for _ in range(N_FUZZED // 10):
        schema: dict[str, Any] = {}
        while schema.get("type") != "object":
            schema = random_schema(dice)
        judge = jsonschema.Draft202012Validator(schema)
        tools = read_tools(defined(schema))
        for _ in range(10):
            arguments: Any = None
            while not isinstance(arguments, dict):
                arguments = random_value(dice)
            valid = judge.is_valid(arguments)
            n_wrong += not valid
            validator = tools.by_name["look"].validator
            assert validator is not None
            assert validator.is_valid(arguments) == valid, (schema, arguments)
            declared = set(arguments) <= set(schema["properties"]) or "additionalProperties" in schema
            if declared and None not in arguments.values():
                assert (check(call(arguments), tools) is None) == valid, (schema, arguments)
    assert N_FUZZED / 5 < n_wrong < N_FUZZED * 9 / 10  # both kinds were met


TOWN = {"type": "object", "properties": {"town": {"type": "string"}, "days": {"type": "integer", "minimum": 1}}}
UNTYPED = {"properties": {"town": {}}, "required": ["town"]}
LISTED = {"properties": {"town": {"enum": ["Lyon"]}}}
NEEDED = {**TOWN, "required": ["town"]}


@pytest.mark.parametrize(
    ("arguments", "parameters", "expected"),
    [
        ({"town": "Lyon"}, NEEDED, None),
        ({}, NEEDED, "call of 'look': the required 'town' is missing"),
        ({"town": 3}, NEEDED, "call of 'look': 'town': expected string, found number"),
        ({"town": None}, NEEDED, "call of 'look': 'town': expected string, found null"),
        ({"town": None}, UNTYPED, "call of 'look': the required 'town' is null"),
        ({"town": "Lyon", "days": 0}, NEEDED, "call of 'look': 'days': '0 is less than the minimum of 1'"),
        ({"town": "Lyon", "hours": 2}, NEEDED, "call of 'look': 'hours' is no argument of it"),
        ({"town": "Lyon", "hours": 2}, {**NEEDED, "additionalProperties": True}, None),
        ({"town": "Lyon", "hours": None, "days": None}, NEEDED, None),  # a table has united the arguments of all tools
        ({"town": "Lyon", "days": None}, NEEDED, "call of 'look': 'days': expected integer, found null"),
        ({"town": "Rome"}, LISTED, """call of 'look': 'town': 'Rome' is none of '["Lyon"]'"""),
        ({"town": 1, "days": "x"}, NEEDED, "call of 'look': 'days': expected integer, found string, and 1 more"),
        (["Lyon"], NEEDED, "call of 'look': expected the arguments as an object, found array"),
        ({"anything": 1}, {"type": "object"}, None),
        ({"anything": 1}, None, None),
    ],
)  # fmt: skip
def test_what_is_said_of_arguments(arguments: Any, parameters: Any, expected: str | None) -> None:
    assert said(arguments, parameters) == expected


def test_codes_and_turn() -> None:
    tools = read_tools(defined(NEEDED))
    wrong, unknown = check(call({}), tools), check(call({}, "peek"), tools)
    assert wrong is not None and unknown is not None
    assert (wrong.turn, wrong.code, unknown.turn, unknown.code) == (3, SCHEMA, 3, UNKNOWN)
    assert unknown.message == "call of 'peek', which no tool declares (1 declared)"


def test_without_definitions_nothing_is_unknown() -> None:
    assert check(call({"a": 1}), read_tools("[]")) is None
    assert check(call({"a": 1}, "peek"), read_tools('["peek(a) looks", {"name": "look"}]')) is None


def test_hostile_text_is_cut_and_plain() -> None:
    found = check(call({"town": "\x1b[31m" + "x" * 10_000}, "\n" * 500), read_tools(defined(NEEDED)))
    assert found is not None
    assert len(found.message) < 300 and found.message.isprintable()

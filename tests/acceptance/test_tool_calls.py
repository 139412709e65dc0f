"""Tool calls of real datasets: what a validator refuses, and arguments out of nowhere."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import dialogue_checks
import jsonschema

from ftq_spark.formats.detect import conversation
from ftq_spark.kernels.exchanges.tools import tool_findings


def test_every_call_that_a_validator_refuses_is_named_by_its_turn(real_data: Path) -> None:
    with gzip.open(real_data / "llamafactory" / "glaive_toolcall_en_demo.json.gz") as file:
        rows = [conversation(row) for row in json.load(file)]
    refused, named, n_calls = set(), set(), 0
    for i, row in enumerate(rows):
        declared = {tool["function"]["name"]: tool["function"] for tool in map(wrapped, json.loads(row.tools or "[]"))}
        for turn, message in enumerate(row.messages):
            for call in json.loads(message["tool_calls"] or "[]"):
                n_calls += 1
                tool, arguments = declared.get(call["function"]["name"]), json.loads(call["function"]["arguments"])
                if tool is None or not jsonschema.Draft202012Validator(tool["parameters"]).is_valid(arguments):
                    refused.add((i, turn))
        found = tool_findings(row.messages, row.tools)
        named |= {(i, item.turn) for item in found if item.code in ("tool_schema", "tool_unknown")}
        assert {item.code for item in found} <= {"tool_schema"}  # nothing else was found to be wrong there by reading
    assert n_calls > 200 and refused
    assert named == refused


def wrapped(tool: dict[str, Any]) -> dict[str, Any]:
    return tool if "function" in tool else {"function": tool}


def test_arguments_of_people_are_grounded_and_exchanged_ones_are_not(real_data: Path) -> None:
    found = dialogue_checks.grounded(real_data)
    assert found.n > 3_000
    assert found.n_wrong / found.n < 0.002  # of values that people wrote down
    assert found.n_found / (found.n - found.n_said) > 0.88  # days reckoned from today cannot be told

"""Tool calls of real datasets: what a validator refuses, and arguments out of nowhere."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import jsonschema

from ftq_spark.formats.detect import conversation
from ftq_spark.kernels.exchanges.grounding import is_grounded
from ftq_spark.kernels.exchanges.said import Said
from ftq_spark.kernels.exchanges.tools import tool_findings

N_DIALOGUES = 800
FEW = 8  # values of a slot up to which it is a category that a schema would list
SAYS_NOTHING = ("True", "False", "dontcare")


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
    with gzip.open(real_data / "scale" / "sgd_train.jsonl.gz") as file:
        dialogues = [json.loads(line) for line in file][: 4 * N_DIALOGUES]
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for dialogue in dialogues:
        for _, slot, value in slots(dialogue):
            values[slot].add(value)
    dice = random.Random(5)
    dice.shuffle(dialogues)
    n_clean = n_wrong = n_exchanged = n_found = 0
    for dialogue in dialogues[:N_DIALOGUES]:
        for said, slot, value in slots(dialogue):
            if len(values[slot]) <= FEW or value in SAYS_NOTHING:
                continue
            n_clean += 1
            n_wrong += not is_grounded(slot[1], value, said)
            other = dice.choice(sorted(values[slot] - {value, *SAYS_NOTHING}))
            n_exchanged += 1
            n_found += not is_grounded(slot[1], other, said)
    assert n_clean > 3_000
    assert n_wrong / n_clean < 0.003  # of values that people wrote down
    assert n_found / n_exchanged > 0.7  # genres and days reckoned from today cannot be told


def slots(dialogue: dict[str, Any]) -> Any:
    """What was said before each argument of a call, the slot and its value."""
    said = Said()
    for turn in dialogue["turns"]:
        for frame in turn["frames"]:
            if "service_call" in frame:
                for name, value in frame["service_call"]["parameters"].items():
                    yield said, (frame["service"], name), value
                said.add(json.dumps(frame.get("service_results")))
        said.add(turn["utterance"])

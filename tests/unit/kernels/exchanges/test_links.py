"""Calls, results and definitions that do not fit together, and what is right beside each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.formats import conversation
from ftq_spark.kernels.exchanges.definitions import NO_TOOLS, read_tools
from ftq_spark.kernels.exchanges.dialogue import by_turn
from ftq_spark.kernels.exchanges.links import check

ASKED = {"role": "user", "content": "Open the gate, then the door."}
SAID = {"role": "assistant", "content": "Both are open."}
PARAMETERS = {
    "properties": {"what": {"type": "string"}, "by": {"type": ["string", "null"]}},
    "required": ["what", "by"],
}
TOOL: dict[str, Any] = {"type": "function", "function": {"name": "open", "parameters": PARAMETERS}}


def calling(*ids: str | None, arguments: Any = None, name: str = "open") -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps({"what": "gate", "by": None} if arguments is None else arguments)}
    calls = [{"type": "function", "function": function, **({"id": id_} if id_ else {})} for id_ in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def result(id_: str | None = None, **more: Any) -> dict[str, Any]:
    return {"role": "tool", "content": "done", "tool_call_id": id_, **more}


def link(*turns: dict[str, Any], **row: Any) -> str | None:
    found = conversation({"messages": list(turns), **row})
    fault = check(found.messages, by_turn(found.messages), read_tools(found.tools) if found.tools else NO_TOOLS)
    return None if fault is None else f"turn {fault.turn + 1}: {fault.message}"


RIGHT = [
    (ASKED, calling("a"), result("a"), SAID),
    (ASKED, calling("a", "b"), result("b"), result("a"), SAID),
    (ASKED, calling("a", "b"), {"role": "user", "content": "<tool_response>\ndone\n</tool_response>"}, SAID),
    (ASKED, calling("a", "b"), {"role": "user", "content": "[TOOL_RESULTS] done [/TOOL_RESULTS]"}, SAID),
    (ASKED, calling("a"), result("a"), calling("b"), result("b"), SAID),
    (ASKED, calling("a"), result("a"), calling("a"), result("a"), SAID),  # ids that begin anew with each turn
    (ASKED, calling(None, None), result(), result(), SAID),
    (ASKED, calling(None), result(name="open"), SAID),
    (ASKED, SAID, ASKED, calling("a")),  # a last call is what is to be learnt
    (ASKED, SAID),
]


@pytest.mark.parametrize("turns", RIGHT)
def test_right(turns: tuple[dict[str, Any], ...]) -> None:
    assert link(*turns) is None
    assert link(*turns, tools=[TOOL]) is None


WRONG = [
    ((ASKED, calling("a"), SAID), "turn 2: call of 'open' without a result before turn 3"),
    ((ASKED, calling("a", "b"), result("a"), SAID), "turn 2: call of 'open' without a result before turn 4"),
    ((ASKED, calling("a"), ASKED, SAID), "turn 2: call of 'open' without a result before turn 3"),
    ((ASKED, calling("a"), ASKED, result("a"), SAID), "turn 2: call of 'open' without a result before turn 3"),
    ((ASKED, calling("a"), result("a"), result("a"), SAID), "turn 4: a second result for the call 'a'"),
    ((ASKED, calling("a", "a"), result("a"), result("a"), SAID), "turn 2: two calls with the id 'a'"),
    ((ASKED, calling("a"), result("b"), SAID), "turn 3: a tool result for a call that was not made"),
    ((ASKED, calling("a"), result(), SAID), "turn 3: a tool result without the id of its call"),
    ((ASKED, calling(None), result(), result(), SAID), "turn 4: more tool results than calls"),
    ((ASKED, calling(None), result(name="close"), SAID), "turn 3: a result of 'close', which was not called"),
    ((ASKED, result("a"), SAID), "turn 2: a tool result before any call"),
    ((ASKED, calling(None), calling(None), result(), SAID), "turn 2: call of 'open' without a result before turn 3"),
]


@pytest.mark.parametrize(("turns", "expected"), WRONG)
def test_wrong(turns: tuple[dict[str, Any], ...], expected: str) -> None:
    assert (link(*turns) or "").startswith(expected)


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [({"what": "gate", "by": None}, None), ({"what": None, "by": "me"}, "what"), ({"what": "gate"}, "by"), ({}, "by")],
)
def test_a_required_argument_that_is_null_is_missing(arguments: dict[str, Any], missing: str | None) -> None:
    expected = None if missing is None else f"turn 2: call of 'open' without the required '{missing}'"
    assert link(ASKED, calling("a", arguments=arguments), result("a"), SAID, tools=[TOOL]) == expected


DIALECTS = [
    {"tools": [TOOL]},
    {"tools": [TOOL["function"]]},
    {"functions": [TOOL["function"]]},
    {"tools": [{"name": "open", "input_schema": PARAMETERS}]},
    {"tools": [{"functionDeclarations": [TOOL["function"]]}]},
    {"toolConfig": {"tools": [
        {"toolSpec": {"name": "open", "inputSchema": {"json": PARAMETERS}}}]}},
]  # fmt: skip


@pytest.mark.parametrize("row", DIALECTS)
def test_definitions_of_every_dialect_are_one(row: dict[str, Any]) -> None:
    found = conversation({"messages": [ASKED, SAID], **row})
    assert json.loads(found.tools or "") == [TOOL]
    assert "do not define" in (link(ASKED, calling("a", name="close"), result("a"), SAID, **row) or "")

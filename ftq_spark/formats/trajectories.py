"""What agents did, as they record it: SWE-agent's trajectories and Harbor's ATIF.

SWE-agent: https://swe-agent.com/latest/usage/trajectories/. ATIF: the Agent Trajectory Interchange Format of Harbor,
https://github.com/laude-institute/harbor (rfcs/0001-trajectory-format.md).
"""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.faults import Fault, brief, kind
from ftq_spark.formats.fields import as_list
from ftq_spark.formats.turns import Conversation, messages_of

_SOURCES = {"system": "system", "user": "user", "agent": "assistant"}


def swe_agent(row: dict[str, Any]) -> Conversation | None:
    """`history` of turns beside `trajectory`, the same steps with all that was asked before each."""
    history = as_list(row.get("history"))
    if history is None or not isinstance(row.get("trajectory"), list):
        return None
    if not all(isinstance(turn, dict) and isinstance(turn.get("role"), str) for turn in history):
        return None
    return Conversation("swe_agent", messages_of(list(map(_with_id, history)), "`history` turn"), tools_of(row))


def _with_id(turn: dict[str, Any]) -> dict[str, Any]:
    """A turn with the one of `tool_call_ids` that its result is of."""
    ids = turn.get("tool_call_ids")
    return {**turn, "tool_call_id": ids[0]} if isinstance(ids, list) and ids and turn["role"] == "tool" else turn


def atif(row: dict[str, Any]) -> Conversation | None:
    """`steps` of `source` and `message`, with `tool_calls` and their `observation`; `agent` with `tool_definitions`.

    Raises:
        Fault: bad_message for a step that is none, or what turns raise.
    """
    steps, agent = as_list(row.get("steps")), row.get("agent")
    if steps is None or not str(row.get("schema_version", "")).startswith("ATIF"):
        return None
    turns = [turn for place, step in enumerate(steps, 1) for turn in _turns(step, place)]
    tools = tools_of({"tools": agent.get("tool_definitions")}) if isinstance(agent, dict) else None
    return Conversation("atif", messages_of(turns, "turn"), tools)


def _turns(step: Any, place: int) -> list[dict[str, Any]]:
    """What is said in a step, and the results of its calls."""
    if not isinstance(step, dict) or str(step.get("source")) not in _SOURCES:
        found = brief(step.get("source")) if isinstance(step, dict) else kind(step)
        raise Fault("bad_message", f"step {place}: expected `source` as one of {', '.join(_SOURCES)}, found {found}")
    calls = as_list(step.get("tool_calls")) or []
    said = {
        "role": _SOURCES[step["source"]],
        "content": step.get("message") or "",
        "reasoning_content": step.get("reasoning_content"),
        "tool_calls": [_call(call, place) for call in calls] or None,
    }
    observed = step.get("observation")
    results = (as_list(observed.get("results")) or []) if isinstance(observed, dict) else []
    return [said, *(_result(result, place) for result in results)]


def _call(call: Any, place: int) -> dict[str, Any]:
    if not isinstance(call, dict):
        raise Fault("bad_tool_call", f"step {place}: expected a tool call as an object, found {kind(call)}")
    function = {"name": call.get("function_name"), "arguments": call.get("arguments")}
    return {"id": call.get("tool_call_id"), "type": "function", "function": function}


def _result(result: Any, place: int) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise Fault("bad_message", f"step {place}: expected a result as an object, found {kind(result)}")
    return {"role": "tool", "tool_call_id": result.get("source_call_id"), "content": result.get("content") or ""}

"""What agents did, as they record it, and turns that hold more than one thing: calls with results, channels, tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.runs.shards import find_shards, read_span, whole
from ftq_spark.settings import Ingest

TOOL = {"type": "function", "function": {"name": "bash", "parameters": {"type": "object", "properties": {}}}}
CALL = {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": '{"command":"ls"}'}}
HISTORY = [
    {"role": "system", "content": "You fix bugs.", "agent": "main", "message_type": "system_prompt"},
    {"role": "user", "content": [{"type": "text", "text": "Fix it."}], "agent": "main", "message_type": "observation"},
    {"role": "assistant", "content": "I look.", "thought": "I look.", "action": "ls", "tool_calls": [CALL]},
    {"role": "tool", "content": "a.py", "agent": "main", "tool_call_ids": ["c1"]},
    {"role": "assistant", "content": "Done.", "thought": "Done.", "action": "submit", "tool_calls": None},
]
STEP = {"action": "ls", "observation": "a.py", "response": "I look.", "thought": "I look.", "messages": HISTORY[:4]}
TRAJECTORY = {
    "environment": "main",
    "trajectory": [STEP, STEP],
    "history": HISTORY,
    "info": {"exit_status": "submitted"},
}
ATIF = {
    "schema_version": "ATIF-v1.5",
    "session_id": "s",
    "agent": {"name": "x", "version": "1", "tool_definitions": [TOOL]},
    "steps": [
        {"step_id": 1, "source": "user", "message": "Fix it."},
        {
            "step_id": 2,
            "source": "agent",
            "message": "I look.",
            "reasoning_content": "Where is it?",
            "tool_calls": [{"tool_call_id": "c1", "function_name": "bash", "arguments": {"command": "ls"}}],
            "observation": {"results": [{"source_call_id": "c1", "content": "a.py"}]},
        },
        {"step_id": 3, "source": "agent", "message": "Done."},
    ],
}


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in conversation(row).messages]


def of_file(path: Path) -> list[dict[str, Any]]:
    (shard,) = find_shards([str(path)])
    return [row for batch in read_span(whole(shard), Ingest().max_line_bytes, None, False) for row in batch.to_pylist()]


@pytest.mark.parametrize("name", ["x.traj", "x.json", "x.jsonl"])
@pytest.mark.parametrize("row", [TRAJECTORY, {k: TRAJECTORY[k] for k in ("trajectory", "history", "info")}])
def test_the_whole_of_what_an_agent_did_is_one_dialogue(tmp_path: Path, name: str, row: dict[str, Any]) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(row, indent=None if name.endswith("l") else 2))
    (found,) = of_file(path)
    assert found["format"] == "swe_agent"
    turns = [(turn["role"], turn["content"]) for turn in found["messages"]]
    assert turns == [
        ("system", "You fix bugs."),
        ("user", "Fix it."),
        ("assistant", "I look."),
        ("tool", "a.py"),
        ("assistant", "Done."),
    ]
    assert json.loads(found["messages"][2]["tool_calls"]) == [CALL]
    assert found["messages"][3]["tool_call_id"] == "c1"


def test_steps_of_harbor(tmp_path: Path) -> None:
    path = tmp_path / "trajectory.json"
    path.write_text(json.dumps(ATIF, indent=2))
    (found,) = of_file(path)
    assert found["format"] == "atif"
    asked, looked, shown, done = found["messages"]
    assert (asked["role"], asked["content"]) == ("user", "Fix it.")
    assert (looked["role"], looked["content"], looked["reasoning"]) == ("assistant", "I look.", "Where is it?")
    assert json.loads(looked["tool_calls"]) == [CALL]
    assert (shown["role"], shown["content"], shown["tool_call_id"]) == ("tool", "a.py", "c1")
    assert (done["role"], done["content"]) == ("assistant", "Done.")
    assert json.loads(found["tools"]) == [TOOL]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("x", "step 1: expected `source` as one of system, user, agent, found string"),
        ({"source": "robot", "message": "x"}, "found 'robot'"),
        ({"source": "agent", "message": "x", "tool_calls": ["x"]}, "step 1: expected a tool call as an object"),
        ({"source": "agent", "message": "x", "observation": {"results": [1]}}, "step 1: expected a result"),
    ],
)
def test_a_step_that_is_none_is_told(step: Any, message: str) -> None:
    with pytest.raises(Fault, match=message):
        conversation({**ATIF, "steps": [step]})


GYM = {"input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"}], "tools": [TOOL]}


def test_a_request_alone_is_a_prompt_and_what_grades_its_answers() -> None:
    found = conversation({"responses_create_params": GYM, "expected_answer": "4", "agent_ref": {"name": "math"}})
    assert found.format == "prompt_only"
    assert [turn["role"] for turn in found.messages] == ["system", "user"]
    assert json.loads(found.graded or "") == {"expected_answer": "4", "agent_ref": {"name": "math"}}
    assert json.loads(found.tools or "") == [TOOL]
    assert said({"responses_create_params": {"input": "2 + 2?", "instructions": "Be brief."}}) == [
        ("system", "Be brief."),
        ("user", "2 + 2?"),
    ]


def test_a_request_beside_its_response_is_answered() -> None:
    answer = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "4"}]}
    row = {"responses_create_params": GYM, "response": {"output": [answer]}, "reward": 1.0}
    assert said(row)[-1] == ("assistant", "4")


USER = {"role": "user", "content": "How warm is it?"}
ANSWER = {"role": "assistant", "content": "21 degrees."}
OBSERVED = {"role": "tool", "name": "bash", "parameters": {"command": "ls"}, "observation": "a.py"}


@pytest.mark.parametrize("before", [[], [{"role": "assistant", "content": "I look."}]])
def test_a_call_and_its_result_in_one_turn(before: list[Any]) -> None:
    """As the data of ChatGLM3 have them."""
    row = {"conversations": [USER, *before, OBSERVED, ANSWER], "tools": [TOOL]}
    _, called, shown, last = conversation(row).messages
    assert (called["role"], called["content"]) == ("assistant", "I look." if before else "")
    assert json.loads(called["tool_calls"]) == [{"type": "function", "function": CALL["function"]}]
    assert (shown["role"], shown["content"], shown["name"]) == ("tool", "a.py", "bash")
    assert last["content"] == "21 degrees."
    (batch,) = batches([RawRow(1, json.dumps(row).encode())], dataset="d", source="x.jsonl")
    assert [turn["content"] for turn in batch.column("messages")[0].as_py()][-2:] == ["a.py", "21 degrees."]


def test_an_observation_without_a_call() -> None:
    turns = [USER, ANSWER, {"role": "observation", "observation": {"celsius": 21}}, ANSWER]
    assert said({"messages": turns})[2] == ("tool", '{"celsius":21}')


@pytest.mark.parametrize("content", ["Be brief.", ""])
def test_tools_in_the_system_turn(content: str) -> None:
    """As the data of GLM-4 have them."""
    row = {"messages": [{"role": "system", "content": content, "tools": [TOOL]}, USER, ANSWER]}
    assert json.loads(conversation(row).tools or "") == [TOOL]
    (batch,) = batches([RawRow(1, json.dumps(row).encode())], dataset="d", source="x.jsonl")
    assert json.loads(batch.column("tools")[0].as_py()) == [TOOL]


CHANNELS = [
    {
        "role": "system",
        "content": [{"type": "system_content", "model_identity": "You are it.", "reasoning_effort": "Low"}],
    },
    {
        "role": "developer",
        "content": [
            {
                "type": "developer_content",
                "instructions": "Be brief.",
                "tools": {"functions": {"name": "functions", "tools": [{"name": "warm", "description": "d"}]}},
            }
        ],
    },
    {"role": "user", "name": None, "content": [{"type": "text", "text": "How warm is it?"}]},
    {"role": "assistant", "content": [{"type": "text", "text": "I ask."}], "channel": "analysis"},
    {
        "role": "assistant",
        "content": [{"type": "text", "text": '{"city":"Turin"}'}],
        "channel": "commentary",
        "recipient": "functions.warm",
        "content_type": "<|constrain|> json",
    },
    {"role": "tool", "name": "functions.warm", "content": [{"type": "text", "text": "21"}], "channel": "commentary"},
    {"role": "assistant", "content": [{"type": "text", "text": "21, then."}], "channel": "analysis"},
    {"role": "assistant", "content": [{"type": "text", "text": "21 degrees."}], "channel": "final"},
]


def test_turns_in_channels() -> None:
    """As openai_harmony saves a conversation: a thought is no answer."""
    found = conversation({"messages": CHANNELS})
    system, developer, asked, called, shown, last = found.messages
    assert (system["content"], developer["content"], asked["content"]) == (
        "You are it.",
        "Be brief.",
        "How warm is it?",
    )
    assert (called["content"], called["reasoning"]) == ("", "I ask.")
    assert json.loads(called["tool_calls"])[0]["function"] == {"name": "warm", "arguments": '{"city":"Turin"}'}
    assert (shown["role"], shown["name"], shown["content"]) == ("tool", "warm", "21")
    assert (last["content"], last["reasoning"]) == ("21 degrees.", "21, then.")
    assert json.loads(found.tools or "")[0]["function"]["name"] == "warm"


@pytest.mark.parametrize("text", ["I ask.", [{"type": "text", "text": "I ask."}]])
def test_a_channel_in_turns_of_plain_text(text: Any) -> None:
    thought = {"role": "assistant", "content": text, "channel": "analysis"}
    row = {"messages": [USER, thought, {**ANSWER, "channel": "final"}]}
    (batch,) = batches([RawRow(1, json.dumps(row).encode())], dataset="d", source="x.jsonl")
    _, answer = batch.column("messages")[0].as_py()
    assert (answer["content"], answer["reasoning"]) == ("21 degrees.", "I ask.")
    (alone,) = conversation({"messages": [USER, thought]}).messages[1:]
    assert (alone["content"], alone["reasoning"]) == ("", "I ask.")


def test_turns_under_the_name_of_a_trajectory() -> None:
    """As tau-bench (`traj`) and nebius' trajectories of SWE-agent and OpenHands (`trajectory`) have them."""
    row = {"task_id": 1, "reward": 1.0, "traj": [*HISTORY], "info": {}}
    whole = [
        ("system", "You fix bugs."),
        ("user", "Fix it."),
        ("assistant", "I look."),
        ("tool", "a.py"),
        ("assistant", "Done."),
    ]
    assert said(row) == whole
    assert said({"instance_id": "x", "trajectory": HISTORY, "tools": [TOOL], "resolved": 1}) == whole
    assert said(TRAJECTORY) == whole
    prompted = {"role": "system", "system_prompt": "You fix bugs.", "text": "", "mask": False, "cutoff_date": "2023"}
    ends = [
        {"role": role, "system_prompt": None, "text": text, "mask": False}
        for role, text in (("user", "Fix it."), ("ai", "Done."))
    ]
    assert said({"trajectory": [prompted, *ends]}) == [whole[0], whole[1], whole[-1]]
    with pytest.raises(Fault, match="expected `traj` as a list of turns"):
        conversation({"traj": [{"state": 1}], "reward": 1.0})


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_files_of_such_trajectories(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [{"trajectory": HISTORY, "resolved": n} for n in range(3)]
    path.write_text(json.dumps(rows) if name.endswith("json") else "\n".join(map(json.dumps, rows)))
    assert [(found["format"], len(found["messages"])) for found in of_file(path)] == [("openai", 5)] * 3

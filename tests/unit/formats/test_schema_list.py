"""The list of schemas is what the reader does, and further dialects are read."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest

from ftq_spark.cli.app import invoke
from ftq_spark.formats import Fault, chat, conversation, pairs, preference, transcript, trees
from ftq_spark.formats.aliases import CONVERSATION_FIELDS, PAIRS
from ftq_spark.formats.identity import content_hash, context_hash
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.schemas import Schema, schemas


@pytest.mark.parametrize("entry", schemas(), ids=lambda entry: entry.name)
def test_an_example_is_read_as_its_schema(entry: Schema) -> None:
    found = conversation(entry.example)
    assert found.format == entry.name
    assert found.messages[-1]["role"] == ("user" if found.format == "prompt_only" else "assistant")
    assert entry.needs


def test_every_schema_is_listed() -> None:
    """Every name that the families give, as their code and tables say."""
    code = "".join(inspect.getsource(module) for module in (chat, pairs, preference, transcript, trees))
    named = set(re.findall(r'Conversation\("(\w+)"', code)) | set(re.findall(r'return "(\w+)"\n', code))
    named |= (
        set(CONVERSATION_FIELDS.values()) | {name for name, _, _ in PAIRS} | {"alpaca", "dolly", "dpo", "openai_dpo"}
    )
    assert named - {"dialogue"} <= {entry.name for entry in schemas()}


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["formats"]) == 0
    text = capsys.readouterr().out
    assert invoke(["formats", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == [entry.name for entry in schemas()]
    for entry in schemas():
        assert f"\n{entry.name}\n" in f"\n{text}"
        assert json.dumps(entry.example, ensure_ascii=False) in text


def reply(text: str, role: str = "assistant", *replies: Any, **more: Any) -> dict[str, Any]:
    return {"text": text, "role": role, "replies": list(replies), **more}


def test_the_best_path_of_a_tree() -> None:
    worse = reply("bad", "assistant", reply("why?", "prompter", reply("so")), rank=1)
    gone = reply("gone", rank=0, deleted=True)
    better = reply("good", "assistant", reply("more?", "prompter", reply("unranked"), reply("yes", rank=0)), rank=0)
    open_end = reply("last", "prompter")
    better["replies"][0]["replies"][1]["replies"] = [open_end]
    found = conversation({"message_tree_id": "t", "prompt": reply("hi", "prompter", worse, gone, better)})
    assert [turn["content"] for turn in found.messages] == ["hi", "good", "more?", "yes"]
    with pytest.raises(Fault, match="no_assistant"):
        conversation({"prompt": reply("hi", "prompter")})


def test_every_path_of_a_tree() -> None:
    more = reply("more?", "prompter", reply("no", message_id="1"), reply("yes", rank=0, message_id="2"))
    asked_in_vain = reply("well?", "prompter")
    tree = reply("hi", "prompter", reply("bad", "assistant", asked_in_vain, rank=1), reply("gone", deleted=True))
    tree["replies"].append(reply("good", "assistant", more, asked_in_vain, rank=0))
    row = RawRow(7, json.dumps({"message_tree_id": "t", "prompt": tree, "n": 1.5}).encode(), None, 9)
    others = [RawRow(8, b'{"prompt": "replies"}'), RawRow(9, json.dumps({"prompt": asked_in_vain}).encode())]
    found = list(trees.unfolded([row, *others]))
    assert found[3:] == others
    paths = [json.loads(path.raw) for path in found[:3]]
    assert [[turn["content"] for turn in path["messages"]] for path in paths] == [
        ["hi", "good", "more?", "yes"], ["hi", "good", "more?", "no"], ["hi", "bad"],
    ]  # fmt: skip
    assert [(path["message_id"], path["message_tree_id"], path["n"]) for path in paths] == [
        ("2", "t", 1.5), ("1", "t", 1.5), (None, "t", 1.5),
    ]  # fmt: skip
    assert {(path.number, path.line, path.fault) for path in found[:3]} == {(7, 9, None)}
    assert [conversation(path).format for path in paths] == ["openai"] * 3
    # What the reader says that a tree parses to is not what its paths parse to.
    assert list(trees.unfolded([row._replace(parsed=json.loads(row.raw))])) == found[:3]


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "What is 2 + 2?", "ground_truth": "4"},
        {"prompt": [{"role": "user", "content": "q"}]},
        {"prompt": [{"role": "user", "content": "q"}], "reward_model": {"ground_truth": "4"}, "data_source": "x"},
        {"messages": [{"role": "user", "content": "q"}], "reference_answer": "4"},
        {"prompt": [{"role": "user", "content": "q"}], "solution": "4"},
    ],
)
def test_a_prompt_alone_is_read_as_that(row: dict[str, Any]) -> None:
    found = conversation(row)
    assert (found.format, [turn["role"] for turn in found.messages]) == ("prompt_only", ["user"])
    assert (found.graded is None) == (row.keys() == {"prompt"})


def test_what_grades_the_answers_to_a_prompt_is_a_part_of_it() -> None:
    asked = {"prompt": "What is 2 + 2?"}
    rows = [asked | {"ground_truth": "4"}, asked | {"ground_truth": "5"}, asked | {"reference_answer": "4"}]
    found = [conversation(row) for row in rows]
    assert len(set(map(content_hash, found))) == len(set(map(context_hash, found))) == 3


def test_calls_between_tags() -> None:
    call = {"name": "add", "arguments": {"a": 1}}
    plain = [{"role": "user", "content": "q"},
             {"role": "assistant", "content": "I look.", "tool_calls": [{"function": call}]},
             {"role": "tool", "content": "3"}, {"role": "assistant", "content": "3"}]  # fmt: skip
    tagged = [plain[0],
              {"role": "assistant", "content": f"I look.\n<tool_call>\n{json.dumps(call)}\n</tool_call>"},
              {"role": "tool", "content": "<tool_response>\n3\n</tool_response>"}, plain[3]]  # fmt: skip
    assert content_hash(conversation({"messages": plain})) == content_hash(conversation({"messages": tagged}))
    broken = {**tagged[1], "content": "<tool_call>{'name': 'add'}</tool_call>"}
    turn = conversation({"messages": [plain[0], broken]}).messages[1]
    assert (turn["content"], turn["tool_calls"]) == (broken["content"], None)

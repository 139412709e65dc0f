"""Preferences in every schema, and rows with several answers that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from schema_rows import OPENAI, QA, SHAREGPT, TWO, turns

from ftq_spark.formats import conversation
from ftq_spark.formats.faults import Fault

PREFERRED = [
    {"prompt": "q", "chosen": "a", "rejected": "b"},
    {"prompt": "q", "chosen": "a", "rejected": "b", "messages": None},
    {"question": "q", "chosen_response": "a", "rejected_response": "b"},
    {"input": "q", "chosen": "a", "rejected": "b"},
    {"instruction": "q", "input": "", "chosen": "a", "rejected": "b"},
    {"prompt": OPENAI[:1], "chosen": OPENAI[1:], "rejected": [{"role": "assistant", "content": "b"}]},
    {"prompt": "q", "chosen": OPENAI, "rejected": [OPENAI[0], {"role": "assistant", "content": "b"}]},
    {"chosen": OPENAI, "rejected": [OPENAI[0], {"role": "assistant", "content": "b"}]},
    {"chosen": json.dumps(OPENAI), "rejected": json.dumps([OPENAI[0], {"role": "assistant", "content": "b"}])},
    {"chosen_messages": OPENAI, "rejected_messages": [OPENAI[0], {"role": "assistant", "content": "b"}]},
    {"conversations": SHAREGPT[:1], "chosen": {"from": "gpt", "value": "a"}, "rejected": {"from": "gpt", "value": "b"}},
    {"messages": OPENAI[:1], "chosen": OPENAI[1], "rejected": {"role": "assistant", "content": "b"}},
    {"messages": OPENAI, "prompt": "q", "chosen": OPENAI,
     "rejected": [OPENAI[0], {"role": "assistant", "content": "b"}]},
    {"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: q\n\nAssistant: b"},
    {"prompt": "\n\nHuman: q\n\nAssistant:", "chosen": "a", "rejected": "b"},
    {"input": {"messages": OPENAI[:1]}, "preferred_output": OPENAI[1:],
     "non_preferred_output": [{"role": "assistant", "content": "b"}]},
    {"input": {"messages": OPENAI[:1]}, "preferred_completion": OPENAI[1:],
     "non_preferred_completion": [{"role": "assistant", "content": "b"}]},
    # ms-swift's, Fireworks', Vertex AI's, NeMo's
    {"messages": OPENAI, "rejected_response": "b"},
    {"messages": OPENAI, "rejected_response": [{"role": "assistant", "content": "b"}]},
    {"messages": OPENAI, "rejected_messages": [OPENAI[0], {"role": "assistant", "content": "b"}]},
    {"query": "q", "response": "a", "rejected_response": "b"},
    {"chosen": {"messages": OPENAI}, "rejected": {"messages": [OPENAI[0], {"role": "assistant", "content": "b"}]}},
    {"contents": [{"role": "user", "parts": [{"text": "q"}]}],
     "completions": [{"score": 0.0, "completion": {"role": "model", "parts": [{"text": "b"}]}},
                     {"score": 1.0, "completion": {"role": "model", "parts": [{"text": "a"}]}}]},
    {"prompt": "<extra_id_0>System\n\n<extra_id_1>User\nq\n<extra_id_1>Assistant\n",
     "chosen_response": "a\n<extra_id_1>", "rejected_response": "b\n<extra_id_1>"},
]  # fmt: skip


@pytest.mark.parametrize("row", PREFERRED)
def test_preference_rows(row: dict[str, Any]) -> None:
    assert turns(row) == QA
    assert turns(row, "rejected") == [("assistant", "b")]
    assert conversation(row).format == ("openai_dpo" if "input" in row and "chosen" not in row else "dpo")


def test_another_end_of_a_dialogue_begins_behind_its_last_question() -> None:
    messages = [
        {"role": "system", "content": "s"},
        *OPENAI,
        {"role": "user", "content": "r"},
        {"role": "assistant", "content": "c"},
    ]
    found = conversation({"messages": messages, "rejected_response": "d"})
    assert [turn["content"] for turn in found.messages] == ["s", "q", "a", "r", "c"]
    assert [turn["content"] for turn in found.rejected or []] == ["d"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"messages": OPENAI[:1], "rejected_response": "b"}, "must end with a turn of the assistant"),
        ({"messages": OPENAI, "rejected_response": "a"}, "both sides are the same"),
        ({"rejected_response": "b"}, "without its counterpart"),
        ({"contents": [{"role": "user", "parts": [{"text": "q"}]}],
          "completions": [{"score": 1, "completion": {"role": "model", "parts": [{"text": "b"}]}},
                          {"score": 1, "completion": {"role": "model", "parts": [{"text": "a"}]}}]}, "name neither"),
        ({"contents": [{"role": "user", "parts": [{"text": "q"}]}],
          "completions": [{"completion": {"role": "model", "parts": [{"text": "b"}]}},
                          {"score": 1, "completion": {"role": "model", "parts": [{"text": "a"}]}}]}, "as a number"),
    ],
)  # fmt: skip
def test_another_answer_that_makes_no_preference(row: dict[str, Any], said: str) -> None:
    with pytest.raises(Fault, match=said) as raised:
        conversation(row)
    assert raised.value.code == "bad_preference"


@pytest.mark.parametrize("labels", [None, [True], "x"])
def test_several_answers_are_no_steps_of_one(labels: Any) -> None:
    row = {"prompt": "q", "completions": ["one answer", "another answer"], "labels": labels}
    with pytest.raises(Fault, match="`completions` holds several answers"):
        conversation(row)


def test_the_cases_of_a_program_are_no_dialogue() -> None:
    with pytest.raises(Fault, match="2 texts in `inputs`, of examples or of test cases: write a row each") as raised:
        conversation({"message": "Double it.", "inputs": ["1", "2"], "outputs": ["2", "4"]})
    assert raised.value.code == "multiple_examples"


@pytest.mark.parametrize("beside", [{"instruction_id_list": ["x"], "kwargs": [{}]}, {"env_config": {"name": "x"}}])
def test_what_checks_an_answer_makes_a_prompt(beside: dict[str, Any]) -> None:
    for asked in ({"prompt": "q"}, {"messages": OPENAI[:1]}):
        found = conversation({**asked, **beside})
        assert (found.format, found.messages[-1]["content"]) == ("prompt_only", "q")
        assert json.loads(found.graded or "") == {name: value for name, value in beside.items() if name != "kwargs"}


def test_of_the_dispreferred_side_only_what_differs_is_kept() -> None:
    row = {
        "chosen": "\n\nHuman: q0\n\nAssistant: a0\n\nHuman: q\n\nAssistant: a",
        "rejected": "\n\nHuman: q0\n\nAssistant: a0\n\nHuman: other\n\nAssistant: b",
    }
    assert turns(row) == TWO
    assert turns(row, "rejected") == [("user", "other"), ("assistant", "b")]


def test_a_preference_without_a_prompt() -> None:
    row = {"chosen": "The sky is blue.", "rejected": "The sky is green."}
    assert turns(row) == [("assistant", "The sky is blue.")]
    assert turns(row, "rejected") == [("assistant", "The sky is green.")]

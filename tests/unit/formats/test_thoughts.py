"""Thoughts inside an answer are split off and kept; a thought that never ends is said so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.identity import content_hash
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.thoughts import Split, split

ASKED = {"role": "user", "content": "How many days has April?"}


def answered(**turn: Any) -> dict[str, Any]:
    return {"messages": [ASKED, {"role": "assistant", **turn}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>April, June: 30</think>Thirty.", Split("April, June: 30", "Thirty.")),
        ("\n<think>\nApril\n\nJune\n</think>\n\nThirty.\n", Split("April\n\nJune", "Thirty.")),
        ("<think>\n\n</think>\n\nThirty.", Split(None, "Thirty.")),
        ("<think></think>", Split(None, "")),
        ("<think>thirty</think>\n", Split("thirty", "")),
        ("<think>April has thir", Split("April has thir", "", True)),
        ("<think>", Split(None, "", True)),
        ("</think>\n\nThirty.", Split(None, "Thirty.")),
        ("April, so 30.\n</think>\nThirty.", Split("April, so 30.", "Thirty.")),
        ("<thinking>a</thinking>b", Split("a", "b")),
        ("[THINK]a[/THINK]b", Split("a", "b")),
        ("◁think▷a◁/think▷b", Split("a", "b")),
        ("<think>a</think>Let me look.\n<think>b</think>Done.", Split("a\n\nb", "Let me look.\nDone.")),
        ("<think>a</thinking>b</think>c", Split("a</thinking>b", "c")),
        (
            "<|begin_of_thought|>\na\n<|end_of_thought|>\n\n<|begin_of_solution|>\nThirty.\n<|end_of_solution|>",
            Split("a", "Thirty."),
        ),
        ("<THINK>a</THINK>b", Split("a", "b")),
        (
            "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Thirty.<|return|>",
            Split("a", "Thirty."),
        ),
        ("<|channel|>analysis<|message|>April has thir", Split("April has thir", "", True)),
        # spoken of, not used
        ("It writes <|channel|>analysis<|message|> first.", None),
        ("Write <think> before a thought and </think> behind it.", None),
        ("`<think>` opens it, `</think>` ends it.", None),
        ("I think so.", None),
        ("A thoughtful answer.", None),
        ("", None),
    ],
)  # fmt: skip
def test_split(text: str, expected: Split | None) -> None:
    assert split(text) == (expected or Split(None, text))


@given(st.text("ab \n"), st.text("ab \n"))
def test_nothing_that_was_said_is_lost(thought: str, answer: str) -> None:
    found = split(f"<think>{thought}</think>{answer}")
    assert (found.reasoning or "", found.content, found.unfinished) == (thought.strip(), answer.strip(), False)


@given(st.lists(st.sampled_from(["<think>", "</think>", "[THINK]", "[/THINK]", "\n", "x ", "`"]), max_size=12))
def test_no_marks_raise_or_lose_words(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = split(text)
    assert ((found.reasoning or "") + found.content).count("x") == text.count("x")


SPELLINGS = [
    answered(content="<think>April: 30</think>Thirty."),
    answered(content="<think>\nApril: 30\n</think>\n\nThirty."),
    answered(content="Thirty.", reasoning_content="April: 30"),
    answered(content="Thirty.", reasoning=" April: 30\n"),
    answered(content="Thirty.", thinking="April: 30"),
    answered(content="Thirty.", reasoning_details=[{"type": "reasoning.text", "text": "April: 30", "index": 0}]),
    answered(content=[{"type": "thinking", "thinking": "April: 30"}, {"type": "text", "text": "Thirty."}]),
    {"conversations": [{"from": "human", "value": ASKED["content"]},
                       {"from": "gpt", "value": "<think>April: 30</think>\nThirty."}]},
    {"prompt": ASKED["content"], "completion": "<think>April: 30</think>\nThirty."},
    {"instruction": ASKED["content"], "output": "<think>April: 30</think>\nThirty."},
]  # fmt: skip


@pytest.mark.parametrize("row", SPELLINGS)
def test_every_spelling_is_one_content(row: dict[str, Any]) -> None:
    turn = conversation(row).messages[-1]
    assert (turn["content"], turn["reasoning"], turn["unfinished"]) == ("Thirty.", "April: 30", None)
    assert content_hash(conversation(row)) == content_hash(conversation(SPELLINGS[0]))


def test_an_empty_thought_is_none() -> None:
    plain, empty = answered(content="Thirty."), answered(content="<think>\n\n</think>\n\nThirty.")
    assert content_hash(conversation(plain)) == content_hash(conversation(empty))


def test_what_the_user_writes_stays() -> None:
    row = {"messages": [{"role": "user", "content": "<think>x</think>y"}, {"role": "assistant", "content": "z"}]}
    assert conversation(row).messages[0]["content"] == "<think>x</think>y"


def test_a_thought_without_an_end_leaves_no_answer() -> None:
    turn = conversation(answered(content="<think>April has thir")).messages[-1]
    assert (turn["content"], turn["reasoning"], turn["unfinished"]) == ("", "April has thir", True)


@pytest.mark.parametrize("content", ["", None, "<think>April: 30</think>"])
def test_a_thought_alone_is_an_example_with_an_empty_answer(content: str | None) -> None:
    fields = {} if content else {"reasoning_content": "April: 30"}
    turn = conversation(answered(content=content, **fields)).messages[-1]
    assert (turn["content"], turn["reasoning"]) == ("", "April: 30")


def test_a_blank_thought_alone_is_nothing_to_learn() -> None:
    with pytest.raises(Fault, match="empty_content"):
        conversation(answered(content="<think> </think>"))


def test_both_sides_of_a_preference() -> None:
    found = conversation({"prompt": "q", "chosen": "<think>a</think>b", "rejected": "<think>c"})
    assert (found.messages[-1]["reasoning"], found.messages[-1]["content"]) == ("a", "b")
    assert found.rejected is not None
    assert (found.rejected[0]["reasoning"], found.rejected[0]["unfinished"]) == ("c", True)


PAIRS = (
    {"prompt": "2 + 2?", "response": "Four."},
    {"question": "2 + 2?", "answer": "Four."},
    {"instruction": "2 + 2?", "input": "", "output": "Four."},
    {"Question": "2 + 2?", "Response": "Four."},
    {"prompt": [{"role": "user", "content": "2 + 2?"}], "completion": [{"role": "assistant", "content": "Four."}]},
)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking", "Complex_CoT", "cot"])
def test_a_column_of_thoughts_beside_an_answer(pair: dict[str, Any], name: str) -> None:
    found = conversation({**pair, name: " Two and two. "})
    assert (found.messages[-1]["reasoning"], found.messages[-1]["content"]) == ("Two and two.", "Four.")
    (batch,) = batches([RawRow(1, json.dumps({**pair, name: "Two and two."}).encode())], dataset="d", source="x.jsonl")
    assert batch.column("messages")[0].as_py()[-1]["reasoning"] == "Two and two."


@pytest.mark.parametrize("value", ["on", "OFF", "high", "", "  ", None, True, ["a"]])
def test_a_setting_is_no_thought(value: Any) -> None:
    assert conversation({**PAIRS[0], "reasoning": value}).messages[-1]["reasoning"] is None


def test_the_thought_in_an_answer_is_not_said_twice() -> None:
    row = {"prompt": "2 + 2?", "response": "<think>Two.</think>Four.", "thinking": "Two."}
    assert conversation(row).messages[-1]["reasoning"] == "Two."


def test_a_column_of_thoughts_beside_an_answer_to_turns() -> None:
    row = {"messages": [{"role": "user", "content": "2 + 2?"}], "reasoning": "Two and two.", "response": "Four."}
    assert conversation(row).messages[-1]["reasoning"] == "Two and two."

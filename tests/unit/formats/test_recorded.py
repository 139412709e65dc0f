"""Rows as systems record them: two answers and a vote, requests and their responses, MOSS."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.containers import container_of, rows
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow

SHP = {"history": "Which river?", "human_ref_A": "Rome.", "human_ref_B": "The Po.", "score_A": 1, "score_B": 9}
SAFE = {"prompt": "Which river?", "response_0": "The Po.", "response_1": "Rome.", "safer_response_id": 1}
TURNS = [{"role": "user", "content": "Which river?"}]
ARENA = {
    "conversation_a": [*TURNS, {"role": "assistant", "content": "Rome."}],
    "conversation_b": [*TURNS, {"role": "assistant", "content": "The Po."}],
}
ARENA_TABLE = {"prompt": '["Which river?"]', "response_a": '["Rome."]', "response_b": '["The Po."]', "winner_tie": 0}
HELP_STEER = {"context": TURNS, "response1": "The Po.", "response2": "Rome."}
WEB_GPT = {"question": {"full_text": "Which river?", "id": 7}, "answer_0": "Rome.", "answer_1": "The Po."}


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in conversation(row).messages]


@pytest.mark.parametrize(
    ("row", "better", "worse"),
    [
        ({**SHP, "labels": 0}, "The Po.", "Rome."),
        ({**SHP, "labels": 1}, "Rome.", "The Po."),
        ({**SHP, "labels": "1"}, "Rome.", "The Po."),
        ({**SAFE, "better_response_id": 0}, "The Po.", "Rome."),
        ({**SAFE, "better_response_id": 1}, "Rome.", "The Po."),
        ({**ARENA, "winner": "model_b"}, "The Po.", "Rome."),
        ({**ARENA, "winner": "model_a"}, "Rome.", "The Po."),
        ({**HELP_STEER, "overall_preference": -2}, "The Po.", "Rome."),
        ({**HELP_STEER, "overall_preference": 1}, "Rome.", "The Po."),
        (
            {"prompt": "Which river?", "response_1": "Rome.", "response_2": "The Po.", "preference_strength": 3},
            "The Po.",
            "Rome.",
        ),
        (
            {"instruction": "Which river?", "output_1": "The Po.", "output_2": "Rome.", "preference": 1},
            "The Po.",
            "Rome.",
        ),
        (
            {"instruction": "Which river?", "output_1": "The Po.", "output_2": "Rome.", "preference": 1.0000211125},
            "The Po.",
            "Rome.",
        ),
        (
            {"instruction": "Which river?", "output_1": "The Po.", "output_2": "Rome.", "preference": "1.93"},
            "Rome.",
            "The Po.",
        ),
        (
            {"question": "Which river?", "response_A": "Rome.", "response_B": "The Po.", "label": "B>A"},
            "The Po.",
            "Rome.",
        ),
        ({**ARENA_TABLE, "winner_model_a": 0, "winner_model_b": 1}, "The Po.", "Rome."),
        ({**ARENA_TABLE, "winner_model_a": "1", "winner_model_b": "0"}, "Rome.", "The Po."),
        ({**WEB_GPT, "score_0": -1.0, "score_1": 1.0}, "The Po.", "Rome."),
        ({**WEB_GPT, "question": "Which river?", "score_0": 0.5, "score_1": 0}, "Rome.", "The Po."),
    ],
)
def test_the_better_of_two_answers(row: dict[str, Any], better: str, worse: str) -> None:
    found = conversation(row)
    assert found.format == "compared"
    assert said(row) == [("user", "Which river?"), ("assistant", better)]
    assert [(turn["role"], turn["content"]) for turn in found.rejected or []] == [("assistant", worse)]


@pytest.mark.parametrize(
    "row",
    [
        {**ARENA, "winner": "tie"},
        {**SHP, "labels": 0.5},
        {**SAFE, "better_response_id": 2},
        {**HELP_STEER, "overall_preference": 0},
        {**WEB_GPT, "score_0": 0.0, "score_1": 0.0},
        {**WEB_GPT, "score_0": "good", "score_1": 0.0},
        {**WEB_GPT, "score_0": "nan", "score_1": 0.0},
        {"instruction": "Which river?", "output_1": "The Po.", "output_2": "Rome.", "preference": 1.5},
        {"instruction": "Which river?", "output_1": "The Po.", "output_2": "Rome.", "preference": 0.0},
        {"question": "Which river?", "response_A": "Rome.", "response_B": "The Po.", "label": "A=B"},
        {**ARENA_TABLE, "winner_model_a": 0, "winner_model_b": 0},
    ],
)
def test_where_neither_is_better_there_is_no_preference(row: dict[str, Any]) -> None:
    with pytest.raises(Fault, match=r"names? neither answer as the better one"):
        conversation(row)


def test_answers_to_several_questions_are_whole_dialogues() -> None:
    """As in the table of Chatbot Arena: the questions and both models' answers as lists in JSON."""
    row = {"prompt": '["q", "r"]', "response_a": '["a", "b"]', "response_b": '["a", "c"]'}
    found = conversation({**row, "winner_model_a": 0, "winner_model_b": 1, "winner_tie": 0})
    assert [turn["content"] for turn in found.messages] == ["q", "a", "r", "c"]
    assert [turn["content"] for turn in found.rejected or []] == ["b"]
    unlike = {**row, "response_b": '["a"]', "winner_model_a": 0, "winner_model_b": 1}
    assert conversation(unlike).messages[0]["content"] == '["q", "r"]'


@pytest.mark.parametrize("prompt", ['["Which river?"]', ["Which river?"]])
def test_texts_in_a_list_are_no_prompt_whose_answer_is_to_be_found(prompt: Any) -> None:
    with pytest.raises(Fault):
        conversation({"prompt": prompt, "response_a": "Rome.", "response_b": "The Po.", "data_source": "arena"})


def test_the_vote_of_an_annotator_is_no_answer() -> None:
    """Prodigy's `answer` is about the task, whatever stands beside it."""
    task = {"prompt": "Which river?", "_input_hash": 1, "_task_hash": 2, "answer": "accept"}
    with pytest.raises(Fault, match="no turns to be found"):
        conversation({**task, "text": "The Po."})
    assert said({**task, "response": "The Po."}) == [("user", "Which river?"), ("assistant", "The Po.")]
    assert said({"prompt": "Accept or reject?", "answer": "accept"})[1] == ("assistant", "accept")
    row = RawRow(1, json.dumps({**task, "text": "The Po."}).encode())
    (batch,) = batches([row], dataset="d", source="x.jsonl")
    assert batch.column("accepted").to_pylist() == [False]


def test_rows_of_votes_in_tables() -> None:
    found = {**SHP, "labels": 0}
    sink, text = io.BytesIO(), io.StringIO(newline="")
    pq.write_table(pa.Table.from_pylist([found]), sink)
    csv.writer(text).writerows([list(found), list(found.values())])
    for name, data in (("x.parquet", sink.getvalue()), ("x.csv", text.getvalue().encode())):
        container = container_of(name)
        assert container is not None
        (row,) = rows(io.BytesIO(data), container)
        assert row.parsed is not None
        assert conversation(row.parsed).format == "compared"


REQUEST = {"model": "m", "messages": [{"role": "system", "content": "Be brief."}, *TURNS]}
CHOICES = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "The Po."}}], "usage": {"n": 1}}


@pytest.mark.parametrize(
    "row",
    [
        {"request": REQUEST, "response": CHOICES, "id": 7},
        {"request": {"method": "POST", "url": "/v1", "body": REQUEST}, "response": {"status": 200, "body": CHOICES}},
        {"custom_id": "1", "body": REQUEST, "response": {"status_code": 200, "body": CHOICES}, "error": None},
        {"request": {**REQUEST, "messages": TURNS, "system": "Be brief."},
         "response": {"role": "assistant", "content": [{"type": "text", "text": "The Po."}], "id": "msg_1"}},
        {**REQUEST, **CHOICES, "id": "chatcmpl-1", "metadata": {"team": "desk"}},
        {**REQUEST, "response": "The Po.", "done": True},
        {**REQUEST, "completion": None, "output": {"role": "assistant", "content": "The Po."}},
        {"request_id": 1, "request_body": REQUEST, "response_body": CHOICES},
        {"inputs": REQUEST, "outputs": {"generations": [{"text": "The Po."}]}},
        {"input": REQUEST, "output": {"role": "assistant", "content": "The Po."}, "name": "trace"},
        {"request": {"contents": [{"role": "user", "parts": [{"text": "Which river?"}]}],
                     "systemInstruction": {"parts": [{"text": "Be brief."}]}},
         "response": {"candidates": [{"content": {"role": "model", "parts": [{"text": "The Po."}]}}]}, "status": ""},
    ],
)  # fmt: skip
def test_a_request_and_its_response(row: dict[str, Any]) -> None:
    assert conversation(row).format == "request_log"
    assert said(row) == [("system", "Be brief."), ("user", "Which river?"), ("assistant", "The Po.")]


def test_tools_and_calls_of_a_request() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "river", "arguments": "{}"}}
    tools = [{"type": "function", "function": {"name": "river", "parameters": {}}}]
    answer = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [call]}}]}
    found = conversation({"request": {**REQUEST, "tools": tools}, "response": answer})
    assert found.tools is not None
    assert found.messages[-1]["tool_calls"] is not None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"custom_id": "1", "method": "POST", "body": REQUEST}, "a batch without its response: join"),
        ({"custom_id": "1", "response": {"body": CHOICES}}, "a batch without its request: join"),
        ({"request": REQUEST, "response": {"choices": CHOICES["choices"] * 2}}, "2 choices in one response"),
        ({"request": REQUEST, "response": {"error": {"code": 429}}}, "holds no message: .*429"),
        ({"request": REQUEST, "response": {"choices": []}}, "holds no message"),
        ({"request": {"prompt": "q"}, "response": CHOICES}, "no chat schema has the fields"),
        ({**REQUEST, "choices": CHOICES["choices"] * 2}, "2 choices in one response"),
        ({**REQUEST, "answer": "The Po."}, "no turn of the assistant"),
        ({"request": "Which river?", "response": 7}, "no chat schema has the fields"),
    ],
)
def test_what_is_no_request_with_one_response(row: dict[str, Any], why: str) -> None:
    with pytest.raises(Fault, match=why):
        conversation(row)


def turn(asked: str, answer: str, **more: str) -> dict[str, str]:
    none = {"Inner Thoughts": "<|Inner Thoughts|>: None<eot>\n", "Commands": "<|Commands|>: None<eoc>\n"}
    return {"Human": f"<|Human|>: {asked}<eoh>\n", **none, "MOSS": f"<|MOSS|>: {answer}<eom>\n", **more}


def test_the_turns_of_moss() -> None:
    thought = {"Inner Thoughts": "<|Inner Thoughts|>: A river.<eot>\n"}
    chat = {f"turn_{i}": turn(f"q{i}", f"a\n{i} < 3") for i in (10, 2, 1)} | {"turn_3": turn("q3", "a3", **thought)}
    row = {"conversation_id": "1", "meta_instruction": "Be brief.", "num_turns": 4, "chat": chat}
    expected = [("system", "Be brief.")]
    for i, answer in ((1, "a\n1 < 3"), (2, "a\n2 < 3"), (3, "a3"), (10, "a\n10 < 3")):
        expected += [("user", f"q{i}"), ("assistant", answer)]
    assert said(row) == expected
    found = conversation(row)
    assert found.format == "moss"
    assert [turn["reasoning"] for turn in found.messages if turn["role"] == "assistant"] == [
        None,
        None,
        "A river.",
        None,
    ]
    row["chat"]["turn_2"]["Commands"] = '<|Commands|>: Search("river")<eoc>\n'
    with pytest.raises(Fault, match="a command of a plugin"):
        conversation(row)
    with pytest.raises(Fault, match="with `MOSS` as a string"):
        conversation({"chat": {"turn_1": {"Human": "q", "MOSS": 1}}})

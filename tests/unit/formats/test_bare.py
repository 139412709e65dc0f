"""Lists of turns that stand where a row is expected, and files that are one dialogue."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pytest

from ftq_spark.formats import ingest
from ftq_spark.formats.containers import container_of, pieces

Q, A = {"role": "user", "content": "Name a river."}, {"role": "assistant", "content": "The Po."}
SYSTEM = {"role": "system", "content": "Be brief."}
HELPED = [{"role": "client", "content": "I sleep badly."}, {"role": "counselor", "content": "Since when?"}]


def read(data: str, name: str) -> list[dict[str, Any]]:
    container = container_of(name)
    assert container is not None
    found = pieces(io.BytesIO(data.encode()), container)
    return pa.Table.from_batches(list(ingest.batches(found, dataset="d", source="s"))).to_pylist()


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_turns_in_a_document_is_a_row_of_messages(indent: int | None) -> None:
    dialogues = [[Q, A], [SYSTEM, Q, A]]
    found = read(json.dumps(dialogues, indent=indent), "x.json")
    assert [json.loads(row["original"]) for row in found] == [{"messages": turns} for turns in dialogues]
    assert [row["format"] for row in found] == ["openai"] * 2


def test_a_list_of_turns_as_a_line_is_no_object_and_says_what_to_do() -> None:
    for row in read(lines([Q, A], [SYSTEM, Q, A]), "x.jsonl"):
        assert row["code"] == "not_an_object"
        assert "jq -c '{messages: .}' FILE > NEW" in row["message"]


@pytest.mark.parametrize(("name", "indent"), [("x.json", None), ("x.json", 2), ("x.jsonl", 2)])
def test_a_file_that_is_one_dialogue_is_one_row(name: str, indent: int | None) -> None:
    for turns in ([Q, A], [SYSTEM, Q, A, Q, A], HELPED):
        (found,) = read(json.dumps(turns, indent=indent), name)
        assert json.loads(found["original"]) == {"messages": turns}
        assert [turn["content"] for turn in found["messages"]] == [turn["content"] for turn in turns]
        assert found["messages"][-1]["role"] == "assistant"


def test_what_may_be_several_dialogues_is_none() -> None:
    for turns in ([SYSTEM, Q, A, SYSTEM, Q, A], [Q, Q], [Q, A] * 300, [Q]):
        found = read(json.dumps(turns), "x.json")
        assert len(found) == len(turns)
        assert {row["code"] for row in found} == {"unknown_format"}
        assert "a turn by itself" in found[0]["message"]
    assert {row["code"] for row in read(lines(Q, A), "x.jsonl")} == {"unknown_format"}


def test_other_lists_stay_what_they_were() -> None:
    for data in ("[1, 2]\n{}\n", "[]\n[]\n", '[{"role": "user"}]\n' * 2, '[{"role": 1, "content": "q"}, 2]\n' * 2):
        assert {row["code"] for row in read(data, "x.jsonl")} <= {"not_an_object", "unknown_format"}
    rows = [{"from": "a book", "text": "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>"}] * 2
    assert [row["format"] for row in read(json.dumps(rows), "x.json")] == ["text", "text"]
    broken = read('[{"role": "user", "content": "q"}, {"role"\n[1', "x.json")
    assert [row["code"] for row in broken] == ["unknown_format", "malformed_json"]


def test_a_list_knows_its_line() -> None:
    data = "[\n" + json.dumps([Q, A]) + ",\n\n" + json.dumps([Q, A], indent=1) + "\n]"
    assert [row["line"] for row in read(data, "x.json")] == [2, 4]

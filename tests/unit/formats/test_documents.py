"""JSON documents of every shape that people save, under the names of documents and of lines."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from ftq_spark.formats import containers, ingest
from ftq_spark.formats.containers import RawRow, container_of, is_one_document, rows

A, B, C = ({"prompt": letter, "completion": letter.lower()} for letter in "ABC")
TURNS = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
CHAT = {"messages": TURNS}
POINTS_AT_COMMA = sys.version_info >= (3, 13)  # Python's own parser names the comma, not what follows it


def read(data: str, name: str) -> list[RawRow]:
    container = container_of(name)
    assert container is not None
    return list(rows(io.BytesIO(data.encode()), container))


def found(data: Any, name: str = "x.json", indent: int | None = None) -> list[Any]:
    text = data if isinstance(data, str) else json.dumps(data, indent=indent)
    return [json.loads(row.raw) if row.fault is None else row.fault.code for row in read(text, name)]


COLUMNS = {"prompt": ["A", "B"], "completion": ["a", "b"]}
DOCUMENTS = [
    ({"train": [A, B], "val": [C]}, [{"split": "train", **A}, {"split": "train", **B}, {"split": "val", **C}]),
    ({"train": [], "test": [A]}, [{"split": "test", **A}]),
    ({"data": [A, B]}, [A, B]),
    ({"version": "1.0", "n": 2, "data": [A, B]}, [A, B]),
    ({"meta": {"by": "me"}, "rows": [A]}, [A]),
    ({"data": [A], "license": "x", "more": {"a": [1]}}, [A]),
    ({"info": {"author": "x", "tags": ["a"]}, "licences": [{"id": 1}], "n": 2, "data": [A, B]}, [A, B]),
    (
        {"meta": {"author": "x"}, "data": {"train": [A], "test": [B]}},
        [{"split": "train", **A}, {"split": "test", **B}],
    ),
    ({"train": [{**A, "split": "mine"}]}, [{**A, "split": "mine"}]),
    (COLUMNS, [A, B]),
    ({name: dict(enumerate(cells)) for name, cells in COLUMNS.items()}, [A, B]),
    ({"columns": ["prompt", "completion"], "index": [0, 1], "data": [["A", "a"], ["B", "b"]]}, [A, B]),
    ({"schema": {"fields": []}, "data": [{"index": 0, **A}]}, [{"index": 0, **A}]),
    ({"train": COLUMNS}, [{"split": "train", **A}, {"split": "train", **B}]),
    ({"one": A, "two": B}, [{"id": "one", **A}, {"id": "two", **B}]),
    ({"one": TURNS, "two": TURNS}, [{"id": "one", **CHAT}, {"id": "two", **CHAT}]),
    ({"functions": [], "conversations": {"one": TURNS}}, [{"id": "one", **CHAT}]),
    ({"dialogues": {"one": TURNS, "two": CHAT}}, [{"id": "one", **CHAT}, {"id": "two", **CHAT}]),
    ({"version": 1, "data": {"one": A, "two": B}, "n": {"a": 1}}, [{"id": "one", **A}, {"id": "two", **B}]),
    ({"train": {"one": A}, "test": {"two": B}},
     [{"split": "train", "id": "one", **A}, {"split": "test", "id": "two", **B}]),
    ({"dataset": {"train": [A], "test": [B]}}, [{"split": "train", **A}, {"split": "test", **B}]),
    # examples, however much they look like tables
    ({"data": {"id": "7", **A}, "one": {"id": "8", **B}}, [{"id": "7", **A}, {"id": "8", **B}]),
    (CHAT, [CHAT]),
    ({"id": "7", **CHAT}, [{"id": "7", **CHAT}]),
    ({"prompt": CHAT["messages"][:1], "completion": CHAT["messages"][1:]},
     [{"prompt": CHAT["messages"][:1], "completion": CHAT["messages"][1:]}]),
]  # fmt: skip


@pytest.mark.parametrize("indent", [None, 1])
def test_rows_of_the_datasets_server(indent: int | None) -> None:
    """As https://datasets-server.huggingface.co/rows answers: cells over its limit are cut, and named."""
    features = [{"feature_idx": 0, "name": "prompt", "type": {"dtype": "string", "_type": "Value"}}]
    rows_ = [
        {"row_idx": 7, "row": A, "truncated_cells": []},
        {"row_idx": 8, "row": {**B, "completion": "b…"}, "truncated_cells": ["completion"]},
        {"row_idx": 9, "row": CHAT, "truncated_cells": []},
    ]
    document = {"features": features, "rows": rows_, "num_rows_total": 300, "partial": False}
    assert found(document, indent=indent) == [A, "truncated_cells", CHAT]
    assert [row.number for row in read(json.dumps(document), "x.json")] == [1, 2, 3]
    assert "['completion']" in str(read(json.dumps(document), "x.json")[1].fault)
    assert found({"rows": [{"row": A}]}, indent=indent) != [A]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(("document", "expected"), DOCUMENTS)
def test_documents(document: Any, expected: list[Any], indent: int | None) -> None:
    assert found(document, indent=indent) == expected


def test_a_long_split_is_read_in_pieces() -> None:
    long = {**A, "completion": "x" * 2000}
    document = {"train": [long] * 2000, "test": [A]}
    assert len(found(document)) == 2001
    assert found({"train": [{**A, "completion": "x" * (2 << 20)}, B]})[1] == {"split": "train", **B}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"train": [{"prompt":"A","completion":"a"}, nope, {"prompt":"B","completion":"b"}]}',
         [{"split": "train", **A}, "malformed_json", {"split": "train", **B}]),
        ('{"train": [{"prompt":"A","completion":"a"}', [{"split": "train", **A}, "malformed_json"]),
        ('{"train": [{"prompt":"A","completion":"a"}], "test" [1]}', [{"split": "train", **A}, "malformed_json"]),
        ('{"train": [{"prompt":"A","completion":"a"}], ', [{"split": "train", **A}, "malformed_json"]),
        ('{"data": [{"title": "t", "paragraphs": []}]}', ["unknown_format"]),
    ],
)  # fmt: skip
def test_broken_documents(data: str, expected: list[Any]) -> None:
    assert found(data) == expected


def test_what_cannot_be_read_says_how_to_save_it() -> None:
    (row,) = read('{"rows": {"q": [1]}}', "x.json")
    assert row.fault is None or "orient='records'" in row.fault.message
    (row,) = read('{"data": [[1, 2]], "names": ["a", "b"]}', "x.json")
    assert row.fault is not None
    assert "orient='records', lines=True" in row.fault.message


AS_LINES = [
    (json.dumps([A, B, C], indent=1), [A, B, C]),
    (json.dumps([A, B]), [A, B]),
    ("[\n" + ",\n".join(map(json.dumps, (A, B))) + "\n]\n", [A, B]),
    (json.dumps(CHAT, indent=2) + "\n" + json.dumps(CHAT, indent=2), [CHAT, CHAT]),
    (json.dumps(A, indent=0) + "\n", [A]),
    # lines, however wrong
    (json.dumps(A) + "\n" + json.dumps(B), [A, B]),
    ('{"broken": \n' + json.dumps(A), ["malformed_json", A]),
    ("[1]\n[2]\n", [[1], [2]]),
    ("{}\n{}\n", [{}, {}]),
    (json.dumps({"train": [A]}), [{"train": [A]}]),
    ("\ufeff" + json.dumps(A) + "\n\ufeff" + json.dumps(B), [A, B]),
]


@pytest.mark.parametrize(("data", "expected"), AS_LINES)
def test_under_the_name_of_lines(data: str, expected: list[Any]) -> None:
    codes = found(data, "x.jsonl") if "malformed_json" not in expected else None
    if codes is not None:
        assert codes == expected
    else:
        assert [row.number for row in read(data, "x.jsonl")] == [1, 2]
    assert is_one_document(io.BytesIO(data.encode())) == (data.startswith(("[\n", "[{", "{\n")) and data[:3] != "{}\n")


def test_lines_of_elements() -> None:
    data = json.dumps([A, B, "x\ny"], indent=1) + "\n"
    assert [row.line for row in read(data, "x.json")] == [2, 6, 10]
    data = json.dumps({"train": [A, B], "test": [C]}, indent=1)
    assert [row.line for row in read(data, "x.json")] == [3, 7, 13]
    data = 'prompt,completion\n"A\nA",a\n\nB,b\n'
    assert [(row.number, row.line) for row in read(data, "x.csv")] == [(1, 2), (2, 5)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (json.dumps(A) + json.dumps(B), "a second value on the line; write one object a line"),
        (json.dumps(A) + ", " + json.dumps(B), "a second value on the line; write one object a line"),
        ("{'prompt': 'A', 'completion': None}", "Python's notation; write it with json.dumps"),
        ('{"prompt": "A", "completion": None}', "Python's notation; write it with json.dumps"),
        ('{"prompt": "A", completion: "a"}', "a name without double quotes"),
        ('{"prompt": "A", "completion": "in C:\\work"}', r": a backslash by itself is written \\"),
        ('{"prompt": "A", "completion": "a', r"the line ends inside a text; a line break in a text is written \n"),
        ('{"prompt": "A", "completion": "a"},', "a comma behind the object"),
        ('// {"prompt": "A", "completion": "a"}', "a comment, which JSON does not have"),
        ('{"prompt": "A", # asked\n"completion": "a"}', "a comment, which JSON does not have"),
        ('{"prompt": "A', "string starting at character 11"),
    ],
)
def test_the_message_says_what_it_is(line: str, said: str) -> None:
    from ftq_spark.formats import Fault
    from ftq_spark.formats.strict import parse_object

    with pytest.raises(Fault) as raised:
        parse_object(line.encode())
    assert said in raised.value.message


def test_turns_in_pythons_notation() -> None:
    from ftq_spark.formats import Fault, conversation

    with pytest.raises(Fault) as raised:
        conversation({"messages": str(CHAT["messages"])})
    assert "Python's notation" in raised.value.message


def test_turns_held_field_by_field() -> None:
    from ftq_spark.formats import conversation

    row = {"messages": {"role": ["user", "assistant"], "content": ["q", "a"]}}
    assert conversation(row).messages == conversation(CHAT).messages


def test_a_file_of_settings_is_one_reject_not_one_a_member() -> None:
    text = json.dumps({"fp16": {"enabled": "auto"}, "zero": {"stage": 2}, "batch": "auto", "clip": 1.0, "steps": 5})
    (found,) = read(text, "a.json")
    assert found.fault is not None
    assert found.fault.code == "unknown_format"
    keyed = json.dumps({"a": {"q": "1", "r": "2"}, "b": {"q": "3", "r": "4"}})
    assert [row.fault for row in read(keyed, "a.json")] == [None, None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[{"prompt": "q", "completion": "a",}, {"prompt": "q"}]',
            "trailing comma" if POINTS_AT_COMMA else "a comma, or nothing, before the closing bracket",
        ),
        ('[{"prompt": "q" "completion": "a"}, {"prompt": "q"}]', "a comma is missing"),
        ('[{prompt: "q"}, {"prompt": "q"}]', "a name without double quotes"),
    ],
)
def test_a_broken_element_says_what_is_wrong(text: str, said: str) -> None:
    fault = read(text + " " * 40, "a.json")[0].fault
    assert fault is not None
    assert said in fault.message


def test_what_breaks_a_long_value_is_named_with_its_line() -> None:
    text = json.dumps({"prompt": "A", "list": [1, 2, 3, 4], "completion": "a"}, indent=1).replace("4\n", "4,\n")
    comma = 8 - POINTS_AT_COMMA
    for data, line in ((text, comma), (f"[\n{json.dumps(A)},\n{text}]", comma + 2)):
        fault = read(data, "x.json")[-1].fault
        assert fault is not None
        assert fault.code == "malformed_json"
        assert f"of it, on line {line}" in fault.message


def test_half_a_pair_in_a_table_by_column_is_a_reject_of_its_row() -> None:
    text = b'{"prompt": {"0": "a\\ud800", "1": "q"}, "completion": {"0": "b", "1": "a"}}'
    pieces = containers.pieces(io.BytesIO(text), containers.Container("json"))
    (batch,) = ingest.batches(pieces, dataset="d", source="s")
    assert batch["code"].to_pylist() == ["lone_surrogate", None]

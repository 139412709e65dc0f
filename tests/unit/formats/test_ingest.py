"""Rows as Arrow batches: nothing is lost, ids and hashes hold, originals survive."""

from __future__ import annotations

import base64
import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ftq_spark
from ftq_spark.formats import conversation
from ftq_spark.formats.containers import container_of, rows
from ftq_spark.formats.identity import content_hash, example_id
from ftq_spark.formats.ingest import MAX_RAW_CHARS, batches
from ftq_spark.schema import INGESTED


def ingest(data: bytes, name: str, **options: Any) -> list[dict[str, Any]]:
    container = container_of(name)
    assert container is not None
    found = list(batches(rows(io.BytesIO(data), container), dataset="d", source="s/x", **options))
    assert all(batch.schema == INGESTED for batch in found)
    for batch in found:
        batch.validate(full=True)
    return [row for batch in found for row in batch.to_pylist()]


def hash_of(row: dict[str, Any]) -> str:
    return content_hash(conversation(row))


CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"b": 1, "a": 2.0}'}}
ASKED = {"role": "user", "content": "q"}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "name": "add", "content": "3"}

SAME = {
    "one question": [
        {"messages": [ASKED, {"role": "assistant", "content": "a"}]},
        {"messages": [{**ASKED, "name": None}, {"role": "assistant", "content": "a", "tool_calls": None, "weight": 1}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}], "loss_weight": 0.0},
                      {"role": "assistant", "content": [{"type": "text", "value": "a"}], "loss_weight": 1.0}]},
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "id": "7", "tools": "[]"},
        {"instruction": "q", "input": "", "output": "a"},
        {"instruction": "q", "response": "a", "category": "x"},
        {"prompt": "q", "completion": "a"},
        {"question": "q", "answer": "a"},
        {"query": "q", "response": "a", "history": []},
        {"text": "<|user|>q<|assistant|>a"},
        {"contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}]},
    ],
    "a call": [
        {"messages": [ASKED, CALLING, RESULT, {"role": "assistant", "content": "3"}]},
        {"messages": [ASKED, {"role": "assistant", "content": "", "tool_calls": [
            {"id": "other", "function": {"name": "add", "arguments": {"a": 2.0, "b": 1}}}]},
            {"role": "tool", "tool_call_id": "other", "content": "3"}, {"role": "assistant", "content": "3"}]},
        {"conversations": [{"from": "human", "value": "q"},
                           {"from": "function_call", "value": '{"name": "add", "arguments": {"b": 1, "a": 2.0}}'},
                           {"from": "observation", "value": "3"}, {"from": "gpt", "value": "3"}]},
    ],
    "a preference": [
        {"prompt": "q", "chosen": "a", "rejected": "b"},
        {"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: q\n\nAssistant: b"},
        {"input": {"messages": [ASKED]}, "preferred_output": [{"role": "assistant", "content": "a"}],
         "non_preferred_output": [{"role": "assistant", "content": "b"}]},
    ],
    "a tool": [
        {"messages": [ASKED, {"role": "assistant", "content": "a"}], "tools": [{"name": "f", "x": 1}]},
        {"messages": [ASKED, {"role": "assistant", "content": "a"}], "tools": '[ {"x": 1, "name": "f"} ]'},
    ],
}  # fmt: skip


@pytest.mark.parametrize("group", SAME)
def test_the_same_content_has_the_same_hash_in_any_schema(group: str) -> None:
    assert len({hash_of(row) for row in SAME[group]}) == 1


BASE = {"messages": [ASKED, {"role": "assistant", "content": "a"}]}
DIFFERENT: list[dict[str, Any]] = [
    BASE,
    {"messages": [ASKED, {"role": "assistant", "content": "a "}]},
    {"messages": [ASKED, {"role": "assistant", "content": "A"}]},
    {"messages": [{"role": "developer", "content": "s"}, *BASE["messages"]]},
    {"messages": [{"role": "system", "content": "s"}, *BASE["messages"]]},
    {"messages": [*BASE["messages"], ASKED]},
    {"messages": [{**ASKED, "name": "ann"}, BASE["messages"][1]]},
    {"messages": [ASKED, {"role": "assistant", "content": "a", "reasoning_content": "r"}]},
    {"messages": [ASKED, {"role": "assistant", "content": "b", "weight": 0}, BASE["messages"][1]]},
    {"messages": [ASKED, {"role": "assistant", "content": "b"}, BASE["messages"][1]]},
    {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "q"}, {"type": "image"}]},
            BASE["messages"][1],
        ]
    },
    {**BASE, "tools": [{"name": "f"}]},
    {**BASE, "label": True},
    {**BASE, "label": False},
    {"prompt": "q", "chosen": "a", "rejected": "b"},
    {"prompt": "q", "chosen": "b", "rejected": "a"},
    {"messages": [ASKED, {**CALLING, "content": "a"}]},
    {"messages": [ASKED, {**CALLING, "content": "a", "tool_calls": [CALL, CALL]}]},
]


def test_different_content_has_different_hashes() -> None:
    assert len({hash_of(row) for row in DIFFERENT}) == len(DIFFERENT)


def test_golden_ids() -> None:
    """Hashes must never change silently: stored runs are compared by them."""
    hash_ = hash_of(BASE)
    assert hash_ == "ec2b7f727adb5ff7c2f9e51a7ad58eb7"
    assert example_id(hash_, "a/b.jsonl", 7) == "6a8ea47efa232f6cbba54165188db204"
    assert len({example_id(hash_, source, row) for source, row in [("a", 1), ("a", 11), ("a1", 1), ("b", 1)]}) == 4


TABLE = [
    {"prompt": "q1", "completion": "a1", "extra": "x"},
    {"prompt": "q2\nü\u2028", "completion": 'a"2', "extra": "7"},
    {"prompt": "q3", "completion": "", "extra": ""},
]


def written(name: str) -> bytes:
    if name == "x.jsonl":
        return b"".join(json.dumps(row).encode() + b"\n" for row in TABLE)
    if name == "x.json":
        return json.dumps(TABLE, indent=2, ensure_ascii=False).encode()
    if name == "x.parquet":
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(TABLE), sink)
        return sink.getvalue()
    d = "," if name == "x.csv" else "\t"
    quoted = [d.join('"' + value.replace('"', '""') + '"' for value in row.values()) for row in TABLE]
    return "\n".join([d.join(TABLE[0]), *quoted]).encode()


@pytest.mark.parametrize("name", ["x.json", "x.csv", "x.tsv", "x.parquet"])
def test_every_kind_of_file_gives_the_same_examples(name: str) -> None:
    expected, found = ingest(written("x.jsonl"), "x.jsonl"), ingest(written(name), name)
    for row in (*expected, *found):
        row["original"] = row["original"] and json.loads(row["original"])
        row["raw"] = row["raw"] and json.loads(row["raw"])
        del row["line"]
    assert found == expected
    assert [row["original"] for row in found[:2]] == TABLE[:2]
    assert found[2]["code"] == "empty_content"


def test_the_original_of_a_line_is_the_line() -> None:
    line = b'{"prompt" : "q",\t"id":123456789012345678901234567890, "x":1.50, "x":2, "completion":"\\u00e9"}'
    (row,) = ingest(b" " + line + b" \r\n", "x.jsonl")
    assert row["original"] == line.decode()


def test_batches_are_bounded_and_in_order() -> None:
    data = b'{"prompt":"q","completion":"a"}\n' * 25
    container = container_of("x.jsonl")
    assert container is not None

    def sizes(**limits: int) -> list[int]:
        return [b.num_rows for b in batches(rows(io.BytesIO(data), container), dataset="d", source="s", **limits)]

    assert sizes(max_rows=10) == [10, 10, 5]
    assert sizes(max_bytes=31 * 4) == [4] * 6 + [1]
    assert sizes(max_bytes=1) == [1] * 25
    assert [row["row"] for row in ingest(data, "x.jsonl", max_rows=7)] == list(range(1, 26))


def test_raw_text_of_rejects() -> None:
    (row,) = ingest(b"\xff\xc3(" + "ü".encode() + b"\0", "x.jsonl")
    assert row["raw"] == "\\xff\\xc3(ü\0"
    (row,) = ingest("ü".encode() * 10_000, "x.jsonl")
    assert row["raw"] == "ü" * MAX_RAW_CHARS + "… [cut; 20,000 bytes]"
    (row,) = ingest(b"x" * MAX_RAW_CHARS, "x.jsonl")
    assert row["raw"] == "x" * MAX_RAW_CHARS
    assert {row[name] for name in ("dataset", "source", "accepted", "code")} == {"d", "s/x", False, "malformed_json"}
    accepted = {"example_id", "content_hash", "context_hash", "format", "messages", "tools", "rejected", "label"}
    accepted |= {"media", "attached", "original", "line"}
    assert {name for name, value in row.items() if value is None} == accepted


VALID = [json.dumps(row).encode() for group in SAME.values() for row in group]


PIECES = [b"null", b"[]", b"{}", b'""', b"1e5", b"NaN", b"true", b'{"a":1}', b"[[1]]", b'"\\ud800"']


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid line of which pieces are cut out or replaced by others."""
    line = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(len(line) - 1, 0)))
        end = draw(st.integers(at, min(at + 20, len(line))))
        line[at:end] = draw(st.one_of(st.binary(max_size=4), st.sampled_from(PIECES)))
    return bytes(line)


@settings(max_examples=200, deadline=None)
@example([b'\0{"text": "<|user|>q<|assistant|>a"}'])  # words between bars, as in the header of a table
@given(st.lists(mutated(), min_size=1, max_size=8))
def test_every_line_is_one_example_or_one_reject(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    expected = [i for i, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1) if line.strip(b" \t\r")]
    if not expected or data.startswith(
        (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
    ):
        return
    found = ingest(data, "x.jsonl")
    assert [row["row"] for row in found] == expected
    for row in found:
        assert row["accepted"] == (row["code"] is None) == (row["original"] is not None) == (row["raw"] is None)
        if row["accepted"]:
            assert json.loads(row["original"])
            assert row["original"].startswith("{")
            assert row["original"].endswith("}")


NAMES = [
    "messages", "conversations", "role", "from", "content", "value", "text", "prompt", "completion", "chosen",
    "rejected", "tool_calls", "function", "name", "arguments", "type", "tools", "input", "instruction",
    "output", "parts", "contents", "system", "history", "weight", "label", "segments", "instances", "turns",
    "answers", "choices", "solution", "question", "query", "response", "preferred_output",
    "non_preferred_output", "completions", "corrected", "trajectory", "steps", "schema_version", "source", "channel",
    "recipient", "observation", "parameters", "responses_create_params", "rejected_response", "rejected_messages",
    "reasoning", "score", "response_a", "response_b", "winner_model_a", "winner_model_b", "tool_call_ids", "results",
]  # fmt: skip
VALUES = [
    None,
    True,
    0,
    1.5,
    -1,
    "",
    "a",
    "user",
    "assistant",
    "gpt",
    "human",
    "text",
    "[]",
    "[1]",
    "{}",
    "image",
    "tool",
    "final",
]


def any_value(chance: random.Random, depth: int = 0) -> Any:
    """A random JSON value that favours the names and shapes of chat schemas."""
    pick = chance.randrange(10) if depth < 5 else 0
    if pick < 5:
        return chance.choice([*VALUES, '[{"role":"user","content":"x"}]'])
    n = chance.randrange(4)
    if pick < 7:
        return [any_value(chance, depth + 1) for _ in range(n)]
    return {chance.choice(NAMES): any_value(chance, depth + 1) for _ in range(n + 1)}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_no_object_raises(seed: int) -> None:
    chance = random.Random(seed)
    lines = []
    for _ in range(60):
        row = {"messages": any_value(chance, 1)} if chance.random() < 0.3 else {}
        row |= dict(zip(("prompt", "chosen", "rejected"), (any_value(chance, 2) for _ in range(chance.randrange(4)))))  # noqa: B905
        other = any_value(chance)
        row |= other if isinstance(other, dict) else {}
        lines.append(json.dumps(row).encode())
    assert [row["row"] for row in ingest(b"\n".join(lines), "x.jsonl")] == list(range(1, 61))


def test_bytes_of_images_stay_in_the_original() -> None:
    sink = io.BytesIO()
    messages = [[{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]]
    image = pa.array([[{"bytes": b"\x89PNG\xff", "path": "x.png"}]])
    pq.write_table(pa.table({"messages": messages, "images": image}), sink)
    (row,) = ingest(sink.getvalue(), "x.parquet")
    assert json.loads(row["original"])["images"][0]["bytes"] == base64.b64encode(b"\x89PNG\xff").decode()


def test_an_archive_in_an_archive_is_not_passed_over() -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    line = '{"prompt": "q", "completion": "a"}\n'
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("a.jsonl", line)
    for beside in ({}, {"b.jsonl": line}):
        with zipfile.ZipFile(outer, "w") as zipped:
            for name, content in {"in.zip": inner.getvalue(), **beside}.items():
                zipped.writestr(name, content)
        (row,) = ingest(outer.getvalue(), "x.zip")
        assert "unpack it and give the folder" in row["message"]
        outer = io.BytesIO()


def test_the_package_reads_its_tables_from_a_zip(tmp_path: Path) -> None:
    package = Path(ftq_spark.__file__).parent
    archive = tmp_path / "ftq_spark.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in [package / "__init__.py", package / "schema.py", *package.glob("formats/*.*")]:
            zipped.write(path, f"ftq_spark/{path.relative_to(package).as_posix()}")
    code = (
        "import ftq_spark.formats as formats; assert '.zip' in formats.__file__;"
        "print(formats.conversation({'prompt': 'q', 'completion': 'a'}).format)"
    )
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {code}"]
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout == "prompt_completion\n"

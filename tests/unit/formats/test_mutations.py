"""Rows and files that were changed at random: nothing raises, and every row is an example or a reject."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Callable

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from ftq_spark.formats.containers import container_of, rows
from ftq_spark.formats.faults import CODES
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.schemas import schemas

EXAMPLES = [entry.example for entry in schemas()] + [
    {"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "<image>?"}]},
                  {"role": "assistant", "content": "<think>a</think>b<tool_call>{\"name\": \"f\"}</tool_call>"}],
     "images": [{"bytes": None, "path": "1.jpg"}], "tools": [{"functionDeclarations": [{"name": "f"}]}], "label": "1"},
]  # fmt: skip
PIECES = [
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"1e400",
    b"NaN",
    b"true",
    b'{"a":1}',
    b"[[1]]",
    b'"\\ud800"',
    b"\xff",
    b"\n",
    b",",
]


def changed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with up to four pieces cut out, doubled or put in the place of others."""
    found = bytearray(data)
    for _ in range(chance.randrange(5)):
        at = chance.randrange(len(found) + 1)
        end = min(len(found), at + chance.randrange(24))
        found[at:end] = chance.choice([chance.choice(PIECES), bytes(found[at:end]) * 2, chance.randbytes(3), b""])
    return bytes(found)


def checked(data: bytes, name: str) -> int:
    """Ingest a file; the number of its rows, each of which is an example or a reject with a known code."""
    container = container_of(name)
    assert container is not None
    n = 0
    for batch in batches(rows(io.BytesIO(data), container, max_row_bytes=1 << 20), dataset="d", source=name):
        batch.validate(full=True)
        for row in batch.select(["accepted", "code", "content_hash", "context_hash", "original", "raw"]).to_pylist():
            assert row["accepted"] == (row["code"] is None) == (row["content_hash"] is not None)
            assert row["accepted"] == (row["context_hash"] is not None) == (row["raw"] is None)
            assert row["accepted"] or row["code"] in CODES
            n += 1
    return n


def table(chance: random.Random) -> pa.Table:
    texts = ["a", "", None, "<think>", "[]", '[{"role": "user"}]']
    names = chance.sample(["prompt", "completion", "label", "image", "messages", "x"], 4)
    return pa.table({name: [chance.choice(texts) for _ in range(3)] for name in ["instruction", *names]})


def arrow(found: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, found.schema) as writer:
        writer.write_table(found)
    return sink.getvalue()


def parquet(found: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(found, sink)
    return sink.getvalue()


MAKERS: dict[str, Callable[[random.Random], bytes]] = {
    "x.jsonl": lambda chance: b"\n".join(json.dumps(chance.choice(EXAMPLES)).encode() for _ in range(3)),
    "x.json": lambda chance: json.dumps(chance.sample(EXAMPLES, 3), indent=chance.choice([None, 1])).encode(),
    "y.json": lambda chance: json.dumps({"train": chance.sample(EXAMPLES, 2), "n": 1}).encode(),
    "x.csv": lambda _: b'prompt,completion,label\n"a\nb",c,1\nd,"e ""f""",0\n',
    "x.parquet": lambda chance: parquet(table(chance)),
    "x.arrow": lambda chance: arrow(table(chance)),
    "x.jsonl.gz": lambda chance: gzip.compress(json.dumps(chance.choice(EXAMPLES)).encode()),
}


def mutate(n_rows: int, n_files: int, seed: int) -> None:
    chance = random.Random(seed)
    lines = [changed(json.dumps(chance.choice(EXAMPLES)).encode(), chance).replace(b"\n", b" ") for _ in range(n_rows)]
    head = json.dumps(EXAMPLES[0]).encode()  # a first line that is whole: the others are lines, too
    expected = 1 + sum(bool(line.strip(b" \t\r")) for line in lines)
    assert checked(b"\n".join([head, *lines]), "x.jsonl") == expected
    for i in range(n_files):
        name = list(MAKERS)[i % len(MAKERS)]
        assert checked(changed(MAKERS[name](chance), chance), name) >= 1


@pytest.mark.parametrize("seed", range(20))
def test_rows_and_files_changed_at_random(seed: int) -> None:
    mutate(5000, 100, seed=100 + seed)

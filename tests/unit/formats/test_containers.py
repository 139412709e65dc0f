"""Files of every kind as rows with true numbers, whole and broken."""

from __future__ import annotations

import gzip
import io
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_rows import COMPRESS, A, B, C, brief, good, read

from ftq_spark.formats.containers import Container, RawRow, container_of, line_starts, rows

MIB = 1 << 20


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", Container("jsonl")),
        ("dir/a.b.ndjson", Container("jsonl")),
        ("s3://bucket/A.JSON", Container("json")),
        ("a.csv.gz", Container("csv", ".gz")),
        ("a.tsv.bz2", Container("tsv", ".bz2")),
        ("a.jsonl.zst", Container("jsonl", ".zst")),
        ("a.snappy.parquet", Container("parquet")),
        ("a.txt", None),
        ("a.arrow", Container("arrow")),
        ("a.jsonl.xz", Container("jsonl", ".xz")),
        ("a.jsonl.zip", Container("zip")),
        ("a.gz", None),
        ("jsonl", None),
        ("_SUCCESS", None),
    ],
)
def test_container_of_a_name(name: str, expected: Container | None) -> None:
    assert container_of(name) == expected


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    data = b"\xef\xbb\xbf" + A + b"\n\n \t\r\n" + B + b"\r\n" + C
    assert good(read(data, "x.jsonl")) == [(1, A), (4, B), (5, C)]


def test_only_line_feeds_end_lines() -> None:
    line = '{"prompt":"\u2028 \u2029 \x85 \x0b \x0c"}'.encode()
    assert good(read(line + b"\r" + b"\n" + A, "x.jsonl")) == [(1, line), (2, A)]
    assert good(read(A + b"\r" + B + b"\n" + C, "x.jsonl")) == [(1, A + b"\r" + B), (2, C)]


def test_a_line_over_the_cap_is_cut_and_the_others_stay() -> None:
    long = b'{"prompt":"' + b"x" * (3 * MIB) + b'"}'
    found = read(A + b"\n" + long + b"\n" + B + b"\n" + long, "x.jsonl", max_row_bytes=MIB)
    assert [(row.number, row.fault and row.fault.code) for row in found] == [
        (1, None),
        (2, "too_large"),
        (3, None),
        (4, "too_large"),
    ]
    assert all(len(row.raw) < 100_000 for row in found)
    assert found[1].raw == long[: len(found[1].raw)]


@pytest.mark.parametrize("n", [99, 100])
def test_the_cap_is_inclusive(n: int) -> None:
    line = b"x" * n
    assert [row.fault is None for row in read(line + b"\n" + line, "x.jsonl", max_row_bytes=99)] == [n == 99] * 2


def test_a_row_longer_than_a_block_is_whole() -> None:
    line = b'{"prompt":"' + b"x" * (5 * MIB) + b'"}'
    assert good(read(line + b"\n" + A, "x.jsonl")) == [(1, line), (2, A)]


LINE = st.sampled_from([b"", b" ", b"\r", A, B, b"{", b'{"x":"' + b"y" * 40 + b'"}', "ü\u2028".encode()])


@settings(deadline=None)
@given(st.lists(LINE, max_size=12), st.booleans(), st.booleans(), st.lists(st.integers(0, 300), max_size=5))
def test_any_split_into_ranges_gives_the_same_rows(lines: list[bytes], bom: bool, last: bool, cuts: list[int]) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + b"\n".join(lines) + (b"\n" if last else b"")
    if not data:
        return
    bounds = [0, *sorted({cut for cut in cuts if cut < len(data)} - {0}), len(data)]
    found: list[RawRow] = []
    first_row = 1
    for start, end in pairwise(bounds):
        found += read(data, "x.jsonl", start=start, end=end, first_row=first_row)
        first_row += line_starts(io.BytesIO(data), start, end)
    whole = [row for row in read(data, "x.jsonl") if row.number]  # without the reject of an empty file
    assert [row._replace(parsed=None) for row in found] == [row._replace(parsed=None) for row in whole]


def test_ranges_of_a_file_that_cannot_be_split_are_refused() -> None:
    with pytest.raises(ValueError, match="range"):
        read(A, "x.csv", start=1, end=5)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16(encoding: str) -> None:
    bom = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    (found,) = read((bom + A.decode() + "\n" + B.decode()).encode(encoding), "x.jsonl")
    assert found.fault is not None
    assert (found.number, found.fault.code) == (0, "invalid_utf8")
    assert "UTF-16" in found.fault.message


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv", "x.tsv", "x.parquet", "x.jsonl.gz", "x.json.zst"])
@pytest.mark.parametrize("data", [b"", b" \n\r\n\t", b"\xef\xbb\xbf"])
def test_an_empty_file_is_one_reject(name: str, data: bytes) -> None:
    compress = next((compress for suffix, compress in COMPRESS.items() if name.endswith(suffix)), None)
    assert brief(read(compress(data) if compress and data else data, name)) == [(0, "empty_file")]


# ── JSON documents ───────────────────────────────────────────────────────────────────────────────────────────────────

OBJECTS = [{"a": "x\ny ]},"}, {"b": [1, {"c": '"'}]}, {"d": 12345678901234567890123, "e": "ü\u2028\\"}]


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
@pytest.mark.parametrize("ascii_", [True, False])
def test_an_array(indent: int | None, ascii_: bool) -> None:
    data = json.dumps(OBJECTS, indent=indent, ensure_ascii=ascii_).encode()
    found = read(b"\xef\xbb\xbf" + data + b"\n", "x.json")
    assert brief(found) == list(enumerate(OBJECTS, 1))
    assert all(b"\n" not in row.raw for row in found)


def test_numbers_of_a_pretty_printed_array_stay_as_written() -> None:
    (found,) = good(read(b'[\n {\n  "a": 1.50,\n  "b": 1E2\n }\n]', "x.json"))
    assert found == (1, b'{"a": 1.50,"b": 1E2}')


@pytest.mark.parametrize("indent", [None, 2])
def test_an_object_keyed_by_id(indent: int | None) -> None:
    data = json.dumps({"k1": {"prompt": "a"}, 'k"2': {"id": 7, "prompt": "b"}, "k3": 5}, indent=indent).encode()
    expected = [(1, {"id": "k1", "prompt": "a"}), (2, {"id": 7, "prompt": "b"}), (3, 5)]
    assert brief(read(data, "x.json")) == expected


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "q"}]},
        {"systemInstruction": {"parts": []}, "contents": []},
        {"input": {"messages": []}, "preferred_output": []},
        {"id": "x", "conversations": []},
    ],
)
def test_one_object_is_one_row(indent: int | None, row: dict[str, Any]) -> None:
    assert brief(read(json.dumps(row, indent=indent).encode(), "x.json")) == [(1, row)]


def test_lines_under_the_name_json() -> None:
    assert good(read(A + b"\n\n" + B + b"\n", "x.json")) == [(1, A), (3, B)]
    assert [row.number for row in read(b'{"broken": \n' + A + b"\n" + B, "x.json")] == [1, 2, 3]
    assert good(read(b"hello\n" + A, "x.json")) == [(1, b"hello"), (2, A)]


def test_pretty_printed_objects_one_after_the_other() -> None:
    assert brief(read(b'{\n "a": 1\n}\n{\n "b": 2\n}\n', "x.json")) == [(1, {"a": 1}), (2, {"b": 2})]


BAD = "malformed_json"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"a":1}, nope, {"b":2}]', [(1, {"a": 1}), (2, BAD), (3, {"b": 2})]),
        (b"[{'a':1}, {\"b\":2}]", [(1, BAD), (2, {"b": 2})]),
        (b'[{"a":1 "x":[2,{}]}, {"b":2}]', [(1, BAD), (2, {"b": 2})]),
        (b'[{"a":1} {"x":3}, {"b":2}]', [(1, {"a": 1}), (2, BAD), (3, {"b": 2})]),
        (b'[{"a":1},, {"b":2}]', [(1, {"a": 1}), (2, BAD), (3, {"b": 2})]),
        (b'[{"a":1},]', [(1, {"a": 1}), (2, BAD)]),
        (b'[, {"b":2}]', [(1, BAD), (2, {"b": 2})]),
        (b'[{"a":1}}, {"b":2}]', [(1, {"a": 1}), (2, BAD), (3, {"b": 2})]),
        (b"[}}}]", [(1, BAD), (2, BAD), (3, BAD)]),
        (b'[{"a":"line\nbreak"}, {"b":2}]', [(1, BAD), (2, {"b": 2})]),
        (b'[{"a":1}, {"b":', [(1, {"a": 1}), (2, BAD)]),
        (b'[{"a":1}, {"b":"x', [(1, {"a": 1}), (2, BAD)]),
        (b'[{"a":1}, ', [(1, {"a": 1}), (2, BAD)]),
        (b'[{"a":1}', [(1, {"a": 1}), (2, BAD)]),
        (b"[", [(1, BAD)]),
        (b'[{"a":1}] trailing', [(1, {"a": 1}), (2, BAD)]),
        (b'[{"a":1}][{"b":2}]', [(1, {"a": 1}), (2, {"b": 2})]),
        (b'[5, "x", null, [1]]', [(1, 5), (2, "x"), (3, None), (4, [1])]),
        (b'{"k": {"a":1}, "l" {"b":2}, "m": {"c":3}}', [(1, {"id": "k", "a": 1}), (2, BAD), (3, {"id": "m", "c": 3})]),
        (b'{"k": {"a":1}, "l": {"b":2}', [(1, {"id": "k", "a": 1}), (2, {"id": "l", "b": 2}), (3, BAD)]),
    ],
)
def test_malformed_documents(data: bytes, expected: list[tuple[int, Any]]) -> None:
    assert brief(read(data, "x.json")) == expected


def test_a_deep_or_large_element_rejects_itself() -> None:
    deep, large = b"[" * 50_000 + b"]" * 50_000, b'"' + b'\\"[,' * MIB + b'"'
    found = read(b'[{"a":' + deep + b'}, {"b":1}, {"c":' + large + b'}, {"d":1}]', "x.json", max_row_bytes=2 * MIB)
    assert [(row.number, row.fault and row.fault.code) for row in found] == [
        (1, "too_deep"),
        (2, None),
        (3, "too_large"),
        (4, None),
    ]
    assert all(len(row.raw) <= 1 << 16 for row in found)


def test_bytes_that_are_not_utf_8_come_through_an_array() -> None:
    assert good(read(b'[{"a":"\xff\xc3"}, {"b":"\xc3\xa9"}]', "x.json")) == [
        (1, b'{"a":"\xff\xc3"}'),
        (2, b'{"b":"\xc3\xa9"}'),
    ]


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3), min_size=1, max_size=8), st.data()
)
def test_short_reads_change_nothing(objects: list[dict[str, str]], data: st.DataObject) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(data.draw(st.integers(1, 9)))

    text = json.dumps(objects, ensure_ascii=False, indent=data.draw(st.sampled_from([None, 1]))).encode()
    container = container_of("x.json")
    assert container is not None
    expected = [(i, row) for i, row in enumerate(objects, 1)]
    assert brief(list(rows(Trickle(text), container))) == expected


def test_elements_that_cross_blocks_are_whole() -> None:
    objects = [{"i": i, "text": "é" * (i * 7919 % 100_000)} for i in range(60)]
    assert brief(read(json.dumps(objects, ensure_ascii=False).encode(), "x.json")) == list(enumerate(objects, 1))


@pytest.mark.parametrize("line", [b'"text": "<|user|>q"}', b'{"text": "a|b"', b"[1, 2"])
def test_a_damaged_line_of_json_is_no_table(line: bytes) -> None:
    assert [(row.number, row.fault) for row in read(line, "x.jsonl")] == [(1, None)]  # a line like any other


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.jsonl", b"question,answer\nWhy?,So.\n", "a table of text: name it .csv or .tsv"),
        ("x.json", b"\nid\tprompt\tcompletion\n", "a table of text: name it .csv or .tsv"),
        ("x.csv", A + b"\n" + A, "JSON lines: name it .jsonl"),
        ("x.tsv", b"[" + A + b"]", "a JSON document: name it .json"),
        ("x.csv.gz", gzip.compress(b"[\n " + A + b"]", mtime=0), "a JSON document: name it .json"),
        ("x.parquet", A, "JSON lines: name it .jsonl"),
        ("x.jsonl", b"PAR1\x15", "a Parquet file: name it .parquet"),
        ("x.csv", b"PK\x03\x04", "a ZIP archive or an Excel file: name it .zip, or save the sheet as CSV"),
    ],
)
def test_names_that_lie_about_the_kind(name: str, data: bytes, said: str) -> None:
    (row,) = read(data, name)
    assert row.fault is not None
    assert (row.number, row.fault.code, row.fault.message) == (0, "corrupt_file", f"not what its name says but {said}")


@pytest.mark.parametrize(
    ("name", "data", "n_rows"),
    [
        ("x.jsonl", b"question,answer\n" + A, 2),  # lines all the same
        ("x.jsonl", b"prompt\n" + b"hm\n", 2),  # no table
        ("x.csv", b'prompt,completion\n{"a": 1},b\n', 1),
    ],
)
def test_what_may_be_what_its_name_says_is_read_as_that(name: str, data: bytes, n_rows: int) -> None:
    assert [row.fault for row in read(data, name)] == [None] * n_rows


@pytest.mark.parametrize(
    "name", ["x.jsonl", "x.json", "x.csv", "x.tsv", "x.parquet", "x.jsonl.gz", "x.json.bz2", "x.csv.zst"]
)
@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_no_bytes_raise(name: str, data: bytes) -> None:
    found = read(data, name)
    assert found
    assert all(row.fault is not None or row.raw for row in found)

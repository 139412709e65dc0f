"""CSV and Parquet as rows, whole and broken."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from raw_rows import A, brief, read

# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "d"), [("x.csv", ","), ("x.tsv", "\t"), ("x.csv", ";"), ("x.tsv", ","), ("x.csv", "\t")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv(name: str, d: str, end: str) -> None:
    lines = [f"prompt{d}completion", f'"a {d}""b"""{d}c', "", f'"two{end}lines"{d}""', f"ü{d}z"]
    expected = [f'a {d}"b"', f"two{end}lines", "ü"]
    found = brief(read(b"\xef\xbb\xbf" + end.join(lines).encode(), name))
    assert [number for number, _ in found] == [1, 2, 3]
    assert [row["prompt"] for _, row in found] == expected
    assert [row["completion"] for _, row in found] == ["c", "", "z"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"x,y,z", "ragged_row"),
        (b"x", "ragged_row"),
        (b"\xff,y", "invalid_utf8"),
        (b"x\0,y", "null_bytes"),
        (b"x\rz,y", "malformed_csv"),
        (b"x," + b"y" * 2000, "too_large"),
        (b"x" * 600 + b"," + b"y" * 600, "too_large"),
    ],
)
def test_a_bad_csv_row_rejects_itself(line: bytes, code: str) -> None:
    found = read(b"prompt,completion\na,b\n" + line + b"\nc,d\n", "x.csv", max_row_bytes=1000)
    assert found[0][:4] == (1, b'{"prompt":"a","completion":"b"}', None, 2)
    assert found[1].fault is not None
    assert found[1].fault.code == code
    assert found[-1].raw == b'{"prompt":"c","completion":"d"}'


def test_an_open_quote_never_swallows_the_rest_as_an_answer() -> None:
    found = read(b'prompt,completion\na,b\nc,"open\nd,e\nf,g\n', "x.csv")
    assert brief(found) == [(1, {"prompt": "a", "completion": "b"}), (2, "malformed_csv")]
    assert found[1].raw == b'c,"open\nd,e\nf,g\n'


@pytest.mark.parametrize("data", [b"1,2\n3,4\n", b"how are you,fine\n", b"premise,hypothesis\na,b\n"])
def test_a_table_without_a_known_column_is_one_reject(data: bytes) -> None:
    (found,) = read(data, "x.csv")
    assert found.fault is not None
    assert (found.number, found.fault.code) == (0, "unknown_format")
    assert "header" in found.fault.message


def test_columns_of_one_name_are_all_kept() -> None:
    assert brief(read(b"prompt,completion,x,x,x\na,b,1,2,3", "x.csv"))[0][1] == {
        "prompt": "a", "completion": "b", "x": "1", "x.1": "2", "x.2": "3",
    }  # fmt: skip


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


def test_parquet() -> None:
    messages = [[{"role": "user", "content": f"q{i}"}, {"role": "assistant", "content": "ü"}] for i in range(1000)]
    columns = {"messages": messages, "n": list(range(1000)), "big": pa.array([2**63] * 1000, pa.uint64())}
    data = parquet(columns, row_group_size=300)
    expected = [(i + 1, {"messages": messages[i], "n": i, "big": 2**63}) for i in range(1000)]
    assert brief(read(data, "x.parquet")) == expected
    assert brief(read(gzip.compress(data), "x.parquet.gz")) == expected


def test_parquet_values_that_json_has_no_type_for() -> None:
    columns = {
        "prompt": ["a"],
        "bytes": pa.array([b"text"]),
        "image": pa.array([b"\xff\xd8"]),
        "nan": [float("nan")],
        "day": pa.array([1], pa.date32()),
        "moment": pa.array([1], pa.timestamp("ns")),
        "money": pa.array([12345], pa.int64()).cast(pa.decimal128(38, 2)),
    }
    ((_, row),) = brief(read(parquet(columns), "x.parquet"))
    assert row == {
        "prompt": "a", "bytes": "text", "image": "/9g=", "nan": None, "day": "1970-01-02",
        "moment": "1970-01-01 00:00:00.000000001", "money": "12345.00",
    }  # fmt: skip


def test_parquet_text_that_is_not_utf_8() -> None:
    prompts = pa.array([b"a", b"\xff", b"b"], pa.binary()).view(pa.string())
    found = brief(read(parquet({"prompt": prompts}), "x.parquet"))
    assert found == [(1, {"prompt": "a"}), (2, "invalid_utf8"), (3, {"prompt": "b"})]


def test_parquet_that_is_none() -> None:
    data = parquet({"prompt": ["a"]})
    assert brief(read(data[:-6], "x.parquet")) == [(0, "corrupt_file")]
    assert brief(read(A, "x.parquet")) == [(0, "corrupt_file")]
    assert brief(read(parquet({"premise": ["a"]}), "x.parquet")) == [(0, "unknown_format")]
    assert brief(read(parquet({"prompt": pa.array([], pa.string())}), "x.parquet")) == [(0, "empty_file")]


def test_a_damaged_page_keeps_the_rows_before_it() -> None:
    columns = {"prompt": [f"{i:050d}" for i in range(2000)]}
    data = bytearray(
        parquet(columns, row_group_size=500, compression="zstd", use_dictionary=False, write_statistics=False)
    )
    at = int(len(data) * 0.6)
    data[at : at + 200] = b"\xff" * 200
    found = brief(read(bytes(data), "x.parquet"))
    assert found[-1][1] == "corrupt_file"
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    assert len(found) > 500

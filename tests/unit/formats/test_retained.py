"""Some rows of a table as a table of the same kind: bytes of CSV, types of Parquet and Arrow."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats import containers
from ftq_spark.formats.containers import Container, decompress
from ftq_spark.formats.retained import Unlike, Wanted, copied_rows

N = 3
WHEN = dt.datetime(1, 1, 2, 3, 4, 5, 678901)
TYPES: dict[str, pa.Array] = {
    "date32": pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31), None]),
    "date64": pa.array([dt.date(1970, 1, 1), None, dt.date(2400, 2, 29)], pa.date64()),
    "timestamp_us": pa.array([WHEN, None, WHEN.replace(year=9999)], pa.timestamp("us")),
    "timestamp_ns_zone": pa.array([1, None, 2**62], pa.timestamp("ns", "Europe/Berlin")),
    "time": pa.array([dt.time(1, 2, 3), None, dt.time(23, 59, 59, 999999)]),
    "duration": pa.array([1, None, -5], pa.duration("ms")),
    "decimal": pa.array([decimal.Decimal("1.10"), None, decimal.Decimal("-9999999999999999999999999999.01")]),
    "uint64": pa.array([2**64 - 1, None, 0], pa.uint64()),
    "float16": pa.array([1.5, None, float("nan")], pa.float16()),
    "binary": pa.array([b"\xff\x00", None, b""]),
    "fixed": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "large_string": pa.array(["ä" * 9, None, ""], pa.large_string()),
    "dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
    "list": pa.array([[1, None], None, []], pa.list_(pa.int8())),
    "fixed_list": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int16(), 2)),
    "struct": pa.array([{"x": {"y": [1]}}, None, {"x": None}]),
    "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
    "null": pa.nulls(N),
    "bool": pa.array([True, None, False]),
}


class Kept(io.BytesIO):
    """A file that can be looked at after it was closed."""

    def close(self) -> None:
        self.held = self.getvalue()


def copied(data: bytes, container: Container, chosen: Any = None, **options: Any) -> dict[int, bytes]:
    """The copies of the rows that `chosen` takes: all that are readable by default; bytes by part."""
    rows = [row for row in containers.rows(io.BytesIO(data), container) if row.fault is None]
    found = [(row.number, zlib.crc32(row.raw)) for row in rows if chosen is None or row.number in chosen]
    wanted = list(wanted_in_pieces(found))
    files: dict[int, Kept] = {}

    def open_part(part: int) -> Kept:
        files[part] = Kept()
        return files[part]

    n_rows = copied_rows(io.BytesIO(data), container, wanted, open_part, **{"max_rows": 1000, **options})
    assert sum(n_rows.values()) == len(found)
    return {part: file.held for part, file in files.items()}


def wanted_in_pieces(rows: list[tuple[int, int]], size: int = 7) -> Iterator[Wanted]:
    for at in range(0, len(rows), size):
        numbers, checksums = zip(*rows[at : at + size], strict=True)
        yield Wanted(np.array(numbers), np.array(checksums))


def file_of(table: pa.Table, kind: str) -> bytes:
    sink = io.BytesIO()
    if kind == "parquet":
        pq.write_table(table, sink)
    else:
        with (pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream)(sink, table.schema) as writer:
            writer.write_table(table)
    return sink.getvalue()


def table_of(data: bytes, kind: str) -> pa.Table:
    if kind == "parquet":
        return pq.read_table(io.BytesIO(data))
    return (pa.ipc.open_file if kind == "arrow" else pa.ipc.open_stream)(io.BytesIO(data)).read_all()


@pytest.mark.parametrize("kind", ["parquet", "arrow", "stream"])
@pytest.mark.parametrize("name", TYPES)
def test_types_are_kept(name: str, kind: str) -> None:
    table = pa.table({"prompt": ["a", "b", "c"], "completion": ["d", "e", "f"], "held": TYPES[name]})
    table = table.replace_schema_metadata({"huggingface": "{}"})
    data = file_of(table, kind)
    (found,) = copied(data, Container("parquet" if kind == "parquet" else "arrow"), {1, 3}).values()
    # Floats by their bytes: NaN is no NaN's equal.
    assert table_of(found, kind).schema.equals(table_of(data, kind).schema, check_metadata=True)
    expected = table_of(data, kind).take([0, 2])
    assert repr(table_of(found, kind).to_pylist()) == repr(expected.to_pylist())


def test_int96_stays_int96() -> None:
    sink = io.BytesIO()
    held = pa.array([dt.datetime(9999, 12, 31), None], pa.timestamp("us"))
    table = pa.table({"prompt": ["a", "b"], "completion": ["c", "d"], "held": held})
    pq.write_table(table, sink, use_deprecated_int96_timestamps=True)
    (found,) = copied(sink.getvalue(), Container("parquet")).values()
    assert pq.ParquetFile(io.BytesIO(found)).schema.column(2).physical_type == "INT96"
    assert pq.read_table(io.BytesIO(found), coerce_int96_timestamp_unit="us")["held"][0].as_py().year == 9999


def test_columns_of_one_name_stay_two() -> None:
    table = pa.Table.from_arrays(
        [pa.array(["a"]), pa.array(["b"]), pa.array(["c"])], ["prompt", "prompt", "completion"]
    )
    (found,) = copied(file_of(table, "parquet"), Container("parquet")).values()
    assert pq.ParquetFile(io.BytesIO(found)).schema_arrow.names == ["prompt", "prompt", "completion"]


CSV = {
    "plain": b"question,answer\nq1,a1\nq2,a2\n",
    "crlf_bom": b"\xef\xbb\xbfquestion,answer\r\nq1,a1\r\nq2,a2\r\n",
    "quotes": b'"question","answer"\n"q ""1""","a\n\n1"\n\'q2\', a2 \n',
    "semicolons": b"question;answer;n\nq1;a1;1,5\nq2;a2;2,5\n",
    "excel": b"sep=;\nquestion;answer\nq1;a1\nq2;a2\n",
    "blank_lines": b"\nquestion,answer\n\nq1,a1\n\n\nq2,a2\n",
    "twice": b"question,question,answer\nq1,,a1\nq2,,a2\n",
}


@pytest.mark.parametrize("data", CSV.values(), ids=CSV)
def test_lines_of_csv_are_kept_byte_by_byte(data: bytes) -> None:
    (found,) = copied(data, Container("csv")).values()
    assert re.sub(rb"\n+", b"\n", found) == re.sub(rb"\n+", b"\n", data)  # blank lines are no rows
    (first,) = copied(data, Container("csv"), {1}).values()
    assert found.startswith(first.removesuffix(b"\n"))
    assert b"a2" not in first


def test_what_is_compressed_is_read_and_the_last_row_gets_an_end() -> None:
    for suffix, data in ((".gz", zlib_gz(CSV["crlf_bom"][:-2])), ("", CSV["crlf_bom"][:-2])):
        (found,) = copied(data, Container("csv", suffix)).values()
        assert found == CSV["crlf_bom"][:-2] + b"\n"
        assert decompress(io.BytesIO(data), suffix).read(3) == b"\xef\xbb\xbf"


def zlib_gz(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


@given(st.sets(st.integers(1, 40)), st.integers(1, 50), st.sampled_from(["csv", "parquet"]))
def test_parts_hold_what_is_wanted(chosen: set[int], max_rows: int, kind: str) -> None:
    names = [f"q{n}" for n in range(1, 41)]
    if kind == "csv":
        data = b"question,answer\n" + b"".join(f"{name},a\n".encode() for name in names)
    else:
        data = file_of(pa.table({"question": names, "answer": ["a"] * 40}), kind)
    found = copied(data, Container(kind), chosen, max_rows=max_rows)
    assert set(found) == {(number - 1) // max_rows for number in chosen}
    rows = [row.raw for part in sorted(found) for row in containers.rows(io.BytesIO(found[part]), Container(kind))]
    assert rows == [f'{{"question":"q{number}","answer":"a"}}'.encode() for number in sorted(chosen)]


CELLS = st.lists(st.tuples(*[st.sampled_from(["a", "", 'q"', "x,y", "two\nlines", "ü ", "1"])] * 2), max_size=12)


@given(CELLS, st.sets(st.integers(1, 12)), st.integers(1, 5), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_chosen_rows_of_csv_stand_in_parts_as_they_were_written(
    cells: list[tuple[str, str]], chosen: set[int], max_rows: int, end: str, ended: bool
) -> None:
    def written(*rows: tuple[str, ...]) -> bytes:
        sink = io.StringIO(newline="")
        csv.writer(sink, lineterminator=end).writerows(rows)
        return sink.getvalue().encode()

    head = ("question", "answer")
    data = written(head, *cells)
    found = copied(data if ended else data.removesuffix(b"\n"), Container("csv"), chosen, max_rows=max_rows)
    expected: dict[int, list[tuple[str, ...]]] = {}
    for number, row in enumerate(cells, 1):
        if number in chosen:
            expected.setdefault((number - 1) // max_rows, [head]).append(row)
    assert found == {part: written(*rows) for part, rows in expected.items()}


@pytest.mark.parametrize("row", [(1, 0), (3, 0)])
def test_a_row_that_is_another_one_is_not_copied(row: tuple[int, int]) -> None:
    wanted = list(wanted_in_pieces([row]))
    data = file_of(pa.table({"question": ["a", "b"], "answer": ["c", "d"]}), "parquet")
    for found, kind in ((CSV["plain"], "csv"), (data, "parquet")):
        with pytest.raises(Unlike, match=r"corrected|no row 3"):
            copied_rows(io.BytesIO(found), Container(kind), wanted, lambda _: Kept(), max_rows=9)

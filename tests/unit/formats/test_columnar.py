"""Parquet and Arrow: no type ends a run, temporal values keep their text, and every kind of file is read."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from ftq_spark.formats.containers import RawRow, container_of, rows

BASE = {"prompt": pa.array(["A", "B"]), "completion": pa.array(["a", "b"])}


def read(data: bytes, name: str) -> list[RawRow]:
    container = container_of(name)
    assert container is not None
    return list(rows(io.BytesIO(data), container))


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def arrow(table: pa.Table, *, as_file: bool) -> bytes:
    sink = io.BytesIO()
    new = pa.ipc.new_file if as_file else pa.ipc.new_stream
    with new(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    return sink.getvalue()


FAR = 9_000_000
CELLS: list[tuple[pa.Array, list[Any]]] = [
    (pa.array([FAR, None], pa.date32()), ["26611-03-02", None]),
    (pa.array([0, -1], pa.timestamp("us", "Europe/Berlin")),
     ["1970-01-01 01:00:00.000000+0100", "1970-01-01 00:59:59.999999+0100"]),
    (pa.array([1, None], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001", None]),
    (pa.array([0, None], pa.timestamp("ms", "Nowhere/Land")), ["1970-01-01 00:00:00.000", None]),
    (pa.array([3, None], pa.duration("s")), ["3 s", None]),
    (pa.array([61_000, None], pa.time32("ms")), ["00:01:01.000", None]),
    (pa.array([decimal.Decimal("1.50"), None]), ["1.50", None]),
    (pa.array([float("nan"), 1.0]), [None, 1.0]),
    (pa.array([2**64 - 1, 0], pa.uint64()), [2**64 - 1, 0]),
    (pa.array([b"\xff\xd8", b"x"]), ["/9g=", "x"]),
    (pa.array(["x", None]).dictionary_encode(), ["x", None]),
    (pa.array(["x", None], pa.string_view()), ["x", None]),
    (pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())), [{"k": 1}, None]),
    (pa.array([[("k", 1), ("k", 2)], []], pa.map_(pa.string(), pa.int64())), [[["k", 1], ["k", 2]], []]),
    (pa.array([[{"at": dt.date(2020, 1, 2)}, None], None]), [[{"at": "2020-01-02"}, None], None]),
    (pa.array([{"at": [dt.datetime(2020, 1, 2)]}, None]), [{"at": ["2020-01-02 00:00:00.000000"]}, None]),
    (pa.array([[FAR], None], pa.list_(pa.timestamp("ms", "Nowhere/Land"))), [["1970-01-01 02:30:00.000"], None]),
    (pa.array([[("k", dt.timedelta(seconds=5))], None], pa.map_(pa.string(), pa.duration("s"))), [{"k": "5 s"}, None]),
    (pa.array([[dt.date(1, 1, 1), None], None], pa.list_(pa.date32(), 2)), [["0001-01-01", None], None]),
    (pa.array([[dt.timedelta(seconds=5)], None], pa.list_(pa.duration("s"), 1)), [["5 s"], None]),
    (pa.array([(1, 2, 3), None], pa.month_day_nano_interval()), ["1 months 2 days 3 ns", None]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), CELLS, ids=lambda item: str(getattr(item, "type", "")))
def test_every_type_becomes_json(cells: pa.Array, expected: list[Any]) -> None:
    table = pa.table({**BASE, "x": cells})
    for data, name in ((arrow(table, as_file=True), "x.arrow"), (arrow(table, as_file=False), "x.arrow")):
        found = read(data, name)
        assert [row.fault for row in found] == [None, None]
        assert [json.loads(row.raw)["x"] for row in found] == expected
    if not any(
        name in str(cells.type) for name in ("string_view", "interval")
    ):  # this version of Arrow does not write it to Parquet
        assert [json.loads(row.raw)["x"] for row in read(parquet(table), "x.parquet")] == expected


def test_int96_holds_the_years_1_to_9999() -> None:
    times = pa.array([dt.datetime(9999, 12, 31), dt.datetime(1000, 1, 1)], pa.timestamp("us"))
    data = parquet(pa.table({**BASE, "x": times}), use_deprecated_int96_timestamps=True)
    found = [json.loads(row.raw)["x"] for row in read(data, "x.parquet")]
    assert found == ["9999-12-31 00:00:00.000000", "1000-01-01 00:00:00.000000"]


def test_a_column_that_stands_twice_is_kept_under_a_second_name() -> None:
    table = pa.Table.from_arrays([*BASE.values(), pa.array(["x", "y"])], ["prompt", "completion", "prompt"])
    (first, _) = read(parquet(table), "x.parquet")
    assert json.loads(first.raw) == {"prompt": "A", "completion": "a", "prompt.1": "x"}


@pytest.mark.parametrize("as_file", [True, False])
def test_arrow_files_and_streams(as_file: bool) -> None:
    data = arrow(pa.table(BASE), as_file=as_file)
    expected = [{"prompt": "A", "completion": "a"}, {"prompt": "B", "completion": "b"}]
    assert [json.loads(row.raw) for row in read(data, "data-00000-of-00001.arrow")] == expected
    (broken,) = [row for row in read(data[:40], "x.arrow") if row.fault]
    assert broken.fault is not None
    assert broken.fault.code == "corrupt_file"
    (unknown,) = read(arrow(pa.table({"x": [1]}), as_file=as_file), "x.arrow")
    assert unknown.fault is not None
    assert unknown.fault.code == "unknown_format"


@pytest.mark.parametrize("as_file", [True, False])
@pytest.mark.parametrize("texts", [pa.string(), pa.timestamp("us")])
def test_empty_lists_as_java_writes_them(texts: pa.DataType, as_file: bool) -> None:
    nothing = pa.py_buffer(b"")  # in the place of the one offset that a list of no values has
    words = pa.Array.from_buffers(pa.list_(texts), 0, [None, nothing], children=[pa.array([], texts)])
    turns = pa.StructArray.from_arrays([words], ["words"])
    offsets = pa.py_buffer(bytes(4 * 3))
    lists = pa.Array.from_buffers(pa.list_(turns.type), 2, [None, offsets], children=[turns])
    found = read(arrow(pa.table({**BASE, "turns": lists}), as_file=as_file), "x.arrow")
    assert [json.loads(row.raw) for row in found] == [
        {"prompt": "A", "completion": "a", "turns": []},
        {"prompt": "B", "completion": "b", "turns": []},
    ]


def zipped(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return sink.getvalue()


LINE = b'{"prompt":"A","completion":"a"}'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped(**{"a/t.jsonl": LINE + b"\n" + LINE, "__MACOSX/._t.jsonl": b"x", "readme.txt": b"x"}), [None, None]),
        (zipped(**{"t.parquet": parquet(pa.table(BASE))}), [None, None]),
        (zipped(**{"a.jsonl": LINE, "b.jsonl": LINE}), ["unknown_format"]),
        (zipped(**{"a.txt": LINE}), ["unknown_format"]),
        (zipped(), ["unknown_format"]),
        (b"PK\x03\x04broken", ["corrupt_file"]),
        (zipped(**{"a.jsonl": LINE * 9})[:-30], ["corrupt_file"]),
    ],
)  # fmt: skip
def test_archives(data: bytes, expected: list[str | None]) -> None:
    assert [row.fault and row.fault.code for row in read(data, "train.zip")] == expected


def test_a_damaged_member_keeps_the_rows_before() -> None:
    data = bytearray(zipped(**{"a.csv": b"prompt,completion\n" + b"".join(b"%d,x\n" % i for i in range(90_000))}))
    data[len(data) // 2] ^= 0xFF
    found = read(bytes(data), "a.zip")
    assert found[-1].fault is not None
    assert found[-1].fault.code == "corrupt_file"

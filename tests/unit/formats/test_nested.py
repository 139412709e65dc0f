"""Nested columns as Python values, with pyarrow's own conversion, value by value, as the judge."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.formats.nested import objects

LEAVES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(st.characters(exclude_categories=("Cs",)), max_size=4),
    pa.large_string(): st.text("aé暖", max_size=4),
    pa.bool_(): st.booleans(),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.uint64(): st.integers(0, 2**64 - 1),
    pa.int8(): st.integers(-128, 127),
    pa.float64(): st.floats(allow_nan=False, allow_infinity=False),
    pa.float32(): st.floats(allow_nan=False, allow_infinity=False, width=32),
    pa.null(): st.none(),
}


def in_types(inner: st.SearchStrategy[pa.DataType]) -> st.SearchStrategy[pa.DataType]:
    fields = st.dictionaries(st.sampled_from(["role", "content", "from", "value"]), inner, max_size=3)
    return st.one_of(inner.map(pa.list_), inner.map(pa.large_list), fields.map(lambda f: pa.struct(list(f.items()))))


TYPES = st.recursive(st.sampled_from(list(LEAVES)), in_types, max_leaves=5)


def values(type_: pa.DataType) -> st.SearchStrategy[Any]:
    if pa.types.is_struct(type_):
        found = st.fixed_dictionaries({field.name: values(field.type) for field in type_})
        return st.one_of(st.none(), found)
    if type_ in LEAVES:
        return st.one_of(st.none(), LEAVES[type_])
    return st.one_of(st.none(), st.lists(values(type_.value_type), max_size=3))


@given(st.data(), st.lists(TYPES, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_rows_are_those_that_pyarrow_gives(data: st.DataObject, types: list[pa.DataType]) -> None:
    n = data.draw(st.integers(0, 6))
    names = [f"column {place}" for place in range(len(types))]
    columns = [pa.array(data.draw(st.lists(values(t), min_size=n, max_size=n)), t) for t in types]
    batch = pa.RecordBatch.from_arrays(columns, names)
    batch = batch.slice(data.draw(st.integers(0, n)), data.draw(st.integers(0, n)))
    found = objects(batch, 7)
    assert found is not None
    assert found.parsed == batch.to_pylist()
    assert [json.loads(raw) for raw in found.raws] == batch.to_pylist()
    assert list(found.numbers) == list(range(7, 7 + len(batch)))


def test_what_a_null_list_or_struct_spans_is_not_read() -> None:
    held = pa.StructArray.from_arrays(
        [pa.array(["user", "tool", "user"])], ["role"], mask=pa.array([False, True, False])
    )
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 3]), held, mask=pa.array([True, False]))
    found = objects(pa.RecordBatch.from_arrays([lists], ["messages"]), 1)
    assert found is not None
    assert found.parsed == [{"messages": None}, {"messages": [None, {"role": "user"}]}]


def test_numbers_that_are_none_are_null() -> None:
    scores = pa.array([[float("nan"), 0.5, float("-inf")], None])
    found = objects(pa.RecordBatch.from_arrays([scores], ["scores"]), 1)
    assert found is not None
    assert found.parsed == [{"scores": [None, 0.5, None]}, {"scores": None}]
    assert found.raws == [b'{"scores":[null,0.5,null]}', b'{"scores":null}']


def deep(depth: int) -> pa.Array:
    found = pa.array(["a"])
    for _ in range(depth):
        found = pa.ListArray.from_arrays(pa.array([0, 1]), found)
    return found


@pytest.mark.parametrize(
    "column",
    [
        pa.array([b"bytes"]),
        pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string())),
        pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], ["twice", "twice"]),
        pa.ListArray.from_arrays(
            pa.array([0, 1]), pa.array([b"\xff"]).view(pa.binary()).cast(pa.binary()).view(pa.string())
        ),
        deep(600),
    ],
    ids=["bytes", "map", "field twice", "no UTF-8", "too deep"],
)
def test_what_is_read_row_by_row(column: pa.Array) -> None:
    assert objects(pa.RecordBatch.from_arrays([column], ["found"]), 1) is None

"""Nested columns, the turns of most tables of dialogues, as Python values: column by column, not value by value."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import Any

import orjson
import pyarrow as pa

from ftq_spark.formats.lines import RawObjects
from ftq_spark.formats.raw_batch import is_plain
from ftq_spark.formats.strict import MAX_DEPTH


def objects(batch: pa.RecordBatch, number: int) -> RawObjects | None:
    """The rows of a batch, numbered from `number`; null where values are not JSON's own, or a text is not UTF-8."""
    if not all(_is_json(field.type) for field in batch.schema):
        return None
    try:
        for column in batch.columns:
            column.validate(full=True)
    except pa.ArrowInvalid:
        return None
    parsed = _objects(batch.schema.names, batch.columns, batch.num_rows)
    numbers = range(number, number + len(parsed))
    return RawObjects(numbers, list(map(orjson.dumps, parsed)), [None] * len(parsed), parsed)


def _is_json(type_: pa.DataType, depth: int = 1) -> bool:
    """Whether a column's values are JSON's own, all the way down, and no row with them is too deep."""
    if pa.types.is_struct(type_):
        if len({field.name for field in type_}) < type_.num_fields:
            return False
    elif not (pa.types.is_list(type_) or pa.types.is_large_list(type_)):
        return is_plain(type_) or pa.types.is_floating(type_) or pa.types.is_null(type_)
    return depth < MAX_DEPTH and all(_is_json(type_.field(i).type, depth + 1) for i in range(type_.num_fields))


def _objects(names: list[str], columns: list[pa.Array], n: int) -> list[dict[str, Any]]:
    if not columns:
        return [{} for _ in range(n)]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*map(_values, columns), strict=True)]


def _values(array: pa.Array) -> list[Any]:
    """(n,) array → its n values."""
    type_ = array.type
    if pa.types.is_struct(type_):
        found: list[Any] = _objects([field.name for field in type_], array.flatten(), len(array))
    elif pa.types.is_list(type_) or pa.types.is_large_list(type_):
        offsets = array.offsets.to_numpy()
        held = _values(array.values[offsets[0] : offsets[-1]])
        ends = (offsets - offsets[0]).tolist()
        found = [held[start:end] for start, end in pairwise(ends)]
    elif pa.types.is_floating(type_):
        return [value if value is not None and isfinite(value) else None for value in array.to_pylist()]
    elif array.null_count and type_ not in (pa.string(), pa.large_string()):
        return list(array.to_pylist())
    else:
        return list(array.to_numpy(zero_copy_only=False).tolist())
    if array.null_count:
        for place, is_there in enumerate(array.is_valid().to_numpy(zero_copy_only=False).tolist()):
            if not is_there:
                found[place] = None
    return found

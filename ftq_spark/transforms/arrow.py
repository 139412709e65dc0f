"""Arrow in the workers: whole groups and larger tables from batches, and numbers packed as binary values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# How much of a partition a model sorts by length at once: across Arrow batches, within a bound on memory.
BUFFER_TEXTS = 4_096
BUFFER_BYTES = 64 << 20


def buffers(
    batches: Iterable[pa.RecordBatch], n_rows: int = BUFFER_TEXTS, n_bytes: float = BUFFER_BYTES
) -> Iterator[pa.Table]:
    """Consecutive Arrow batches, joined to at least `n_rows` or `n_bytes`."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(part.num_rows for part in held) >= n_rows or sum(part.nbytes for part in held) >= n_bytes:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def at_once(batches: Iterable[pa.RecordBatch], apply: Callable[[pa.Table], pa.Table]) -> Iterator[pa.RecordBatch]:
    """`apply` to all rows of a task as one table; nothing where there are none."""
    if held := [batch for batch in batches if batch.num_rows]:
        yield from apply(pa.Table.from_batches(held)).to_batches()


def whole_groups(
    batches: Iterable[pa.RecordBatch], by: str, apply: Callable[[pa.Table], pa.Table]
) -> Iterator[pa.RecordBatch]:
    """`apply` to tables of whole groups, from batches that are sorted by the bigint column `by`."""
    pending: list[pa.RecordBatch] = []  # rows of the last group so far
    for batch in batches:
        if not len(batch):
            continue
        keys = batch.column(by).to_numpy(zero_copy_only=False)
        last = int(np.searchsorted(keys, keys[-1]))
        if last == 0 and (not pending or pending[-1].column(by)[-1].as_py() == keys[-1]):
            pending.append(batch)
            continue
        yield from apply(pa.Table.from_batches([*pending, batch.slice(0, last)])).to_batches()
        pending = [batch.slice(last)]
    if pending:
        yield from apply(pa.Table.from_batches(pending)).to_batches()


def unpacked(column: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of binary values end to end, and their offsets."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    packed = pa.concat_arrays([chunk.cast(pa.large_binary()) for chunk in chunks])
    _, bounds, data = packed.buffers()
    offsets = np.frombuffer(bounds, np.int64)[packed.offset : packed.offset + len(packed) + 1]
    values = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return values[offsets[0] : offsets[-1]], offsets - offsets[0]


def packed(values: NDArray[Any], offsets: NDArray[np.int64]) -> pa.Array:
    """Binary values that hold the numbers between offsets; ``unpacked(packed(v, o))`` are the bytes of v."""
    buffers = [pa.py_buffer((offsets * values.itemsize).astype(np.int32)), pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, *buffers])


def packed_rows(rows: NDArray[Any]) -> pa.Array:
    """Each row (n, d) as one binary value."""
    return packed(np.ascontiguousarray(rows).ravel(), np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1])


def unpacked_rows(column: pa.ChunkedArray, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Binary values of one length as rows of an array: the inverse of :func:`packed_rows`."""
    return np.frombuffer(b"".join(column.to_pylist()), dtype=dtype).reshape(len(column), -1)

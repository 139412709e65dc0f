"""Raw rows become Arrow batches of the schema ``INGESTED``: each row an example, or a reject that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ftq_spark.formats import plain_batch, strict
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.identity import content_hash, context_hash, example_id, media
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.mapping import Columns, mapped
from ftq_spark.formats.plain import Plain, PlainRows, plain_rows, reader
from ftq_spark.formats.raw_batch import RawBatch
from ftq_spark.formats.turns import Message
from ftq_spark.schema import INGESTED, MESSAGE, MESSAGES

MAX_RAW_CHARS = 4096

_fields = itemgetter(*[field.name for field in MESSAGE])


def batches(
    pieces: Iterable[RawRow | RawBatch],
    *,
    dataset: str,
    source: str,
    columns: Columns | None = None,
    max_rows: int = 2000,
    max_bytes: int = 16 << 20,
) -> Iterator[pa.RecordBatch]:
    """Batches of at most `max_rows` rows of about `max_bytes` raw bytes in all, in the order of `pieces`.

    `columns` says under which names the fields of the schema stand in the rows (:mod:`~ftq_spark.formats.mapping`).
    Every row is one row of a batch. ``original`` is the row's JSON text, one line that begins with "{" and ends with
    "}" and holds at least one member. The ids are those of :mod:`~ftq_spark.formats.identity`.
    """
    file = _File(dataset, source, columns)
    held, n_bytes = _Held([], [], []), 0
    for piece in pieces:
        found = plain_rows(piece.columns) if isinstance(piece, RawBatch) and not columns else None
        if isinstance(piece, RawBatch) and found is not None:
            if held.is_plain:
                yield _batch(held, file)
                held, n_bytes = _Held([], [], []), 0
            for at in range(0, len(piece.numbers), max_rows):
                some = slice(at, at + max_rows)
                yield _of_table(piece.taken(some), found.taken(some), file)
            continue
        for row in piece.rows() if isinstance(piece, RawBatch) else (piece,):
            n_bytes += len(row.raw)
            if held.is_plain and (len(held.is_plain) >= max_rows or n_bytes > max_bytes):
                yield _batch(held, file)
                held, n_bytes = _Held([], [], []), len(row.raw)
            _hold(held, row, file)
    if held.is_plain:
        yield _batch(held, file)


class _File(NamedTuple):
    """Where rows come from, and how their columns are to be read."""

    dataset: str
    source: str
    columns: Columns | None


class _Held(NamedTuple):
    """The rows of a batch to be, in their order: which are plain; number, raw, line and texts of those; the others."""

    is_plain: list[bool]
    plain: list[tuple[int, bytes, int | None, Plain]]
    others: list[tuple[Any, ...]]  # the columns of INGESTED


def _hold(held: _Held, row: RawRow, file: _File) -> None:
    """Take in one row."""
    number, raw, fault, line, parsed = row
    dataset, source, columns = file
    plain = None
    if fault is None:
        try:
            found = strict.parse_object(raw) if parsed is None else parsed
            found = mapped(found, columns) if columns else found
            read = reader(tuple(found))
            plain = read(found) if read is not None else None
            if plain is None:
                example = conversation(found)
                hash_, shown = content_hash(example), media(example)
        except Fault as refused:
            fault = refused
    held.is_plain.append(plain is not None)
    if plain is not None:
        held.plain.append((number, raw, line, plain))
    elif fault is None:
        held.others.append((
            example_id(hash_, source, number), hash_, context_hash(example, shown), dataset, source, number,
            example.format, example.messages, example.tools, example.rejected, example.label,
            strict.dumps(shown) if shown else None, example.attached, raw, True, line, None, None, None,
        ))  # fmt: skip
    else:
        held.others.append((
            None, None, None, dataset, source, number, *[None] * 8, False, line,
            fault.code, fault.message, raw_text(raw),
        ))  # fmt: skip


def _batch(held: _Held, file: _File) -> pa.RecordBatch:
    """The rows in their order."""
    plain = plain_batch.of_rows(held.plain, file.dataset, file.source) if held.plain else None
    return _merged(plain, held.others, np.array(held.is_plain))


def _of_table(piece: RawBatch, found: PlainRows, file: _File) -> pa.RecordBatch:
    """The rows of a table; those that are not plain are taken in one by one."""
    is_plain, plain, held = found.is_plain, None, _Held([], [], [])
    if is_plain.all():
        return plain_batch.of_table(piece, found, file.dataset, file.source)
    if is_plain.any():
        plain = plain_batch.of_table(piece.taken(is_plain), found.taken(is_plain), file.dataset, file.source)
    for row in piece.taken(~is_plain).rows():
        _hold(held, row, file)
    return _merged(plain, held.others, is_plain)


def _merged(plain: pa.RecordBatch | None, others: list[tuple[Any, ...]], is_plain: np.ndarray) -> pa.RecordBatch:
    """Plain rows and others, each in their order, as one batch in the order that `is_plain` gives."""
    if not others and plain is not None:
        return plain
    columns = zip(INGESTED, zip(*others, strict=True), strict=True)
    arrays = [
        _messages(values) if field.type.equals(MESSAGES) else _array(values, field.type) for field, values in columns
    ]
    found = pa.RecordBatch.from_arrays(arrays, schema=INGESTED)
    if plain is None:
        return found
    places = np.where(is_plain, np.cumsum(is_plain), len(plain) + np.cumsum(~is_plain)) - 1
    return pa.Table.from_batches([plain, found]).take(pa.array(places)).combine_chunks().to_batches()[0]


def _messages(column: tuple[list[Message] | None, ...]) -> pa.ListArray:
    """A list column of message structs, built column-wise: many times faster than from dictionaries."""
    offsets: list[int | None] = []
    flat: list[Message] = []
    for turns in column:
        offsets.append(None if turns is None else len(flat))
        if turns is not None:
            flat += turns
    offsets.append(len(flat))
    columns: list[Sequence[Any]] = list(zip(*map(_fields, flat), strict=True)) or [()] * len(MESSAGE)
    children = [_array(values, field.type) for field, values in zip(MESSAGE, columns, strict=True)]
    structs = pa.StructArray.from_arrays(children, fields=list(MESSAGE))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)


def _array(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    is_null = values[:1] in ([None], (None,)) and values.count(None) == len(values)
    return pa.nulls(len(values), type_) if is_null else pa.array(values, type_)


def raw_text(raw: bytes) -> str:
    r"""What was found, for a reject: undecodable bytes as ``\xff``, cut at ``MAX_RAW_CHARS`` with a mark of the cut."""
    text = raw[: 4 * MAX_RAW_CHARS].decode("utf-8", "backslashreplace")
    if len(text) <= MAX_RAW_CHARS and len(raw) <= 4 * MAX_RAW_CHARS:
        return text
    return f"{text[:MAX_RAW_CHARS]}… [cut; {len(raw):,} bytes]"

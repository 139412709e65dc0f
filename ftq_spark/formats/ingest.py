"""Raw rows become Arrow batches of the schema ``INGESTED``: each row an example, or a reject that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from ftq_spark.formats import strict
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.identity import content_hash, context_hash, example_id, media
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.mapping import Columns, mapped
from ftq_spark.formats.turns import Message
from ftq_spark.schema import INGESTED, MESSAGE, MESSAGES

MAX_RAW_CHARS = 4096

_fields = itemgetter(*[field.name for field in MESSAGE])


def batches(
    rows: Iterable[RawRow],
    *,
    dataset: str,
    source: str,
    columns: Columns | None = None,
    max_rows: int = 2000,
    max_bytes: int = 16 << 20,
) -> Iterator[pa.RecordBatch]:
    """Batches of at most `max_rows` rows of about `max_bytes` raw bytes in all, in the order of `rows`.

    `columns` says under which names the fields of the schema stand in the rows (:mod:`~ftq_spark.formats.mapping`).
    Every row is one row of a batch. ``original`` is the row's JSON text, one line that begins with "{" and ends with
    "}" and holds at least one member. The ids are those of :mod:`~ftq_spark.formats.identity`.
    """
    found: list[tuple[Any, ...]] = []
    n_bytes = 0
    for row in rows:
        n_bytes += len(row.raw)
        if found and (len(found) >= max_rows or n_bytes > max_bytes):
            yield _batch(found)
            found, n_bytes = [], len(row.raw)
        found.append(_ingested(row, dataset, source, columns))
    if found:
        yield _batch(found)


def _ingested(row: RawRow, dataset: str, source: str, columns: Columns | None) -> tuple[Any, ...]:
    """The columns of ``INGESTED`` for one row."""
    number, raw, fault, line, parsed = row
    if fault is None:
        try:
            found = strict.parse_object(raw) if parsed is None else parsed
            example = conversation(mapped(found, columns) if columns else found)
            hash_ = content_hash(example)
        except Fault as refused:
            fault = refused
        else:
            shown = media(example)
            return (
                example_id(hash_, source, number), hash_, context_hash(example, shown), dataset, source, number,
                example.format, example.messages, example.tools, example.rejected, example.label,
                strict.dumps(shown) if shown else None, example.attached, raw.decode(), True, line, None, None, None,
            )  # fmt: skip
    return (
        None, None, None, dataset, source, number, *[None] * 8, False, line, fault.code, fault.message, raw_text(raw),
    )  # fmt: skip


def _batch(found: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(INGESTED, zip(*found, strict=True), strict=True)
    arrays = [
        _messages(values) if field.type.equals(MESSAGES) else _array(values, field.type) for field, values in columns
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=INGESTED)


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

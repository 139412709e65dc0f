"""Raw rows become Arrow batches of the schema ``INGESTED``: each row an example, or a reject that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ftq_spark.formats import strict
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.identity import NO_CONTEXT, content_hash, context_hash, example_id, media, plain_hash
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.mapping import Columns, mapped
from ftq_spark.formats.plain import Plain, reader
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
    held, n_bytes = _Held([], [], []), 0
    for row in rows:
        n_bytes += len(row.raw)
        if held.is_plain and (len(held.is_plain) >= max_rows or n_bytes > max_bytes):
            yield _batch(held, dataset, source)
            held, n_bytes = _Held([], [], []), len(row.raw)
        _hold(held, row, dataset, source, columns)
    if held.is_plain:
        yield _batch(held, dataset, source)


class _Held(NamedTuple):
    """The rows of a batch to be, in their order: which are plain; number, raw, line and texts of those; the others."""

    is_plain: list[bool]
    plain: list[tuple[int, bytes, int | None, Plain]]
    others: list[tuple[Any, ...]]  # the columns of INGESTED


def _hold(held: _Held, row: RawRow, dataset: str, source: str, columns: Columns | None) -> None:
    """Take in one row."""
    number, raw, fault, line, parsed = row
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


def _batch(held: _Held, dataset: str, source: str) -> pa.RecordBatch:
    """The rows in their order."""
    if not held.others:
        return _plain_batch(held.plain, dataset, source)
    columns = zip(INGESTED, zip(*held.others, strict=True), strict=True)
    arrays = [
        _messages(values) if field.type.equals(MESSAGES) else _array(values, field.type) for field, values in columns
    ]
    others = pa.RecordBatch.from_arrays(arrays, schema=INGESTED)
    if not held.plain:
        return others
    is_plain = np.array(held.is_plain)
    places = np.where(is_plain, np.cumsum(is_plain), len(held.plain) + np.cumsum(~is_plain)) - 1
    both = pa.Table.from_batches([_plain_batch(held.plain, dataset, source), others])
    return both.take(pa.array(places)).combine_chunks().to_batches()[0]


def _plain_batch(found: list[tuple[int, bytes, int | None, Plain]], dataset: str, source: str) -> pa.RecordBatch:
    """The same of plain rows, column by column."""
    n = len(found)
    numbers, raws, lines, plain = zip(*found, strict=True)
    formats, asked, answers, attached = zip(*plain, strict=True)
    hashes = list(map(plain_hash, asked, answers))
    said = [text for pair in zip(asked, answers, strict=True) for text in pair]
    turns = {"role": _array(["user", "assistant"] * n, pa.string()), "content": _array(said, pa.string())}
    children = [turns.get(field.name, pa.nulls(2 * n, field.type)) for field in MESSAGE]
    columns: dict[str, Sequence[Any]] = {
        "example_id": [example_id(hash_, source, number) for hash_, number in zip(hashes, numbers, strict=True)],
        "content_hash": hashes,
        "context_hash": [NO_CONTEXT] * n,
        "dataset": [dataset] * n,
        "source": [source] * n,
        "row": numbers,
        "format": formats,
        "attached": attached,
        "original": raws,
        "accepted": [True] * n,
        "line": lines,
    }
    arrays = {name: _array(values, INGESTED.field(name).type) for name, values in columns.items()}
    arrays["messages"] = _lists(range(0, 2 * n + 1, 2), children)
    all_ = [arrays.get(field.name, pa.nulls(n, field.type)) for field in INGESTED]
    return pa.RecordBatch.from_arrays(all_, schema=INGESTED)


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
    return _lists(offsets, [_array(values, field.type) for field, values in zip(MESSAGE, columns, strict=True)])


def _lists(offsets: Sequence[int | None], children: list[pa.Array]) -> pa.ListArray:
    """Lists of messages from the columns of them all, each list from its offset on."""
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

"""Raw rows become Arrow batches of the schema ``INGESTED``: each row an example, or a reject that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from ftq_spark.formats import strict
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.identity import content_hash, example_id
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.turns import Conversation, Message
from ftq_spark.schema import INGESTED, MESSAGE

MAX_RAW_CHARS = 4096

_Accepted = tuple[int, str, Conversation, str]  # row, content hash, conversation, original
_Rejected = tuple[int, Fault, bytes]


def batches(
    rows: Iterable[RawRow], *, dataset: str, source: str, max_rows: int = 2000, max_bytes: int = 16 << 20
) -> Iterator[pa.RecordBatch]:
    """Batches of at most `max_rows` rows of about `max_bytes` raw bytes in all, in the order of `rows`.

    Every row is one row of a batch. ``original`` is the row's JSON text, one line that begins with "{" and ends with
    "}" and holds at least one member. The ids are those of :mod:`~ftq_spark.formats.identity`.
    """
    found: list[_Accepted | _Rejected] = []
    n_bytes = 0
    for row in rows:
        n_bytes += len(row.raw)
        if found and (len(found) >= max_rows or n_bytes > max_bytes):
            yield _batch(found, dataset, source)
            found, n_bytes = [], len(row.raw)
        found.append(_read(row))
    if found:
        yield _batch(found, dataset, source)


def _read(row: RawRow) -> _Accepted | _Rejected:
    number, raw, fault = row
    if fault is not None:
        return number, fault, raw
    try:
        example = conversation(strict.parse_object(raw))
        return number, content_hash(example), example, raw.decode()
    except Fault as fault:
        return number, fault, raw


def _batch(found: list[_Accepted | _Rejected], dataset: str, source: str) -> pa.RecordBatch:
    columns: dict[str, list[Any]] = {name: [] for name in INGESTED.names}
    add = [columns[name].append for name in INGESTED.names]
    nothing = (None,) * len(add)
    for item in found:
        if len(item) == 4:
            number, hash_, example, original = item
            values = (
                example_id(hash_, source, number), hash_, dataset, source, number, example.format, example.messages,
                example.tools, example.rejected, example.label, original, True, None, None, None,
            )  # fmt: skip
        else:
            number, fault, raw = item
            values = (
                None, None, dataset, source, number, None, None,
                None, None, None, None, False, fault.code, fault.message, raw_text(raw),
            )  # fmt: skip
        for append, value in zip(add, values, strict=True):
            append(value)
    arrays = [
        _messages(columns[field.name])
        if field.name in ("messages", "rejected")
        else pa.array(columns[field.name], field.type)
        for field in INGESTED
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=INGESTED)


def _messages(column: list[list[Message] | None]) -> pa.ListArray:
    """A list column of message structs, built column-wise: many times faster than from dictionaries."""
    offsets: list[int | None] = []
    flat: list[Message] = []
    for turns in column:
        offsets.append(None if turns is None else len(flat))
        if turns is not None:
            flat.extend(turns)
    offsets.append(len(flat))
    children = [pa.array([turn[field.name] for turn in flat], field.type) for field in MESSAGE]
    structs = pa.StructArray.from_arrays(children, fields=list(MESSAGE))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)


def raw_text(raw: bytes) -> str:
    """What was found, for a reject: undecodable bytes as ``\\\\xff``, cut at ``MAX_RAW_CHARS`` with a mark that says so."""
    text = raw[: 4 * MAX_RAW_CHARS].decode("utf-8", "backslashreplace")
    if len(text) <= MAX_RAW_CHARS and len(raw) <= 4 * MAX_RAW_CHARS:
        return text
    return f"{text[:MAX_RAW_CHARS]}… [cut; {len(raw):,} bytes]"

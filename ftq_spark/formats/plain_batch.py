"""Plain rows as Arrow batches of the schema ``INGESTED``, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats.identity import NO_CONTEXT, example_ids, plain_hashes
from ftq_spark.formats.plain import Plain, PlainRows
from ftq_spark.formats.raw_batch import RawBatch, escaped, escaped_texts, json_rows
from ftq_spark.schema import INGESTED, MESSAGE

_ROLES = pa.array(["user", "assistant"])


class _Rows(NamedTuple):
    """What differs from row to row."""

    row: pa.Array  # int64
    line: pa.Array  # int64
    format: pa.Array  # string, as are the others
    content_hash: pa.Array
    asked: pa.Array
    answer: pa.Array
    attached: pa.Array
    original: pa.Array


def of_rows(rows: Sequence[tuple[int, bytes, int | None, Plain]], dataset: str, source: str) -> pa.RecordBatch:
    """The batch of rows that were read one by one: number, raw, line and texts of each."""
    numbers, raws, lines, texts = zip(*rows, strict=True)
    columns = list(zip(*texts, strict=True))
    formats, asked, answers, attached = (pa.array(column, pa.string()) for column in columns)
    hashes = plain_hashes(escaped(asked), escaped(answers))
    number, line = pa.array(numbers, pa.int64()), pa.array(lines, pa.int64())
    found = _Rows(number, line, formats, hashes, asked, answers, attached, pa.array(raws, pa.string()))
    return _batch(found, dataset, source)


def of_table(piece: RawBatch, found: PlainRows, dataset: str, source: str) -> pa.RecordBatch:
    """The batch of rows of a table, all of them plain."""
    columns, n, texts = piece.columns, len(piece.numbers), escaped_texts(piece.columns)
    _, question, said, beside, is_first = found.fields
    asked, asked_json, attached = columns.column(question), texts[question], pa.nulls(n, pa.string())
    if beside is not None:
        more, has_beside = columns.column(beside), pa.array(found.has_beside)
        asked = _joined(asked, more, has_beside, pa.scalar("\n\n"), is_first=is_first)
        asked_json = _joined(asked_json, texts[beside], has_beside, pa.scalar(b"\\n\\n"), is_first=is_first)
        attached = pc.if_else(has_beside, more, attached)
    rows = _Rows(
        pa.array(piece.numbers),
        pa.nulls(n, pa.int64()) if piece.lines is None else pa.array(piece.lines),
        pa.repeat(found.fields.format, n),
        plain_hashes(asked_json, texts[said]),
        asked,
        columns.column(said),
        attached,
        json_rows(columns, texts).cast(pa.string()),
    )
    return _batch(rows, dataset, source)


def _joined(question: pa.Array, beside: pa.Array, where: pa.Array, between: pa.Scalar, *, is_first: bool) -> pa.Array:
    """What is asked: the question, with what stands beside it before or behind, where something does."""
    pair = (beside, question) if is_first else (question, beside)
    return pc.if_else(where, pc.binary_join_element_wise(*pair, between), question)


def _batch(rows: _Rows, dataset: str, source: str) -> pa.RecordBatch:
    n = len(rows.row)
    places = np.arange(2 * n).reshape(2, n).T.ravel()  # of question and answer in turn
    said = pa.concat_arrays([rows.asked, rows.answer]).take(pa.array(places))
    turns = {"role": _ROLES.take(pa.array(np.arange(2 * n) % 2)), "content": said}
    children = [turns.get(field.name, pa.nulls(2 * n, field.type)) for field in MESSAGE]
    offsets = pa.array(np.arange(0, 2 * n + 1, 2, dtype=np.int32))
    arrays = {
        "example_id": example_ids(rows.content_hash, source, rows.row),
        "content_hash": rows.content_hash,
        "context_hash": pa.repeat(NO_CONTEXT, n),
        "dataset": pa.repeat(dataset, n),
        "source": pa.repeat(source, n),
        "row": rows.row,
        "format": rows.format,
        "messages": pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(children, fields=list(MESSAGE))),
        "attached": rows.attached,
        "original": rows.original,
        "accepted": pa.repeat(True, n),
        "line": rows.line,
    }
    columns = [arrays.get(field.name, pa.nulls(n, field.type)) for field in INGESTED]
    return pa.RecordBatch.from_arrays(columns, schema=INGESTED)

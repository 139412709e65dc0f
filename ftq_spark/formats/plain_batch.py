"""Plain rows as Arrow batches of the schema ``INGESTED``, column by column."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats.identity import NO_CONTEXT, example_ids, plain_hashes
from ftq_spark.formats.plain import PlainRows
from ftq_spark.formats.raw_batch import RawBatch, escaped_texts, json_rows
from ftq_spark.schema import INGESTED, MESSAGE

_ROLES = pa.array(["user", "assistant"])


class Found(NamedTuple):
    """How rows stand in their file."""

    row: pa.Array  # int64
    line: pa.Array  # int64
    original: pa.Array  # string


class _Texts(NamedTuple):
    """What they ask and answer, each string."""

    content_hash: pa.Array
    asked: pa.Array
    answer: pa.Array
    attached: pa.Array


def of_table(piece: RawBatch, plain: PlainRows, dataset: str, source: str) -> pa.RecordBatch:
    """The batch of rows of a table, all of them plain."""
    n, escaped = len(piece.numbers), escaped_texts(piece.columns)
    line = pa.nulls(n, pa.int64()) if piece.lines is None else pa.array(piece.lines)
    found = Found(pa.array(piece.numbers), line, json_rows(piece.columns, escaped).cast(pa.string()))
    return _batch(found, _texts(piece.columns, escaped, plain), plain.fields.format, dataset, source)


def of_texts(columns: pa.RecordBatch, found: Found, plain: PlainRows, dataset: str, source: str) -> pa.RecordBatch:
    """The batch of rows whose texts are known, all of them plain."""
    texts = _texts(columns, escaped_texts(columns), plain)
    return _batch(found, texts, plain.fields.format, dataset, source)


def _texts(columns: pa.RecordBatch, escaped: dict[str, pa.Array], plain: PlainRows) -> _Texts:
    _, question, said, beside, is_first = plain.fields
    asked, asked_json, attached = columns.column(question), escaped[question], pa.nulls(len(columns), pa.string())
    if beside is not None:
        more, has_beside = columns.column(beside), pa.array(plain.has_beside)
        asked = _joined(asked, more, has_beside, pa.scalar("\n\n"), is_first=is_first)
        asked_json = _joined(asked_json, escaped[beside], has_beside, pa.scalar(b"\\n\\n"), is_first=is_first)
        attached = pc.if_else(has_beside, more, attached)
    return _Texts(plain_hashes(asked_json, escaped[said]), asked, columns.column(said), attached)


def _joined(question: pa.Array, beside: pa.Array, where: pa.Array, between: pa.Scalar, *, is_first: bool) -> pa.Array:
    """What is asked: the question, with what stands beside it before or behind, where something does."""
    pair = (beside, question) if is_first else (question, beside)
    return pc.if_else(where, pc.binary_join_element_wise(*pair, between), question)


def _batch(found: Found, texts: _Texts, format_: str, dataset: str, source: str) -> pa.RecordBatch:
    n = len(found.row)
    places = np.arange(2 * n).reshape(2, n).T.ravel()  # of question and answer in turn
    said = pa.concat_arrays([texts.asked, texts.answer]).take(pa.array(places))
    turns = {"role": _ROLES.take(pa.array(np.arange(2 * n) % 2)), "content": said}
    children = [turns.get(field.name, pa.nulls(2 * n, field.type)) for field in MESSAGE]
    offsets = pa.array(np.arange(0, 2 * n + 1, 2, dtype=np.int32))
    arrays = {
        "example_id": example_ids(texts.content_hash, source, found.row),
        "content_hash": texts.content_hash,
        "context_hash": pa.repeat(NO_CONTEXT, n),
        "dataset": pa.repeat(dataset, n),
        "source": pa.repeat(source, n),
        "row": found.row,
        "format": pa.repeat(format_, n),
        "messages": pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(children, fields=list(MESSAGE))),
        "attached": texts.attached,
        "original": found.original,
        "accepted": pa.repeat(True, n),
        "line": found.line,
    }
    columns = [arrays.get(field.name, pa.nulls(n, field.type)) for field in INGESTED]
    return pa.RecordBatch.from_arrays(columns, schema=INGESTED)

"""Rows of a table as they were found, many at once: a batch of columns whose values are JSON's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats.lines import RawObjects, RawRow
from ftq_spark.formats.scan import in_blocks, places_of

# What JSON writes for signs that cannot stand in a text of its own, and how many bytes more that is.
_ESCAPES = {sign: orjson.dumps(chr(sign))[1:-1] for sign in (*range(ord(" ")), ord('"'), ord("\\"))}
_GROWTH = np.array([len(_ESCAPES.get(sign, b"-")) - 1 for sign in range(128)])
_LONGEST_ESCAPE = 6  # bytes of JSON for one of a text
_AROUND = 32  # bytes of JSON for a value that is no text, and around one that is


class RawBatch(NamedTuple):
    """Rows without a fault."""

    numbers: np.ndarray  # int64, ascending
    lines: np.ndarray | None  # int64, where each begins in a file of text
    columns: pa.RecordBatch  # of the types that `is_plain` names; its texts are UTF-8

    def taken(self, rows: np.ndarray) -> RawBatch:
        """The rows where an array of booleans is true."""
        return self._of(rows, self.columns.filter(pa.array(rows)))

    def at(self, places: np.ndarray) -> RawBatch:
        """The rows at these places."""
        return self._of(places, self.columns.take(pa.array(places)))

    def _of(self, rows: np.ndarray, columns: pa.RecordBatch) -> RawBatch:
        return RawBatch(self.numbers[rows], None if self.lines is None else self.lines[rows], columns)

    def rows(self) -> Iterator[RawRow]:
        """The rows one by one."""
        names, lines = self.columns.schema.names, self.numbers if self.lines is None else self.lines
        cells = zip(*[column.to_pylist() for column in self.columns.columns], strict=True)
        for number, line, values in zip(self.numbers.tolist(), lines.tolist(), cells, strict=True):
            found = dict(zip(names, values, strict=True))
            yield RawRow(number, orjson.dumps(found), None, None if self.lines is None else line, found)


Piece = RawRow | RawObjects | RawBatch


def one_by_one(pieces: Iterator[Piece]) -> Iterator[RawRow]:
    """Rows that come one by one or many at once, one by one."""
    for piece in pieces:
        if isinstance(piece, RawRow):
            yield piece
        else:
            yield from piece.rows()


def is_plain(type_: pa.DataType) -> bool:
    """Whether a column's values are JSON's own, and come back from its text as they were."""
    return type_ in (pa.string(), pa.large_string(), pa.bool_()) or bool(pa.types.is_integer(type_))


def room(names: Sequence[str], max_row_bytes: int) -> int:
    """How many bytes cells under `names` may hold for sure such that their row is not over `max_row_bytes` as JSON."""
    around = sum(len(orjson.dumps(name)) for name in names) + (_AROUND + 1) * len(names)
    return (max_row_bytes - around) // _LONGEST_ESCAPE


def fits(columns: pa.RecordBatch, max_row_bytes: int) -> bool:
    """Whether no row of the columns can be longer than `max_row_bytes` as JSON."""
    return bool(columns.nbytes <= room(columns.schema.names, max_row_bytes))


def escaped(texts: pa.Array) -> pa.Array:
    """Each text (string without nulls, UTF-8) as it stands between the quotes of JSON, as binary."""
    if not len(texts):
        return pa.array([], pa.binary())
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    found = np.frombuffer(texts.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    special = places_of(found, b'"\\', below=ord(" "))
    ends = offsets - offsets[0]
    if len(special):
        signs = found[special]
        grown = np.concatenate([[0], np.cumsum(_GROWTH[signs])])
        ends = ends + grown[np.searchsorted(special, ends)]
        which = sorted(np.flatnonzero(np.bincount(signs)).tolist(), reverse=True)  # the backslash before what brings it
        data = b"".join([_escaped(bytes(block), which) for block in in_blocks(found)])
    else:
        data = found.tobytes()
    buffers = [None, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(texts), buffers)


def _escaped(data: bytes, signs: list[int]) -> bytes:
    for sign in signs:
        data = data.replace(bytes([sign]), _ESCAPES[sign])
    return data


def escaped_texts(columns: pa.RecordBatch) -> dict[str, pa.Array]:
    """The columns of strings, :func:`escaped`, nulls as ""."""
    return {
        field.name: escaped(column.fill_null("") if column.null_count else column)
        for field, column in zip(columns.schema, columns.columns, strict=True)
        if field.type == pa.string()
    }


def json_rows(columns: pa.RecordBatch, texts: dict[str, pa.Array]) -> pa.Array:
    """Each row as a JSON object, as binary; `texts` are its :func:`escaped_texts`."""
    pieces: list[Any] = []
    before = b"{"
    for name, column in zip(columns.schema.names, columns.columns, strict=True):
        before += (b"," if pieces else b"") + orjson.dumps(name) + b":"
        if name in texts and column.null_count == 0:
            pieces += [pa.scalar(before + b'"'), texts[name]]
            before = b'"'
        else:
            pieces += [pa.scalar(before), _values(column, texts.get(name))]
            before = b""
    return pc.binary_join_element_wise(*pieces, pa.scalar(before + b"}"), pa.scalar(b""))


def texts_of(columns: pa.RecordBatch) -> list[bytes]:
    """Each row as a JSON object."""
    found: list[bytes] = json_rows(columns, escaped_texts(columns)).to_pylist()
    return found


def _values(column: pa.Array, text: pa.Array | None) -> pa.Array:
    """The values of a column as JSON, as binary."""
    if text is not None:
        quote = pa.scalar(b'"')
        found = pc.binary_join_element_wise(quote, text, quote, pa.scalar(b""))
    else:
        found = pc.cast(pc.cast(column, pa.string()), pa.binary())
    return pc.if_else(pc.is_null(column), pa.scalar(b"null"), found)

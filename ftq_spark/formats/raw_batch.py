"""Rows of a table as they were found, many at once: a batch of columns whose values are JSON's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats.lines import RawRow

_QUOTE, _BACKSLASH = b'"'[0], b"\\"[0]
_LONGEST_ESCAPE = 6  # bytes of JSON for one of a text
_AROUND = 32  # bytes of JSON for a value that is no text, and around one that is


class RawBatch(NamedTuple):
    """Rows without a fault."""

    numbers: np.ndarray  # int64, ascending
    lines: np.ndarray | None  # int64, where each begins in a file of text
    columns: pa.RecordBatch  # of the types that `is_plain` names; its texts are UTF-8

    def taken(self, rows: slice | np.ndarray) -> RawBatch:
        """Some of the rows: a slice of them, or those where an array of booleans is true."""
        columns = self.columns[rows] if isinstance(rows, slice) else self.columns.filter(pa.array(rows))
        return RawBatch(self.numbers[rows], None if self.lines is None else self.lines[rows], columns)

    def rows(self) -> Iterator[RawRow]:
        """The rows one by one."""
        names, lines = self.columns.schema.names, self.numbers if self.lines is None else self.lines
        cells = zip(*[column.to_pylist() for column in self.columns.columns], strict=True)
        for number, line, values in zip(self.numbers.tolist(), lines.tolist(), cells, strict=True):
            found = dict(zip(names, values, strict=True))
            yield RawRow(number, orjson.dumps(found), None, None if self.lines is None else line, found)


def one_by_one(pieces: Iterator[RawRow | RawBatch]) -> Iterator[RawRow]:
    """Rows that come one by one or many at once, one by one."""
    for piece in pieces:
        if isinstance(piece, RawBatch):
            yield from piece.rows()
        else:
            yield piece


def is_plain(type_: pa.DataType) -> bool:
    """Whether a column's values are JSON's own, and come back from its text as they were."""
    return type_ in (pa.string(), pa.large_string(), pa.bool_()) or bool(pa.types.is_integer(type_))


def fits(columns: pa.RecordBatch, max_row_bytes: int) -> bool:
    """Whether no row of the columns can be longer than `max_row_bytes` as JSON."""
    names = sum(len(orjson.dumps(name)) for name in columns.schema.names)
    around = names + (_AROUND + 1) * columns.num_columns
    return bool(columns.nbytes * _LONGEST_ESCAPE + around <= max_row_bytes)


def escaped(texts: Sequence[str]) -> pa.Array:
    """Each text as it stands between the quotes of JSON, as binary."""
    data = orjson.dumps(texts)  # ["…","…"]
    found = np.frombuffer(data, np.uint8)
    is_quote = found == _QUOTE
    # Of neighbouring backslashes, the first escapes the second, and so on; the last, perhaps, a quote.
    slashes = np.flatnonzero(found == _BACKSLASH)
    places = np.arange(len(slashes))
    first = np.maximum.accumulate(np.where(np.diff(slashes, prepend=-2) > 1, places, 0))
    is_quote[slashes[(places - first) % 2 == 0] + 1] = False
    begins = np.flatnonzero(is_quote)[::2]
    offsets = np.append(begins, len(data)).astype(np.int32)
    quoted = pa.Array.from_buffers(pa.binary(), len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    return pc.binary_slice(quoted, 1, -2)


def json_rows(columns: pa.RecordBatch, texts: dict[str, pa.Array]) -> pa.Array:
    """Each row as a JSON object, as binary; `texts` are the columns of strings, :func:`escaped`, nulls as ""."""
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


def _values(column: pa.Array, text: pa.Array | None) -> pa.Array:
    """The values of a column as JSON, as binary."""
    if text is not None:
        quote = pa.scalar(b'"')
        found = pc.binary_join_element_wise(quote, text, quote, pa.scalar(b""))
    else:
        found = pc.cast(pc.cast(column, pa.string()), pa.binary())
    return pc.if_else(pc.is_null(column), pa.scalar(b"null"), found)

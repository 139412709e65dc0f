"""Tables of text, CSV and TSV, as rows of JSON."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import numpy as np
import orjson
import pyarrow as pa

from ftq_spark.formats.aliases import KNOWN_FIELDS
from ftq_spark.formats.encodings import told
from ftq_spark.formats.faults import Fault, brief
from ftq_spark.formats.lines import RawRow, line_blocks, too_large
from ftq_spark.formats.nearest import unfitting
from ftq_spark.formats.raw_batch import RawBatch, room
from ftq_spark.formats.regular import Regular, regular

_AT_ONCE = 1 << 21  # bytes, at least, but for the last
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_ENDS = (".", "!", "。")  # of a sentence; a question may be the name of a column
_MAX_NAME = 80  # characters of a column's name; what is longer is a cell
_SEPARATOR = re.compile(r"\"?sep=(.)\"?\s*$", re.IGNORECASE)


# Rows, null for the header, and how they stand in the file: its lines from the place of one row to before another.
TextRows = tuple[RawRow | RawBatch | None, Callable[[int, int], bytes]]


class _Lines:
    """The lines of a CSV file for the csv module: remembers those of the row at hand, and how the file ended.

    Whole blocks of lines are handed on, so that no code of Python's own runs for a line.
    """

    def __init__(self, stream: BinaryIO, max_row_bytes: int) -> None:
        self._blocks = _first_apart(line_blocks(stream, max_row_bytes))
        self.in_blocks = False  # whether the feed ends before a block that begins with a row
        self._n_given = 0  # lines of the feed so far
        self._held: list[str] = []
        self._n_dropped = 0  # lines before those held
        self.start = self.end = 0  # the lines of the row at hand, counted from 0
        self.has_nul = False  # so far
        self.encoding = ""  # what is told of bytes that are not UTF-8, of the first block that has them and tells
        self.ended = False
        self.fault: Fault | None = None
        self.part: Regular | None = None  # which the rows at hand are, where they come many at once
        self.feed_on()

    def feed_on(self) -> Iterator[str]:
        """The lines of the next block and of those after it."""
        self.feed = itertools.chain.from_iterable(self._read())
        return self.feed

    def _read(self) -> Iterator[list[str]]:
        is_first = True
        try:
            for block, n_bytes in self._blocks:  # a line that was cut is longer than a cell may be
                if self.in_blocks and not is_first and self._n_given == self.start:
                    self._blocks = itertools.chain([(block, n_bytes)], self._blocks)
                    return
                is_first = False
                self.has_nul = self.has_nul or b"\0" in block
                raw = io.BytesIO(block + b"\n").readlines()
                try:  # line by line: most are ASCII, even where the block is not, and ASCII is quick to decode
                    found = list(map(bytes.decode, raw))
                except UnicodeDecodeError:
                    found = [line.decode("utf-8", "surrogateescape") for line in raw]
                    undecoded = (line for line, text in zip(raw, found, strict=True) if _SURROGATE.search(text))
                    self.encoding = self.encoding or told(b"".join(undecoded))
                del self._held[: self.start - self._n_dropped]
                self._held += found
                self._n_dropped = self.start
                self._n_given += len(found)
                yield found
        except Fault as fault:
            self.fault = fault
        self.ended = True

    def regular(self, delimiter: str, n_columns: int, max_bytes: int) -> Iterator[Regular]:
        """Rows from here on, where one begins, as long as they are regular and not over `max_bytes` all together.

        The row at hand is the last of them.
        """
        rest: list[bytes] = []
        while True:
            gathered = self._gathered(list(rest), min(_AT_ONCE, max_bytes // 2))
            for n in sorted({len(gathered), min(len(gathered), len(rest) + 1)}, reverse=True):  # else the first alone
                data = b"\n".join(gathered[:n])
                found = regular(data, delimiter, n_columns) if len(data) <= max_bytes else None
                if found is not None:
                    break
            left = gathered if found is None else gathered[n:]
            self._blocks = itertools.chain([(block, len(block)) for block in left], self._blocks)
            if found is None:
                self.part = None
                return
            self.start, self.end = self.end, self.end + int(found.n_lines.sum())
            self._n_given, self.part = self.end, found
            yield found
            rest = [data[len(found.data) + 1 :]] if len(found.data) < len(data) else []

    def _gathered(self, gathered: list[bytes], n_wanted: int) -> list[bytes]:
        """Blocks of `n_wanted` bytes, at least, behind those that are `gathered`; fewer before lines that were cut."""
        n_bytes = sum(map(len, gathered))
        try:
            while n_bytes < n_wanted:
                block, n_block = next(self._blocks)
                if len(block) != n_block:
                    self._blocks = itertools.chain([(block, n_block)], self._blocks)
                    break
                gathered.append(block)
                n_bytes += n_block
        except StopIteration:
            pass
        except Fault as fault:
            self._blocks = _raised(fault)
        return gathered

    def text(self) -> str:
        """The lines of the row at hand as they stand in the file."""
        return "".join(self._held[self.start - self._n_dropped : self.end - self._n_dropped])

    def one(self, first: int, end: int) -> bytes:
        """The same as bytes, for a row that comes alone: from place 0 up to 1."""
        return _encoded(self.text()) if first < end else b""

    def filled(self) -> str:
        """The next line that is not blank; "" where none comes."""
        for line in self.feed:
            self.end += 1
            if line.strip():
                return line
        return ""


def _first_apart(blocks: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    """The blocks, the first line as one of its own: it is the header, as a rule."""
    for block, n_bytes in blocks:
        head, end, rest = block.partition(b"\n")
        if end and len(block) == n_bytes:
            yield head, len(head)
            yield rest, len(rest)
        else:
            yield block, n_bytes
        break
    yield from blocks


def _raised(fault: Fault) -> Iterator[tuple[bytes, int]]:
    raise fault
    yield


def csv_rows(
    stream: BinaryIO, delimiter: str, max_row_bytes: int, also_known: frozenset[str] = frozenset()
) -> Iterator[RawRow | RawBatch]:
    """The rows of a CSV file with a header, as JSON objects of strings, numbered from 1 after the header.

    Those of regular parts come many at once. Another of the usual delimiters is taken where only that one shows a known
    column. A file without any known column (one without a header, too) is one reject. `also_known` are columns that a
    mapping names.
    """
    for found in _rows(_Lines(stream, max_row_bytes), delimiter, max_row_bytes, also_known):
        if found is not None:
            yield found


def csv_texts(
    stream: BinaryIO, delimiter: str, max_row_bytes: int, also_known: frozenset[str] = frozenset()
) -> Iterator[TextRows]:
    """The same as they stand in the file, which can be asked for until the next rows are; the header comes first."""
    lines = _Lines(stream, max_row_bytes)
    for found in _rows(lines, delimiter, max_row_bytes, also_known):
        yield found, lines.part.text if isinstance(found, RawBatch) and lines.part else lines.one


def _rows(
    lines: _Lines, delimiter: str, max_row_bytes: int, also_known: frozenset[str]
) -> Iterator[RawRow | RawBatch | None]:
    """The rows, after a null for the header; meanwhile `lines` holds them as they stand in the file."""
    csv.field_size_limit(max_row_bytes)
    first = lines.filled()
    if declared := _SEPARATOR.match(first):  # Excel's first line, which says how the cells are separated
        delimiter = declared[1]
        first = lines.filled()
    usual = (delimiter, ",", "\t", ";", "|")
    known = next((d for d in usual if is_known(first.strip().split(d), also_known)), None)
    delimiter = known or max(usual, key=first.count)  # where none is known, a message names the columns
    n_before = lines.end - 1  # the reader is shown the first again
    reader = csv.reader(itertools.chain([first], lines.feed), delimiter=delimiter, strict=True)
    try:
        header = unique(next(reader))
    except csv.Error as error:
        yield RawRow(0, _encoded(first), _csv_fault(error, max_row_bytes))
        return
    if not is_known(header, also_known):
        yield RawRow(0, _encoded(first), lines.fault or unknown_columns(header, lines.encoding))
        return
    lines.end = n_before + reader.line_num
    yield None
    lines.in_blocks = not any(map(_SURROGATE.search, header))  # no JSON can hold half of a pair
    number = 0
    while True:
        for row in _by_line(lines, reader, n_before, header, max_row_bytes):
            number += 1
            yield row._replace(number=number)
        if lines.ended:
            break
        for part in lines.regular(delimiter, len(header), room(header, max_row_bytes)):
            found = _batch(part, header, number, lines.start)
            number += len(found.numbers)
            yield found
        n_before = lines.end
        reader = csv.reader(lines.feed_on(), delimiter=delimiter, strict=True)
    if lines.fault is not None:
        yield RawRow(number + 1, _encoded(lines.text()), lines.fault)


def _batch(part: Regular, header: list[str], number: int, n_before: int) -> RawBatch:
    """The rows after row `number`, which ends on line `n_before`."""
    numbers = number + 1 + np.arange(len(part.n_lines))
    lines = n_before + 1 + np.cumsum(part.n_lines) - part.n_lines
    return RawBatch(numbers, lines, pa.RecordBatch.from_arrays(part.columns, header))


def _by_line(lines: _Lines, reader: Any, n_before: int, header: list[str], max_row_bytes: int) -> Iterator[RawRow]:
    """The rows of the csv module's `reader`, which was given the lines after the first `n_before`; not yet numbered."""
    while True:
        lines.start = lines.end
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.end = n_before + reader.line_num
            yield RawRow(0, _encoded(lines.text()), _csv_fault(error, max_row_bytes), lines.start + 1)
            continue
        lines.end = n_before + reader.line_num
        if lines.fault is not None:  # this row is what the break left of one
            return
        if cells:  # not a blank line
            row = _csv_row(header, cells, lines)
            is_long = len(row.raw) > max_row_bytes and not lines.ended
            yield row._replace(fault=too_large(max_row_bytes)) if is_long else row


def _csv_row(header: list[str], cells: list[str], lines: _Lines) -> RawRow:
    at = lines.start + 1
    if lines.ended:
        fault = Fault("malformed_csv", "the file ends inside a quoted cell")
    elif lines.has_nul and "\0" in (text := lines.text()):
        fault = Fault("null_bytes", f"NUL byte at character {text.index(chr(0))}")
    elif len(cells) != len(header):
        hint = "; a quote inside a cell is doubled, not escaped by a backslash" if '\\"' in lines.text() else ""
        fault = Fault("ragged_row", f"expected {len(header)} cells, found {len(cells)}{hint}")
    else:
        found = dict(zip(header, cells, strict=True))
        try:
            return RawRow(0, orjson.dumps(found), None, at, found)
        except TypeError:  # surrogate escapes
            fault = Fault("invalid_utf8", f"bytes that are not UTF-8: save the file as UTF-8{lines.encoding}")
    return RawRow(0, _encoded(lines.text()), fault, at)


def _csv_fault(error: csv.Error, max_row_bytes: int) -> Fault:
    if "field larger" in str(error):
        return too_large(max_row_bytes)
    if "NUL" in str(error):  # Python 3.10
        return Fault("null_bytes", "NUL byte in the row")
    if "expected after" in str(error):
        return Fault("malformed_csv", "text behind the quote that ends a cell; a quote inside a cell is doubled")
    return Fault("malformed_csv", str(error))


def unique(cells: list[str]) -> list[str]:
    """The names of the columns, each once: repeated ones are numbered, as pandas does."""
    names: list[str] = []
    for cell in cells:
        name, n = cell.strip(), 0
        while (f"{name}.{n}" if n else name) in names:
            n += 1
        names.append(f"{name}.{n}" if n else name)
    return names


def is_known(names: Iterable[str], also_known: frozenset[str] = frozenset()) -> bool:
    """Whether one of the columns belongs to a chat schema, or to the user's mapping."""
    stripped = [name.strip(' "') for name in names]
    return any(name.lower() in KNOWN_FIELDS or name in also_known for name in stripped)


def unknown_columns(names: list[str], encoding: str = "") -> Fault:
    """The fault of a table without any column of a chat schema; `encoding` says what bytes other than UTF-8 are in."""
    if any(map(_SURROGATE.search, names)):
        return Fault("invalid_utf8", f"bytes that are not UTF-8 in the header: save the file as UTF-8{encoding}")
    if any(_NUMBER.match(name) or len(name) > _MAX_NAME or name.endswith(_ENDS) for name in names):
        text = f"the first line is no header but a row, it seems: {brief(names, 200)}; begin the file with column names"
        return Fault("unknown_format", text)
    return Fault("unknown_format", f"no such column in the header: {unfitting(dict.fromkeys(names))}")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

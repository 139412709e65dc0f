"""Tables of text, CSV and TSV, as rows of JSON."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import orjson

from ftq_spark.formats.aliases import KNOWN_FIELDS
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.lines import RawRow, physical_lines, too_large
from ftq_spark.formats.nearest import unfitting

_SEPARATOR = re.compile(r"\"?sep=(.)\"?\s*$", re.IGNORECASE)


class _Lines:
    """The lines of a CSV file for the csv module: remembers those of the row at hand, and how the file ended."""

    def __init__(self, stream: BinaryIO, max_row_bytes: int) -> None:
        self._lines = physical_lines(stream, max_row_bytes)
        self.row: list[str] = []
        self.n = 0  # lines given so far
        self.ended = False
        self.fault: Fault | None = None

    def __iter__(self) -> Iterator[str]:
        try:
            for raw, _ in self._lines:  # one that was cut is longer than a cell may be
                line = raw.decode("utf-8", "surrogateescape") + "\n"
                self.row.append(line)
                self.n += 1
                yield line
        except Fault as fault:
            self.fault = fault
        self.ended = True


def csv_rows(
    stream: BinaryIO, delimiter: str, max_row_bytes: int, also_known: frozenset[str] = frozenset()
) -> Iterator[RawRow]:
    """The rows of a CSV file with a header, as JSON objects of strings, numbered from 1 after the header.

    Another of the usual delimiters is taken where only that one shows a known column. A file without any known column
    (one without a header, too) is one reject. `also_known` are columns that a mapping names.
    """
    for row, _ in csv_texts(stream, delimiter, max_row_bytes, also_known):
        if row is not None:
            yield row


def csv_texts(
    stream: BinaryIO, delimiter: str, max_row_bytes: int, also_known: frozenset[str] = frozenset()
) -> Iterator[tuple[RawRow | None, bytes]]:
    """The same, each row with its lines as they stand in the file; first the lines of the header, without a row."""
    csv.field_size_limit(max_row_bytes)
    lines = _Lines(stream, max_row_bytes)
    feed = iter(lines)
    first = next((line for line in feed if line.strip()), "")
    if declared := _SEPARATOR.match(first):  # Excel's first line, which says how the cells are separated
        delimiter = declared[1]
        first = next((line for line in feed if line.strip()), "")
    delimiter = next(
        (d for d in (delimiter, ",", "\t", ";", "|") if is_known(first.strip().split(d), also_known)), delimiter
    )
    reader = csv.reader(itertools.chain([first], feed), delimiter=delimiter)
    try:
        header = unique(next(reader))
    except csv.Error as error:
        yield RawRow(0, _encoded(first), _csv_fault(error, max_row_bytes)), b""
        return
    if not is_known(header, also_known):
        yield RawRow(0, _encoded(first), lines.fault or unknown_columns(header)), b""
        return
    yield None, _encoded("".join(lines.row))
    number = 0
    while True:
        lines.row = []
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            number += 1
            at = lines.n - len(lines.row) + 1
            text = _encoded("".join(lines.row))
            yield RawRow(number, text, _csv_fault(error, max_row_bytes), at), text
            continue
        if lines.fault is not None:  # this row is what the break left of one
            break
        if cells:  # not a blank line
            number += 1
            found = "".join(lines.row)
            text = _encoded(found)
            at = lines.n - len(lines.row) + 1
            if lines.ended:
                yield RawRow(number, text, Fault("malformed_csv", "the file ends inside a quoted cell"), at), text
            else:
                row = _csv_row(number, header, cells, found)._replace(line=at)
                yield (row if len(row.raw) <= max_row_bytes else row._replace(fault=too_large(max_row_bytes))), text
    if lines.fault is not None:
        text = _encoded("".join(lines.row))
        yield RawRow(number + 1, text, lines.fault), text


def _csv_row(number: int, header: list[str], cells: list[str], text: str) -> RawRow:
    if "\0" in text:
        fault = Fault("null_bytes", f"NUL byte at character {text.index(chr(0))}")
    elif len(cells) != len(header):
        hint = "; a quote inside a cell is doubled, not escaped by a backslash" if '\\"' in text else ""
        fault = Fault("ragged_row", f"expected {len(header)} cells, found {len(cells)}{hint}")
    else:
        try:
            return RawRow(number, orjson.dumps(dict(zip(header, cells, strict=True))))
        except TypeError:  # surrogate escapes
            fault = Fault("invalid_utf8", "bytes that are not UTF-8: save the file as UTF-8")
    return RawRow(number, _encoded(text), fault)


def _csv_fault(error: csv.Error, max_row_bytes: int) -> Fault:
    if "field larger" in str(error):
        return too_large(max_row_bytes)
    if "NUL" in str(error):  # Python 3.10
        return Fault("null_bytes", "NUL byte in the row")
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


def unknown_columns(names: list[str]) -> Fault:
    """The fault of a table without any column of a chat schema."""
    return Fault("unknown_format", f"no such column in the header: {unfitting(dict.fromkeys(names))}")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

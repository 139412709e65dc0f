"""Some rows of a table as a table of the same kind: CSV and TSV line by line, Parquet and Arrow with their types."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from ftq_spark.formats.columnar import batch_rows, opened_arrow, opened_parquet
from ftq_spark.formats.compression import decompress
from ftq_spark.formats.containers import Container
from ftq_spark.formats.lines import BOM, MAX_ROW_BYTES, RawRow
from ftq_spark.formats.tables import csv_texts, unique

KINDS = ("csv", "tsv", "parquet", "arrow")
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 100_000, 64 << 20  # of a row group


class Wanted(NamedTuple):
    """One row of a table, and the CRC-32 of the JSON text that is to be published of it."""

    number: int
    checksum: int


class Unlike(Exception):  # noqa: N818  (no error: the rows are published as JSON lines then)
    """The table cannot hold what is to be published; the argument says why."""


def is_table(container: Container) -> bool:
    """Whether the rows of such a file can be copied into another one."""
    return container.kind in ("csv", "tsv") or (container.kind in KINDS and not container.compression)


def copied_rows(  # noqa: PLR0913  (what one file needs, each by name)
    stream: BinaryIO,
    container: Container,
    wanted: Iterable[Wanted],
    open_part: Callable[[int], BinaryIO],
    *,
    max_rows: int,
    max_row_bytes: int = MAX_ROW_BYTES,
    also_known: frozenset[str] = frozenset(),
) -> dict[int, int]:
    """Copy the `wanted` rows, sorted by number, to the files that `open_part` opens.

    Part k holds those of the k-th `max_rows` rows of the file. CSV keeps its header, delimiter, quotes, line ends and
    byte order mark.

    Returns:
        How many rows each part got.

    Raises:
        Unlike: a row is not as it is to be published (its answer was corrected, turns were masked, the file is another
            one by now), or no file of this kind can be written.
    """
    parts = _Parts(open_part, max_rows, iter(wanted))
    try:
        if container.kind in ("csv", "tsv"):
            has_mark = decompress(stream, container.compression).read(len(BOM)) == BOM
            stream.seek(0)
            text = decompress(stream, container.compression)
            if has_mark:
                text.read(len(BOM))
            delimiter = "," if container.kind == "csv" else "\t"
            _copy_lines(csv_texts(text, delimiter, max_row_bytes, also_known), BOM if has_mark else b"", parts)
        else:
            opened = opened_parquet(stream) if container.kind == "parquet" else opened_arrow(stream)
            parts.writer = opened.writer
            names, number = unique(opened.schema.names), 0
            for batch in opened.batches:
                if parts.due is None:
                    break
                _copy_batch(batch, list(batch_rows(batch, names, number + 1, max_row_bytes)), parts)
                number += len(batch)
        parts.close()
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Unlike(f"such a file cannot be written: {str(error)[:200]}") from None
    finally:
        parts.abandon()
    if parts.due is not None:
        raise Unlike(f"the file has no row {parts.due.number} by now")
    return parts.n_rows


class _Parts:
    """The files that are being written, and the row that is due next."""

    def __init__(self, open_part: Callable[[int], BinaryIO], max_rows: int, wanted: Iterator[Wanted]) -> None:
        self._open, self._max_rows, self._wanted = open_part, max_rows, wanted
        self.writer: Callable[[BinaryIO], Any] | None = None
        self.n_rows: dict[int, int] = {}
        self._held: list[pa.RecordBatch] = []  # of the open part of a columnar file, not yet written
        self._n_held = self._n_bytes = 0
        self._sink: BinaryIO | None = None
        self._table: Any = None
        self.due = next(wanted, None)

    def is_due(self, row: RawRow) -> bool:
        """Whether the row is the next that is wanted; the one after it is due then."""
        if self.due is None or row.number != self.due.number:
            return False
        if zlib.crc32(row.raw) != self.due.checksum:
            raise Unlike("answers were corrected, turns were masked, or the file has changed")
        self.due = next(self._wanted, None)
        return True

    def of(self, number: int) -> int:
        """The part of a row."""
        return (number - 1) // self._max_rows

    def add_text(self, number: int, head: bytes, text: bytes) -> None:
        """Write the lines of one row, after `head` where its part is new."""
        is_new = self._begin(self.of(number), 1)
        assert self._sink is not None
        self._sink.write(head + text if is_new else text)

    def add_rows(self, part: int, rows: pa.RecordBatch) -> None:
        """Write rows of a columnar file, many at once."""
        self._begin(part, len(rows))
        self._held.append(rows)
        self._n_held, self._n_bytes = self._n_held + len(rows), self._n_bytes + rows.nbytes
        if self._n_held >= _ROWS_AT_ONCE or self._n_bytes >= _BYTES_AT_ONCE:
            self._flush()

    def _begin(self, part: int, n_rows: int) -> bool:
        is_new = part not in self.n_rows
        if is_new:
            self.close()
            self._sink = self._open(part)
            self._table = self.writer(self._sink) if self.writer else None
        self.n_rows[part] = self.n_rows.get(part, 0) + n_rows
        return is_new

    def _flush(self) -> None:
        if self._held:
            self._table.write_table(pa.Table.from_batches(self._held))
        self._held, self._n_held, self._n_bytes = [], 0, 0

    def close(self) -> None:
        """Finish the file that is open, if one is."""
        self._flush()
        for opened in (self._table, self._sink):
            if opened is not None:
                opened.close()
        self._table = self._sink = None

    def abandon(self) -> None:
        """Let go of a file that was not finished."""
        if self._sink is not None:
            self._sink.close()


def _copy_lines(texts: Iterator[tuple[RawRow | None, bytes]], mark: bytes, parts: _Parts) -> None:
    head = b""
    for row, text in texts:
        if row is None:
            head = mark + text
        elif parts.is_due(row):
            parts.add_text(row.number, head, text)
        if parts.due is None:
            return


def _copy_batch(batch: pa.RecordBatch, rows: list[RawRow], parts: _Parts) -> None:
    chosen: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        if parts.is_due(row):
            chosen.setdefault(parts.of(row.number), []).append(place)
    for part, places in chosen.items():
        for taken in _taken(batch, places):
            parts.add_rows(part, taken)


def _taken(batch: pa.RecordBatch, places: list[int]) -> list[pa.RecordBatch]:
    try:
        return [batch.take(pa.array(places, pa.int64()))]
    except pa.ArrowNotImplementedError:  # views, in some versions
        return [batch.slice(place, 1) for place in places]

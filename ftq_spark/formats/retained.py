"""Some rows of a table as a table of the same kind: CSV and TSV line by line, Parquet and Arrow with their types."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa

from ftq_spark.formats.columnar import Opened, batch_texts, grouped, opened_arrow, opened_parquet
from ftq_spark.formats.compression import decompress
from ftq_spark.formats.containers import Container
from ftq_spark.formats.lines import BOM, MAX_ROW_BYTES, RawRow
from ftq_spark.formats.nested import texts_of
from ftq_spark.formats.tables import TextRows, csv_texts, unique

KINDS = ("csv", "tsv", "parquet", "arrow")
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 100_000, 64 << 20  # of a row group


class Wanted(NamedTuple):
    """Some rows of a table, and the CRC-32 of the JSON text that is to be published of each."""

    numbers: np.ndarray  # int64, ascending
    checksums: np.ndarray  # int64

    def taken(self, rows: slice) -> Wanted:
        """A slice of them."""
        return Wanted(self.numbers[rows], self.checksums[rows])


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
    """Copy the rows that are `wanted`, ascending from piece to piece, to the files that `open_part` opens.

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
            _copy_batches(opened, parts, max_row_bytes)
        parts.close()
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Unlike(f"such a file cannot be written: {str(error)[:200]}") from None
    finally:
        parts.abandon()
    if parts.due is not None:
        raise Unlike(f"the file has no row {parts.due.numbers[0]} by now")
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

    def wanted_of(self, first: int, n_rows: int) -> Iterator[tuple[int, Wanted]]:
        """Those of the `n_rows` from number `first` on that are wanted, part by part; later ones are due then."""
        while self.due is not None and self.due.numbers[0] < first + n_rows:
            part = int(self.due.numbers[0] - 1) // self._max_rows
            end = min(first + n_rows, (part + 1) * self._max_rows + 1)
            n = int(np.searchsorted(self.due.numbers, end))
            found, rest = self.due.taken(slice(n)), self.due.taken(slice(n, None))
            self.due = rest if len(rest.numbers) else next(self._wanted, None)
            if found.numbers[0] < first:
                raise Unlike("the file has changed")
            yield part, found

    def add_text(self, part: int, head: bytes, text: bytes, n_rows: int) -> None:
        """Write the lines of rows, after `head` where their part is new."""
        is_new = self._begin(part, n_rows)
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


def _copy_lines(texts: Iterator[TextRows], mark: bytes, parts: _Parts) -> None:
    head = b""
    for rows, text in texts:
        if rows is None:
            head = mark + text(0, 1)
            continue
        first, n_rows = (rows.number, 1) if isinstance(rows, RawRow) else (int(rows.numbers[0]), len(rows.numbers))
        for part, wanted in parts.wanted_of(first, n_rows):
            places = wanted.numbers - first
            _check(wanted, [rows.raw] if isinstance(rows, RawRow) else texts_of(rows.columns.take(pa.array(places))))
            runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
            parts.add_text(part, head, b"".join([text(int(run[0]), int(run[-1]) + 1) for run in runs]), len(places))
        if parts.due is None:
            return


def _copy_batches(opened: Opened, parts: _Parts, max_row_bytes: int) -> None:
    names, first = unique(opened.schema.names), 1
    for batches in grouped(opened):
        n_rows = sum(map(len, batches))
        for part, wanted in parts.wanted_of(first, n_rows):
            taken = list(_taken(batches, wanted.numbers - first))
            _check(wanted, batch_texts(taken, names, max_row_bytes))
            for rows in taken:
                parts.add_rows(part, rows)
        if parts.due is None:
            return
        first += n_rows


def _check(wanted: Wanted, texts: Iterable[bytes]) -> None:
    if list(map(zlib.crc32, texts)) != wanted.checksums.tolist():
        raise Unlike("answers were corrected, turns were masked, or the file has changed")


def _taken(batches: list[pa.RecordBatch], places: np.ndarray) -> Iterator[pa.RecordBatch]:
    """The rows at ascending places of batches one behind the other."""
    ends = np.cumsum([len(batch) for batch in batches])
    for batch, end, chosen in zip(batches, ends, np.split(places, np.searchsorted(places, ends[:-1])), strict=True):
        here = chosen - (end - len(batch))
        try:
            if len(here):
                yield batch.take(pa.array(here, pa.int64()))
        except pa.ArrowNotImplementedError:  # views, in some versions
            yield from (batch.slice(place, 1) for place in here.tolist())

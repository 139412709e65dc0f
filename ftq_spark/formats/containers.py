"""Files as raw rows: which kind of file a name promises, and its rows with their true numbers."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, NamedTuple

from ftq_spark.formats.columnar import arrow_rows, parquet_rows
from ftq_spark.formats.compression import BlockStream, compressed_as, decompress
from ftq_spark.formats.disguises import disguised
from ftq_spark.formats.documents import documents
from ftq_spark.formats.encodings import told, utf16
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.layout import is_document, is_lines
from ftq_spark.formats.lines import BOM, MAX_ROW_BYTES, RawRow, line_starts, lines, seek_line
from ftq_spark.formats.raw_batch import Piece, one_by_one
from ftq_spark.formats.tables import csv_rows
from ftq_spark.places.uris import is_hidden

__all__ = [
    "MAX_ROW_BYTES",
    "SUFFIXES",
    "Container",
    "RawRow",
    "container_of",
    "decompress",
    "is_one_document",
    "line_starts",
    "pieces",
    "rows",
]

_BLOCK = 1 << 19
_KINDS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
    ".traj": "json",  # SWE-agent's
    ".arrow": "arrow", ".feather": "arrow", ".zip": "zip",
}  # fmt: skip
_COMPRESSIONS = (".gz", ".bz2", ".zst", ".xz")
SUFFIXES = ".jsonl, .json, .csv, .tsv, .parquet or .arrow, each also as .gz, .zst, .bz2, .xz or .zip"
_MAX_UNZIPPED = 8 << 30  # bytes that an archive may hold
_OF_FILES = ("truncated_file", "corrupt_file")


class Container(NamedTuple):
    """What a file's name says of its bytes."""

    kind: str  # jsonl, json, csv, tsv, parquet, arrow, zip
    compression: str = ""  # .gz, .bz2, .zst, .xz, or "" for none

    @property
    def splittable(self) -> bool:
        """Whether byte ranges of the file can be read by themselves."""
        return self == ("jsonl", "")


def container_of(name: str) -> Container | None:
    """What the suffixes of a file's name say; null for a name that is none of ours."""
    stem, compression = name.lower(), ""
    for suffix in _COMPRESSIONS:
        if stem.endswith(suffix):
            stem, compression = stem[: -len(suffix)], suffix
    kind = next((kind for suffix, kind in _KINDS.items() if stem.endswith(suffix)), None)
    return None if kind is None else Container(kind, compression)


def rows(stream: BinaryIO, container: Container, **options: Any) -> Iterator[RawRow]:
    """The rows of one file one by one, as of :func:`pieces`."""
    yield from one_by_one(pieces(stream, container, **options))


def pieces(  # noqa: PLR0913  (what one file needs, each by name)
    stream: BinaryIO,
    container: Container,
    *,
    start: int = 0,
    end: int | None = None,
    first_row: int = 1,
    max_row_bytes: int = MAX_ROW_BYTES,
    also_known: frozenset[str] = frozenset(),
) -> Iterator[Piece]:
    """The rows of one file, in order, of tables many at once.

    What is wrong with a row or the file is a row with a fault, never an exception.

    Args:
        stream: the file's bytes from its beginning; seekable for Parquet and for ranges.
        start, end: the byte range of a splittable container: the lines that start in it, wherever they end.
        first_row: the number of the first line of the range: 1 + the sum of :func:`line_starts` over the ranges before.
        also_known: columns that make a table one of examples beside those of the schemas.
        max_row_bytes: rows over this length are rejected and never held in memory whole.

    Raises:
        ValueError: a range of a container that is not splittable.
    """
    if start or end is not None:
        if not container.splittable:
            raise ValueError(f"expected a range of an uncompressed .jsonl file, found {container}")
        yield from _range(stream, start, end, first_row, max_row_bytes)
        return
    found = _whole(stream, container, max_row_bytes, also_known)
    first = next(found, None)
    if first is None:
        first = RawRow(0, b"", Fault("empty_file", "no rows in it"))
    elif isinstance(first, RawRow) and first.number == 1 and first.fault and first.fault.code in _OF_FILES:
        first = first._replace(number=0)  # not a single row was readable: the file is at fault
    yield first
    yield from found


def _range(stream: BinaryIO, start: int, end: int | None, first_row: int, max_row_bytes: int) -> Iterator[Piece]:
    position = seek_line(stream, start)
    if end is not None and position >= end:
        return
    n_bytes = None if end is None else end - position
    if position == 0:
        head = stream.read(len(BOM))
        if head != BOM:
            stream.seek(0)
        elif n_bytes is not None:
            n_bytes = max(n_bytes - len(BOM), 1)
    yield from lines(stream, first_row=first_row, n_bytes=n_bytes, max_row_bytes=max_row_bytes)


def _whole(stream: BinaryIO, container: Container, max_row_bytes: int, also_known: frozenset[str]) -> Iterator[Piece]:
    text, head, fault = _with_head(decompress(stream, container.compression))
    whole = fault is None and len(head) < _BLOCK
    if whole and not head.strip():
        return
    compression = compressed_as(head)
    if container.kind == "zip":
        yield from _unzipped(stream, max_row_bytes, also_known)
        return
    if compression is not None:
        yield RawRow(0, head[:64], Fault("corrupt_file", f"compressed, but its name does not end in {compression}"))
        return
    if (said := disguised(head, container.kind)) is not None:
        yield RawRow(0, head[:64], Fault("corrupt_file", f"not what its name says but {said}"))
        return
    if container.kind in _COLUMNAR:
        try:
            seekable = stream if container.compression == "" and stream.seekable() else io.BytesIO(text.read())
        except Fault as broken:
            yield RawRow(0, b"", broken)
        else:
            seekable.seek(0)
            yield from _COLUMNAR[container.kind](seekable, max_row_bytes, also_known)
        return
    if utf16(head) is not None:
        yield RawRow(0, head[:64], Fault("invalid_utf8", f"the file is not UTF-8{told(head)}"))
        return
    if container.kind in ("csv", "tsv"):
        yield from csv_rows(text, "," if container.kind == "csv" else "\t", max_row_bytes, also_known)
    elif (not is_document(head, whole=whole)) if container.kind == "jsonl" else is_lines(head, whole=whole):
        yield from lines(text, max_row_bytes=max_row_bytes)
    else:
        yield from documents(text, max_row_bytes, also_known)


_COLUMNAR = {"parquet": parquet_rows, "arrow": arrow_rows}


def _unzipped(stream: BinaryIO, max_row_bytes: int, also_known: frozenset[str]) -> Iterator[Piece]:
    """The rows of the one file of data that an archive holds; a reject says why it is not read."""
    try:
        with zipfile.ZipFile(stream) as archive:
            held = [info for info in archive.infolist() if not info.is_dir() and not is_hidden(info.filename)]
            data = [info for info in held if container_of(info.filename)]  # an archive in it may hold some
            if len(data) != 1 or data[0].filename.casefold().endswith(".zip"):
                text = f"an archive of {len(held)} files, {len(data)} of them data: unpack it and give the folder"
                yield RawRow(0, b"", Fault("unknown_format", text))
            elif data[0].file_size > _MAX_UNZIPPED:
                text = f"{data[0].file_size:,} bytes in an archive, expected at most {_MAX_UNZIPPED:,}: unpack it"
                yield RawRow(0, b"", Fault("too_large", text))
            elif (container := container_of(data[0].filename)) is not None:
                with archive.open(data[0]) as member:
                    blocks: Any = BlockStream(_blocks(member))
                    yield from _whole(blocks, container, max_row_bytes, also_known)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:  # a password, a method unknown
        yield RawRow(0, b"", Fault("corrupt_file", f"ZIP: {str(error)[:200]}"))


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := stream.read(_BLOCK):
            yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Fault("corrupt_file", f"ZIP: {str(error)[:200]}") from None


def is_one_document(stream: BinaryIO) -> bool:
    """Whether a file named as lines holds none (one JSON document, a table), and cannot be read by ranges."""
    head = stream.read(_BLOCK).removeprefix(BOM)
    return is_document(head, whole=len(head) < _BLOCK - len(BOM)) or disguised(head, "jsonl") is not None


def _with_head(stream: BinaryIO) -> tuple[BinaryIO, bytes, Fault | None]:
    """The stream again without a byte order mark, its first MiB (all if it is shorter), and what broke it in there."""
    head = b""
    fault: Fault | None = None
    try:
        while len(head) < _BLOCK and (block := stream.read(_BLOCK)):
            head += block
    except Fault as broken:
        fault = broken
    head = head.removeprefix(BOM)

    def blocks() -> Iterator[bytes]:
        yield head
        if fault is not None:
            raise fault
        while block := stream.read(_BLOCK):
            yield block

    return BlockStream(blocks()), head, fault  # type: ignore[return-value]

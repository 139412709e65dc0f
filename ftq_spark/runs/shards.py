"""Input shards: which files an input names, and the rows of one file or of a span of it.

Shards are opened by Python, not by Spark's JSON reader, which alters data silently: it keeps the first of two objects
on a line, accepts trailing garbage, and drops fields outside its schema.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.fs as pafs

from ftq_spark.errors import InputError
from ftq_spark.formats import containers, ingest
from ftq_spark.formats.mapping import Columns, top_names
from ftq_spark.formats.trees import unfolded
from ftq_spark.places.redaction import redacted
from ftq_spark.runs import input_files, lakehouse, storage
from ftq_spark.settings import Contamination

_NAMED = re.compile(r"^([A-Za-z0-9_.-]+)=(.+)$")
_CHUNK = 256 << 10  # read at once for a checksum: many files are read at a time, and Arrow gives no room back
_PACKED = 4  # bytes of text in one of a compressed file or a table, about


class Shard(NamedTuple):
    """One input file."""

    dataset: str
    source: str  # unique in a run: the path below the input's root
    uri: str
    n_bytes: int
    checksum: str  # of the contents; size and modification time on remote storage


def total_bytes(shards: Sequence[Shard]) -> int:
    """Bytes of all shards as they lie there, compressed or not."""
    return sum(shard.n_bytes for shard in shards)


def text_bytes(shards: Sequence[Shard]) -> int:
    """About the bytes of text that all shards hold: of lines their own, of what may be packed four times as many."""
    return sum(shard.n_bytes * (1 if container(shard.uri).splittable else _PACKED) for shard in shards)


class Span(NamedTuple):
    """A range of bytes of one shard: the lines that start in it."""

    shard: Shard
    start: int
    end: int
    first_row: int


def find_shards(inputs: Sequence[str]) -> list[Shard]:
    """Every readable file that `inputs` name, sorted by source; a file that two inputs name counts once.

    An input is a file, a directory (searched recursively), a glob, or a URI, each optionally as ``name=path``.
    Raises InputError where an input matches nothing that can be read.
    """
    known: dict[str, tuple[str, str, str, int]] = {}
    for item in inputs:
        dataset, path = name_and_path(item)
        files, left = input_files.files_of(path)
        if not files:
            raise input_files.nothing(path, left)
        for file in files:
            known.setdefault(file.uri, (dataset or _stem(path), file.relative, file.uri, file.n_bytes))
    placed = _unique_sources(list(known.values()))
    checksums = storage.in_pool(_checksum, [uri for _, _, uri, _ in placed])
    shards = [Shard(d, s, u, n, checksum) for (d, s, u, n), checksum in zip(placed, checksums, strict=True)]
    return sorted(shards, key=lambda shard: shard.source)


def benchmark_shards(settings: Contamination) -> dict[str, list[Shard]]:
    """The files of each evaluation set. Raises InputError where a path matches nothing that can be read."""
    named = {}
    for name, path in settings.benchmarks.items():
        try:
            named[name] = find_shards([path])
        except InputError as error:
            raise InputError(f"contamination.benchmarks: {name}: {error}") from error
    return named


def skipped(inputs: Sequence[str]) -> list[input_files.Skipped]:
    """The files below `inputs` that :func:`find_shards` leaves out, and why; those that another input names apart."""
    named = [input_files.files_of(name_and_path(item)[1]) for item in inputs if not holds_table(item)]
    read = {file.uri for files, _ in named for file in files}
    left = {item.path: item for _, others in named for item in others if item.path not in read}
    return list(left.values())


def name_and_path(item: str) -> tuple[str | None, str]:
    """The dataset that an input names, if any, and its path."""
    match = _NAMED.match(item)
    if match is None or storage.exists(item):
        return None, item
    return match.group(1), match.group(2)


def holds_table(item: str) -> bool:
    """Whether Spark must read an input: a table of a catalog, or a directory of a Delta, Iceberg or Hudi table."""
    path = name_and_path(item)[1]
    return lakehouse.is_table(path) or lakehouse.kind_of(path) is not None


def without_suffix(name: str) -> str:
    """`name` without the suffixes that say what kind of file it is."""
    while containers.container_of(name) is not None:
        name = name.removesuffix(PurePosixPath(name).suffix)
    return name


def _stem(path: str) -> str:
    """A dataset's name from a path: no folders, suffixes, or glob characters."""
    name = PurePosixPath(path.rstrip("/")).name
    name = without_suffix(name)
    name = re.sub(r"[*?\[\]{}]+", "", name).strip("-_. ")
    return name or _stem(str(PurePosixPath(path).parent)) if path.strip("/.") else "input"


def _unique_sources(files: list[tuple[str, str, str, int]]) -> list[tuple[str, str, str, int]]:
    """Prefix the dataset, then the full path, to sources that two inputs share."""
    for rename in (lambda f: f"{f[0]}/{f[1]}", lambda f: f[2].lstrip("/")):
        counts = Counter(file[1] for file in files)
        files = [(f[0], rename(f) if counts[f[1]] > 1 else f[1], f[2], f[3]) for f in files]
    return files


def _checksum(uri: str) -> str:
    filesystem, inner = storage.locate(uri)
    if not isinstance(filesystem, pafs.LocalFileSystem):
        info = filesystem.get_file_info(inner)
        return f"{info.size}-{info.mtime_ns}"
    digest = hashlib.sha256()
    with filesystem.open_input_stream(inner, compression=None) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def raw_rows(shard: Shard) -> Iterator[containers.RawRow]:
    """The rows of a whole shard as they were found."""
    with storage.open_stream(shard.uri) as stream:
        yield from containers.rows(stream, container(shard.uri))


def opened(shard: Shard) -> BinaryIO:
    """The file of a shard, for reading.

    Raises:
        InputError: this machine sees none, or another one than the machine that listed it.
    """
    try:
        stream = storage.open_stream(shard.uri)
    except FileNotFoundError as error:
        raise InputError(_another(shard, "no such file")) from error
    n_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if n_bytes != shard.n_bytes:
        raise InputError(_another(shard, f"{n_bytes:,} bytes"))
    return stream


def _another(shard: Shard, seen: str) -> str:
    return redacted(
        f"{shard.uri}: expected {shard.n_bytes:,} bytes, as where it was listed; {socket.gethostname()} sees {seen}: "
        "it was changed meanwhile, or is not shared by all nodes: give a URI or a path that all of them mount"
    )


def whole(shard: Shard) -> Span:
    """All of a shard."""
    return Span(shard, 0, shard.n_bytes, 1)


def read_span(
    span: Span, max_line_bytes: int, columns: Columns | None = None, every_path: bool = False
) -> Iterator[pa.RecordBatch]:
    """The rows of one span as batches of schema.INGESTED, the fields under the user's `columns` where there are any."""
    shard = span.shard
    part: dict[str, Any] = (
        {} if span == whole(shard) else {"start": span.start, "end": span.end, "first_row": span.first_row}
    )
    with opened(shard) as stream:
        known = top_names(columns)
        part |= {"max_row_bytes": max_line_bytes, "also_known": known}
        kind = container(shard.uri)
        rows = (
            unfolded(containers.rows(stream, kind, **part)) if every_path else containers.pieces(stream, kind, **part)
        )
        yield from ingest.batches(rows, dataset=shard.dataset, source=shard.source, columns=columns)


def container(name: str) -> containers.Container:
    """What kind of file `name` is, by its suffix."""
    kind = containers.container_of(name)
    assert kind is not None, name  # find_shards takes no other
    return kind


def is_splittable(shard: Shard) -> bool:
    """Whether the shard is lines, and can be read by ranges of bytes."""
    if not container(shard.uri).splittable:
        return False
    with storage.open_stream(shard.uri) as stream:
        return not containers.is_one_document(stream)

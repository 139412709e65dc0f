"""Rows into shards in their order, with one bucket of them in memory at a time.

Rows come in any order, each with its place in the export. They are laid down in buckets, one for each stretch of
places, on the local disk; then bucket after bucket is sorted and written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark.export import columns
from ftq_spark.formats import strict
from ftq_spark.runs import storage

if TYPE_CHECKING:
    from typing_extensions import Self

_SPILLED = pa.schema([("rank", pa.int64()), ("split", pa.int64()), ("row", pa.large_binary())])
MIN_BUCKET_ROWS, MAX_BUCKETS = 20_000, 200
_GROUP_ROWS = 1000  # of a row group: what a viewer of the Hub reads at once


class Spill:
    """Rows on the local disk until they are written."""

    def __init__(self, n_rows: int) -> None:
        self._bucket_rows = max(MIN_BUCKET_ROWS, -(-n_rows // MAX_BUCKETS))
        self._files: dict[int, Any] = {}
        self._stack = ExitStack()
        self.counts: dict[int, int] = {}  # rows by split

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ftq-export-")))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for writer in self._files.values():
            writer.close()
        self._stack.close()

    def add(self, rank: npt.NDArray[np.int64], split: npt.NDArray[np.int64], rows: list[bytes]) -> None:
        """`rows` (JSON) with the place (n,) of each in the export, and its split (n,)."""
        bucket = rank // self._bucket_rows
        for number in np.unique(bucket).tolist():
            mine = np.flatnonzero(bucket == number)
            values = (rank[mine], split[mine], [rows[place] for place in mine.tolist()])
            batch = pa.record_batch([pa.array(v, f.type) for v, f in zip(values, _SPILLED, strict=True)], _SPILLED)
            if number not in self._files:
                self._files[number] = pa.ipc.new_file(str(self._folder / f"{number}.arrow"), _SPILLED)
            self._files[number].write_batch(batch)
        for number, n in zip(*(found.tolist() for found in np.unique(split, return_counts=True)), strict=True):
            self.counts[number] = self.counts.get(number, 0) + n

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Split and row, in the export's order."""
        for number in sorted(self._files):
            self._files[number].close()
            with pa.memory_map(str(self._folder / f"{number}.arrow")) as source:
                bucket = pa.ipc.open_file(source).read_all().sort_by("rank")
                yield from zip(bucket["split"].to_pylist(), bucket["row"].to_pylist(), strict=True)


class File(NamedTuple):
    """One shard that was written."""

    path: str  # relative to the export
    split: str
    n_rows: int


class Shape(NamedTuple):
    """How shards are written."""

    file_format: str  # parquet, jsonl
    rows_per_shard: int
    columns: dict[str, columns.Type]
    opening: Callable[[bytes], bytes] = bytes  # the first row of a shard of lines, as it is written


def write(spill: Spill, directory: str, names: list[str], shape: Shape) -> list[File]:
    """Write all rows to `directory`/data, split by split, and say what was written."""
    written: list[File] = []
    waiting: list[bytes] = []
    of_split = 0
    for split, row in spill.rows():
        if waiting and (split != of_split or len(waiting) == shape.rows_per_shard):
            written.append(_write_shard(directory, names[of_split], written, waiting, (shape, spill.counts[of_split])))
            waiting = []
        of_split = split
        waiting.append(row)
    if waiting:
        written.append(_write_shard(directory, names[of_split], written, waiting, (shape, spill.counts[of_split])))
    return written


def _write_shard(directory: str, split: str, before: list[File], rows: list[bytes], sized: tuple[Shape, int]) -> File:
    shape, n_of_split = sized
    number = sum(file.split == split for file in before)
    n_shards = -(-n_of_split // shape.rows_per_shard)
    path = f"data/{split}-{number:05d}-of-{n_shards:05d}.{shape.file_format}"
    target = storage.join(directory, path)
    storage.make_directory(target.rpartition("/")[0])
    filesystem, inner = storage.locate(target)
    with filesystem.open_output_stream(inner, compression=None) as stream:
        (_write_parquet if shape.file_format == "parquet" else _write_lines)(stream, rows, shape)
    return File(path, split, len(rows))


def _write_lines(stream: BinaryIO, rows: list[bytes], shape: Shape) -> None:
    stream.write(shape.opening(rows[0]) + b"\n")
    for row in rows[1:]:
        stream.write(row + b"\n")


def _write_parquet(stream: BinaryIO, rows: list[bytes], shape: Shape) -> None:
    schema = columns.schema(shape.columns)
    mixed = columns.is_mixed(shape.columns)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for start in range(0, len(rows), _GROUP_ROWS):
            values = [strict.loads(row) for row in rows[start : start + _GROUP_ROWS]]
            if mixed:
                values = [columns.fitted(shape.columns, value) for value in values]
            writer.write_table(pa.Table.from_pylist(values, schema))

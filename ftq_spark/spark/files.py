"""Files that tasks write, or copy, where they stay: the driver moves none, and no byte of them passes it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.kernels.ragged import run_begins
from ftq_spark.runs import storage
from ftq_spark.spark import counted, frames
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WRITTEN = pa.schema([("folder", pa.string()), ("file", pa.string()), ("n_rows", pa.int64()), ("n_bytes", pa.int64())])


class Folder(NamedTuple):
    """What was written to a folder."""

    n_rows: int
    n_bytes: int


@contextmanager
def compressed(path: str, compression: str) -> Iterator[BinaryIO]:
    """A stream to a file at `path` (see :func:`storage.output`), ``none`` or ``gzip``: the latter without a time."""
    with storage.output(path) as sink:
        if compression == "gzip":
            with gzip.GzipFile(filename="", fileobj=sink, mode="wb", mtime=0) as packed:
                yield cast(BinaryIO, packed)
        else:
            yield sink


def write_lines(rows: DataFrame, directory: str, compression: str) -> dict[str, Folder]:
    """Write the column `value` of `rows` (folder, shard, value) as lines of text to folder/shard.jsonl; by folder.

    The rows of a shard stand together in one partition of `rows`, in their order. A file that a task has begun is seen
    when it is whole.

    Raises:
        FtqError: a file that a task has written is not found here as it was written.
    """
    place = storage.absolute(directory)  # a task may work in another folder
    suffix = ".jsonl.gz" if compression == "gzip" else ".jsonl"

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found: list[tuple[str, str, int, int]] = []
        parts = Parts(batches)
        while (names := parts.due) is not None:
            folder, file = names[0], f"{names[0]}/{names[1]}{suffix}"
            n_rows = 0
            with compressed(storage.join(place, file), compression) as sink:
                for values in parts.taken(names):
                    sink.write(lines(values))
                    n_rows += len(values)
            found.append((folder, file, n_rows, storage.size(storage.join(place, file))))
        if found:
            columns = [pa.array(values) for values in zip(*found, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, ["folder", "file", "n_rows", "n_bytes"])

    found = rows.select("folder", "shard", "value").mapInArrow(run, spark_columns(_WRITTEN)).collect()
    counted.agree_on_files(place, {row["file"]: row["n_bytes"] for row in found})
    folders = {row["folder"]: Folder(0, 0) for row in found}
    for row in found:
        known = folders[row["folder"]]
        folders[row["folder"]] = Folder(known.n_rows + row["n_rows"], known.n_bytes + row["n_bytes"])
    return folders


class Parts:
    """Rows of (folder, shard, value) that come in batches, taken shard by shard."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._pieces = (piece for batch in batches for piece in _pieces(batch))
        self._next = next(self._pieces, None)

    @property
    def due(self) -> tuple[str, str] | None:
        """The shard whose rows come next."""
        return None if self._next is None else self._next[0]

    def taken(self, names: tuple[str, str]) -> Iterator[pa.Array]:
        """The values of the shard that is due."""
        while self._next is not None and self._next[0] == names:
            yield self._next[1]
            self._next = next(self._pieces, None)


def _pieces(batch: pa.RecordBatch) -> Iterator[tuple[tuple[str, str], pa.Array]]:
    """Runs of rows of one shard."""
    folder, shard, values = batch.columns
    names, shards = (column.dictionary_encode() for column in (folder, shard))
    begins = run_begins(names.indices.to_numpy() * len(shards.dictionary) + shards.indices.to_numpy())
    for begin, end in pairwise([*begins.tolist(), len(batch)]):
        yield (folder[begin].as_py(), shard[begin].as_py()), values[begin:end]


def lines(values: pa.Array) -> memoryview:
    """The bytes of `values`, each with a line feed behind it."""
    line_end, nothing = (pa.scalar(text, pa.large_string()) for text in ("\n", ""))
    joined = pc.binary_join_element_wise(values.cast(pa.large_string()), nothing, line_end)
    _, offsets, data = joined.buffers()
    ends = np.frombuffer(offsets, np.int64)[joined.offset : joined.offset + len(joined) + 1]
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


def copy_files(spark: SparkSession, files: Sequence[tuple[str, str]], n_tasks: int) -> None:
    """Copy files (source, target) of one store, in tasks, by the store itself where it can."""
    if not files:
        return
    told = [(storage.absolute(source), storage.absolute(target)) for source, target in files]
    pairs = frames.of_rows(spark, told, frames.texts("source", "target")).repartition(min(len(told), n_tasks))

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for source, target in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                storage.copy(source, target)
        yield from ()  # whoever shows the copies looks for all of them, with their sizes

    pairs.mapInArrow(run, spark_columns(frames.texts("nothing"))).collect()

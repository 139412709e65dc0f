"""Read the input shards with true row numbers: in parallel, or here where they are small.

A large JSON-lines file is cut into spans of bytes; a first pass counts the lines of each span, so that every row knows
its number.
"""

from __future__ import annotations

import pickle
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from ftq_spark import schema
from ftq_spark.formats import containers
from ftq_spark.runs.shards import Shard, Span, is_splittable, opened, read_span, text_bytes, total_bytes, whole
from ftq_spark.settings import Ingest
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import counted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Small inputs are cut finer than the settings ask, so that all cores have work: about _TASKS tasks, none too small.
_SMALL_SPAN = 256 << 10
_TASKS = 64
# An input of less text is read here, while Spark starts: a job and its Python workers would take longer than that.
_HELD_BYTES = 2 << 20
_COUNTED = pa.schema([("index", pa.int64()), ("lines", pa.int64())])
_MOST_HELD = 32 << 20  # of rows: what is packed may hold any number of them


def held(shards: Sequence[Shard], settings: Ingest) -> pa.Table | None:
    """What :func:`read` gives of a small input; None of a larger one."""
    if text_bytes(shards) >= _HELD_BYTES:
        return None
    rows, batches, n_bytes = _reader(shards, settings), [], 0
    for shard in shards:
        for batch in rows(whole(shard)):
            batches.append(batch)
            n_bytes += batch.nbytes
            if n_bytes > _MOST_HELD:
                return None
    return pa.Table.from_batches(batches, schema.INGESTED)


def read(spark: SparkSession, shards: Sequence[Shard], settings: Ingest) -> DataFrame:
    """Every row of `shards` as one row of schema.INGESTED: an example, or a reject."""
    step = min(settings.split_bytes, max(_SMALL_SPAN, total_bytes(shards) // _TASKS))
    packed = [_packed(group) for group in _groups(_spans(spark, shards, step), step)]
    rows = _reader(shards, settings)

    def parse(tasks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for task in tasks:
            for index in task.column(0).to_pylist():
                for span in _unpacked(packed[index]):
                    yield from counted(rows(span), "rows")

    tasks = spark.range(0, len(packed), 1, numPartitions=len(packed))
    return tasks.mapInArrow(parse, spark_columns(schema.INGESTED))


def _reader(shards: Sequence[Shard], settings: Ingest) -> Callable[[Span], Iterator[pa.RecordBatch]]:
    """What reads the rows of a span of `shards`, as schema.INGESTED."""
    max_line_bytes, every_path = settings.max_line_bytes, settings.trees == "all"
    columns = {shard.dataset: settings.columns_of(shard.dataset) for shard in shards}

    def rows(span: Span) -> Iterator[pa.RecordBatch]:
        return read_span(span, max_line_bytes, columns[span.shard.dataset], every_path)

    return rows


def _spans(spark: SparkSession, shards: Sequence[Shard], split_bytes: int) -> list[Span]:
    """Spans of about `split_bytes`, with the number of each one's first row."""
    spans = []
    for shard in shards:
        step = split_bytes if shard.n_bytes > split_bytes and is_splittable(shard) else max(shard.n_bytes, 1)
        spans += [
            Span(shard, start, min(start + step, shard.n_bytes), 1) for start in range(0, max(shard.n_bytes, 1), step)
        ]
    parts = Counter(span.shard.uri for span in spans)
    cut = [span for span in spans if parts[span.shard.uri] > 1]
    if not cut:
        return spans
    lines = _count_lines(spark, cut)
    numbered, row = [], 1
    for span in spans:
        row = 1 if span.start == 0 else row
        numbered.append(span._replace(first_row=row))
        row += lines.get((span.shard.uri, span.start), 0)
    return numbered


def _count_lines(spark: SparkSession, spans: Sequence[Span]) -> dict[tuple[str, int], int]:
    """Lines that start in each span, counted by one task per span."""
    packed = [_packed([span]) for span in spans]

    def count(tasks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for task in tasks:
            indexes = task.column(0).to_pylist()
            found = []
            for index in indexes:
                (span,) = _unpacked(packed[index])
                with opened(span.shard) as stream:
                    found.append(containers.line_starts(stream, span.start, span.end))
            yield pa.RecordBatch.from_pydict({"index": indexes, "lines": found})

    tasks = spark.range(0, len(packed), 1, numPartitions=len(packed))
    rows = tasks.mapInArrow(count, spark_columns(_COUNTED)).collect()
    return {(spans[row["index"]].shard.uri, spans[row["index"]].start): row["lines"] for row in rows}


def _packed(group: Sequence[Span]) -> bytes:
    """Spans as bytes, some sixty each: every worker is sent those of all tasks, and opens those of its own."""
    return zlib.compress(pickle.dumps(list(group), pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(packed: bytes) -> list[Span]:
    spans: list[Span] = pickle.loads(zlib.decompress(packed))
    return spans


def _groups(spans: Iterable[Span], limit: int) -> list[list[Span]]:
    """Consecutive spans grouped into tasks of at most `limit` bytes (or one span)."""
    groups: list[list[Span]] = []
    room = 0
    for span in spans:
        size = span.end - span.start
        if not groups or size > room:
            groups.append([])
            room = limit
        groups[-1].append(span)
        room -= size
    return groups

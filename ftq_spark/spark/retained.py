"""Kept rows of tables, copied by tasks from the input files into files of the same kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import pyarrow as pa

from ftq_spark.errors import InputError
from ftq_spark.formats.mapping import top_names
from ftq_spark.formats.retained import Unlike, Wanted, copied_rows, is_table
from ftq_spark.kernels.ragged import run_begins
from ftq_spark.runs import storage
from ftq_spark.runs.shards import Shard, container, opened
from ftq_spark.settings import Settings
from ftq_spark.spark import counted
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.files import compressed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_SUFFIXES = {"csv": ".csv", "tsv": ".tsv", "parquet": ".parquet", "arrow": ".arrow"}
_FOUND = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("n_rows", pa.int64()),
        ("n_bytes", pa.int64()),
        ("why", pa.string()),
    ]
)


class Copied(NamedTuple):
    """What was copied, below a directory."""

    sources: list[str]  # of which every wanted row was
    n_rows: int
    n_bytes: int
    refused: dict[str, str]  # sources whose rows a table cannot hold as they are to be published, and why


def tables(shards: Sequence[Shard]) -> dict[str, Shard]:
    """The shards that are tables, by source."""
    return {shard.source: shard for shard in shards if is_table(container(shard.uri))}


def copy(
    kept: DataFrame, shards: Mapping[str, Shard], names: Mapping[str, str], directory: str, settings: Settings
) -> Copied:
    """Copy the rows `kept` (source, row, and checksum: the CRC-32 of the text to be published) of tables.

    They stand in `directory` under `names`, with the suffix of their kind and, of the second file of a source on, its
    number. A source of which one row is not as it is to be published is not copied at all.
    """
    place = storage.absolute(directory)  # a task may work in another folder

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for source, group in groupby((piece for batch in batches for piece in _pieces(batch)), itemgetter(0)):
            wanted = (rows for _, rows in group)
            found = _copied(shards[source], wanted, storage.join(place, names[source]), settings)
            columns = [pa.array(values) for values in zip(*found, strict=True)]
            types = [pa.string(), pa.string(), pa.int64(), pa.int64(), pa.string()]
            arrays = [column.cast(type_) for column, type_ in zip(columns, types, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, ["source", "file", "n_rows", "n_bytes", "why"])

    ordered = kept.repartition(len(shards), "source").sortWithinPartitions("source", "row")
    found = ordered.select("source", "row", "checksum").mapInArrow(run, spark_columns(_FOUND)).collect()
    refused = {row["source"]: row["why"] for row in found if row["why"] is not None}
    files = [row for row in found if row["why"] is None]
    counted.agree_on_files(place, {row["file"]: row["n_bytes"] for row in files})
    sources = sorted({row["source"] for row in files})
    return Copied(sources, sum(row["n_rows"] for row in files), sum(row["n_bytes"] for row in files), refused)


def _pieces(batch: pa.RecordBatch) -> Iterator[tuple[str, Wanted]]:
    """Runs of rows of one source."""
    sources, numbers, checksums = batch.columns
    encoded = sources.dictionary_encode()
    wanted = Wanted(numbers.to_numpy(), checksums.to_numpy())
    for begin, end in pairwise([*run_begins(encoded.indices.to_numpy()).tolist(), len(batch)]):
        yield sources[begin].as_py(), wanted.taken(slice(begin, end))


def _copied(shard: Shard, wanted: Iterator[Wanted], stem: str, settings: Settings) -> list[tuple[Any, ...]]:
    """Copy the wanted rows of a shard: source, name, rows, bytes, null of each file; or one line that says why not."""
    suffix = _suffix(shard, settings)
    compression = "gzip" if suffix.endswith(".gz") else "none"
    files: dict[int, str] = {}
    output, ingest = settings.output, settings.ingest
    known = top_names(ingest.columns_of(shard.dataset))
    limits: dict[str, Any] = {"max_rows": output.max_rows_per_file, "max_row_bytes": ingest.max_line_bytes}
    try:
        with ExitStack() as whole, opened(shard) as stream:  # all files of a source, or none

            def open_part(part: int) -> BinaryIO:
                files[part] = stem + (f"-{part:05d}" if part else "") + suffix
                return whole.enter_context(compressed(files[part], compression))

            found = copied_rows(stream, container(shard.uri), wanted, open_part, also_known=known, **limits)
    except (Unlike, InputError) as error:
        return [(shard.source, None, None, None, str(error))]
    return [
        (shard.source, files[part].rpartition("/")[2], n_rows, storage.size(files[part]), None)
        for part, n_rows in found.items()
    ]


def _suffix(shard: Shard, settings: Settings) -> str:
    kind = container(shard.uri).kind
    is_text = kind in ("csv", "tsv")
    return _SUFFIXES[kind] + (".gz" if is_text and settings.output.compression == "gzip" else "")

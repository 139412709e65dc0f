"""Tables of a run as DataFrames."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from ftq_spark.runs import storage
from ftq_spark.runs.run import Run, footers
from ftq_spark.spark.columns import spark_columns

# Of Parquet: some hundred examples with all that is measured of them, less than a task is worth.
WHOLE_BYTES = 256 << 10
_MOST_HELD = 8 << 20  # of rows in memory
_LOOK_ROWS = 1_024
_SPARK_SCHEMA = b"org.apache.spark.sql.parquet.row.metadata"  # where Spark keeps it in a footer


def table(spark: SparkSession, run: Run, name: str) -> DataFrame:
    """A committed table of `run`. RunError where the stage that writes it has not run."""
    return read_table(spark, run.directory(name))


def read_table(spark: SparkSession, directory: str) -> DataFrame:
    """A table of a run, its columns taken from one footer here, where Spark would run a job to learn them.

    A small one is read here, and its rows go to Spark with the plans that read it: files cost a plan more, each time
    that it names them. It stays whole: what is grouped, sorted and joined of one partition is not shuffled. Where it
    has no rows, joins with it fall away.
    """
    files = storage.list_files(directory)
    footer = next(footers(directory, files), None)
    columns = _columns(footer) if footer else None
    is_small = sum(size for _, size in files) <= WHOLE_BYTES
    is_flat = not any("/" in name for name, _ in files)  # folders name columns
    if columns and is_small and is_flat and not spark.version.startswith("3."):  # which takes no Arrow table
        held = _held(directory, [name for name, _ in files])
        if held is not None:
            return spark.createDataFrame(held, columns).coalesce(1)
    # A session may be told to pass over files that are damaged or gone: rows of a run must not go so.
    reader = spark.read.options(ignoreCorruptFiles=False, ignoreMissingFiles=False)
    frame = (reader.schema(columns) if columns else reader).parquet(storage.spark_path(directory))
    return frame.coalesce(1) if is_small else frame


def _held(directory: str, names: Sequence[str]) -> pa.Table | None:
    """The rows of the files `names`; None where they take much memory: what repeats takes a file next to nothing."""
    filesystem, inner = storage.locate(directory)
    tables, n_bytes = [], 0
    for name in names:
        with filesystem.open_input_file(f"{inner}/{name}") as source:
            file, batches = pq.ParquetFile(source), []
            for batch in file.iter_batches(_LOOK_ROWS, use_threads=False):
                batches.append(batch)
                n_bytes += batch.nbytes
                if n_bytes > _MOST_HELD:
                    return None
            tables.append(pa.Table.from_batches(batches) if batches else file.schema_arrow.empty_table())
    return pa.concat_tables(tables)


def _columns(footer: pq.FileMetaData) -> StructType | str:
    """The columns of a file that Spark wrote, or this package where a table has no rows."""
    stored = (footer.metadata or {}).get(_SPARK_SCHEMA)
    return StructType.fromJson(json.loads(stored)) if stored else spark_columns(footer.schema.to_arrow_schema())

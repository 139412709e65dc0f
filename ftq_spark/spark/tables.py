"""Tables of a run as DataFrames."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from ftq_spark.runs import storage
from ftq_spark.runs.run import Run, footers
from ftq_spark.spark.columns import spark_columns

# Of Parquet: some hundred examples with all that is measured of them, less than a task is worth.
WHOLE_BYTES = 256 << 10
_SPARK_SCHEMA = b"org.apache.spark.sql.parquet.row.metadata"  # where Spark keeps it in a footer


def table(spark: SparkSession, run: Run, name: str) -> DataFrame:
    """A committed table of `run`. RunError where the stage that writes it has not run."""
    return read_table(spark, run.directory(name))


def read_table(spark: SparkSession, directory: str) -> DataFrame:
    """A table of a run, its columns taken from one footer here, where Spark would run a job to learn them.

    A small one stays whole: what is grouped, sorted and joined of one partition is not shuffled. One without rows is
    none to Spark: joins with it fall away from its plans, and no task opens its file.
    """
    files = storage.list_files(directory)
    footer = next(footers(directory, files), None)
    # A session may be told to pass over files that are damaged or gone: rows of a run must not go so.
    reader = spark.read.options(ignoreCorruptFiles=False, ignoreMissingFiles=False)
    reader = reader.schema(_columns(footer)) if footer else reader
    frame = reader.parquet(storage.spark_path(directory))
    if footer and footer.num_rows == 0 and len(files) == 1:
        return frame.where("false")
    return frame.coalesce(1) if sum(size for _, size in files) <= WHOLE_BYTES else frame


def _columns(footer: pq.FileMetaData) -> StructType | str:
    """The columns of a file that Spark wrote, or this package where a table has no rows."""
    stored = (footer.metadata or {}).get(_SPARK_SCHEMA)
    return StructType.fromJson(json.loads(stored)) if stored else spark_columns(footer.schema.to_arrow_schema())

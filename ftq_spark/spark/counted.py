"""Writes that are counted twice: in the tasks that write, and in the files that the driver then finds.

Where executors and driver do not see one directory, each of them succeeds in its own, and rows are missing without an
error. No number is read back alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyspark.sql import Observation
from pyspark.sql import functions as F

from ftq_spark.errors import FtqError
from ftq_spark.runs import storage
from ftq_spark.runs.run import count_rows

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_TO_DO = (
    "this is not one directory for every node, or files were taken away; give --out a URI or a path that all nodes "
    "mount (ftq doctor --out says who sees it)"
)


def write_table(
    frame: DataFrame, directory: str, partition_by: Sequence[str] = (), sums: Mapping[str, Column] | None = None
) -> dict[str, int]:
    """Write `frame` as Parquet; ``n``, the number of its rows, and `sums` (aggregates of whole numbers) by name.

    All of them are taken in the pass that writes; where Spark does not tell them, from what it reads of the files.

    Raises:
        FtqError: the files that are found hold another number of rows than the tasks have written.
    """
    counted = Observation()
    wanted = [column.alias(name) for name, column in (sums or {}).items()]
    observed = frame.observe(counted, F.count(F.lit(1)).alias("n"), *wanted)
    observed.write.partitionBy(*partition_by).parquet(storage.spark_path(directory))
    told = counted.get
    if "n" not in told:  # Spark Connect waits 100 ms for what was observed, and goes on without (SPARK-54279)
        written = frame.sparkSession.read.schema(frame.schema).parquet(storage.spark_path(directory))
        told = written.agg(F.count(F.lit(1)).alias("n"), *wanted).collect()[0].asDict()
    found = {name: int(value or 0) for name, value in told.items()}
    n_rows = found["n"]
    agree(directory, "rows", n_rows, count_rows(directory))
    if n_rows == 0 and not partition_by and not storage.list_files(directory):  # Spark writes a file even of no rows
        raise FtqError(f"{directory}: the tasks wrote a table of no rows, and no file of it is found here; {_TO_DO}")
    return found


def agree(directory: str, unit: str, n_written: int, n_found: int) -> None:
    """Raise FtqError where the driver finds another number of `unit` in `directory` than the tasks have written."""
    if n_written != n_found:
        raise FtqError(
            f"{directory}: the tasks wrote {n_written:,} {unit}, {n_found:,} are found here, so nothing was committed: "
            f"{_TO_DO}"
        )


def agree_on_files(directory: str, written: Mapping[str, int]) -> None:
    """Raise FtqError where a file that tasks have written below `directory` is not found here with as many bytes."""
    found = dict(storage.list_files(directory))
    agree(directory, "files", len(written), sum(found.get(name) == n_bytes for name, n_bytes in written.items()))

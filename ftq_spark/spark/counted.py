"""Writes that are counted twice: in the tasks that write, and in the files that the driver then finds.

Where executors and driver do not see one directory, each of them succeeds in its own, and rows are missing without an
error. No number is read back alone.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyspark.sql import Observation
from pyspark.sql import functions as F

from ftq_spark.errors import FtqError
from ftq_spark.runs import storage
from ftq_spark.runs.run import count_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TO_DO = (
    "this is not one directory for every node, or files were taken away; give --out a URI or a path that all nodes "
    "mount (ftq doctor --out says who sees it)"
)


def write_table(frame: DataFrame, directory: str, partition_by: Sequence[str] = ()) -> int:
    """Write `frame` as Parquet; the number of its rows.

    Raises:
        FtqError: the files that are found hold another number of rows than the tasks have written.
    """
    counted = Observation()
    observed = frame.observe(counted, F.count(F.lit(1)).alias("n"))
    observed.write.partitionBy(*partition_by).parquet(storage.spark_path(directory))
    n_rows = int(counted.get["n"])
    agree(directory, "rows", n_rows, count_rows(directory))
    if n_rows == 0 and not partition_by and not storage.list_files(directory):  # Spark writes a file even of no rows
        raise FtqError(f"{directory}: the tasks wrote a table of no rows, and no file of it is found here; {_TO_DO}")
    return n_rows


def write_lines(frame: DataFrame, directory: str, partition_by: Sequence[str], compression: str) -> int:
    """Write the column `value` of `frame` as lines of text; their number.

    Args:
        compression: ``none`` or ``gzip``.

    Raises:
        FtqError: the files that are found hold another number of bytes (of gzip: modulo 2**32) than the tasks wrote.
    """
    counted = Observation()
    n_bytes = F.sum(F.octet_length("value").cast("bigint") + 1)
    observed = frame.observe(counted, F.count(F.lit(1)).alias("n"), F.coalesce(n_bytes, F.lit(0)).alias("n_bytes"))
    observed.write.partitionBy(*partition_by).option("compression", compression).text(storage.spark_path(directory))
    written = counted.get
    files = storage.list_files(directory)
    if compression == "gzip":
        sizes = storage.in_pool(lambda file: _gzip_content_bytes(storage.join(directory, file[0])), files)
        agree(directory, "bytes", int(written["n_bytes"]) % 2**32, sum(sizes) % 2**32)
    else:
        agree(directory, "bytes", int(written["n_bytes"]), sum(size for _, size in files))
    return int(written["n"])


def _gzip_content_bytes(path: str) -> int:
    """Bytes of a gzip file of one member before compression, modulo 2**32: its last four bytes (RFC 1952)."""
    with storage.open_stream(path) as stream:
        stream.seek(-4, 2)
        return int(struct.unpack("<I", stream.read(4))[0])


def agree(directory: str, unit: str, n_written: int, n_found: int) -> None:
    """Raise FtqError where the driver finds another number of `unit` in `directory` than the tasks have written."""
    if n_written != n_found:
        raise FtqError(
            f"{directory}: the tasks wrote {n_written:,} {unit}, {n_found:,} are found here, so nothing was committed: "
            f"{_TO_DO}"
        )

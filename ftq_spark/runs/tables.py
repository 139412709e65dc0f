"""Tables of a run as pyarrow datasets."""

from __future__ import annotations

import pyarrow.dataset as ds

from ftq_spark.errors import RunError
from ftq_spark.runs import storage
from ftq_spark.runs.run import Run


def dataset(run: Run, table: str) -> ds.Dataset:
    """The committed files of `table` as a pyarrow dataset. RunError where the run has no such table."""
    filesystem, path = storage.locate(run.directory(table))
    files = [f"{path}/{name}" for name, _ in storage.list_files(run.directory(table)) if name.endswith(".parquet")]
    if not files:
        raise RunError(f"{run.path}: table {table!r} has no files in {path}")
    return ds.dataset(files, filesystem=filesystem, format="parquet", partitioning="hive", partition_base_dir=path)

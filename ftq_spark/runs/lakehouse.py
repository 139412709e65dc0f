"""Directories of Delta, Iceberg and Hudi tables: files of plain Parquet among which are rows that were deleted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ftq_spark.errors import InputError
from ftq_spark.runs import storage

# What only such a table has.
_FOLDERS = (("_delta_log", "Delta"), (".hoodie", "Hudi"))
_MARKS = (
    *((rf"(^|/){re.escape(folder)}/", kind) for folder, kind in _FOLDERS),
    (r"(^|/)metadata/[^/]+\.metadata\.json$", "Iceberg"),
)
PREFIX = "table:"  # before the name of a table in the session's catalog, where an input is given


def is_table(path: str) -> bool:
    """Whether an input is a table of the session's catalog."""
    return path.startswith(PREFIX)


def kind_of(path: str) -> str | None:
    """Whose table lies in the directory `path`: Delta, Iceberg or Hudi; None for no table."""
    for mark, kind in _FOLDERS:
        if storage.is_directory(storage.join(path, mark)):
            return kind
    metadata = storage.join(path, "metadata")
    if not storage.is_directory(metadata):
        return None
    return "Iceberg" if any(name.endswith(".metadata.json") for name, _ in storage.list_files(metadata)) else None


def check_directory(path: str) -> None:
    """InputError where a table lies at or below the directory `path`."""
    for name in _names(path):
        for mark, kind in _MARKS:
            if re.search(mark, name):
                raise _is_table(path, kind)


def _names(path: str) -> Iterator[str]:
    """Files below a directory, hidden ones too; links are not followed."""
    if storage.is_uri(path):
        yield from (name for name, _ in storage.list_files(path, hidden=True))
        return
    for folder, _, names in os.walk(path):
        yield from (f"{folder}/{name}" for name in names)


def check_file(path: str) -> None:
    """InputError where the Parquet file `path` is one of a table's."""
    folder = path.rpartition("/")[0] or "."
    for mark, kind in _FOLDERS:
        if path.endswith(".parquet") and storage.is_directory(storage.join(folder, mark)):
            raise _is_table(folder, kind)


def _is_table(path: str, kind: str) -> InputError:
    return InputError(
        f"{path}: a {kind} table: its files hold rows that were deleted or replaced, so they are not read as plain "
        f"Parquet; give its rows: ftq.audit(spark.read.format({kind.lower()!r}).load({path!r}), out=…), or export them"
    )

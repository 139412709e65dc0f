"""What ingest finds of columns that no example holds: told from the first rows of files, for it is the same in all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from ftq_spark.formats.unread import COLUMNS, N_ROWS, Unread
from ftq_spark.stages.aligning import by_source, firsts

MAX_FILES = 64  # inputs that are looked at
_MAX_TABLE_FILES = 16  # that are opened of a larger table: each is a question to a store


def of_rows(examples: pa.Table) -> list[dict[str, Any]]:
    """The columns of rows that are held, as the manifest names them: source and the fields of a Column."""
    return _found(examples.select(["source", *COLUMNS]).to_batches(N_ROWS))


def of_table(directory: str) -> list[dict[str, Any]]:
    """The same of a table of examples, by how some of its files begin."""
    return _found(firsts(directory, _MAX_TABLE_FILES, N_ROWS, ["source", *COLUMNS]))


def _found(batches: Iterable[pa.RecordBatch]) -> list[dict[str, Any]]:
    files: dict[str, Unread] = {}
    for source, rows in by_source(batches):
        if source in files or len(files) < MAX_FILES:
            files.setdefault(source, Unread()).add(rows)
    return [
        {"source": source, **column._asdict()} for source, file in sorted(files.items()) for column in file.columns()
    ]

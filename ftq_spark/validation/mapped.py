"""Columns that a mapping names and that no row has: a slip of the pen reads another column, and nobody is told."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa

from ftq_spark.errors import closest
from ftq_spark.formats.mapping import TAGS, TURN_FIELDS, Columns

N_ROWS = 64  # of a batch that are looked at


class Mapped:
    """The columns of the data beside those that mappings name; what they name in turns is not looked for."""

    def __init__(self) -> None:
        self._wanted: dict[tuple[str, str], bool] = {}  # field and column: whether a row has it
        self._names: set[str] = set()
        self._n_rows = 0

    def add(self, examples: pa.RecordBatch, columns: Columns) -> None:
        """Take up the first rows of a batch, of a dataset with this mapping."""
        wanted = [(field, name) for field, name in columns.items() if field not in {*TURN_FIELDS, *TAGS}]
        if not wanted:
            return
        names: set[str] = set()
        for text in examples.column("original").slice(0, N_ROWS).to_pylist():
            row = orjson.loads(text)
            names.update(row if isinstance(row, dict) else ())
            self._n_rows += 1
        for field, name in wanted:
            is_there = not names.isdisjoint(_heads(name))
            self._wanted[field, name] = self._wanted.get((field, name), False) or is_there
        self._names |= names

    def absent(self) -> list[dict[str, Any]]:
        """The columns that no row has: field, column, nearest (the one that may have been meant) and n_rows.

        None where no row was read: then the rejects say more.
        """
        return [
            {"field": field, "column": name, "nearest": closest(name, sorted(self._names)), "n_rows": self._n_rows}
            for (field, name), is_there in self._wanted.items()
            if self._n_rows and not is_there
        ]


def _heads(path: str) -> set[str]:
    """The names that a path may begin with: a name may hold dots itself."""
    parts = path.split(".")
    return {".".join(parts[:n]) for n in range(1, len(parts) + 1)}

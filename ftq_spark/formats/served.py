"""Rows as the datasets server of Hugging Face hands them out: each beside its number and the names of cells it cut."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.faults import Fault, brief
from ftq_spark.formats.lines import RawRow


def served_rows(document: dict[str, Any], number: int, line: int | None) -> list[RawRow] | None:
    """The rows of `{"features", "rows": [{"row_idx", "row", "truncated_cells"}]}` from `number` on; null for another.

    A row with a cell that the server cut has the fault truncated_cells.
    """
    rows = document.get("rows")
    if not isinstance(document.get("features"), list) or not isinstance(rows, list) or not rows:
        return None
    if not all(isinstance(row, dict) and isinstance(row.get("row"), dict) and "row_idx" in row for row in rows):
        return None
    return [RawRow(i, strict.dumped(row["row"]), _cut(row), line) for i, row in enumerate(rows, number)]


def _cut(row: dict[str, Any]) -> Fault | None:
    cut = row.get("truncated_cells")
    return Fault("truncated_cells", f"the server cut {brief(cut, 80)}") if cut else None

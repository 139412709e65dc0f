"""Tables in one JSON object, in the orients of ``DataFrame.to_json``, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftq_spark.formats.aliases import SPLIT_NAMES
from ftq_spark.formats.detect import unchecked
from ftq_spark.formats.faults import Fault

Row = dict[str, Any]


def rows_of(document: Row) -> list[Row] | None:
    """The rows of an object that is no example itself and holds several; null for any other."""
    if _is_example(document) and not _is_texts_by_column(document):
        return None
    for rows in _candidates(document):
        if rows and all(type(row) is dict for row in rows) and _is_example(rows[0]):
            return rows
    return None


def _is_example(row: Row) -> bool:
    try:
        unchecked(row)
    except Fault:
        return False
    return True


def _is_texts_by_column(document: Row) -> bool:
    """Whether an object might as well be one dialogue in two lists of texts; as a whole document it is a table."""
    return (
        all(type(column) is list and all(type(cell) is str for cell in column) for column in document.values())
        and len(document) > 1
    )


def _candidates(document: Row) -> Iterator[list[Row]]:
    values = list(document.values())
    columns, data = document.get("columns"), document.get("data")
    if isinstance(columns, list) and isinstance(data, list):  # split
        yield _zipped([str(name) for name in columns], data)
    lists = {name: value for name, value in document.items() if isinstance(value, list)}
    yield [_in_split(name, row) for name, rows in lists.items() for row in rows if isinstance(row, dict)]  # table
    if lists and len(lists) == len(values) and len({len(value) for value in values}) == 1:  # list, of to_dict
        yield _zipped(list(document), [list(cells) for cells in zip(*values, strict=True)])
    if values and all(isinstance(value, dict) for value in values):  # columns: {name: {index: cell}}
        indexes = [list(value) for value in values]
        if all(index == indexes[0] for index in indexes):
            yield [{name: column[index] for name, column in document.items()} for index in indexes[0]]
        for name, rows in document.items():  # splits of such tables
            if name.lower() in SPLIT_NAMES and (found := rows_of(rows)) is not None:
                yield [_in_split(name, row) for row in found]


def _zipped(names: list[str], data: list[Any]) -> list[Row]:
    return [
        dict(zip(names, cells, strict=True)) for cells in data if isinstance(cells, list) and len(cells) == len(names)
    ]


def _in_split(name: str, row: Row) -> Row:
    return row if "split" in row or name.lower() not in SPLIT_NAMES else {"split": name, **row}

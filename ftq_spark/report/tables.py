"""What a summary is made of, and how much of it is listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow.dataset as ds
    from pyspark.sql import DataFrame

Row = dict[str, Any]


class Tables(NamedTuple):
    """The finished tables of a run; a stage that did not run has none.

    Spark reads what holds texts of every row. What examples are to each other is ids and numbers: it is read here,
    batch by batch, where a query takes longer to plan than its answer to compute.
    """

    scored: DataFrame
    rejects: DataFrame | None = None  # none, too, where nothing was rejected
    clustered: DataFrame | None = None  # clusters, to be joined with scored; none, too, of one dataset
    verdicts: ds.Dataset | None = None  # the files of scored
    clusters: ds.Dataset | None = None
    conflicts: ds.Dataset | None = None
    formats: ds.Dataset | None = None
    stances: ds.Dataset | None = None
    questions: ds.Dataset | None = None
    askings: ds.Dataset | None = None


class Limits(NamedTuple):
    """How much the summary lists, whatever the size of the run."""

    n_conflicts: int = 20
    n_groups: int = 20
    n_stances: int = 5
    n_clusters: int = 10
    n_formats: int = 20
    n_openings: int = 10
    n_borderline: int = 10
    n_reasons: int = 30
    n_sources: int = 200
    n_datasets_compared: int = 16
    n_reject_examples: int = 3
    prompt_chars: int = 800
    response_chars: int = 1600
    raw_chars: int = 300
    span_chars: int = 400


def rows_of(table: DataFrame | None) -> list[Row]:
    """The rows of a small table as plain values; none of a table that is not there."""
    return [] if table is None else [row.asDict(recursive=True) for row in table.collect()]


def firsts(batches: Iterable[pa.RecordBatch], keys: Sequence[str], order: Sequence[tuple[str, str]]) -> pa.Table:
    """The first row of each group of equal `keys` by `order` (column, ascending or descending), and n: its rows.

    Groups come sorted by `keys`. No more is held than one row a group, and a batch.
    """
    found: pa.Table | None = None
    for batch in batches:
        ones = pa.Table.from_batches([batch]).append_column("n", pa.array(np.ones(len(batch), np.int64)))
        held = ones if found is None else pa.concat_tables([found, ones])
        if len(held):
            ordered = held.sort_by([*((key, "ascending") for key in keys), *order])
            begins = _begins(ordered, keys)
            n_rows = np.add.reduceat(ordered["n"].to_numpy(), begins)
            held = ordered.drop_columns(["n"]).take(pa.array(begins)).append_column("n", pa.array(n_rows))
        found = held
    return pa.table({name: [] for name in (*keys, "n")}) if found is None else found


def foremost(batches: Iterable[pa.RecordBatch], order: Sequence[tuple[str, str]], n: int) -> pa.Table | None:
    """The first `n` distinct rows by `order`, which names every column; None of no batches. No more is held."""
    found: pa.Table | None = None
    for batch in batches:
        part = pa.Table.from_batches([batch])
        held = part if found is None else pa.concat_tables([found, part])
        found = held.group_by(held.column_names).aggregate([]).sort_by(list(order)).slice(0, n)
    return found


def _begins(table: pa.Table, keys: Sequence[str]) -> np.ndarray:
    """Where runs of equal `keys` begin; null is a value."""
    is_begin = np.zeros(len(table), bool)
    is_begin[0] = True
    for key in keys:
        codes = pc.dictionary_encode(table[key].combine_chunks(), null_encoding="encode").indices.to_numpy()
        is_begin[1:] |= codes[1:] != codes[:-1]
    return np.flatnonzero(is_begin)


def is_in(name: str, values: pa.Array | pa.ChunkedArray) -> pc.Expression:
    """The rows whose column `name` is one of `values`."""
    return pc.field(name).isin(values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values)

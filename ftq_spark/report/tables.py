"""What a summary is made of, and how much of it is listed."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyspark.sql import DataFrame

Row = dict[str, Any]


class Tables(NamedTuple):
    """The finished tables of a run; a stage that did not run has none."""

    scored: DataFrame
    rejects: DataFrame | None = None  # none, too, where nothing was rejected
    clusters: DataFrame | None = None
    conflicts: DataFrame | None = None
    formats: DataFrame | None = None
    stances: DataFrame | None = None
    questions: DataFrame | None = None
    askings: DataFrame | None = None


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

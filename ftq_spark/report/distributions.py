"""One measure's distribution as the summary states it, from its counted values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ftq_spark.kernels.distributions import Floats, Ints, bin_counts, bin_edges, quantiles
from ftq_spark.schema import VERDICT_VALUES

PERCENTILES = (1, 5, 25, 50, 75, 95, 99)


def distribution(
    counted: Sequence[Mapping[str, Any]],
    n_examples: int,
    bounds: tuple[float | None, float | None] = (None, None),
    range_: tuple[float, float] | None = None,
) -> dict[str, Any] | None:
    """Location, percentiles, share out of `bounds` and a histogram of 20 bins; None where nothing was measured.

    `counted` holds what :meth:`~ftq_spark.report.counted.Counted.measures` says of one measure. The histogram
    covers `range_` where that is finite, else the values up to the 99th percentile, its last bin taking the rest.
    """
    rows = [row for row in counted if row["n"]]
    if not rows:
        return None
    n = sum(row["n"] for row in rows)
    values, counts = _together(rows)
    points = quantiles(values, counts, [percentile / 100 for percentile in PERCENTILES])
    smallest, largest = min(row["smallest"] for row in rows), max(row["largest"] for row in rows)
    low, high = _span(values, points, range_)
    # Of what is 0 or 1 the two stand at the ends; of other whole numbers each bar holds so many of them.
    whole = bool(np.all(values == np.rint(values))) and not (low >= 0 and high <= 1)
    edges = bin_edges(low, high, whole)
    n_out = sum(row["n_out"] for row in rows)
    return {
        "n": n,
        "n_missing": n_examples - n,
        "mean": sum(row["total"] for row in rows) / n,
        "min": smallest,
        "max": largest,
        **{f"p{percentile}": float(point) for percentile, point in zip(PERCENTILES, points, strict=True)},
        "bounds": list(bounds),
        "n_out_of_bounds": n_out,
        "out_of_bounds_fraction": n_out / n,
        "histogram": {
            "edges": edges.tolist(),
            "counts": {verdict: _binned(rows, verdict, edges) for verdict in VERDICT_VALUES},
        },
    }


def _together(rows: Sequence[Mapping[str, Any]]) -> tuple[Floats, Ints]:
    values = np.concatenate([np.asarray(row["values"], np.float64) for row in rows])
    counts = np.concatenate([np.asarray(row["counts"], np.int64) for row in rows])
    distinct, position = np.unique(values, return_inverse=True)
    merged = np.zeros(len(distinct), np.int64)
    np.add.at(merged, position, counts)
    return distinct, merged


def _span(values: Floats, points: Floats, range_: tuple[float, float] | None) -> tuple[float, float]:
    if range_ is not None and np.all(np.isfinite(range_)):
        return range_
    first, last = float(values[0]), float(values[-1])
    most = float(points[-1])
    # A long tail would squeeze everything else into the first bin.
    return (first, most) if first < most and last > first + 1.5 * (most - first) else (first, last)


def _binned(rows: Sequence[Mapping[str, Any]], verdict: str, edges: Floats) -> list[int]:
    total = np.zeros(len(edges) - 1, np.int64)
    for row in rows:
        if row["verdict"] == verdict:
            total += bin_counts(np.asarray(row["values"], np.float64), np.asarray(row["counts"], np.int64), edges)
    return [int(n) for n in total]


def gini(sizes: Sequence[int], n_of_size: Sequence[int]) -> float:
    """Gini coefficient in [0, 1] of group sizes, of which `n_of_size` have each size; 0 where all are equal."""
    order = np.argsort(sizes)
    size, n = np.asarray(sizes, np.float64)[order], np.asarray(n_of_size, np.float64)[order]
    if not n.sum():
        return 0.0
    share = np.cumsum(size * n) / np.sum(size * n)
    area = np.sum(n * (share + np.concatenate([[0.0], share[:-1]]))) / n.sum()
    return float(max(0.0, 1.0 - area))


def tells(measure: Mapping[str, Any]) -> bool:
    """Whether a measure says anything of these data: it differs between examples, or lies out of its bounds."""
    return bool(measure.get("n")) and (measure["p1"] != measure["p99"] or bool(measure["out_of_bounds_fraction"]))

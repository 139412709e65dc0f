"""Distributions as counts of rounded values: small, mergeable, and the same for any order of merging.

A quantile sketch (t-digest, KLL, Greenwald-Khanna) answers slightly differently for each order in which its parts are
merged. Counts on a fixed decimal grid do not. The grid here has three significant digits and at most three decimals,
and every integer below 10,000: a value moves by 0.0005, or by half a percent of itself, at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Per decade (below 1, below 10, …) what a value is multiplied by, and divided by, before it is rounded to an integer: a
# multiplication by a fraction would put two decades' common end on two points a hair apart.
N_BINS = 20  # of a histogram
_EDGES = 10.0 ** np.arange(0, 309)
_FACTORS = 10.0 ** np.array([3.0, 2.0, 1.0, *np.zeros(len(_EDGES) - 2)])
_STEPS = 10.0 ** np.array([*np.zeros(5), *np.arange(1.0, len(_EDGES) - 3)])

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Counts(NamedTuple):
    """The distinct rounded values, ascending, and what was found at each; all arrays have the same length."""

    value: Floats
    n: Ints
    n_out: Ints  # of these, out of the bounds
    total: Floats  # their sum before rounding
    smallest: Floats
    largest: Floats


def count_values(values: Floats, low: float | None = None, high: float | None = None) -> Counts:
    """Count the finite `values` (n,) on the grid; those below `low` or above `high` before rounding are out of bounds.

    Integers below 10,000 and three decimals below 1 are kept exactly; NaN and infinities are left out.
    """
    ordered = np.sort(values[np.isfinite(values)])
    if not len(ordered):
        return Counts(ordered, *(np.zeros(0, np.int64),) * 2, *(ordered,) * 3)
    decades = np.searchsorted(ordered, np.concatenate([-_EDGES[::-1], _EDGES]))
    lengths = np.diff(decades, prepend=0, append=len(ordered))
    factor, step = (np.repeat(np.concatenate([per[:0:-1], per]), lengths) for per in (_FACTORS, _STEPS))
    rounded = np.rint(ordered * factor / step) * step / factor + 0.0  # + 0.0: no negative zero
    first = np.flatnonzero(np.diff(rounded, prepend=np.nan) != 0)
    after = np.append(first[1:], len(ordered))
    out = np.zeros(len(ordered), np.int64)
    if low is not None:
        out[: np.searchsorted(ordered, low, side="left")] = 1
    if high is not None:
        out[np.searchsorted(ordered, high, side="right") :] = 1
    return Counts(
        value=rounded[first],
        n=after - first,
        n_out=np.add.reduceat(out, first),
        total=np.add.reduceat(ordered, first),
        smallest=ordered[first],
        largest=ordered[after - 1],
    )


def quantiles(values: Floats, counts: Ints, fractions: Sequence[float]) -> Floats:
    """The smallest of the ascending `values` (k,) at or below which at least each fraction of the `counts` (k,) lies.

    Hyndman and Fan's definition 1, numpy's `inverted_cdf`: always a value that occurs. ``ValueError`` without counts.
    """
    reached = np.cumsum(counts)
    if not len(reached) or reached[-1] == 0:
        raise ValueError("quantiles of nothing")
    # The slack keeps 0.05 * 20 at rank 1: as floats the product may lie a hair above it.
    ranks = np.maximum(np.ceil(np.asarray(fractions) * reached[-1] - 1e-9), 1)
    found: Floats = values[np.searchsorted(reached, ranks)]
    return found


def bin_edges(low: float, high: float, whole: bool) -> Floats:
    """:data:`N_BINS` + 1 equally wide edges over [low, high]; of whole width where all values are `whole` numbers."""
    if whole:
        width = max(1.0, np.ceil((high - low + 1) / N_BINS))
        found: Floats = low + width * np.arange(N_BINS + 1)
        return found
    return np.linspace(low, high if high > low else low + 1.0, N_BINS + 1)


def bin_counts(values: Floats, counts: Ints, edges: Floats) -> Ints:
    """How many of the counted `values` lie in each half-open bin; the first and the last take what lies beyond."""
    # A grid value that equals an edge may lie a rounding error below it.
    tolerance = 1e-9 * (edges[1] - edges[0])
    position = np.searchsorted(edges, values + tolerance, side="right") - 1
    n_bins = len(edges) - 1
    return np.bincount(np.clip(position, 0, n_bins - 1), weights=counts, minlength=n_bins).astype(np.int64)

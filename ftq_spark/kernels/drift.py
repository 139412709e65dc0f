"""Whether two samples of one measure are of the same kind: effect sizes, tests, and their correction for their number.

PSI: Σ (b − a) ln(b / a) over ten bins with equal shares of both samples together, half an example added to each; a
value that fills several of them is a bin by itself.
Tests: Kolmogorov-Smirnov (any change of shape) and Mann-Whitney (a shift) for numbers, χ² for shares, each by the
distribution that it has in the limit: scipy.stats, whose import takes longer than all of the rest, is not needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

N_BINS = 10


def stability_index(before: Floats, after: Floats) -> float:
    """Population stability index of two samples, (n,) and (m,), neither empty: 0 where their shares are equal."""
    bounds, times = np.unique(
        np.quantile(np.concatenate([before, after]), np.arange(1, N_BINS) / N_BINS), return_counts=True
    )
    edges = np.unique(np.concatenate([bounds, np.nextafter(bounds[times > 1], -np.inf)]))  # bins end with their edge
    counts = np.stack([np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (before, after)])
    first, second = ((count + 0.5) / (count + 0.5).sum() for count in counts[:, counts.any(axis=0)])
    return float(np.sum((second - first) * np.log(second / first)))


def shift(before: Floats, after: Floats) -> float:
    """How far the mean moved, in standard deviations of both samples together; 0 where nothing varies."""
    spread = float(np.std(np.concatenate([before, after])))
    return float(after.mean() - before.mean()) / spread if spread > 0 else 0.0


def p_value(before: Floats, after: Floats) -> float:
    """The smaller p-value of Kolmogorov-Smirnov and Mann-Whitney, doubled; 1 where all values are equal."""
    if min(before.min(), after.min()) == max(before.max(), after.max()):
        return 1.0
    return float(min(1.0, 2 * min(_kolmogorov_smirnov(before, after), _mann_whitney(before, after))))


def _kolmogorov_smirnov(before: Floats, after: Floats) -> float:
    """p-value that both samples are of one distribution, by the largest distance of their distribution functions."""
    first, second = np.sort(before), np.sort(after)
    values = np.concatenate([first, second])
    shares = [np.searchsorted(side, values, side="right") / len(side) for side in (first, second)]
    n = len(before) * len(after) / (len(before) + len(after))
    return float(special.kolmogorov(np.sqrt(n) * np.abs(shares[0] - shares[1]).max()))


def _mann_whitney(before: Floats, after: Floats) -> float:
    """p-value that neither sample tends to be larger; equal values share their rank, the variance is that of ties."""
    n, m = len(before), len(after)
    _, place, counts = np.unique(np.concatenate([before, after]), return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    larger = float(ranks[place[:n]].sum()) - n * (n + 1) / 2
    ties = float((counts.astype(np.float64) ** 3 - counts).sum()) / ((n + m) * (n + m - 1))
    spread = np.sqrt(n * m / 12 * (n + m + 1 - ties))
    z = (abs(larger - n * m / 2) - 0.5) / spread
    return float(min(1.0, 2 * special.ndtr(-z)))


def p_value_of_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """p-value (χ² with one degree of freedom) that two shares, each as (part, whole), are the same; 1 where none is."""
    table = np.array([[part, whole - part] for part, whole in (before, after)])
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(special.chdtrc(1, ((table - expected) ** 2 / expected).sum()))


def holm(p_values: Sequence[float]) -> Floats:
    """(n,) p-values adjusted by Holm's method: the chance of a single false finding among all stays below the level."""
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted

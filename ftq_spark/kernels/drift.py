"""Whether two samples of one measure are of the same kind: effect sizes, tests, and their correction for their number.

PSI: Σ (b − a) ln(b / a) over ten bins with equal shares of both samples together, half an example added to each.
Tests: Kolmogorov-Smirnov (any change of shape) and Mann-Whitney (a shift) for numbers, χ² for shares.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy  # whose statistics are imported when they are first asked
from numpy.typing import NDArray

Floats = NDArray[np.float64]

N_BINS = 10


def stability_index(before: Floats, after: Floats) -> float:
    """Population stability index of two samples, (n,) and (m,), neither empty: 0 where their shares are equal."""
    edges = np.unique(np.quantile(np.concatenate([before, after]), np.arange(1, N_BINS) / N_BINS))
    counts = [np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) + 0.5 for side in (before, after)]
    first, second = (count / count.sum() for count in counts)
    return float(np.sum((second - first) * np.log(second / first)))


def shift(before: Floats, after: Floats) -> float:
    """How far the mean moved, in standard deviations of both samples together; 0 where nothing varies."""
    spread = float(np.std(np.concatenate([before, after])))
    return float(after.mean() - before.mean()) / spread if spread > 0 else 0.0


def p_value(before: Floats, after: Floats) -> float:
    """The smaller p-value of Kolmogorov-Smirnov and Mann-Whitney, doubled; 1 where all values are equal."""
    if min(before.min(), after.min()) == max(before.max(), after.max()):
        return 1.0
    shape = scipy.stats.ks_2samp(before, after, method="asymp").pvalue
    place = scipy.stats.mannwhitneyu(before, after, method="asymptotic").pvalue
    return float(min(1.0, 2 * min(shape, place)))


def p_value_of_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """p-value (χ² with one degree of freedom) that two shares, each as (part, whole), are the same; 1 where none is."""
    table = np.array([[part, whole - part] for part, whole in (before, after)])
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        return 1.0
    return float(scipy.stats.chi2_contingency(table, correction=False).pvalue)


def holm(p_values: Sequence[float]) -> Floats:
    """(n,) p-values adjusted by Holm's method: the chance of a single false finding among all stays below the level."""
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted

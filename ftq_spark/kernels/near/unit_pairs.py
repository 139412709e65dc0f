"""Units of rows, and matches between units, written out as pairs of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.ragged import ranges

Integers = NDArray[np.int64]


def within(sizes: Integers, limit: int) -> tuple[Integers, Integers]:
    """Left and right (n_pairs,) of the pairs of rows within units; left < right.

    `sizes` (n_units,) are the rows of each unit, which follow each other. A unit of n rows gives all n(n - 1)/2 pairs
    where that is at most `limit`, else its first row with each of the others.
    """
    rows, rank = np.arange(sizes.sum()), ranges(np.zeros_like(sizes), sizes)
    size = np.repeat(sizes, sizes)
    is_star = size * (size - 1) > 2 * limit
    n_pairs = np.where(is_star & (rank > 0), 0, size - 1 - rank)
    return np.repeat(rows, n_pairs), ranges(rows + 1, n_pairs)


def between(left: tuple[Integers, Integers], right: tuple[Integers, Integers]) -> tuple[Integers, Integers]:
    """Left and right (n_pairs,) of all pairs of a row of one side and a row of the other, match after match.

    Either side is begins and sizes (n_matches,) of the rows that stand for it, which follow each other.
    """
    n_pairs = left[1] * right[1]
    match = np.repeat(np.arange(len(n_pairs)), n_pairs)
    i, j = np.divmod(ranges(np.zeros_like(n_pairs), n_pairs), right[1][match])
    return left[0][match] + i, right[0][match] + j

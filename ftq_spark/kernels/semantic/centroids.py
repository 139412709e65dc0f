"""Centroids of cells; where they are many, in two levels: groups of cells, and the cells of each group.

Of n vectors and k cells a flat search takes n k products, and k grows with n: from some million vectors on it costs
more than the comparisons that it saves. In two levels a vector meets all groups, about the square root of k, and then
the cells of its nearest groups alone: a k-means tree of two levels (Nister and Stewenius 2006), searched in more than
one branch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.ragged import run_begins
from ftq_spark.kernels.semantic.vectors import TILE, measure, nearest_cells, train_centroids

MAX_FLAT = 2_048  # cells; more of them are kept in two levels
N_SEARCHED = 8  # groups whose cells a vector meets
_SPARE = 4  # cells that are measured again beyond those wanted
_ROWS = 16_384  # vectors searched at once: enough that each group meets many


class Centroids(NamedTuple):
    """Centroids of k cells over vectors of width d; those of a group stand side by side."""

    cells: NDArray[np.float32]  # (k, d)
    groups: NDArray[np.float32] | None = None  # (g, d); None where all cells are searched
    begins: NDArray[np.int64] | None = None  # (g + 1,): the cells begins[i] to begins[i + 1] are those of group i


def train(sample: NDArray[np.float32], n_cells: int) -> Centroids:
    """Centroids of at most `n_cells` cells by spherical k-means over a sample (n, d); the same for the same sample.

    Beyond :data:`MAX_FLAT` cells the groups are trained first, and then the cells of each group, in proportion to its
    members.

    Raises:
        ValueError: the sample is empty, or `n_cells` is below 1.
    """
    n_cells = min(n_cells, len(sample))
    if n_cells <= MAX_FLAT:
        return Centroids(train_centroids(sample, n_cells))
    groups = train_centroids(sample, round(n_cells**0.5))
    used, group_of = np.unique(nearest_cells(sample, groups, 1), return_inverse=True)
    groups, group_of = groups[used], group_of.ravel()
    sizes = np.bincount(group_of)
    shares = 1 + sizes * (n_cells - len(groups)) // len(sample)
    cells = [train_centroids(sample[group_of == i], int(share)) for i, share in enumerate(shares)]
    begins = np.cumsum([0, *map(len, cells)], dtype=np.int64)
    return Centroids(np.concatenate(cells), groups, begins)


def nearest(vectors: NDArray[np.float32], centroids: Centroids, n_probe: int) -> NDArray[np.int32]:
    """The min(n_probe, k) nearest cells of each vector (n, d): (n, n_probe), nearest first, of equals the lower first.

    In two levels, the nearest among the cells of the :data:`N_SEARCHED` nearest groups. A vector's cells do not depend
    on the other rows.
    """
    if centroids.groups is None or centroids.begins is None:
        return nearest_cells(vectors, centroids.cells, n_probe)
    n_probe = min(n_probe, len(centroids.cells))
    found = np.empty((len(vectors), n_probe), dtype=np.int32)
    for start in range(0, len(vectors), _ROWS):
        rows = vectors[start : start + _ROWS]
        candidates = _candidates(rows, centroids, n_probe + _SPARE)
        few = (candidates >= 0).sum(axis=1) < n_probe  # whose groups are all small
        row, place = np.nonzero(candidates >= 0)
        similarity = np.full(candidates.shape, -np.inf)
        similarity[row, place] = measure(rows, centroids.cells, row, candidates[row, place])
        order = np.lexsort((candidates, -similarity), axis=1)[:, :n_probe]
        found[start : start + _ROWS] = np.take_along_axis(candidates, order, axis=1)
        found[start : start + _ROWS][few] = nearest_cells(rows[few], centroids.cells, n_probe)
    return found


def _candidates(rows: NDArray[np.float32], centroids: Centroids, n_wanted: int) -> NDArray[np.int64]:
    """The `n_wanted` likeliest cells of each row, (n, n_wanted), in no order; -1 where its groups have no more."""
    assert centroids.groups is not None and centroids.begins is not None
    searched = nearest_cells(rows, centroids.groups, N_SEARCHED)
    n_searched = searched.shape[1]
    cells = np.full((len(rows), n_searched, n_wanted), -1, dtype=np.int64)
    products = np.full(cells.shape, -np.inf, dtype=np.float32)
    by_group = np.argsort(searched, axis=None, kind="stable")
    group = searched.ravel()[by_group]
    begins = run_begins(group)
    for begin, end in zip(begins, np.append(begins[1:], len(group)), strict=True):
        first, last = centroids.begins[group[begin]], centroids.begins[group[begin] + 1]
        members, n_kept = centroids.cells[first:last], min(n_wanted, last - first)
        for start in range(begin, end, TILE):
            row, place = np.divmod(by_group[start : min(start + TILE, end)], n_searched)
            similar = rows[row] @ members.T
            best = np.argpartition(-similar, n_kept - 1, axis=1)[:, :n_kept]
            cells[row, place, :n_kept] = best + first
            products[row, place, :n_kept] = np.take_along_axis(similar, best, axis=1)
    flat = products.reshape(len(rows), -1)
    best = np.argpartition(-flat, n_wanted - 1, axis=1)[:, :n_wanted]
    return np.take_along_axis(cells.reshape(len(rows), -1), best, axis=1)

"""Cosine similarity of unit vectors in bulk: blocked products, nearest neighbours, spherical k-means.

A float32 product depends in its last bits on how the matrices were blocked. So products only propose: whatever lies
within :data:`SLACK` of a bound is measured again in float64, one pair at a time, and rounded to :data:`DECIMALS`
decimals. The similarities given out therefore do not depend on tiles, on the other rows of a matrix, or on the device.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ftq_spark.kernels.ragged import ranges, run_begins

TILE = 2_048  # rows and columns of one product: 16 MiB of similarities
SLACK = 1e-5  # more than float32 loses in a product of some hundred dimensions
DECIMALS = 6
_CHUNK = 8_192  # pairs measured at once in float64


class Pairs(NamedTuple):
    """Pairs of rows of two matrices and their cosine similarity."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.floating]  # float64, rounded to DECIMALS, where nothing else is said

    def at(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Pairs:
        """The pairs for which a mask is true, or those at the given positions."""
        return Pairs(self.left[chosen], self.right[chosen], self.similarity[chosen])


def joined(parts: Iterable[Pairs]) -> Pairs:
    """All pairs of `parts`, one after the other."""
    none = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    left, right, similarity = zip(none, *parts, strict=True)
    return Pairs(np.concatenate(left), np.concatenate(right), np.concatenate(similarity))


def pairs_above(left: NDArray[np.float32], right: NDArray[np.float32], threshold: float, same: bool = False) -> Pairs:
    """All pairs of a row of `left` (m, d) and a row of `right` (n, d) at or above `threshold`, by left, then right.

    Args:
        same: the two are one matrix: each unordered pair once, with left < right, and no row with itself.
    """
    found = []
    for start in range(0, len(left), TILE):
        rows = left[start : start + TILE]
        for first in range(start if same else 0, len(right), TILE):
            i, j, _ = tile_hits(rows, right[first : first + TILE], threshold - SLACK)
            i, j = i + start, j + first
            pairs = Pairs(i, j, measure(left, right, i, j))
            wanted = pairs.similarity >= threshold
            found.append(pairs.at(wanted & (pairs.left < pairs.right) if same else wanted))
    pairs = joined(found)
    return pairs.at(np.lexsort((pairs.right, pairs.left)))


def tile_hits(
    rows: NDArray[np.float32],
    columns: NDArray[np.float32],
    bound: float | NDArray[np.float32],
    device: str | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Row, column and float32 product of every entry of ``rows @ columns.T`` at or above `bound`, in row-major order.

    `bound` is one number, or an array that broadcasts to the product's shape.
    """
    if device is not None:
        return _tile_hits_torch(rows, columns, bound, device)
    products = rows @ columns.T
    i, j = np.nonzero(products >= np.float32(bound))
    return i, j, products[i, j]


def _tile_hits_torch(
    rows: NDArray[np.float32], columns: NDArray[np.float32], bound: float | NDArray[np.float32], device: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    import torch  # noqa: PLC0415  (an optional dependency)

    def tensor(array: NDArray[np.float32]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32)).to(device)

    products = tensor(rows) @ tensor(columns).T
    i, j = (products >= tensor(np.asarray(bound))).nonzero(as_tuple=True)
    return i.cpu().numpy(), j.cpu().numpy(), products[i, j].cpu().numpy()


def measure(
    left: NDArray[np.float32], right: NDArray[np.float32], i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Similarity of the pairs (left[i], right[j]) in float64, rounded: the same for a pair wherever it is met."""
    similarity = np.empty(len(i), dtype=np.float64)
    for start in range(0, len(i), _CHUNK):
        part = slice(start, start + _CHUNK)
        a, b = left[i[part]].astype(np.float64), right[j[part]].astype(np.float64)
        similarity[part] = np.einsum("nd,nd->n", a, b)
    return np.round(similarity, DECIMALS)


def best_of_each(
    group: NDArray[np.int64], similarity: NDArray[np.floating], tie: NDArray[np.int64], k: int, slack: float = 0.0
) -> NDArray[np.bool_]:
    """Mask of the `k` highest similarities of each group; of equal ones those with the lowest `tie`.

    With `slack`, also what lies less than that below the k-th, up to 4 k in all: enough for the mask to cover the true
    best where `similarity` is only accurate to half of `slack`.
    """
    order = np.lexsort((tie, -similarity, group))
    place = place_in_group(group[order])
    chosen = place < k
    if slack and k:
        start = np.arange(len(order)) - place
        kth = similarity[order[np.minimum(start + k - 1, len(order) - 1)]]
        chosen |= (place < 4 * k) & (similarity[order] > kth - slack)
    mask = np.zeros(len(group), dtype=np.bool_)
    mask[order[chosen]] = True
    return mask


def place_in_group(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2, … within each run of equal values of a sorted array."""
    begins = run_begins(group)
    return ranges(np.zeros_like(begins), np.diff(begins, append=len(group)))


def train_centroids(
    sample: NDArray[np.float32], n_clusters: int, iterations: int = 10, seed: int = 0
) -> NDArray[np.float32]:
    """Centroids (min(n_clusters, n), d) of spherical k-means over unit vectors (n, d); the same for the same input.

    Lloyd's iterations on the sphere (Dhillon and Modha 2001): each centroid is its members' normalised mean. A cluster
    that is left without members starts again at the vector that lies farthest from its centroid.

    Raises:
        ValueError: the sample is empty, or `n_clusters` is below 1.
    """
    if len(sample) == 0 or n_clusters < 1:
        raise ValueError(f"k-means needs vectors and at least one cluster, got {len(sample)} and {n_clusters}")
    n_clusters = min(n_clusters, len(sample))
    first = np.random.default_rng(seed).choice(len(sample), n_clusters, replace=False)
    centroids = np.ascontiguousarray(sample[first], dtype=np.float32)
    for _ in range(iterations):
        member_of, similarity = _assigned(sample, centroids)
        ones = np.ones(len(sample), dtype=np.float32)
        members = sparse.csr_matrix((ones, (member_of, np.arange(len(sample)))), shape=(n_clusters, len(sample)))
        sums = np.asarray(members @ sample, dtype=np.float32)
        empty = np.flatnonzero(np.bincount(member_of, minlength=n_clusters) == 0)
        sums[empty] = sample[np.argsort(similarity, kind="stable")[: len(empty)]]
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centroids = np.divide(sums, norms, out=centroids, where=norms > 0)
    return centroids


def nearest_cells(vectors: NDArray[np.float32], centroids: NDArray[np.float32], n_probe: int) -> NDArray[np.int32]:
    """The min(n_probe, k) nearest centroids of each vector, (n, n_probe), nearest first, of equals the lower first.

    A vector's cells do not depend on the other rows: the leading candidates are ranked again in float64.
    """
    n_probe = min(n_probe, len(centroids))
    n_candidates = min(n_probe + 4, len(centroids))
    cells = np.empty((len(vectors), n_probe), dtype=np.int32)
    for start in range(0, len(vectors), TILE):
        rows = vectors[start : start + TILE]
        products = rows @ centroids.T
        candidates = np.sort(np.argpartition(-products, n_candidates - 1, axis=1)[:, :n_candidates], axis=1)
        i = np.repeat(np.arange(len(rows)), n_candidates)
        similarity = measure(rows, centroids, i, candidates.ravel()).reshape(candidates.shape)
        order = np.argsort(-similarity, axis=1, kind="stable")[:, :n_probe]
        cells[start : start + TILE] = np.take_along_axis(candidates, order, axis=1)
    return cells


def _assigned(
    sample: NDArray[np.float32], centroids: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest centroid of each vector and the similarity to it."""
    nearest = np.empty(len(sample), dtype=np.int64)
    similarity = np.empty(len(sample), dtype=np.float32)
    for start in range(0, len(sample), TILE):
        products = sample[start : start + TILE] @ centroids.T
        nearest[start : start + TILE] = products.argmax(axis=1)
        similarity[start : start + TILE] = products.max(axis=1)
    return nearest, similarity

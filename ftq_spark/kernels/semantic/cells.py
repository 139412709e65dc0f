"""Cells of similar vectors: how many, trained on what sample, split into what parts, and what they miss.

A vector's home is its nearest cell, and it is a guest of the next few. Two vectors are compared where one is at home
and the other at home or a guest, as in an inverted file (Jégou, Douze and Schmid 2011) that is searched from both
sides: for the same number of products this finds far more pairs than comparing guests with guests.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.proportion import score_interval
from ftq_spark.kernels.semantic.centroids import Centroids, nearest, train
from ftq_spark.kernels.semantic.vectors import pairs_above

EXACT_LIMIT = 60_000  # units; above it, method `auto` compares within cells
MAX_MEMBERS = 16_384  # of one comparison; larger cells are split, and the parts compared pairwise
UNITS_PER_CELL = 1_024
MAX_CELLS = 16_384  # the centroids go to every worker: 25 MB of 384 dimensions
SAMPLE_PER_CELL = 48  # vectors to train one centroid on
MAX_SAMPLE = 200_000  # 0.3 GB of 384 dimensions on the driver
MAX_PROBE = 16
DEFAULT_PROBE = 4  # where a sample holds too few pairs to tell
AIM = 0.985  # recall of the sample's pairs that the number of probed cells is chosen for
_SURE, _Z = 0.96, 1.96  # what the recall is not below, at 95 %, by the number of pairs in the sample
_AIMED_SAMPLE = 4_096
_RECALL_SAMPLE = 8_192  # vectors whose pairs with the whole sample are looked at


class Cells(NamedTuple):
    """How units are divided for comparison: what :func:`train_cells` or :func:`one_cell` makes."""

    centroids: Centroids | None  # None for one cell that holds everything
    n_pieces: NDArray[np.int64]  # (k,), into how many parts the members of each cell are split
    n_probe: int  # in how many cells each unit is, its home included


def choose_method(method: str, n_units: int) -> str:
    """``exact`` or ``clusters``; ``auto`` is exact up to :data:`EXACT_LIMIT` units."""
    if method != "auto":
        return method
    return "exact" if n_units <= EXACT_LIMIT else "clusters"


def sample_size(n_units: int) -> int:
    """How many vectors to train the cells of `n_units` on."""
    return min(n_units, MAX_SAMPLE, SAMPLE_PER_CELL * _n_cells(n_units))


def one_cell(n_units: int) -> Cells:
    """Everything compared with everything, in parts of at most about :data:`MAX_MEMBERS` units."""
    return Cells(None, np.array([max(1, -(-n_units // MAX_MEMBERS))]), 1)


def train_cells(sample: NDArray[np.float32], n_units: int, n_probe: int | None = None, lowest: float = 0.95) -> Cells:
    """Cells for `n_units` units, from a sample (n, d) of their vectors; the same cells for the same sample.

    Spherical k-means with about one cell per :data:`UNITS_PER_CELL` units. Where the sample says that a cell will hold
    more than :data:`MAX_MEMBERS` units, the cell is split into parts, which are still all compared with each other.

    Args:
        n_probe: None for as few as find :data:`AIM` of the sample's pairs at or above a cosine similarity of `lowest`.
    """
    if len(sample) == 0:
        return one_cell(n_units)
    centroids = train(sample, _n_cells(n_units))
    n_probe = n_probe or _fewest_probes(sample[:_AIMED_SAMPLE], centroids, lowest)
    members = np.bincount(nearest(sample, centroids, n_probe).ravel(), minlength=len(centroids.cells))
    expected = members * (n_units / len(sample))
    return Cells(centroids, np.maximum(1, np.ceil(expected / MAX_MEMBERS)).astype(np.int64), n_probe)


def _fewest_probes(sample: NDArray[np.float32], centroids: Centroids, lowest: float) -> int:
    """As few cells a unit as reach :data:`AIM`; not fewer than the default where the sample holds too few pairs."""
    pairs = pairs_above(sample, sample, lowest, same=True)
    n_pairs = len(pairs.left)
    if n_pairs == 0:
        return DEFAULT_PROBE
    probed = nearest(sample, centroids, MAX_PROBE)
    meeting = meets(probed[pairs.left], probed[pairs.right])
    recall = np.array([(meeting < n).mean() for n in range(1, MAX_PROBE + 1)])
    fewest = int(np.argmax(recall >= min(AIM, recall[-1]))) + 1
    lowest_recall, _ = score_interval(float(recall[fewest - 1]), n_pairs, _Z)
    is_sure = lowest_recall >= min(_SURE, recall[-1])
    return fewest if is_sure else min(MAX_PROBE, max(DEFAULT_PROBE, fewest))


def meets(a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int64]:
    """(n,) place, from 0, of the nearer of two homes among the cells of the other vector; p where neither is.

    `a` and `b` (n, p) are the cells of n pairs of vectors, nearest first.
    """
    width = a.shape[1]
    found = [np.where(hit.any(axis=1), hit.argmax(axis=1), width) for hit in (b == a[:, :1], a == b[:, :1])]
    values: NDArray[np.int64] = np.minimum(*found)
    return values


def cell_recall(sample: NDArray[np.float32], cells: Cells, threshold: float) -> tuple[int, float]:
    """How many pairs of the sample lie at or above `threshold`, and the fraction that are compared (NaN of none).

    The pairs are those of the first :data:`_RECALL_SAMPLE` vectors with any of the sample, each once.
    """
    pairs = pairs_above(sample[:_RECALL_SAMPLE], sample, threshold)
    pairs = pairs.at(pairs.left < pairs.right)
    if cells.centroids is None or len(pairs.left) == 0:
        return len(pairs.left), 1.0 if len(pairs.left) else float("nan")
    probed = nearest(sample, cells.centroids, cells.n_probe)
    return len(pairs.left), float((meets(probed[pairs.left], probed[pairs.right]) < probed.shape[1]).mean())


def recall_at(sample: NDArray[np.float32], cells: Cells, similarity: float) -> float:
    """Fraction of pairs of exactly a cosine `similarity` that are compared, found with made partners.

    Each vector of the sample (n, d) gets a partner in a random direction. A pair above the similarity is likelier to
    be compared, so this is a low estimate of the recall of all pairs at or above it.
    """
    if cells.centroids is None:
        return 1.0
    away = np.random.default_rng(0).standard_normal(sample.shape).astype(np.float32)
    away -= (away * sample).sum(axis=1, keepdims=True) * sample
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    partner = similarity * sample + np.float32(np.sqrt(1 - similarity**2)) * away
    mine, theirs = (nearest(rows, cells.centroids, cells.n_probe) for rows in (sample, partner))
    return float((meets(mine, theirs) < mine.shape[1]).mean())


def _n_cells(n_units: int) -> int:
    return min(MAX_CELLS, max(1, n_units // UNITS_PER_CELL))

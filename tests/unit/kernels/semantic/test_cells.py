"""Cells against brute force, and what the driver holds of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ftq_spark.kernels.semantic import cells
from ftq_spark.kernels.semantic.cells import meets, sample_size, train_cells
from ftq_spark.kernels.semantic.centroids import nearest
from ftq_spark.kernels.semantic.vectors import pairs_above


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def corpus(n: int, width: int = 48) -> NDArray[np.float32]:
    """Topics that overlap, and in them near copies of every tenth vector, from nearly equal to hardly alike."""
    chance = np.random.default_rng(5)
    topics = chance.standard_normal((60, width))
    rows = 0.4 * topics[chance.integers(0, len(topics), n)] + 0.9 * chance.standard_normal((n, width))
    copies = np.arange(0, n, 10)
    rows[copies] = rows[chance.permutation(n)[: len(copies)]]
    rows[copies] += chance.uniform(0.05, 0.75, (len(copies), 1)) * chance.standard_normal((len(copies), width))
    return unit(rows)


@pytest.mark.parametrize(("n", "lowest"), [(6_000, 0.95), (12_000, 0.8)])  # of the latter the sample holds few pairs
def test_cells_find_what_brute_force_finds(monkeypatch: pytest.MonkeyPatch, n: int, lowest: float) -> None:
    monkeypatch.setattr(cells, "UNITS_PER_CELL", 200)
    vectors = corpus(n)
    sample = vectors[np.random.default_rng(6).permutation(len(vectors))[: sample_size(len(vectors))]]
    found = train_cells(sample, len(vectors), lowest=lowest)
    assert len(found.n_pieces) == n // 200 and found.n_probe <= cells.MAX_PROBE
    pairs = pairs_above(vectors, vectors, lowest, same=True)
    assert found.centroids is not None
    probed = nearest(vectors, found.centroids, found.n_probe)
    met = meets(probed[pairs.left], probed[pairs.right]) < found.n_probe
    assert len(pairs.left) > 100
    assert met.mean() >= 0.98  # of all pairs, those at the bound included: the number of probes aims at that
    assert met[pairs.similarity >= 0.95].mean() >= 0.99


@pytest.mark.parametrize("n_units", [10**4, 10**6, 10**8, 10**10])
def test_what_the_driver_holds_does_not_grow_without_end(n_units: int) -> None:
    assert sample_size(n_units) <= cells.MAX_SAMPLE
    sample = corpus(256)
    trained = train_cells(sample, n_units)
    assert trained.centroids is not None and len(trained.centroids.cells) <= min(len(sample), cells.MAX_CELLS)
    assert cells._n_cells(n_units) <= cells.MAX_CELLS

"""Bulk cosine similarity against brute force in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors_oracle import brute, unit_vectors

from ftq_spark.kernels.semantic import vectors as v

cases = {"n": st.integers(0, 40), "seed": st.integers(0, 10**6), "threshold": st.sampled_from([0.5, 0.8, 0.95, 1.0])}


@settings(max_examples=40, deadline=None)
@given(**cases, tile=st.sampled_from([1, 7, 2_048]))
def test_pairs_above_are_brute_forces(n, seed, threshold, tile):
    points = unit_vectors(n, 8, seed)
    expected = brute(points, points) if n else np.zeros((0, 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(v, "TILE", tile)
        same = v.pairs_above(points, points, threshold, same=True)
        other = v.pairs_above(points, points[: n // 2], threshold)
    i, j = np.nonzero(np.triu(expected >= threshold, 1))
    assert (same.left.tolist(), same.right.tolist()) == (i.tolist(), j.tolist())
    assert same.similarity.tolist() == expected[i, j].tolist()
    i, j = np.nonzero(expected[:, : n // 2] >= threshold)
    assert (other.left.tolist(), other.right.tolist()) == (i.tolist(), j.tolist())


def test_a_similarity_does_not_depend_on_where_the_pair_is_met():
    points = unit_vectors(300, 384, 1)
    shuffled = np.random.default_rng(2).permutation(300)
    whole = v.pairs_above(points, points, 0.3, same=True)
    other = v.pairs_above(points[shuffled], points[shuffled][::-1][:170], 0.3)
    known = {(i, j): s for i, j, s in zip(*whole, strict=True)}
    back = shuffled[::-1]
    for i, j, s in zip(shuffled[other.left], back[other.right], other.similarity, strict=True):
        if i != j:
            assert known[min(i, j), max(i, j)] == s


def test_torch_finds_what_numpy_finds():
    pytest.importorskip("torch")
    points = unit_vectors(200, 16, 3)
    for bound in (0.9, np.linspace(0, 1, 200, dtype=np.float32)[:, None]):
        ours, theirs = v.tile_hits(points, points, bound), v.tile_hits(points, points, bound, device="cpu")
        assert ours[0].tolist() == theirs[0].tolist()
        assert ours[1].tolist() == theirs[1].tolist()
        assert np.abs(ours[2] - theirs[2]).max() < 1e-6


def test_best_of_each_breaks_ties_by_the_lower_and_widens_by_slack():
    group = np.array([5, 5, 5, 5, 9])
    similarity = np.array([0.8, 0.9, 0.8, 0.1, 0.2])
    tie = np.array([7, 0, 3, 1, 1])
    assert v.best_of_each(group, similarity, tie, 2).tolist() == [False, True, True, False, True]
    assert v.best_of_each(group, similarity, tie, 2, slack=0.01).tolist() == [True, True, True, False, True]
    assert not v.best_of_each(group, similarity, tie, 0, slack=0.01).any()


def test_k_means_finds_separate_clumps_and_repeats_itself():
    rng = np.random.default_rng(0)
    centres = np.eye(5, 12)
    truth = np.repeat(np.arange(5), 40)
    points = centres[truth] + 0.05 * rng.normal(size=(200, 12))
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    centroids = v.train_centroids(points, 5, iterations=15, seed=4)
    assert np.allclose(np.linalg.norm(centroids, axis=1), 1, atol=1e-6)
    cells = v.nearest_cells(points, centroids, 1)[:, 0]
    for clump in range(5):
        assert len(set(cells[truth == clump])) == 1
    assert np.array_equal(centroids, v.train_centroids(points, 5, iterations=15, seed=4))


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 60), seed=st.integers(0, 10**6), k=st.integers(1, 80))
def test_k_means_improves_and_keeps_no_cluster_empty(n, seed, k):
    points = unit_vectors(n, 6, seed, n_clumps=6)

    def fit(iterations: int) -> float:
        return float((points @ v.train_centroids(points, k, iterations).T).max(axis=1).mean())

    centroids = v.train_centroids(points, k)
    assert centroids.shape == (min(k, n), 6)
    assert np.isfinite(centroids).all()
    assert fit(10) >= fit(0) - 1e-6


def test_k_means_refuses_nothing():
    with pytest.raises(ValueError, match="at least one cluster"):
        v.train_centroids(np.zeros((0, 4), np.float32), 3)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(0, 50), seed=st.integers(0, 10**6), p=st.integers(1, 12))
def test_nearest_cells_are_brute_forces(n, seed, p):
    points, centroids = unit_vectors(n, 6, seed), unit_vectors(9, 6, seed + 1)
    expected = [sorted(range(9), key=lambda c: (-row[c], c))[:p] for row in (brute(points, centroids) if n else [])]
    assert v.nearest_cells(points, centroids, p).tolist() == expected
    assert v.nearest_cells(points[::-1], centroids, p).tolist() == expected[::-1]

"""Centroids in two levels against a flat search over the same cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ftq_spark.kernels.semantic import centroids as c
from ftq_spark.kernels.semantic.vectors import nearest_cells


def points(n: int, width: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((n, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def two_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c, "MAX_FLAT", 20)


def test_few_cells_stay_in_one_level() -> None:
    found = c.train(points(500, 8, 1), 20)
    assert found.groups is None and found.cells.shape == (20, 8)
    vectors = points(50, 8, 2)
    assert c.nearest(vectors, found, 3).tolist() == nearest_cells(vectors, found.cells, 3).tolist()


def test_many_cells_are_as_many_as_wanted_and_each_lies_in_its_group(two_levels: None) -> None:
    sample = points(3_000, 8, 3)
    found = c.train(sample, 100)
    assert found.groups is not None and found.begins is not None
    assert len(found.groups) == 10 and 90 <= len(found.cells) <= 100
    assert (found.begins[0], found.begins[-1]) == (0, len(found.cells))
    assert (np.diff(found.begins) >= 1).all()
    assert np.allclose(np.linalg.norm(found.cells, axis=1), 1, atol=1e-5)
    group_of = np.repeat(np.arange(len(found.groups)), np.diff(found.begins))
    assert (nearest_cells(found.cells, found.groups, 1)[:, 0] == group_of).mean() > 0.9
    again = c.train(sample, 100)
    assert np.array_equal(found.cells, again.cells)


def test_a_search_of_all_groups_is_a_flat_search(two_levels: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c, "N_SEARCHED", 1_000)
    monkeypatch.setattr(c, "_ROWS", 70)
    found, vectors = c.train(points(2_000, 8, 4), 60), points(200, 8, 5)
    for n_probe in (1, 4, 1_000):
        assert c.nearest(vectors, found, n_probe).tolist() == nearest_cells(vectors, found.cells, n_probe).tolist()


def test_a_search_of_the_nearest_groups_finds_nearly_the_nearest_cells(two_levels: None) -> None:
    found, vectors = c.train(points(6_000, 8, 6), 400), points(500, 8, 7)
    assert found.groups is not None and len(found.groups) > c.N_SEARCHED
    mine, flat = c.nearest(vectors, found, 3), nearest_cells(vectors, found.cells, 3)
    assert (mine[:, 0] == flat[:, 0]).mean() >= 0.98
    assert (mine == flat).mean() >= 0.95


@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 60), seed=st.integers(0, 10**6), n_probe=st.integers(1, 40))
def test_the_cells_of_a_vector_are_distinct_and_do_not_depend_on_the_other_rows(
    n: int, seed: int, n_probe: int
) -> None:
    cells, groups = points(36, 6, seed), points(12, 6, seed + 1)
    found = c.Centroids(cells, groups, np.arange(0, 37, 3))  # the nearest groups hold fewer than many a n_probe
    vectors = points(n, 6, seed + 2)
    near = c.nearest(vectors, found, n_probe)
    assert near.shape == (n, min(n_probe, 36))
    assert all(len(set(row)) == len(row) for row in near.tolist())
    assert near[::-1].tolist() == c.nearest(vectors[::-1], found, n_probe).tolist()
    products = np.take_along_axis(vectors @ cells.T, near.astype(np.int64), axis=1)
    assert (np.diff(products, axis=1) <= 1e-5).all()


def test_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one cluster"):
        c.train(points(0, 4, 1), 3)

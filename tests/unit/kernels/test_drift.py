"""Drift: indices and corrections against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from ftq_spark.kernels.drift import holm, p_value, p_value_of_share, shift, stability_index


def test_equal_samples_have_not_moved() -> None:
    values = np.random.default_rng(1).normal(size=500)
    assert stability_index(values, values) == 0
    assert shift(values, values) == 0
    assert p_value(values, values) == pytest.approx(1)
    assert p_value(np.zeros(50), np.zeros(70)) == 1
    assert p_value_of_share((5, 100), (5, 100)) == pytest.approx(1)
    assert p_value_of_share((0, 100), (0, 90)) == 1


def test_a_moved_sample_is_measured() -> None:
    random = np.random.default_rng(2)
    before, after = random.normal(size=4_000), random.normal(size=4_000) + 1
    assert shift(before, after) == pytest.approx(1 / np.sqrt(1.25), abs=0.05)  # of both together, as wide as that
    assert 0.8 < stability_index(before, after) < 1.2  # of two unit normals a unit apart: (Δμ)² = 1
    assert p_value(before, after) < 1e-100
    assert p_value_of_share((10, 100), (30, 100)) == pytest.approx(4.07e-4, rel=0.01)  # χ² = 12.5


def test_holm_against_its_definition() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == pytest.approx([1, 1])
    assert len(holm([])) == 0

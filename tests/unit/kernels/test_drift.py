"""Drift: indices and corrections against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_value_that_most_have_is_a_bin_by_itself() -> None:
    """As of a signal that is 0 or 1: what is rare before is told from what is not."""
    before, after = (np.r_[np.zeros(n), np.ones(1_000 - n)] for n in (10, 400))
    expected = (0.4 - 0.01) * np.log(0.4 / 0.01) + (0.6 - 0.99) * np.log(0.6 / 0.99)
    assert stability_index(before, after) == pytest.approx(expected, rel=0.05)
    assert stability_index(1 - before, 1 - after) == pytest.approx(expected, rel=0.05)


samples = st.lists(st.integers(-3, 3).map(float), min_size=30, max_size=60).map(np.array)


@given(samples, samples)
def test_tests_against_those_of_scipy_stats(before: np.ndarray, after: np.ndarray) -> None:
    if min(before.min(), after.min()) < max(before.max(), after.max()):
        # Kolmogorov's own distribution, which that of a finite n comes to from below.
        distance = scipy.stats.ks_2samp(before, after, method="asymp").statistic
        n = len(before) * len(after) / (len(before) + len(after))
        shape = scipy.stats.kstwobign.sf(np.sqrt(n) * distance)
        place = scipy.stats.mannwhitneyu(before, after, method="asymptotic").pvalue
        assert p_value(before, after) == pytest.approx(min(1, 2 * min(shape, place)))
    parts = [(int((side > 0).sum()), len(side)) for side in (before, after)]
    if 0 < sum(part for part, _ in parts) < len(before) + len(after):
        table = [[part, whole - part] for part, whole in parts]
        share = scipy.stats.chi2_contingency(table, correction=False).pvalue
        assert p_value_of_share(*parts) == pytest.approx(share)


def test_holm_against_its_definition() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == pytest.approx([1, 1])
    assert len(holm([])) == 0

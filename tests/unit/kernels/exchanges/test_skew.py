"""How preferences lean, with scipy as the judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ftq_spark.kernels.exchanges.skew import skew

FIGURES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=60)


def test_a_lean_by_hand() -> None:
    found = skew([5, 5, 5, 1], [1, 2, 5, 3])
    assert (found.n, found.n_more, found.n_less, found.share) == (4, 2, 1, 2 / 3)
    assert found.effect == pytest.approx(1.25 / np.std([4, 3, 0, -2], ddof=1))


@given(FIGURES)
def test_figures_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    ones, others = np.array(pairs, dtype=float).T
    found = skew(ones, others)
    assert found.n == found.n_more + found.n_less + int((ones == others).sum())
    if found.n_more + found.n_less:
        test = stats.binomtest(found.n_more, found.n_more + found.n_less)
        interval = test.proportion_ci(method="wilson")
        assert (found.share, found.p_value) == (test.statistic, pytest.approx(test.pvalue, rel=1e-9))
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-12)
    if np.ptp(ones - others) > 0:
        assert found.effect == pytest.approx(stats.ttest_rel(ones, others).statistic / np.sqrt(len(pairs)))
    assert found.effect_low <= found.effect <= found.effect_high


@given(FIGURES)
def test_sides_change_places(pairs: list[tuple[int, int]]) -> None:
    ones, others = np.array(pairs, dtype=float).T
    found, turned = skew(ones, others), skew(others, ones)
    assert found.effect == pytest.approx(-turned.effect)
    assert found.share == pytest.approx(1 - turned.share)


def test_the_interval_of_the_effect_covers_it() -> None:
    dice = np.random.default_rng(3)
    true = 0.4
    found = [skew(dice.normal(true, 1, 200), np.zeros(200)) for _ in range(400)]
    assert np.mean([one.effect_low <= true <= one.effect_high for one in found]) > 0.92


def test_nothing_leans_nowhere() -> None:
    found = skew([], [])
    assert (found.n, found.share, found.effect) == (0, 0.5, 0.0)
    with pytest.raises(ValueError, match="one length"):
        skew([1], [1, 2])

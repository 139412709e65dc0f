"""Intervals against the literature, scipy, and exact coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ftq_spark.kernels.review.intervals import (
    Stratum,
    exact_interval,
    finite_population_correction,
    lower_bound,
    stratified_estimate,
    upper_bound,
    wilson,
)

# Newcombe 1998, Statistics in Medicine 17, tables I and II: errors, n, score interval, exact interval.
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("errors", "n", "score", "exact"), NEWCOMBE)
def test_newcombe_1998(errors: int, n: int, score: tuple[float, float], exact: tuple[float, float]) -> None:
    assert wilson(errors, n) == pytest.approx(score, abs=6e-5)
    assert exact_interval(errors, n) == pytest.approx(exact, abs=6e-5)


def test_no_error_in_59_shows_less_than_five_percent() -> None:
    assert upper_bound(0, 59) == pytest.approx(0.0495, abs=5e-5)
    assert upper_bound(0, 58) > 0.05


def test_five_errors_in_a_hundred() -> None:
    assert wilson(5, 100) == pytest.approx((0.0215, 0.1118), abs=5e-5)


@pytest.mark.parametrize(("n", "score_width", "exact_width"), [(100, 0.090, 0.096), (200, 0.062, 0.066)])
def test_widths_at_five_percent(n: int, score_width: float, exact_width: float) -> None:
    score, exact = wilson(n // 20, n), exact_interval(n // 20, n)
    assert score.high - score.low == pytest.approx(score_width, abs=6e-4)
    assert exact.high - exact.low == pytest.approx(exact_width, abs=6e-4)


@given(st.integers(1, 400), st.data(), st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_intervals_agree_with_scipy(n: int, data: st.DataObject, confidence: float) -> None:
    errors = data.draw(st.integers(0, n))
    oracle = stats.binomtest(errors, n)
    for ours, method in ((wilson, "wilson"), (exact_interval, "exact")):
        theirs = oracle.proportion_ci(confidence, method=method)
        assert ours(errors, n, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def _coverage(interval: object, n: int, rate: float) -> float:
    """Exact coverage: the probability of the error counts whose interval holds the true rate."""
    counts = np.arange(n + 1)
    holds = [low <= rate <= high for low, high in (interval(int(k), n) for k in counts)]  # type: ignore[operator]
    return float(stats.binom.pmf(counts, n, rate) @ np.array(holds))


def test_exact_coverage_of_both_intervals() -> None:
    rates = np.linspace(0.005, 0.2, 60)
    exact = np.array([_coverage(exact_interval, 100, rate) for rate in rates])
    score = np.array([_coverage(wilson, 100, rate) for rate in rates])
    assert exact.min() >= 0.95
    assert score.min() >= 0.90
    assert score.mean() == pytest.approx(0.95, abs=0.01)


def test_small_population_uses_the_hypergeometric_bound() -> None:
    assert upper_bound(1, 100, population=500) == pytest.approx(0.042, abs=1e-9)
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=5e-5)
    assert upper_bound(1, 100, population=10_000) == upper_bound(1, 100)
    assert exact_interval(7, 40, population=40) == (7 / 40, 7 / 40)


@given(st.integers(2, 120), st.data())
@settings(max_examples=60, deadline=None)
def test_hypergeometric_bounds_by_enumeration(population: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(max(1, population // 10), population))
    errors = data.draw(st.integers(0, n))
    possible = np.arange(errors, population - n + errors + 1)
    at_least = stats.hypergeom.sf(errors - 1, population, possible, n)
    at_most = stats.hypergeom.cdf(errors, population, possible, n)
    assume(not np.isclose([at_least, at_most], 0.05, rtol=1e-9).any())  # a tie falls to either side by rounding
    assert lower_bound(errors, n, population=population) == pytest.approx(possible[at_least > 0.05][0] / population)
    assert upper_bound(errors, n, population=population) == pytest.approx(possible[at_most > 0.05][-1] / population)


def test_finite_population_correction() -> None:
    assert finite_population_correction(100, 10_000) == pytest.approx(0.995, abs=5e-4)
    assert finite_population_correction(500, 500) == 0.0
    assert finite_population_correction(100, 500) == pytest.approx(math.sqrt(400 / 499))


def test_stratified_estimate_by_hand() -> None:
    estimate = stratified_estimate([Stratum(900, 60, 3), Stratum(100, 40, 10)])
    variance = 0.9**2 * (1 - 60 / 900) * 0.05 * 0.95 / 59 + 0.1**2 * (1 - 40 / 100) * 0.25 * 0.75 / 39
    assert estimate.rate == pytest.approx(0.9 * 0.05 + 0.1 * 0.25)
    assert estimate.variance == pytest.approx(variance)
    assert estimate.n_effective == pytest.approx(0.07 * 0.93 / variance)
    assert estimate.unsampled_fraction == 0


def test_a_stratum_without_errors_is_not_known_exactly() -> None:
    estimate = stratified_estimate([Stratum(950_000, 50, 0), Stratum(50_000, 100, 30)])
    # The large stratum alone may hold 6 % errors: an interval from the other one's variance would end at 2.2 %.
    high = exact_interval(estimate.rate * estimate.n_effective, estimate.n_effective).high
    assert high > 0.05


def test_unsampled_and_single_strata() -> None:
    estimate = stratified_estimate([Stratum(50, 10, 1), Stratum(30, 1, 1), Stratum(20, 0, 0)])
    assert estimate.unsampled_fraction == pytest.approx(0.2)
    assert estimate.rate == pytest.approx(2 / 11)
    with pytest.raises(ValueError, match="no stratum"):
        stratified_estimate([Stratum(20, 0, 0)])


def test_a_census_has_no_uncertainty() -> None:
    estimate = stratified_estimate([Stratum(20, 20, 2), Stratum(30, 30, 3)])
    assert estimate.rate == pytest.approx(0.1)
    assert estimate.variance == 0


@pytest.mark.parametrize(("errors", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(errors: int, n: int) -> None:
    for function in (wilson, lower_bound, upper_bound):
        with pytest.raises(ValueError, match="errors must lie"):
            function(errors, n)

"""The figures on which the review rests: intervals, gate, looks, allocation and kappa of few items.

Each was measured before the code was written. Where scipy or statsmodels has the formula, it is asked too.
"""

from __future__ import annotations

from collections.abc import Callable

import gate_simulation
import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from ftq_spark.kernels.review.error_gate import (
    GateSettings,
    decide,
    operating_characteristic,
    plan_size,
    thresholds,
)
from ftq_spark.kernels.review.intervals import Stratum, exact_interval, stratified_estimate, wilson
from ftq_spark.kernels.review.sampling import apportion, neyman_weights

STRICT, ARTICLE = GateSettings(), GateSettings(mode="article")
SHARES, RATES = (0.80, 0.15, 0.05), (0.01, 0.08, 0.30)


# ── Intervals ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _library(method: str) -> Callable[[int, int], tuple[float, float]]:
    return lambda k, n: proportion_confint(k, n, method=method)


@pytest.mark.parametrize(
    ("interval", "mean", "least"),
    [
        (_library("normal"), 0.903, 0.394),
        (wilson, 0.951, 0.910),
        (exact_interval, 0.970, 0.955),
        (_library("jeffreys"), 0.949, 0.880),
    ],
    ids=["wald", "wilson", "exact", "jeffreys"],
)
def test_coverage_of_95_percent_intervals(interval: Callable, mean: float, least: float) -> None:
    n, rates = 100, np.arange(0.005, 0.2001, 0.005)
    low, high = np.array([interval(k, n) for k in range(n + 1)]).T[:, :, None]
    chances = stats.binom.pmf(np.arange(n + 1)[:, None], n, rates)
    held = (chances * ((low <= rates) & (rates <= high))).sum(axis=0)
    assert held.mean() == pytest.approx(mean, abs=0.005)  # it depends on the grid in the third place
    assert held.min() == pytest.approx(least, abs=0.006)


# ── The gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SIZES = {59: (0, 7), 93: (1, 9), 100: (1, 10), 124: (2, None), 153: (3, None), 181: (4, 15), 200: (4, 16),
         300: (8, 22), 400: (12, 28), 500: (16, 34)}  # fmt: skip


@pytest.mark.parametrize("n", SIZES)
def test_pass_and_fail_table(n: int) -> None:
    most, least = SIZES[n]
    passing, failing = thresholds([n], STRICT)
    assert passing[0] == most
    assert least is None or failing[0] == least
    assert decide(most, n, STRICT).gate == "pass"
    assert decide(most + 1, n, STRICT).gate == "inconclusive"
    assert decide(failing[0], n, STRICT).gate == "fail"
    assert decide(failing[0] - 1, n, STRICT).gate == "inconclusive"
    # What scipy's exact interval says: one-sided 95 % is the end of the two-sided 90 % one.
    for errors, outcome in ((most, "pass"), (int(failing[0]), "fail")):
        ends = stats.binomtest(errors, n).proportion_ci(0.90, method="exact")
        assert (ends.high <= 0.05) == (outcome == "pass") and (ends.low > 0.05) == (outcome == "fail")


@pytest.mark.parametrize(
    ("rate", "naive", "strict"),
    [
        (0.01, (0.999, 1.0), ((0.74, 0.00), (0.95, 0.00), (1.00, 0.00))),
        (0.02, (0.985, 0.997), ((0.40, 0.00), (0.63, 0.00), (0.94, 0.00))),
        (0.03, (0.919, 0.960), ((0.20, 0.00), (0.28, 0.00), (0.58, 0.00))),
        (0.05, (0.616, 0.583), ((0.04, 0.03), (0.03, 0.04), (0.04, 0.05))),
        (0.08, (0.180, 0.069), ((0.00, 0.28), (0.00, 0.54), (0.00, 0.79))),
        (0.10, (0.058, 0.008), ((0.00, 0.55), (0.00, 0.86), (0.00, 0.99))),
        (0.15, (0.002, 0.000), ((0.00, 0.95), (0.00, 1.00), (0.00, 1.00))),
    ],
)
def test_operating_characteristic(
    rate: float, naive: tuple[float, ...], strict: tuple[tuple[float, float], ...]
) -> None:
    for n, passed in zip((100, 200), naive, strict=True):
        assert operating_characteristic(n, [rate], ARTICLE)[0].passed == pytest.approx(passed, abs=0.0006)
    for n, (passed, failed) in zip((100, 200, 400), strict, strict=True):
        chance = operating_characteristic(n, [rate], STRICT)[0]
        assert (chance.passed, chance.failed) == pytest.approx((passed, failed), abs=0.006)
        assert sum(chance[1:]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("rate", "size", "most"), [(0.005, 124, 2), (0.01, 181, 4), (0.015, 260, 7), (0.02, 386, 12), (0.03, 1036, 40)]
)
def test_size_for_a_95_percent_chance_to_pass(rate: float, size: int, most: int) -> None:
    assert plan_size(rate, STRICT) == size
    assert thresholds([size], STRICT)[0][0] == most


# ── Looking several times ────────────────────────────────────────────────────────────────────────────────────────────


def test_declared_looks() -> None:
    declared = GateSettings(looks=(100, 200, 400))
    passing, failing = thresholds([100, 200, 400], declared)
    assert (passing.tolist(), failing.tolist()) == ([0, 3, 10], [11, 18, 31])
    good, mean_n = gate_simulation.sequential_characteristic((100, 200, 400), 0.01, declared)
    assert (good.passed, mean_n) == pytest.approx((0.998, 191), abs=0.6)
    assert good.passed == pytest.approx(0.998, abs=0.0006)
    assert gate_simulation.sequential_characteristic((100, 200, 400), 0.05, declared)[0].passed == pytest.approx(
        0.021, abs=0.001
    )
    bad, mean_n = gate_simulation.sequential_characteristic((100, 200, 400), 0.10, declared)
    assert bad.failed == pytest.approx(0.953, abs=0.003)
    assert mean_n == pytest.approx(211, abs=0.6)


def test_unadjusted_peeking_triples_the_false_passes() -> None:
    once, _ = gate_simulation.sequential_characteristic((400,), 0.05, STRICT)
    often, _ = gate_simulation.sequential_characteristic(range(25, 401, 25), 0.05, STRICT)
    assert once.passed == pytest.approx(0.036, abs=0.0006)
    assert often.passed == pytest.approx(0.116, abs=0.002)  # 0.1175 exactly; the figure was simulated


@pytest.mark.parametrize(
    ("rate", "mean_n"), [(0.005, 62), (0.02, 91), (0.03, 126), (0.05, 184), (0.08, 98), (0.10, 62), (0.15, 33)]
)
def test_sequential_probability_ratio_test(rate: float, mean_n: float) -> None:
    found = gate_simulation.sprt(rate)
    assert found.mean_n == pytest.approx(mean_n, rel=0.045)  # exact here; the figures were simulated
    if rate <= 0.03:
        assert found.accepted >= 0.95
    if rate >= 0.08:
        assert found.accepted <= 0.05


# ── Strata ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _allocations(n: int) -> dict[str, np.ndarray]:
    sizes = [round(100_000 * share) for share in SHARES]
    weights = {
        "proportional": sizes,
        "neyman": neyman_weights(sizes, RATES, mix=1.0),
        "mixed": neyman_weights(sizes, RATES),
    }
    return {name: np.bincount(apportion(weight, n), minlength=3) for name, weight in weights.items()}


@pytest.mark.parametrize(("allocation", "points"), [("proportional", 1.21), ("neyman", 1.01), ("mixed", 1.05)])
def test_standard_deviation_of_stratified_draws(allocation: str, points: float) -> None:
    n_h, shares, rates = _allocations(200)[allocation], np.array(SHARES), np.array(RATES)
    spread = np.sqrt((shares**2 * rates * (1 - rates) / n_h).sum())
    assert 100 * spread == pytest.approx(points, abs=0.02)
    overall = float(shares @ rates)
    assert 100 * np.sqrt(overall * (1 - overall) / 200) == pytest.approx(1.30, abs=0.02)  # a simple draw


@pytest.mark.parametrize("allocation", ["proportional", "neyman", "mixed"])
def test_coverage_of_the_interval_on_the_effective_size(allocation: str) -> None:
    n_h, truth = _allocations(200)[allocation], float(np.dot(SHARES, RATES))
    draws = np.random.default_rng(11).binomial(n_h, RATES, (4_000, 3))
    found, times = np.unique(draws, axis=0, return_counts=True)
    held = {"exact": 0, "wilson": 0, "wald": 0}
    for errors, count in zip(found, times, strict=True):
        strata = [Stratum(round(1e6 * share), int(n), int(k)) for share, n, k in zip(SHARES, n_h, errors, strict=True)]
        estimate = stratified_estimate(strata)
        effective = estimate.rate * estimate.n_effective, estimate.n_effective
        half = 1.96 * estimate.variance**0.5
        for name, (low, high) in (
            ("exact", exact_interval(*effective)),
            ("wilson", wilson(*effective)),
            ("wald", (estimate.rate - half, estimate.rate + half)),
        ):
            held[name] += int(count) * (low <= truth <= high)
    assert held["exact"] / 4_000 >= 0.949 - 0.007  # two standard errors of the simulation
    assert held["wald"] < held["wilson"] <= held["exact"]


# ── Kappa ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_standard_errors_of_kappa() -> None:
    fleiss_cohen_everitt = cohens_kappa([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    assert fleiss_cohen_everitt.std_kappa == pytest.approx(0.0537, abs=5e-5)
    assert fleiss_cohen_everitt.std_kappa0 == pytest.approx(0.0555, abs=5e-5)
    assert cohens_kappa([[20, 5], [10, 15]]).std_kappa == pytest.approx(0.127, abs=5e-4)


@pytest.mark.parametrize(
    ("n", "rare", "even"), [(20, 0.31, 0.14), (50, 0.18, 0.09), (100, 0.11, 0.06), (200, 0.07, 0.04)]
)
def test_spread_of_kappa_over_few_items(n: int, rare: float, even: float) -> None:
    for prevalence, expected in ((0.10, rare), (0.50, even)):
        assert np.nanstd(_kappas(n, prevalence)) == pytest.approx(expected, abs=0.025)


def test_few_items_misjudge_good_guidelines() -> None:
    """True kappa 0.8: how often the estimate falls under 0.6, and how often there is none."""
    for n, rare, even in ((20, 0.16, 0.10), (100, 0.06, 0.00)):
        for prevalence, expected in ((0.10, rare), (0.50, even)):
            kappas = _kappas(n, prevalence)
            assert np.nanmean(kappas < 0.6) == pytest.approx(expected, abs=0.035)
    undefined = np.isnan(_kappas(20, 0.05)).mean()
    assert 0.22 <= undefined <= 0.32


def _kappas(n: int, prevalence: float, true_kappa: float = 0.8, times: int = 20_000) -> np.ndarray:
    """Estimates from `times` draws of n items that two annotators with equal margins label; NaN where undefined."""
    both = prevalence * prevalence + true_kappa * prevalence * (1 - prevalence)
    cells = [both, prevalence - both, prevalence - both, 1 - 2 * prevalence + both]
    tables = np.random.default_rng(5).multinomial(n, cells, times).reshape(-1, 2, 2)
    observed = np.trace(tables, axis1=1, axis2=2) / n
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / n**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(chance < 1, (observed - chance) / (1 - chance), np.nan)

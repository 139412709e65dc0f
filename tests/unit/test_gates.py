"""The gate's tables: what passes and fails, how often, and how many examples it takes."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.gates import (
    GateSettings,
    judge,
    next_size,
    operating_characteristic,
    plan_size,
    sequential_characteristic,
    thresholds,
)
from ftq_spark.kernels.statistics import lower_bound, upper_bound

STRICT = GateSettings()
ARTICLE = GateSettings(mode="article")


def test_pass_and_fail_table() -> None:
    passing, failing = thresholds([59, 93, 100, 124, 153, 181, 200, 300, 400, 500], STRICT)
    assert passing.tolist() == [0, 1, 1, 2, 3, 4, 4, 8, 12, 16]
    assert failing.tolist() == [7, 9, 10, 11, 13, 15, 16, 22, 28, 34]
    assert thresholds([58], STRICT)[0].tolist() == [-1]


@pytest.mark.parametrize("n", [59, 100, 150, 181, 200, 400])
def test_judge_agrees_with_the_table_and_with_the_bounds(n: int) -> None:
    passing, failing = (int(limit) for limit in thresholds(n, STRICT))
    assert upper_bound(passing, n) <= 0.05 < upper_bound(passing + 1, n)
    assert lower_bound(failing - 1, n) <= 0.05 < lower_bound(failing, n)
    outcomes = [judge(errors, n, STRICT).gate for errors in (passing, passing + 1, failing - 1, failing)]
    assert outcomes == ["pass", "inconclusive", "inconclusive", "fail"]


# True rate, then P(article pass) at 100 and 200.
ARTICLE_PASSES = [
    (0.01, (0.999, 1.0)),
    (0.02, (0.985, 0.997)),
    (0.03, (0.919, 0.960)),
    (0.05, (0.616, 0.583)),
    (0.08, (0.180, 0.069)),
    (0.10, (0.058, 0.008)),
    (0.15, (0.002, 0.000)),
]
# True rate, then strict P(pass), P(fail) at 100, 200 and 400.
STRICT_CHANCES = [
    (0.01, ((0.74, 0.00), (0.95, 0.00), (1.00, 0.00))),
    (0.02, ((0.40, 0.00), (0.63, 0.00), (0.94, 0.00))),
    (0.03, ((0.20, 0.00), (0.28, 0.00), (0.58, 0.00))),
    (0.05, ((0.04, 0.03), (0.03, 0.04), (0.04, 0.05))),
    (0.08, ((0.00, 0.28), (0.00, 0.54), (0.00, 0.79))),
    (0.10, ((0.00, 0.55), (0.00, 0.86), (0.00, 0.99))),
    (0.15, ((0.00, 0.95), (0.00, 1.00), (0.00, 1.00))),
]


@pytest.mark.parametrize(("rate", "passes"), ARTICLE_PASSES)
def test_operating_characteristic_of_the_article_rule(rate: float, passes: tuple[float, float]) -> None:
    for n, expected in zip((100, 200), passes, strict=True):
        assert operating_characteristic(n, [rate], ARTICLE)[0].passed == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(("rate", "pairs"), STRICT_CHANCES)
def test_operating_characteristic_of_the_strict_rule(rate: float, pairs: tuple[tuple[float, float], ...]) -> None:
    for n, pair in zip((100, 200, 400), pairs, strict=True):
        chance = operating_characteristic(n, [rate], STRICT)[0]
        assert (chance.passed, chance.failed) == pytest.approx(pair, abs=6e-3)
        assert chance.passed + chance.failed + chance.inconclusive == pytest.approx(1)


@pytest.mark.parametrize(
    ("rate", "n", "errors"), [(0.005, 124, 2), (0.01, 181, 4), (0.015, 260, 7), (0.02, 386, 12), (0.03, 1036, 40)]
)
def test_planned_sizes(rate: float, n: int, errors: int) -> None:
    assert plan_size(rate, STRICT) == n
    assert int(thresholds(n, STRICT)[0]) == errors
    assert plan_size(0.05, STRICT) is None


def test_declared_looks_share_the_error_probability() -> None:
    settings = GateSettings(looks=(100, 200, 400))
    passing, failing = thresholds(settings.looks, settings)
    assert (passing.tolist(), failing.tolist()) == ([0, 3, 10], [11, 18, 31])
    chance, mean_n = sequential_characteristic(settings.looks, 0.01, settings)
    assert (chance.passed, mean_n) == (pytest.approx(0.998, abs=5e-4), pytest.approx(191, abs=1))
    assert sequential_characteristic(settings.looks, 0.05, settings)[0].passed == pytest.approx(0.021, abs=1e-3)
    chance, mean_n = sequential_characteristic(settings.looks, 0.10, settings)
    assert (chance.failed, mean_n) == (pytest.approx(0.953, abs=3e-3), pytest.approx(211, abs=1))


def test_unadjusted_peeking_triples_false_passes() -> None:
    peeking = sequential_characteristic(range(25, 401, 25), 0.05, STRICT)[0].passed
    assert peeking == pytest.approx(0.116, abs=2e-3)
    assert operating_characteristic(400, [0.05], STRICT)[0].passed == pytest.approx(0.036, abs=5e-4)


def test_article_mode_fails_only_over_the_limit() -> None:
    assert [judge(errors, 100, ARTICLE).gate for errors in (4, 5, 6)] == ["pass", "pass", "fail"]
    assert judge(0, 0, ARTICLE).gate == "inconclusive"


def test_next_size_settles_an_open_gate() -> None:
    assert judge(0, 40, STRICT).next_n == 93
    result = judge(12, 150, STRICT)
    assert result.next_n is not None and result.next_n > 150
    assert judge(5, 100, STRICT).next_n is None  # at the limit itself no review settles it
    assert judge(5, 100, STRICT, population=900).next_n == 900
    assert next_size(1, 100, GateSettings(looks=(100, 200, 400))) == 200


def test_a_small_population_passes_earlier() -> None:
    assert judge(3, 150, STRICT).gate == "inconclusive"
    assert judge(3, 150, STRICT, population=1000).gate == "pass"


@pytest.mark.parametrize("bad", [{"max_error_rate": 0.0}, {"confidence": 1.0}, {"mode": "lenient"}])
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        GateSettings(**bad)  # type: ignore[arg-type]

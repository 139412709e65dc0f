"""The error gate: outcomes, bounds and next sizes; its published tables are tested in tests/golden."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.review.error_gate import GateSettings, decide, next_size, plan_size, thresholds
from ftq_spark.kernels.review.intervals import lower_bound, upper_bound

STRICT = GateSettings()
ARTICLE = GateSettings(mode="article")


@pytest.mark.parametrize("n", [59, 100, 150, 181, 200, 400])
def test_judge_agrees_with_the_table_and_with_the_bounds(n: int) -> None:
    passing, failing = (int(limit) for limit in thresholds(n, STRICT))
    assert upper_bound(passing, n) <= 0.05 < upper_bound(passing + 1, n)
    assert lower_bound(failing - 1, n) <= 0.05 < lower_bound(failing, n)
    outcomes = [decide(errors, n, STRICT).gate for errors in (passing, passing + 1, failing - 1, failing)]
    assert outcomes == ["pass", "inconclusive", "inconclusive", "fail"]


def test_nothing_passes_below_59_and_no_size_settles_a_rate_at_the_limit() -> None:
    assert thresholds([58], STRICT)[0].tolist() == [-1]
    assert plan_size(0.05, STRICT) is None


def test_article_mode_fails_only_over_the_limit() -> None:
    assert [decide(errors, 100, ARTICLE).gate for errors in (4, 5, 6)] == ["pass", "pass", "fail"]
    assert decide(0, 0, ARTICLE).gate == "inconclusive"


def test_next_size_settles_an_open_gate() -> None:
    assert decide(0, 40, STRICT).next_n == 93
    result = decide(12, 150, STRICT)
    assert result.next_n is not None and result.next_n > 150
    assert decide(5, 100, STRICT).next_n is None  # at the limit itself no review settles it
    assert decide(5, 100, STRICT, population=900).next_n == 900
    assert next_size(1, 100, GateSettings(looks=(100, 200, 400))) == 200


def test_a_small_population_passes_earlier() -> None:
    assert decide(3, 150, STRICT).gate == "inconclusive"
    assert decide(3, 150, STRICT, population=1000).gate == "pass"


@pytest.mark.parametrize("bad", [{"max_error_rate": 0.0}, {"confidence": 1.0}, {"mode": "lenient"}])
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        GateSettings(**bad)  # type: ignore[arg-type]

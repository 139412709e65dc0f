"""Enough data or not: the table, the factor for unreviewed data, and the effective size."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.errors import SettingsError
from ftq_spark.review.render import render_sizing
from ftq_spark.review.sizing import GOALS, DataCounts, rounded, size_report, topic_coverage

EVEN = {f"t{i}": 100 for i in range(10)}


def test_the_table() -> None:
    assert {name: (goal.least, goal.most) for name, goal in GOALS.items()} == {
        "style": (200, 500),
        "domain": (500, 2_000),
        "task": (1_000, 5_000),
        "knowledge": (5_000, 50_000),
        "alignment": (50_000, None),
    }


@pytest.mark.parametrize(("n", "verdict"), [(150, "too_few"), (300, "borderline"), (500, "enough")])
def test_verdicts_for_style(n: int, verdict: str) -> None:
    assert size_report(DataCounts(n, {}, (0.0, 0.0)), "style")["verdict"] == verdict


def test_unreviewed_generated_data_need_five_to_ten_times_as_much() -> None:
    report = size_report(DataCounts(2_000, {}, generated=True), "style")
    assert report["need"] == {"low": 1_000, "high": 5_000, "open_ended": False}
    assert report["verdict"] == "borderline"
    reviewed = size_report(DataCounts(2_000, {}, (0.0, 0.02), generated=True, reviewed=True), "style")
    assert reviewed["need"]["high"] == 500
    assert "5 to 10 times" in " ".join(report["notes"])


def test_effective_size_is_a_range_over_coverage_and_errors() -> None:
    uneven = {"big": 970, "a": 10, "b": 10, "c": 10}
    report = size_report(DataCounts(1_000, uneven, (0.01, 0.06)), "domain")
    coverage = topic_coverage(uneven)
    assert coverage is not None and 0.25 < coverage < 0.32
    assert report["effective"] == {"low": rounded(1000 * coverage * 0.94), "high": rounded(1000 * coverage * 0.99)}
    assert report["verdict"] == "too_few"
    assert [row["topic"] for row in report["missing_by_topic"]] == ["a", "b", "c"]
    assert all(110 <= row["missing"] <= 120 for row in report["missing_by_topic"])
    text = render_sizing(report)
    assert "TOO FEW" in text and "a: about" in text


def test_coverage() -> None:
    assert topic_coverage(EVEN) == pytest.approx(1.0)
    assert topic_coverage({"a": 50, "b": 50, "c": 0, "d": 0}) == pytest.approx(0.5)
    assert topic_coverage({"a": 3, "b": 1}) == pytest.approx(
        math.exp(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))) / 2
    )
    assert topic_coverage({}) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(sorted(GOALS)))
def test_more_examples_never_make_it_worse(n: int, more: int, goal: str) -> None:
    order = ["too_few", "borderline", "enough"]
    few, many = (size_report(DataCounts(size, {}, (0.0, 0.05)), goal) for size in (n, n + more))
    assert order.index(few["verdict"]) <= order.index(many["verdict"])
    assert few["missing"]["low"] >= many["missing"]["low"]


@pytest.mark.parametrize(
    ("value", "plain", "up"), [(0, 0, 0), (37.2, 37, 38), (1234, 1200, 1300), (98_765, 98_000, 99_000)]
)
def test_two_significant_digits(value: float, plain: int, up: int) -> None:
    assert (rounded(value), rounded(value, up=True)) == (plain, up)


def test_unknown_goal() -> None:
    with pytest.raises(SettingsError, match="did you mean 'style'"):
        size_report(DataCounts(1, {}), "stlye")
    assert size_report(DataCounts(0, {}), "alignment")["need"]["open_ended"]

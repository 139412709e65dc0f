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
    assert size_report(DataCounts(n, {}, error_rate=(0.0, 0.0), gate="pass"), "style")["verdict"] == verdict


def test_unreviewed_generated_data_need_five_to_ten_times_as_much() -> None:
    report = size_report(DataCounts(2_000, {}, generated=True), "style")
    assert report["need"] == {"low": 1_000, "high": 5_000, "open_ended": False}
    assert report["verdict"] == "borderline"
    reviewed = size_report(DataCounts(2_000, {}, error_rate=(0.0, 0.02), generated=True, gate="pass"), "style")
    assert reviewed["need"]["high"] == 500
    assert "5 to 10 times" in " ".join(report["notes"])


def test_effective_size_is_a_range_over_coverage_and_errors() -> None:
    uneven = {"big": 970, "a": 10, "b": 10, "2": 10}
    terms = {"a": ["dose", "warfarin"]}
    report = size_report(DataCounts(1_000, uneven, terms, (0.01, 0.06), "inconclusive"), "domain")
    coverage = topic_coverage(uneven)
    assert coverage is not None and 0.25 < coverage < 0.32
    assert report["effective"] == {"low": rounded(1000 * coverage * 0.94), "high": rounded(1000 * coverage * 0.99)}
    assert report["verdict"] == "too_few"
    assert [row["topic"] for row in report["missing_by_topic"]] == ["2", "a", "b"]
    assert all(110 <= row["missing"] <= 120 for row in report["missing_by_topic"])
    text = render_sizing(report)
    assert "TOO FEW" in text
    assert "more on dose, warfarin (topic a) (10 kept)" in text and "more on b (10 kept)" in text
    assert "more on topic 2 (10 kept)" in text  # which no word tells from the others
    assert "3 of 4 topics lack examples" in text


@pytest.mark.parametrize(
    ("gate", "error_rate", "verdict", "said"),
    [
        (None, None, "enough_if_right", "no review yet"),
        ("inconclusive", (0.01, 0.08), "enough_if_right", "is inconclusive (1.0% to 8.0% errors)"),
        ("fail", (0.1, 0.2), "enough_if_right", "failed the error gate (10.0% to 20.0% errors)"),
        ("pass", (0.0, 0.04), "enough", "rules of thumb"),
    ],
)
def test_only_a_passed_review_makes_enough(
    gate: str | None, error_rate: tuple[float, float] | None, verdict: str, said: str
) -> None:
    report = size_report(DataCounts(10_000, EVEN, error_rate=error_rate, gate=gate), "style")
    assert report["verdict"] == verdict
    assert said in " ".join(report["notes"])


def test_a_topic_of_which_nothing_is_kept_counts() -> None:
    report = size_report(DataCounts(400, {"a": 200, "b": 200, "c": 0, "d": 0}), "style")
    assert report["topic_coverage"] == pytest.approx(0.5)
    assert [(row["topic"], row["missing"]) for row in report["missing_by_topic"]] == [("c", 50), ("d", 50)]


def test_without_topics_coverage_is_not_measured() -> None:
    report = size_report(DataCounts(400, {}), "style")
    assert report["topic_coverage"] is None and report["missing_by_topic"] == []
    assert "coverage was not measured" in " ".join(report["notes"])


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
    few, many = (size_report(DataCounts(size, {}, error_rate=(0.0, 0.05), gate="pass"), goal) for size in (n, n + more))
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

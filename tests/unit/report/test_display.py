"""How numbers and texts are shown, and the charts."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.report import charts, display
from ftq_spark.report.distributions import distribution, gini
from ftq_spark.report.write import plain, to_json

# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text())
def test_visible_text_has_nothing_hidden_and_keeps_the_rest(text: str) -> None:
    shown = display.visible(text)
    assert not [char for char in shown if char not in "\n\t" and display.is_hidden(char)]
    assert display.visible(shown) == shown
    assert len(shown) + display.n_hidden(text) == len(text.replace("\r\n", "\n").replace("\r", "\n"))


@given(st.text(alphabet="ab<&>", max_size=30), st.lists(st.text(alphabet="ab<&>", max_size=5), max_size=4))
def test_marking_changes_no_text(text: str, spans: list[str]) -> None:
    marked = str(display.marked(text, spans))
    assert html.unescape(re.sub("</?mark>", "", marked)) == text
    assert marked.count("<mark>") == marked.count("</mark>")
    assert all("<" not in part for part in re.split("</?mark>", marked))


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 2, "50%"),
        (1, 3, "33.3%"),
        (1, 5000, "<0.1%"),
        (4999, 5000, ">99.9%"),
        (0, 7, "0%"),
        (1, 0, "–"),
        (None, 1, "–"),
    ],
)
def test_percentages(part: int | None, whole: int, expected: str) -> None:
    assert display.percent(part, whole) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1234567.0, "1,234,567"), (0.12345, "0.123"), (-0.5, "−0.5"), (0.0, "0"), (1234.6, "1,235"), (1e-6, "1.0e-06"),
     (float("nan"), "–"), (None, "–")],
)  # fmt: skip
def test_figures(value: float | None, expected: str) -> None:
    assert display.figure(value) == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [({"low": 200, "high": 500}, "200 to 500"), ({"low": 1600, "high": 1600}, "1,600"),
     ({"low": 50000, "high": 50000, "open_ended": True}, "50,000 and more")],
)  # fmt: skip
def test_ranges(ends: dict[str, float], expected: str) -> None:
    assert display.between(ends) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.44, "0.4 s"), (59, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, expected: str) -> None:
    assert display.duration(seconds) == expected


def test_plain_values_are_json_whatever_comes() -> None:
    given_ = {
        "a": float("nan"),
        1: np.float64(0.1) + 0.2,
        "n": np.int64(3),
        "t": (True, None),
        "p": Path("x"),
        "s": "\ud800",
    }
    assert plain(given_, n_digits=6) == {"a": None, "1": 0.3, "n": 3, "t": [True, None], "p": "x", "s": "?"}
    assert plain(1790000000.1234567) == 1790000000.1234567
    assert orjson.loads(to_json(given_))["s"] == "?"


def test_bars_share_the_width_by_count() -> None:
    root = ET.fromstring(charts.share_bar([("keep", 3), ("review", 0), ("drop", 1)], "t"))
    assert [float(bar.get("width", 0)) for bar in root.iter("rect")] == [750.0, 250.0]


def test_a_histogram_stacks_layers_and_draws_the_threshold() -> None:
    drawn = charts.histogram([0, 0.5, 1], {"keep": [1, 2], "drop": [1, 0]}, "t", threshold=0.5)
    root = ET.fromstring(drawn)
    bars = [(bar.get("class"), float(bar.get("height", 0))) for bar in root.iter("rect")]
    assert [name for name, _ in bars] == ["fill-keep", "fill-drop", "fill-keep"]
    assert bars[0][1] == bars[1][1] == bars[2][1] / 2
    assert [float(line.get("x1", -1)) for line in root.iter("line") if line.get("class") == "threshold"] == [320.0]
    assert "threshold" not in charts.histogram([0, 0.5, 1], {"keep": [1, 2]}, "t", threshold=7)


def test_the_axis_names_ends_of_bins_and_the_highest_bar_its_number() -> None:
    drawn = charts.histogram(list(range(17, 38)), {"keep": [1200, *[3] * 18, 1], "drop": [34, *[0] * 19]}, "t")
    words = [(text.text, float(text.get("x", -1))) for text in ET.fromstring(drawn).iter("text")]
    assert words == [
        ("17", 0.0), ("22", 160.0), ("27", 320.0), ("32", 480.0), ("37", 640.0),
        ("highest bar: 1,234", 0.0),
    ]  # fmt: skip
    on_the_left = charts.histogram([0, 0.5, 1], {"keep": [1, 2]}, "t", threshold=0.1)
    (scale,) = [text for text in ET.fromstring(on_the_left).iter("text") if "highest" in (text.text or "")]
    assert (scale.get("x"), scale.get("text-anchor")) == ("640.0", "end")  # the threshold's words are on the left


@pytest.mark.parametrize(
    ("values", "ends"),
    [([17.0, 18.0], [17.0, 37.0]), ([28.0], [28.0, 48.0]), ([0.0, 1.0], [0.0, 1.0]), ([0.5, 17.0], [0.5, 17.0])],
)
def test_bars_of_whole_numbers_end_at_whole_numbers(values: list[float], ends: list[float]) -> None:
    n = len(values)
    row = {"verdict": "keep", "n": n, "n_out": 0, "total": sum(values), "smallest": values[0], "largest": values[-1]}
    found = distribution([{**row, "values": values, "counts": [1] * n}], n)
    assert found is not None
    edges = found["histogram"]["edges"]
    assert [edges[0], edges[-1]] == ends
    assert all(edge == round(edge) for edge in edges) == (ends[1] - ends[0] >= 20)


def test_a_long_tail_ends_in_the_last_bin() -> None:
    row = {"verdict": "keep", "n": 1001, "n_out": 0, "total": 0.0, "smallest": 1.0, "largest": 5000.0}
    found = distribution([{**row, "values": [1.0, 40.0, 5000.0], "counts": [500, 500, 1]}], 1001)
    assert found is not None
    assert found["histogram"]["edges"][-1] < 50
    assert sum(found["histogram"]["counts"]["keep"]) == 1001
    assert (found["p1"], found["p50"], found["p99"], found["max"]) == (1.0, 40.0, 40.0, 5000.0)
    assert distribution([], 5) is None


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_gini_is_half_the_relative_mean_difference(sizes: list[int]) -> None:
    distinct, n = np.unique(sizes, return_counts=True)
    differences = np.abs(np.subtract.outer(sizes, sizes)).mean()
    assert gini(distinct.tolist(), n.tolist()) == pytest.approx(differences / (2 * np.mean(sizes)), abs=1e-9)


def test_evidence_with_the_same_spans_is_shown_once() -> None:
    items = [("yes", "no", "polarity"), ("yes", "no", "negation"), (None, None, "number"), ("yes", "no", "polarity")]
    evidence = [{"left_text": left, "right_text": right, "kind": kind} for left, right, kind in items]
    assert display.by_spans(evidence) == [("yes", "no", ["polarity", "negation"]), (None, None, ["number"])]

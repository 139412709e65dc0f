"""Quality: the formula against one written out, what it may not do, and the fitted defaults."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.signals import MIN_QUALITY, QUALITY_CURVES, QUALITY_WEIGHTS, REGISTRY, Curve, quality, terms

NAMES = ("a", "b", "c")
_POINT = st.floats(-10, 10).map(lambda x: round(x, 3))


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    at = sorted(draw(st.sets(_POINT, min_size=2, max_size=4)))
    return Curve(tuple((x, draw(st.floats(0, 1))) for x in at), draw(st.none() | st.floats(0, 1)))


WEIGHTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, st.floats(-1, 1).filter(lambda w: abs(w) > 1e-3)))
BENT = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, curves()))
VALUES = st.fixed_dictionaries(dict.fromkeys(NAMES, st.none() | st.floats(0, 1)))


def counts(value: float | None, curve: Curve | None) -> float | None:
    """What a value counts, by the words of the definition."""
    if curve is None or value is None:
        return value if curve is None else curve.absent
    below = [point for point in curve.points if point[0] <= value]
    above = [point for point in curve.points if point[0] >= value]
    if not below or not above:
        return (above or below[::-1])[0][1]
    (x0, y0), (x1, y1) = below[-1], above[0]
    return y0 if x0 == x1 else y0 + (value - x0) / (x1 - x0) * (y1 - y0)


def written_out(values: Mapping[str, float | None], weights: Mapping[str, float], bent: Mapping[str, Curve]) -> float:
    top = bottom = 0.0
    for name, weight in weights.items():
        counted = counts(values[name], bent.get(name))
        if counted is not None:
            top += abs(weight) * (counted if weight > 0 else 1 - counted)
            bottom += abs(weight)
    return top / bottom if bottom else 1.0


@given(st.lists(VALUES, min_size=1, max_size=5), WEIGHTS, BENT)
def test_quality_is_what_its_formula_says(
    rows: list[dict[str, float | None]], weights: dict[str, float], bent: dict[str, Curve]
) -> None:
    arrays = {name: np.array([row[name] for row in rows], dtype=np.float64) for name in NAMES}
    if not weights:
        return
    found = quality(arrays, weights, bent)
    assert found == pytest.approx([written_out(row, weights, bent) for row in rows])
    assert ((found >= -1e-12) & (found <= 1 + 1e-12)).all()
    alone = [
        quality({name: array[i : i + 1] for name, array in arrays.items()}, weights, bent)[0] for i in range(len(rows))
    ]
    assert (found == alone).all()


def test_the_rules_of_the_article_to_the_bit() -> None:
    weights = {"length_score": 0.4, "has_structure": 0.3, "passes_filters": 0.3}
    values = {"length_score": np.array([0.54, 1.0]), "has_structure": np.array([0.0, 1]), "passes_filters": np.ones(2)}
    first, second = quality(values, weights, {})
    assert first == (0.0 + 0.54 * 0.4 + 0.0 * 0.3 + 1.0 * 0.3) / (0.0 + 0.4 + 0.3 + 0.3)
    assert second == (0.0 + 1.0 * 0.4 + 1.0 * 0.3 + 1.0 * 0.3) / (0.0 + 0.4 + 0.3 + 0.3)


def test_every_fitted_curve_rises_or_falls_throughout() -> None:
    assert set(QUALITY_CURVES) == set(QUALITY_WEIGHTS) <= set(REGISTRY)
    assert all(weight > 0 for weight in QUALITY_WEIGHTS.values()) and sum(QUALITY_WEIGHTS.values()) == pytest.approx(
        1, abs=0.01
    )
    for curve in QUALITY_CURVES.values():
        at, counted = zip(*curve.points, strict=True)
        assert list(at) == sorted(set(at))
        assert list(counted) in (sorted(counted), sorted(counted, reverse=True))
        assert (min(counted), max(counted)) == (0, 1)


def test_a_defect_that_is_sure_is_of_low_quality_and_length_alone_changes_nothing() -> None:
    best = {
        name: np.array([curve.points[-1][0] if curve.points[-1][1] else curve.points[0][0]])
        for name, curve in QUALITY_CURVES.items()
    }
    assert quality(best)[0] == pytest.approx(1)
    usual = {name: np.array([np.nan]) for name in QUALITY_CURVES} | {"soundness": np.array([0.0])}
    assert quality(usual)[0] < MIN_QUALITY
    assert not {"n_words", "answer_length", "length_score", "length_band", "verbosity"} & set(QUALITY_WEIGHTS)


def test_the_fitted_file_says_where_it_comes_from() -> None:
    said = json.loads(resources.files("ftq_spark.signals").joinpath("quality.json").read_bytes())["from"]
    assert said["script"] == "scripts/evaluation/fit_quality.py" and len(said["sources"]) >= 8
    assert all(min(rows) >= 100 for rows in said["sources"].values())
    assert said["commit"] and said["date"]


def test_terms_that_are_left_out_weigh_nothing() -> None:
    values = {"a": np.array([np.nan, 0.5]), "b": np.array([0.2, 0.2])}
    found = terms(values, {"a": -1.0, "b": 3.0}, {})
    assert found.weights == {"a": 1, "b": 3}
    assert math.isnan(found.good["a"][0]) and found.good["a"][1] == 0.5
    assert found.total().tolist() == [3, 4]

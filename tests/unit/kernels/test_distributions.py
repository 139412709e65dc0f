"""Counting on a decimal grid, against numpy on the raw values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftq_spark.kernels.distributions import bin_counts, bin_edges, count_values, quantiles

numbers = st.lists(st.floats(-1e12, 1e12) | st.floats(0, 1) | st.integers(0, 9999).map(float), min_size=1, max_size=60)


@given(numbers)
@example([999_950_000_000.0, 1e12])
def test_counts_keep_every_value_and_move_it_by_half_a_percent_at_most(values: list[float]) -> None:
    raw = np.array(values)
    counts = count_values(raw)
    assert counts.n.sum() == len(raw)
    assert np.all(np.diff(counts.value) > 0)
    assert np.all(counts.smallest <= counts.largest)
    assert counts.smallest[0] == raw.min()
    assert counts.largest[-1] == raw.max()
    assert counts.total.sum() == pytest.approx(raw.sum(), rel=1e-9, abs=1e-3)
    for end in (counts.smallest, counts.largest):
        assert np.all(np.abs(end - counts.value) <= np.maximum(0.000501, 0.00501 * np.abs(end)))


@given(numbers, numbers)
def test_counting_the_parts_is_counting_the_whole(left: list[float], right: list[float]) -> None:
    whole = count_values(np.array(left + right))
    merged: dict[float, int] = {}
    for part in (count_values(np.array(left)), count_values(np.array(right))):
        for value, n in zip(part.value, part.n, strict=True):
            merged[float(value)] = merged.get(float(value), 0) + int(n)
    assert merged == dict(zip(whole.value.tolist(), whole.n.tolist(), strict=True))


def test_integers_below_ten_thousand_and_three_decimals_are_exact() -> None:
    integers = np.arange(-9999.0, 10000.0)
    assert count_values(integers).value.tolist() == integers.tolist()
    thousandths = np.arange(1000) / 1000
    assert count_values(thousandths).value.tolist() == thousandths.tolist()


def test_nothing_that_is_not_finite_is_counted() -> None:
    counts = count_values(np.array([np.nan, np.inf, -np.inf, 0.5, -0.0]))
    assert counts.value.tolist() == [0.0, 0.5]
    assert not np.signbit(counts.value[0])
    assert len(count_values(np.array([np.nan])).n) == 0


def test_bounds_are_judged_before_rounding() -> None:
    counts = count_values(np.array([0.69996, 0.7, 0.9, 0.90004]), low=0.7, high=0.9)
    assert counts.value.tolist() == [0.7, 0.9]
    assert counts.n_out.tolist() == [1, 1]


@given(st.lists(st.integers(0, 50).map(float), min_size=1, max_size=80))
def test_quantiles_are_those_of_the_raw_values(values: list[float]) -> None:
    raw, fractions = np.array(values), [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
    counts = count_values(raw)
    expected = np.quantile(raw, fractions, method="inverted_cdf")
    found = quantiles(counts.value, counts.n, fractions)
    # numpy rounds fraction * n without slack: where that product is whole, either neighbour is its answer.
    exact = [abs(f * len(raw) - round(f * len(raw))) > 1e-6 for f in fractions]
    assert [a for a, b in zip(found.tolist(), exact, strict=True) if b] == [
        a for a, b in zip(expected.tolist(), exact, strict=True) if b
    ]


def test_a_twentieth_of_twenty_is_the_first() -> None:
    assert quantiles(np.arange(1.0, 21.0), np.ones(20, np.int64), [0.05, 0.5, 0.95]).tolist() == [1.0, 10.0, 19.0]
    with pytest.raises(ValueError, match="nothing"):
        quantiles(np.zeros(0), np.zeros(0, np.int64), [0.5])


@given(numbers, st.booleans())
def test_bins_hold_everything_once(values: list[float], whole: bool) -> None:
    counts = count_values(np.rint(values) if whole else np.array(values))
    edges = bin_edges(float(counts.value[0]), float(counts.value[-1]), whole)
    bins = bin_counts(counts.value, counts.n, edges)
    assert len(bins) == 20
    assert bins.sum() == counts.n.sum()
    assert np.all(np.diff(edges) > 0)


def test_a_value_on_an_edge_belongs_to_the_bin_above() -> None:
    edges = bin_edges(0.0, 1.0, whole=False)
    bins = bin_counts(np.array([0.0, 0.15, 0.7, 1.0]), np.array([1, 2, 3, 4]), edges)
    assert {int(position): int(bins[position]) for position in np.flatnonzero(bins)} == {0: 1, 3: 2, 14: 3, 19: 4}

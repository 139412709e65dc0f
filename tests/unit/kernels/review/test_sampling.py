"""Draws: nested, invariant, proportional within one; double labels: exact and balanced."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ftq_spark.kernels.review.sampling import (
    apportion,
    assign_annotators,
    n_doubled,
    neyman_weights,
    order_keys,
    stratified_draw,
)


def _ids(n: int) -> np.ndarray:
    return np.array([f"{i:032x}" for i in range(n)], dtype="S32")


def test_keys_are_pinned() -> None:
    """Other machines and versions must draw the same examples."""
    keys = order_keys(np.array([b"0" * 32, b"f" * 32, b"abc"]), 1, "gate")
    assert [f"{key:016x}" for key in keys.tolist()] == ["f6ce8d388a9371c4", "6d54d2ff3c418459", "e6c5a061e2b5a9e4"]


def test_keys_do_not_depend_on_the_array() -> None:
    short = order_keys(np.array([b"abc", b"de"]), 7, "gate")
    long = order_keys(np.array([b"abc", b"de", b"x" * 200]), 7, "gate")
    assert short.tolist() == long[:2].tolist()
    assert order_keys(np.array([b"abc"]), 8, "gate")[0] != short[0]
    assert order_keys(np.array([b"abc"]), 7, "specialist")[0] != short[0]


def test_keys_are_uniform_and_independent_of_the_seed() -> None:
    ids = _ids(20_000)
    left, right = (order_keys(ids, seed, "gate") / 2.0**64 for seed in (1, 2))
    assert stats.kstest(left, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.03
    assert abs(np.corrcoef(left[:-1], left[1:])[0, 1]) < 0.03


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12), st.data())
@settings(max_examples=150, deadline=None)
def test_every_prefix_is_within_one_of_its_shares(sizes: list[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, min(sum(sizes), 300)))
    places = apportion(sizes, n, sizes)
    taken = [0] * len(sizes)
    for t, stratum in enumerate(places.tolist(), start=1):
        taken[stratum] += 1
        for size, count in zip(sizes, taken, strict=True):
            assert abs(count - Fraction(t * size, sum(sizes))) < 1
            assert count <= size


def test_apportionment_to_the_last_place() -> None:
    sizes = [7, 1, 13]
    assert Counter(apportion(sizes, 21, sizes).tolist()) == {0: 7, 1: 1, 2: 13}
    with pytest.raises(ValueError, match="places asked"):
        apportion(sizes, 22, sizes)
    assert Counter(apportion([9, 1], 12, [3, 20]).tolist()) == {0: 3, 1: 9}  # a full stratum leaves its places


@given(st.integers(0, 2**32), st.permutations(range(60)), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_draws_are_nested_and_invariant(seed: int, order: list[int], n: int, m: int) -> None:
    ids, strata = _ids(60), np.arange(60) % 4
    keys = order_keys(ids, seed, "gate")
    small, large = sorted((n, m))
    drawn = ids[stratified_draw(keys, ids, strata, large)].tolist()
    shuffled = np.array(order)
    again = stratified_draw(keys[shuffled], ids[shuffled], strata[shuffled], small)
    assert ids[shuffled][again].tolist() == drawn[:small]
    assert len(set(drawn)) == large


def test_tied_keys_are_settled_by_the_id() -> None:
    ids = _ids(6)
    keys, strata = np.zeros(6, dtype=np.uint64), np.zeros(6, dtype=np.int64)
    assert stratified_draw(keys, ids, strata, 3).tolist() == [0, 1, 2]
    assert ids[::-1][stratified_draw(keys, ids[::-1], strata, 3)].tolist() == ids[:3].tolist()


def test_every_example_is_drawn_equally_often() -> None:
    ids, strata = _ids(40), np.repeat([0, 1], [30, 10])
    times = np.zeros(40)
    for seed in range(2000):
        times[stratified_draw(order_keys(ids, seed, "gate"), ids, strata, 8)] += 1
    assert stats.chisquare(times).pvalue > 1e-3


def test_neyman_allocation() -> None:
    sizes, rates = [8000, 1500, 500], [0.01, 0.08, 0.30]
    spread = np.array([8000 * 0.0099**0.5, 1500 * 0.0736**0.5, 500 * 0.21**0.5])
    places = Counter(apportion(neyman_weights(sizes, rates, mix=1.0), 200, sizes).tolist())
    for stratum, share in enumerate(spread / spread.sum()):
        assert abs(places[stratum] - 200 * share) < 1
    half = neyman_weights(sizes, rates)
    assert half[0] / sum(half) == pytest.approx((0.8 + spread[0] / spread.sum()) / 2)
    assert neyman_weights([10, 0], [0.0, 0.5])[1] == 0


@pytest.mark.parametrize(
    ("n", "fraction", "minimum", "expected"), [(150, 0.1, 100, 100), (2000, 0.1, 100, 200), (60, 0.1, 100, 60),
                                              (150, 0.1, 0, 15), (150, 0.0, 0, 0), (101, 0.1, 0, 11), (70, 0.1, 0, 7)]
)  # fmt: skip
def test_how_many_are_doubled(n: int, fraction: float, minimum: int, expected: int) -> None:
    assert n_doubled(n, fraction, minimum) == expected


@given(st.lists(st.integers(0, 4), min_size=1, max_size=150), st.integers(2, 6), st.data())
@settings(max_examples=60, deadline=None)
def test_assignment_is_exact_and_balanced(strata: list[int], n_annotators: int, data: st.DataObject) -> None:
    codes = np.array(strata)
    doubled = data.draw(st.integers(0, len(codes)))
    assigned = assign_annotators(codes, n_annotators, doubled)
    assert (assigned[:, 0] >= 0).all()
    assert (assigned[:, 0] != assigned[:, 1]).all()
    twice = assigned[:, 1] >= 0
    assert twice.sum() == doubled
    for stratum, size in enumerate(np.bincount(codes)):
        assert abs(int((twice & (codes == stratum)).sum()) - doubled * size / len(codes)) < 1 or size == 0
    pairs = Counter(tuple(pair) for pair in assigned[twice].tolist())
    n_pairs = n_annotators * (n_annotators - 1) // 2
    counts = [*pairs.values(), *[0] * (n_pairs - len(pairs))]
    assert max(counts) - min(counts) <= 1
    loads = np.bincount(assigned[assigned >= 0], minlength=n_annotators)
    if len(codes) - doubled >= n_annotators * 2:
        assert loads.max() - loads.min() <= 1


def test_one_annotator_cannot_double() -> None:
    assert assign_annotators(np.zeros(3, dtype=np.int64), 1, 0).tolist() == [[0, -1]] * 3
    with pytest.raises(ValueError, match="two annotators"):
        assign_annotators(np.zeros(3, dtype=np.int64), 1, 1)

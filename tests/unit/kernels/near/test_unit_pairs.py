"""Units and matches as pairs of rows, against plain loops."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.near import unit_pairs

SIZES = st.lists(st.integers(0, 7), max_size=8)


def integers(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def pairs(left: np.ndarray, right: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(left.tolist(), right.tolist(), strict=True))


@given(SIZES, st.integers(1, 22))
def test_within_is_all_pairs_of_small_units_and_stars_of_large_ones(sizes: list[int], limit: int) -> None:
    expected, begin = [], 0
    for size in sizes:
        rows = range(begin, begin + size)
        every = list(combinations(rows, 2))
        expected += every if len(every) <= limit else [(begin, other) for other in rows[1:]]
        begin += size
    assert pairs(*unit_pairs.within(integers(sizes), limit)) == expected


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8))
def test_between_is_the_product_of_both_sides(sizes: list[tuple[int, int]]) -> None:
    n_left, n_right = integers([a for a, _ in sizes]), integers([b for _, b in sizes])
    left, right = np.cumsum(n_left) - n_left, 100 + np.cumsum(n_right) - n_right
    expected = [
        pair
        for a, m, b, n in zip(left, n_left, right, n_right, strict=True)
        for pair in product(range(a, a + m), range(b, b + n))
    ]
    assert pairs(*unit_pairs.between((left, n_left), (right, n_right))) == expected

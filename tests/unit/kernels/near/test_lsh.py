"""Blocks and their parts, and exact similarities, against plain Python."""

from __future__ import annotations

from itertools import combinations, groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.near import lsh

KEYED = st.lists(st.tuples(st.integers(-3, 3), st.integers(-20, 20)), max_size=60).map(sorted)
SETS = st.lists(
    st.tuples(st.integers(-2, 2), st.frozensets(st.integers(2**32 - 9, 2**32 - 1), max_size=6)), max_size=25
)


def parts_of(keyed: list[tuple[int, int]], limit: int) -> tuple[lsh.Members, list[tuple[int, list[int]]]]:
    """The members, and the part of each block with the codes in it."""
    keys, codes = np.array(keyed, np.int64).reshape(-1, 2).T
    members = lsh.divide(keys, codes, limit)
    blocks = groupby(range(len(members.rows)), lambda i: (members.parts[i], keys[members.rows[i]]))
    return members, [(int(part), codes[members.rows[list(group)]].tolist()) for (part, _), group in blocks]


def unsigned(code: int) -> int:
    return code % 2**64


@given(KEYED)
def test_blocks_of_two_and_more_units_stay_whole(keyed: list[tuple[int, int]]) -> None:
    members, parts = parts_of(keyed, 128)
    blocks: dict[int, set[int]] = {}
    for key, code in keyed:
        blocks.setdefault(key, set()).add(code)
    expected = [sorted(codes) for _, codes in sorted(blocks.items()) if len(codes) > 1]
    assert [sorted(codes) for _, codes in parts] == expected
    assert members.n_units.tolist() == [len(codes) for codes in expected for _ in codes]
    # Of small blocks those are one part that have their least unit (without a sign) in common, of others equal ones.
    named = [(part, (min(codes, key=unsigned),) if len(codes) <= 16 else tuple(sorted(codes))) for part, codes in parts]
    assert len({part for part, _ in parts}) == len({name for _, name in named}) == len(set(named))


def test_small_blocks_with_one_least_unit_are_compared_as_one() -> None:
    blocks = {1: [3, 5, 7], 2: [3, 9], 3: [5, 7, 9], 4: [*range(3, 19)], 5: [*range(3, 20)], 6: [*range(3, 20)]}
    _, parts = parts_of([(key, code) for key, codes in blocks.items() for code in codes], 128)
    a, b, c, d, e, f = (part for part, _ in parts)
    assert a == b == d  # 3 is the least of each
    assert e == f  # of 17 units, and the same
    assert len({a, c, e}) == 3


@given(st.lists(st.integers(-3, 3)))
def test_shared_are_the_values_that_occur_more_than_once(values: list[int]) -> None:
    expected = [i for i, value in enumerate(values) if values.count(value) > 1]
    assert sorted(lsh.shared(np.array(values, np.int64)).tolist()) == expected


@pytest.mark.parametrize("size", [3, 8, 9, 10, 14, 15, 1000])
def test_a_large_block_is_small_overlapping_windows(size: int) -> None:
    codes = np.random.default_rng(size).permutation(size).tolist()
    members, parts = parts_of([(5, code) for code in codes for _ in range(2)], size)
    assert [sorted(part) for _, part in parts] == [list(range(size))]
    members, parts = parts_of([(5, code) for code in codes for _ in range(2)], size - 1)
    assert all(2 <= len(part) <= 8 and len(set(part)) == len(part) for _, part in parts)
    for neighbours in pairwise(codes):
        assert any(set(neighbours) <= set(part) for _, part in parts)
    assert set(members.n_units.tolist()) == {size}
    assert len(members.rows) <= 1.5 * size


def test_different_parts_have_different_ids() -> None:
    _, parts = parts_of([(key, 100 * key + code) for key in range(50) for code in range(38)], 8)
    assert len({part for part, _ in parts}) == len(parts) == 50 * 6


def flat(sets: list[frozenset[int]]) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([value for found in sets for value in sorted(found)], np.uint32)
    return values, np.concatenate([[0], np.cumsum([len(found) for found in sets], dtype=np.int64)]).astype(np.int64)


@given(SETS, st.sampled_from([0.01, 0.5, 0.8, 1.0]))
def test_similar_pairs_equal_brute_force(rows: list[tuple[int, frozenset[int]]], threshold: float) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    sets = [found for _, found in rows]
    expected = {}
    for i, j in combinations(range(len(rows)), 2):
        union = len(sets[i] | sets[j])
        if rows[i][0] == rows[j][0] and union and len(sets[i] & sets[j]) / union >= threshold:
            expected[i, j] = len(sets[i] & sets[j]) / union
    pairs = lsh.similar_pairs(np.array([part for part, _ in rows], np.int64), *flat(sets), threshold)
    got = dict(zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.similarity.tolist(), strict=True))
    assert got == expected
    assert len(pairs.left) == len(expected)

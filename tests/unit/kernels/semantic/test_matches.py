"""Matches and candidates among a cell's members against the rules, applied pair by pair."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors_oracle import brute, unit_vectors

from ftq_spark.kernels.semantic import matches as m
from ftq_spark.kernels.semantic.matches import MatchRules, Members


def expected_pairs(members: Members, rules: MatchRules) -> dict[tuple[int, int], float]:
    n = len(members.vectors)
    similarity = brute(members.vectors, members.vectors) if n else np.zeros((0, 0))

    def comparable(i: int, j: int) -> bool:
        same_side = members.right_side is not None and members.right_side[i] == members.right_side[j]
        return i != j and members.context[i] == members.context[j] and not same_side and meet_here(i, j)

    def meet_here(i: int, j: int) -> bool:
        if members.cells is None:
            return True
        homes = [
            one[0] for one, other in itertools.permutations((members.cells[i], members.cells[j])) if one[0] in other
        ]
        return min(homes, default=-1) == members.cell

    wanted = {}
    for i in range(n):
        others = [j for j in range(n) if comparable(i, j)]
        matched = [j for j in others if similarity[i, j] >= rules.threshold]
        wanted.update({(min(i, j), max(i, j)): similarity[i, j] for j in matched})
        if rules.floor is not None:
            near = [j for j in others if rules.floor <= similarity[i, j] < rules.threshold]
            near.sort(key=lambda j: (-similarity[i, j], members.tie[j]))
            wanted.update({(min(i, j), max(i, j)): similarity[i, j] for j in near[: rules.k]})
    return wanted


def found_pairs(members: Members, rules: MatchRules) -> dict[tuple[int, int], float]:
    pairs = m.matches_among(members, rules)
    found = {(int(i), int(j)): float(s) for i, j, s in zip(*pairs, strict=True)}
    assert len(found) == len(pairs.left)
    return found


@settings(max_examples=80, deadline=None)
@given(
    n=st.integers(0, 40),
    seed=st.integers(0, 10**6),
    rules=st.builds(MatchRules, st.just(0.95), st.sampled_from([None, 0.3, 0.8]), st.integers(0, 4), st.none()),
    shape=st.sampled_from(["whole", "split", "cells"]),
    limits=st.sampled_from([(3, 5), (3, 10**6), (2_048, 5)]),
)
def test_pairs_are_those_of_the_rules(n, seed, rules, shape, limits):
    rng = np.random.default_rng(seed)
    members = Members(unit_vectors(n, 6, seed), rng.integers(2, size=n), rng.permutation(n))
    if shape == "split":
        members = members._replace(right_side=rng.integers(2, size=n).astype(bool))
    if shape == "cells":  # each member in cell 1 and in one of three others, at home in either
        both = np.stack([np.ones(n), rng.choice([0, 2, 3], size=n)], axis=1).astype(np.int32)
        members = members._replace(cells=rng.permuted(both, axis=1), cell=1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(("TILE", "_HELD"), limits, strict=True):
            patch.setattr(m, name, value)
        assert found_pairs(members, rules) == expected_pairs(members, rules)


@pytest.mark.parametrize("split", [False, True])
def test_a_clump_is_compared_with_its_first_members_only(split):
    n = 500
    clump = np.tile(unit_vectors(1, 8, 0), (n, 1))
    side = np.arange(n) % 2 == 1 if split else None
    members = Members(clump, np.zeros(n, np.int64), np.arange(n), right_side=side)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(m, "TILE", 64)
        pairs = m.matches_among(members, MatchRules(0.95, max_matches=3))
    earlier = {right: sorted(pairs.left[pairs.right == right].tolist()) for right in range(1, n)}
    for right, lefts in earlier.items():
        others = [left for left in range(right) if side is None or side[left] != side[right]]
        assert lefts == others[:3]

"""Stances of a group, policies, and connected conflicts."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict_groups import drops, first_of_component, group_stances

YES, NO, SIDE = ("polarity", "yes"), ("polarity", "no"), ("stance", "no")


def test_majority_and_star() -> None:
    found = group_stances([NO, YES, YES, None, YES])
    assert found.stances == [[1, 2, 4], [0], [3]]
    assert found.star == [(1, 0), (1, 3)]
    assert found.n_dissenting == 2
    assert found.majority_fraction == pytest.approx(0.6)
    assert not found.exact


def test_severity_grows_with_disagreement() -> None:
    assert group_stances([YES, YES]).severity == 0.0
    assert group_stances([YES] * 9 + [NO]).severity < group_stances([YES] * 5 + [NO] * 5).severity == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ([YES, YES, YES, NO], [3]),
        ([YES, YES, NO], []),  # a majority of two
        ([YES, YES, YES, NO, NO], []),  # 60 %
        ([YES, YES, YES, SIDE], []),  # the dissent is not said outright
        ([YES, YES, YES], []),
    ],
)
def test_drop_minority(signatures: list[tuple[str, str]], expected: list[int]) -> None:
    assert drops(group_stances(signatures), "drop_minority") == expected


def test_other_policies() -> None:
    stances = group_stances([YES, YES, YES, NO])
    assert drops(stances, "flag") == []
    assert drops(stances, "drop_all") == [0, 1, 2, 3]
    datasets = ["a", "b", "b", "a"]
    assert drops(stances, "trust", datasets, ["b", "a"]) == [3]
    assert drops(stances, "trust", datasets, ["a"]) == []  # the trusted dataset contradicts itself
    assert drops(stances, "trust", datasets, ["c"]) == []
    with pytest.raises(ValueError, match="policy"):
        drops(stances, "delete")


def test_no_answers() -> None:
    with pytest.raises(ValueError, match="at least one"):
        group_stances([])


@given(st.lists(st.sampled_from([YES, NO, SIDE, None]), min_size=1, max_size=40))
def test_every_member_has_one_stance(signatures: list[tuple[str, str] | None]) -> None:
    found = group_stances(signatures)
    assert sorted(position for members in found.stances for position in members) == list(range(len(signatures)))
    assert len(found.star) == found.n_dissenting <= len(signatures) - 1
    assert set(drops(found, "drop_minority")) <= {position for _, position in found.star}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=25))
def test_components_match_networkx(edges: list[tuple[int, int]]) -> None:
    left, right = ([f"n{edge[side]}" for edge in edges] for side in (0, 1))
    places = [[(edge[side],) for edge in edges] for side in (0, 1)]
    found = first_of_component(left, right, *places)
    components = list(nx.connected_components(nx.Graph(edges)))
    expected = [f"n{min(next(c for c in components if edge[0] in c))}" for edge in edges]
    assert found == expected

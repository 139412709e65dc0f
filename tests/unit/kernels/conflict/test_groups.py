"""Stances of a group, policies, and connected conflicts."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.groups import drops, first_of_component, group_stances

YES, NO, SIDE = ("polarity", "yes"), ("polarity", "no"), ("stance", "no")


def test_majority_and_star() -> None:
    found = group_stances([NO, YES, YES, None, YES])
    assert found.stances == [[1, 2, 4], [0], [3]]
    assert found.star == [(1, 0), (1, 3)]
    assert sum(map(len, found.stances[1:])) == 2
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
    assert drops(stances, "trust", ["a", "b", "a", "a"], ["a", "b"]) == []  # b is not asked where a has no one answer
    assert drops(stances, "specialist") == []
    with pytest.raises(ValueError, match="policy"):
        drops(stances, "delete")


def test_equal_signatures_that_contradict_are_not_exact() -> None:
    """Opposite questions, the same "yes": dropping by majority would keep the wrong side."""
    signatures = [YES, YES, YES, NO]
    assert group_stances(signatures, [(0, 3), (1, 3), (2, 3)]).exact
    found = group_stances(signatures, [(0, 3), (1, 3), (2, 3), (0, 2)])
    assert not found.exact
    assert drops(found, "drop_minority") == []


def test_signatures_of_two_types_are_not_compared() -> None:
    found = group_stances([("number", "mass 5 5"), ("number", "mass 5 5"), ("number", "mass 5 5"), ("final", "5 g")])
    assert not found.exact


def test_answers_without_a_signature_join_those_they_do_not_contradict() -> None:
    found = group_stances([None, None, None, None], [(0, 2), (1, 2), (2, 3)])
    assert found.stances == [[0, 1, 3], [2]]
    assert found.star == [(0, 2)]
    assert not found.exact
    mixed = group_stances([YES, NO, None], [(0, 1), (0, 2)])
    assert mixed.stances == [[1, 2], [0]]
    assert mixed.signatures == [NO, YES]


def test_dissent_is_read_beside_what_it_was_measured_against() -> None:
    found = group_stances([YES, YES, YES, NO], [(2, 3), (1, 3)])
    assert found.star == [(1, 3)]


def test_trust_drops_only_what_was_measured_against_the_kept_side() -> None:
    edges = [(0, 1), (1, 2), (2, 3)]
    found = group_stances([SIDE, ("stance", "yes"), None, ("stance", "maybe")], edges)
    assert not found.exact
    assert found.stances == [[0, 2], [1], [3]]
    datasets = ["b", "b", "b", "a"]
    assert drops(found, "trust", datasets, ["a"], edges) == [2]


def test_no_answers() -> None:
    with pytest.raises(ValueError, match="at least one"):
        group_stances([])


@given(st.lists(st.sampled_from([YES, NO, SIDE, None]), min_size=1, max_size=40))
def test_every_member_has_one_stance(signatures: list[tuple[str, str] | None]) -> None:
    found = group_stances(signatures)
    assert sorted(position for members in found.stances for position in members) == list(range(len(signatures)))
    assert len(found.star) == sum(map(len, found.stances[1:])) <= len(signatures) - 1
    assert set(drops(found, "drop_minority")) <= {position for _, position in found.star}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=25))
def test_components_match_networkx(edges: list[tuple[int, int]]) -> None:
    left, right = ([f"n{edge[side]}" for edge in edges] for side in (0, 1))
    places = [[(edge[side],) for edge in edges] for side in (0, 1)]
    found = first_of_component(left, right, *places)
    components = list(nx.connected_components(nx.Graph(edges)))
    expected = [f"n{min(next(c for c in components if edge[0] in c))}" for edge in edges]
    assert found == expected

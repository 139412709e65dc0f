"""Preferences about one prompt, with networkx as the judge of circles."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.exchanges.preferences import LABEL, PREFERENCE, oppositions

ANSWERS = "abcd"
Choice = tuple[str, str]


def of_pairs(*pairs: Choice) -> list[tuple[int, int, str]]:
    better, worse = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return [tuple(found) for found in oppositions(better, worse, [None] * len(pairs))]


def of_labels(*labelled: tuple[str, bool]) -> list[tuple[int, int, str]]:
    answers, labels = [answer for answer, _ in labelled], [label for _, label in labelled]
    return [tuple(found) for found in oppositions(answers, [None] * len(answers), labels)]


def test_a_swapped_pair() -> None:
    assert of_pairs(("a", "b"), ("b", "a")) == [(0, 1, PREFERENCE)]


@pytest.mark.parametrize(
    "pairs",
    [(), (("a", "b"),), (("a", "b"), ("a", "b")), (("a", "b"), ("a", "c")), (("a", "b"), ("b", "c")), (("a", "a"),)],
)
def test_what_can_be_learnt_together(pairs: tuple[Choice, ...]) -> None:
    assert of_pairs(*pairs) == []


def test_a_circle_of_three() -> None:
    assert of_pairs(("a", "b"), ("b", "c"), ("c", "a"), ("a", "d")) == [
        (0, 1, PREFERENCE),
        (0, 2, PREFERENCE),
        (1, 2, PREFERENCE),
    ]


def test_both_labels_on_one_answer() -> None:
    assert of_labels(("a", True), ("b", False), ("a", False)) == [(0, 2, LABEL)]
    assert of_labels(("a", True), ("b", True), ("c", False)) == []


def test_many_rows_make_few_pairs() -> None:
    found = of_labels(*[("a", True)] * 100, *[("a", False)] * 100)
    assert len(found) == 199
    assert {place for pair in found for place in pair[:2]} == set(range(200))


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), max_size=10))
def test_a_row_is_opposed_just_where_its_preference_lies_on_a_circle(pairs: list[Choice]) -> None:
    graph = nx.DiGraph(pair for pair in pairs if pair[0] != pair[1])
    expected = {i for i, (a, b) in enumerate(pairs) if a != b and graph.has_edge(a, b) and nx.has_path(graph, b, a)}
    found = of_pairs(*pairs)
    assert {place for left, right, _ in found for place in (left, right)} == expected
    assert all(left < right for left, right, _ in found) and len(set(found)) == len(found)

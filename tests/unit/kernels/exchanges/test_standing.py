"""Pairs against the others about their prompt, with ratings of the others alone as the judge."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.exchanges.standing import _MOST_PAIRS, AGAINST, PULL, standing

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12)


def of(pairs: list[tuple[int, int]], n_answers: int = 6) -> tuple[list[float], list[int]]:
    better, worse = np.array(pairs, np.int64).reshape(-1, 2).T
    found = standing(better, worse, n_answers)
    return found.support.tolist(), np.flatnonzero(found.is_odd).tolist()


def led(pairs: list[tuple[int, int]], place: int, leads: list[float]) -> float:
    """The lead of a pair's better answer under ratings that know the leads of all pairs but its own."""
    others = pairs[:place] + pairs[place + 1 :]
    design = np.zeros((len(others) + 6, 6))
    for row, (better, worse) in enumerate(others):
        design[row, better] += 1
        design[row, worse] -= 1
    design[len(others) :] = np.sqrt(PULL) * np.eye(6)
    wanted = np.concatenate((leads[:place] + leads[place + 1 :], np.zeros(6)))
    ratings = np.linalg.lstsq(design, wanted, rcond=None)[0]
    better, worse = pairs[place]
    return float(ratings[better] - ratings[worse])


@given(PAIRS)
def test_support_is_the_lead_that_the_others_alone_give_but_for_those_that_are_doubted(
    pairs: list[tuple[int, int]],
) -> None:
    support, odd = of(pairs)
    first = [led(pairs, place, [1.0] * len(pairs)) for place in range(len(pairs))]
    doubts = [1 / (1 + 19 * math.exp(3 * lead)) for lead in first]
    for place, found in enumerate(support):
        if found:
            assert found == pytest.approx(led(pairs, place, [1 - 2 * doubt for doubt in doubts]), abs=1e-9)
    assert all(first[place] <= AGAINST + 1e-9 for place in odd)


def test_pairs_beside_a_swapped_one_are_cleared_at_the_second_look() -> None:
    ranking = list(combinations(range(5), 2))
    pairs = [pair[::-1] if pair == (0, 4) else pair for pair in ranking]
    support = dict(zip(pairs, of(pairs)[0], strict=True))
    first = {pair: led(pairs, place, [1.0] * len(pairs)) for place, pair in enumerate(pairs)}
    for beside in ((0, 1), (3, 4)):  # neighbours in the ranking, of which one answer stands in the swapped pair
        assert support[beside] > first[beside]
    assert min(support, key=support.__getitem__) == (4, 0)


@given(PAIRS, st.permutations(range(12)))
def test_the_order_of_the_pairs_does_not_matter(pairs: list[tuple[int, int]], order: list[int]) -> None:
    places = [place for place in order if place < len(pairs)]
    one, other = of(pairs)[0], of([pairs[place] for place in places])[0]
    assert other == pytest.approx([one[place] for place in places], abs=1e-9)


def test_one_swapped_pair_of_a_ranking_is_the_odd_one() -> None:
    ranking = list(combinations(range(5), 2))
    assert of(ranking)[1] == []
    for swapped in ((0, 3), (0, 4), (1, 4)):
        place = ranking.index(swapped)
        pairs = [*ranking[:place], swapped[::-1], *ranking[place + 1 :]]
        assert of(pairs)[1] == [place]


def test_neighbours_in_a_ranking_can_be_either_way_round() -> None:
    ranking = list(combinations(range(5), 2))
    assert of([(1, 0), *ranking[1:]])[1] == []


def test_where_no_pair_is_odder_than_another_none_is() -> None:
    assert of([(0, 1), (1, 0)]) == ([0.0, 0.0], [])
    assert of([(0, 1), (1, 2), (2, 0)])[1] == []
    assert of([(0, 0), (1, 2)])[0] == [0.0, 0.0]


def test_answers_to_other_prompts_say_nothing() -> None:
    ring = [(0, 1), (1, 2), (0, 2)]
    assert of([*ring, (3, 4), (5, 4)])[0] == [*of(ring)[0], 0.0, 0.0]


def test_what_is_too_much_to_invert_is_left() -> None:
    assert of([(0, 1)] * (_MOST_PAIRS + 1) + [(2, 3)] * 3)[0][-4:] == [0.0, *of([(2, 3)] * 3)[0]]

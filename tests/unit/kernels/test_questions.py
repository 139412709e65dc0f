"""Questions asked more than once: each example is in one of them, and each of them in one state."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.questions import COMPATIBLE, CONFLICT, SAME, STATES, UNCLEAR, Pairs, Settled, settle

N = 9
EDGES = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), st.integers(0, 3)), max_size=14)


def settled(
    edges: list[tuple[int, int, int]], wordings: list[int] | None = None, unread: tuple[int, ...] = ()
) -> Settled:
    left, right, relation = np.array(edges, dtype=np.int64).reshape(-1, 3).T
    n = len(wordings) if wordings else N
    readable = ~np.isin(np.arange(n), unread)
    return settle(Pairs(left, right, relation), np.array(wordings or range(n), dtype=np.int64), readable)


def states(found: Settled) -> dict[int, str]:
    return {int(q): STATES[s] for q, s in zip(found.question, found.state, strict=True)}


def test_answers_decide_the_state() -> None:
    edges = [(0, 1, SAME), (2, 3, COMPATIBLE), (4, 5, UNCLEAR), (5, 6, SAME), (7, 8, CONFLICT)]
    found = settled(edges)
    assert states(found) == {0: "agreed", 2: "compatible", 4: "unclear", 7: "conflict"}
    assert found.answer.tolist() == [1, 1, 1, 2, 1, 2, 2, 1, 2]
    assert states(settled([*edges, (0, 2, CONFLICT)])) == {0: "conflict", 4: "unclear", 7: "conflict"}


def test_what_says_the_same_through_others_is_one_answer() -> None:
    edges = [(0, 1, SAME), (1, 2, SAME), (0, 2, UNCLEAR)]
    assert states(settled(edges, [1, 1, 1])) == {0: "agreed"}
    assert states(settled([(0, 1, SAME), (1, 2, UNCLEAR)], [1, 1, 1])) == {0: "unclear"}


def test_answers_that_cannot_be_read_are_unclear_unless_they_are_the_same() -> None:
    assert states(settled([(0, 1, COMPATIBLE)], [1, 1], unread=(1,))) == {0: "unclear"}
    assert states(settled([(0, 1, SAME)], [1, 1], unread=(0, 1))) == {0: "agreed"}


def test_the_commonest_wording_is_canonical() -> None:
    found = settled([(0, 1, SAME), (1, 2, SAME), (2, 3, SAME), (3, 4, SAME)], [7, 5, 5, 7, 5])
    assert found.wording.tolist() == [1, 2, 2, 1, 2]
    assert found.canonical.tolist() == [False, True, False, False, False]


@given(EDGES, st.lists(st.integers(0, 3), min_size=N, max_size=N), st.sets(st.integers(0, N - 1)))
def test_states_sum_to_all_questions(edges: list[tuple[int, int, int]], wordings: list[int], unread: set[int]) -> None:
    found = settled(edges, wordings, tuple(unread))
    asked = states(found)
    counts = Counter(asked.values())
    assert sum(counts[state] for state in STATES) == len(asked) == len(set(found.question.tolist()))
    for question, state in asked.items():
        members = np.flatnonzero(found.question == question)
        assert question == members[0] and len(set(found.state[members].tolist())) == 1
        assert set(found.answer[members].tolist()) == set(range(1, found.answer[members].max() + 1))
        assert (state == "agreed") <= (found.answer[members].max() == 1)
        assert found.canonical[members].sum() == 1


@given(EDGES, st.permutations(range(14)), st.lists(st.booleans(), min_size=14, max_size=14))
def test_the_order_of_pairs_and_of_their_sides_changes_nothing(
    edges: list[tuple[int, int, int]], order: list[int], turned: list[bool]
) -> None:
    mixed = [edges[i] for i in order if i < len(edges)]
    mixed = [(b, a, r) if turned[i] else (a, b, r) for i, (a, b, r) in enumerate(mixed)]
    for one, other in zip(settled(edges), settled(mixed), strict=True):
        assert one.tolist() == other.tolist()

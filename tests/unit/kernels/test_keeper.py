"""The keeper rule against a literal transcription over example-level matches."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.keeper import Channel, components, keep

Matches = dict[tuple[int, int], float]


def plain(
    n: int, matches: list[Matches], n_kept: list[int], eligible: list[bool], untouchable: list[bool]
) -> list[tuple[float, int, int] | None]:
    """Go through the examples; keep one unless in some channel it directly matches as many kept ones as may stay; then
    repeat the most similar of those."""
    kept: list[int] = []
    repeats: list[tuple[float, int, int] | None] = [None] * n
    for i in range(n):
        found = []
        for index, match in enumerate(matches):
            here = [(match[k, i], -index, -k) for k in kept if (k, i) in match]
            found += here if len(here) >= n_kept[index] else []
        if found and not untouchable[i]:
            repeats[i] = max(found)
        elif eligible[i]:
            kept.append(i)
    return repeats


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Channel], list[bool], list[bool]]:
    n = draw(st.integers(7, 14))
    channels = []
    for _ in range(draw(st.integers(1, 3))):
        units = draw(st.lists(st.integers(-1, 6), min_size=n, max_size=n))
        edges = draw(
            st.dictionaries(
                st.tuples(st.integers(0, 6), st.integers(0, 6)), st.sampled_from([0.8, 0.9, 0.95]), max_size=8
            )
        )
        edges = {(min(a, b), max(a, b)): s for (a, b), s in edges.items() if a != b}
        left, right = [a for a, _ in edges], [b for _, b in edges]
        channels.append(
            Channel(
                np.array(units),
                np.array(left, int),
                np.array(right, int),
                np.array(list(edges.values()), float),
                draw(st.integers(1, 3)),
            )
        )
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    return n, channels, draw(flags), draw(flags)


@settings(max_examples=400, deadline=None)
@given(graphs())
def test_equals_the_literal_rule(
    graph: tuple[int, list[Channel], list[bool], list[bool]],
) -> None:
    n, channels, eligible, untouchable = graph
    matches: list[Matches] = []
    for channel in channels:
        match: Matches = {}
        edges = {frozenset(e): s for *e, s in zip(channel.left, channel.right, channel.similarity, strict=True)}
        for i in range(n):
            for j in range(i + 1, n):
                a, b = channel.units[i], channel.units[j]
                if a < 0 or b < 0:
                    continue
                s = 1.0 if a == b else edges.get(frozenset((a, b)))
                if s is not None:
                    match[i, j] = s
        matches.append(match)
    kept = keep(channels, np.array(eligible), np.array(untouchable))
    expected = plain(n, matches, [channel.n_kept for channel in channels], eligible, untouchable)
    found = zip(kept.similarity.tolist(), kept.channel.tolist(), kept.duplicate_of.tolist(), strict=True)
    assert [(s, -channel, -target) if target >= 0 else None for s, channel, target in found] == expected


def test_a_chain_drops_only_direct_matches() -> None:
    # 0 – 1 – 2 – 3: 1 repeats 0; 2 matches only the dropped 1 and stays; 3 repeats 2
    units = np.arange(4)
    chain = Channel(units, units[:-1], units[1:], np.full(3, 0.9))
    kept = keep([chain], np.ones(4, bool), np.zeros(4, bool))
    assert kept.duplicate_of.tolist() == [-1, 0, -1, 2]


def test_ten_thousand_copies_cost_no_pairs() -> None:
    n = 10_000
    copies = Channel(np.zeros(n, int), np.array([], int), np.array([], int), np.array([]))
    kept = keep([copies], np.ones(n, bool), np.zeros(n, bool))
    assert kept.duplicate_of.tolist() == [-1] + [0] * (n - 1)


def test_components_are_named_by_their_least_node() -> None:
    assert components(6, np.array([5, 4]), np.array([4, 1])).tolist() == [0, 1, 2, 3, 1, 1]

"""The keeper rule: which example of a set of duplicates stays, and which one each of the others repeats.

Go through the examples in order (the caller's ranks). An example that directly matches one already kept repeats the
most similar of those; every other one is kept. So each dropped example has a direct match, never a chain, and no two
kept ones match. With ranks in input order this is the greedy first-wins loop of semantic deduplication by pairs.

Examples whose compared texts are identical share a *unit*; matches are stated between units, so that ten thousand
copies of one text cost ten thousand steps and not fifty million pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Integers = NDArray[np.int64]


class Channel(NamedTuple):
    """One way in which examples can be duplicates."""

    units: Integers  # (n,) the unit of each example, −1 where the channel does not apply to it
    left: Integers  # (m,) matching units
    right: Integers  # (m,)
    similarity: NDArray[np.float64]  # (m,)


class Kept(NamedTuple):
    """What the rule decided; arrays over the examples in rank order."""

    duplicate_of: Integers  # (n,) rank of the kept example that this one repeats, −1 where it repeats none
    channel: Integers  # (n,) index of the channel of that match, −1
    similarity: NDArray[np.float64]  # (n,) of that match, NaN


def keep(channels: list[Channel], eligible: NDArray[np.bool_], untouchable: NDArray[np.bool_]) -> Kept:
    """Apply the rule to `n` examples given in rank order.

    An example that is not `eligible` (it is dropped for another reason) cannot stand for others; an `untouchable` one
    (a member of a conflict) is never dropped as a duplicate. Among equal similarities the earlier channel wins, then
    the better rank.
    """
    n = len(eligible)
    duplicate_of = np.full(n, -1, dtype=np.int64)
    chosen = np.full(n, -1, dtype=np.int64)
    similarity = np.full(n, np.nan)
    neighbours = [_neighbours(channel) for channel in channels]
    units = [channel.units.tolist() for channel in channels]
    kept: list[dict[int, int]] = [{} for _ in channels]
    free = eligible.tolist()
    fixed = untouchable.tolist()
    for rank in range(n):
        best: tuple[float, int, int] | None = None
        for index, standing in enumerate(kept):
            unit = units[index][rank]
            if unit in standing:
                found = [(1.0, -index, -standing[unit])]
            else:
                found = [(s, -index, -standing[u]) for u, s in neighbours[index].get(unit, ()) if u in standing]
            if found and (best is None or max(found) > best):
                best = max(found)
        if best is not None and not fixed[rank]:
            similarity[rank], chosen[rank], duplicate_of[rank] = best[0], -best[1], -best[2]
        elif free[rank]:
            for index, standing in enumerate(kept):
                if (unit := units[index][rank]) >= 0:
                    standing.setdefault(unit, rank)
    return Kept(duplicate_of, chosen, similarity)


def _neighbours(channel: Channel) -> dict[int, list[tuple[int, float]]]:
    found: dict[int, list[tuple[int, float]]] = {}
    for left, right, value in zip(
        channel.left.tolist(), channel.right.tolist(), channel.similarity.tolist(), strict=True
    ):
        found.setdefault(left, []).append((right, value))
        found.setdefault(right, []).append((left, value))
    return found


def components(n: int, left: Integers, right: Integers) -> Integers:
    """Label of the connected component of each of `n` nodes: the least node in it."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    count, labels = connected_components(graph, directed=False)
    least = np.full(count, n, dtype=np.int64)
    np.minimum.at(least, labels, np.arange(n, dtype=np.int64))
    return least[labels]

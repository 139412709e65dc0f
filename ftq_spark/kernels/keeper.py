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

    units: Integers  # (n,) the unit of each example, below n; −1 where the channel does not apply to it
    left: Integers  # (m,) matching units
    right: Integers  # (m,)
    similarity: NDArray[np.float64]  # (m,)
    n_kept: int = 1  # so many that match each other may stay; the next one repeats them


class Kept(NamedTuple):
    """What the rule decided; arrays over the examples in rank order."""

    duplicate_of: Integers  # (n,) rank of the kept example that this one repeats, −1 where it repeats none
    channel: Integers  # (n,) index of the channel of that match, −1
    similarity: NDArray[np.float64]  # (n,) of that match, NaN


def keep(
    channels: list[Channel],
    eligible: NDArray[np.bool_],
    untouchable: NDArray[np.bool_],
) -> Kept:
    """Apply the rule to `n` examples given in rank order.

    An example that is not `eligible` (it is dropped for another reason) cannot stand for others; an `untouchable` one
    (a member of a conflict, a protected example) is never dropped as a duplicate. Among equal similarities the
    earlier channel wins, then the better rank. Takes about 50 bytes per match beside its input.
    """
    n = len(eligible)
    duplicate_of = np.full(n, -1, dtype=np.int64)
    chosen = np.full(n, -1, dtype=np.int64)
    similarity = np.full(n, np.nan)
    standing = [_Standing(channel, n) for channel in channels]
    free = eligible.tolist()
    fixed = untouchable.tolist()
    for rank in range(n):
        best: tuple[float, int, int] | None = None
        for index, kept in enumerate(standing):
            found = kept.nearest(rank)
            if found is not None and (best is None or (found[0], -index, found[1]) > best):
                best = (found[0], -index, found[1])
        if best is not None and not fixed[rank]:
            similarity[rank], chosen[rank], duplicate_of[rank] = best[0], -best[1], -best[2]
        elif free[rank]:
            for kept in standing:
                kept.add(rank)
    return Kept(duplicate_of, chosen, similarity)


class _Standing:
    """The kept examples of one channel so far, by unit."""

    def __init__(self, channel: Channel, n: int) -> None:
        self.units = channel.units.tolist()
        self.n_kept = channel.n_kept
        self.first = [-1] * n  # the best rank that stands in a unit
        self.count = [0] * n
        sides = np.concatenate([channel.left, channel.right])
        order = np.argsort(sides, kind="stable")
        self.others = np.concatenate([channel.right, channel.left])[order]
        self.similarities = np.tile(channel.similarity, 2)[order]
        self.bounds = np.concatenate([[0], np.cumsum(np.bincount(sides, minlength=n))]).tolist()

    def nearest(self, rank: int) -> tuple[float, int] | None:
        """Similarity and −rank of the best match of an example that must not stay beside those that stand."""
        unit = self.units[rank]
        if unit < 0:
            return None
        count, first = self.count[unit], self.first[unit]
        if count >= self.n_kept:
            return 1.0, -first
        begin, end = self.bounds[unit], self.bounds[unit + 1]
        best = (1.0, -first) if count else (0.0, -len(self.first))
        for other, similarity in zip(
            self.others[begin:end].tolist(), self.similarities[begin:end].tolist(), strict=True
        ):
            if self.count[other]:
                count += self.count[other]
                best = max(best, (similarity, -self.first[other]))
        return best if count >= self.n_kept else None

    def add(self, rank: int) -> None:
        unit = self.units[rank]
        if unit >= 0:
            if not self.count[unit]:
                self.first[unit] = rank
            self.count[unit] += 1


def components(n: int, left: Integers, right: Integers) -> Integers:
    """Label of the connected component of each of `n` nodes: the least node in it."""
    # 32-bit: scipy before 1.12 finds no component in a graph of 64-bit places, and says so on stderr alone.
    places = (left.astype(np.int32), right.astype(np.int32))
    graph = coo_array((np.ones(len(left), dtype=np.int8), places), shape=(n, n))
    count, labels = connected_components(graph, directed=False)
    least = np.full(count, n, dtype=np.int64)
    np.minimum.at(least, labels, np.arange(n, dtype=np.int64))
    found: Integers = least[labels]
    return found

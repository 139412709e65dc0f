"""Who resembles whom among the members of one cell: every match over a threshold, the nearest few below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.semantic.vectors import (
    SLACK,
    TILE,
    Pairs,
    best_of_each,
    joined,
    measure,
    place_in_group,
    tile_hits,
)

_HELD = 1_000_000  # pairs below the threshold that are held before all but each member's best are dropped


class MatchRules(NamedTuple):
    """Which pairs are wanted.

    Every pair at or above `threshold` is a match. Where `floor` is given, each member's `k` most similar others with a
    similarity in [floor, threshold) are candidates too. A member with `max_matches` matches among those before it is
    compared with no more of them: a clump of n near-identical members then costs n instead of n² pairs, while a rule
    that keeps the first and drops what matches a kept one still finds what it needs.
    """

    threshold: float
    floor: float | None = None
    k: int = 0
    max_matches: int | None = None


class Members(NamedTuple):
    """The members of a cell, in their order of precedence."""

    vectors: NDArray[np.float32]  # (n, d), unit norm
    context: NDArray[np.int64]  # (n,), only members of an equal context match
    tie: NDArray[np.int64]  # (n,), distinct; which of two equally similar others is the nearer
    right_side: NDArray[np.bool_] | None = None  # (n,), where given only members of different sides are compared
    cells: NDArray[np.int32] | None = (
        None  # (n, p), the cells that each member is in, first its home; None: all at home
    )
    cell: int = 0  # the one that is this; guests are not compared with each other


def matches_among(members: Members, rules: MatchRules, device: str | None = None) -> Pairs:
    """The wanted pairs, `left` before `right` in the members' order.

    Where members are in several cells, two meet in the home of either; a pair that meets in both homes is given in the
    lower of them. A candidate is among the k nearest of its left or right member, as far as this cell's pairs go.
    """
    n = len(members.vectors)
    # What a pair must reach to interest a member: the floor, later its k-th best; never above the threshold.
    bound = np.full(n, rules.threshold if rules.floor is None else rules.floor, dtype=np.float32)
    n_matches = np.zeros(n, dtype=np.int64)
    matched: list[Pairs] = []
    near: list[Pairs] = []
    for later, earlier in _tiles(members):
        rows = later if rules.max_matches is None else later[n_matches[later] < rules.max_matches]
        if len(rows) == 0:
            continue
        pairs = _hits(members, rows, earlier, bound, device)
        is_match = pairs.similarity >= rules.threshold - SLACK
        found = pairs.at(is_match)
        if rules.max_matches is not None:
            found = found.at(n_matches[found.right] + place_in_group(found.right) < rules.max_matches)
        np.add.at(n_matches, found.right, 1)
        matched.append(found)
        if rules.floor is not None:
            near.append(pairs.at(~is_match))
            if sum(len(part.left) for part in near) > _HELD:
                near = [_pruned(near, members.tie, rules.k, bound)]
    if near:
        near = [_pruned(near, members.tie, rules.k, bound)]
    return _settled(members, joined([*matched, *near]), rules)


def _tiles(members: Members) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Tiles of members to compare: (later, earlier), for each later tile the earlier ones in ascending order."""
    n = len(members.vectors)
    guest = np.zeros(n, bool) if members.cells is None else members.cells[:, 0] != members.cell
    side = np.zeros(n, bool) if members.right_side is None else members.right_side
    groups = {(g, s): np.flatnonzero((guest == g) & (side == s)) for g in (False, True) for s in (False, True)}
    for (rows_are_guests, rows_side), rows in groups.items():
        for (columns_are_guests, columns_side), columns in groups.items():
            same_side = members.right_side is not None and rows_side == columns_side
            if same_side or (rows_are_guests and columns_are_guests):
                continue
            for start in range(0, len(rows), TILE):
                later = rows[start : start + TILE]
                for first in range(0, int(np.searchsorted(columns, later[-1])), TILE):
                    yield later, columns[first : first + TILE]


def _hits(
    members: Members,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    bound: NDArray[np.float32],
    device: str | None,
) -> Pairs:
    """Pairs of one tile that interest either member, with similarities still as float32 gave them."""
    tile_bound = np.minimum(bound[rows][:, None], bound[columns][None, :]) - np.float32(SLACK)
    i, j, similarity = tile_hits(members.vectors[rows], members.vectors[columns], tile_bound, device)
    left, right = columns[j], rows[i]
    wanted = (left < right) & (members.context[left] == members.context[right])
    pairs = Pairs(left, right, similarity).at(wanted)
    if members.cells is None:
        return pairs
    return pairs.at(_first_meeting(members.cells[pairs.left], members.cells[pairs.right]) == members.cell)


def _first_meeting(a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int32]:
    """The lower of the homes in which the members of cells a (n, p) and b (n, p) meet; they meet in one at least."""
    home_a, home_b = a[:, 0], b[:, 0]
    never = np.iinfo(np.int32).max
    at_a = np.where((b == home_a[:, None]).any(axis=1), home_a, never)
    at_b = np.where((a == home_b[:, None]).any(axis=1), home_b, never)
    return np.minimum(at_a, at_b)


def _pruned(near: list[Pairs], tie: NDArray[np.int64], k: int, bound: NDArray[np.float32]) -> Pairs:
    """Only what may still be among the k nearest of either member; raises `bound` to each member's k-th in place."""
    pairs = joined(near)
    pairs = pairs.at(_best_of_either(pairs, tie, k, slack=2 * SLACK))
    member = np.concatenate((pairs.left, pairs.right))
    similarity = np.concatenate((pairs.similarity, pairs.similarity))
    order = np.lexsort((-similarity, member))
    kth = order[place_in_group(member[order]) == k - 1]
    bound[member[kth]] = np.maximum(bound[member[kth]], similarity[kth])
    return pairs


def _settled(members: Members, pairs: Pairs, rules: MatchRules) -> Pairs:
    """The pairs with their similarity in float64, and of those below the threshold each member's k nearest."""
    similarity = measure(members.vectors, members.vectors, pairs.left, pairs.right)
    pairs = pairs._replace(similarity=similarity)
    matches = pairs.at(similarity >= rules.threshold)
    if rules.floor is None:
        return matches
    near = pairs.at((similarity >= rules.floor) & (similarity < rules.threshold))
    return joined([matches, near.at(_best_of_either(near, members.tie, rules.k))])


def _best_of_either(pairs: Pairs, tie: NDArray[np.int64], k: int, slack: float = 0.0) -> NDArray[np.bool_]:
    """Mask of the pairs that are among the k most similar of their left or of their right member."""
    n = len(pairs.left)
    member = np.concatenate((pairs.left, pairs.right))
    other = np.concatenate((pairs.right, pairs.left))
    mask = best_of_each(member, np.tile(pairs.similarity, 2), tie[other], k, slack)
    return mask[:n] | mask[n:]

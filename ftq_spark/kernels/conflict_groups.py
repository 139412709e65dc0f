"""Conflicts as groups: who stands where on one question, and what a policy would do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

EXACT_SIGNATURES = frozenset({"polarity", "number", "final", "entity"})  # stances that an answer states outright
POLICIES = ("flag", "drop_minority", "drop_all", "trust")
MIN_MAJORITY = 3
MIN_MAJORITY_FRACTION = 0.75


class Stances(NamedTuple):
    """The answers to one question, sorted into stances."""

    stances: list[list[int]]  # members by stance, the largest first; ties by first member
    signatures: list[tuple[str, str] | None]  # one for each stance
    star: list[tuple[int, int]]  # (first of the majority, one of each other stance's members): what a person reads
    majority_fraction: float
    severity: float  # entropy of the stance sizes in [0, 1]: 1 where the answers are split evenly
    exact: bool  # every stance is stated outright: a lead, a number, a final answer, a short entity

    @property
    def n_dissenting(self) -> int:
        """How many rows a fix in favour of the majority touches."""
        return sum(len(members) for members in self.stances[1:])


def first_of_component(
    left: Sequence[str], right: Sequence[str], left_place: Sequence[tuple], right_place: Sequence[tuple]
) -> list[str]:
    """For each of n edges, the id of the node with the least place in the edge's connected component."""
    places = dict(zip(left, left_place, strict=True)) | dict(zip(right, right_place, strict=True))
    nodes = sorted(places, key=places.__getitem__)
    index = {node: position for position, node in enumerate(nodes)}
    rows, columns = [index[node] for node in left], [index[node] for node in right]
    graph = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(nodes), len(nodes)))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    return [nodes[first[labels[row]]] for row in rows]


def group_stances(signatures: Sequence[tuple[str, str] | None]) -> Stances:
    """Sort the answers of one question by signature; an answer without one is a stance of its own.

    Linear in the number of answers. Raises ``ValueError`` on no answers.
    """
    if not signatures:
        raise ValueError("group_stances needs at least one answer")
    members: dict[Hashable, list[int]] = {}
    for position, signature in enumerate(signatures):
        members.setdefault(signature if signature is not None else position, []).append(position)
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), item[1][0]))
    stances = [positions for _, positions in ordered]
    kept = [signatures[positions[0]] for positions in stances]
    sizes = np.array([len(positions) for positions in stances], dtype=float)
    shares = sizes / sizes.sum()
    entropy = float(-(shares * np.log(shares)).sum() / np.log(len(shares))) if len(shares) > 1 else 0.0
    hub = stances[0][0]
    return Stances(
        stances,
        kept,
        [(hub, position) for positions in stances[1:] for position in positions],
        float(shares[0]),
        entropy,
        all(signature is not None and signature[0] in EXACT_SIGNATURES for signature in kept),
    )


def drops(stances: Stances, policy: str, datasets: Sequence[str] = (), trusted: Sequence[str] = ()) -> list[int]:
    """Members that a policy drops; an empty list leaves the group to review.

    ``flag`` drops nobody. ``drop_minority`` needs a majority of at least 3 members and 75 % over stances that are all
    stated outright, else nobody; a majority is not the truth. ``drop_all`` drops every member of a group with more than
    one stance. ``trust`` keeps the stance of the first dataset in `trusted` that holds exactly one stance. Raises
    ``ValueError`` on an unknown policy.
    """
    if policy not in POLICIES:
        raise ValueError(f"policy is one of {', '.join(POLICIES)}; got {policy!r}")
    if len(stances.stances) < 2 or policy == "flag":
        return []
    if policy == "drop_all":
        return sorted(position for positions in stances.stances for position in positions)
    if policy == "trust":
        return _untrusted(stances, datasets, trusted)
    clear = len(stances.stances[0]) >= MIN_MAJORITY and stances.majority_fraction >= MIN_MAJORITY_FRACTION
    return (
        sorted(position for positions in stances.stances[1:] for position in positions)
        if clear and stances.exact
        else []
    )


def _untrusted(stances: Stances, datasets: Sequence[str], trusted: Sequence[str]) -> list[int]:
    for dataset in trusted:
        holding = Counter(
            number
            for number, positions in enumerate(stances.stances)
            for position in positions
            if datasets[position] == dataset
        )
        if len(holding) == 1:
            (kept,) = holding
            return sorted(p for number, positions in enumerate(stances.stances) if number != kept for p in positions)
    return []

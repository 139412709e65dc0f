"""Conflicts as groups: who stands where on one question, and what a policy would do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

EXACT_SIGNATURES = frozenset({"polarity", "number", "final", "entity"})  # stances that an answer states outright
POLICIES = ("flag", "drop_minority", "drop_all", "trust", "specialist")
MIN_MAJORITY = 3
MIN_MAJORITY_FRACTION = 0.75


class Stances(NamedTuple):
    """The answers to one question, sorted into stances."""

    stances: list[list[int]]  # members by stance, the largest first; ties by first member
    signatures: list[tuple[str, str] | None]  # one for each stance
    star: list[tuple[int, int]]  # (one of the majority, each other member): what a person reads
    majority_fraction: float
    severity: float  # entropy of the stance sizes in [0, 1]: 1 where the answers are split evenly
    exact: bool  # every stance is stated outright, in one way: a lead, a number, a final answer, a short entity


def first_of_component(
    left: Sequence[str], right: Sequence[str], left_place: Sequence[Any], right_place: Sequence[Any]
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


def group_stances(signatures: Sequence[tuple[str, str] | None], edges: Sequence[tuple[int, int]] = ()) -> Stances:
    """Sort the answers of one question into stances, by signature and by the measured conflicts between them.

    `edges` are pairs of positions whose answers contradict. An answer without a signature joins the first stance that
    holds none of its opponents, where it has opponents, and is a stance of its own otherwise. The stances are exact
    where each is stated outright, all in the same way, and no conflict was measured inside one: equal signatures of
    opposite questions ("yes, safe", "yes, dangerous") are not taken for agreement. Linear in answers and edges.
    Raises ``ValueError`` on no answers.
    """
    if not signatures:
        raise ValueError("group_stances needs at least one answer")
    against: list[list[int]] = [[] for _ in signatures]
    for left, right in edges:
        against[left].append(right)
        against[right].append(left)
    members: dict[tuple[str, str], list[int]] = {}
    for position, signature in enumerate(signatures):
        if signature is not None:
            members.setdefault(signature, []).append(position)
    stances = sorted(members.values(), key=lambda positions: (-len(positions), positions[0]))
    stance_of = {position: number for number, positions in enumerate(stances) for position in positions}
    for position, signature in enumerate(signatures):
        if signature is None:
            opposed = {stance_of[other] for other in against[position] if other in stance_of}
            free = (number for number in range(len(stances)) if number not in opposed)
            number = next(free, len(stances)) if against[position] else len(stances)
            if number == len(stances):
                stances.append([])
            stances[number].append(position)
            stance_of[position] = number
    ordered = sorted((sorted(positions) for positions in stances), key=lambda found: (-len(found), found[0]))
    sizes = np.array([len(positions) for positions in ordered], dtype=float)
    shares = sizes / sizes.sum()
    entropy = float(-(shares * np.log(shares)).sum() / np.log(len(shares))) if len(shares) > 1 else 0.0
    kinds = {signature[0] if signature else None for signature in signatures}
    consistent = all(stance_of[left] != stance_of[right] for left, right in edges)
    return Stances(
        ordered,
        [next((signatures[position] for position in found if signatures[position]), None) for found in ordered],
        _star(ordered, against),
        float(shares[0]),
        entropy,
        consistent and len(kinds) == 1 and kinds <= EXACT_SIGNATURES,
    )


def _star(stances: Sequence[Sequence[int]], against: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Each dissenting answer with the first of the majority, or the first there that it was measured against."""
    hub, majority = stances[0][0], set(stances[0])
    star = []
    for position in (position for positions in stances[1:] for position in positions):
        measured = sorted(majority.intersection(against[position]))
        star.append((hub if hub in measured or not measured else measured[0], position))
    return star


def drops(
    stances: Stances,
    policy: str,
    datasets: Sequence[str] = (),
    trusted: Sequence[str] = (),
    edges: Sequence[tuple[int, int]] = (),
) -> list[int]:
    """Members that a policy drops; an empty list leaves the group to review.

    ``flag`` and ``specialist`` drop nobody. ``drop_minority`` needs a majority of at least 3 members and 75 % over
    exact stances, else it drops nobody; a majority is not the truth. ``drop_all`` drops every member. ``trust`` keeps
    the stance of the first dataset in `trusted` that has a member; a dataset that contradicts itself settles nothing.
    Where the stances are not exact, only members that were measured against the kept stance are dropped. Raises
    ``ValueError`` on an unknown policy.
    """
    if policy not in POLICIES:
        raise ValueError(f"policy is one of {', '.join(POLICIES)}; got {policy!r}")
    if len(stances.stances) < 2 or policy in ("flag", "specialist"):
        return []
    if policy == "drop_all":
        return sorted(position for positions in stances.stances for position in positions)
    if policy == "trust":
        return _untrusted(stances, datasets, trusted, edges)
    clear = len(stances.stances[0]) >= MIN_MAJORITY and stances.majority_fraction >= MIN_MAJORITY_FRACTION
    return (
        sorted(position for positions in stances.stances[1:] for position in positions)
        if clear and stances.exact
        else []
    )


def _untrusted(
    stances: Stances, datasets: Sequence[str], trusted: Sequence[str], edges: Sequence[tuple[int, int]]
) -> list[int]:
    for dataset in trusted:
        holding = {
            number
            for number, positions in enumerate(stances.stances)
            for position in positions
            if datasets[position] == dataset
        }
        if not holding:
            continue
        if len(holding) > 1:
            return []
        kept = set(stances.stances[holding.pop()])
        others = {position for positions in stances.stances for position in positions} - kept
        if not stances.exact:
            others &= {end for left, right in edges for end in (left, right) if {left, right} & kept}
        return sorted(others)
    return []

"""Preferences about one prompt that cannot all be learnt: both labels on one answer, answers preferred in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

LABEL, PREFERENCE = "label", "preference"


class Opposition(NamedTuple):
    """Two rows of which a trainer can follow one."""

    left: int  # places among the rows, left before right
    right: int
    kind: str  # label, preference


def oppositions(
    answers: Sequence[str], rejected: Sequence[str | None], labels: Sequence[bool | None]
) -> list[Opposition]:
    """Pairs of rows that oppose each other, each once, by place; the rows are those about one prompt.

    A row says that `answers` is desirable or not (`labels`), or that it is better than `rejected`, or neither. Every
    row that is part of an opposition is in a pair: of n rows that say one thing and m that say the other n + m − 1
    pairs tell as much as n·m.
    """
    found = {*_labels(answers, labels), *_circles(answers, rejected)}
    return sorted(found)


def _labels(answers: Sequence[str], labels: Sequence[bool | None]) -> list[Opposition]:
    by_answer: dict[str, dict[bool, list[int]]] = {}
    for place, (answer, label) in enumerate(zip(answers, labels, strict=True)):
        if label is not None:
            by_answer.setdefault(answer, {True: [], False: []})[label].append(place)
    return [pair for sides in by_answer.values() for pair in _star(sides[True], sides[False], LABEL)]


def _circles(answers: Sequence[str], rejected: Sequence[str | None]) -> list[Opposition]:
    """Rows whose preferences lead back to where they began: A before B and B before A, or by way of C."""
    edges: dict[tuple[str, str], list[int]] = {}
    for place, (better, worse) in enumerate(zip(answers, rejected, strict=True)):
        if worse is not None and worse != better:
            edges.setdefault((better, worse), []).append(place)
    component = _strong_components(list(edges))
    pairs: list[Opposition] = []
    for (better, worse), places in edges.items():
        if component[better] != component[worse]:
            continue
        opposed = edges.get((worse, better))
        if opposed is None:  # a longer circle: the row that goes on from here
            onward = (
                rows[0] for (one, other), rows in edges.items() if one == worse and component[other] == component[one]
            )
            opposed = [next(onward)]
        pairs += _star(places, opposed, PREFERENCE)
    return pairs


def _strong_components(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Answer → number of the set of answers that can all be reached from each other."""
    names = sorted({name for edge in edges for name in edge})
    if not names:
        return {}
    number = {name: i for i, name in enumerate(names)}
    better, worse = (np.array([number[edge[side]] for edge in edges], np.int32) for side in (0, 1))
    graph = coo_array((np.ones(len(edges)), (better, worse)), shape=(len(names), len(names)))
    _, labels = connected_components(graph, directed=True, connection="strong")
    return dict(zip(names, labels.tolist(), strict=True))


def _star(ones: Sequence[int], others: Sequence[int], kind: str) -> list[Opposition]:
    """The first of each side with every row of the other."""
    if not ones or not others:
        return []
    pairs = {(ones[0], other) for other in others} | {(one, others[0]) for one in ones}
    return [Opposition(min(pair), max(pair), kind) for pair in pairs]

"""What the other pairs about a prompt say of each pair of a preference dataset: is it the one the wrong way round?

Where a prompt has several pairs, its answers have ratings: those by which the better answer of a pair is one ahead of
the worse one, as nearly as all pairs allow (least squares, as K. Massey rates teams, 1997), drawn towards equal ones by
PULL pairs' weight. Each pair is held against the ratings that the others alone give; then once more, where the others
that are doubted themselves count for less. By the first look one is taken for swapped, by the second they are ranked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

PULL = 2.0  # of every answer, in pairs
AGAINST = -0.5  # support at which a pair is taken for swapped
_APART = 0.15  # how far the support of one pair is under that of every other about its answers
_SWAPPED_SHARE, _STEEPNESS = 0.05, 3.0  # of all pairs beforehand; of the log odds of being swapped over the support
_LEAST_PAIRS = 3  # of two that oppose each other neither is the odd one
_MOST_PAIRS = 1000  # that are rated together: a matrix of so many rows is inverted


class Standing(NamedTuple):
    """What the others say of each of m pairs."""

    support: NDArray[np.float64]  # (m,) how far they put the better answer ahead of the worse one; 0: they say nothing
    is_odd: NDArray[np.bool_]  # (m,) they speak against it, and more than against any other about these answers


def standing(better: NDArray[np.int64], worse: NDArray[np.int64], n_answers: int) -> Standing:
    """Of pairs of answers, numbered from 0 to n_answers − 1: an answer to another prompt is another one."""
    m = len(better)
    support, is_odd = np.zeros(m), np.zeros(m, dtype=bool)
    graph = coo_array((np.ones(m), (better, worse)), shape=(n_answers, n_answers))
    _, component = connected_components(graph, directed=False)
    order = np.argsort(component[better], kind="stable")
    starts = np.flatnonzero(np.diff(component[better[order]], prepend=-1))
    for places in np.split(order, starts[1:]):
        if _LEAST_PAIRS <= len(places) <= _MOST_PAIRS:
            hat = _hat(better[places], worse[places])
            first = _support(hat, np.ones(len(places)))
            lowest, next_lowest = np.sort(first)[:2]
            is_odd[places] = (first <= min(AGAINST, next_lowest - _APART)) & (first == lowest)
            support[places] = _support(hat, 1.0 - 2.0 * _doubt(first))
    return Standing(support, is_odd)


def _doubt(support: NDArray[np.float64]) -> NDArray[np.float64]:
    """(k,) how likely each pair is swapped."""
    odds = _SWAPPED_SHARE / (1.0 - _SWAPPED_SHARE) * np.exp(-_STEEPNESS * support)
    return odds / (1.0 + odds)


def _support(hat: NDArray[np.float64], leads: NDArray[np.float64]) -> NDArray[np.float64]:
    """(k,) the lead of each pair's better answer under ratings that the leads of all other pairs give."""
    leverage = np.diag(hat)
    found: NDArray[np.float64] = (hat @ leads - leverage * leads) / (1.0 - leverage)
    return found


def _hat(better: NDArray[np.int64], worse: NDArray[np.int64]) -> NDArray[np.float64]:
    """(k, k) what each pair's fitted lead takes from that of every pair."""
    answers, numbers = np.unique(np.concatenate((better, worse)), return_inverse=True)
    k = len(better)
    design = np.zeros((k, len(answers)))
    np.add.at(design, (np.arange(k), numbers[:k]), 1.0)
    np.add.at(design, (np.arange(k), numbers[k:]), -1.0)
    found: NDArray[np.float64] = design @ np.linalg.solve(design.T @ design + PULL * np.eye(len(answers)), design.T)
    return found

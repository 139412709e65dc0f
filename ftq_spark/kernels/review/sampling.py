"""Draws that depend on example ids and a seed alone: the same for any order, partitioning or machine.

Each example has a key, a hash of its id, the seed and the draw's purpose. Within a stratum examples come in the order
of their keys; an apportionment sequence says which stratum is next. A draw is a prefix of that one long sequence, so a
larger draw contains the smaller one, and a reviewer who stops early leaves a proportional draw behind.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.bytes_]
Keys = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]


def order_keys(ids: Ids, seed: int, purpose: str) -> Keys:
    """Pseudo-random 64-bit keys of ids, shape (n,), by the splitmix64 finaliser over the id's 8-byte words.

    Args:
        ids: byte strings without NUL, shape (n,), of any one dtype ``S<k>``.
        seed: chooses the draw.
        purpose: separates draws of one seed, such as ``gate`` and ``specialist``.
    """
    start = int.from_bytes(hashlib.blake2b(f"{purpose}:{seed}".encode(), digest_size=8).digest(), "little")
    width = -(-max(ids.dtype.itemsize, 1) // 8)
    words = np.ascontiguousarray(ids.astype(f"S{8 * width}")).view("<u8").reshape(len(ids), width)
    keys = np.full(len(ids), start, dtype=np.uint64)
    for column in words.T:
        # A word of padding leaves the key alone, so that it does not depend on the longest id of the dataset.
        keys = np.where(column == 0, keys, _mixed(keys ^ column))
    return keys


def _mixed(values: Keys) -> Keys:
    """Finaliser of splitmix64 (Steele, Lea and Flood 2014); arithmetic modulo 2**64."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def apportion(weights: Sequence[int], n: int, capacities: Sequence[int] | None = None) -> Indices:
    """Strata of the 1st, 2nd, ... n-th place, such that every prefix is within one place of its exact shares.

    Tijdeman's solution of the chairman assignment problem (Discrete Mathematics 32, 1980), as earliest deadline
    first over integers. Rounding by largest remainders has the same error but is not nested: with it, a larger draw
    may give a stratum fewer places than the smaller one had.

    Args:
        weights: whole, not negative; their proportions are the shares.
        n: places, at most the capacities' sum.
        capacities: most places each stratum can fill; where one is full the others share what is left.

    Returns:
        Stratum indices in order, int64 of shape (n,).
    """
    limits = list(capacities) if capacities is not None else [n] * len(weights)
    total, strata = sum(weights), [h for h, weight in enumerate(weights) if weight > 0 and limits[h] > 0]
    if n > sum(limits[h] for h in strata):
        raise ValueError(f"{n} places asked of strata that can fill {sum(limits[h] for h in strata)}")
    slack = max(1, 2 * len(strata) - 2)
    taken = dict.fromkeys(strata, 0)

    def release(h: int) -> int:
        return -(-total * (1 + slack * taken[h]) // (slack * weights[h]))

    def deadline(h: int) -> int:
        return total * (slack * (taken[h] + 1) - 1) // (slack * weights[h])

    pending = [(release(h), h) for h in strata]
    heapq.heapify(pending)
    ready: list[tuple[int, int]] = []
    places = np.empty(n, dtype=np.int64)
    for place in range(n):
        while pending and (pending[0][0] <= place + 1 or not ready):
            h = heapq.heappop(pending)[1]
            heapq.heappush(ready, (deadline(h), h))
        h = heapq.heappop(ready)[1]
        places[place] = h
        taken[h] += 1
        if taken[h] < limits[h]:
            heapq.heappush(pending, (release(h), h))
    return places


def stratified_draw(keys: Keys, ids: Ids, strata: Indices, n: int, weights: Sequence[int] | None = None) -> Indices:
    """Indices of the first ``n`` examples of a stratified draw, in draw order.

    Args:
        keys: (m,) from :func:`order_keys`; ties are settled by the id.
        ids: (m,).
        strata: (m,) codes from 0, numbered in an order that does not depend on the rows' order.
        n: at most m; fewer come back where the weights leave out strata.
        weights: whole weight of each stratum; its size unless given, which makes the draw proportional.
    """
    sizes = np.bincount(strata, minlength=len(weights) if weights is not None else 0)
    shares = [int(size) for size in sizes] if weights is None else list(weights)
    possible = sum(int(size) for size, share in zip(sizes, shares, strict=True) if share > 0)
    order = np.lexsort((keys, strata))
    if (keys[order[1:]] == keys[order[:-1]]).any():
        order = np.lexsort((ids, keys, strata))
    places = apportion(shares, min(n, possible), [int(size) for size in sizes])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return order[starts[places] + _occurrence(places)]


def _occurrence(values: Indices) -> Indices:
    """How many equal values stand before each one: [5, 7, 5] gives [0, 0, 1]."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.searchsorted(ordered, ordered, side="left")
    occurrence = np.empty(len(values), dtype=np.int64)
    occurrence[order] = np.arange(len(values)) - first
    return occurrence


def neyman_weights(sizes: Sequence[int], rates: Sequence[float], mix: float = 0.5) -> list[int]:
    """Whole weights of the strata for Neyman allocation, N_h sqrt(p_h (1 - p_h)), mixed with proportional allocation.

    Former or guessed error rates are not the true ones: the mix keeps a share of the draw where they are wrong.

    Args:
        sizes: population of each stratum.
        rates: expected error rate of each stratum; 0 and 1 are moved inside.
        mix: share of Neyman allocation in [0, 1].
    """
    population = sum(sizes)
    spread = [
        size * math.sqrt(min(max(rate, 0.005), 0.995) * (1 - min(max(rate, 0.005), 0.995)))
        for size, rate in zip(sizes, rates, strict=True)
    ]
    shares = [mix * own / sum(spread) + (1 - mix) * size / population for own, size in zip(spread, sizes, strict=True)]
    return [max(1, round(share * 2**40)) if size else 0 for share, size in zip(shares, sizes, strict=True)]


def n_doubled(n: int, fraction: float, minimum: int) -> int:
    """How many of ``n`` items get two labels: the fraction rounded up, at least ``minimum``, at most all."""
    return min(n, max(math.ceil(round(fraction * n, 9)), minimum))


def assign_annotators(strata: Indices, n_annotators: int, doubled: int) -> Indices:
    """Who labels what: exactly ``doubled`` items by two annotators, the rest by one.

    The doubled items are proportional to the strata within one, pairs of annotators take turns over them, stratum by
    stratum, and the single items level the loads: between two annotators they differ by at most one where there are
    enough single items.

    Args:
        strata: (n,) codes of the items, in draw order.
        n_annotators: two or more where anything is doubled.
        doubled: items with two labels.

    Returns:
        (n, 2) annotator indices; -1 in the second column of single items.
    """
    if doubled and n_annotators < 2:
        raise ValueError("double labels need two annotators or more")
    assigned = np.full((len(strata), 2), -1, dtype=np.int64)
    places = apportion([int(size) for size in np.bincount(strata)], doubled) if doubled else np.empty(0, np.int64)
    wanted = np.bincount(places, minlength=strata.max() + 1 if len(strata) else 0)
    is_doubled = _occurrence(strata) < wanted[strata] if len(strata) else np.zeros(0, dtype=bool)
    by_stratum = np.argsort(strata, kind="stable")
    pairs = _paired_turns(n_annotators)
    loads = [0] * n_annotators
    for turn, item in enumerate(by_stratum[is_doubled[by_stratum]]):
        pair = pairs[turn % len(pairs)]
        assigned[item] = pair
        for annotator in pair:
            loads[annotator] += 1
    queue = [(load, annotator) for annotator, load in enumerate(loads)]
    heapq.heapify(queue)
    for item in by_stratum[~is_doubled[by_stratum]]:
        load, annotator = heapq.heappop(queue)
        assigned[item, 0] = annotator
        heapq.heappush(queue, (load + 1, annotator))
    return assigned


def _paired_turns(n_annotators: int) -> list[tuple[int, int]]:
    """Every pair once, those that share nobody beside each other, so that any prefix spreads the load."""
    pairs = list(itertools.combinations(range(n_annotators), 2))
    loads, turns = [0] * n_annotators, []
    while pairs:
        pair = min(pairs, key=lambda both: (loads[both[0]] + loads[both[1]], both))
        pairs.remove(pair)
        turns.append(pair)
        for annotator in pair:
            loads[annotator] += 1
    return turns

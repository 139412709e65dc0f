"""Repeated word n-grams of a batch of texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.ragged import run_begins

_OWNER_BITS = 20  # texts in a batch; the rest of the key is the n-gram's hash
MAX_TEXTS = 1 << _OWNER_BITS
_OWNER_MASK = np.uint64((MAX_TEXTS - 1) << (64 - _OWNER_BITS))
_SLOTS_PER_KEY, _MAX_SLOT_BITS = 2, 21  # of a table that tells most keys that have no equal at a glance
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_BITS_OF_OCTET = np.array([value.bit_count() for value in range(256)], dtype=np.uint8)


class Grams(NamedTuple):
    """Every n-gram of n texts, each text's own."""

    keys: NDArray[np.uint64]  # (g,) equal for equal n-grams of one text, and only there (44 bits of hash in each text)
    positions: NDArray[np.int64]  # (g,) the token that each begins at
    counts: NDArray[np.int64]  # (n,) n-grams of each text


def token_owners(token_offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """(t,) the text of each token."""
    return np.repeat(np.arange(len(token_offsets) - 1), np.diff(token_offsets))


def token_bits(token_hashes: NDArray[np.uint64], token_offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """(n,) one of 64 bits set for each token of a text: a bit that another text has not set is a token it has not."""
    found = np.zeros(len(token_offsets) - 1, dtype=np.uint64)
    filled = np.flatnonzero(np.diff(token_offsets))
    if len(filled):
        bits = np.left_shift(np.uint64(1), token_hashes & np.uint64(63))
        found[filled] = np.bitwise_or.reduceat(bits, token_offsets[:-1][filled])
    return found


def n_bits(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n,) how many bits of each value are set."""
    octets = np.ascontiguousarray(values).view(np.uint8).reshape(-1, 8)
    found: NDArray[np.int64] = _BITS_OF_OCTET[octets].sum(axis=1, dtype=np.int64)
    return found


def grams(token_hashes: NDArray[np.uint64], token_offsets: NDArray[np.int64], n: int) -> Grams:
    """The n-grams of every text; ``ValueError`` for more than 2^20 texts."""
    if len(token_offsets) - 1 > MAX_TEXTS:
        raise ValueError(f"at most {MAX_TEXTS} texts in a batch, got {len(token_offsets) - 1}")
    owners = token_owners(token_offsets)
    values, positions = gram_hashes(token_hashes, owners, n)
    keys = (owners[positions].astype(np.uint64) << np.uint64(64 - _OWNER_BITS)) | (values >> np.uint64(_OWNER_BITS))
    return Grams(keys, positions, np.maximum(np.diff(token_offsets) - n + 1, 0))


def gram_hashes(
    token_hashes: NDArray[np.uint64], owners: NDArray[np.int64], n: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """64-bit hashes of the n-grams of all texts, and the tokens (both (g,)) that they begin at, in the texts' order.

    `owners` are those of :func:`token_owners`; equal n-grams of any two texts have equal hashes.
    """
    size = max(len(token_hashes) - n + 1, 0)
    mixed = token_hashes[:size].copy()
    for step in range(1, n):
        mixed *= _MULTIPLIER
        mixed += token_hashes[step : step + size]
    positions = np.flatnonzero(owners[:size] == owners[n - 1 :]) if size else np.empty(0, dtype=np.int64)
    return _scrambled(mixed[positions]), positions


def _scrambled(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (values ^ (values >> np.uint64(31))) * _MULTIPLIER


def owners_of(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(g,) the text that each key belongs to."""
    return (keys >> np.uint64(64 - _OWNER_BITS)).astype(np.int64)


def shared(keys: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(g,) which keys are among `others`: n-grams that two columns of one example have in common."""
    found = np.zeros(len(keys), dtype=bool)
    bits = _slot_bits(len(keys) + len(others))
    slots, other_slots = _slots(keys, bits), _slots(others, bits)
    seen = np.zeros(1 << bits, dtype=bool)
    seen[slots] = True
    known = np.sort(others[seen[other_slots]])  # few: most n-grams are in no other text
    if not len(known):
        return found
    seen[:] = False
    seen[other_slots] = True
    suspects = np.flatnonzero(seen[slots])
    at = np.minimum(np.searchsorted(known, keys[suspects]), len(known) - 1)
    found[suspects] = known[at] == keys[suspects]
    return found


def _slot_bits(n_keys: int) -> int:
    return min((_SLOTS_PER_KEY * n_keys + 1).bit_length(), _MAX_SLOT_BITS)


def _slots(keys: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    return ((keys * _MULTIPLIER) >> np.uint64(64 - bits)).astype(np.int64)


def _may_repeat(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(g,) which keys may have an equal among them; the others are said once."""
    slots = _slots(keys, _slot_bits(len(keys)))
    found: NDArray[np.bool_] = np.bincount(slots)[slots] > 1
    return found


def texts_that_repeat(all_grams: Grams) -> NDArray[np.int64]:
    """The texts, ascending, in which any of the n-grams occurs twice."""
    keys = np.sort(all_grams.keys[_may_repeat(all_grams.keys)])
    return np.unique(owners_of(keys[1:][keys[1:] == keys[:-1]]))


class Repeats(NamedTuple):
    """The n-grams that occur twice or more in their text, every occurrence of them."""

    n: int
    positions: NDArray[np.int64]  # (r,) the token that each occurrence begins at, equal n-grams together, in text order
    first: NDArray[np.int64]  # (g,) where each distinct n-gram begins in `positions`
    counts: NDArray[np.int64]  # (g,) how often it occurs

    @property
    def again(self) -> NDArray[np.int64]:
        """(r − g,) the positions of all but the first occurrence of each."""
        later = np.ones(len(self.positions), dtype=bool)
        later[self.first] = False
        return self.positions[later]


def repeats(token_hashes: NDArray[np.uint64], token_offsets: NDArray[np.int64], longest: int) -> dict[int, Repeats]:
    """The repeated n-grams of every text for n = 2 … `longest`.

    An n-gram can only repeat where the (n − 1)-gram that it begins with does, so each length looks only at those.
    """
    owners = token_owners(token_offsets)
    ends = token_offsets[1:]
    bigrams = grams(token_hashes, token_offsets, 2)
    several = _may_repeat(bigrams.keys)
    positions, keys = bigrams.positions[several], bigrams.keys[several]
    found = {}
    for n in range(2, longest + 1):
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        begins = run_begins(ordered)
        counts = np.diff(np.append(begins, len(order)))
        several = counts > 1
        members = order[np.repeat(several, counts)]
        counts = counts[several]
        first = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))[:-1]
        found[n] = Repeats(n, positions[members], first, counts)
        positions, keys = positions[members], keys[members]
        room = positions + n < ends[owners[positions]]
        positions, keys = positions[room], keys[room]
        text_bits = keys & _OWNER_MASK
        mixed = (keys << np.uint64(_OWNER_BITS)) * _MULTIPLIER + token_hashes[positions + n]
        keys = text_bits | (_scrambled(mixed) >> np.uint64(_OWNER_BITS))
    return found


def covered_tokens(starts: NDArray[np.int64], n: int, n_tokens: int) -> NDArray[np.bool_]:
    """(t,) which tokens lie in an n-gram that begins at one of `starts`."""
    depth = np.zeros(n_tokens + 1, dtype=np.int64)
    np.add.at(depth, starts, 1)
    np.add.at(depth, starts + n, -1)
    return np.cumsum(depth[:-1]) > 0


def repeats_earlier(all_grams: Grams) -> NDArray[np.bool_]:
    """(g,) has the n-gram occurred before in its text?"""
    order = np.argsort(all_grams.keys)
    ordered = all_grams.keys[order]
    same = ordered[1:] == ordered[:-1]
    shared = np.zeros(len(order), dtype=bool)
    shared[1:] = same
    shared[:-1] |= same
    members = np.sort(order[shared])  # those that occur more than once, in text order
    keys = all_grams.keys[members]
    by_key = np.argsort(keys, kind="stable")
    later = np.zeros(len(members), dtype=bool)
    later[by_key[1:]] = keys[by_key][1:] == keys[by_key][:-1]
    flags = np.zeros(len(order), dtype=bool)
    flags[members[later]] = True
    return flags

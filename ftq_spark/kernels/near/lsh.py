"""Blocks of texts that share a band, and the exact Jaccard similarities inside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ftq_spark.kernels.ragged import run_begins
from ftq_spark.kernels.text.tokens import mixed

_ROW_BITS = 20
MAX_ROWS = 1 << _ROW_BITS  # of one call of similar_pairs
MAX_BLOCKS = 1 << (32 - _ROW_BITS)
_WINDOW = 8  # units of a large block that are all compared, and by how many units the next window moves on
_STRIDE = 6
_TOGETHER = 16  # units of a small block: those with the same least unit are one part, of a few hundred at most
_LEAST = np.uint64(0x9E3779B97F4A7C15)


class Members(NamedTuple):
    """Who is compared with whom: all members with the same part."""

    rows: NDArray[np.int64]  # (n_members,) into the arrays given
    parts: NDArray[np.int64]  # (n_members,) of the units that are compared: those of blocks, or of a part of one
    n_units: NDArray[np.int64]  # (n_members,) size of the whole block


def shared(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the values are that occur more than once, in any order."""
    by = np.argsort(keys)
    sizes = np.diff(run_begins(keys[by]), append=len(keys))
    return by[np.repeat(sizes > 1, sizes)]


def divide(keys: NDArray[np.int64], codes: NDArray[np.int64], limit: int) -> Members:
    """The blocks of two and more distinct units, those of more than `limit` divided into small parts.

    Small blocks that have their least unit in common are one part, with all that any of them has: texts that resemble
    each other meet in many blocks, with others each time, and are so compared once and not in each.
    `keys` and `codes` are (n,) blocks and units, sorted by key and within a block such that similar units are near
    each other; repeats of a unit within a block follow each other and count once. The parts of a large block are
    small overlapping windows over that order: like is compared with like, at a cost that is linear in its size.
    """
    is_new = np.ones(len(keys), bool)
    is_new[1:] = (keys[1:] != keys[:-1]) | (codes[1:] != codes[:-1])
    distinct = np.flatnonzero(is_new)
    begins = run_begins(keys[distinct])
    sizes = np.diff(begins, append=len(distinct))
    is_whole = (sizes > 1) & (sizes <= limit)
    found = [(distinct[np.repeat(is_whole, sizes)], sizes[is_whole], sizes[is_whole])]
    for begin, size in zip(begins[sizes > limit], sizes[sizes > limit], strict=True):
        found.append(_windows(distinct[begin : begin + size]))
    rows, lengths, n_units = (np.concatenate(column) for column in zip(*found, strict=True))
    named, begins = codes[rows].view(np.uint64), np.cumsum(lengths) - lengths
    # Equal sets of units are one part, in whichever block they are. Addition: their order does not matter.
    parts = mixed(np.add.reduceat(mixed(named), begins) + lengths.astype(np.uint64))
    is_small = (n_units <= limit) & (lengths <= _TOGETHER)
    parts = np.where(is_small, mixed(np.minimum.reduceat(named, begins) ^ _LEAST), parts).view(np.int64)
    return Members(rows, np.repeat(parts, lengths), np.repeat(n_units, lengths))


def _windows(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """One large block as overlapping windows: their rows end to end, how many each has, and the size of the block."""
    n = len(rows)
    at = np.arange(0, n - (_WINDOW - _STRIDE), _STRIDE)[:, None] + np.arange(_WINDOW)
    lengths = (at < n).sum(axis=1)
    return rows[at[at < n]], lengths, np.full_like(lengths, n)


class Similar(NamedTuple):
    """Pairs of rows of one part; ``left < right``."""

    left: NDArray[np.int64]  # (n_pairs,)
    right: NDArray[np.int64]  # (n_pairs,)
    similarity: NDArray[np.float64]  # (n_pairs,) Jaccard, exact


def similar_pairs(
    parts: NDArray[np.int64], values: NDArray[np.uint32], offsets: NDArray[np.int64], threshold: float
) -> Similar:
    """Every pair of rows of the same part whose sets have a Jaccard similarity of at least `threshold` (> 0).

    `parts` is (n,), sorted, with n at most MAX_ROWS and at most MAX_BLOCKS distinct values; row ``i`` has the distinct
    elements ``values[offsets[i]:offsets[i + 1]]``. All intersections are one sparse product over the shared elements.
    """
    sizes = np.diff(offsets)
    part = np.zeros(len(parts), np.uint64)
    np.cumsum(parts[1:] != parts[:-1], out=part[1:])
    row_of = np.repeat(np.arange(len(parts), dtype=np.uint64), sizes)
    # Sorting (part, element, row) in one word brings the rows that share an element together.
    word = (np.repeat(part, sizes) << np.uint64(32 + _ROW_BITS)) | (values.astype(np.uint64) << np.uint64(_ROW_BITS))
    word |= row_of
    word.sort()
    elements = word >> np.uint64(_ROW_BITS)
    same_as_next = elements[1:] == elements[:-1]
    shared = np.zeros(len(word), bool)
    shared[1:] = same_as_next
    shared[:-1] |= same_as_next
    elements = elements[shared]
    holders = (word[shared] & np.uint64(MAX_ROWS - 1)).astype(np.int32)
    begins = run_begins(elements)
    pointers = np.append(begins, len(elements)).astype(np.int32)
    held = sparse.csr_matrix(
        (np.ones(len(holders), np.int32), holders, pointers), shape=(len(pointers) - 1, len(parts))
    )
    counts = (held.T.tocsr() @ held).tocoo()
    upper = counts.row < counts.col
    left, right, intersection = counts.row[upper], counts.col[upper], counts.data[upper]
    similarity = intersection / (sizes[left] + sizes[right] - intersection)
    enough = similarity >= threshold
    return Similar(left[enough].astype(np.int64), right[enough].astype(np.int64), similarity[enough])

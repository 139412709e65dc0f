"""Word shingles, MinHash signatures and LSH bands of whole batches of texts, by array arithmetic.

A text is compared as the *set* of its word n-grams (shingles; Broder 1997), each a 32-bit hash. Signatures are those of
``datasketch.MinHash(scheme="affine32")`` over the same shingle hashes, bit for bit; bands are Indyk and Motwani's
locality-sensitive hashing as in Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, section 3.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark.kernels.text.tokens import mixed

SEED = 1  # datasketch's own default
# Candidates are verified, so a false one costs microseconds and a missed one is lost: weigh them accordingly.
FALSE_POSITIVE_WEIGHT = 0.01

_EMPTY = np.uint32(0xFFFFFFFF)  # every row of the signature of an empty set, as in datasketch
_BLOCK_SHINGLES = 1 << 16  # so that the permuted hashes of one block stay in a core's cache
_SHINGLE_BASE = np.uint64(0xD6E8FEB86659FD93)
_SET_KEYS = (np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xA0761D6478BD642F))


class Shingles(NamedTuple):
    """The shingle sets of `n` texts: text ``i`` has ``values[offsets[i]:offsets[i + 1]]``, increasing."""

    values: NDArray[np.uint32]  # (n_shingles,) distinct within a text
    offsets: NDArray[np.int64]  # (n + 1,)


class Permutations(NamedTuple):
    """``h → a * h + b (mod 2^32)``, one per row of a signature."""

    a: NDArray[np.uint32]  # (num_perm,) odd
    b: NDArray[np.uint32]  # (num_perm,)


def shingles(token_hashes: NDArray[np.uint64], token_offsets: NDArray[np.int64], ngram: int = 3) -> Shingles:
    """The set of hashed runs of `ngram` tokens of every text.

    `token_hashes` is (n_tokens,), `token_offsets` (n + 1,). A text of fewer than `ngram` tokens has one shingle of all
    its tokens; a text without tokens has none.
    """
    n_full = max(len(token_hashes) - ngram + 1, 0)
    grams = np.zeros_like(token_hashes)
    grams[:n_full] = _grams([token_hashes[i : i + n_full] for i in range(ngram)])
    lengths = np.diff(token_offsets)
    counts = np.where(lengths > 0, np.maximum(lengths - ngram + 1, 1), 0)
    for length in range(1, ngram):  # the short texts, by their number of tokens
        short = token_offsets[:-1][lengths == length]
        grams[short] = _grams([token_hashes[short + i] for i in range(length)])
    # Only the first `counts` positions of a text begin a shingle of this text.
    wanted = np.ones(len(token_hashes), bool)
    for back in range(1, ngram):
        wanted[token_offsets[1:][lengths - back >= counts] - back] = False
    text_of = np.repeat(np.arange(len(lengths), dtype=np.uint64), counts)
    keyed = np.sort((text_of << np.uint64(32)) | (grams[wanted] >> np.uint64(32)))
    is_new = np.ones(len(keyed), bool)
    np.not_equal(keyed[1:], keyed[:-1], out=is_new[1:])
    keyed = keyed[is_new]
    offsets = np.searchsorted(keyed, np.arange(len(lengths) + 1, dtype=np.uint64) << np.uint64(32))
    return Shingles(keyed.astype(np.uint32), offsets.astype(np.int64))


def permutations(num_perm: int, seed: int = SEED) -> Permutations:
    """Datasketch's permutations for a seed, under scheme affine32."""
    from datasketch import MinHash  # noqa: PLC0415  (Python workers are given the permutations and need no datasketch)

    a, b = MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations
    return Permutations(a, b)


def signatures(sets: Shingles, by: Permutations) -> NDArray[np.uint32]:
    """(n, num_perm) MinHash signatures; all 2^32 - 1 for an empty set."""
    n, num_perm = len(sets.offsets) - 1, len(by.a)
    rows = np.full((num_perm, n), _EMPTY)
    buffer = np.empty(0, np.uint32)
    for begin, end in _text_blocks(sets.offsets):
        filled = begin + np.flatnonzero(np.diff(sets.offsets[begin : end + 1]))
        if not len(filled):
            continue
        values = _fmix32(sets.values[sets.offsets[begin] : sets.offsets[end]])
        starts = sets.offsets[filled] - sets.offsets[begin]
        if len(buffer) < len(values):
            buffer = np.empty(max(len(values), _BLOCK_SHINGLES), np.uint32)
        permuted = buffer[: len(values)]
        for row, a, b in zip(rows, by.a, by.b, strict=True):
            np.multiply(values, a, out=permuted)
            np.add(permuted, b, out=permuted)
            row[filled] = np.minimum.reduceat(permuted, starts)
    return np.ascontiguousarray(rows.T)


def band_keys(rows: NDArray[np.uint32], n_bands: int, n_rows: int) -> NDArray[np.int64]:
    """(n, n_bands) hashes of each band of `n_rows` rows of the signatures (n, num_perm); bands never share a key."""
    banded = rows[:, : n_bands * n_rows].reshape(len(rows), n_bands, n_rows).astype(np.uint64)
    keys = np.broadcast_to(np.arange(1, n_bands + 1, dtype=np.uint64), banded.shape[:2])
    for i in range(n_rows):
        keys = mixed((keys << np.uint64(1)) + banded[:, :, i])
    return keys.view(np.int64)


def band_orders(rows: NDArray[np.uint32], n_bands: int, n_rows: int) -> NDArray[np.int64]:
    """(n, n_bands): for each band two rows from outside it, the first of them in the upper half.

    Texts of one block that agree in these rows are more similar than its others: a large block is sorted by them.
    """
    begins = (np.arange(1, n_bands + 1) % n_bands) * n_rows
    upper, lower = rows[:, begins], rows[:, (begins + 1) % rows.shape[1]]
    return ((upper.astype(np.uint64) << np.uint64(32)) | lower).view(np.int64)


def set_ids(sets: Shingles) -> pa.Array:
    """128-bit identity of every shingle set as 32 hex digits; null for an empty set, which is like no other."""
    n = len(sets.offsets) - 1
    lengths = np.diff(sets.offsets)
    filled = np.flatnonzero(lengths)
    halves = np.zeros((n, len(_SET_KEYS)), ">u8")
    if len(filled):
        values = sets.values.astype(np.uint64)
        for half, key in enumerate(_SET_KEYS):
            sums = np.add.reduceat(mixed(values ^ key), sets.offsets[filled])  # addition: the order does not matter
            halves[filled, half] = mixed(sums + lengths[filled].astype(np.uint64))
    digits = halves.tobytes().hex().encode()
    offsets = np.arange(n + 1, dtype=np.int32) * 32
    validity = pa.array(lengths > 0).buffers()[1]
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(digits), validity)


@lru_cache
def bands_and_rows(threshold: float, num_perm: int) -> tuple[int, int]:
    """Bands and rows per band for a Jaccard threshold, from datasketch's optimiser; at least two bands."""
    from datasketch import MinHashLSH  # noqa: PLC0415  (imports scipy)

    weights = (FALSE_POSITIVE_WEIGHT, 1 - FALSE_POSITIVE_WEIGHT)
    try:
        lsh = MinHashLSH(threshold=threshold, num_perm=num_perm, weights=weights)
    except ValueError:  # datasketch's word for an optimum of a single band: few permutations, or a threshold of 1
        return 2, num_perm // 2
    return lsh.b, lsh.r


def collision_probability(
    similarity: NDArray[np.float64] | float, n_bands: int, n_rows: int
) -> NDArray[np.float64] | float:
    """Probability that two sets of a Jaccard similarity share a block: ``1 - (1 - s^rows)^bands``."""
    return 1 - (1 - similarity**n_rows) ** n_bands


def _grams(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Hashes of tokens in sequence: the first token of each, the second of each, and so on."""
    total = parts[0].copy()
    for part in parts[1:]:
        total *= _SHINGLE_BASE
        total += part
    return mixed(total)


def _fmix32(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser, with which datasketch prepares the hashes that it is given."""
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def _text_blocks(offsets: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Consecutive texts that have at most a block of shingles together; a longer text is a block of its own."""
    begin, n = 0, len(offsets) - 1
    while begin < n:
        end = int(np.searchsorted(offsets, offsets[begin] + _BLOCK_SHINGLES, side="right")) - 1
        end = min(max(end, begin + 1), n)
        yield begin, end
        begin = end

"""Duplicates of a few thousand texts without Spark: by the kernels as the pipeline uses them, and by brute force."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ftq_spark.kernels.near import lsh, minhash
from ftq_spark.kernels.ragged import run_begins
from ftq_spark.kernels.semantic.cells import Cells
from ftq_spark.kernels.semantic.centroids import nearest
from ftq_spark.kernels.semantic.matches import MatchRules, Members, matches_among
from ftq_spark.kernels.text import tokens

Pairs = dict[tuple[int, int], float]  # (lower position, higher position) → similarity
_LIMIT = 128  # units of a block that are all compared
_PARTS = 1_000  # parts compared at once


def shingle_sets(texts: Sequence[str], ngram: int = 3) -> minhash.Shingles:
    """The sets of hashed word n-grams that the near channel compares."""
    words = tokens.tokenize(texts)
    return minhash.shingles(tokens.hashes(words), words.token_offsets, ngram)


def distinct(sets: minhash.Shingles) -> tuple[minhash.Shingles, NDArray[np.int64]]:
    """The distinct sets that are not empty, in the order of their first text, and for each text its set (or -1)."""
    number: dict[str, int] = {}
    firsts: list[int] = []
    unit = np.full(len(sets.offsets) - 1, -1, np.int64)
    for i, identity in enumerate(minhash.set_ids(sets).to_pylist()):
        if identity is None:
            continue
        if identity not in number:
            number[identity] = len(firsts)
            firsts.append(i)
        unit[i] = number[identity]
    kept = [sets.values[sets.offsets[i] : sets.offsets[i + 1]] for i in firsts]
    values = np.concatenate([np.empty(0, np.uint32), *kept])
    return minhash.Shingles(values, np.concatenate([[0], np.cumsum([len(k) for k in kept])]).astype(np.int64)), unit


def near_by_blocks(sets: minhash.Shingles, threshold: float, num_perm: int = 128) -> Pairs:
    """Pairs of distinct sets by signatures, blocks and verification."""
    n_bands, n_rows = minhash.bands_and_rows(threshold, num_perm)
    rows = minhash.signatures(sets, minhash.permutations(num_perm))
    found: Pairs = {}
    keys, orders = minhash.band_keys(rows, n_bands, n_rows).T, minhash.band_orders(rows, n_bands, n_rows).T
    for key, order in zip(keys, orders, strict=True):
        by_key = np.lexsort((np.arange(len(key)), order, key))
        members = lsh.divide(key[by_key], by_key, _LIMIT)
        by_part = np.argsort(members.parts, kind="stable")
        parts, units = members.parts[by_part], by_key[members.rows[by_part]]
        if not len(parts):
            continue
        values = [sets.values[sets.offsets[unit] : sets.offsets[unit + 1]] for unit in units]
        offsets = np.concatenate([[0], np.cumsum([len(value) for value in values])])
        begins = run_begins(parts)
        for begin, end in pairwise([*begins[::_PARTS], len(parts)]):
            part_offsets = offsets[begin : end + 1] - offsets[begin]
            pairs = lsh.similar_pairs(parts[begin:end], np.concatenate(values[begin:end]), part_offsets, threshold)
            left, right = units[begin + pairs.left], units[begin + pairs.right]
            ends = zip(np.minimum(left, right).tolist(), np.maximum(left, right).tolist(), strict=True)
            found.update(zip(ends, pairs.similarity.tolist(), strict=True))
    return found


def near_by_brute_force(sets: minhash.Shingles, threshold: float) -> Pairs:
    """All pairs at or over the threshold: products of the incidence matrix with itself, without any block."""
    _, columns = np.unique(sets.values, return_inverse=True)
    held = sparse.csr_matrix((np.ones(len(columns), np.int32), columns, sets.offsets))
    sizes = np.diff(sets.offsets)
    found: Pairs = {}
    for start in range(0, len(sizes), 2_000):
        counts = (held[start : start + 2_000] @ held.T).tocoo()
        left, right = counts.row.astype(np.int64) + start, counts.col.astype(np.int64)
        similarity = counts.data / (sizes[left] + sizes[right] - counts.data)
        enough = (similarity >= threshold) & (left < right)
        ends = zip(left[enough].tolist(), right[enough].tolist(), strict=True)
        found.update(zip(ends, similarity[enough].tolist(), strict=True))
    return found


def jaccard(left: Sequence[str], right: Sequence[str], ngram: int = 3) -> NDArray[np.float64]:
    """(n,) exact similarity of the sets of word n-grams of each pair of texts; 0 where one has none."""
    a, b = shingle_sets(left, ngram), shingle_sets(right, ngram)
    similarity = np.zeros(len(left))
    for i in range(len(left)):
        one, other = (sets.values[sets.offsets[i] : sets.offsets[i + 1]] for sets in (a, b))
        common = len(np.intersect1d(one, other, assume_unique=True))
        similarity[i] = common / max(len(one) + len(other) - common, 1)
    return similarity


def semantic_by_cells(vectors: NDArray[np.float32], cells: Cells, threshold: float) -> Pairs:
    """Pairs of unit vectors of which one is in the home of the other."""
    if cells.centroids is None:
        raise ValueError("expected trained cells, got one cell of everything")
    probed = nearest(vectors, cells.centroids, cells.n_probe)
    found: Pairs = {}
    for cell in range(len(cells.centroids.cells)):
        at = np.flatnonzero((probed == cell).any(axis=1))
        if len(at) < 2:
            continue
        members = Members(vectors[at], np.zeros(len(at), np.int64), at, cells=probed[at], cell=cell)
        pairs = matches_among(members, MatchRules(threshold))
        ends = zip(at[pairs.left].tolist(), at[pairs.right].tolist(), strict=True)
        found.update(zip(ends, pairs.similarity.tolist(), strict=True))
    return found


def semantic_by_brute_force(vectors: NDArray[np.float32], threshold: float) -> Pairs:
    """All pairs at or over the threshold, in float64."""
    exact = vectors.astype(np.float64)
    found: Pairs = {}
    for start in range(0, len(exact), 1_000):
        similarity = np.round(exact[start : start + 1_000] @ exact.T, 6)
        left, right = np.nonzero(similarity >= threshold)
        upper = left + start < right
        ends = zip((left[upper] + start).tolist(), right[upper].tolist(), strict=True)
        found.update(zip(ends, similarity[left[upper], right[upper]].tolist(), strict=True))
    return found

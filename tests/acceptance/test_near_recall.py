"""Near duplicates of real rows against brute force: recall and precision at the threshold."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from ftq_spark.kernels import lsh, minhash, tokens

THRESHOLD = 0.8
N = 5000


def toolformer(folder: Path) -> list[str]:
    with gzip.open(folder / "gpteacher_toolformer" / "toolformer-dedupe-only.json.gz", "rt", encoding="utf-8") as file:
        return ["\n\n".join(str(value) for value in row.values()) for row in json.load(file)]


def templates(folder: Path) -> list[str]:
    with gzip.open(folder / "scale" / "t0_prompt_completion_shared.jsonl.gz", "rt", encoding="utf-8") as file:
        return ["\n\n".join(str(value) for value in json.loads(line).values()) for line in file]


def distinct_sets(texts: list[str]) -> minhash.Shingles:
    batch = tokens.tokenize(texts)
    sets = minhash.shingles(tokens.hashes(batch), batch.token_offsets)
    ids = minhash.set_ids(sets).to_pylist()
    first = {identity: i for i, identity in reversed(list(enumerate(ids))) if identity}
    kept = [sets.values[sets.offsets[i] : sets.offsets[i + 1]] for i in sorted(first.values())]
    return minhash.Shingles(np.concatenate(kept), np.concatenate([[0], np.cumsum([len(k) for k in kept])]))


def brute_force(sets: minhash.Shingles) -> dict[tuple[int, int], float]:
    """All pairs at or over the threshold: one product of the incidence matrix with itself, without any block."""
    _, columns = np.unique(sets.values, return_inverse=True)
    held = sparse.csr_matrix((np.ones(len(columns), np.int32), columns, sets.offsets))
    counts = sparse.triu(held @ held.T, k=1).tocoo()
    sizes = np.diff(sets.offsets)
    similarity = counts.data / (sizes[counts.row] + sizes[counts.col] - counts.data)
    enough = similarity >= THRESHOLD
    pairs = zip(counts.row[enough].tolist(), counts.col[enough].tolist(), strict=True)
    return dict(zip(pairs, similarity[enough].tolist(), strict=True))


def blocked(sets: minhash.Shingles) -> dict[tuple[int, int], float]:
    """The same pairs by signatures, blocks and verification."""
    n_bands, n_rows = minhash.bands_and_rows(THRESHOLD, 128)
    rows = minhash.signatures(sets, minhash.permutations(128))
    found = {}
    keys, orders = minhash.band_keys(rows, n_bands, n_rows).T, minhash.band_orders(rows, n_bands, n_rows).T
    for key, order in zip(keys, orders, strict=True):
        by_key = np.lexsort((np.arange(len(key)), order, key))
        members = lsh.divide(key[by_key], by_key, 128)
        by_part = np.argsort(members.parts, kind="stable")
        parts, units = members.parts[by_part], by_key[members.rows[by_part]]
        values = [sets.values[sets.offsets[unit] : sets.offsets[unit + 1]] for unit in units]
        offsets = np.concatenate([[0], np.cumsum([len(value) for value in values])])
        begins = np.flatnonzero(np.concatenate([[True], parts[1:] != parts[:-1]]))
        for begin, end in pairwise([*begins[::1000], len(parts)]):
            part_values = np.concatenate(values[begin:end])
            part_offsets = offsets[begin : end + 1] - offsets[begin]
            pairs = lsh.similar_pairs(parts[begin:end], part_values, part_offsets, THRESHOLD)
            for left, right, similarity in zip(*pairs, strict=True):
                pair = sorted((int(units[begin + left]), int(units[begin + right])))
                found[pair[0], pair[1]] = float(similarity)
    return found


@pytest.mark.parametrize("load", [toolformer, templates])
def test_recall_and_precision(real_data: Path, load: Callable[[Path], list[str]]) -> None:
    sets = distinct_sets(load(real_data)[:N])
    expected, got = brute_force(sets), blocked(sets)
    assert len(expected) > 1000
    assert got.items() <= expected.items()  # precision 1, similarities exact
    assert len(got) / len(expected) >= 0.98

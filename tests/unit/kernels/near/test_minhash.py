"""Shingles, signatures and bands against datasketch and plain Python."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.near import minhash
from ftq_spark.kernels.text import tokens

# Small alphabets of hashes, so that texts share and repeat tokens.
HASHED_TEXTS = st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3), max_size=12), max_size=8)
MASK = (1 << 64) - 1


def flat(texts: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)]).astype(np.int64)
    return np.array([value for text in texts for value in text], np.uint64), offsets


def sets_of(sets: minhash.Shingles) -> list[list[int]]:
    return [sets.values[begin:end].tolist() for begin, end in pairwise(sets.offsets)]


def from_lists(values: list[list[int]]) -> minhash.Shingles:
    hashes, offsets = flat([sorted(set(text)) for text in values])
    return minhash.Shingles(hashes.astype(np.uint32), offsets)


def of_texts(texts: list[str], ngram: int = 3) -> minhash.Shingles:
    batch = tokens.tokenize(texts)
    return minhash.shingles(tokens.hashes(batch), batch.token_offsets, ngram)


def plain_shingles(text: list[int], ngram: int) -> list[int]:
    runs = [text[i : i + ngram] for i in range(len(text) - ngram + 1)] or ([text] if text else [])
    found = set()
    for run in runs:
        value = 0
        for token in run:
            value = (value * 0xD6E8FEB86659FD93 + token) & MASK
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD & MASK
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53 & MASK
        found.add((value ^ (value >> 33)) >> 32)
    return sorted(found)


@given(HASHED_TEXTS, st.integers(1, 5))
def test_shingles_equal_the_plain_reading(texts: list[list[int]], ngram: int) -> None:
    assert sets_of(minhash.shingles(*flat(texts), ngram)) == [plain_shingles(text, ngram) for text in texts]


def test_short_and_empty_texts() -> None:
    sets = sets_of(of_texts(["", "one", "one two", "one two three", "two one", "...", "one, two"]))
    assert [len(found) for found in sets] == [0, 1, 1, 1, 1, 0, 1]
    assert sets[2] == sets[6]
    assert len({found[0] for found in sets if found}) == 4


@given(
    st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=20), max_size=6),
    st.sampled_from([1, 16, 128]),
    st.integers(1, 9),
)
def test_signatures_equal_datasketch(values: list[list[int]], num_perm: int, seed: int) -> None:
    rows = minhash.signatures(from_lists(values), minhash.permutations(num_perm, seed))
    assert rows.shape == (len(values), num_perm)
    assert rows.dtype == np.uint32
    for row, text in zip(rows, values, strict=True):
        sketch = MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=int)
        sketch.update_batch(text)
        np.testing.assert_array_equal(row, sketch.hashvalues)


def test_signatures_over_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    sets = from_lists([random.integers(0, 2**32, size).tolist() for size in (3, 0, 40, 1, 0, 0, 17, 64, 2, 0)])
    by = minhash.permutations(32)
    whole = minhash.signatures(sets, by)
    monkeypatch.setattr(minhash, "_BLOCK_SHINGLES", 16)
    np.testing.assert_array_equal(minhash.signatures(sets, by), whole)


def test_stored_values_never_change() -> None:
    sets = of_texts(["The quick brown fox jumps over the lazy dog."])
    rows = minhash.signatures(sets, minhash.permutations(128))
    assert minhash.set_ids(sets).to_pylist() == ["a92c9e906e780b1416be1ad928f08597"]
    assert minhash.band_keys(rows, 18, 7)[0, [0, 17]].tolist() == [-7858204375296190642, -7668426480973715230]
    assert minhash.band_orders(rows, 18, 7)[0, [0, 17]].tolist() == [832521252916212647, 1319457333630408169]


def test_band_keys_agree_exactly_where_the_rows_do() -> None:
    random = np.random.default_rng(5)
    rows = random.integers(0, 2, (300, 24), dtype=np.uint32)
    keys = minhash.band_keys(rows, 6, 4)
    assert len(np.unique(keys)) == sum(len(np.unique(rows[:, b * 4 : b * 4 + 4], axis=0)) for b in range(6))
    for band in range(6):
        part = rows[:, band * 4 : band * 4 + 4]
        same_rows = (part[:, None] == part[None]).all(axis=2)
        np.testing.assert_array_equal(keys[:, None, band] == keys[None, :, band], same_rows)


def test_band_orders_are_rows_from_outside_the_band() -> None:
    rows = np.arange(24, dtype=np.uint32)[None]
    orders = minhash.band_orders(rows, 6, 4).view(np.uint64)[0]
    assert (orders >> np.uint64(32)).tolist() == [4, 8, 12, 16, 20, 0]
    assert (orders & np.uint64(0xFFFFFFFF)).tolist() == [5, 9, 13, 17, 21, 1]


@given(HASHED_TEXTS)
def test_set_ids_name_the_set(texts: list[list[int]]) -> None:
    values = [[value & 0xFFFFFFFF for value in text] for text in texts]
    ids = minhash.set_ids(from_lists(values)).to_pylist()
    by_set: dict[frozenset[int], str | None] = {}
    for text, identity in zip(values, ids, strict=True):
        assert (identity is None) == (not text)
        assert identity is None or (len(identity) == 32 and int(identity, 16) >= 0)
        assert by_set.setdefault(frozenset(text), identity) == identity
    assert len(set(by_set.values())) == len(by_set)


def test_bands_and_rows_come_from_datasketch() -> None:
    lsh = MinHashLSH(threshold=0.8, num_perm=128, weights=(0.01, 0.99))
    assert minhash.bands_and_rows(0.8, 128) == (lsh.b, lsh.r) == (18, 7)


@pytest.mark.parametrize("num_perm", [16, 64, 128, 256])
@pytest.mark.parametrize("threshold", [0.05, 0.5, 0.9, 0.99, 1.0])
def test_every_threshold_has_bands(threshold: float, num_perm: int) -> None:
    n_bands, n_rows = minhash.bands_and_rows(threshold, num_perm)
    assert n_bands >= 2
    assert n_rows >= 1
    assert n_bands * n_rows <= num_perm


def test_collision_probability_is_what_signatures_show() -> None:
    n_texts, n_shared, n_own = 400, 80, 10  # Jaccard 80 / 100
    random = np.random.default_rng(7)
    values = []
    for _ in range(n_texts):
        pool = random.integers(0, 2**32, n_shared + 2 * n_own).tolist()
        values += [pool[: n_shared + n_own], pool[:n_shared] + pool[n_shared + n_own :]]
    keys = minhash.band_keys(minhash.signatures(from_lists(values), minhash.permutations(128)), 14, 9)
    collided = (keys[::2] == keys[1::2]).any(axis=1).mean()
    assert collided == pytest.approx(minhash.collision_probability(0.8, 14, 9), abs=0.06)
    np.testing.assert_array_equal(minhash.collision_probability(np.array([0.0, 1.0]), 14, 9), [0.0, 1.0])

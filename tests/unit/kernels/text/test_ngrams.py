"""Repeated n-grams against counting in plain Python."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.tokens import hashes, tokenize

TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=14), max_size=5)


def hashed(texts: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    tokens = tokenize([" ".join(text) for text in texts])
    return hashes(tokens), tokens.token_offsets


@settings(deadline=None)
@given(TEXTS)
def test_repeats_of_every_length(texts: list[list[str]]) -> None:
    token_hashes, offsets = hashed(texts)
    found = ngrams.repeats(token_hashes, offsets, 10)
    for n in range(2, 11):
        occurrences: set[int] = set()
        later: set[int] = set()
        sizes = []
        for text, offset in zip(texts, offsets, strict=False):
            grams = [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]
            counts = Counter(grams)
            sizes += [count for count in counts.values() if count > 1]
            occurrences |= {offset + i for i, gram in enumerate(grams) if counts[gram] > 1}
            later |= {offset + i for i, gram in enumerate(grams) if gram in grams[:i]}
        assert set(found[n].positions.tolist()) == occurrences
        assert set(found[n].again.tolist()) == later
        assert sorted(found[n].counts.tolist()) == sorted(sizes)


@settings(deadline=None)
@given(TEXTS, st.integers(1, 4))
def test_texts_that_repeat(texts: list[list[str]], n: int) -> None:
    grams = [[tuple(text[i : i + n]) for i in range(len(text) - n + 1)] for text in texts]
    found = ngrams.texts_that_repeat(ngrams.grams(*hashed(texts), n))
    assert found.tolist() == [place for place, own in enumerate(grams) if len(set(own)) < len(own)]


@settings(deadline=None)
@given(TEXTS, st.integers(1, 4))
def test_repeats_earlier(texts: list[list[str]], n: int) -> None:
    token_hashes, offsets = hashed(texts)
    grams = ngrams.grams(token_hashes, offsets, n)
    expected = []
    for text in texts:
        found = [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]
        expected += [gram in found[:i] for i, gram in enumerate(found)]
    assert ngrams.repeats_earlier(grams).tolist() == expected
    assert grams.counts.tolist() == [max(len(text) - n + 1, 0) for text in texts]


@settings(deadline=None)
@given(TEXTS)
def test_shared_looks_at_the_same_text_only(texts: list[list[str]]) -> None:
    others = [text[::-1][:3] for text in texts[::-1]]
    left, right = ngrams.grams(*hashed(texts), 2), ngrams.grams(*hashed(others), 2)
    expected = []
    for text, other in zip(texts, others, strict=True):
        known = set(pairwise(other))
        expected += [gram in known for gram in pairwise(text)]
    assert ngrams.shared(left.keys, right.keys).tolist() == expected


def test_covered_tokens() -> None:
    assert ngrams.covered_tokens(np.array([1, 2, 6]), 3, 10).tolist() == [False, *[True] * 4, False, *[True] * 3, False]


def test_too_many_texts() -> None:
    with pytest.raises(ValueError, match="1048576"):
        ngrams.grams(np.zeros(0, np.uint64), np.zeros((1 << 20) + 2, np.int64), 2)

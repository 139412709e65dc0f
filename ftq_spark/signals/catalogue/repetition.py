"""Repetition inside an answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import count_true
from ftq_spark.kernels.text.tokens import of_texts
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal, suspects

LONGEST_GRAM = 10
LOOP_GRAM = 6
MIN_TOKENS = 12
SUSPECT = 0.2  # share of the words in 6-grams said before, from which a loop is looked for
LONGEST_LOOP = 60
TIMES = 4
_REFRAIN = expression("asked", "repetition", r"\b{}\b")


def repeats(batch: Batch) -> dict[int, ngrams.Repeats]:
    """The repeated n-grams of the answers, n = 2 … 10."""
    offsets = batch.tokens("response").token_offsets
    return batch.feature("repeats", "response", lambda: ngrams.repeats(batch.hashes("response"), offsets, LONGEST_GRAM))


def repeated_tokens(batch: Batch, n: int) -> NDArray[np.bool_]:
    """(t,) which tokens lie in an n-gram said before."""
    n_tokens = len(batch.tokens("response").starts)
    return batch.feature(
        f"repeated {n}", "response", lambda: ngrams.covered_tokens(repeats(batch)[n].again, n, n_tokens)
    )


@signal(
    "repeated_4gram_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Share of the answer's word 4-grams that repeat an earlier one. NaN without a 4-gram.",
    source="Gopher (Rae et al. 2021)",
)
def repeated_4gram_fraction(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("response").token_offsets
    n_grams = np.maximum(np.diff(offsets) - 3, 0)
    again = np.diff(np.searchsorted(np.sort(repeats(batch)[4].again), offsets))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n_grams > 0, again / n_grams, np.nan)


@suspects("looping")
def _may_loop(batch: Batch) -> NDArray[np.bool_]:
    long = np.flatnonzero(batch.n_tokens("response") >= MIN_TOKENS)
    tokens, hashes = of_texts(batch.tokens("response"), batch.hashes("response"), long)
    found = np.zeros(batch.n, dtype=bool)
    found[long[ngrams.texts_that_repeat(ngrams.grams(hashes, tokens.token_offsets, LOOP_GRAM))]] = True
    return found


@signal(
    "looping",
    version=3,
    range=(0, 1),
    reads=("response", "question"),
    summary="Share of the answer that says the same words over and over, end to end; 0 where a refrain is asked for.",
)
def looping(batch: Batch) -> NDArray[np.float64]:
    """A loop is a stretch of at most 60 tokens said four times or more without a break, twelve words in all."""
    offsets = batch.tokens("response").token_offsets
    n_tokens = np.diff(offsets)
    covered = count_true(repeated_tokens(batch, LOOP_GRAM), offsets)
    suspects = (n_tokens >= MIN_TOKENS) & (covered > SUSPECT * n_tokens) & ~batch.matches("question", _REFRAIN)
    scores = np.zeros(batch.n)
    hashes, weights = batch.hashes("response"), batch.word_weights("response")
    for i in np.flatnonzero(suspects):
        own = slice(offsets[i], offsets[i + 1])
        looped = _end_to_end(hashes[own], weights[own])
        scores[i] = weights[own][looped].sum() / weights[own].sum()
    return scores


def _end_to_end(hashes: NDArray[np.uint64], weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(t,) tokens in a stretch that is repeated end to end."""
    looped = np.zeros(len(hashes), dtype=bool)
    words = np.concatenate((np.zeros(1), np.cumsum(weights)))
    for period in range(1, min(LONGEST_LOOP, len(hashes) // TIMES) + 1):
        same = np.concatenate(([False], hashes[period:] == hashes[:-period], [False])).astype(np.int8)
        edges = np.flatnonzero(np.diff(same)).reshape(-1, 2)
        for first, last in edges[edges[:, 1] - edges[:, 0] >= (TIMES - 1) * period]:
            if words[last + period] - words[first] >= MIN_TOKENS:
                looped[first : last + period] = True
    return looped

"""Repetition inside an answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import count_true
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

LONGEST_GRAM = 10
LOOP_GRAM = 6
MIN_TOKENS = 12


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


@signal(
    "looping",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Share of the answer's words that lie in 6-grams said before: a loop is near 1.",
)
def looping(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("response").token_offsets
    n_tokens = np.diff(offsets)
    covered = count_true(repeated_tokens(batch, LOOP_GRAM), offsets)
    return np.where(n_tokens >= MIN_TOKENS, covered / np.maximum(n_tokens, 1), 0.0)

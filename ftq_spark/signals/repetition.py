"""Repetition inside an answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels import ngrams
from ftq_spark.kernels.text import count_true
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

LOOP_GRAM = 6
MIN_TOKENS = 12


@signal(
    "repeated_4gram_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Share of the answer's word 4-grams that repeat an earlier one.",
    source="Gopher (Rae et al. 2021)",
)
def repeated_4gram_fraction(batch: Batch) -> NDArray[np.float64]:
    tokens = batch.tokens("response")
    return ngrams.repeated_fraction(ngrams.grams(batch.hashes("response"), tokens.token_offsets, 4))


@signal(
    "looping",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Share of the answer's words that lie in 6-grams said before: a loop is near 1.",
)
def looping(batch: Batch) -> NDArray[np.float64]:
    tokens = batch.tokens("response")
    offsets = tokens.token_offsets
    grams = ngrams.grams(batch.hashes("response"), offsets, LOOP_GRAM)
    n_tokens = np.diff(offsets)
    covered = ngrams.covered_tokens(grams, ngrams.repeats_earlier(grams), LOOP_GRAM, len(tokens.starts))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = count_true(covered, offsets) / n_tokens
    return np.where(n_tokens >= MIN_TOKENS, share, 0.0)

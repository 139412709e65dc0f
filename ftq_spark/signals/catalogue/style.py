"""Manner: words that fill, flatter or hedge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.kernels.text.expressions import Joined
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal

_FILLER = expression("manner", "filler", r"^\W*{}")
_FLATTERY = expression("manner", "flattery", r"^\W*{}")


@signal(
    "filler_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary='Sentences that only fill ("It is important to note", "I hope this helps"), per sentence. NaN without one.',
    source="cleanllm",
)
def filler_fraction(batch: Batch) -> NDArray[np.float64]:
    sentences = batch.sentences("response")
    n_sentences = batch.n_sentences("response")
    filler = Joined(sentences.texts).matches(_FILLER)
    counts = kernel.count_true(filler, sentences.owner_offsets)
    return np.where(n_sentences > 0, counts / np.maximum(n_sentences, 1), np.nan)


@signal(
    "flattering_opening",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary='1 where the answer opens with praise or eagerness: "Great question!", "Certainly!".',
    source="cleanllm",
)
def flattering_opening(batch: Batch) -> NDArray[np.float64]:
    return batch.matches("response", _FLATTERY).astype(np.float64)

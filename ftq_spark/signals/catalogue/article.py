"""The three measures of the article behind the project, to the letter, for profile `article`.

They are kept as they are, so that results can be compared with the article's; the default quality uses none of them.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.arrays import Text, count_true
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

STRUCTURE_MARKERS = (":", "-", "1.", "•")
BAD_PHRASES = ("i don't know", "i cannot provide", "as an ai")
# Where one of these may stand: an i that ends a phrase may be the first half of what İ is in lower case.
_MAY_BE_BAD = "(?i)" + "|".join(re.sub("i$", "[iİ]", phrase) for phrase in BAD_PHRASES)


@signal(
    "length_score",
    version=1,
    range=(0, 1),
    reads=("response", "roles"),
    summary="Words against min_length and max_length: 1 between them, in proportion outside.",
    source="article: score_example",
)
def length_score(batch: Batch) -> NDArray[np.float64]:
    n_words = batch.n_whitespace_words("response").astype(np.float64)
    low, high = float(batch.parameters.min_length), float(batch.parameters.max_length)
    scores = np.ones(batch.n)
    short, long = n_words < low, ~(n_words < low) & (n_words > high)
    scores[short] = n_words[short] / low
    scores[long] = high / n_words[long]
    return np.where(batch.has_assistant, scores, 0.0)


@signal(
    "has_structure",
    version=1,
    range=(0, 1),
    reads=("response", "roles"),
    summary='1 where the answer holds ":", "-", "1." or "•" anywhere.',
    source="article: score_example",
)
def has_structure(batch: Batch) -> NDArray[np.float64]:
    text = batch.text("response")
    found = count_true(np.logical_or.reduce([_begins(text, marker) for marker in STRUCTURE_MARKERS]), text.offsets) > 0
    return (found & batch.has_assistant).astype(np.float64)


def _begins(text: Text, marker: str) -> NDArray[np.bool_]:
    """(c,) where a marker begins in one of the texts."""
    found: NDArray[np.bool_] = text.codes == ord(marker[0])
    for place in range(1, len(marker)):
        found[:-place] &= text.codes[place:] == ord(marker[place])
        found[np.maximum(text.offsets[1:] - place, 0)[np.diff(text.offsets) > 0]] = False  # it would end in the next
    return found


@signal(
    "passes_filters",
    version=1,
    range=(0, 1),
    reads=("response", "roles"),
    summary="1 where the answer holds none of the article's three bad phrases, case ignored.",
    source="article: score_example",
)
def passes_filters(batch: Batch) -> NDArray[np.float64]:
    is_bad = batch.measured_among("response", _holds_bad_phrase, batch.matches("response", _MAY_BE_BAD)) > 0
    return (~is_bad & batch.has_assistant).astype(np.float64)


def _holds_bad_phrase(text: str) -> bool:
    lowered = text.lower()
    return any(phrase in lowered for phrase in BAD_PHRASES)

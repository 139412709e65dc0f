"""The three measures of the article behind the project, to the letter, for profile `article`.

They are kept as they are, so that results can be compared with the article's; the default quality uses none of them.
"""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

STRUCTURE_MARKERS = (":", "-", "1.", "•")
BAD_PHRASES = ("i don't know", "i cannot provide", "as an ai")
# The only characters beyond ASCII whose `str.lower()` holds an ASCII letter.
LOWERED = (("\u212a", "k"), ("\u0130", "i\u0307"))


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
    response = batch.array("response")
    found = np.zeros(batch.n, dtype=bool)
    for marker in STRUCTURE_MARKERS:
        found |= pc.match_substring(response, marker).to_numpy(zero_copy_only=False)
    return (found & batch.has_assistant).astype(np.float64)


@signal(
    "passes_filters",
    version=1,
    range=(0, 1),
    reads=("response", "roles"),
    summary="1 where the answer holds none of the article's three bad phrases, case ignored.",
    source="article: score_example",
)
def passes_filters(batch: Batch) -> NDArray[np.float64]:
    lowered = batch.array("response")
    if batch.holds_wide_characters("response"):
        codes = batch.text("response").codes
        for character, lower in LOWERED:
            if (codes == ord(character)).any():  # hardly ever, and looking is cheap
                lowered = pc.replace_substring(lowered, character, lower)
    lowered = pc.ascii_lower(lowered)
    found = np.zeros(batch.n, dtype=bool)
    for phrase in BAD_PHRASES:
        found |= pc.match_substring(lowered, phrase).to_numpy(zero_copy_only=False)
    return (~found & batch.has_assistant).astype(np.float64)

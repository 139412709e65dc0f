"""Questions in other languages than English: which of them a brief answer answers.

English word lists do not reach them. What wants an explanation is known by its words in the larger languages; any other
question, in a listed language or not, may be one for a fact, and a brief answer to it is not held against anybody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.languages import LANGUAGES, UNKNOWN
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.language import language_codes
from ftq_spark.signals.features.phrases import expression

_ASKS = expression("questions", "asks")
_MARK = r"[?？؟;՞፧]|什么|谁|哪|几|多少|何|ですか|ますか|的是"
_OPEN = expression("questions", "wants_more")
FOREIGN_LETTERS = 0.3  # share of letters beyond the Latin script from which a question is not English


def asks_elsewhere_to_explain(batch: Batch) -> NDArray[np.bool_]:
    """(n,) last questions in another language than English that want an explanation."""
    return batch.matches("question", _OPEN)


def asks_nothing(batch: Batch) -> NDArray[np.bool_]:
    """(n,) last turns of the user that are a courtesy and no more: thanks, a greeting, assent."""
    said = expression("courtesy").removeprefix("(?i)")
    return batch.matches("question", rf"(?i)^\W*(?:{said})(?:[\s,.!;:)]+(?:{said}))?\W*$")


def asks_elsewhere_for_a_fact(batch: Batch) -> NDArray[np.bool_]:
    """(n,) last questions in another language than English that want no explanation."""

    def compute() -> NDArray[np.bool_]:
        found = batch.matches("question", _ASKS)
        codes = language_codes(batch, "question")
        found |= (codes != UNKNOWN) & (codes != LANGUAGES.index("en"))
        wide = np.flatnonzero(batch.n_wide_characters("question"))  # of other scripts are these alone
        if len(wide):
            some = batch.at(wide, ("question",))
            letters, latin = some.counts("question", r"\p{L}"), some.counts("question", r"\p{Latin}")
            found[wide] |= letters - latin > FOREIGN_LETTERS * letters
        return found & batch.matches("question", _MARK) & ~batch.matches("question", _OPEN)

    return batch.feature("fact_elsewhere", "question", compute)

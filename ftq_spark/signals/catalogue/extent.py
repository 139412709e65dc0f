"""How much is said, against how much was asked for: a short answer to a short question is not short."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal

YES_OR_NO = 1.5  # the demand of a question that a yes or a no answers
# What a question asks for, as (words after which an answer counts as full, expression over the question). The last
# expression that matches decides.
DEMANDS: tuple[tuple[float, str], ...] = (
    (12.0, expression("demands", "fact", r"^\W*{}\b")),
    (30.0, expression("demands", "means", r"\b{}\b")),
    (40.0, expression("demands", "explanation", r"\b{}")),
    (80.0, expression("demands", "long", r"\b{}\b")),
    (YES_OR_NO, expression("demands", "yes_no")),
    (0.8, expression("demands", "choice")),
    (30.0, expression("demands", "open", r"^\W*{}\b")),
)
DEFAULT_DEMAND = 20.0
BRIEF = 2.0  # a demand at or under this is met by a word, whatever it is


def demand(batch: Batch) -> NDArray[np.float64]:
    """(n,) words after which an answer to the last question counts as full; see :data:`DEMANDS`."""

    def compute() -> NDArray[np.float64]:
        words = np.full(batch.n, DEFAULT_DEMAND)
        for needed, pattern in DEMANDS:
            words[batch.matches("question", pattern)] = needed
        return words

    return batch.feature("demand", "question", compute)


@signal(
    "n_words", version=1, range=(0, np.inf), reads=("response",), summary="Words of the answer, by script: 你好 is two."
)
def n_words(batch: Batch) -> NDArray[np.float64]:
    return batch.n_tokens("response").astype(np.float64)


@signal(
    "n_prompt_words", version=1, range=(0, np.inf), reads=("prompt",), summary="Words of what was asked, by script."
)
def n_prompt_words(batch: Batch) -> NDArray[np.float64]:
    return batch.n_tokens("prompt").astype(np.float64)


@signal(
    "answer_length",
    version=1,
    range=(0, 1),
    reads=("response", "question"),
    summary="How full the answer is for what was asked: 1 − exp(−words / demand); a yes/no question is full in a line.",
)
def answer_length(batch: Batch) -> NDArray[np.float64]:
    return 1.0 - np.exp(-batch.n_tokens("response") / demand(batch))

"""How much is said, against how much was asked for: a short answer to a short question is not short."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

YES_OR_NO = 1.5  # the demand of a question that a yes or a no answers
# What a question asks for, as (words after which an answer counts as full, expression over the question). The last
# expression that matches decides.
DEMANDS: tuple[tuple[float, str], ...] = (
    (12.0, r"(?i)^\W*(?:what|which|who|whom|whose|when|where|how (?:many|much|old|long|far|often|tall|big))\b"),
    (
        30.0,
        r"(?i)\b(?:how (?:do|does|did|can|could|to|would|should|is|are)|why|list|tips|steps|suggest|reasons"
        r"|examples)\b",
    ),
    (
        40.0,
        r"(?i)\b(?:explain|describe|discuss|compare|contrast|analy[sz]e|summari[sz]e|elaborate|evaluate|outline"
        r"|detail)",
    ),
    (
        80.0,
        r"(?i)\b(?:essay|story|article|blog|report|letter|speech|guide|tutorial|plan|detailed|in detail"
        r"|step[- ]by[- ]step)\b",
    ),
    (
        YES_OR_NO,
        r"(?i)^\W*(?:(?:is|are|was|were|am|do|does|did|has|have|had)\b|(?:can|could|should|would|will|may|might)"
        r" (?:[^y\s]|y[^o]))[^\n]*\?\W*$",
    ),
    (
        0.8,
        r"(?i)(?:^|[.:!?\n])\W*(?:please )?(?:classify|categori[sz]e|label|identify|select|choose|pick"
        r"|convert|translate|calculate|compute|solve|sort|rank|correct|fix|edit|rewrite|rephrase|replace"
        r"|name (?:a|an|one|the)|detect)\b"
        r"|\btrue or false\b|\byes or no\b|\b(?:one|single)[- ](?:word|sentence|line)\b"
        r"|\bwhat(?: is|['’]s) \p{Nd}|\p{Nd}\s*[-+*/×÷=^]\s*\p{Nd}",
    ),
    (30.0, r"(?i)^\W*(?:why|how (?:do|does|did|can|could|should|would|to)|explain|describe)\b"),
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

"""What an answer says: concrete matter against generalities, and how much of it merely repeats the question."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels import ngrams
from ftq_spark.kernels.lexicon import Lexicon
from ftq_spark.kernels.text import count_true, sum_by_offsets
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.extent import BRIEF, demand
from ftq_spark.signals.registry import signal
from ftq_spark.signals.words import CAUSAL, ENGLISH_STOPWORDS, GENERIC

LEXICON = Lexicon({"stop": ENGLISH_STOPWORDS, "generic": GENERIC, "causal": CAUSAL})


def word_flags(batch: Batch, column: str, name: str) -> NDArray[np.bool_]:
    """(t,) which tokens of a column are in a list of the lexicon."""
    flags = batch.feature("word_flags", column, lambda: LEXICON.flags(batch.hashes(column)))
    return (flags & LEXICON.bit(name)) != 0


def evidence_flags(batch: Batch, column: str = "response") -> NDArray[np.bool_]:
    """(t,) tokens that are concrete by their form: holding a digit, or capitalised inside a sentence."""

    def compute() -> NDArray[np.bool_]:
        tokens, raw = batch.tokens(column), batch.text(column).codes
        if len(raw) != len(tokens.codes):  # texts that are not UTF-8
            return np.zeros(len(tokens.starts), dtype=bool)
        first = raw[tokens.starts]
        digit = (first >= ord("0")) & (first <= ord("9"))
        capital = first != tokens.codes[tokens.starts]
        space = raw[np.maximum(tokens.starts - 1, 0)]
        previous = tokens.codes[np.maximum(tokens.starts - 2, 0)]
        letter = (previous >= ord("a")) & (previous <= ord("z"))
        inside = (space == 0x20) & (letter | (previous == ord(","))) | (space == ord("(")) | (space == ord("-"))
        long = tokens.ends - tokens.starts > 1
        return digit | (capital & inside & long)

    return batch.feature("evidence", column, compute)


@signal(
    "information",
    version=1,
    range=(0, 1),
    reads=("response", "question"),
    summary="Distinct content words that the question does not hold, against what was asked for; NaN for a brief question.",
)
def information(batch: Batch) -> NDArray[np.float64]:
    tokens = batch.tokens("response")
    content = ~word_flags(batch, "response", "stop")
    n_content = count_true(content, tokens.token_offsets)
    unigrams = ngrams.grams(batch.hashes("response"), tokens.token_offsets, 1)
    fresh = content & ~ngrams.repeats_earlier(unigrams)
    characters = np.minimum(tokens.ends - tokens.starts, 12) * fresh
    total = sum_by_offsets(characters.astype(np.int64), tokens.token_offsets)
    asked = demand(batch)
    scores = np.where(n_content > 0, 1.0 - np.exp(-total / (3.0 * asked + 20.0)), 0.0)
    return np.where(asked > BRIEF, scores, np.nan)


@signal(
    "vagueness",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Generalities (many, various, important …) against concrete words; NaN for text that is not English.",
)
def vagueness(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("response").token_offsets
    n_tokens = np.diff(offsets)
    generic = count_true(word_flags(batch, "response", "generic"), offsets)
    solid = count_true(evidence_flags(batch) | word_flags(batch, "response", "causal"), offsets)
    with np.errstate(invalid="ignore", divide="ignore"):
        density = generic / (n_tokens + 8.0)
        english = count_true(word_flags(batch, "response", "stop"), offsets) / n_tokens > 0.1
    scores = 1.0 - np.exp(-12.0 * density * np.exp(-solid / (generic + 1.0)))
    return np.where(english, scores, np.nan)


@signal(
    "prompt_echo",
    version=1,
    range=(0, 1),
    reads=("response", "prompt"),
    summary="Share of the answer's word 3-grams that the prompt holds too; 1 where the answer is the prompt.",
)
def prompt_echo(batch: Batch) -> NDArray[np.float64]:
    def grams(column: str) -> ngrams.Grams:
        return ngrams.grams(batch.hashes(column), batch.tokens(column).token_offsets, 3)

    answer, prompt = grams("response"), grams("prompt")
    known = np.sort(prompt.keys)
    at = np.minimum(np.searchsorted(known, answer.keys), max(len(known) - 1, 0))
    held = known[at] == answer.keys if len(known) else np.zeros(len(answer.keys), dtype=bool)
    gram_offsets = np.concatenate(([0], np.cumsum(answer.counts)))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = count_true(held, gram_offsets) / answer.counts
    same = pc.equal(batch.array("response"), batch.array("prompt")).to_numpy(zero_copy_only=False)
    filled = np.diff(batch.text("response").offsets) > 0
    return np.where(same & filled, 1.0, np.where(answer.counts > 0, share, 0.0))

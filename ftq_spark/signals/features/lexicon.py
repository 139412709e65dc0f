"""Tokens of a batch by word list and by form; shared by the signals that look at what is said."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import DIGIT, count_true
from ftq_spark.kernels.text.lexicon import Lexicon
from ftq_spark.kernels.text.tokens import hashes
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import words

LEXICON = Lexicon({name: words(name) for name in ("stop", "generic", "hedge", "causal", "advice", "common", "number")})
_STEM_CHARS = 6


def in_list(batch: Batch, column: str, name: str) -> NDArray[np.bool_]:
    """(t,) which tokens of a column are in a list of the lexicon."""
    flags = batch.feature("word_flags", column, lambda: LEXICON.flags(batch.hashes(column)))
    found: NDArray[np.bool_] = (flags & LEXICON.bit(name)) != 0
    return found


def count_in_list(batch: Batch, column: str, name: str) -> NDArray[np.int64]:
    """(n,) tokens of each text that are in a list of the lexicon."""
    return count_true(in_list(batch, column, name), batch.tokens(column).token_offsets)


def has_digit(batch: Batch, column: str) -> NDArray[np.bool_]:
    """(t,) tokens that begin with a digit of any script."""
    tokens, classes = batch.tokens(column), batch.character_classes(column)
    found: NDArray[np.bool_] = classes[tokens.starts] == DIGIT
    return found


def is_name(batch: Batch, column: str) -> NDArray[np.bool_]:
    """(t,) tokens that look like a name: capitalised inside a sentence, or holding a capital after the first letter."""
    tokens, raw = batch.tokens(column), batch.text(column).codes
    if not len(tokens.starts):
        return np.zeros(0, dtype=bool)
    upper = raw != tokens.codes  # lower-casing changed the character
    first = upper[tokens.starts]
    before = raw[np.maximum(tokens.starts - 1, 0)]
    earlier = tokens.codes[np.maximum(tokens.starts - 2, 0)]
    letter = ((earlier >= ord("a")) & (earlier <= ord("z"))) | (earlier == ord(",")) | (earlier >= 0xDF)
    inside = ((before == 0x20) & letter) | (before == ord("(")) | (before == ord("-")) | (before == ord("/"))
    second = upper[np.minimum(tokens.starts + 1, len(upper) - 1)]
    long = tokens.ends - tokens.starts > 1
    found: NDArray[np.bool_] = long & first & (inside | second)
    return found


def stem_grams(batch: Batch, column: str) -> ngrams.Grams:
    """Unigrams of the first six letters of each token, so that "inhibits" and "inhibition" are one."""

    def compute() -> ngrams.Grams:
        tokens = batch.tokens(column)
        cut = tokens._replace(ends=np.minimum(tokens.ends, tokens.starts + _STEM_CHARS))
        return ngrams.grams(hashes(cut), tokens.token_offsets, 1)

    return batch.feature("stems", column, compute)


def said_before(batch: Batch, column: str) -> NDArray[np.bool_]:
    """(t,) tokens whose stem occurred earlier in the text."""
    return batch.feature("said_before", column, lambda: ngrams.repeats_earlier(stem_grams(batch, column)))


def in_question(batch: Batch) -> NDArray[np.bool_]:
    """(t,) tokens of the answer whose stem the last question holds."""
    return batch.feature(
        "in_question",
        "response",
        lambda: ngrams.shared(stem_grams(batch, "response").keys, stem_grams(batch, "question").keys),
    )

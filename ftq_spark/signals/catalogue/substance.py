"""What an answer says: concrete matter against generalities, and how much of it answers or repeats the question."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import count_true, ratio, sum_by_offsets
from ftq_spark.signals.batch import Batch, Pairs
from ftq_spark.signals.catalogue.extent import BRIEF, demand
from ftq_spark.signals.catalogue.language import is_english
from ftq_spark.signals.features.lexicon import (
    count_in_list,
    has_digit,
    in_list,
    in_question,
    is_name,
    said_before,
    stem_grams,
)
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal, suspects_of_pairs


def readable_as_english(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers to which English word lists apply: English by its function words, or too short to tell and ASCII."""

    def compute() -> NDArray[np.bool_]:
        share = ratio(count_in_list(batch, "response", "stop"), batch.n_tokens("response"))
        few = (batch.n_tokens("response") < 12) & ~batch.matches("response", r"[^\x00-\x{24F}\x{2010}-\x{2030}°µ²³→]")
        return is_english(batch) | (share > 0.15) | few

    return batch.feature("readable_as_english", "response", compute)


# A question that brings the material which it asks to be sorted, rewritten or read.
_MATERIAL = expression("asking", "material")
MATERIAL_WORDS = 25


def brings_material(batch: Batch) -> NDArray[np.bool_]:
    """(n,) questions that hold the words of a good answer: a text to work on, a list to choose from."""
    found = batch.feature("material", "question", lambda: batch.matches("question", _MATERIAL))
    return found | (batch.n_tokens("question") >= MATERIAL_WORDS)


def fresh_content(batch: Batch) -> NDArray[np.bool_]:
    """(t,) content words that the answer has not used before, nor the question unless it brings the material."""

    def compute() -> NDArray[np.bool_]:
        lengths = np.diff(batch.tokens("response").token_offsets)
        repeats_question = in_question(batch) & ~np.repeat(brings_material(batch), lengths)
        return ~in_list(batch, "response", "stop") & ~said_before(batch, "response") & ~repeats_question

    return batch.feature("fresh", "response", compute)


WORD_LETTERS = 5.0  # what a word counts in a script whose characters are no letters
ECHO_WORDS = 3


@signal(
    "information",
    version=2,
    range=(0, 1),
    reads=("response", "question"),
    summary="Content words that the question does not hold, against what was asked for; NaN for a brief question.",
)
def information(batch: Batch) -> NDArray[np.float64]:
    tokens = batch.tokens("response")
    weights = batch.word_weights("response")
    letters = np.where(weights < 1.0, WORD_LETTERS * weights, np.minimum(tokens.ends - tokens.starts, 12))
    total = sum_by_offsets(letters * fresh_content(batch), tokens.token_offsets)
    asked = demand(batch)
    return np.where(asked > BRIEF, 1.0 - np.exp(-total / (3.0 * asked + 20.0)), np.nan)


def specifics(batch: Batch) -> NDArray[np.bool_]:
    """(t,) tokens that say something in particular: numbers, names, and words outside the general vocabulary."""

    def compute() -> NDArray[np.bool_]:
        tokens = batch.tokens("response")
        general = in_list(batch, "response", "common") | in_list(batch, "response", "generic")
        long = tokens.ends - tokens.starts >= 4
        told = in_list(batch, "response", "hedge") | in_list(batch, "response", "advice")
        rare = long & ~general & ~told
        concrete = rare | has_digit(batch, "response") | is_name(batch, "response")
        return concrete & fresh_content(batch)

    return batch.feature("specifics", "response", compute)


def n_specifics(batch: Batch) -> NDArray[np.int64]:
    """(n,) distinct specific words of each answer."""
    return count_true(specifics(batch), batch.tokens("response").token_offsets)


@signal(
    "specificity",
    version=1,
    range=(0, 1),
    reads=("response", "question"),
    summary="Share of the answer's words that are specific: numbers, names, terms. NaN for text that is not English.",
)
def specificity(batch: Batch) -> NDArray[np.float64]:
    share = ratio(n_specifics(batch), batch.n_tokens("response"))
    return np.where(readable_as_english(batch), share, np.nan)


@signal(
    "hedge_ratio",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Hedging words (may, perhaps, generally …) per sentence. NaN for text that is not English.",
)
def hedge_ratio(batch: Batch) -> NDArray[np.float64]:
    hedged = ratio(count_in_list(batch, "response", "hedge"), batch.n_sentences("response"))
    return np.where(readable_as_english(batch), hedged, np.nan)


@signal(
    "vagueness",
    version=1,
    range=(0, 1),
    reads=("response", "question"),
    summary="Generalities (many, various, important …) against specific words. NaN for text that is not English.",
)
def vagueness(batch: Batch) -> NDArray[np.float64]:
    generic = count_in_list(batch, "response", "generic") + count_in_list(batch, "response", "hedge")
    solid = n_specifics(batch) + count_in_list(batch, "response", "causal")
    return np.where(readable_as_english(batch), generic / (generic + 2.0 * solid + 2.0), np.nan)


@signal(
    "prompt_coverage",
    version=1,
    range=(0, 1),
    reads=("response", "question"),
    summary="Share of the question's content words that the answer takes up. NaN for a question without any.",
)
def prompt_coverage(batch: Batch) -> NDArray[np.float64]:
    asked = stem_grams(batch, "question")
    general = (
        in_list(batch, "question", "stop")
        | in_list(batch, "question", "advice")
        | in_list(batch, "question", "generic")
    )
    wanted = ~general & ~said_before(batch, "question")
    taken_up = wanted & ngrams.shared(asked.keys, stem_grams(batch, "response").keys)
    offsets = batch.tokens("question").token_offsets
    return ratio(count_true(taken_up, offsets), count_true(wanted, offsets))


@signal(
    "prompt_echo",
    version=3,
    range=(0, 1),
    reads=("response", "question", "attached"),
    summary="Share of word 3-grams that answer and last question have in common; 0 where the question brings material.",
)
def prompt_echo(batch: Batch) -> NDArray[np.float64]:
    sizes = _echo_sizes(batch)
    echoes = np.zeros(batch.n)
    for size in np.unique(sizes):
        echoes = np.where(sizes == size, _echo(batch, int(size)), echoes)
    same = pc.equal(batch.array("response"), batch.array("question")).to_numpy(zero_copy_only=False)
    filled = np.diff(batch.text("response").offsets) > 0
    # What is sorted, rewritten or quoted is no echo, nor is a question about the texts that the prompt attaches.
    given = brings_material(batch) | batch.matches("attached", r"\S")
    return np.where(same & filled, 1.0, np.where(given, 0.0, echoes))


def _echo_sizes(batch: Batch) -> NDArray[np.int64]:
    """(n,) tokens of an n-gram: three words are five Han characters."""
    weight = ratio(batch.n_comparable_words("response"), batch.n_tokens("response"))
    return np.rint(ECHO_WORDS / np.nan_to_num(weight, nan=1.0)).astype(np.int64)


_ECHOES = 0.9


@suspects_of_pairs("prompt_echo", above=_ECHOES)
def _may_echo(pairs: Pairs) -> NDArray[np.bool_]:
    """No text holds too many words that the other one lacks: each is in an n-gram that the other one lacks."""
    sides = ((pairs.answers, "response", pairs.answer), (pairs.questions, "question", pairs.question))
    sizes = _echo_sizes(pairs.answers)[pairs.answer]
    bits = [ngrams.token_bits(of.hashes(name), of.tokens(name).token_offsets)[place] for of, name, place in sides]
    grams = [np.maximum(of.n_tokens(name)[place] - sizes + 1, 0) for of, name, place in sides]
    may = np.ones(len(sizes), dtype=bool)
    for mine, others, n_grams in zip(bits, reversed(bits), grams, strict=True):
        may &= ngrams.n_bits(mine & ~others) <= (1 - _ECHOES) * sizes * n_grams
    return may


def _echo(batch: Batch, size: int) -> NDArray[np.float64]:
    answer, prompt = (
        ngrams.grams(batch.hashes(column), batch.tokens(column).token_offsets, size)
        for column in ("response", "question")
    )

    def held(mine: ngrams.Grams, others: ngrams.Grams) -> NDArray[np.float64]:
        gram_offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(mine.counts)))
        return np.nan_to_num(ratio(count_true(ngrams.shared(mine.keys, others.keys), gram_offsets), mine.counts))

    return np.minimum(held(answer, prompt), held(prompt, answer))


@signal(
    "lexical_diversity",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Distinct among the answer's first 100 words, compared by their first six letters. NaN without a word.",
    source="Lilac; DataFlow",
)
def lexical_diversity(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("response").token_offsets
    rank = np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets))
    distinct = count_true((rank < 100) & ~said_before(batch, "response"), offsets)
    return ratio(distinct, np.minimum(np.diff(offsets), 100))

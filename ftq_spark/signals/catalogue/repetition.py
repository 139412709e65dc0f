"""Repetition inside an answer."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges.dialogue import parsed
from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import Segments, count_true, utf8
from ftq_spark.kernels.text.tokens import of_texts
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.form import filled_lines
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal, suspects

LONGEST_GRAM = 10
LOOP_GRAM = 6
MIN_TOKENS = 12
SUSPECT = 0.2  # share of the words in 6-grams said before, from which a loop is looked for
LONGEST_LOOP = 60
FEW_LOOPED = 30.0  # words
LISTED = 0.4  # what a loop of values counts
TIMES = 4
# A line of a grid of numbers: a matrix, a puzzle, the cells of a game. So many lines are one, more are a loop.
_GRID_NUMBER = r"\p{Nd}{1,3}(?:\.\p{Nd}{1,3})?"
_GRID_LINE = rf"(?m)^[ \t|\[(]*(?:[.\-]?{_GRID_NUMBER}[ \t|,;]+){{3,}}\p{{Nd}}{{0,3}}(?:\.\p{{Nd}}*)?[ \t|\]),;]*$"
MOST_GRID_LINES = 20
MOST_GRID_WORDS = 60  # of a grid of one line, as a program prints it
_ESCAPED = re.compile(r"\\+[nrt]")  # line breaks and tabs of a text that was written out as a string
# Code, in which lines may differ in a sign alone.
_CODED = r"(?m)^\s*(?:case|def|elif|else|for|function|if|return|while)\b[^\n]*[:;{(=]|[;{}]\s*$"
_FENCE = re.compile(r"^\s*```(?:json)?\s*|\s*```\s*$")  # around JSON
_PARTS = re.compile(r"\w+|[^\w\s]+")
_REFRAIN = expression("asked", "repetition", r"\b{}\b")


def repeats(batch: Batch) -> dict[int, ngrams.Repeats]:
    """The repeated n-grams of the answers, n = 2 … 10."""
    offsets = batch.tokens("response").token_offsets
    return batch.feature("repeats", "response", lambda: ngrams.repeats(batch.hashes("response"), offsets, LONGEST_GRAM))


def repeated_tokens(batch: Batch, n: int) -> NDArray[np.bool_]:
    """(t,) which tokens lie in an n-gram said before."""
    n_tokens = len(batch.tokens("response").starts)
    return batch.feature(
        f"repeated {n}", "response", lambda: ngrams.covered_tokens(repeats(batch)[n].again, n, n_tokens)
    )


@signal(
    "repeated_4gram_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Share of the answer's word 4-grams that repeat an earlier one. NaN without a 4-gram.",
    source="Gopher (Rae et al. 2021)",
)
def repeated_4gram_fraction(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("response").token_offsets
    n_grams = np.maximum(np.diff(offsets) - 3, 0)
    again = np.diff(np.searchsorted(np.sort(repeats(batch)[4].again), offsets))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n_grams > 0, again / n_grams, np.nan)


@suspects("looping")
def _may_loop(batch: Batch) -> NDArray[np.bool_]:
    long = np.flatnonzero(batch.n_tokens("response") >= MIN_TOKENS)
    tokens, hashes = of_texts(batch.tokens("response"), batch.hashes("response"), long)
    found = np.zeros(batch.n, dtype=bool)
    found[long[ngrams.texts_that_repeat(ngrams.grams(hashes, tokens.token_offsets, LOOP_GRAM))]] = True
    return found


@signal(
    "looping",
    version=7,
    range=(0, 1),
    reads=("response", "question"),
    summary="Share of the answer that says the same words over and over, end to end; at most 0.4 where they are few or "
    "values of whole JSON; 0 where a refrain is asked for.",
)
def looping(batch: Batch) -> NDArray[np.float64]:
    """A loop is a stretch of at most 60 tokens said four times or more without a break, twelve words in all."""
    offsets = batch.tokens("response").token_offsets
    n_tokens = np.diff(offsets)
    covered = count_true(repeated_tokens(batch, LOOP_GRAM), offsets)
    suspects = (n_tokens >= MIN_TOKENS) & (covered > SUSPECT * n_tokens) & ~batch.matches("question", _REFRAIN)
    suspects &= ~batch.matches_among("question", _TABLE_ASKED, batch.matches_among("response", _CELLS, suspects))
    scores = np.zeros(batch.n)
    hashes, weights = batch.hashes("response"), batch.word_weights("response")
    for i in np.flatnonzero(suspects):
        own = slice(offsets[i], offsets[i + 1])
        looped = _end_to_end(hashes[own], weights[own])
        n_looped = weights[own][looped].sum()
        scores[i] = n_looped / weights[own].sum()
        if n_looped < FEW_LOOPED:  # "come on, come on": somebody may say so
            scores[i] = min(scores[i], 0.4)
    found = np.flatnonzero(scores)
    if len(found):
        coded = batch.at(found, ("response",)).matches("response", _CODED)
        for i in found[coded]:
            scores[i] = min(scores[i], _looped_with_signs(batch.strings("response")[i]))
        escaped = batch.at(found, ("response",)).counts("response", _ESCAPED.pattern) >= MIN_TOKENS
        for i in found[escaped]:
            scores[i] = min(scores[i], _looped_with_signs(_ESCAPED.sub(" ", batch.strings("response")[i])))
        lines = batch.at(found, ("response",)).counts("response", _GRID_LINE)
        brief = (lines == 1) & (n_tokens[found] <= MOST_GRID_WORDS)
        for i in found[scores[found] > LISTED]:
            if _is_whole_json(batch.strings("response")[i]):
                scores[i] = LISTED
        scores[found[((lines > 1) & (lines <= MOST_GRID_LINES)) | brief]] *= 0.3
    return scores


def _is_whole_json(text: str) -> bool:
    """Whether it is one object or array, which may list a value as often as it likes."""
    bare = _FENCE.sub("", text).strip()
    return bare[:1] in ("{", "[") and isinstance(parsed(bare), dict | list)


def _looped_with_signs(text: str) -> float:
    """The share of the words of code in a stretch that is repeated end to end, its signs included."""
    parts = _PARTS.findall(text)
    weights = np.array([float(part[0].isalnum() or part[0] == "_") for part in parts])
    hashes = np.unique(np.array(parts), return_inverse=True)[1].astype(np.uint64)
    return float(weights[_end_to_end(hashes, weights)].sum() / max(weights.sum(), 1.0))


def _end_to_end(hashes: NDArray[np.uint64], weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(t,) tokens in a stretch that is repeated end to end."""
    looped = np.zeros(len(hashes), dtype=bool)
    words = np.concatenate((np.zeros(1), np.cumsum(weights)))
    for period in range(1, min(LONGEST_LOOP, len(hashes) // TIMES) + 1):
        same = np.concatenate(([False], hashes[period:] == hashes[:-period], [False])).astype(np.int8)
        edges = np.flatnonzero(np.diff(same)).reshape(-1, 2)
        for first, last in edges[edges[:, 1] - edges[:, 0] >= (TIMES - 1) * period]:
            if words[last + period] - words[first] >= MIN_TOKENS:
                looped[first : last + period] = True
    return looped


# A paragraph of running text: no item, quotation, cell, heading, label or line of a play.
_PARAGRAPH = r"^\s{0,3}[\p{L}\"“‘][^|]*[.!?…。！？][\"”’)*_]*\s*$"
_LABELLED = r"^\s{0,3}(?:[Ww]here\s|[\p{L}\p{N}]{1,3}[.)]\s|[^\s:：][^:：.!?]{0,40}[:：])"
_SPOKEN = r"[\"“«「][^\"”»」]{20,}[\"”»」]"  # who tells a tale may say it again
PARAGRAPH_WORDS = 15.0
STEP_WORDS = 28.0  # of a line among others, which is said once again: two recipes may share a step
SHORT_PARAGRAPH_WORDS, TIMES_AGAIN = 5.0, 2
LONGEST_WORD = 12  # characters, on average, of words between spaces
_PARAGRAPH_CHARS = int(3 * SHORT_PARAGRAPH_WORDS)
_TABLE_ASKED, _CELLS = r"(?i)\btables?\b", r"\||\t|(?i:</t[dh]>)"  # which may hold one value again and again
_SCRIPTED = expression("asked", "comes_back", r"\b{}\b")


@suspects("repeated_paragraph")
def _may_repeat_a_paragraph(batch: Batch) -> NDArray[np.bool_]:
    long = np.diff(utf8(batch.array("response"))[1]) >= 2 * _PARAGRAPH_CHARS
    found = np.zeros(batch.n, dtype=bool)
    found[long] = _paragraphs_again(batch.at(np.flatnonzero(long), ("response",))) > 0
    return found


def _paragraphs_again(batch: Batch) -> NDArray[np.int64]:
    """(n,) lines that are paragraphs by their look, are long enough, and stand word for word before."""
    lines = batch.lines("response")
    long = pc.greater_equal(pc.utf8_length(lines.texts), _PARAGRAPH_CHARS).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(long)
    texts = pc.utf8_trim_whitespace(lines.texts.take(pa.array(places)))
    owners = np.searchsorted(lines.owner_offsets, places, side="right") - 1
    key = owners * (len(places) + 1) + texts.dictionary_encode().indices.to_numpy()
    first = np.zeros(len(places), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    again = np.flatnonzero(~first)
    running = texts.take(pa.array(again))
    prose = pc.and_(
        pc.match_substring_regex(running, _PARAGRAPH), pc.invert(pc.match_substring_regex(running, _LABELLED))
    ).to_numpy(zero_copy_only=False)
    words = np.array([_n_words(text) for text in running.to_pylist()])
    found = np.bincount(owners[again[prose & (words >= PARAGRAPH_WORDS)]], minlength=batch.n)
    no_step = _stands_alone(lines, places[again]) | (words >= STEP_WORDS)
    spoken = pc.match_substring_regex(running, _SPOKEN).to_numpy(zero_copy_only=False)
    sure = np.bincount(owners[again[prose & no_step & ~spoken & (words >= PARAGRAPH_WORDS)]], minlength=batch.n)
    found = np.where(found >= TIMES_AGAIN, found, sure)
    # Shorter ones where the answer is hardly anything else.
    n_again = np.bincount(owners[again[prose & (words >= SHORT_PARAGRAPH_WORDS)]], minlength=batch.n)
    hardly_else = (n_again >= TIMES_AGAIN) & (n_again + 1 >= 0.5 * filled_lines(batch))
    return np.where(hardly_else, np.maximum(found, n_again), found)


def _n_words(text: str) -> float:
    """Words of a line; of scripts without spaces a third of the characters."""
    spaced = len(text.split())
    return spaced if text.isascii() or LONGEST_WORD * spaced >= len(text) else len(text) / 3


def _stands_alone(lines: Segments, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(k,) lines at `places` beside which are empty ones, or the ends of the text."""
    empty = pc.equal(pc.utf8_trim_whitespace(lines.texts), "").to_numpy(zero_copy_only=False)
    first, last = np.zeros(len(empty), dtype=bool), np.zeros(len(empty), dtype=bool)
    filled = np.diff(lines.owner_offsets) > 0
    first[lines.owner_offsets[:-1][filled]] = True
    last[lines.owner_offsets[1:][filled] - 1] = True
    above = first[places] | empty[np.maximum(places - 1, 0)]
    below = last[places] | empty[np.minimum(places + 1, len(empty) - 1)]
    found: NDArray[np.bool_] = above & below
    return found


@signal(
    "repeated_paragraph",
    version=5,
    range=(0, np.inf),
    reads=("response", "question"),
    summary="Paragraphs of running text that the answer has said before, word for word, a line among others "
    "twice or a long one; 0 with code or where verse, scripts, versions or corrections are asked for.",
    source="Gopher (Rae et al. 2021): duplicate paragraphs",
)
def repeated_paragraph(batch: Batch) -> NDArray[np.float64]:
    found = _paragraphs_again(batch).astype(np.float64)
    if found.any():
        found[batch.matches("question", _SCRIPTED) | batch.matches("question", _REFRAIN)] = 0.0
        found[batch.matches_among("question", _TABLE_ASKED, found > 0)] = 0.0
        found[batch.matches("response", "```|~~~")] = 0.0
    return found

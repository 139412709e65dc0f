"""Measures of the web-text filters (Gopher, C4, FineWeb), by whole batches.

Definitions follow the papers, with words by script. A top n-gram must occur twice to count, and duplicate n-grams cover
characters once however they overlap. The published bounds are in the summaries: they were set for web pages, and a chat
answer may well be outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.kernels.text import ngrams
from ftq_spark.kernels.text.arrays import ratio
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.form import filled_lines, line_counts
from ftq_spark.signals.catalogue.repetition import repeated_tokens, repeats
from ftq_spark.signals.registry import signal

GOPHER = "Gopher (Rae et al. 2021), Table A1"
FINEWEB = "FineWeb (Penedo et al. 2024)"


def _token_chars(batch: Batch) -> NDArray[np.int64]:
    """(t,) characters of each token."""
    tokens = batch.tokens("response")
    return batch.feature("chars_of_tokens", "response", lambda: tokens.ends - tokens.starts)


def _chars_before(batch: Batch) -> NDArray[np.int64]:
    """(t + 1,) characters in the tokens before each, and in all."""
    return batch.feature(
        "chars_before", "response", lambda: np.concatenate((np.zeros(1, np.int64), np.cumsum(_token_chars(batch))))
    )


def _text_token_chars(batch: Batch) -> NDArray[np.int64]:
    """(n,) characters that lie in tokens."""
    offsets = batch.tokens("response").token_offsets
    return batch.feature("token_chars", "response", lambda: kernel.sum_by_offsets(_token_chars(batch), offsets))


def _top_gram_chars(batch: Batch, n: int) -> NDArray[np.float64]:
    found = repeats(batch)[n]
    offsets = batch.tokens("response").token_offsets
    prefix = _chars_before(batch)
    at = found.positions[found.first]
    top = np.zeros(batch.n, dtype=np.int64)
    owners = np.searchsorted(offsets, at, side="right") - 1
    np.maximum.at(top, owners, (prefix[at + n] - prefix[at]) * found.counts)
    return np.minimum(ratio(top, _text_token_chars(batch)), 1.0)  # overlapping occurrences may count twice


def _duplicate_gram_chars(batch: Batch, n: int) -> NDArray[np.float64]:
    chars = _token_chars(batch) * repeated_tokens(batch, n)
    duplicate = kernel.sum_by_offsets(chars, batch.tokens("response").token_offsets)
    return ratio(duplicate, _text_token_chars(batch))


def _register_grams() -> None:
    for n, bound in ((2, 0.20), (3, 0.18), (4, 0.16)):

        def top(batch: Batch, n: int = n) -> NDArray[np.float64]:
            return _top_gram_chars(batch, n)

        top.__qualname__ = f"top_{n}gram_char_fraction"
        summary = f"Characters in the most frequent {n}-gram that occurs twice or more, per character (≤ {bound})."
        signal(top.__qualname__, version=1, range=(0, 1), reads=("response",), summary=summary, source=GOPHER)(top)
    for n, bound in zip(range(5, 11), (0.15, 0.14, 0.13, 0.12, 0.11, 0.10), strict=True):

        def duplicate(batch: Batch, n: int = n) -> NDArray[np.float64]:
            return _duplicate_gram_chars(batch, n)

        duplicate.__qualname__ = f"duplicate_{n}gram_char_fraction"
        summary = f"Characters in {n}-grams said before, per character (≤ {bound})."
        signal(duplicate.__qualname__, version=1, range=(0, 1), reads=("response",), summary=summary, source=GOPHER)(
            duplicate
        )


_register_grams()


class Parts(NamedTuple):
    """(p,) filled lines or paragraphs: which answer each is of, whether it was said before in it, and characters."""

    owners: NDArray[np.int64]
    again: NDArray[np.bool_]
    chars: NDArray[np.int64]


def _parts(texts: pa.Array, owners: NDArray[np.int64]) -> Parts:
    trimmed = pc.utf8_trim_whitespace(texts)
    chars = pc.utf8_length(trimmed).to_numpy(zero_copy_only=False)
    codes = trimmed.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    filled = chars > 0
    owners, chars, codes = owners[filled], chars[filled], codes[filled]
    order = np.lexsort((codes, owners))
    again = np.zeros(len(order), dtype=bool)
    same = (owners[order][1:] == owners[order][:-1]) & (codes[order][1:] == codes[order][:-1])
    again[order[1:][same]] = True
    return Parts(owners, again, chars)


def _lines(batch: Batch) -> Parts:
    def compute() -> Parts:
        lines = batch.lines("response")
        return _parts(lines.texts, ngrams.token_owners(lines.owner_offsets))

    return batch.feature("line_parts", "response", compute)


def _paragraphs(batch: Batch) -> Parts:
    def compute() -> Parts:
        split = pc.split_pattern_regex(batch.array("response"), r"\n[ \t\r]*\n")
        lengths = pc.list_value_length(split).to_numpy(zero_copy_only=False)
        return _parts(split.flatten(), np.repeat(np.arange(batch.n), lengths))

    return batch.feature("paragraph_parts", "response", compute)


@signal(
    "duplicate_line_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Filled lines that repeat an earlier one, per filled line (≤ 0.30).",
    source=GOPHER,
)
def duplicate_line_fraction(batch: Batch) -> NDArray[np.float64]:
    lines = _lines(batch)
    return ratio(np.bincount(lines.owners[lines.again], minlength=batch.n), filled_lines(batch))


@signal(
    "duplicate_line_char_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Characters in lines that repeat an earlier one, per character in filled lines (≤ 0.20).",
    source=GOPHER,
)
def duplicate_line_char_fraction(batch: Batch) -> NDArray[np.float64]:
    return _repeated_chars(batch, _lines(batch))


def _repeated_chars(batch: Batch, parts: Parts) -> NDArray[np.float64]:
    repeated = np.bincount(parts.owners[parts.again], weights=parts.chars[parts.again], minlength=batch.n)
    return ratio(repeated, np.bincount(parts.owners, weights=parts.chars, minlength=batch.n))


@signal(
    "duplicate_paragraph_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Paragraphs that repeat an earlier one, per paragraph (≤ 0.30).",
    source=GOPHER,
)
def duplicate_paragraph_fraction(batch: Batch) -> NDArray[np.float64]:
    parts = _paragraphs(batch)
    repeated = np.bincount(parts.owners[parts.again], minlength=batch.n)
    return ratio(repeated, np.bincount(parts.owners, minlength=batch.n))


@signal(
    "duplicate_paragraph_char_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Characters in paragraphs that repeat an earlier one, per character in paragraphs (≤ 0.20).",
    source=GOPHER,
)
def duplicate_paragraph_char_fraction(batch: Batch) -> NDArray[np.float64]:
    return _repeated_chars(batch, _paragraphs(batch))


@signal(
    "mean_word_chars",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Characters per word (3 to 10); NaN where most words are single characters, as in Chinese.",
    source=GOPHER,
)
def mean_word_chars(batch: Batch) -> NDArray[np.float64]:
    n_tokens = batch.n_tokens("response")
    single = kernel.count_true(_token_chars(batch) == 1, batch.tokens("response").token_offsets)
    spaced = single <= 0.5 * n_tokens
    return np.where(spaced, ratio(_text_token_chars(batch), n_tokens), np.nan)


@signal(
    "letter_word_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="White-space words that hold a letter of any script, per such word (≥ 0.8).",
    source=GOPHER,
)
def letter_word_fraction(batch: Batch) -> NDArray[np.float64]:
    classes = batch.character_classes("response")
    n_words = batch.n_whitespace_words("response")
    starts = batch.whitespace_words("response")
    if not len(starts):
        return np.full(batch.n, np.nan)
    holds = kernel.count_true(classes == kernel.LETTER, np.append(starts, len(classes))) > 0
    word_offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(n_words)))
    return ratio(kernel.count_true(holds, word_offsets), n_words)


@signal(
    "symbol_word_ratio",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Hash signs and ellipses per word (≤ 0.1).",
    source=GOPHER,
)
def symbol_word_ratio(batch: Batch) -> NDArray[np.float64]:
    return ratio(batch.counts("response", r"#|…|\.\.\."), batch.n_whitespace_words("response"))


@signal(
    "bullet_line_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Filled lines that are bullets (≤ 0.9).",
    source=GOPHER,
)
def bullet_line_fraction(batch: Batch) -> NDArray[np.float64]:
    return ratio(line_counts(batch, "bullet"), filled_lines(batch))


@signal(
    "terminal_line_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Filled lines that end in a terminator of any script (≥ 0.12).",
    source=FINEWEB,
)
def terminal_line_fraction(batch: Batch) -> NDArray[np.float64]:
    lines = batch.lines("response")
    ended = pc.match_substring_regex(lines.texts, r"[.!?…。！？؟۔।॥\"'”’»)\]]\s*$").to_numpy(zero_copy_only=False)
    return ratio(kernel.count_true(ended, lines.owner_offsets), filled_lines(batch))


@signal(
    "short_line_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Filled lines of at most 30 characters (≤ 0.67).",
    source=FINEWEB,
)
def short_line_fraction(batch: Batch) -> NDArray[np.float64]:
    lines = _lines(batch)
    return ratio(np.bincount(lines.owners[lines.chars <= 30], minlength=batch.n), filled_lines(batch))

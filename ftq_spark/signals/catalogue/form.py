"""Layout of the answer, line by line: a hyphen in "COX-2" is no list, a colon in "12:30" no label."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

LINE_KINDS = {
    "bullet": r"^\s{0,12}(?:>\s*)?[\-*+•‣◦▪●○·–—➢✓✔]\s+\S",
    "numbered": r"^\s{0,12}(?:\*\*)?(?:step\s+|Step\s+)?[(（]?(?:\p{Nd}{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]"
    "|[ivxIVX]{1,5})(?:[.)）、．:]|\\\\.)(?:\\*\\*)?(?:\\s+|[^\\s\\p{P}\\p{Nd}a-zA-Z])",
    "heading": r"^\s{0,3}(?:#{1,6}\s+\S|\*\*[^*\n]{1,80}\*\*:?\s*$|__[^_\n]{1,80}__:?\s*$)",
    "table": r"^\s*\|.*\|\s*$",
    "fence": r"^\s*(?:```|~~~)",
    "label": r"^\s{0,4}(?:\*\*)?\p{L}[^\s:：.!?,;*]*(?: [^\s:：.!?,;*]+){0,4}(?:\*\*)?[:：](?:\*\*)?(?:[ \t]+\S|\s*$)",
}


def _matching(batch: Batch, kind: str, pattern: str) -> NDArray[np.bool_]:
    """(lines,) which lines of the answers match."""

    def compute() -> NDArray[np.bool_]:
        found = pc.match_substring_regex(batch.lines("response").texts, pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)

    return batch.feature(f"lines {kind}", "response", compute)


def line_flags(batch: Batch, kind: str) -> NDArray[np.bool_]:
    """(lines,) which lines of the answers are of a kind of :data:`LINE_KINDS`."""
    return _matching(batch, kind, LINE_KINDS[kind])


def line_counts(batch: Batch, kind: str) -> NDArray[np.int64]:
    """(n,) how many lines of each answer are of a kind."""
    return kernel.count_true(line_flags(batch, kind), batch.lines("response").owner_offsets)


def filled_lines(batch: Batch) -> NDArray[np.int64]:
    """(n,) lines of each answer that hold more than white space."""
    return kernel.count_true(_matching(batch, "filled", r"\S"), batch.lines("response").owner_offsets)


@signal(
    "is_structured",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="1 with two list lines, a heading, a table, a code fence, or two labelled lines.",
)
def is_structured(batch: Batch) -> NDArray[np.float64]:
    listed = line_counts(batch, "bullet") + line_counts(batch, "numbered")
    block = line_counts(batch, "heading") + line_counts(batch, "fence") + line_counts(batch, "table") // 2
    return ((listed >= 2) | (block >= 1) | (line_counts(batch, "label") >= 2)).astype(np.float64)


@signal(
    "structured_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Share of the filled lines that are list lines, headings, table rows, fences or labelled lines.",
)
def structured_fraction(batch: Batch) -> NDArray[np.float64]:
    flags = np.logical_or.reduce([line_flags(batch, kind) for kind in LINE_KINDS])
    filled = filled_lines(batch)
    with np.errstate(invalid="ignore", divide="ignore"):
        fraction = kernel.count_true(flags, batch.lines("response").owner_offsets) / filled
    return np.where(filled > 0, fraction, np.nan)


LONG_WORDS = 120


@signal(
    "structure",
    version=2,
    range=(0, 1),
    reads=("response",),
    summary="is_structured for answers of 120 words or more; NaN for shorter ones, which need no layout.",
)
def structure(batch: Batch) -> NDArray[np.float64]:
    return np.where(batch.n_comparable_words("response") >= LONG_WORDS, is_structured(batch), np.nan)

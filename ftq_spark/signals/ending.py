"""How an answer ends: cut off, or with marks left open."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels import text as kernel
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

_PAIRS = ("()", "[]", "{}", "（）", "「」", "【】")
_BRACKETS = kernel.code_points("".join(_PAIRS))
TAIL_CHARS = 240
LONG_CHARS = 120  # below this an answer may well be a phrase without a full stop
_DANGLING = (
    r"the|a|an|and|or|but|of|to|in|on|at|by|for|with|from|as|is|are|was|were|be|been|being|that|which|who|whose|than"
    r"|because|if|when|while|where|this|these|those|their|its|our|your|his|such|has|have|had|can|could|will|would|should"
    r"|may|might|must|into|onto|between|among|including|not|very|more|most|und|oder|der|die|das|mit|von|et|ou|de|la|le|les"
    r"|des|y|o|el|los|las|del|con|para|por|que|e|il|di|per|che"
)
# The end of a text: the first pattern that matches gives the score.
_COMMA = r"[,;，、；،(\[{（【「『“‘«]\s*$"
_COLON = r"[:：]\s*(?:\*\*)?\s*$"
_STOPWORD = rf"(?i)(?:^|[\s(])(?:{_DANGLING})\s*$"
_HYPHEN = r"\p{L}[-‐‑]\s*$"
# Full stop of any script, closing quote or bracket, code, table cell, emoji or other symbol, link, digit.
_CLOSED = (
    r"(?:[.!?…。！？｡؟۔।॥։።\"'”’»›)\]}*_`」』】）〉》;>|~=$%°™®©\p{So}\p{Sk}\p{Sc}\p{Sm}\p{Nd}\x{200d}\x{fe0f}]"
    r"|https?://\S+)\s*$"
)
# Scripts that end a sentence with a space: Thai, Lao, Khmer, Myanmar, Tibetan.
_UNPOINTED = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]\s*$"
_LIST_TAIL = r"(?:^|\n)\s{0,12}(?:[-*+•‣·–—]|[(（]?\p{Nd}{1,3}[.)）、])\s*[^\n]*$"
_CODE = (
    r"(?m)^(?:\s{0,3}```|\s*(?:def|class|import|from|function|const|let|var|public|private|return|SELECT|#include|<\w+)\b)"
)


def _match(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)


@signal(
    "truncated_end",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="How surely the answer was cut: ends in a comma, a function word, an open fence, or mid-sentence.",
    source="C4 terminal punctuation; Dingo RuleColonEnd",
)
def truncated_end(batch: Batch) -> NDArray[np.float64]:
    tails = pc.utf8_slice_codeunits(pc.utf8_rtrim_whitespace(batch.array("response")), -TAIL_CHARS, 1 << 30)
    n_chars = np.diff(batch.text("response").offsets)
    scores = np.zeros(batch.n)
    open_end = np.flatnonzero(~_match(tails, _CLOSED) & (n_chars >= LONG_CHARS / 2))
    if len(open_end):
        scores[open_end] = _open_end_scores(batch, tails.take(pa.array(open_end)), open_end)
    scores[_match(tails, _COLON)] = 0.7
    scores[(_fences(batch) % 2 == 1)] = 0.9
    return scores


def _open_end_scores(batch: Batch, tails: pa.Array, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Scores of the chosen answers, none of which ends in a closing character."""
    pointed = kernel.count_true(_sentence_ends(batch), batch.sentences("response").owner_offsets)[chosen]
    n_lines = np.maximum(np.diff(batch.lines("response").owner_offsets), 1)[chosen]
    n_chars = np.diff(batch.text("response").offsets)[chosen]
    sentences = batch.sentences("response")
    last_chars = np.diff(sentences.starts)[sentences.owner_offsets[1:][chosen] - 1]
    plain = ~_match(tails, _LIST_TAIL) & ~_match(batch.array("response").take(pa.array(chosen)), _CODE)
    # Prose that points its other sentences; a poem, a list or code does not.
    prose = (pointed >= 2) & (pointed >= 0.5 * n_lines) & (n_chars >= LONG_CHARS) & (last_chars >= 15)
    scores = np.where(prose & plain & ~_match(tails, _UNPOINTED), 0.8, 0.0)
    scores[_match(tails, _HYPHEN)] = 0.9
    scores[plain & _match(tails, _STOPWORD)] = 1.0
    scores[_match(tails, _COMMA)] = 1.0
    return scores


def _sentence_ends(batch: Batch) -> NDArray[np.bool_]:
    pattern = r"[.!?…。！？؟۔।॥][\"'”’»)\]*_]*\s*$"
    return batch.feature("pointed", "response", lambda: _match(batch.sentences("response").texts, pattern))


def _fences(batch: Batch) -> NDArray[np.float64]:
    return batch.feature("fences", "response", lambda: batch.counts("response", r"(?m)^\s*```"))


@signal(
    "n_unbalanced",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Code fences and brackets that are opened and not closed, or the reverse.",
    source="datacruxai; Dingo",
)
def n_unbalanced(batch: Batch) -> NDArray[np.float64]:
    text = batch.text("response")
    ends = np.flatnonzero(kernel.is_member(text.codes, _BRACKETS))
    kinds, owners = text.codes[ends], np.searchsorted(text.offsets, ends, side="right") - 1
    total = _fences(batch) % 2
    for opening, closing in _PAIRS:
        sign = (kinds == ord(opening)).astype(np.float64) - (kinds == ord(closing))
        total += np.abs(np.bincount(owners, weights=sign, minlength=batch.n))
    return total

"""How an answer ends, and whether there is one: truncation, unclosed marks, empty and placeholder answers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels import text as kernel
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

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
_CODE = r"(?m)^(?:\s{0,3}```|\s*(?:def|class|import|from|function|const|let|var|public|private|return|SELECT|#include|<\w+)\b)"


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
    response = batch.array("response")
    tails = pc.utf8_slice_codeunits(pc.utf8_rtrim_whitespace(response), -TAIL_CHARS, 1 << 30)
    n_chars = np.diff(batch.text("response").offsets)
    closed = _match(tails, _CLOSED) | _match(tails, _UNPOINTED)
    scores = np.zeros(batch.n)

    pointed = kernel.count_true(_sentence_ends(batch), batch.sentences("response").owner_offsets)
    n_lines = np.maximum(np.diff(batch.lines("response").owner_offsets), 1)
    # Prose that points its other sentences; a poem, a list or code does not.
    prose = (pointed >= 2) & (pointed >= 0.5 * n_lines) & (n_chars >= LONG_CHARS)
    plain = ~_match(tails, _LIST_TAIL) & ~_match(response, _CODE)
    last_line = pc.utf8_length(pc.replace_substring_regex(tails, r"(?s)^.*[\n\r.!?。！？]", "")).to_numpy(
        zero_copy_only=False
    )
    scores[~closed & prose & plain & (last_line >= 15)] = 0.8

    long = n_chars >= LONG_CHARS / 2
    scores[~closed & long & _match(tails, _HYPHEN)] = 0.9
    scores[~closed & long & plain & _match(tails, _STOPWORD)] = 1.0
    scores[long & _match(tails, _COMMA)] = 1.0
    scores[_match(tails, _COLON)] = 0.7
    fences = pc.count_substring_regex(response, r"(?m)^\s*```").to_numpy(zero_copy_only=False)
    scores[fences % 2 == 1] = 0.9
    return scores


def _sentence_ends(batch: Batch) -> NDArray[np.bool_]:
    pattern = r"[.!?…。！？؟۔।॥][\"'”’»)\]*_]*\s*$"
    return batch.feature("pointed", "response", lambda: _match(batch.sentences("response").texts, pattern))


@signal(
    "unbalanced",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Code fences and brackets that are opened and not closed, or the reverse.",
    source="datacruxai; Dingo",
)
def unbalanced(batch: Batch) -> NDArray[np.float64]:
    text = batch.text("response")
    total = np.zeros(batch.n)
    for opening, closing in ("()", "[]", "{}", "（）", "「」", "【】"):
        depth = kernel.count_true(text.codes == ord(opening), text.offsets)
        total += np.abs(depth - kernel.count_true(text.codes == ord(closing), text.offsets))
    fences = pc.count_substring_regex(text.data, r"(?m)^\s*```").to_numpy(zero_copy_only=False)
    return total + fences % 2


_NOTHING = r"^[\s.…\-_*~#>\x{200b}-\x{200f}\x{2060}\x{feff}\x00]*$"
_WHOLE = (
    r"(?i)^[\s\"'`<\[({]*(?:n/?a|n\.a\.?|none|null|nan|nil|undefined|nothing|empty|blank|tbd|todo|tba|placeholder|xxx+"
    r"|no ?(?:in|out)put|no (?:answer|response|output|data|content|text)(?: (?:found|available|provided|given|needed))?"
    r"|not (?:available|applicable|provided|specified)|(?:answer|response|output|text)(?: goes)?(?: here)?|error|test|asdf+"
    r"|see (?:above|below)|same as above|coming soon|无|暂无|空)[\s\"'`>\]).}!:]*$"
)
_INSIDE = (
    r"(?i)(?:\blorem ipsum\b|[\[<({](?:please )?(?:insert|enter|add|fill in|put|type)\b[^\]>)}\n]{0,60}[\]>)}]"
    r"|\b(?:your|the) (?:answer|response|text|content) (?:goes )?here\b|(?:^|[\s\[(])(?:TODO|TBD|FIXME)\s*[:\])]"
    r"|<no ?(?:in|out)put>|\[(?:answer|response|output|content|text|citation needed)\]|\bxxxx+\b)"
)
_MUSTACHE = r"\{\{\s*[\w.]+\s*\}\}|<(?:name|author|username|company)>"
_ASKED_FOR = r"(?i)\b(?:template|placeholder|lorem|todo|fixme|jinja|mustache|fill[- ]in|blank|boilerplate)"


@signal(
    "empty_answer",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="1 where the answer is empty, white space, dots and dashes, or invisible characters.",
)
def empty_answer(batch: Batch) -> NDArray[np.float64]:
    return batch.matches("response", _NOTHING).astype(np.float64)


@signal(
    "placeholder",
    version=1,
    range=(0, 1),
    reads=("response", "prompt"),
    summary="1: the whole answer stands for one (N/A, TODO, null); 0.8: holds [insert …], lorem ipsum; 0.5: {{name}}.",
    source="C4; Alpaca cleaning",
)
def placeholder(batch: Batch) -> NDArray[np.float64]:
    scores = np.where(batch.matches("response", _MUSTACHE), 0.5, 0.0)
    scores[batch.matches("response", _INSIDE)] = 0.8
    scores[batch.matches("prompt", _ASKED_FOR)] = 0.0
    scores[batch.matches("response", _WHOLE)] = 1.0
    return scores

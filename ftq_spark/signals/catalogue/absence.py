"""Answers that are not there: empty ones, and what stands in for one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal

_NOTHING = r"^[\s.…\-_*~#>\x{200b}-\x{200f}\x{2060}\x{feff}\x00]*$"
# What stands for a whole answer and is none; "none", "nothing" or "error" may be the answer, and Na is a metal.
_WHOLE = (
    r"^[\s\"'`<\[({]*(?:(?i:answer|response|output)\s*[:=]\s*)?(?:N/?A|n/a|N\.A\.|(?i:null|nan|undefined|tbd|todo|tba"
    r"|placeholder|xxx+|asdf+|no ?output|no (?:answer|response|output)(?: (?:found|available|provided|given|needed))?"
    r"|not (?:available|applicable|provided|specified)|(?:your |the |insert )?(?:answer|response|output|text)"
    r"(?: goes)? here"
    r"|see (?:above|below)|same as above|coming soon|insert [\w ]{0,40} here)|无|暂无|空)[\s\"'`>\]).}!:]*$"
)
_ITSELF = r"(?i)\b(?:n/?a|null|nan|undefined|tbd|todo|tba|applicable|available|specified|output)\b"
# What opens or fills an answer that somebody was to write.
_TO_BE_WRITTEN = (
    r"(?i)^\W*(?:lorem ipsum\b|x{4,} |(?:todo|tbd|fixme):|placeholder text)|^\s*\{\{\s*\w+\s*\}\}\s*$"
    r"|^\s*[\[<(](?:your|insert|the) [\w ]{1,40}[\])>]\s*$"
)
BRIEF_CHARS = 120
_NO_OUTPUT = r"(?i)<no ?(?:in|out)put>"
# What a template would hold: a gap to fill in.
_GAP = (
    r"(?i)(?:\blorem ipsum\b|[\[<({](?:please )?(?:insert|enter|fill in)\b[^\]>)}\n]{0,60}[\]>)}]"
    r"|\b(?:your|the) (?:answer|response|text|content) goes here\b|(?:^|\n)\s*(?:TODO|TBD|FIXME)\s*[:\])]"
    r"|\[(?:answer|response|output)\]|\{\{\s*[\w.]+\s*\}\}|<(?:name|author|username|company)>)"
)
_ASKED_FOR = expression("asked", "filled_in")
_CODE = r"```|`[^`\n]+`|(?m:^(?:\s*(?:def|class|import|function|const|public|return|#include|//)\b))|[;{]\s*\n"


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
    version=3,
    range=(0, 1),
    reads=("response", "prompt", "attached"),
    summary="1: the whole answer stands for one (N/A, TODO); 0.8: holds <nooutput>; 0.5: a gap ([insert …], {{name}}).",
    source="C4; Alpaca cleaning",
)
def placeholder(batch: Batch) -> NDArray[np.float64]:
    plain = ~batch.matches("response", _CODE) & ~batch.matches("attached", _GAP)
    scores = np.where(batch.matches("response", _GAP) & plain, 0.5, 0.0)
    brief = np.diff(batch.text("response").offsets) <= BRIEF_CHARS  # more than that is an answer beside it
    no_output = batch.matches("response", _NO_OUTPUT) & plain
    scores[no_output] = np.where(brief, 0.8, 0.5)[no_output]
    scores[batch.matches("prompt", _ASKED_FOR)] = 0.0
    whole = batch.matches("response", _WHOLE)
    whole |= batch.matches("response", _TO_BE_WRITTEN)
    scores[whole] = np.where(batch.matches("prompt", _ITSELF), 0.6, 1.0)[whole]
    return scores

"""Answers that are not there: empty ones, and what stands in for one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

_NOTHING = r"^[\s.…\-_*~#>\x{200b}-\x{200f}\x{2060}\x{feff}\x00]*$"
_WHOLE = (
    r"(?i)^[\s\"'`<\[({]*(?:(?:answer|response|output)\s*[:=]\s*)?(?:n/?a|n\.a\.?|none|null|nan|nil|undefined"
    r"|nothing|empty|blank|tbd|todo|tba|placeholder|xxx+"
    r"|no ?(?:in|out)put|no (?:answer|response|output|data|content|text)(?: (?:found|available|provided|given|needed))?"
    r"|not (?:available|applicable|provided|specified)|(?:your |the |insert )?(?:answer|response|output"
    r"|text)(?: goes)?(?: here)?|error|test|asdf+"
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
    scores = np.where(batch.matches("response", _MUSTACHE) & ~batch.matches("response", "`"), 0.5, 0.0)
    scores[batch.matches("response", _INSIDE)] = 0.8
    scores[batch.matches("prompt", _ASKED_FOR)] = 0.0
    scores[batch.matches("response", _WHOLE)] = 1.0
    return scores

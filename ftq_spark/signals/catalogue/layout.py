"""The format profile of an answer: what a dataset should be consistent in, or ask for in the prompt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.form import filled_lines, line_counts
from ftq_spark.signals.catalogue.style import flattering_opening
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal

LAYOUTS = ("prose", "bullets", "numbered", "headings", "table", "code", "json", "labels")
OPENINGS = ("statement", "yes_or_no", "courtesy", "list")
_JSON = r"(?s)^\s*(?:```(?:json)?\s*)?(?:\{\s*(?:\"|\}).*\}|\[\s*(?:[\[{\"\-\d\]]|true|false|null).*\])\s*(?:```)?\s*$"
_YES_NO = r"(?i)^\W*(?:yes|no|oui|non|sí|ja|nein|да|нет|हाँ|नहीं|نعم|لا)(?:[\s,.!:;]|$)|^\W*(?:是的|是，|不是|对)"
_LIST_OPENING = r"^\s*(?:[-*+•]\s|\p{Nd}{1,2}[.)]\s|#{1,6}\s|\||```)"
_REQUEST = expression("asked", "layout", r"\b{}\b")


@signal(
    "layout",
    version=1,
    range=(0, len(LAYOUTS) - 1),
    reads=("response",),
    summary="What the answer is laid out as: " + ", ".join(f"{i} {name}" for i, name in enumerate(LAYOUTS)) + ".",
)
def layout(batch: Batch) -> NDArray[np.float64]:
    bullets, numbers = line_counts(batch, "bullet"), line_counts(batch, "numbered")
    kinds = np.zeros(batch.n)
    kinds[line_counts(batch, "label") >= np.maximum(0.5 * filled_lines(batch), 2)] = LAYOUTS.index("labels")
    kinds[(bullets >= 2) & (bullets >= numbers)] = LAYOUTS.index("bullets")
    kinds[(numbers >= 2) & (numbers > bullets)] = LAYOUTS.index("numbered")
    kinds[line_counts(batch, "heading") >= 1] = LAYOUTS.index("headings")
    kinds[line_counts(batch, "table") >= 2] = LAYOUTS.index("table")
    kinds[line_counts(batch, "fence") >= 1] = LAYOUTS.index("code")
    kinds[batch.matches("response", _JSON)] = LAYOUTS.index("json")
    return kinds


@signal(
    "length_band",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Binary logarithm of the words of the answer, rounded down: 5 is 32 to 63 words; 0 up to one word.",
)
def length_band(batch: Batch) -> NDArray[np.float64]:
    return np.floor(np.log2(np.maximum(batch.n_tokens("response"), 1)))


@signal(
    "opening",
    version=1,
    range=(0, len(OPENINGS) - 1),
    reads=("response",),
    summary="What the answer opens with: " + ", ".join(f"{i} {name}" for i, name in enumerate(OPENINGS)) + ".",
)
def opening(batch: Batch) -> NDArray[np.float64]:
    kinds = np.zeros(batch.n)
    kinds[batch.matches("response", _YES_NO)] = OPENINGS.index("yes_or_no")
    kinds[batch.value(flattering_opening) > 0] = OPENINGS.index("courtesy")
    kinds[batch.matches("response", _LIST_OPENING)] = OPENINGS.index("list")
    return kinds


@signal(
    "asks_for_format",
    version=2,
    range=(0, 1),
    reads=("question",),
    summary="1 where the question asks for a form or a length.",
)
def asks_for_format(batch: Batch) -> NDArray[np.float64]:
    return batch.matches("question", _REQUEST).astype(np.float64)

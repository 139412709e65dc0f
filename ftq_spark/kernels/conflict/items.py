"""One piece of evidence, and the spans of two answers that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ftq_spark.kernels.conflict.answer import Answer

N_SPAN_CHARS = 240


class Item(NamedTuple):
    """One piece of evidence: the feature, its strength in [0, 1] and the spans of the two answers."""

    feature: str
    strength: float
    left_text: str
    right_text: str


def span(text: str) -> str:
    """A text cut to what a reviewer reads."""
    return text if len(text) <= N_SPAN_CHARS else text[: N_SPAN_CHARS - 1] + "…"


def lead_text(answer: Answer) -> str:
    """The first sentence of an answer as a span."""
    return span(answer.sentences[0].text if answer.sentences else answer.text)

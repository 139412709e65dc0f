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


# feature → the kind that a reader is shown; features with no kind speak against a conflict or set the scene.
FEATURE_KINDS = {
    "lead": "polarity",
    "stance": "polarity",
    "impossible": "polarity",
    "urgency": "polarity",
    "denial": "polarity",
    "negation": "negation",
    "negation_frame": "negation",
    "antonym": "antonym",
    "antonym_frame": "antonym",
    "modality": "modality",
    "quantifier": "quantifier",
    "number_asked": "number",
    "number_unit": "number",
    "number_other": "number",
    "schedule": "number",
    "final": "final_answer",
    "entity_short": "entity",
    "entity_head": "entity",
    "entity_name": "entity",
    "short_missing": "entity",
    "choice": "entity",
    "substitution": "entity",
    "minimal_pair": "negation",
    "minimal_antonym": "antonym",
    "minimal_denial": "negation",
    "minimal_negation": "negation",
    "antonym_lead": "antonym",
    "relation": "relation",
    "closing": "entity",
    "lead_same": None,
    "stance_same": None,
    "number_same": None,
    "final_same": None,
    "overlap": None,
    "char_overlap": None,
    "short_contained": None,
    "both_doubt": None,
    "one_doubts": None,
    "both_negative": None,
    "hedged": None,
    "long": None,
    "one_names": None,
    "restated": None,
    "asks_many": None,
    "questions_differ": None,
    "explain": None,
}
FEATURES = tuple(FEATURE_KINDS)

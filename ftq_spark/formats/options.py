"""The options that a question leaves its answer: `choices` or `options` beside it."""

from __future__ import annotations

import re
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.fields import as_list

FIELDS = ("choices", "options")
_LABEL_CHARS = 2
_LABELLED = re.compile(r"\(?\w{1,2}[.):：、]\s*\S")
_LETTER = re.compile(r"\W*[A-Z]\W*")


def options_of(row: dict[str, Any], question: str, answer: Any) -> str | None:
    """The options of a question as lines of text; null where a row has none, or its question holds them already.

    Read are a list of texts, an object of labels and texts, and ARC's `{"text": […], "label": […]}`. A list is
    lettered where the answer is a letter.
    """
    labels, texts = next((found for field in FIELDS if (found := _labelled(row.get(field))) is not None), ([], []))
    if len(texts) < 2 or all(text in question for text in texts):
        return None
    if not labels and all(_LABELLED.match(text) for text in texts):
        return "\n".join(texts)
    if not labels and isinstance(answer, str) and _LETTER.fullmatch(answer):
        labels = [chr(ord("A") + place) for place in range(len(texts))]
    if not labels:
        return "\n".join(f"- {text}" for text in texts)
    return "\n".join(f"{label}. {text}" for label, text in zip(labels, texts, strict=True))


def _labelled(found: Any) -> tuple[list[str], list[str]] | None:
    """Labels (none for a bare list) and texts of options; null for anything else."""
    if isinstance(found, str) and found.lstrip().startswith("{"):
        try:
            found = strict.loads(found.encode())
        except Fault:
            return None
    labels: Any = []
    texts: Any = as_list(found)
    if isinstance(found, dict):
        arc = found.keys() == {"text", "label"}
        labels, texts = (found["label"], found["text"]) if arc else (list(found), list(found.values()))
    if not (_are_texts(labels) and _are_texts(texts)) or (labels and len(labels) != len(texts)):
        return None
    return None if any(len(label) > _LABEL_CHARS for label in labels) else (labels, texts)


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(text, str) and bool(text.strip()) for text in found)

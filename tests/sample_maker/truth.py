"""The example in the making, and the labels of what is planted.

Each line of ``truth.jsonl`` has ``source`` and ``row`` (1-based, as ingestion counts), a ``label`` and its details:

=====================  =============================================================================================
broken                 ``kind``, and the ``codes`` by which a reader may reject the row
weak, vague            low effort; general words without content
refusal                a harmless question that is not answered; ``safe_refusal`` declines a harmful one and is right
placeholder, looping,  answers that are no text, repeat themselves, or stop in the middle
truncated
exact_duplicate        ``of``: the same conversation, often in another schema
near_duplicate         ``of``, ``edit`` and ``jaccard`` of the word 3-grams, at least 0.85
semantic_duplicate     ``of``: the same question, prompt cosine at least 0.95, with an answer that agrees
conflict               ``kind``, ``group`` and ``with``: answers that exclude each other
variety                ``kind`` and ``must_not``: findings that would be false; ``same_prompt`` where the two prompts
                       have a cosine of at least 0.95, so that a semantic duplicate is no false finding
grade                  ``grade`` (vague, moderate, complete) and ``group``, the question
clean                  good answers that have to be kept
=====================  =============================================================================================

An example without a line is ordinary good material.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Item:
    """One example before it has a place; labels refer to other items by key."""

    key: str
    domain: str
    turns: list[tuple[str, str]]  # (question, answer)
    labels: list[dict[str, Any]] = field(default_factory=list)
    shard: str = ""  # chosen by domain where empty
    raw: bytes | None = None  # a row that is written as it stands
    extra: dict[str, Any] = field(default_factory=dict)  # what the shard's schema needs beside the turns

    def label(self, name: str, **details: Any) -> Item:
        """Add a label and return the item."""
        self.labels.append({"label": name, **details})
        return self


def shingles(item: Item) -> set[tuple[str, ...]]:
    """Word 3-grams of the conversation."""
    words = re.findall(r"\w+", " ".join(f"{question} {answer}" for question, answer in item.turns).lower())
    return {tuple(words[start : start + 3]) for start in range(max(1, len(words) - 2))}


def jaccard(left: Item, right: Item) -> float:
    """Jaccard similarity of the word 3-grams of two conversations, in [0, 1]."""
    a, b = shingles(left), shingles(right)
    return len(a & b) / len(a | b)

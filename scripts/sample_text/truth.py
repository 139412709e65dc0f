"""The example in the making, and the labels of what is planted."""

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

"""Desirability labels (KTO): of a row, or of one turn."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.aliases import LABEL_FIELDS, LABEL_WORDS


def label_of(found: dict[str, Any], fields: tuple[str, ...] = LABEL_FIELDS) -> bool | None:
    """The label in the first of the fields that holds one; null where there is none, or where it means something else.

    Read are booleans, 1 beside 0 or -1, and the words of aliases.yaml ("desirable", "0" in a table's cell).
    """
    for field in fields:
        label = found.get(field)
        if label is None:
            continue
        if isinstance(label, bool):
            return label
        if isinstance(label, (int, float)) and label in (-1, 0, 1):
            return label == 1
        if isinstance(label, str) and (known := LABEL_WORDS.get(label.strip().lower())) is not None:
            return known
    return None

"""Names of the columns of a label file: ours, and those of label_names.yaml, by which others call them."""

from __future__ import annotations

from importlib.resources import files

import yaml

COLUMNS = ("item_id", "example_id", "annotator", "label", "verdict", "error_type", "note", "time", "corrected")

_NAMES: dict[str, list[str]] = yaml.safe_load(
    files("ftq_spark.review").joinpath("label_names.yaml").read_text(encoding="utf-8")
)
OF_NOBODY = frozenset(_NAMES.pop("of_nobody"))
ALIASES: dict[str, tuple[str, ...]] = {ours: tuple(theirs) for ours, theirs in _NAMES.items()}
KNOWN = frozenset((*COLUMNS, *(name for theirs in ALIASES.values() for name in theirs)))

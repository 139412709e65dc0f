"""Signals: what is measured about one example. Importing this package registers the built-in catalogue."""

from __future__ import annotations

from ftq_spark.signals import (  # noqa: F401  (they register themselves)
    absence,
    article,
    asking,
    characters,
    ending,
    extent,
    form,
    gopher,
    grade,
    language,
    layout,
    leaks,
    preference,
    privacy,
    refusal,
    repetition,
    soundness,
    style,
    substance,
    turns,
)
from ftq_spark.signals.batch import COLUMNS, Batch, Parameters
from ftq_spark.signals.custom import load_entry_point, load_source
from ftq_spark.signals.grade import explain_grade
from ftq_spark.signals.measure import catalogue, measure
from ftq_spark.signals.quality import DEFAULT_RULES, MIN_QUALITY, QUALITY_WEIGHTS, Rule, holds, quality
from ftq_spark.signals.registry import REGISTRY, Signal, signal

__all__ = [
    "COLUMNS",
    "DEFAULT_RULES",
    "MIN_QUALITY",
    "QUALITY_WEIGHTS",
    "REGISTRY",
    "Batch",
    "Parameters",
    "Rule",
    "Signal",
    "catalogue",
    "explain_grade",
    "holds",
    "load_entry_point",
    "load_source",
    "measure",
    "quality",
    "signal",
]

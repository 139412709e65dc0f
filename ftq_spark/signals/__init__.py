"""Signals: what is measured about one example. Importing this package registers the built-in catalogue."""

from __future__ import annotations

import ftq_spark.signals.catalogue  # noqa: F401  (it registers itself)
from ftq_spark.signals.answers import Answers, measure_answers, of_each_answer, of_each_call, screened
from ftq_spark.signals.batch import COLUMNS, Batch, Parameters
from ftq_spark.signals.catalogue.grade import explain_grade
from ftq_spark.signals.custom import load_entry_point, load_source
from ftq_spark.signals.dialogues import BESIDE, Asked, measure_dialogues
from ftq_spark.signals.measure import catalogue, measure
from ftq_spark.signals.quality import (
    DEFAULT_RULES,
    MIN_QUALITY,
    OF_MERIT,
    QUALITY_CURVES,
    QUALITY_WEIGHTS,
    Curve,
    Rule,
    counted,
    holds,
    quality,
    terms,
)
from ftq_spark.signals.registry import REGISTRY, Signal, signal
from ftq_spark.signals.rules import ruled, ruled_answers

__all__ = [
    "BESIDE",
    "COLUMNS",
    "DEFAULT_RULES",
    "MIN_QUALITY",
    "OF_MERIT",
    "QUALITY_CURVES",
    "QUALITY_WEIGHTS",
    "REGISTRY",
    "Answers",
    "Asked",
    "Batch",
    "Curve",
    "Parameters",
    "Rule",
    "Signal",
    "catalogue",
    "counted",
    "explain_grade",
    "holds",
    "load_entry_point",
    "load_source",
    "measure",
    "measure_answers",
    "measure_dialogues",
    "of_each_answer",
    "of_each_call",
    "quality",
    "ruled",
    "ruled_answers",
    "screened",
    "signal",
    "terms",
]

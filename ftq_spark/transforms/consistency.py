"""Do answers look alike? The usual format of each group of examples, who departs from it, and how mixed it all is.

A group is the examples of one dataset under one system prompt and tools. Its format is looked at facet by facet:
layout, opening, length (binary logarithm of the words) and language, as the signals of these names measure them.
Answers whose question asks for a form or a length neither make a format usual nor depart from it; where a brief answer
is enough (yes or no, a sum, a fact), a short one is none that departs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.signals.catalogue.layout import LAYOUTS, OPENINGS

if TYPE_CHECKING:
    from ftq_spark.settings import Format

# Facet → its signal, and its names; numbers without names are bands of length.
FACETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "language": ("sig_language", LANGUAGES),
    "layout": ("sig_layout", LAYOUTS),
    "opening": ("sig_opening", OPENINGS),
    "length": ("sig_length_band", ()),
}
SIGNALS = (
    *(signal for signal, _ in FACETS.values()),
    "sig_asks_for_format",
    "sig_n_words",
    "sig_language_mismatch",
    "sig_asks_for_brief",
)
GROUP = ("dataset", "context")
N_BANDS = 16  # of length, for its entropy: up to 32,768 words
NO_CONTEXT = hashlib.md5(b"", usedforsecurity=False).hexdigest()
_FAR = 3  # bands: answers eight times as long or as short as usual


def features(examples: DataFrame, signals: DataFrame) -> DataFrame:
    """example_id, dataset, context (a digest of system prompt and tools) and the SIGNALS, from tables of a run."""
    context = F.md5(F.expr(schema.VIEWS["context"])).alias("context")
    # Whether an answer can open with yes or no is the question's affair.
    by_question = F.col("sig_opening") == OPENINGS.index("yes_or_no")
    opening = F.when(by_question, float(OPENINGS.index("statement"))).otherwise(F.col("sig_opening"))
    measured = signals.select("example_id", *SIGNALS).withColumn("sig_opening", opening)
    return examples.select("example_id", "dataset", context).join(measured, "example_id")


def usual_formats(features: DataFrame, min_group: int) -> DataFrame:
    """One row of schema.FORMATS per facet and group with `min_group` answers: what is usual, and how far it is.

    value is the most frequent one, of equals the smallest; share that of the answers that have it (in length, with the
    bands beside it); consistency is 1 − entropy / the highest entropy that the facet can have.
    """
    facets = F.array(*(F.struct(F.lit(f).alias("facet"), F.col(s).alias("value")) for f, (s, _) in FACETS.items()))
    counted = (
        features.where("sig_asks_for_format = 0")
        .select(*GROUP, F.inline(facets))
        .where("value is not null")
        .groupBy(*GROUP, "facet", "value")
        .agg(F.count("*").alias("n"))
    )
    # Only bands of length have neighbours: other values are set apart.
    place = F.when(F.col("facet") == "length", F.col("value")).otherwise(3 * F.col("value"))
    near = Window.partitionBy(*GROUP, "facet").orderBy(place).rangeBetween(-1, 1)
    sizes = {facet: len(names) or N_BANDS for facet, (_, names) in FACETS.items()}
    highest = F.create_map(*(F.lit(item) for pair in sizes.items() for item in pair))[F.col("facet")]
    entropy = F.log("total") - F.col("weighted") / F.col("total")
    return (
        counted.withColumn("around", F.sum("n").over(near))
        .groupBy(*GROUP, "facet")
        .agg(
            F.sum("n").alias("total"),
            F.sum(F.col("n") * F.log("n")).alias("weighted"),
            F.max(F.struct("n", (-F.col("value")).alias("value"), "around")).alias("most"),
        )
        .select(
            *GROUP,
            "facet",
            F.col("total").alias("n"),
            (-F.col("most.value")).alias("value"),
            (F.col("most.around") / F.col("total")).alias("share"),
            F.greatest(F.lit(0.0), 1 - entropy / F.log(highest)).alias("consistency"),
        )
        .where(F.col("n") >= min_group)
    )


def deviations(features: DataFrame, formats: DataFrame, settings: Format) -> DataFrame:
    """example_id, format_deviation (one line, null for none), breaks_format (it breaks what the settings declare).

    `formats` are the :func:`usual_formats` of the same features; what `usual_share` of a group agree in is usual there.
    The first that holds: not in the declared layouts or lengths; another language than usual that is not the question's
    either; another layout or opening; eight times as long or as short.
    """
    entry = F.struct("facet", F.struct("value", "share").alias("usual"))
    usual = (
        formats.where(F.col("share") >= settings.usual_share)
        .groupBy(*GROUP)
        .agg(F.map_from_entries(F.collect_list(entry)).alias("usual"))
    )
    free = F.col("sig_asks_for_format") == 0
    declared = F.when(free, _breach(settings))
    unusual = F.when(free, F.coalesce(*(_unusual(facet) for facet in FACETS)))
    return features.join(usual, list(GROUP), "left").select(
        "example_id",
        F.coalesce(declared, unusual).alias("format_deviation"),
        declared.isNotNull().alias("breaks_format"),
    )


def _breach(settings: Format) -> Column:
    words, found = F.col("sig_n_words"), F.col("sig_layout")
    allowed = [LAYOUTS.index(name) for name in settings.layouts]
    checks = [F.lit(None).cast("string")]
    if allowed:
        wanted = F.lit(f", declared: {', '.join(settings.layouts)}")
        checks.append(F.when(~found.isin(*allowed), F.concat(F.lit("laid out as "), _name(found, LAYOUTS), wanted)))
    bounds = (("min_words", settings.min_words, words.__lt__), ("max_words", settings.max_words, words.__gt__))
    for name, limit, broken in bounds:
        if limit is not None:
            text = F.concat(words.cast("bigint").cast("string"), F.lit(f" words, declared {name}: {limit}"))
            checks.append(F.when(broken(limit), text))
    return F.coalesce(*checks)


def _unusual(facet: str) -> Column:
    signal, names = FACETS[facet]
    found, usual = F.col(signal), F.col("usual")[facet]
    if facet == "language":
        found = F.when(F.col("sig_language_mismatch") == 1, found)
    share = F.concat(F.lit(", where "), F.floor(usual["share"] * 100).cast("string"), F.lit("% are "))
    if names:
        said = F.concat(F.lit(f"{facet} "), _name(found, names), share, _name(usual["value"], names))
        return F.when(found != usual["value"], said)
    said = F.concat(F.lit("length "), _band(found), share, F.lit("around "), _band(usual["value"]))
    excused = (found < usual["value"]) & (F.col("sig_asks_for_brief") == 1)
    return F.when((F.abs(found - usual["value"]) >= _FAR) & ~excused, said)


def _name(value: Column, names: tuple[str, ...]) -> Column:
    return F.expr(f"array({', '.join(map(repr, names))})")[value.cast("int")]


def _band(value: Column) -> Column:
    low = F.pow(F.lit(2.0), value)
    text = F.concat(low.cast("bigint").cast("string"), F.lit(" to "), (2 * low - 1).cast("bigint").cast("string"))
    return F.when(value == 0, F.lit("1 word")).otherwise(F.concat(text, F.lit(" words")))

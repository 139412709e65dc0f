"""How much of a corpus is the same: openings, system prompts; and which input files differ from the others in length.

A few openings or one system prompt that rule a corpus are learnt as a habit; a file that drifts from the others is
often of another origin than its name says.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from ftq_spark import schema

OPENING_WORDS = 3
_OPENING_CHARS = 40  # where nothing separates words
MIN_SOURCE = 50  # answers of an input file, and of all others, from which a drift is estimated
_SMOOTHING = 0.5  # added to every band: an empty one would make the index infinite


def openings(scored: DataFrame, limit: int) -> DataFrame:
    """The `limit` commonest first words of answers: opening (lower case), n, first_id, n_answers (all with words)."""
    words = F.split(F.lower(F.trim(F.regexp_replace("response", r"\s+", " "))), " ", OPENING_WORDS + 1)
    opening = F.substring(F.concat_ws(" ", F.slice(words, 1, OPENING_WORDS)), 1, _OPENING_CHARS).alias("opening")
    counted = (
        scored.select("example_id", opening)
        .where("opening <> ''")
        .groupBy("opening")
        .agg(F.count("*").alias("n"), F.min("example_id").alias("first_id"))
    )
    total = counted.agg(F.sum("n").alias("n_answers"))
    return counted.orderBy(F.desc("n"), "opening").limit(limit).crossJoin(F.broadcast(total))


def contexts(scored: DataFrame) -> DataFrame:
    """One row: n_distinct system prompts (with their tools), n_without one, n_largest, of n examples."""
    digest = F.md5(F.expr(schema.VIEWS["context"])).alias("context")
    counted = scored.select(digest).groupBy("context").agg(F.count("*").alias("n"))
    none = F.col("context") == F.md5(F.lit(""))
    return counted.agg(
        F.count(F.when(~none, 1)).alias("n_distinct"),
        F.coalesce(F.sum(F.when(none, F.col("n"))), F.lit(0)).alias("n_without"),
        F.coalesce(F.max(F.when(~none, F.col("n"))), F.lit(0)).alias("n_largest"),
        F.coalesce(F.sum("n"), F.lit(0)).alias("n"),
    )


def length_drift(scored: DataFrame, limit: int) -> DataFrame:
    """The `limit` input files whose answers differ most in length from all others: dataset, source, n, psi, words.

    psi is the population stability index, Σ (p − q) · ln(p / q) over bands of length, each band twice as long as the
    one before: by custom 0.1 is a shift and 0.25 a large one. words is the file's mean number of words.
    """
    band = F.least(F.col("sig_length_band"), F.lit(15)).cast("int")
    answers = scored.where("sig_length_band is not null")
    counted = answers.groupBy("dataset", "source", band.alias("band")).agg(
        F.count("*").alias("n"), F.sum("sig_n_words").alias("words")
    )
    everywhere = counted.groupBy("band").agg(F.sum("n").alias("n")).agg(_by_band("everywhere"))
    sources = counted.groupBy("dataset", "source").agg(
        _by_band("here"), F.sum("n").alias("n"), (F.sum("words") / F.sum("n")).alias("words")
    )
    bands = "map_keys(everywhere)"
    known = sources.crossJoin(F.broadcast(everywhere)).withColumns(
        {
            "n_bands": F.expr(f"size({bands})"),
            "n_others": F.expr(f"aggregate({bands}, 0L, (sum, b) -> sum + everywhere[b])") - F.col("n"),
        }
    )
    here, others = "coalesce(here[b], 0L)", "(everywhere[b] - coalesce(here[b], 0L))"
    p = f"(({here} + {_SMOOTHING}D) / (n + {_SMOOTHING}D * n_bands))"
    q = f"(({others} + {_SMOOTHING}D) / (n_others + {_SMOOTHING}D * n_bands))"
    psi = f"aggregate(array_sort({bands}), 0D, (sum, b) -> sum + ({p} - {q}) * ln({p} / {q}))"
    return (
        known.where((F.col("n") >= MIN_SOURCE) & (F.col("n_others") >= MIN_SOURCE))
        .select("dataset", "source", "n", F.expr(psi).alias("psi"), "words")
        .orderBy(F.desc("psi"), "dataset", "source")
        .limit(limit)
    )


def _by_band(name: str) -> Column:
    return F.map_from_entries(F.collect_list(F.struct("band", "n"))).alias(name)

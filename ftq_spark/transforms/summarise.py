"""The aggregates behind a run's summary: finished tables in, small tables out.

Every result has a bounded number of rows whatever the number of examples, is exact, and is the same for any
partitioning: counts are integers, values are counted on a grid rather than in a sketch, ties are broken by ids.
Text columns are read by two of them only: :func:`measure_counts`, for its lengths, and :func:`excerpts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from ftq_spark.kernels.distributions import count_values
from ftq_spark.schema import VERDICT_VALUES, ddl

DUPLICATE_KINDS = ("exact", "near", "semantic")
COUNTED_AT_ONCE = 200_000  # examples whose values a Python worker holds

# Measures that every scored table offers beside its quality and its sig_ columns, in code points.
LENGTHS = {"prompt_chars": "length(prompt)", "response_chars": "length(response)"}

Bounds = tuple[float | None, float | None]


def tallies(scored: DataFrame, rejects: DataFrame) -> DataFrame:
    """Rows that were treated alike, counted: the one pass over all examples from which the totals are summed.

    Columns: dataset, source, format, verdict (rejected for rejects), duplicate_kind, reasons, conflict (is in one), n,
    total_quality and n_quality (finite ones). As many rows as there are combinations: a few dozen per input file.
    """
    key = ("dataset", "source", "format", "verdict", "duplicate_kind", "reasons", "conflict")
    finite = F.when(~F.isnan("quality"), F.col("quality"))
    accepted = (
        scored.withColumn("conflict", F.coalesce(F.size("conflicts_with") > 0, F.lit(False)))
        .groupBy(*key)
        .agg(F.count("*").alias("n"), F.sum(finite).alias("total_quality"), F.count(finite).alias("n_quality"))
    )
    refused = rejects.groupBy("dataset", "source").agg(F.count("*").alias("n"))
    rejected = refused.withColumn("verdict", F.lit("rejected")).withColumn("conflict", F.lit(False))
    return accepted.unionByName(rejected, allowMissingColumns=True)


def source_counts(tallied: DataFrame, reasons: Sequence[str], limit: int) -> DataFrame:
    """What became of the rows of the whole run, of each dataset and of each input file, from :func:`tallies`.

    Columns: level (run, dataset, source), dataset, source, n (rows), keep, review, drop, rejected, exact, near,
    semantic, conflict, n_reasons (array aligned with `reasons`), mean_quality, n_at_level. At most `limit` rows a
    level, those with the most rows first.
    """
    flags = {verdict: F.col("verdict") == verdict for verdict in (*VERDICT_VALUES, "rejected")}
    flags |= {kind: F.col("duplicate_kind") == kind for kind in DUPLICATE_KINDS}
    flags["conflict"] = F.col("conflict")

    def n_where(flag: Column) -> Column:
        return F.sum(F.when(flag, F.col("n")).otherwise(0))

    names = F.array(F.lit("source"), F.lit("dataset"), F.lit("run"), F.lit("run"))
    rank = F.row_number().over(Window.partitionBy("level").orderBy(F.desc("n"), "dataset", "source"))
    return (
        tallied.rollup("dataset", "source")
        .agg(
            F.element_at(names, F.grouping_id().cast("int") + 1).alias("level"),
            *(n_where(flag).alias(f"n_{name}") for name, flag in flags.items()),
            F.array(*(n_where(F.array_contains("reasons", code)) for code in reasons)).alias("n_reasons"),
            (F.sum("total_quality") / F.sum("n_quality")).alias("mean_quality"),
            F.sum("n").alias("n"),
        )
        .select(
            "level",
            "dataset",
            "source",
            "n",
            *(F.col(f"n_{name}").alias(name) for name in flags),
            F.col("n_reasons").cast("array<bigint>"),
            "mean_quality",
            F.count("*").over(Window.partitionBy("level")).alias("n_at_level"),
            rank.alias("place"),
        )
        .where(F.col("place") <= limit)
        .drop("place")
    )


def facet_counts(scored: DataFrame) -> DataFrame:
    """Examples per format, duplicate kind, reason and note, in one pass.

    Columns: facet (format, duplicate, reason, note), value, verdict, n, n_only (the reason is the example's only one),
    first_id and last_id (the smallest and the largest example_id: a fair draw, since ids are hashes).
    """

    def facet(name: str, value: Column) -> Column:
        return F.struct(F.lit(name).alias("facet"), value.alias("value"))

    reasons = F.transform(F.coalesce("reasons", F.array()), lambda reason: facet("reason", reason))
    notes = F.transform(F.coalesce("notes", F.array()), lambda note: facet("note", note))
    others = F.array(facet("format", F.col("format")), facet("duplicate", F.col("duplicate_kind")))
    n_only = F.when((F.col("facet") == "reason") & (F.size("reasons") == 1), F.col("n")).otherwise(0)
    return (
        scored.groupBy("verdict", "format", "duplicate_kind", "reasons", "notes")
        .agg(F.count("*").alias("n"), F.min("example_id").alias("first_id"), F.max("example_id").alias("last_id"))
        .select("*", F.inline(F.array_distinct(F.concat(others, reasons, notes))))
        .where("value is not null")
        .groupBy("facet", "value", "verdict")
        .agg(
            F.sum("n").alias("n"),
            F.sum(n_only).alias("n_only"),
            F.min("first_id").alias("first_id"),
            F.max("last_id").alias("last_id"),
        )
    )


def masked_counts(scored: DataFrame) -> DataFrame:
    """Columns: dialogues (kept with answers out of training) and turns (these answers); one row."""
    masked = scored.where(F.size("masked_turns") > 0)
    return masked.agg(
        F.count("*").alias("dialogues"), F.coalesce(F.sum(F.size("masked_turns")), F.lit(0)).alias("turns")
    )


def topic_counts(scored: DataFrame) -> DataFrame:
    """Columns: topic (null: without one), verdict, n."""
    return scored.groupBy("topic", "verdict").agg(F.count("*").alias("n"))


def measure_counts(scored: DataFrame, bounds: Mapping[str, Bounds]) -> DataFrame:
    """How quality, the lengths and every signal are distributed, per verdict, in one pass.

    `bounds` gives, per column name, the lowest and the highest value that counts as within bounds. Columns: measure
    (column name), verdict, n (finite values), n_out (those out of bounds), total (their sum), smallest, largest,
    values (rounded by :mod:`ftq_spark.kernels.distributions`, ascending) and counts (how often each occurs).
    """
    columns = {name: F.col(f"`{name}`") for name in scored.columns if name == "quality" or name.startswith("sig_")}
    columns |= {name: F.expr(sql) for name, sql in LENGTHS.items()}
    limits = {name: bounds.get(name, (None, None)) for name in columns}
    numbers = (column.cast("double").alias(name) for name, column in columns.items())
    return (
        scored.select("verdict", *numbers)
        .mapInArrow(partial(_count_batches, limits=limits), ddl(_COUNTED))
        .groupBy("measure", "verdict", "value")
        .agg(*_merged(), F.sum("n").alias("n"))
        .groupBy("measure", "verdict")
        .agg(*_merged(), F.sort_array(F.collect_list(F.struct("value", "n"))).alias("pairs"), F.sum("n").alias("n"))
        .withColumns({"values": F.col("pairs.value"), "counts": F.col("pairs.n")})
        .drop("pairs")
    )


def _merged() -> list[Column]:
    sums = [F.sum(name).alias(name) for name in ("n_out", "total")]
    return [*sums, F.min("smallest").alias("smallest"), F.max("largest").alias("largest")]


_COUNTED = pa.schema(
    [
        ("measure", pa.string()),
        ("verdict", pa.string()),
        ("value", pa.float64()),
        ("n", pa.int64()),
        ("n_out", pa.int64()),
        ("total", pa.float64()),
        ("smallest", pa.float64()),
        ("largest", pa.float64()),
    ]
)


def _count_batches(batches: Iterator[pa.RecordBatch], limits: Mapping[str, Bounds]) -> Iterator[pa.RecordBatch]:
    """Count a partition's values, some hundred thousand examples at a time."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= COUNTED_AT_ONCE:
            yield from _count_table(pa.Table.from_batches(waiting), limits)
            waiting = []
    if waiting:
        yield from _count_table(pa.Table.from_batches(waiting), limits)


def _count_table(table: pa.Table, limits: Mapping[str, Bounds]) -> Iterator[pa.RecordBatch]:
    for verdict in table["verdict"].unique().to_pylist():
        chosen = table.filter(pc.equal(table["verdict"], verdict))
        for name, (low, high) in limits.items():
            values = pc.fill_null(chosen[name], float("nan")).to_numpy()
            counts = count_values(values, low, high)
            labels = [pa.repeat(text, len(counts.n)) for text in (name, verdict)]
            yield pa.RecordBatch.from_arrays([*labels, *map(pa.array, counts)], schema=_COUNTED)


def dataset_overlap(scored: DataFrame, clusters: DataFrame | None, datasets: Sequence[str]) -> DataFrame:
    """Per ordered pair of the named datasets: the rows of `dataset` that repeat a row of `other`.

    Columns: dataset, other, n (rows whose content_hash also occurs in `other`), n_alike (those, and rows in a cluster
    of duplicates with a row of `other`). A set of datasets is kept for each content, so name a dozen, not a thousand.
    """
    rows = scored.where(F.col("dataset").isin(*datasets)).select("example_id", "dataset", "content_hash")
    keys = ["content_hash"]
    if clusters is not None:
        keys.append("cluster_id")
        grouped = clusters.where("cluster_size > 1").select("example_id", "cluster_id")
        rows = rows.join(grouped, "example_id", "left")
    for key in keys:
        shared = rows.where(F.col(key).isNotNull()).groupBy(key).agg(F.collect_set("dataset").alias(f"with_{key}"))
        rows = rows.join(shared.where(F.size(f"with_{key}") > 1), key, "left")
    none = F.array().cast("array<string>")
    found = [F.coalesce(f"with_{key}", none) for key in keys]
    return (
        rows.select("dataset", found[0].alias("same"), F.array_distinct(F.flatten(F.array(*found))).alias("alike"))
        .where(F.size("alike") > 1)
        .select("dataset", "same", F.explode("alike").alias("other"))
        .where("dataset <> other")
        .groupBy("dataset", "other")
        .agg(F.count_if(F.array_contains("same", F.col("other"))).alias("n"), F.count("*").alias("n_alike"))
    )


def borderline(scored: DataFrame, n: int) -> DataFrame:
    """Examples near the line: columns place, quality, example_id; at most `n` rows a place.

    Places: lowest_kept; highest_dropped, duplicates apart, since those are dropped whatever their quality; and
    kept_at_random, the kept examples with the smallest ids.
    """
    finite = scored.where("quality is not null and not isnan(quality)")
    kept, dropped = finite.where("verdict = 'keep'"), finite.where("verdict = 'drop' and duplicate_of is null")

    def first(place: str, examples: DataFrame, *order: Column) -> DataFrame:
        return examples.select(F.lit(place).alias("place"), "quality", "example_id").orderBy(*order).limit(n)

    example_id = F.col("example_id").asc()
    return (
        first("lowest_kept", kept, F.asc("quality"), example_id)
        .unionByName(first("highest_dropped", dropped, F.desc("quality"), example_id))
        .unionByName(first("kept_at_random", kept, example_id))
    )


def reject_counts(rejects: DataFrame, raw_chars: int) -> DataFrame:
    """Columns: code, dataset, n, first and last (struct of source, row, message, raw, the texts cut at `raw_chars`)."""
    cut = [F.substring(name, 1, raw_chars).alias(name) for name in ("message", "raw")]
    return (
        rejects.select("code", "dataset", F.struct("source", "row", *cut).alias("found"))
        .groupBy("code", "dataset")
        .agg(F.count("*").alias("n"), F.min("found").alias("first"), F.max("found").alias("last"))
    )


def cluster_sizes(clusters: DataFrame) -> DataFrame:
    """Columns: cluster_size, n_examples (in clusters of that size), n_against (repeats of examples of former runs)."""
    counts = [F.count("*").alias("n_examples"), F.sum(F.col("against").cast("bigint")).alias("n_against")]
    repeated = clusters.where("cluster_size > 1 or duplicate_of is not null")
    return repeated.groupBy("cluster_size").agg(*counts)


def largest_clusters(clusters: DataFrame, n: int) -> DataFrame:
    """The `n` largest clusters, one row per cluster and kind of member.

    Columns: cluster_id, cluster_size, duplicate_kind (null: the kept ones), n, and least and most: the least and the
    most similar member, as struct of similarity, example_id, duplicate_of.
    """
    size = clusters.where("cluster_size > 1")
    top = (
        size.select("cluster_id", "cluster_size").distinct().orderBy(F.desc("cluster_size"), "cluster_id").limit(n)
    )  # fmt: skip
    member = F.struct(F.col("duplicate_similarity").alias("similarity"), "example_id", "duplicate_of")
    return (
        size.join(F.broadcast(top.select("cluster_id")), "cluster_id", "left_semi")
        .groupBy("cluster_id", "cluster_size", "duplicate_kind")
        .agg(F.count("*").alias("n"), F.min(member).alias("least"), F.max(member).alias("most"))
    )


def conflict_counts(conflicts: DataFrame) -> DataFrame:
    """Columns: kind (null: all kinds together), n (pairs), n_groups, highest (score)."""
    return (
        conflicts.rollup("kind")
        .agg(
            F.grouping("kind").alias("total"),
            F.count("*").alias("n"),
            F.countDistinct("conflict_group").alias("n_groups"),
            F.max("score").alias("highest"),
        )
        .where("total = 1 or kind is not null")
        .drop("total")
    )


def top_conflicts(conflicts: DataFrame, n: int, span_chars: int, n_spans: int = 6) -> DataFrame:
    """The pair with the highest score of each conflict group, at most `n` of them, the highest score first.

    Columns: score, left_id, right_id, kind, prompt_similarity, evidence (at most `n_spans`, each text cut at
    `span_chars`), probability, conflict_group, n_pairs (the pairs of the group).
    """
    evidence = F.transform(
        F.slice("evidence", 1, n_spans),
        lambda span: F.struct(
            F.substring(span["left_text"], 1, span_chars).alias("left_text"),
            F.substring(span["right_text"], 1, span_chars).alias("right_text"),
            span["kind"].alias("kind"),
        ),
    )
    pair = F.struct(
        (-F.col("score")).alias("descending"),
        "left_id",
        "right_id",
        "score",
        "kind",
        "prompt_similarity",
        evidence.alias("evidence"),
        "probability",
    )
    return (
        conflicts.groupBy(F.coalesce("conflict_group", F.concat("left_id", "right_id")).alias("conflict_group"))
        .agg(F.min(pair).alias("top"), F.count("*").alias("n_pairs"))
        .select("top.*", "conflict_group", "n_pairs")
        .orderBy("descending", "left_id", "right_id")
        .limit(n)
        .drop("descending")
    )


def excerpts(scored: DataFrame, example_ids: Sequence[str], prompt_chars: int, response_chars: int) -> DataFrame:
    """What a reader needs to judge the named examples, texts cut; one row per id that exists."""
    return scored.where(F.col("example_id").isin(*example_ids)).select(
        "example_id",
        "dataset",
        "source",
        "row",
        "verdict",
        "quality",
        "reasons",
        "duplicate_of",
        "duplicate_kind",
        F.substring("prompt", 1, prompt_chars).alias("prompt"),
        F.length("prompt").alias("prompt_chars"),
        F.substring("response", 1, response_chars).alias("response"),
        F.length("response").alias("response_chars"),
    )

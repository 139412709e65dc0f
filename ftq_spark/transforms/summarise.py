"""The aggregates behind a run's summary: finished tables in, small tables out.

Every result has a bounded number of rows whatever the number of examples, is exact, and is the same for any
partitioning: counts are integers, values are counted on a grid rather than in a sketch, ties are broken by ids.
Texts are read by :func:`figures` alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark.kernels import figures as kernel
from ftq_spark.kernels.figures import CELLS, KEYS, Wanted
from ftq_spark.schema import VIEWS
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.arrow import buffers

DUPLICATE_KINDS = ("exact", "near", "semantic")
COUNTED_AT_ONCE = 50_000  # examples whose values a Python worker holds: half a gigabyte at work

# Measures that every scored table offers beside its quality and its sig_ columns, in code points.
LENGTHS = {"prompt_chars": "length(prompt)", "response_chars": "length(response)"}
# The columns that tell how much of a corpus is the same.
CONCENTRATION = frozenset({"messages", "tools", "response", "sig_length_band", "sig_n_words"})
OPENING_WORDS = 3
# The first words of the answer in lower case, 40 characters where nothing separates words; null where it has none.
_WORDS = f"split(lower(trim(regexp_replace(response, '\\\\s+', ' '))), ' ', {OPENING_WORDS + 1})"
_PACKED = pa.schema([("cells", pa.binary())])
_OPENING = f"nullif(substring(concat_ws(' ', slice({_WORDS}, 1, {OPENING_WORDS})), 1, 40), '')"


def figures(scored: DataFrame, wanted: Wanted, spread: bool) -> DataFrame:
    """What is counted of all examples, in one pass of Python over them: rows of one column, cells.

    Each row is a table of :data:`~ftq_spark.kernels.figures.CELLS`, which the driver merges: that of a task, or with
    `spread` that of the keys that a task was given of all tasks, of which a bounded number is left.
    """
    columns = [f"{sql} as `{name}`" for name, sql in _counted_columns(scored).items()]
    measures = {name: wanted.bounds.get(name, (None, None)) for name in _measures(scored)}
    wanted = wanted._replace(bounds=measures)
    counted = scored.selectExpr(*columns)
    if not spread:
        return counted.mapInArrow(partial(_packed_cells, wanted=wanted), spark_columns(_PACKED))
    keyed = counted.mapInArrow(partial(_cells, wanted=wanted), spark_columns(CELLS)).repartition(*KEYS)
    return keyed.mapInArrow(partial(_packed_bounded, wanted=wanted), spark_columns(_PACKED))


def _measures(scored: DataFrame) -> dict[str, str]:
    columns = {name: f"`{name}`" for name in scored.columns if name == "quality" or name.startswith("sig_")}
    return {name: f"cast({sql} as double)" for name, sql in (columns | LENGTHS).items()}


def _counted_columns(scored: DataFrame) -> dict[str, str]:
    """What :func:`~ftq_spark.kernels.figures.cells` reads, as SQL; of tables of earlier versions what they have."""
    known = set(scored.columns)
    same = ("example_id", "dataset", "source", "format", "verdict", "duplicate_kind", "reasons", "notes")
    columns = {**{name: name for name in same}, "repeats": "duplicate_of is not null"}
    columns["conflict"] = "coalesce(size(conflicts_with) > 0, false)"
    if "topic" in known:
        columns["topic"] = "cast(topic as string)"
    if "masked_turns" in known:
        columns["n_masked"] = "cast(size(masked_turns) as bigint)"
    if "format_deviation" in known:
        columns["deviation"] = "format_deviation"
    if known >= CONCENTRATION:
        columns |= {"opening": _OPENING, "context": f"md5({VIEWS['context']})"}
        columns |= {"band": "sig_length_band", "words": "sig_n_words"}
    return columns | _measures(scored)


def _cells(batches: Iterable[pa.RecordBatch], wanted: Wanted) -> Iterator[pa.RecordBatch]:
    """The cells of a task, :data:`COUNTED_AT_ONCE` examples at a time."""
    for table in _held(batches):
        yield from kernel.cells(table, wanted).combine_chunks().to_batches()


def _packed_cells(batches: Iterable[pa.RecordBatch], wanted: Wanted) -> Iterator[pa.RecordBatch]:
    found = [kernel.cells(table, wanted) for table in _held(batches)]
    yield from _packed(kernel.merged(found)) if found else ()


def _packed_bounded(batches: Iterable[pa.RecordBatch], wanted: Wanted) -> Iterator[pa.RecordBatch]:
    """What a task was given of the keys, each of them whole."""
    parts = [kernel.merged([table]) for table in _held(batches)]
    yield from _packed(kernel.bounded(kernel.merged(parts), wanted)) if parts else ()


def _held(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    return buffers(batches, COUNTED_AT_ONCE, math.inf)


def _packed(cells: pa.Table) -> Iterator[pa.RecordBatch]:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, cells.schema) as stream:
        stream.write_table(cells)
    yield pa.RecordBatch.from_arrays([pa.array([sink.getvalue().to_pybytes()], pa.binary())], ["cells"])


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


def reject_counts(rejects: DataFrame, raw_chars: int) -> DataFrame:
    """Columns: code, dataset, source, n, first and last (struct of row, message, raw, the texts cut at `raw_chars`)."""
    cut = [F.substring(name, 1, raw_chars).alias(name) for name in ("message", "raw")]
    return (
        rejects.select("code", "dataset", "source", F.struct("row", *cut).alias("found"))
        .groupBy("code", "dataset", "source")
        .agg(F.count("*").alias("n"), F.min("found").alias("first"), F.max("found").alias("last"))
    )

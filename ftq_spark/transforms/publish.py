"""Tables → what downstream reads: the scored examples, and the rows of each verdict in their original schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark import schema

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

FOLDERS = {"keep": "clean", "drop": "dropped", "review": "review"}
REJECTED, EDITED = "rejected", "edited"


def corrected(examples: DataFrame, edits: DataFrame) -> DataFrame:
    """`examples` with the rows and turns of `edits` (schema.EDITS), and edited_at, found_response, found_original.

    Those three are null where nothing was corrected. `content_hash` stays that of the content as it was found.
    """
    new = edits.select(
        "example_id",
        F.col("time").alias("edited_at"),
        "found_response",
        F.col("original").alias("new_original"),
        F.col("messages").alias("new_messages"),
        F.col("reviewer").alias("edited_by"),
        F.col("note").alias("edit_note"),
    )
    changed = F.col("edited_at").isNotNull()
    return examples.join(F.broadcast(new), "example_id", "left").withColumns(
        {
            "found_original": F.when(changed, F.col("original")),
            "original": F.when(changed, F.col("new_original")).otherwise(F.col("original")),
            "messages": F.when(changed, F.col("new_messages")).otherwise(F.col("messages")),
        }
    )


def scored(examples: DataFrame, signals: DataFrame, verdicts: DataFrame, topics: DataFrame) -> DataFrame:
    """One row per example: what it is, what was measured, what was decided, and what it is about.

    `examples` is as :func:`corrected` gives it.
    """
    texts = examples.select(
        *("example_id", "content_hash", "dataset", "source", "row", "format", "messages", "tools", "rejected", "label"),
        F.expr(schema.VIEWS["prompt"]).alias("prompt"),
        F.expr(schema.VIEWS["response"]).alias("response"),
        *("edited_at", "found_response"),
    )
    measured = texts.join(signals.drop("content_hash", "signal_errors"), "example_id")
    return measured.join(verdicts, "example_id").join(topics, "example_id", "left")


def rows(
    examples: DataFrame, verdicts: DataFrame, rejects: DataFrame, shards: Mapping[str, str], max_rows_per_file: int
) -> DataFrame:
    """folder, source, shard, row, value: each input row as one line of JSON, in the folder of its verdict.

    `examples` is as :func:`corrected` gives it; `shards` maps each source to the name of its output file. Kept rows are
    as they were found, but for the answers that people corrected: those rows stand in the folder `edited`, too, as they
    were found, with who corrected them, when and why in `_ftq`. The others carry `_ftq` with the verdict, its reasons,
    what or who decided it, and the example_ids that they repeat or contradict. What could not become an example is its
    text under `raw`, with the code and the message of the reject in `_ftq`.
    """
    known = examples.sparkSession.createDataFrame(list(shards.items()), "source string, file string")
    part = F.floor((F.col("row") - 1) / max_rows_per_file)
    shard = F.concat("file", F.when(part > 0, F.format_string("-%05d", part)).otherwise(""))
    decided = (
        examples.select("example_id", "source", "row", "original")
        .join(verdicts, "example_id")
        .select(
            F.create_map(*[F.lit(item) for pair in FOLDERS.items() for item in pair])[F.col("verdict")].alias("folder"),
            "source",
            "row",
            F.when(F.col("verdict") == "keep", F.col("original")).otherwise(_explained()).alias("value"),
        )
    )
    before = examples.where("edited_at is not null").select(
        F.lit(EDITED).alias("folder"), "source", "row", _corrected().alias("value")
    )
    refused = rejects.select(F.lit(REJECTED).alias("folder"), "source", "row", _refused().alias("value"))
    return (
        decided.unionByName(refused)
        .unionByName(before)
        .join(F.broadcast(known), "source")
        .select("folder", "source", shard.alias("shard"), "row", "value")
    )


def _explained() -> Column:
    why = F.to_json(
        F.struct("example_id", "verdict", "reasons", "duplicate_of", "conflicts_with", "decided_by", "reviewer"),
        {"ignoreNullFields": "false"},
    )
    return _with(F.col("original"), why)


def _corrected() -> Column:
    edit = F.struct(
        "example_id",
        "content_hash",
        F.col("edited_by").alias("reviewer"),
        F.col("edited_at").alias("time"),
        F.col("edit_note").alias("note"),
    )
    return _with(F.col("found_original"), F.to_json(edit))


def _with(row: Column, said: Column) -> Column:
    """A row of JSON text with `said` under `_ftq`."""
    return F.concat(row.substr(F.lit(1), F.length(row) - 1), F.lit(', "_ftq": '), said, F.lit("}"))


def _refused() -> Column:
    return F.to_json(F.struct("raw", F.struct("code", "message", "source", "row").alias("_ftq")))


def file_names(sources: Sequence[str], stems: Mapping[str, str]) -> dict[str, str]:
    """A distinct output name for each source: its path without suffix where that is distinct, else the whole path."""
    short = {source: _flat(stems[source]) for source in sources}
    counts: dict[str, int] = {}
    for name in short.values():
        counts[name] = counts.get(name, 0) + 1
    names = {source: name if counts[name] == 1 else _flat(source) for source, name in short.items()}
    taken: dict[str, int] = {}
    for source in sorted(names):
        taken[names[source]] = taken.get(names[source], 0) + 1
        if (copy := taken[names[source]]) > 1:
            names[source] = f"{names[source]}~{copy}"
    return names


def _flat(path: str) -> str:
    return "".join(char if char.isalnum() or char in "-_. " else "_" for char in path.replace("/", "__")).strip(". ")

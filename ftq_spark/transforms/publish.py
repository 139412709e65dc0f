"""Tables → what downstream reads: the scored examples, and the rows of each verdict in their original schema."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.spark import frames

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

FOLDERS = {"keep": "clean", "drop": "dropped", "review": "review"}
REJECTED, EDITED = "rejected", "edited"
_MAX_NAME_BYTES = 200  # of 255 that file systems allow; numbers and suffixes follow


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


def scored(
    examples: DataFrame, signals: DataFrame, verdicts: DataFrame, topics: DataFrame, turn_findings: DataFrame
) -> DataFrame:
    """One row per example: what it is, what was measured, what was decided, and what it is about.

    `examples` is as :func:`corrected` gives it. Of dialogues also what was found in earlier answers (turn_findings:
    turn and code), and which of them are masked in clean/ (masked_turns).
    """
    texts = examples.select(
        *("example_id", "content_hash", "dataset", "source", "row", "format", "messages", "tools", "rejected", "label"),
        F.expr(schema.VIEWS["prompt"]).alias("prompt"),
        F.expr(schema.VIEWS["response"]).alias("response"),
        *("edited_at", "found_response"),
    )
    measured = texts.join(signals.drop("content_hash", "signal_errors", "answers"), "example_id")
    decided = measured.join(verdicts, "example_id").join(topics, "example_id", "left")
    found = turn_findings.select("example_id", "turn_findings", "masked_turns")
    masked = F.when(_masks(), F.col("masked_turns"))
    return decided.join(found, "example_id", "left").withColumn("masked_turns", masked)


def _masks() -> Column:
    """Whether the masks of an example stand: a person who keeps or corrects it lifts them."""
    return (F.col("verdict") == "keep") & (F.col("decided_by") != "reviewer") & F.col("edited_at").isNull()


def with_masks(examples: DataFrame, turn_findings: DataFrame) -> DataFrame:
    """`examples` with a column `masked`: the row with its masks, null for the many that have none."""
    return examples.join(turn_findings.select("example_id", "turn_findings", "masked"), "example_id", "left")


def first_kept(examples: DataFrame, verdicts: DataFrame, max_rows_per_file: int) -> DataFrame:
    """source, row, dataset, text: the first row of every file of clean/ that a dataset with masks has.

    `examples` is as :func:`with_masks` gives it.
    """
    kept = examples.join(verdicts.where("verdict = 'keep'"), "example_id")
    with_masks = kept.where(_masks() & F.col("masked").isNotNull()).select("dataset").distinct()
    kept = kept.join(F.broadcast(with_masks), "dataset", "left_semi")
    first = F.struct("row", "dataset", _kept_text().alias("text"))
    parts = kept.groupBy("source", _part(max_rows_per_file).alias("part"))
    return parts.agg(F.min_by(first, "row").alias("first")).select("source", "first.*")


def with_first(examples: DataFrame, first: Sequence[tuple[str, int, str]]) -> DataFrame:
    """`examples` with other texts for those at (source, row)."""
    columns = pa.schema([("source", pa.string()), ("row", pa.int64()), ("first", pa.string())])
    known = F.broadcast(frames.of_rows(examples.sparkSession, first, columns))
    return examples.join(known, ["source", "row"], "left")


def _part(max_rows_per_file: int) -> Column:
    return F.floor((F.col("row") - 1) / max_rows_per_file)


def _kept_text() -> Column:
    return F.coalesce(F.when(_masks(), F.col("masked")), "original")


def rows(
    examples: DataFrame, verdicts: DataFrame, rejects: DataFrame, shards: Mapping[str, str], max_rows_per_file: int
) -> DataFrame:
    """folder, source, shard, row, value: each input row as one line of JSON, in the folder of its verdict.

    `examples` is as :func:`corrected`, then :func:`with_masks` and perhaps :func:`with_first` give it; `shards` maps
    each source to the name of its output file. Kept rows are as they were found, but for the marks of answers that are
    out of training, and for the answers that people corrected: those rows stand in the folder `edited`, too, as they
    were found, with who corrected them, when and why in `_ftq`. The others carry `_ftq` with the verdict, its reasons,
    what or who decided it, and the example_ids that they repeat or contradict. What could not become an example is its
    text under `raw`, with the code and the message of the reject in `_ftq`.
    """
    known = frames.of_rows(examples.sparkSession, shards.items(), frames.texts("source", "file"))
    part = _part(max_rows_per_file)
    kept = F.coalesce("first", _kept_text()) if "first" in examples.columns else _kept_text()
    shard = F.concat("file", F.when(part > 0, F.format_string("-%05d", part)).otherwise(""))
    decided = examples.join(verdicts, "example_id").select(
        F.create_map(*[F.lit(item) for pair in FOLDERS.items() for item in pair])[F.col("verdict")].alias("folder"),
        "source",
        "row",
        F.when(F.col("verdict") == "keep", kept).otherwise(_explained()).alias("value"),
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
        F.struct(
            *("example_id", "verdict", "reasons", "duplicate_of", "conflicts_with", "decided_by", "reviewer"),
            "turn_findings",
        ),
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
    """A name that every file system takes, and that hides no file as a leading ``_`` or ``.`` does."""
    name = "".join(char if char.isalnum() or char in "-_. " else "_" for char in path.replace("/", "__"))
    name = name.lstrip("_. ").rstrip(". ") or "shard"
    if len(name.encode()) <= _MAX_NAME_BYTES:
        return name
    short = name.encode()[:_MAX_NAME_BYTES].decode(errors="ignore")
    return f"{short}~{hashlib.sha256(path.encode()).hexdigest()[:8]}"

"""The stage that publishes: `scored`, and the rows of each verdict in their original form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.errors import FtqError, UserError
from ftq_spark.formats.editing import Uneditable, edited
from ftq_spark.formats.masks import stated
from ftq_spark.runs import storage
from ftq_spark.runs.shards import without_suffix
from ftq_spark.spark import files, frames, retained, session
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.rating import measured, unrated
from ftq_spark.transforms import publish

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_CLEAN = publish.FOLDERS["keep"]
_FOLDERS = (*publish.FOLDERS.values(), publish.REJECTED, publish.EDITED)


def run_publish(context: Context, directory: str) -> Written:
    """What people and trainers read: `scored`, and the shards of each verdict in their original form."""
    verdicts, output = context.table("verdicts"), context.settings.output
    found, edits = context.table("turn_findings"), _edits(context, verdicts)
    n_edits = context.write_held(edits, f"{directory}/edits")
    examples = publish.corrected(context.table("examples"), context.read(f"{directory}/edits"))
    frame = publish.scored(examples, measured(context), verdicts, context.table("topics"), found)
    _check_partitions(output.partition_by, frame.columns)
    # Where no row could be read there is no part of any value: a table without files, which no reader opens.
    partition_by = output.partition_by if context.run.manifest["stages"]["ingest"]["n_rows"] else ()
    works: dict[str, Callable[[], Any]] = {
        "scored": lambda: context.write(frame, f"{directory}/scored", partition_by),
        "shards": lambda: _write_shards(context, publish.with_masks(examples, found), verdicts, directory),
    }
    n_scored, (copied, written) = session.at_once(context.spark, works).values()
    place = storage.join(context.run.path, directory)
    n_lines = copied.n_rows + sum(folder.n_rows for folder in written.values())
    n_rejects = context.run.manifest["stages"]["ingest"]["n_rejects"]
    if n_lines != n_scored + n_rejects + n_edits:
        parts = f"{n_scored} scored, {n_rejects} rejected, {n_edits} corrected"
        raise FtqError(f"{directory}: {n_lines} rows are written, expected {parts}")
    n_bytes = {}
    for name in _FOLDERS:
        n_rows, n_bytes[name] = written.get(name, files.Folder(0, 0))
        if name == _CLEAN:
            n_rows, n_bytes[name] = n_rows + copied.n_rows, n_bytes[name] + copied.n_bytes
        storage.make_directory(storage.join(place, name))
        context.run.wrote(f"{directory}/{name}", n_rows)
    tables = {name: f"{directory}/{name}" for name in ("scored", "edits")}
    return Written(tables, n_scored, {"bytes": n_bytes, "n_edits": n_edits, "as_lines": copied.refused})


def _write_shards(
    context: Context, examples: DataFrame, verdicts: DataFrame, directory: str
) -> tuple[retained.Copied, dict[str, files.Folder]]:
    """Write the rows of `examples` (:func:`publish.with_masks`), and the rejects, each in the folder of its verdict."""
    output = context.settings.output
    stems = {source: without_suffix(source) for source in _sources(context)}
    names = publish.file_names(list(stems), stems)
    originals = _with_masks(context, examples, verdicts)
    rows = publish.rows(originals, verdicts, context.table("rejects"), names, output.max_rows_per_file)
    copied = _copy_tables(context, rows, names, directory)
    if copied.sources:
        rows = rows.where((F.col("folder") != _CLEAN) | ~F.col("source").isin(copied.sources))
    ordered = rows.repartition("folder", "shard").sortWithinPartitions("folder", "shard", "row", "value")
    return copied, files.write_lines(ordered, storage.join(context.run.path, directory), output.compression)


def _copy_tables(context: Context, rows: DataFrame, names: Mapping[str, str], directory: str) -> retained.Copied:
    """Lay the kept rows of tables into clean/ as tables; what cannot be laid so is named, and becomes lines."""
    shards = retained.tables(context.shards) if context.settings.output.tables == "as_found" else {}
    if not shards:
        return retained.Copied([], 0, 0, {})
    kept = rows.where((F.col("folder") == _CLEAN) & F.col("source").isin(list(shards)))
    wanted = kept.select("source", "row", F.crc32(F.col("value")).alias("checksum"))
    return retained.copy(wanted, shards, names, storage.join(context.run.path, directory, _CLEAN), context.settings)


def _edits(context: Context, verdicts: DataFrame) -> pa.Table:
    """schema.EDITS: kept rows whose answers people corrected. Made on the driver: people type few."""
    edits, rows = {edit["content_hash"]: edit for edit in context.edits}, []
    if edits:
        kept = verdicts.where("verdict = 'keep'").select("example_id")
        named = frames.of_rows(context.spark, [(name,) for name in edits], frames.texts("content_hash"))
        response = F.expr(schema.VIEWS["response"]).alias("found_response")
        examples = (
            context.table("examples").join(F.broadcast(named), "content_hash").join(kept, "example_id", "left_semi")
        )
        for row in examples.select("example_id", "content_hash", "dataset", "original", response).collect():
            edit, columns = edits[row["content_hash"]], context.settings.ingest.columns_of(row["dataset"])
            with suppress(Uneditable):  # another row of the same content, whose schema has no place for it
                found = edited(row["original"], edit["response"], columns)
                said = (edit["reviewer"], edit["time"], edit["note"], row["found_response"])
                rows.append((row["example_id"], row["content_hash"], *said, found.original, found.messages))
    return pa.Table.from_pylist([dict(zip(schema.EDITS.names, row, strict=True)) for row in rows], schema=schema.EDITS)


def _with_masks(context: Context, originals: DataFrame, verdicts: DataFrame) -> DataFrame:
    """`originals` such that each file of clean/ begins with the marks that masks need.

    Readers that learn the fields of a file from its first rows refuse what comes later with a field more.
    """
    if not context.run.manifest["stages"]["judge"]["n_masked"]:
        return originals
    columns = context.settings.ingest.columns_of
    rows = publish.first_kept(originals, verdicts, context.settings.output.max_rows_per_file).toLocalIterator()
    texts = [(row["source"], row["row"], stated(row["text"], columns(row["dataset"]))) for row in rows]
    return publish.with_first(originals, [(source, row, text) for source, row, text in texts if text is not None])


PUBLISH = Stage(
    "publish",
    version=7,
    reads=("examples", "rejects", "signals", "ratings", "verdicts", "topics", "turn_findings"),
    writes=("scored", "edits"),
    depends=lambda context: [context.settings.output.model_dump(), context.edits],
    build=run_publish,
    spared=unrated,
    shows=("scored", *_FOLDERS),
)


def _sources(context: Context) -> list[str]:
    return [item["source"] for item in context.run.manifest["stages"]["ingest"]["inputs"]]


def _check_partitions(names: Sequence[str], columns: Sequence[str]) -> None:
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise UserError(f"output.partition_by: no column {unknown[0]!r}; columns: {', '.join(columns)}")

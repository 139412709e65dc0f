"""A run's committed tables, read as Parquet files, without Spark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from ftq_spark.errors import RunError
from ftq_spark.kernels.review.sampling import Ids
from ftq_spark.runs import storage
from ftq_spark.runs.run import Run

LABELS_FOLDER = "review_labels"
# What a reviewer sees of an example, where the run has it.
CONTENT_COLUMNS = (
    "example_id", "dataset", "source", "row", "messages", "rejected", "prompt", "response", "verdict", "quality",
    "reasons", "duplicate_of", "duplicate_kind", "duplicate_similarity", "conflicts_with",
)  # fmt: skip


@dataclass(frozen=True)
class ReviewedRun:
    """A run directory, local or remote, and its manifest."""

    path: str
    manifest: Mapping[str, Any]

    @property
    def run_id(self) -> str:
        return str(self.manifest.get("run_id", ""))

    @property
    def labels_folder(self) -> str:
        """Where draws, looks and findings of this run are kept."""
        return storage.join(self.path, LABELS_FOLDER)


def open_run(path: object) -> ReviewedRun:
    """A run whose ``manifest.json`` can be read, at a local path or a URI.

    Raises:
        InputError: nothing here can open the URI.
        RunError: the path is no run directory, or holds an unreadable manifest.
    """
    return ReviewedRun(str(path), Run.open(str(path)).manifest)


def open_table(run: ReviewedRun, name: str) -> ds.Dataset | None:
    """A committed table as an Arrow dataset; None where the run has not made it."""
    location = (run.manifest.get("tables") or {}).get(name)
    if location is None:
        return None
    folder = storage.join(run.path, str(location))
    if not storage.is_directory(folder):
        raise RunError(f"table '{name}' of {run.path} is gone: its manifest names {location}, which is no directory")
    filesystem, inner = storage.locate(folder)
    partitioning = ds.HivePartitioning.discover(infer_dictionary=False)
    return ds.dataset(inner, filesystem=filesystem, format="parquet", partitioning=partitioning)


def topic_terms(run: ReviewedRun) -> dict[str, list[str]]:
    """The telling words of each topic by its number, as text; empty where the run has no topics."""
    stage = (run.manifest.get("stages") or {}).get("topic") or {}
    return {str(entry["topic"]): list(entry["terms"]) for entry in stage.get("topics") or []}


def open_scored(run: ReviewedRun) -> ds.Dataset:
    """The published table.

    Raises:
        RunError: the run has not come that far.
    """
    scored = open_table(run, "scored")
    if scored is None:
        raise RunError(f"{run.path} has no committed table 'scored': let ftq run finish before its data are reviewed")
    return scored


def as_ids(column: pa.ChunkedArray) -> Ids:
    """Ids as a numpy byte-string array, (n,)."""
    array = pa.concat_arrays(column.cast(pa.large_binary()).chunks) if column.num_chunks else pa.array([])
    if len(array) == 0:
        return np.empty(0, dtype="S32")
    widths = pc.unique(pc.binary_length(array))
    if array.null_count == 0 and len(widths) == 1 and array.offset == 0 and widths[0].as_py() > 0:
        width = widths[0].as_py()  # one width for all: the buffer is the array
        return np.frombuffer(array.buffers()[2], dtype=f"S{width}", count=len(array))
    return np.array([value or b"" for value in array.to_pylist()], dtype=np.bytes_)


def fetch_examples(run: ReviewedRun, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Content of the examples named, by id; ids that the run does not hold are left out."""
    return _rows_by_id(open_scored(run), ids)


def _rows_by_id(scored: ds.Dataset, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = pa.array(sorted(set(ids)), pa.string())
    columns = [name for name in CONTENT_COLUMNS if name in scored.schema.names]
    rows: dict[str, dict[str, Any]] = {}
    if len(wanted):
        # Batch by batch: at most one batch of text is in memory beside what is wanted.
        scanner = scored.scanner(columns=columns, filter=pc.field("example_id").isin(wanted), batch_size=8192)
        for batch in scanner.to_batches():
            rows.update((row["example_id"], row) for row in batch.to_pylist())
    return rows


def fetch_conflicts(run: ReviewedRun, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Conflicts in which one of the ids takes part, strongest first; empty where the run has no such table."""
    conflicts = open_table(run, "conflicts")
    wanted = pa.array(sorted(set(ids)), pa.string())
    if conflicts is None or len(wanted) == 0:
        return []
    either = pc.field("left_id").isin(wanted) | pc.field("right_id").isin(wanted)
    return sorted(
        conflicts.to_table(filter=either).to_pylist(),
        key=lambda row: (-(row.get("score") or 0.0), row["left_id"], row["right_id"]),
    )


def content_hashes(run: ReviewedRun, ids: Iterable[str]) -> dict[str, str]:
    """Content hash by example id, for those of the ids that the run holds; empty where it has no hashes."""
    scored = open_scored(run)
    if "content_hash" not in scored.schema.names:
        return {}
    table = _columns_of(scored, ids, ["example_id", "content_hash"])
    return dict(zip(table["example_id"].to_pylist(), table["content_hash"].to_pylist(), strict=True))


def strata_of(run: ReviewedRun, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Dataset and verdict by example id, for those of the ids that the run holds."""
    table = _columns_of(open_scored(run), ids, ["example_id", "dataset", "verdict"])
    columns = [table[name].cast(pa.string()).to_pylist() for name in ("example_id", "dataset", "verdict")]
    return {example_id: (dataset or "", verdict or "") for example_id, dataset, verdict in zip(*columns, strict=True)}


def _columns_of(scored: ds.Dataset, ids: Iterable[str], columns: list[str]) -> pa.Table:
    wanted = pa.array(sorted(set(ids)), pa.string())
    if len(wanted) == 0:
        return scored.schema.empty_table().select(columns)
    return scored.to_table(columns=columns, filter=pc.field("example_id").isin(wanted))


def count_levels(scored: ds.Dataset, columns: tuple[str, str] = ("dataset", "verdict")) -> dict[tuple[str, str], int]:
    """How many examples have each pair of values of two columns."""
    table = scored.to_table(columns=list(dict.fromkeys(columns)))
    first, second = (table[name].cast(pa.string()).combine_chunks() for name in columns)
    grouped = pa.table({"first": first, "second": second}).group_by(["first", "second"]).aggregate([([], "count_all")])
    rows = zip(*(grouped[name].to_pylist() for name in ("first", "second", "count_all")), strict=True)
    return {(left or "", right or ""): count for left, right, count in sorted(rows, key=str)}

"""Tables of a run as pyarrow datasets, and what is asked of them: the one reader of a run that needs no Spark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numpy.typing import NDArray

from ftq_spark import schema
from ftq_spark.errors import RunError, SettingsError, suggestion
from ftq_spark.runs import storage
from ftq_spark.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

# What a reviewer sees of an example, where the run has it.
CONTENT_COLUMNS = (
    "example_id", "dataset", "source", "row", "messages", "rejected", "prompt", "response", "verdict", "quality",
    "reasons", "duplicate_of", "duplicate_kind", "duplicate_similarity", "conflicts_with",
)  # fmt: skip
_BATCH_ROWS = 8192
# Columns that `output.partition_by` may turn into folders, whose names alone do not tell a number from text.
_TYPES = {field.name: field.type for table in (schema.EXAMPLES, schema.VERDICTS, schema.TOPICS) for field in table}


def place_of(named: str) -> pc.Expression | None:
    """The rows that ``file:row`` means, by the path of the file or its end; null for a name that is no place."""
    source, _, row = named.rpartition(":")
    if not source or not row.isdigit():
        return None
    in_file = (pc.field("source") == source) | pc.ends_with(pc.field("source"), f"/{source}")
    return in_file & (pc.field("row") == int(row))


def dataset(run: Run, table: str) -> ds.Dataset:
    """The committed files of `table` as a pyarrow dataset.

    Raises:
        RunError: the run has no such table, or its files are gone.
    """
    directory = run.directory(table)
    filesystem, path = storage.locate(directory)
    names = [name for name, _ in storage.list_files(directory) if name.endswith(".parquet")]
    if not names:
        raise RunError(f"{run.path}: table {table!r} has no files in {directory}, which its manifest names")
    folders = [part.partition("=")[0] for part in names[0].split("/")[:-1]]
    partitioning = ds.partitioning(
        pa.schema([(name, _TYPES.get(name, pa.string())) for name in folders]), flavor="hive"
    )
    files = [f"{path}/{name}" for name in names]
    return ds.dataset(
        files, filesystem=filesystem, format="parquet", partitioning=partitioning, partition_base_dir=path
    )


def optional(run: Run, table: str) -> ds.Dataset | None:
    """The dataset of a table that not every run makes; None where this one did not."""
    return dataset(run, table) if run.has(table) else None


def topic_terms(run: Run) -> dict[str, list[str]]:
    """The telling words of each topic by its number, as text; empty where the run has no topics."""
    stage = run.manifest.get("stages", {}).get("topic", {})
    return {str(entry["topic"]): list(entry["terms"]) for entry in stage.get("topics") or []}


def as_ids(column: pa.ChunkedArray) -> NDArray[np.bytes_]:
    """Ids as a numpy byte-string array, (n,)."""
    array = pa.concat_arrays(column.cast(pa.large_binary()).chunks) if column.num_chunks else pa.array([])
    if len(array) == 0:
        return np.empty(0, dtype="S32")
    widths = pc.unique(pc.binary_length(array))
    if array.null_count == 0 and len(widths) == 1 and array.offset == 0 and widths[0].as_py() > 0:
        width = widths[0].as_py()  # one width for all: the buffer is the array
        return np.frombuffer(array.buffers()[2], dtype=f"S{width}", count=len(array))
    return np.array([value or b"" for value in array.to_pylist()], dtype=np.bytes_)


def fetch_examples(run: Run, ids: Iterable[str], columns: Sequence[str] = CONTENT_COLUMNS) -> dict[str, dict[str, Any]]:
    """`columns` of the examples named, by id; ids and columns that the run does not hold are left out."""
    scored, wanted = dataset(run, "scored"), _id_array(ids)
    known = [name for name in columns if name in scored.schema.names]
    rows: dict[str, dict[str, Any]] = {}
    if len(wanted):
        # Batch by batch: at most one batch of text is in memory beside what is wanted.
        is_in = pc.field("example_id").isin(wanted)
        for batch in scored.scanner(columns=known, filter=is_in, batch_size=_BATCH_ROWS).to_batches():
            rows.update((row["example_id"], row) for row in batch.to_pylist())
    return rows


def fetch_conflicts(run: Run, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Conflicts in which one of the ids takes part, strongest first; empty where the run has no such table."""
    conflicts, wanted = optional(run, "conflicts"), _id_array(ids)
    if conflicts is None or len(wanted) == 0:
        return []
    either = pc.field("left_id").isin(wanted) | pc.field("right_id").isin(wanted)
    return sorted(
        conflicts.to_table(filter=either).to_pylist(),
        key=lambda row: (-(row.get("score") or 0.0), row["left_id"], row["right_id"]),
    )


def said_by(conflict: Mapping[str, Any], side: str, example: Mapping[str, Any]) -> tuple[str, str]:
    """What was asked and answered on one side of a conflict: of an earlier answer the turn of the user before it."""
    turn, messages = conflict.get(f"{side}_turn"), example.get("messages")
    if turn is None or not messages:
        return example.get("prompt") or "", example.get("response") or ""
    asked, answer = messages[int(turn) - 1], messages[int(turn)]
    return asked["content"] or "", answer["content"] or ""


def tell_earlier(run: Run, conflicts: pd.DataFrame, side: str) -> None:
    """Put the question and the answer of earlier answers into the columns prompt and response of one side."""
    earlier = conflicts[conflicts[f"{side}_turn"].notna()]
    texts = fetch_examples(run, earlier[f"{side}_id"])
    for place, pair in earlier.iterrows():
        told = said_by({f"{side}_turn": pair[f"{side}_turn"]}, side, texts.get(pair[f"{side}_id"], {}))
        conflicts.loc[place, [f"{side}_prompt", f"{side}_response"]] = told


def content_hashes(run: Run, ids: Iterable[str]) -> dict[str, str]:
    """Content hash by example id, for those of the ids that the run holds; empty where it has no hashes."""
    scored = dataset(run, "scored")
    if "content_hash" not in scored.schema.names:
        return {}
    table = _columns_of(scored, ids, ["example_id", "content_hash"])
    return dict(zip(table["example_id"].to_pylist(), table["content_hash"].to_pylist(), strict=True))


def strata_of(run: Run, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Dataset and verdict by example id, for those of the ids that the run holds."""
    table = _columns_of(dataset(run, "scored"), ids, ["example_id", "dataset", "verdict"])
    columns = [table[name].to_pylist() for name in ("example_id", "dataset", "verdict")]
    return {example_id: (dataset or "", verdict or "") for example_id, dataset, verdict in zip(*columns, strict=True)}


def check_columns(scored: ds.Dataset, names: Iterable[str]) -> None:
    """Raise SettingsError where ``scored`` has no column of one of the `names`: with the nearest, or those it has."""
    known = scored.schema.names
    for name in names:
        if name not in known:
            others = ", ".join(sorted(other for other in known if not other.startswith("sig_")))
            meant = suggestion(name, known, f"known: {others}, and sig_ with the name of a signal")
            raise SettingsError(f"column '{name}' is not in the run's table 'scored'{meant}")


def confined_to(scored: ds.Dataset, where: Mapping[str, Sequence[str]]) -> pc.Expression | None:
    """The rows of ``scored`` with one of the values, as text, in each column of `where`; None for all rows.

    Raises:
        SettingsError: there is no such column.
    """
    check_columns(scored, where)
    expression: pc.Expression | None = None
    for name, values in sorted(where.items()):
        is_in = pc.field(name).cast(pa.string()).isin(pa.array(list(values), pa.string()))
        expression = is_in if expression is None else expression & is_in
    return expression


def count_levels(scored: ds.Dataset, columns: tuple[str, str] = ("dataset", "verdict")) -> dict[tuple[str, str], int]:
    """How many examples have each pair of values of two columns."""
    table = scored.to_table(columns=list(dict.fromkeys(columns)))
    first, second = (table[name].cast(pa.string()).combine_chunks() for name in columns)
    grouped = pa.table({"first": first, "second": second}).group_by(["first", "second"]).aggregate([([], "count_all")])
    rows = zip(*(grouped[name].to_pylist() for name in ("first", "second", "count_all")), strict=True)
    return {(left or "", right or ""): count for left, right, count in sorted(rows, key=str)}


def _columns_of(scored: ds.Dataset, ids: Iterable[str], columns: list[str]) -> pa.Table:
    wanted = _id_array(ids)
    if len(wanted) == 0:
        return scored.schema.empty_table().select(columns)
    return scored.to_table(columns=columns, filter=pc.field("example_id").isin(wanted))


def _id_array(ids: Iterable[str]) -> pa.Array:
    return pa.array(sorted(set(ids)), pa.string())

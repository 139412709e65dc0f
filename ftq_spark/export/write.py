"""A run's examples → a directory that `datasets.load_dataset` reads in one line: shards, card, Croissant metadata."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.errors import InputError, RunError, SettingsError
from ftq_spark.export import card, columns, croissant, hub, masking, shards
from ftq_spark.export.rows import FORMATS, REASONS, Unfit
from ftq_spark.export.selection import SCAN, Selection, select
from ftq_spark.formats import strict
from ftq_spark.runs import storage
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset, optional
from ftq_spark.schema import VERDICT_VALUES

FILE_FORMATS = ("parquet", "jsonl")
_Masks = Mapping[str, Sequence[int]]  # masked turns by example id
_LICENCE_FIELD = r'"licen[cs]e"\s*:\s*"'
_COLUMNS = ["example_id", "dataset", "original", "messages", "tools", "rejected", "label", "media"]


class Wanted(NamedTuple):
    """What to export, and how."""

    format: str
    shares: Mapping[str, float]
    verdicts: Sequence[str] = ("keep",)
    file_format: str = "parquet"  # or jsonl
    rows_per_shard: int = 50_000
    push: str | None = None


class _Tally:
    """What was seen of the rows while they were laid down."""

    def __init__(self) -> None:
        self.columns: dict[str, columns.Type] = {}
        self.unfit: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.licences: Counter[str] = Counter()
        self.n_bytes: Counter[int] = Counter()
        self.masked: list[int] = []  # for each row with answers out of training how many they are


@of_any_version
def export(run: Run, directory: str, wanted: Wanted) -> dict[str, Any]:
    """Write the examples of `run` with the wanted verdicts to a new `directory`.

    In memory are a row group of the run's tables, a bucket of rows (20,000, or a two hundredth of all), the rows of one
    shard, and some 200 bytes a row of keys.

    Returns:
        format, file_format, to, n, splits (rows), empty_splits, files, unfit and left_out (rows by code), masked (rows
        with answers out of training, and turns: these answers), mixed (columns with values of several kinds) and, where
        it was pushed, url.

    Raises:
        SettingsError: a format, file format or verdict is unknown.
        RunError: the run is not finished, or `directory` holds something.
        InputError: no example has the verdict, or the format can hold none.
        UserError: it cannot be pushed.
    """
    _check(wanted)
    api = hub.client() if wanted.push else None
    if storage.exists(directory) and (not storage.is_directory(directory) or storage.list_files(directory)):
        raise RunError(f"--to {directory}: expected a new or an empty directory")
    if api and storage.is_uri(directory):
        raise SettingsError(f"--push: expected a local directory to push from, got --to {directory}")
    selection = select(run, wanted.verdicts, wanted.shares)
    names, tally = list(wanted.shares), _Tally()
    with shards.Spill(len(selection.ids)) as spill:
        _lay_down(run, selection, wanted.format, spill, tally)
        if not spill.counts:
            why = "; ".join(f"{REASONS[code]}: {n:,}" for code, n in tally.unfit.most_common())
            raise InputError(f"--format {wanted.format}: it can hold none of {len(selection.ids):,} examples ({why})")
        shape = shards.Shape(wanted.file_format, wanted.rows_per_shard, tally.columns)
        if tally.masked and wanted.format in masking.MARKED:
            mappings = [run.settings.ingest.columns_of(name) for name in selection.datasets]
            shape = shape._replace(opening=partial(masking.opening, format_=wanted.format, mappings=mappings))
        files = shards.write(spill, directory, names, shape)
        about = _about(selection, wanted, spill.counts, tally)
    about["name"] = PurePosixPath(directory.rstrip("/")).name or "export"
    about["address"] = wanted.push or directory
    about["date"] = run.manifest.get("created_at", "")[:10]
    metadata = croissant.metadata(about, tally.columns)
    storage.write_text(storage.join(directory, "croissant.json"), json.dumps(metadata, indent=1, ensure_ascii=False))
    storage.write_text(storage.join(directory, "README.md"), card.render(about, tally.columns, run))
    return {
        "format": wanted.format,
        "file_format": shape.file_format,
        "to": directory,
        "n": sum(file.n_rows for file in files),
        "splits": about["split_rows"],
        "empty_splits": [name for name in names if name not in about["split_rows"]],
        "files": [file._asdict() for file in files],
        "unfit": about["unfit"],
        "left_out": about["left_out"],
        "masked": {"rows": len(tally.masked), "turns": sum(tally.masked)},
        "mixed": [name for name, type_ in tally.columns.items() if columns.is_mixed(type_)],
        "url": hub.push(api, directory, wanted.push) if api and wanted.push else None,
    }


def _check(wanted: Wanted) -> None:
    for flag, value, known in (
        ("--format", wanted.format, tuple(FORMATS)),
        *(("--verdict", verdict, VERDICT_VALUES) for verdict in wanted.verdicts),
        ("--file-format", wanted.file_format, FILE_FORMATS),
    ):
        if value not in known:
            raise SettingsError(f"{flag} {value}: expected one of {', '.join(known)}")


def _lay_down(run: Run, selection: Selection, format_: str, spill: shards.Spill, tally: _Tally) -> None:
    """Convert what is selected, batch by batch."""
    masks = masking.masks(run)
    for places, batch in _selected(run, selection):
        tally.licences.update(_licences(batch.column("original")))
        if format_ == "as_found":
            fit, rows = _originals(run, batch, masks, tally)
        else:
            fit, rows = _converted(batch, format_, masks, tally)
        kept = places[np.array(fit, dtype=np.int64)]
        spill.add(selection.rank[kept], selection.split[kept], rows)
        for place, row in zip(selection.split[kept].tolist(), rows, strict=True):
            tally.n_bytes[place] += len(row)


def _selected(run: Run, selection: Selection) -> Iterator[tuple[npt.NDArray[np.int64], pa.RecordBatch]]:
    """Batches of selected examples, answers as people corrected them, and the place (n,) of each in the selection."""
    edits = optional(run, "edits")
    new = edits.to_table(columns=["example_id", "messages", "original"]) if edits else None
    for batch in dataset(run, "examples").scanner(columns=_COLUMNS, **SCAN).to_batches():
        places = selection.ids.get_indexer(batch.column("example_id").to_pandas())
        chosen = np.flatnonzero(places >= 0)
        if len(chosen):
            yield places[chosen], _corrected(batch.take(pa.array(chosen)), new)


def _corrected(batch: pa.RecordBatch, edits: pa.Table | None) -> pa.RecordBatch:
    """The batch with the turns and rows of `edits` in the place of those that were found."""
    if edits is None or not len(edits):
        return batch
    at = pc.index_in(batch.column("example_id"), edits["example_id"].combine_chunks())
    changed = pc.is_valid(at)
    if not pc.any(changed).as_py():
        return batch
    for name in ("messages", "original"):
        place, old = batch.schema.get_field_index(name), batch.column(name)
        both = pa.concat_arrays([old, edits[name].combine_chunks().cast(old.type)])
        here = pc.if_else(changed, pc.add(pc.fill_null(at, 0), len(old)), pa.array(np.arange(len(old)), pa.int32()))
        batch = batch.set_column(place, name, both.take(here))
    return batch


def _originals(run: Run, batch: pa.RecordBatch, masks: _Masks, tally: _Tally) -> tuple[list[int], list[bytes]]:
    rows = [text.encode() for text in batch.column("original").to_pylist()]
    for place, example_id in enumerate(batch.column("example_id").to_pylist()):
        if turns := masks.get(example_id):
            rows[place] = masking.original(run, batch.slice(place, 1).to_pylist()[0], turns).encode()
            tally.masked.append(len(turns))
    for row in rows:
        tally.columns = columns.widened_columns(tally.columns, strict.loads(row))
    return list(range(len(rows))), rows


def _converted(batch: pa.RecordBatch, format_: str, masks: _Masks, tally: _Tally) -> tuple[list[int], list[bytes]]:
    """The rows that the format can hold, as places in the batch and as JSON."""
    convert = FORMATS[format_]
    assert convert is not None
    fit, rows = [], []
    for place, example in enumerate(batch.drop_columns(["original"]).to_pylist()):
        turns = masks.get(example["example_id"], ())
        if turns:
            example["messages"] = masking.without_weight(example["messages"], turns)
        try:
            row, left_out = convert(example)
        except Unfit as unfit:
            tally.unfit[str(unfit)] += 1
            continue
        tally.left_out.update(left_out)
        tally.masked += [len(turns)] if turns else []
        tally.columns = columns.widened_columns(tally.columns, row)
        fit.append(place)
        rows.append(strict.dumps(row).encode())
    return fit, rows


def _licences(originals: pa.Array) -> list[str]:
    """What rows state as their licence, as a field of their own or of their metadata."""
    stated = originals.filter(pc.match_substring_regex(originals, _LICENCE_FIELD))
    found = []
    for text in stated.to_pylist():
        row = strict.loads(text.encode())
        inner = row.get("metadata")
        for holder in (row, inner if isinstance(inner, dict) else {}):
            value = holder.get("license", holder.get("licence"))
            if isinstance(value, str) and value.strip():
                found.append(value.strip()[:100])
                break
    return found


def _about(selection: Selection, wanted: Wanted, counts: Mapping[int, int], tally: _Tally) -> dict[str, Any]:
    present = {split: place for place, split in enumerate(wanted.shares) if counts.get(place)}
    convert = FORMATS[wanted.format]
    summary = "each row as it was found, in its own schema." if convert is None else _first_line(convert)
    n = sum(counts.values())
    licences = dict(tally.licences.most_common())
    return {
        "description": f"{n:,} chat examples for fine-tuning in the format {wanted.format}, audited by ftq_spark.",
        "format": wanted.format,
        "summary": summary,
        "file_format": wanted.file_format,
        "verdicts": list(wanted.verdicts),
        "shares": wanted.shares,
        "splits": list(present),
        "split_rows": {split: counts[place] for split, place in present.items()},
        "split_bytes": {split: tally.n_bytes[place] for split, place in present.items()},
        "n_groups": selection.n_groups,
        "unfit": dict(tally.unfit.most_common()),
        "left_out": dict(tally.left_out.most_common()),
        "languages": selection.languages,
        "datasets": selection.datasets,
        "formats": selection.formats,
        "licences": licences,
        "license": card.licence_ids(licences),
        "version": "1.0.0",
    }


def _first_line(convert: Any) -> str:
    return str(convert.__doc__).split("\n\n", maxsplit=1)[0].strip()

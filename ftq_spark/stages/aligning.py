"""What ingest finds of files whose answers stand beside the questions of other rows.

Nothing is shuffled or counted for it: a small input is looked at where it was read, of a large one the driver reads how
each of some files of the table begins, in which a task has left rows in the order in which it read them. Only where
these tell of something a whole file is read, so that its rows can be named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark.runs import storage
from ftq_spark.validation.displaced import BLOCK, DISPLACED, Displaced, Stretch

MAX_ROWS = 1 << 16  # that are looked at before anything is found
MAX_FILES = 64  # that are opened of a larger table: each is a question to a store
_COLUMNS = ["source", "row", "messages.list.element.content"]
_BUFFER_BYTES = 1 << 20


def of_rows(examples: pa.Table) -> list[dict[str, Any]]:
    """The stretches of rows that are held, as the manifest names them: source and the fields of a Stretch."""
    return _found(examples.select(["source", "row", "messages"]).to_batches(BLOCK))


def of_table(directory: str, n_rows: int) -> list[dict[str, Any]]:
    """The same of a table of so many examples."""
    if n_rows <= MAX_ROWS:
        return _found(firsts(directory, None, None, _COLUMNS))
    found = _found(firsts(directory, MAX_FILES, MAX_ROWS // MAX_FILES, _COLUMNS))
    sources = {stretch["source"] for stretch in found}
    return _found(firsts(directory, None, None, _COLUMNS), sources) if found else found


def slipped(stretches: Iterable[dict[str, Any]]) -> list[tuple[str, int, int]]:
    """(source, first row, last row) of what the manifest names: the rows whose answers belong to their neighbours."""
    return [(one["source"], one["first_row"], one["last_row"]) for one in stretches if one["code"] == DISPLACED]


def firsts(directory: str, n_files: int | None, n_rows: int | None, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """The first `n_rows` rows of each of about `n_files` files of a table, evenly spaced; None: all of them."""
    filesystem, path = storage.locate(directory)
    names = sorted(name for name, _ in storage.list_files(directory) if name.endswith(".parquet"))
    for name in names[:: -(-len(names) // n_files) if n_files and names else 1]:
        n_left = n_rows
        with filesystem.open_input_file(f"{path}/{name}") as file:
            table = pq.ParquetFile(file, buffer_size=_BUFFER_BYTES)
            for batch in table.iter_batches(min(BLOCK, n_rows or BLOCK), columns=columns, use_threads=False):
                yield batch if n_left is None else batch.slice(0, n_left)
                if n_left is not None and (n_left := n_left - len(batch)) <= 0:
                    break


def _found(batches: Iterable[pa.RecordBatch], sources: Collection[str] | None = None) -> list[dict[str, Any]]:
    """What is found in examples (source, row, messages) in the order of their rows; of `sources` alone, if given."""
    files: dict[str, Displaced] = {}
    for source, rows in by_source(batches):
        if sources is None or source in sources:
            files.setdefault(source, Displaced()).add(rows, {})
    return [
        {"source": source, **_plain(stretch)} for source, file in sorted(files.items()) for stretch in file.stretches()
    ]


def by_source(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of each input file in a batch, in their order."""
    for batch in batches:
        names = batch.column("source").dictionary_encode()
        places = names.indices.to_numpy(zero_copy_only=False)
        for place, source in enumerate(names.dictionary.to_pylist()):
            is_here = places == place
            yield source, batch if is_here.all() else batch.filter(pa.array(is_here))


def _plain(stretch: Stretch) -> dict[str, Any]:
    """The fields of a stretch that are not null."""
    return {name: value for name, value in stretch._asdict().items() if value is not None}

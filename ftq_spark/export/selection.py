"""Which examples of a run are exported, in which order, and to which split: the columns that say so, and no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.errors import InputError
from ftq_spark.export import splits
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset

# Batches of so many rows, none read ahead: their texts are all that is in memory beside the keys.
SCAN = {"batch_size": 2048, "batch_readahead": 1, "fragment_readahead": 1}
_PAIRED = ("pairs", "conflicts")  # tables that say of two examples that they ask the same


class Selection(NamedTuple):
    """n examples."""

    ids: pd.Index[str]
    split: npt.NDArray[np.int64]  # (n,) place in the splits
    rank: npt.NDArray[np.int64]  # (n,) place in the export: by split, file and row
    n_groups: int
    languages: dict[str, int]  # of the answers, by ISO code
    datasets: dict[str, int]
    formats: dict[str, int]


def select(run: Run, verdicts: Sequence[str], shares: Mapping[str, float]) -> Selection:
    """The examples of `run` with one of `verdicts`.

    Raises:
        RunError: the run has not come to its verdicts.
        InputError: no example has one of them.
    """
    scored = dataset(run, "scored")
    columns = ["example_id", "content_hash", "dataset", "source", "row", "format", "prompt", "messages"]
    columns += [name for name in ("sig_language",) if name in scored.schema.names]
    wanted = pc.field("verdict").cast(pa.string()).isin(list(verdicts))
    parts, keys = [], []
    for batch in scored.scanner(columns=columns, filter=wanted, **SCAN).to_batches():
        if batch.num_rows:
            keys.append(_keys(batch))
            parts.append(pa.Table.from_batches([batch]).drop_columns(["prompt", "messages"]))
    if not parts:
        raise InputError(f"{run.path}: no example has the verdict {' or '.join(verdicts)}")
    table = pa.concat_tables(parts)
    asked, begun = (np.concatenate(column) for column in zip(*keys, strict=True))
    ids = pd.Index(table["example_id"].to_pandas())
    group = splits.groups([asked, begun], [_pairs(run, name, ids) for name in _PAIRED if run.has(name)])
    content = np.array([int(hash_[:16], 16) for hash_ in table["content_hash"].to_pylist()], dtype=np.uint64)
    split = splits.assign(group, np.where(asked == splits.NO_KEY, content, asked), shares)
    places = table["source"].cast(pa.string()).combine_chunks().dictionary_encode()
    source = np.argsort(np.argsort(np.array(places.dictionary.to_pylist())))[places.indices.to_numpy()]
    order = np.lexsort((table["row"].to_numpy(), source, split))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Selection(
        ids, split, rank, int(group.max()) + 1, _languages(table), _counts(table["dataset"]), _counts(table["format"])
    )


def _keys(batch: pa.RecordBatch) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """What is asked, and the first question with its answer: two digests (n,)."""
    asked = [splits.key("prompt", text) if text and not text.isspace() else splits.NO_KEY
             for text in batch.column("prompt").to_pylist()]  # fmt: skip
    questions, answers = (_first(batch.column("messages"), role) for role in ("user", "assistant"))
    begun = [
        splits.NO_KEY if question is None or answer is None else splits.key("begun", question, answer)
        for question, answer in zip(questions, answers, strict=True)
    ]
    return np.array(asked, dtype=np.uint64), np.array(begun, dtype=np.uint64)


def _first(messages: pa.ListArray, role: str) -> list[str | None]:
    """The content of the first message of `role` in each conversation, None where there is none or it is empty."""
    flat, owners = pc.list_flatten(messages), pc.list_parent_indices(messages).to_numpy()
    mine = np.flatnonzero(pc.equal(pc.struct_field(flat, "role"), role).to_numpy(zero_copy_only=False))
    rows, first = np.unique(owners[mine], return_index=True)
    found: list[str | None] = [None] * len(messages)
    for row, text in zip(rows.tolist(), pc.struct_field(flat, "content").take(mine[first]).to_pylist(), strict=True):
        found[row] = text or None
    return found


def _pairs(run: Run, table: str, ids: pd.Index[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    scanner = dataset(run, table).scanner(columns=["left_id", "right_id"])
    ends: list[list[npt.NDArray[np.int64]]] = [[np.empty(0, np.int64)], [np.empty(0, np.int64)]]
    for batch in scanner.to_batches():
        places = [ids.get_indexer(pd.Index(column.to_pandas())) for column in batch.columns]
        both = (places[0] >= 0) & (places[1] >= 0)
        for side, place in zip(ends, places, strict=True):
            side.append(place[both])
    left, right = (np.concatenate(side) for side in ends)
    return left, right


def _languages(table: pa.Table) -> dict[str, int]:
    if "sig_language" not in table.column_names:
        return {}
    codes = table["sig_language"].to_numpy()
    found = Counter(codes[np.isfinite(codes)].astype(int).tolist())
    return {LANGUAGES[code]: n for code, n in found.most_common()}


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    found = {item["values"]: item["counts"] for item in pc.value_counts(column.cast(pa.string())).to_pylist()}
    return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))

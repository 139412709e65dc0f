"""What drifted between two runs: signals and quality; shares of verdicts, reasons, languages, conflicts, rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numpy.typing import NDArray

from ftq_spark.kernels import drift as kernel
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset

LEVEL = 0.005  # chance of a single false finding among all that is tested
MIN_SHIFT = 0.1  # standard deviations, and stability index: what is smaller is of no consequence
MIN_INDEX = 0.05
MIN_POINTS = 0.01  # of a share
MIN_ROWS = 30
MAX_SHARDS = 50  # common to both runs, the largest, that are compared one by one

_AT_ONCE = 8  # columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Measured(NamedTuple):
    """One comparison: `what` of `where` ("" for the whole run), before and after, and how sure it is."""

    kind: str  # number, share
    what: str
    where: str
    before: float
    after: float
    shift: float | None
    psi: float | None
    p: float

    @property
    def large(self) -> bool:
        """Whether it matters, however sure it is."""
        if self.kind == "share":
            return abs(self.after - self.before) >= MIN_POINTS
        return abs(self.shift or 0.0) >= MIN_SHIFT or (self.psi or 0.0) >= MIN_INDEX


def drift(before: Run, after: Run) -> dict[str, Any]:
    """What differs for certain and by more than a trifle.

    Returns:
        ``n_tested``, ``level``, ``found``: rows {kind, what, where, before, after, shift, psi, p}, p after Holm's
        correction, the surest first.
    """
    tested = [*_numbers(before, after), *_shares(before, after)]
    adjusted = kernel.holm([item.p for item in tested])
    found = [
        {**item._asdict(), "p": float(p)} for item, p in zip(tested, adjusted, strict=True) if p <= LEVEL and item.large
    ]
    found.sort(key=lambda row: (row["p"], -abs(row["shift"] or 0.0), row["what"], row["where"]))
    return {"n_tested": len(tested), "level": LEVEL, "found": found}


def _numbers(before: Run, after: Run) -> Iterator[Measured]:
    """Each signal of both runs, and those that decide shard by shard; a few columns at a time are in memory."""
    sides = dataset(before, "scored"), dataset(after, "scored")
    known = [name for name in sides[0].schema.names if name.startswith("sig_") and name in sides[1].schema.names]
    columns = ["quality", *(name for name in known if name != "sig_language")]  # a code, compared as shares
    deciding, (shards, places) = _deciding(after), _common_shards(*sides)
    for first in range(0, len(columns), _AT_ONCE):
        chosen = columns[first : first + _AT_ONCE]
        tables = [side.to_table(columns=chosen) for side in sides]
        for column in chosen:
            name = column.removeprefix("sig_")
            values = [table[column].cast(pa.float64()).to_numpy() for table in tables]
            yield from _compared(name, "", *values)
            if name in deciding and len(shards) > 1:
                for number, shard in enumerate(shards):
                    here = [value[place == number] for value, place in zip(values, places, strict=True)]
                    yield from _compared(name, shard, *here)


def _deciding(run: Run) -> set[str]:
    score = run.settings.score
    return {"quality", "n_words", *score.weights, *(rule.signal for rule in score.rules)}


def _compared(what: str, where: str, before: Floats, after: Floats) -> Iterator[Measured]:
    first, second = (side[np.isfinite(side)] for side in (before, after))
    if min(len(first), len(second)) >= MIN_ROWS:
        index, p = kernel.stability_index(first, second), kernel.p_value(first, second)
        means = float(first.mean()), float(second.mean())
        yield Measured("number", what, where, *means, kernel.shift(first, second), index, p)


def _common_shards(before: ds.Dataset, after: ds.Dataset) -> tuple[list[str], list[Ints]]:
    """The largest input files of both runs; and of every row of each which of them it is from, -1 for another."""
    sources = [side.to_table(columns=["source"])["source"].combine_chunks() for side in (before, after)]
    counts = [dict(_value_counts(side)) for side in sources]
    common = sorted(counts[0].keys() & counts[1].keys(), key=lambda name: (-counts[1][name], name))[:MAX_SHARDS]
    known = pa.array(common, pa.string())
    return common, [pc.fill_null(pc.index_in(side, value_set=known), -1).to_numpy() for side in sources]


def _shares(before: Run, after: Run) -> Iterator[Measured]:
    (n_before, first), (n_after, second) = (_counts(run) for run in (before, after))
    for key in sorted(first.keys() | second.keys()):
        wholes = (n_before[key[0] == "reject"], n_after[key[0] == "reject"])
        parts = first.get(key, 0), second.get(key, 0)
        if min(wholes) >= MIN_ROWS:
            shares = parts[0] / wholes[0], parts[1] / wholes[1]
            p = kernel.p_value_of_share((parts[0], wholes[0]), (parts[1], wholes[1]))
            yield Measured("share", f"{key[0]} {key[1]}".strip(), "", *shares, None, None, p)


def _counts(run: Run) -> tuple[tuple[int, int], Counter[tuple[str, str]]]:
    """How many examples, and rows, and how many of them have each value."""
    scored = dataset(run, "scored")
    columns = [
        name
        for name in ("verdict", "format", "reasons", "conflicts_with", "sig_language")
        if name in scored.schema.names
    ]
    table = scored.to_table(columns=columns)
    found: Counter[tuple[str, str]] = Counter()
    for name in ("verdict", "format"):
        if name in columns:
            found.update({(name, str(value)): n for value, n in _value_counts(table[name].cast(pa.string()))})
    found.update({("reason", value): n for value, n in _value_counts(pc.list_flatten(table["reasons"]))})
    if "sig_language" in columns:
        for code, n in _value_counts(table["sig_language"]):
            if code is not None and 0 <= int(code) < len(LANGUAGES):
                found["language", LANGUAGES[int(code)]] += n
    in_conflict = pc.sum(pc.greater(pc.list_value_length(table["conflicts_with"]), 0)).as_py() or 0
    found["conflict", ""] = in_conflict
    n_rejects = 0
    if run.has("rejects"):
        codes = dataset(run, "rejects").to_table(columns=["code"])["code"]
        found.update({("reject", str(value)): n for value, n in _value_counts(codes)})
        n_rejects = len(codes)
    return (table.num_rows, table.num_rows + n_rejects), found


def _value_counts(column: pa.Array | pa.ChunkedArray) -> list[tuple[Any, int]]:
    return [(row["values"], row["counts"]) for row in pc.value_counts(column).to_pylist()]

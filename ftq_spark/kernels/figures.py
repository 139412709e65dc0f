"""What a run's report counts, as cells that can be added: of some examples, of two parts together, of all.

A cell says of one facet and one key how many examples have it. Cells of parts of a run are merged in any order; counts
are exact, ties are broken by ids, so the result is the same for any partitioning. Sums of floats alone are equal only
to their rounding.

====================  ===================================  =============================================================
facet                 key                                  beside n (examples)
====================  ===================================  =============================================================
outcome               dataset, source, name (verdict)      total, n_other: sum and number of the finite qualities
duplicate             dataset, source, name (kind)
conflict              dataset, source
reason                dataset, source, name, verdict       n_other: it is the only reason; first_id, last_id
note                  name, verdict                        first_id, last_id
format                name, verdict
topic                 name (null for none), verdict
masked                                                     n_other: the masked answers
deviation             name                                 first_id
opening               name                                 first_id
context               name (digest)
band                  dataset, source, value (band)        total: words
measure               name (column), verdict, value        n_other: out of bounds; total, smallest, largest
lowest_kept …         name (example_id), value (quality)   one of the examples near the line, each
====================  ===================================  =============================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.kernels.distributions import count_values

KEYS = ("facet", "dataset", "source", "name", "verdict", "value")
CELLS = pa.schema(
    [
        *((name, pa.string()) for name in KEYS if name != "value"),
        ("value", pa.float64()),
        ("n", pa.int64()),
        ("n_other", pa.int64()),
        ("total", pa.float64()),
        ("smallest", pa.float64()),
        ("largest", pa.float64()),
        ("first_id", pa.string()),
        ("last_id", pa.string()),
    ]
)
# Places near the line: the verdict that stands there, and whether the highest quality comes first.
PLACES = {"lowest_kept": ("keep", False), "highest_dropped": ("drop", True), "kept_at_random": ("keep", None)}
N_BANDS = 16  # of length: the last takes all that is longer
NO_CONTEXT = hashlib.md5(b"", usedforsecurity=False).hexdigest()
_UNBOUNDED = ("deviation", "opening", "context")  # facets of whose keys there may be as many as examples
_MERGED = {
    **dict.fromkeys(("n", "n_other", "total"), "sum"),
    **dict.fromkeys(("smallest", "first_id"), "min"),
    **dict.fromkeys(("largest", "last_id"), "max"),
}

Bounds = tuple[float | None, float | None]


class Wanted(NamedTuple):
    """What is measured, and how much is listed."""

    bounds: Mapping[str, Bounds]  # of every column that is a measure: the lowest and highest value within bounds
    n_near: int = 10  # examples of each place near the line
    n_common: int = 20  # keys of facets without a bound on their number: deviation, opening


def cells(examples: pa.Table, wanted: Wanted) -> pa.Table:
    """CELLS of some examples.

    Columns: example_id, dataset, source, format, verdict, duplicate_kind, repeats and conflict (bool), reasons, notes,
    topic (string), n_masked, deviation, opening, context (a digest), band, words, quality, and the measures. Those that
    are not there are not counted.
    """
    known = set(examples.column_names)
    parts = [*_outcomes(examples), *_coded(examples), *_near_the_line(examples, wanted.n_near)]
    parts += [_counted("format", examples, name="format", verdict="verdict")]
    if "topic" in known:
        parts.append(_counted("topic", examples, name="topic", verdict="verdict"))
    for facet in known.intersection(_UNBOUNDED):
        found = examples.filter(pc.is_valid(examples[facet]))
        parts.append(_counted(facet, found, ids=facet != "context", name=facet))
    if "n_masked" in known:
        masked = examples.filter(pc.fill_null(pc.greater(examples["n_masked"], 0), False))
        parts.append(_counted("masked", masked, {"n_other": masked["n_masked"]}))
    if "band" in known:
        parts.append(_bands(examples))
    parts += _measures(examples, wanted.bounds)
    return merged(parts)


def merged(parts: Iterable[pa.Table]) -> pa.Table:
    """The cells of all parts together: one for each key."""
    every = pa.concat_tables(parts).combine_chunks()
    # Arrow has no least of texts before its version 20: that of their places in order is taken.
    ids = pc.unique(pa.chunked_array([*every["first_id"].chunks, *every["last_id"].chunks], pa.string())).drop_null()
    ids = ids.take(pc.sort_indices(ids))
    for name in ("first_id", "last_id"):
        every = every.set_column(every.column_names.index(name), name, pc.index_in(every[name], value_set=ids))
    grouped = every.group_by(list(KEYS)).aggregate(list(_MERGED.items()))
    found = {name: grouped[name] for name in KEYS} | {name: grouped[f"{name}_{how}"] for name, how in _MERGED.items()}
    return pa.table(
        {**found, **{name: ids.take(found[name].combine_chunks()) for name in ("first_id", "last_id")}}, CELLS
    )


def bounded(complete: pa.Table, wanted: Wanted) -> pa.Table:
    """Of merged cells that hold each of their keys whole: those of a bounded number, whatever the number of examples.

    Of openings and deviations the most frequent stay, and all together as the facet with ``_all``: its n counts
    examples, its n_other keys. Of contexts that alone stays, its largest being the most examples that share one; what
    is without a context is the facet ``context_none``. Of places near the line the first stay.
    """
    facet = complete["facet"]
    parts = [complete.filter(pc.invert(pc.is_in(facet, value_set=pa.array([*_UNBOUNDED, *PLACES]))))]
    for name in _UNBOUNDED:
        own = complete.filter(pc.equal(facet, name))
        if name == "context":
            parts.append(_facet("context_none", own.filter(pc.equal(own["name"], NO_CONTEXT))))
            own = own.filter(pc.not_equal(own["name"], NO_CONTEXT))
        else:
            order = [("n", "descending"), ("name", "ascending")]
            parts.append(own.sort_by(order).slice(0, wanted.n_common))
        if len(own):
            parts.append(_one(f"{name}_all", pc.sum(own["n"]).as_py(), len(own), pc.max(own["n"]).as_py()))
    parts += [_first(complete.filter(pc.equal(facet, place)), place, wanted.n_near) for place in PLACES]
    return merged(parts)


def _facet(name: str, found: pa.Table) -> pa.Table:
    return found.set_column(0, CELLS.field("facet"), pa.repeat(name, len(found))).set_column(
        KEYS.index("name"), CELLS.field("name"), pa.nulls(len(found), pa.string())
    )


def _one(facet: str, n: int, n_keys: int, largest: int) -> pa.Table:
    row = dict.fromkeys(CELLS.names) | {"facet": facet, "n": n, "n_other": n_keys, "largest": float(largest)}
    return pa.Table.from_pylist([row], CELLS)


def _counted(
    facet: str, examples: pa.Table, numbers: Mapping[str, Any] | None = None, ids: bool = False, **keys: str
) -> pa.Table:
    """Cells of one facet: key → the column that it is, `numbers` → what is summed beside n."""
    n = len(examples)
    columns = {name: pa.nulls(n, CELLS.field(name).type) for name in CELLS.names}
    columns |= {"facet": pa.repeat(facet, n), "n": pa.repeat(pa.scalar(1, pa.int64()), n)}
    columns |= {key: examples[column] for key, column in keys.items()} | dict(numbers or {})
    if ids:
        columns |= dict.fromkeys(("first_id", "last_id"), examples["example_id"])
    return merged([pa.table({name: columns[name] for name in CELLS.names}).cast(CELLS)])


def _outcomes(examples: pa.Table) -> Iterator[pa.Table]:
    quality = pc.if_else(pc.is_nan(examples["quality"]), None, examples["quality"])
    sums = {"total": quality, "n_other": pc.cast(pc.is_valid(quality), pa.int64())}
    yield _counted("outcome", examples, sums, dataset="dataset", source="source", name="verdict")
    again = examples.filter(pc.is_valid(examples["duplicate_kind"]))
    yield _counted("duplicate", again, dataset="dataset", source="source", name="duplicate_kind")
    yield _counted("conflict", examples.filter(examples["conflict"]), dataset="dataset", source="source")


def _coded(examples: pa.Table) -> Iterator[pa.Table]:
    """Reasons and notes; a code that an example has twice counts once."""
    for column, facet in (("reasons", "reason"), ("notes", "note")):
        lists = examples[column].combine_chunks()
        pairs = pa.table({"row": pc.list_parent_indices(lists), "code": pc.list_flatten(lists)})
        pairs = pairs.group_by(["row", "code"]).aggregate([])
        rows = pairs["row"]
        found = examples.select(["example_id", "dataset", "source", "verdict"]).take(rows)
        found = found.append_column("code", pairs["code"])
        if facet == "note":
            yield _counted("note", found, ids=True, name="code", verdict="verdict")
            continue
        alone = pc.cast(pc.equal(pc.list_value_length(lists), 1), pa.int64()).take(rows)
        keys = {"dataset": "dataset", "source": "source", "name": "code", "verdict": "verdict"}
        yield _counted("reason", found, {"n_other": alone}, ids=True, **keys)


def _near_the_line(examples: pa.Table, n: int) -> Iterator[pa.Table]:
    quality = examples["quality"]
    finite = examples.filter(pc.and_(pc.is_valid(quality), pc.invert(pc.fill_null(pc.is_nan(quality), True))))
    for place, (verdict, _) in PLACES.items():
        found = finite.filter(pc.equal(finite["verdict"], verdict))
        if verdict == "drop":  # duplicates are dropped whatever their quality
            found = found.filter(pc.invert(found["repeats"]))
        yield _first(_counted(place, found, name="example_id", value="quality"), place, n)


def _first(found: pa.Table, place: str, n: int) -> pa.Table:
    """The first n cells of a place near the line."""
    descending = PLACES[place][1]
    by_quality = [] if descending is None else [("value", "descending" if descending else "ascending")]
    return found.sort_by([*by_quality, ("name", "ascending")]).slice(0, n)


def _bands(examples: pa.Table) -> pa.Table:
    measured = examples.filter(pc.is_valid(examples["band"]))
    # A value that is no number lies above all others, as in SQL.
    bands = np.floor(np.fmin(measured["band"].to_numpy(), N_BANDS - 1))
    measured = measured.set_column(measured.column_names.index("band"), "band", pa.array(bands))
    return _counted("band", measured, {"total": measured["words"]}, dataset="dataset", source="source", value="band")


def _measures(examples: pa.Table, bounds: Mapping[str, Bounds]) -> Iterator[pa.Table]:
    for verdict in pc.unique(examples["verdict"]).to_pylist():
        chosen = examples.filter(pc.equal(examples["verdict"], verdict))
        for name, (low, high) in bounds.items():
            values = pc.fill_null(chosen[name].cast(pa.float64()), float("nan")).to_numpy()
            found = count_values(values, low, high)
            n = len(found.n)
            columns = {key: pa.nulls(n, CELLS.field(key).type) for key in CELLS.names}
            columns |= {"facet": pa.repeat("measure", n), "name": pa.repeat(name, n), "verdict": pa.repeat(verdict, n)}
            columns |= {"value": found.value, "n": found.n, "n_other": found.n_out, "total": found.total}
            columns |= {"smallest": found.smallest, "largest": found.largest}
            yield pa.table({key: pa.array(column) for key, column in columns.items()}, CELLS)

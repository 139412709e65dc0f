"""Units → examples: what was found between distinct texts, stated as pairs of examples.

A *unit* is a class of examples whose compared texts are the same. Units and matches between them are written out in
full while that is small, and as a star above: every member of a large unit paired with the unit's first example, and a
match of large units stated once, between their first examples. Either way the units and their matches can be read back
from the pairs alone, and the number of pairs stays linear in the number of examples.

Two shuffles: by unit, where its pairs are formed and each of its matches gets members of it, and by match, where the
members of both sides meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels import ragged
from ftq_spark.kernels.near import unit_pairs
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.arrow import whole_groups

_LATER = ("doubted", "same_question", "answers", "against")
PLACE = ("source", "row")  # of the left example, by which it stands before the right one
PAIRS = (*(name for name in schema.PAIRS.names if name not in _LATER), *PLACE)

MATCHES = pa.schema([("left_unit", pa.string()), ("right_unit", pa.string()), ("similarity", pa.float64())])
_PAIRS = pa.schema([*map(schema.PAIRS.field, PAIRS[: -len(PLACE)]), ("source", pa.string()), ("row", pa.int64())])
# A pair of examples, or, where right_id is null, an example that stands for its unit in a match.
_STANDING = pa.schema(
    [
        ("channel", pa.string()),
        ("left_id", pa.string()),
        ("right_id", pa.string()),
        ("similarity", pa.float64()),
        ("match", pa.int64()),  # of a pair any number, such that pairs are spread over the partitions
        ("is_left", pa.bool_()),
        ("n_members", pa.int64()),  # of the unit
        ("source", pa.string()),  # of the left example
        ("row", pa.int64()),
    ]
)
_OPEN_ROWS = 1 << 16  # a unit of more rows is not held until its end
_CHUNK = 1 << 17  # rows formed at once


class Channel(NamedTuple):
    """What makes examples alike: the unit of each, and which units match."""

    name: str
    members: DataFrame  # example_id, source, row, unit (null: the example matches nothing)
    matches: DataFrame | None = None  # MATCHES, each unordered pair of distinct units once


def expand(channels: Sequence[Channel], limit: int = 1024) -> DataFrame:
    """All pairs of examples of each channel, each once, left before right in (source, row) order: PAIRS.

    A unit of m examples gives all m(m - 1)/2 pairs, and a match of units of m and n examples all m·n, where that is at
    most `limit` (at least 1); else a star. Channels share the two shuffles; one without matches alone needs the first.
    """
    rows = reduce(
        partial(DataFrame.unionByName, allowMissingColumns=True),
        [part for channel in channels for part in _rows(channel)],
    )
    found = (
        rows.repartition("unit")
        .sortWithinPartitions("unit", F.asc_nulls_first("match"), "source", "row", "example_id")
        .mapInArrow(partial(_by_unit, limit=limit), spark_columns(_STANDING))
    )
    if any(channel.matches is not None for channel in channels):
        met = found.repartition("match").sortWithinPartitions("match")
        found = met.mapInArrow(partial(_by_match, limit=limit), spark_columns(_PAIRS))
    else:
        found = found.withColumn("identical", F.lit(True))
    return found.select(*PAIRS)


def _rows(channel: Channel) -> Iterator[DataFrame]:
    """The members of a channel, and the ends of its matches; units of several channels are none of the others."""
    name = repr(channel.name)
    nothing = {"match": "bigint", "is_left": "boolean", "similarity": "double"}
    yield channel.members.where("unit is not null").selectExpr(
        *(f"{name} as channel", f"concat({name}, ' ', unit) as unit", "source", "row", "example_id"),
        *(f"cast(null as {kind}) as {column}" for column, kind in nothing.items()),
    )
    if channel.matches is not None:  # read once
        ends = [
            f"named_struct('unit', concat({name}, ' ', {side}_unit), 'is_left', {side == 'left'})"
            for side in ("left", "right")
        ]
        match = f"xxhash64({name}, left_unit, right_unit) as match"
        ended = channel.matches.selectExpr(f"explode(array({', '.join(ends)})) as end", match, "similarity")
        yield ended.selectExpr(f"{name} as channel", "end.*", "match", "similarity")


def exact_channel(examples: DataFrame) -> Channel:
    """Examples with the same canonical content; `examples` has example_id, content_hash, source, row."""
    return Channel("exact", examples.select("example_id", "source", "row", F.col("content_hash").alias("unit")))


def also_exact(pairs: DataFrame) -> DataFrame:
    """PAIRS in which what is identical in channel near, whose units are contents, is a pair of channel exact, too.

    So members that both channels share are shuffled once.
    """
    channel = F.col("channel")
    both = F.when((channel == "near") & F.col("identical"), F.array(channel, F.lit("exact")))
    return pairs.withColumn("channel", F.explode(F.coalesce(both, F.array(channel))))


def _by_unit(batches: Iterable[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    """_STANDING of rows sorted by unit: in each its members in order, then its matches.

    Of a unit that is large for certain only what tells that is held, however many rows it has.
    """
    held, n_done = pa.table([[]], ["unit"]), 0  # rows of the last unit so far; how many of them have been dealt with
    for batch in batches:
        if not len(batch):
            continue
        held = pa.concat_tables([held, pa.Table.from_batches([batch])]) if len(held) else pa.Table.from_batches([batch])
        last = int(_begins(held["unit"])[-1])
        if last:
            yield from _in_units(held.slice(0, last), n_done, limit)
            held, n_done = held.slice(last), 0
        if len(held) > max(_OPEN_ROWS, 2 * limit):
            yield from _in_units(held, n_done, limit)
            held, n_done = held.slice(0, limit + 2), limit + 2
    if len(held):
        yield from _in_units(held, n_done, limit)


def _in_units(rows: pa.Table, n_done: int, limit: int) -> Iterator[pa.RecordBatch]:
    """_STANDING of units with all their rows, without what the first `n_done` rows give by themselves."""
    begins = _begins(rows["unit"])
    unit_of = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(rows)))
    is_member = rows["match"].is_null().to_numpy()
    n_members = np.add.reduceat(is_member.astype(np.int64), begins)
    left, right = (np.flatnonzero(is_member)[side] for side in unit_pairs.within(n_members, limit))
    left, right = left[right >= n_done], right[right >= n_done]
    for at in range(0, len(left), _CHUNK):
        i, j = left[at : at + _CHUNK], right[at : at + _CHUNK]
        ids = {"left_id": rows["example_id"].take(i), "right_id": rows["example_id"].take(j)}
        first = {name: rows[name].take(i) for name in ("channel", *PLACE)}
        yield from _standing(len(i), {**first, **ids, "similarity": np.ones(len(i)), "match": rows["row"].take(j)})
    # Where no match can be written out in full, the unit's first member is enough.
    n_shown = np.where(n_members > limit, 1, n_members)
    matches = np.flatnonzero(~is_member)
    matches = matches[matches >= n_done]
    before = np.cumsum(n_shown[unit_of[matches]]) // _CHUNK
    for chunk in np.split(matches, np.flatnonzero(np.diff(before)) + 1):
        unit = unit_of[chunk]
        shown = ragged.ranges(begins[unit], n_shown[unit])
        match = np.repeat(chunk, n_shown[unit])
        yield from _standing(
            len(shown),
            {
                "left_id": rows["example_id"].take(shown),
                **{name: rows[name].take(match) for name in ("channel", "similarity", "match", "is_left")},
                "n_members": n_members[unit_of[match]],
                **{name: rows[name].take(shown) for name in PLACE},
            },
        )


def _by_match(batches: Iterable[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    return whole_groups(batches, "match", partial(_at_match, limit=limit))


def _at_match(rows: pa.Table, limit: int) -> pa.Table:
    """_PAIRS of rows of _STANDING that hold both sides of each match."""
    is_pair = rows["right_id"].is_valid()
    pairs = rows.filter(is_pair)
    pairs = pairs.append_column("identical", pa.array(np.ones(len(pairs), np.bool_))).select(_PAIRS.names)
    sides = rows.filter(pc.invert(is_pair)).sort_by([(name, "ascending") for name in ("source", "row", "left_id")])
    match, is_left = sides["match"].to_numpy(), sides["is_left"].to_numpy(zero_copy_only=False)
    by = np.lexsort((~is_left, match))  # a stable sort: by match, the left side first, members in order
    begins = ragged.run_begins(match[by])
    n_left = np.add.reduceat(is_left[by].astype(np.int64), begins)
    n_right = np.diff(begins, append=len(by)) - n_left
    begins, n_left, n_right = (column[(n_left > 0) & (n_right > 0)] for column in (begins, n_left, n_right))
    n_members = sides["n_members"].to_numpy()[by]
    in_full = n_members[begins] * n_members[begins + n_left] <= limit
    left, right = unit_pairs.between(
        (begins, np.where(in_full, n_left, 1)), (begins + n_left, np.where(in_full, n_right, 1))
    )
    left, right = by[left], by[right]
    first, second = np.minimum(left, right), np.maximum(left, right)
    found = pa.table(
        [
            sides["left_id"].take(first),
            sides["left_id"].take(second),
            sides["channel"].take(first),
            sides["similarity"].take(first),
            np.zeros(len(first), np.bool_),
            *(sides[name].take(first) for name in PLACE),
        ],
        schema=_PAIRS,
    )
    return pa.concat_tables([pairs.cast(_PAIRS), found])


def _begins(units: pa.ChunkedArray) -> np.ndarray:
    """Where each run of equal units begins."""
    changes = pc.not_equal(units[1:], units[:-1]).to_numpy()
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def _standing(n_rows: int, columns: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    """The rows of _STANDING with these columns, the others null."""
    arrays = [columns.get(field.name, pa.nulls(n_rows, field.type)) for field in _STANDING]
    yield from pa.table(arrays, schema=_STANDING).to_batches()

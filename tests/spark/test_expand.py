"""Units and their matches written out as pairs of examples."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyspark.sql import functions as F

from ftq_spark.transforms import expand

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MEMBERS = "example_id string, source string, row long, unit string"
MATCHES = "left_unit string, right_unit string, similarity double"


def members_of(spark: SparkSession, sizes: dict[str | None, int]) -> DataFrame:
    """Units of the given sizes; ids run against the order of the rows, so that a mix-up of the two shows."""
    rows: list[tuple[str, str, int, str | None]] = []
    for unit, size in sizes.items():
        for _ in range(size):
            n = len(rows)
            rows.append((f"id{999_999 - n}", "b.jsonl" if n % 3 else "a.jsonl", n + 1, unit))
    return spark.createDataFrame(rows, MEMBERS)


def plain(members: list[Any], matches: list[tuple[str, str, float]], limit: int) -> set[tuple[Any, ...]]:
    """The same rule in plain Python."""
    units: dict[str, list[Any]] = {}
    for member in sorted(members, key=lambda m: (m.source, m.row)):
        if member.unit is not None:
            units.setdefault(member.unit, []).append(member)
    pairs = set()
    for unit in units.values():
        complete = list(combinations(unit, 2))
        shown = complete if len(complete) <= limit else [(unit[0], other) for other in unit[1:]]
        pairs |= {(a.example_id, b.example_id, 1.0, True) for a, b in shown}
    for left, right, similarity in matches:
        product = [(a, b) for a in units[left] for b in units[right]]
        for a, b in product if len(product) <= limit else product[:1]:
            first, second = sorted((a, b), key=lambda m: (m.source, m.row))
            pairs.add((first.example_id, second.example_id, similarity, False))
    return pairs


def got(pairs: DataFrame) -> set[tuple[Any, ...]]:
    rows = [(p.left_id, p.right_id, p.similarity, p.identical) for p in pairs.collect()]
    assert len(rows) == len(set(rows))
    return set(rows)


@pytest.mark.parametrize("limit", [1, 6])
def test_pairs_equal_the_plain_rule(spark: SparkSession, limit: int) -> None:
    members = members_of(spark, {"a": 4, "b": 3, None: 3, "c": 1, "d": 1, "e": 5})
    matches = [("a", "b", 0.9), ("c", "a", 0.85), ("c", "d", 0.8), ("e", "b", 0.99)]
    pairs = expand.expand([expand.Channel("near", members, spark.createDataFrame(matches, MATCHES))], limit)
    assert tuple(pairs.columns) == expand.PAIRS
    assert {row.channel for row in pairs.collect()} == {"near"}
    assert got(pairs) == plain(members.collect(), matches, limit)
    stands = {row.example_id: (row.source, row.row) for row in members.collect()}
    assert all((row.source, row.row) == stands[row.left_id] < stands[row.right_id] for row in pairs.collect())


def test_a_large_unit_is_a_star_from_its_first_example(spark: SparkSession) -> None:
    members = members_of(spark, {"small": 45, "large": 46, "huge": 3000})
    matches = [("huge", "large", 0.9), ("small", "large", 0.95)]
    pairs = expand.expand([expand.Channel("semantic", members, spark.createDataFrame(matches, MATCHES))]).cache()
    found = got(pairs)
    assert found == plain(members.collect(), matches, 1024)
    assert len(found) == 45 * 44 // 2 + 45 + 2999 + 2
    pairs.unpersist()


@pytest.mark.parametrize("n_batch_rows", [1, 7, 40, 10_000])
def test_a_unit_is_not_held_whole_and_comes_out_the_same(monkeypatch: pytest.MonkeyPatch, n_batch_rows: int) -> None:
    """A unit of 200 examples in 50 matches, one of 3 and one whose matches alone are many, where 16 rows are held."""
    monkeypatch.setattr(expand, "_OPEN_ROWS", 16)
    rows = [("a", f"a{i:03}", i, None) for i in range(200)] + [("a", None, None, i) for i in range(50)]
    rows += [("b", f"b{i}", i, None) for i in range(3)] + [("b", None, None, i) for i in range(60)]
    rows += [("c", None, None, 7)]  # a match of a unit without examples
    columns = list(zip(*rows, strict=True))
    names = ["unit", "example_id", "row", "match", "channel", "source", "is_left", "similarity"]
    n = len(rows)
    table = pa.table([*columns, ["near"] * n, ["s"] * n, [True] * n, [0.9] * n], names)
    held = []

    def watched(table: pa.Table, n_done: int, limit: int) -> Iterator[pa.RecordBatch]:
        held.append(len(table))
        return in_units(table, n_done, limit)

    in_units = expand._in_units
    monkeypatch.setattr(expand, "_in_units", watched)
    found = pa.Table.from_batches(expand._by_unit(table.to_batches(n_batch_rows), 4)).to_pylist()
    assert n_batch_rows > 40 or max(held) <= 17 + n_batch_rows
    pairs = {(row["left_id"], row["right_id"]) for row in found if row["right_id"]}
    assert pairs == {("a000", f"a{i:03}") for i in range(1, 200)} | {("b0", "b1"), ("b0", "b2"), ("b1", "b2")}
    sides = [(row["left_id"], row["match"], row["n_members"] > 4) for row in found if not row["right_id"]]
    assert sides == [("a000", i, True) for i in range(50)] + [(f"b{j}", i, False) for i in range(60) for j in range(3)]
    assert len(found) == len(pairs) + len(sides)


def test_channels_together_are_those_of_each_alone(spark: SparkSession) -> None:
    """Units of one name in two channels, and a channel without matches, do not meet."""
    near = expand.Channel(
        "near", members_of(spark, {"a": 3, "b": 2}), spark.createDataFrame([("a", "b", 0.9)], MATCHES)
    )
    semantic = near._replace(name="semantic", matches=spark.createDataFrame([("b", "a", 0.8)], MATCHES))
    exact = expand.Channel("exact", members_of(spark, {"a": 2, "b": 1}))
    together = [tuple(row) for row in expand.expand([exact, near, semantic]).collect()]
    alone = [tuple(row) for channel in (exact, near, semantic) for row in expand.expand([channel]).collect()]
    assert sorted(together) == sorted(alone)
    assert len(together) == 1 + 10 + 10


def test_partitions_do_not_matter(spark: SparkSession) -> None:
    members = members_of(spark, {"a": 50, "b": 3, "c": 1})
    matches = spark.createDataFrame([("a", "b", 0.9), ("b", "c", 0.9)], MATCHES)
    shuffled = [members.repartition(n).orderBy(F.xxhash64("example_id", F.lit(n))) for n in (1, 8)]
    results = [got(expand.expand([expand.Channel("near", some, matches)])) for some in shuffled]
    assert results[0] == results[1]


def test_exact_pairs(spark: SparkSession) -> None:
    rows = [("x1", "h1", "s", 3), ("x2", "h1", "s", 1), ("x3", "h2", "s", 2)]
    examples = spark.createDataFrame(rows, "example_id string, content_hash string, source string, row long")
    (pair,) = expand.expand([expand.exact_channel(examples)]).collect()
    assert tuple(pair) == ("x2", "x1", "exact", 1.0, True, "s", 1)


def test_what_is_identical_by_content_is_exact_too(spark: SparkSession) -> None:
    members = members_of(spark, {"a": 40, "b": 2, "c": 1})
    matches = spark.createDataFrame([("a", "b", 0.9), ("b", "c", 0.9)], MATCHES)
    exact, near, semantic = (expand.Channel(name, members, matches) for name in ("exact", "near", "semantic"))
    both = expand.expand([exact._replace(matches=None), near, semantic])
    once = expand.also_exact(expand.expand([near, semantic]))
    assert once.columns == both.columns
    assert sorted(map(tuple, once.collect())) == sorted(map(tuple, both.collect()))


def test_no_members_no_pairs(spark: SparkSession) -> None:
    empty = spark.createDataFrame([], MEMBERS)
    assert expand.expand([expand.Channel("near", empty, spark.createDataFrame([], MATCHES))]).collect() == []

"""Pairs that are read beside their texts: each row once, with the texts of its own pair, however they are grouped."""

from __future__ import annotations

import random
from itertools import combinations

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from ftq_spark.transforms import beside
from ftq_spark.transforms.beside import Texts, read_pairs

READS = pa.schema([("left_id", pa.string()), ("right_id", pa.string()), ("copies", pa.bool_()), ("both", pa.string())])


def read(batch: pa.RecordBatch, left: Texts, right: Texts) -> list[pa.Array]:
    both = ["|".join("".join(side) for side in sides) for sides in zip(left, right, strict=True)]
    return [*(batch.column(name) for name in ("left_id", "right_id", "copies")), pa.array(both, pa.string())]


@pytest.mark.parametrize("group", [3, beside.GROUP_PAIRS])
def test_every_row_is_read_once_with_the_texts_of_its_pair(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, group: int
) -> None:
    monkeypatch.setattr(beside, "GROUP_PAIRS", group)
    rng = random.Random(7)
    alike = [(f"c{i:02}", f"c{j:02}") for i in range(12) for j in range(i + 1, 12)]  # all with all
    star = [("a", f"s{i:02}") for i in range(30)]
    apart = [tuple(sorted(rng.sample([f"x{i:02}" for i in range(40)], 2))) for _ in range(60)]
    missing = [("c00", "gone"), ("gone", "x00")]
    pairs = {(*pair, rng.random() < 0.3) for pair in {*alike, *star, *apart, *missing}}
    pairs |= {(*pair, True) for pair in [*alike[:9], *missing]}  # a pair in two rows; of copies no text is wanted
    ids = sorted({name for pair in pairs for name in pair[:2]} - {"gone"})
    texts = spark.createDataFrame(
        [(name, name.upper(), f"é{i}") for i, name in enumerate(ids)], "example_id string, a string, b string"
    )
    frame = spark.createDataFrame(sorted(pairs), "left_id string, right_id string, copies boolean")
    place = {name: i for i, name in enumerate(ids)}

    def expected(pair: tuple[str, str, bool]) -> tuple[str, str, bool, str]:
        *names, copies = pair
        return (*pair, "|".join("" if copies else f"{name.upper()}é{place[name]}" for name in names))

    for known in ("copies", None):
        wanted = {pair if known else (*pair[:2], False) for pair in pairs if "gone" not in pair or (known and pair[2])}
        given = frame if known else frame.selectExpr("left_id", "right_id", "false as copies").distinct()
        found = read_pairs(given, texts, read, READS, known).collect()
        assert len(found) == len(wanted)
        assert {tuple(row) for row in found} == set(map(expected, wanted))


def test_texts_that_are_all_alike_are_read_together_whatever_their_names(spark: SparkSession) -> None:
    """Forty sets of nine texts, whose names do not stand in the order of the texts."""
    rng = random.Random(3)
    texts, pairs = [], []
    for number in range(40):
        names = [f"{rng.randrange(1 << 32):08x}" for _ in range(9)]
        texts += [(name, f"{number}", "") for name in names]
        pairs += [(*pair, False, 9 * number + names.index(pair[0])) for pair in combinations(names, 2)]
    frame = spark.createDataFrame(pairs, "left_id string, right_id string, copies boolean, stands int")
    there = spark.createDataFrame(texts, "example_id string, a string, b string")

    def read_set(batch: pa.RecordBatch, left: Texts, right: Texts) -> list[pa.Array]:
        group = f"{batch['left_id'][0]} {batch['right_id'][0]}"
        columns = [batch.column(name) for name in READS.names[:3]]
        return [*columns, pa.array([f"{group}|{number}" for number, _ in left], pa.string())]

    def times_read(place: str) -> tuple[int, int]:
        """In how many groups the sets are, one by one, and how many groups there are."""
        read_in = {row.both for row in read_pairs(frame, there, read_set, READS, place=place).collect()}
        return len(read_in), len({each.partition("|")[0] for each in read_in})

    n_read, n_groups = times_read("stands")
    assert n_read <= 40 + n_groups  # where one group ends and another one begins, a set is in both
    assert times_read("left_id")[0] > 60


def test_a_group_asks_for_each_of_its_texts_once() -> None:
    pairs = [("a", "b", False), ("a", "c", True), ("b", "c", False), ("d", "e", True), ("d", "f", False)]
    first = pa.array(["a", "a", "a", "d", "d"])
    columns = [pa.array(column) for column in zip(*pairs, strict=True)]
    table = pa.table([*columns, first], ["left_id", "right_id", "copies", "first"])

    def groups(size: int, known: str | None) -> list[tuple[str, list[str], int]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(beside, "GROUP_PAIRS", size)
            found = []
            for batch in beside._in_groups(table.to_batches(max_chunksize=2), known):
                *asked, held = batch.to_pylist()
                assert {row["group"] for row in asked} <= {held["group"]} and held["example_id"] is None
                assert all(row["pairs"] is None for row in asked)
                n_pairs = pa.ipc.open_stream(held["pairs"]).read_all().num_rows
                found.append((held["group"], sorted(row["example_id"] for row in asked), n_pairs))
            return found

    assert groups(4, "copies") == [("a b", ["a", "b", "c"], 4), ("d f", ["d", "f"], 1)]
    assert groups(2, None) == [("a b", ["a", "b", "c"], 2), ("b c", ["b", "c", "d", "e"], 2), ("d f", ["d", "f"], 1)]
    assert groups(9, "copies") == [("a b", ["a", "b", "c", "d", "f"], 5)]


def test_no_pairs(spark: SparkSession) -> None:
    texts = spark.createDataFrame([("a", "A", "é")], "example_id string, a string, b string")
    pairs = spark.createDataFrame([], "left_id string, right_id string, copies boolean")
    assert read_pairs(pairs, texts, read, READS).count() == 0

"""The near-duplicate path in DataFrames: texts → signatures → blocks → matches → pairs of examples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import runs
from pyspark.sql import functions as F

from ftq_spark.kernels.near import minhash
from ftq_spark.kernels.text import tokens
from ftq_spark.settings import Near
from ftq_spark.stages import comparing
from ftq_spark.transforms import block, expand, match

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LIMIT = Near().max_block_units
EXAMPLES = "example_id string, source string, row long, text string"


def examples_of(spark: SparkSession, texts: Sequence[str | None]) -> DataFrame:
    rows = [(f"{i:05}", "a.jsonl", i, text) for i, text in enumerate(texts)]
    return spark.createDataFrame(rows, EXAMPLES)


def near_pairs(examples: DataFrame, near: Near) -> dict[tuple[str, str], tuple[float, bool]]:
    signatures = block.signatures(examples, near).cache()
    members = block.members(signatures, near.max_block_units)
    found = expand.expand(
        [match.near_channel(signatures, match.matches(signatures, members, near.threshold))]
    ).collect()
    signatures.unpersist()
    assert {pair.channel for pair in found} <= {"near"}
    pairs = {(pair.left_id, pair.right_id): (pair.similarity, pair.identical) for pair in found}
    assert len(pairs) == len(found)
    return pairs


def shingle_sets(texts: list[str]) -> list[frozenset[int]]:
    batch = tokens.tokenize(texts)
    sets = minhash.shingles(tokens.hashes(batch), batch.token_offsets)
    bounds = zip(sets.offsets[:-1], sets.offsets[1:], strict=True)
    return [frozenset(sets.values[begin:end].tolist()) for begin, end in bounds]


def brute_force(texts: list[str], threshold: float) -> dict[tuple[str, str], tuple[float, bool]]:
    pairs = {}
    for (i, a), (j, b) in combinations(enumerate(shingle_sets(texts)), 2):
        if a and b and len(a & b) / len(a | b) >= threshold:
            pairs[f"{i:05}", f"{j:05}"] = (len(a & b) / len(a | b), a == b)
    return pairs


def variants(seed: int, n_families: int, n_each: int, n_words: int = 60) -> list[str]:
    """Families of texts, each member with up to four words changed, in a shuffled order."""
    random = np.random.default_rng(seed)
    texts = []
    for _ in range(n_families):
        words = random.integers(0, 5000, n_words)
        for _ in range(n_each):
            changed = words.copy()
            changed[random.integers(0, n_words, random.integers(0, 5))] = random.integers(5000, 10**6)
            texts.append(" ".join(f"w{word}" for word in changed))
    return random.permutation(texts).tolist()


def test_pairs_equal_brute_force_whatever_the_partitions(spark: SparkSession) -> None:
    texts = [*variants(1, 40, 6), "", "!!!", "Same words, here.", "same WORDS here"]
    # Many bands of few rows: no pair at the threshold escapes by chance.
    near = Near(threshold=0.5, num_perm=256)
    expected = brute_force(texts, near.threshold)
    assert len(expected) > 300
    assert sum(identical for _, identical in expected.values()) > 1
    examples = examples_of(spark, texts)
    for n_partitions in (1, 4, 32):
        shuffled = examples.repartition(n_partitions, F.xxhash64("example_id", F.lit(n_partitions)))
        assert near_pairs(shuffled, near) == expected


def test_threshold_and_ngram_count(spark: SparkSession) -> None:
    texts = ["a b c d e f g h i j", "a b c d e f g h i x", "a b c d e f g h i j k"]
    assert near_pairs(examples_of(spark, texts), Near(threshold=0.75, num_perm=256, ngram=1)) == {
        ("00000", "00001"): (9 / 11, False),
        ("00000", "00002"): (10 / 11, False),
        ("00001", "00002"): (9 / 12, False),
    }


def test_nulls_and_texts_without_words_match_nothing(spark: SparkSession) -> None:
    examples = examples_of(spark, [None, "", "?!", "?!", "hi", "hi!"])
    assert near_pairs(examples, Near()) == {("00004", "00005"): (1.0, True)}
    signatures = block.signatures(examples, Near()).collect()
    assert [row.unit is None for row in sorted(signatures)] == [True, True, True, True, False, False]
    assert block.signatures(examples.where("false"), Near()).collect() == []


def test_hot_blocks_stay_linear_and_lose_no_planted_duplicate(spark: SparkSession) -> None:
    """Boilerplate with a slot: thousands of texts share blocks. Each tenth is planted twice, one word apart."""
    random = np.random.default_rng(2)
    frame = " ".join(f"b{i}" for i in range(120))
    slots = [" ".join(f"s{word}" for word in random.integers(0, 10**6, 30)) for _ in range(5000)]
    texts = [f"{frame} {slot}" for slot in slots]
    planted = list(range(0, 5000, 10))
    texts += [f"{frame} {slots[i]} end" for i in planted]
    texts += ["the very same reply"] * 2000
    examples = examples_of(spark, texts)
    signatures = block.signatures(examples, Near()).cache()
    members = block.members(signatures, LIMIT).cache()
    sizes = block.block_sizes(members, LIMIT).cache()
    assert sizes.where("capped").count() > 5
    whole = sizes.where("not capped and n_units > 2").first()
    assert whole is None or whole["n_pairs"] == whole["n_units"] * (whole["n_units"] - 1) // 2
    assert sizes.where("capped and n_pairs > 28 * n_units").count() == 0
    assert sizes.where("n_units = 2 and n_pairs != 1").count() == 0
    assert sizes.where("n_units > 2000").count() > 0
    assert members.groupBy("part", "key").count().where(F.col("count") > LIMIT).count() == 0
    matches = match.matches(signatures, members, Near().threshold)
    pairs = expand.expand([match.near_channel(signatures, matches)]).select("left_id", "right_id").collect()
    found = {(pair.left_id, pair.right_id) for pair in pairs}
    assert {(f"{i:05}", f"{5000 + k:05}") for k, i in enumerate(planted)} <= found
    assert {("05500", f"{i:05}") for i in range(5501, 7500)} <= found
    assert len(found) < 10 * len(texts)
    for frame_ in (signatures, members, sizes):
        frame_.unpersist()


@pytest.mark.parametrize("first", [0, 137])
def test_all_of_a_large_block_meet_the_one_that_comes_first(spark: SparkSession, first: int) -> None:
    frame = " ".join(f"b{i}" for i in range(60))
    examples = examples_of(spark, [f"{frame} number n{i}" for i in range(300)])
    signatures = block.signatures(examples, Near()).cache()
    members = block.members(signatures, LIMIT)
    order = F.when(F.col("row") == first, -(1 << 60)).otherwise(F.col("row"))
    priorities = examples.select("example_id", order.cast("bigint").alias("priority"))
    named = block.in_large_blocks(members, signatures, LIMIT)
    hubs = block.hubs(members, named, priorities, LIMIT)
    assert hubs.columns == members.columns
    pairs = expand.expand(
        [match.near_channel(signatures, match.matches(signatures, members.union(hubs), 0.8))]
    ).collect()
    assert len(pairs) < 300 * 60
    met = {pair.left_id for pair in pairs if pair.right_id == f"{first:05}"}
    met |= {pair.right_id for pair in pairs if pair.left_id == f"{first:05}"}
    assert len(met) == 299
    signatures.unpersist()


def test_rows_with_matches_are_those_whose_content_is_an_end(spark: SparkSession) -> None:
    examples = spark.createDataFrame([(f"{i}", f"h{i}") for i in range(6)], "example_id string, content_hash string")
    matches = spark.createDataFrame([("h1", "h2"), ("h2", "h4"), ("h7", "h8")], "left_unit string, right_unit string")
    found = match.with_matches(examples, matches)
    assert sorted(row["example_id"] for row in found.collect()) == ["1", "2", "4"]


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("exact", [False, True])
def test_copies_are_pairs_of_both_channels_and_copies_without_words_of_one(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bool, exact: bool
) -> None:
    if told:
        monkeypatch.setattr(comparing, "_LEAST_SHUFFLED", 0)
    said = "The usual dose is five milligrams twice a day with food, and less where the kidneys do not work well."
    answers = [said, "👍", said, said.replace("usual", "common"), "👍", "Nothing of the kind is known to anybody here."]
    asked = ["How much of it is taken by an adult?" if len(answer) > 1 else "?!" for answer in answers]
    turns = [
        [{"role": "user", "content": ask}, {"role": "assistant", "content": answer}]
        for ask, answer in zip(asked, answers, strict=True)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps({"messages": messages}) for messages in turns))
    settings = {"dedup__exact": exact, "dedup__near__threshold": 0.7, "dedup__semantic__enabled": False}
    found = runs.run(tmp_path / "out", tmp_path / "a.jsonl", conflict__enabled=False, **settings)
    rows = {row["example_id"]: row["row"] for row in runs.rows(found, "examples", "example_id", "row")}
    first = min(rows.values())
    pairs = [
        (pair["channel"], rows[pair["left_id"]] - first, rows[pair["right_id"]] - first, pair["identical"])
        for pair in runs.rows(found, "pairs")
    ]
    near = [("near", 0, 2, True), ("near", 0, 3, False), ("near", 2, 3, False)]
    assert sorted(pairs) == ([("exact", 0, 2, True), ("exact", 1, 4, True)] if exact else []) + near

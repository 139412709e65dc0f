"""From pairs, signals and conflicts to clusters and verdicts."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from chispa import assert_approx_df_equality, assert_df_equality
from cluster_tables import SCORE, askings, conflicts, examples, pairs, signals, standing
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.settings import Dedup, Rule, Semantic
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import cluster, decide, judge


def verdicts(
    spark: SparkSession, ids: str, measured: DataFrame, found: DataFrame, clashes: DataFrame, best: bool = True
) -> dict[str, Any]:
    judged = judge.judge(measured, SCORE, False)
    live = cluster.live(clashes, judged)
    clusters = cluster.cluster(
        found, standing(examples(spark, ids), judged, live), Dedup(keep="best" if best else "first")
    )
    unusual = spark.createDataFrame([], "example_id string, format_deviation string, breaks_format boolean")
    decided = decide.decide(
        judged, decide.Found(clusters, cluster.conflict_members(live), unusual, askings(found)), SCORE
    )
    assert (
        decided.schema.simpleString() == spark.createDataFrame([], spark_columns(schema.VERDICTS)).schema.simpleString()
    )
    return {row["example_id"]: row for row in decided.collect()}


def test_quality_is_a_weighted_mean_that_leaves_nulls_out(spark: SparkSession) -> None:
    measured = signals(spark, a=(1.0, 0.0), b=(0.2, None), c=(None, None), d=(0.4, 0.95), e=(0.5, 0.0))
    found = judge.judge(measured, SCORE, False).orderBy("example_id")
    expected = spark.createDataFrame(
        [
            ("a", 1.0, [], [], False, False, False, None, None),
            ("b", 0.2, ["odd"], [], False, True, True, None, None),
            ("c", 1.0, [], [], False, False, False, None, None),
            ("d", 0.225, ["awful", "odd"], [], True, True, True, None, None),
            ("e", 0.75, ["odd"], [], False, True, False, None, None),
        ],
        spark_columns(schema.JUDGED),
    )
    assert_approx_df_equality(found, expected, 1e-12, ignore_nullable=True)


def test_an_answer_that_is_labelled_as_bad_may_be_so(spark: SparkSession) -> None:
    broken = Rule(reason="broken", signal="n_mojibake", at_least=1.0, verdict="review")
    measured = signals(spark, a=(0.1, 0.95), b=(0.1, 0.95), c=(0.1, 0.95)).join(
        spark.createDataFrame(
            [("a", 1.0, 0.0), ("b", 0.0, 0.0), ("c", 1.0, 1.0)],
            "example_id string, sig_undesirable double, sig_n_mojibake double",
        ),
        "example_id",
    )
    rules = (*SCORE.rules, broken, Rule(reason="poor", signal="substance", at_most=0.3, verdict="drop"))
    measured = measured.withColumn("sig_substance", F.lit(0.2))
    judged = judge.judge(measured, SCORE.model_copy(update={"rules": rules}), False)
    found = {row["example_id"]: row for row in judged.collect()}
    assert (found["b"]["dropped"], found["b"]["low_quality"]) == (True, True)
    assert {"awful", "poor"} <= set(found["b"]["reasons"])
    for name, reasons in {"a": [], "c": ["broken"]}.items():
        row = found[name]
        assert (row["dropped"], row["doubtful"], row["low_quality"]) == (False, bool(reasons), False), name
        assert row["reasons"] == reasons and {"awful", "poor"} <= set(row["notes"]), name


def test_a_note_decides_nothing_and_a_finding_counts_once(spark: SparkSession) -> None:
    rules = (
        *SCORE.rules,
        Rule(reason="odd", signal="soundness", at_most=0.8, verdict="note"),
        Rule(reason="plain", signal="refusal", at_most=0.1, verdict="note"),
    )
    noted = spark.createDataFrame([("a", "variety"), ("a", "plain"), ("c", "odd")], "example_id string, note string")
    nothing = (
        spark.createDataFrame([], spark_columns(schema.CLUSTERS)),
        spark.createDataFrame([], "example_id string, conflicts_with array<string>"),
    )
    unusual = spark.createDataFrame([], "example_id string, format_deviation string, breaks_format boolean")
    beside = decide.Found(*nothing, unusual, spark.createDataFrame([], spark_columns(schema.ASKINGS)))
    measured = signals(spark, a=(0.7, 0.0), b=(1.0, 0.5), c=(0.5, 0.9), d=(0.2, 0.2), e=(0.9, None), f=(0.6, 0.7))

    def rows(**changes: Any) -> dict[str, tuple[str, list[str], list[str]]]:
        score = SCORE.model_copy(update={"rules": rules, **changes})
        decided = decide.decide(judge.judge(measured, score, False), beside, score, [noted, noted])
        return {row["example_id"]: (row["verdict"], row["reasons"], row["notes"]) for row in decided.collect()}

    found = rows()
    assert found["a"] == ("keep", [], ["odd", "plain", "variety"])
    assert found["b"] == found["e"] == ("keep", [], [])
    assert found["c"] == ("drop", ["awful", "odd", "low_quality"], [])  # a reason is no note besides
    assert found["d"] == ("review", ["odd"], [])
    assert found["f"] == ("drop", ["low_quality"], ["odd"])
    assert rows(low_quality_verdict="note")["f"] == ("keep", [], ["low_quality", "odd"])


def test_ties_of_different_contents_are_broken_by_a_hair(spark: SparkSession) -> None:
    measured = signals(spark, a=(0.6, 0.0), b=(0.6, 0.0), c=(1.0, 0.0))
    plain = [row["quality"] for row in judge.judge(measured, SCORE, False).orderBy("example_id").collect()]
    found = [row["quality"] for row in judge.judge(measured, SCORE, True).orderBy("example_id").collect()]
    assert plain[0] == plain[1]
    assert found[0] != found[1]
    assert found == pytest.approx(plain, abs=1e-9)
    assert max(found) <= 1


def test_best_quality_stands_for_the_others_and_exact_wins_ties(spark: SparkSession) -> None:
    measured = signals(spark, a=(0.6, 0.0), b=(0.9, 0.0), c=(0.8, 0.0))
    found = pairs(
        spark, ("a", "b", "near", 1.0, True), ("a", "b", "exact", 1.0, True), ("b", "c", "semantic", 0.97, False)
    )
    rows = verdicts(spark, "abc", measured, found, conflicts(spark))
    assert [rows[i]["verdict"] for i in "abc"] == ["drop", "keep", "drop"]
    assert (rows["a"]["duplicate_of"], rows["a"]["duplicate_kind"], rows["a"]["reasons"]) == (
        "b",
        "exact",
        ["exact_duplicate"],
    )
    assert (rows["c"]["duplicate_of"], rows["c"]["duplicate_similarity"]) == ("b", 0.97)
    first = verdicts(spark, "abc", measured, found, conflicts(spark), best=False)
    assert [first[i]["verdict"] for i in "abc"] == ["keep", "drop", "keep"]  # c matches only the dropped b


def test_a_dropped_example_stands_for_nobody(spark: SparkSession) -> None:
    measured = signals(spark, a=(1.0, 1.0), b=(0.7, 0.0), c=(0.1, 0.5))
    found = pairs(spark, ("a", "b", "near", 0.9, False), ("b", "c", "near", 0.85, False))
    rows = verdicts(spark, "abc", measured, found, conflicts(spark))
    assert [rows[i]["verdict"] for i in "abc"] == ["drop", "keep", "drop"]
    assert rows["a"]["reasons"] == ["awful", "near_duplicate"]
    assert rows["c"]["reasons"] == ["odd", "low_quality", "near_duplicate"]


def test_conflicts_veto_duplicates_and_low_quality_but_not_a_rule(spark: SparkSession) -> None:
    measured = signals(spark, a=(1.0, 0.0), b=(1.0, 0.0), c=(0.3, 0.5), d=(1.0, 1.0), e=(1.0, 0.0))
    found = pairs(spark, ("a", "b", "semantic", 0.99, False))
    rows = verdicts(spark, "abcde", measured, found, conflicts(spark, ("a", "b"), ("a", "c"), ("d", "e")))
    assert [rows[i]["verdict"] for i in "abcde"] == ["review", "review", "review", "drop", "keep"]
    assert rows["a"]["conflicts_with"] == ["b", "c"]
    assert rows["b"]["duplicate_of"] is None
    assert "conflict" in rows["c"]["reasons"]
    assert rows["e"]["conflicts_with"] == []  # the other side was dropped by a rule: settled
    assert [rows[i]["n_conflicts"] for i in "abcde"] == [2, 1, 1, 0, 0]


def test_of_many_conflicts_twenty_are_named(spark: SparkSession) -> None:
    members = cluster.conflict_members(conflicts(spark, *(("a", f"x{n:02}") for n in range(25))))
    judged = judge.judge(signals(spark, a=(1.0, 0.0)), SCORE, False)
    clusters = spark.createDataFrame([], spark_columns(schema.CLUSTERS))
    unusual = spark.createDataFrame([], "example_id string, format_deviation string, breaks_format boolean")
    nobody = spark.createDataFrame([], spark_columns(schema.ASKINGS))
    (row,) = decide.decide(judged, decide.Found(clusters, members, unusual, nobody), SCORE).collect()
    assert (row["verdict"], row["n_conflicts"]) == ("review", 25)
    assert row["conflicts_with"] == [f"x{n:02}" for n in range(20)]


def test_doubted_pairs_are_not_settled(spark: SparkSession) -> None:
    same = [(a, b, "semantic", 1.0, False) for a, b in ("ab", "ac", "bc")]  # one prompt, three answers; c is the best
    doubts = {
        (): {"a": "c", "b": "c", "c": None},
        (("a", "c"),): {"a": None, "b": "c", "c": None},
        (("a", "c"), ("b", "c")): {"a": "b", "b": None},
    }
    for doubted, expected in doubts.items():
        assert repeats(spark, "abc", pairs(spark, *same, doubted=doubted), Dedup()) == expected
    never = pairs(spark, *same, doubted=(("a", "b"), ("a", "c"), ("b", "c")))
    capped = Dedup(semantic=Semantic(keep_per_prompt=2))
    assert repeats(spark, "abc", never, Dedup()) == {}
    assert repeats(spark, "abc", never, capped) == {"a": "c"}


def test_others_of_one_question_are_counted_where_they_are_kept(spark: SparkSession) -> None:
    measured = signals(spark, a=(0.9, 0.0), b=(0.8, 0.0), c=(0.7, 0.0), d=(1.0, 1.0), e=(1.0, 0.0))
    asked = [(a, b, "semantic", 1.0, False) for a, b in ("ab", "ac", "ad")]
    found = pairs(spark, *asked, doubted=tuple((a, b) for a, b, *_ in asked))
    rows = verdicts(spark, "abcde", measured, found, conflicts(spark))
    assert {i: rows[i]["question_id"] for i in "abcde"} == {**dict.fromkeys("abcd", "a"), "e": None}
    assert {i: rows[i]["same_question"] for i in "abcde"} == {"a": 2, "b": 2, "c": 2, "d": 3, "e": 0}
    assert {i: "variety" in rows[i]["notes"] for i in "abcde"} == {**dict.fromkeys("abc", True), "d": False, "e": False}


@pytest.mark.parametrize("n", [1, 7])
def test_clusters_do_not_depend_on_partitions(spark: SparkSession, n: int) -> None:
    measured = signals(spark, **{c: (0.6 + i / 100, 0.0) for i, c in enumerate("abcdef")})
    found = pairs(
        spark,
        ("a", "b", "near", 0.8, False),
        ("b", "c", "near", 0.9, False),
        ("d", "e", "exact", 1.0, True),
        ("d", "f", "exact", 1.0, True),
    ).repartition(n)
    judged = judge.judge(measured, SCORE, False)
    nodes = standing(examples(spark, "abcdef"), judged, conflicts(spark)).repartition(n)
    clusters = cluster.cluster(found, nodes, Dedup()).orderBy("example_id")
    expected = spark.createDataFrame(
        [
            ("a", "a", 3, None, None, None, False),
            ("b", "a", 3, "c", "near", 0.9, False),
            ("c", "a", 3, None, None, None, False),
            ("d", "d", 3, "f", "exact", 1.0, False),
            ("e", "d", 3, "f", "exact", 1.0, False),
            ("f", "d", 3, None, None, None, False),
        ],
        spark_columns(schema.CLUSTERS),
    )
    assert_df_equality(clusters, expected, ignore_nullable=True)


def test_no_pairs_no_clusters(spark: SparkSession) -> None:
    rows = verdicts(spark, "ab", signals(spark, a=(1.0, 0.0), b=(1.0, 0.0)), pairs(spark), conflicts(spark))
    assert [rows[i]["verdict"] for i in "ab"] == ["keep", "keep"]


def repeats(spark: SparkSession, ids: str, found: DataFrame, dedup: Dedup, protected: DataFrame | None = None) -> dict:
    measured = signals(spark, **{c: (0.6 + i / 100, 0.0) for i, c in enumerate(ids)})  # the last is the best
    judged = judge.judge(measured, SCORE, False)
    nodes = standing(examples(spark, ids), judged, conflicts(spark), dedup, protected)
    clusters = cluster.cluster(found, nodes, dedup)
    return {row["example_id"]: row["duplicate_of"] for row in clusters.collect()}


def triangle(spark: SparkSession, ids: str, channel: str = "semantic") -> DataFrame:
    return pairs(spark, *((a, b, channel, 0.97, False) for a, b in itertools.combinations(ids, 2)))


def test_a_preferred_dataset_stays(spark: SparkSession) -> None:
    found = triangle(spark, "Abc")
    assert repeats(spark, "Abc", found, Dedup()) == {"A": "c", "b": "c", "c": None}
    assert repeats(spark, "Abc", found, Dedup(priority=("upper",))) == {"A": None, "b": "A", "c": "A"}
    assert repeats(spark, "Abc", found, Dedup(keep="first", priority=("lower",))) == {"A": "b", "b": None, "c": "b"}


def test_duplicates_are_removed_only_from_a_named_dataset(spark: SparkSession) -> None:
    found = triangle(spark, "Abc")
    assert repeats(spark, "Abc", found, Dedup(remove_only_from=("upper",))) == {"A": "c", "b": None, "c": None}
    assert repeats(spark, "bcd", triangle(spark, "bcd"), Dedup(remove_only_from=("upper",))) == dict.fromkeys("bcd")


@pytest.mark.parametrize("name", ["b", "hash b"])
def test_protected_examples_stay_and_stand_for_the_others(spark: SparkSession, name: str) -> None:
    protected = spark.createDataFrame([(name,)], "name string")
    found = repeats(spark, "abc", triangle(spark, "abc"), Dedup(), protected)
    assert found == {"a": "b", "b": None, "c": "b"}


def test_some_answers_to_one_prompt_may_stay(spark: SparkSession) -> None:
    two = Dedup(answers="any", semantic=Semantic(keep_per_prompt=2))
    assert repeats(spark, "abcd", triangle(spark, "abcd"), two) == {"a": "d", "b": "d", "c": None, "d": None}
    near = triangle(spark, "abc", "near")
    assert repeats(spark, "abc", near, two) == {"a": "c", "b": "c", "c": None}  # the same words are no variety

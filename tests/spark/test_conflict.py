"""Contradictory examples on Spark: candidates, scores, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.conflict import score_pairs
from ftq_spark.transforms import conflict
from ftq_spark.transforms.conflict import ConflictLimits

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

EXAMPLES = "example_id string, source string, row long, question string, response string, context string"
MATCHES = "left_id string, right_id string, similarity double"
SAFE = ("Is metformin safe in pregnancy?", "Metformin is generally considered safe in pregnancy.")
AVOID = ("Can metformin be used in pregnant patients?", "Metformin should be avoided in pregnancy.")
SAFE_TOO = ("Can pregnant women take metformin?", "Metformin can be used during pregnancy.")


def examples_of(spark: SparkSession, rows: list[tuple[str, ...]]) -> DataFrame:
    """Rows of (question, response[, context]); ids run against the order of the rows."""
    found = [
        (f"id{999 - n}", "a.jsonl", n + 1, question, response, *(context or ("",)))
        for n, (question, response, *context) in enumerate(rows)
    ]
    return spark.createDataFrame(found, EXAMPLES)


def matches_of(spark: SparkSession, pairs: list[tuple[int, int, float]]) -> DataFrame:
    return spark.createDataFrame([(f"id{999 - a}", f"id{999 - b}", s) for a, b, s in pairs], MATCHES)


def collected(frame: DataFrame) -> list[dict[str, Any]]:
    return sorted((row.asDict(recursive=True) for row in frame.collect()), key=lambda r: (r["left_id"], r["right_id"]))


def test_similar_questions_with_opposite_answers(spark: SparkSession) -> None:
    examples = examples_of(spark, [SAFE, AVOID, SAFE_TOO])
    found = conflict.conflicts(examples, matches_of(spark, [(1, 0, 0.91), (0, 2, 0.9), (2, 1, 0.85), (0, 1, 0.91)]))
    assert found.columns == schema.CONFLICTS.names
    rows = collected(found)
    assert [(r["left_id"], r["right_id"], r["prompt_similarity"]) for r in rows] == [
        ("id998", "id997", 0.85),
        ("id999", "id998", 0.91),
    ]
    assert {r["conflict_group"] for r in rows} == {"id999"}
    expected = score_pairs(*([text] for text in (*SAFE, *AVOID)))
    assert rows[1]["score"] == expected.score[0]
    assert rows[1]["kind"] == expected.kind[0] == "polarity"
    assert rows[1]["evidence"] == expected.evidence[0]


def test_no_candidates(spark: SparkSession) -> None:
    examples = examples_of(spark, [SAFE, AVOID])
    assert collected(conflict.conflicts(examples, matches_of(spark, []))) == []
    assert collected(conflict.conflicts(examples.where("row > 5"), matches_of(spark, []))) == []


def test_the_same_question_needs_no_match(spark: SparkSession) -> None:
    rows = [("Is it open?", "Yes, it is."), ("  is it\nOPEN ", "No, it is closed."), ("", "Yes."), ("", "No.")]
    found = collected(conflict.conflicts(examples_of(spark, rows), matches_of(spark, [])))
    assert [(r["left_id"], r["right_id"], r["prompt_similarity"]) for r in found] == [("id999", "id998", 1.0)]


def test_another_context_is_another_question(spark: SparkSession) -> None:
    rows = [(*SAFE, "You are a doctor."), (*AVOID, "You are a vet."), (*AVOID, "You are a doctor.")]
    examples, matches = examples_of(spark, rows), matches_of(spark, [(0, 1, 0.9), (0, 2, 0.9)])
    assert [r["right_id"] for r in collected(conflict.conflicts(examples, matches))] == ["id997"]
    counts = conflict.cut_counts(examples, matches, ConflictLimits())
    assert [tuple(row) for row in counts.collect()] == [("other_context", 1)]


def test_thresholds(spark: SparkSession) -> None:
    examples, matches = examples_of(spark, [SAFE, AVOID]), matches_of(spark, [(0, 1, 0.7)])
    assert collected(conflict.conflicts(examples, matches)) == []
    low = ConflictLimits(prompt_threshold=0.65)
    assert len(collected(conflict.conflicts(examples, matches, low))) == 1
    assert collected(conflict.conflicts(examples, matches, ConflictLimits(0.65, score_threshold=0.99))) == []


def test_neighbours_are_bounded_and_counted(spark: SparkSession) -> None:
    rows = [(f"Is drug number {n} safe?", "Yes.") for n in range(6)]
    pairs = [(a, b, 0.8 + 0.01 * (a + b)) for a in range(6) for b in range(a + 1, 6)]
    examples, matches = examples_of(spark, rows), matches_of(spark, pairs)
    limits = ConflictLimits(max_pairs=1)
    kept = {(r["left_id"], r["right_id"]) for r in collected(conflict.candidates(examples, matches, limits))}
    nearest = {(f"id{999 - a}", "id994") for a in range(5)}  # everyone's nearest is the last
    assert kept == nearest
    assert [tuple(row) for row in conflict.cut_counts(examples, matches, limits).collect()] == [
        ("too_many_neighbours", len(pairs) - len(nearest))
    ]


@pytest.mark.parametrize("n_partitions", [1, 7])
def test_a_question_asked_often_is_settled_by_signatures(spark: SparkSession, n_partitions: int) -> None:
    answers = ["Yes, it is.", "No, it is not.", "Yes.", "It depends on the day."]
    rows = [("Is it raining in Spain?", answers[n % 4]) for n in range(60)]
    examples, matches = examples_of(spark, rows).repartition(n_partitions), matches_of(spark, [])
    limits = ConflictLimits(max_block=5)
    n_candidates = conflict.candidates(examples, matches, limits).count()
    assert n_candidates <= 2 * len(rows)
    found = collected(conflict.conflicts(examples, matches, limits))
    touched = {r["left_id"] for r in found} | {r["right_id"] for r in found}
    assert touched == {f"id{999 - n}" for n in range(60) if n % 4 != 3}
    assert {r["conflict_group"] for r in found} == {"id999"}
    assert len(found) == 44  # one less than the members that take a side
    assert [tuple(row) for row in conflict.cut_counts(examples, matches, limits).collect()] == [
        ("settled_by_signature", 60 * 59 // 2 - 59)
    ]


def test_results_do_not_depend_on_partitioning(spark: SparkSession) -> None:
    rows = [SAFE, AVOID, SAFE_TOO] * 4 + [("Is it open?", answer) for answer in ("Yes.", "No.", "Never.", "Yes!")] * 4
    pairs = [(a, b, 0.85) for a in range(12) for b in range(a + 1, 12)]
    examples, matches = examples_of(spark, rows), matches_of(spark, pairs)
    expected = collected(conflict.conflicts(examples, matches))
    assert len(expected) > 20
    for n_partitions in (1, 5):
        shuffled = examples.orderBy(F.xxhash64("example_id")).repartition(n_partitions)
        assert collected(conflict.conflicts(shuffled, matches.repartition(n_partitions))) == expected


def test_question_units_read_the_last_turn_in_its_context(spark: SparkSession) -> None:
    def turn(role: str, content: str) -> tuple[Any, ...]:
        return (role, content, None, None, None, None, None, None)

    talk = [
        turn("system", "Be brief."),
        turn("user", "Is aspirin safe for adults?"),
        turn("assistant", "Yes."),
        turn("user", "And in children?"),
        turn("assistant", "No."),
    ]
    alone = [turn("user", "Is aspirin safe for adults?"), turn("assistant", "Yes.")]
    examples = spark.createDataFrame(
        [("a", "s", 1, talk, None), ("b", "s", 2, alone, None)],
        f"example_id string, source string, row long, messages {schema.ddl_type(schema.MESSAGES)}, tools string",
    )
    units = {row["example_id"]: row for row in conflict.question_units(examples).collect()}
    assert units["a"]["question"] == "Is aspirin safe for adults?\nAnd in children?"
    assert (units["a"]["response"], units["a"]["context"]) == ("No.", "Be brief.")
    assert units["b"]["question"] == "Is aspirin safe for adults?"

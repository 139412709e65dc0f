"""Matches of prompts as matches of their answers, and pairs with what was found of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from ftq_spark import schema
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import duplicate

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ANSWERS = {"p": "abc", "q": "ax", "many": "abdefgh", "alone": "a"}


def expected(matched: Iterable[tuple[str, str, float]], full: int) -> set[tuple[str, str, float]]:
    """The rule, literally."""
    units = {prompt: sorted(f"{prompt}-{answer}" for answer in answers) for prompt, answers in ANSWERS.items()}
    found: set[tuple[str, str, float]] = set()
    for mine in units.values():
        whole = len(mine) * (len(mine) - 1) // 2 <= full
        found |= {(a, b, 1.0) for a, b in combinations(mine, 2) if whole or a == mine[0]}
    for left, right, similarity in matched:
        for a in units[left]:
            for b in units[right]:
                same = a.partition("-")[2] == b.partition("-")[2]
                first = (a, b) == (units[left][0], units[right][0])
                if same or first or len(units[left]) * len(units[right]) <= full:
                    found.add((*sorted((a, b)), similarity))
    return found


@pytest.mark.parametrize("n_partitions", [1, 5])
def test_answers_of_matching_prompts_meet_within_bounds(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, n_partitions: int
) -> None:
    monkeypatch.setattr(duplicate, "FULL", 6)
    members = spark.createDataFrame(
        [(p, a, f"{p}-{a}") for p, answers in ANSWERS.items() for a in answers for _ in range(2)],
        "prompt string, answer string, unit string",
    )
    matched = [("p", "q", 0.97), ("many", "p", 0.96), ("alone", "q", 0.99)]
    matches = spark.createDataFrame(matched, spark_columns(schema.NEIGHBOURS)).repartition(n_partitions)
    answers = duplicate.answers(members.repartition(n_partitions))
    found = [tuple(row) for row in duplicate.answer_matches(answers, matches).collect()]
    assert len(found) == len(set(found))
    assert set(found) == expected(matched, full=6)


def test_pairs_are_judged_and_copies_are_not_read(spark: SparkSession) -> None:
    def row(
        name: str, prompt: str, answer: str | None, label: bool | None = None, context: str = ""
    ) -> tuple[object, ...]:
        fields = len(schema.MESSAGE)
        said = [("user", prompt), *([] if answer is None else [("assistant", answer)])]
        turns = [(role, text, *[None] * (fields - 2)) for role, text in said]
        return (name, turns, None, None, label, None, context)

    rows = [
        row("a", "Is the pool heated?", "Yes, to 28 degrees."),
        row("b", "Is the pool heated", "Yes, to 28 degrees"),
        row("c", "Is the pool heated?", "Yes, to 26 degrees."),
        row("d", "Is the pool heated?", "Yes, to 28 degrees.", label=False),
        row("e", "Is the hall heated?", "Yes, to 28 degrees."),
        row("f", "What is 2 + 2?", None, context="graded by 4"),
        row("g", "What is 2 + 2?", None, context="graded by 5"),
        row("h", "What is 2 + 2?", None, context="graded by 5"),
        row("i", "How is the pool heated?", "By a pump in the cellar, from five in the morning."),
        row("k", "Explain how the pool is heated", "By a pump in the cellar, from five in the morning."),
    ]
    messages = schema.ddl_type(schema.MESSAGES)
    ddl = f"example_id string, messages {messages}, tools string, rejected {messages}, label boolean, media string, "
    ddl += "context_hash string"
    examples = spark.createDataFrame(rows, ddl)
    pairs = spark.createDataFrame(
        [
            *(("a", other, "near", 0.9, False) for other in "bcde"),
            ("c", "e", "exact", 1.0, True),
            ("b", "d", "question", 0.9, False),
            ("f", "g", "near", 1.0, False),
            ("g", "h", "near", 1.0, False),
            ("a", "b", "semantic", 1.0, True),  # copies there, and read where they are not
            ("a", "f", "semantic", 0.9, True),
            ("a", "f", "near", 0.9, False),
            ("i", "k", "near", 0.9, False),  # alike to a model, which is heard in every channel
            ("i", "k", "semantic", 0.96, False),
        ],
        "left_id string, right_id string, channel string, similarity double, identical boolean",
    )
    placed = pairs.selectExpr("*", "'s' as source", "ascii(left_id) as row")
    found = duplicate.judged(placed, examples, 0.25)
    assert found.columns == [*pairs.columns, "doubted", "same_question", "answers"]
    rows_found = found.collect()
    assert sorted(row[:5] for row in rows_found) == sorted(tuple(row) for row in pairs.collect())
    twice = [row for row in rows_found if (row["left_id"], row["right_id"]) in {("a", "b"), ("a", "f"), ("i", "k")}]
    assert sorted((*row[:3], *row[5:]) for row in twice) == [
        ("a", "b", "near", False, True, "same"),
        ("a", "b", "semantic", False, True, "same"),
        ("a", "f", "near", True, False, None),
        ("a", "f", "semantic", False, True, "same"),
        ("i", "k", "near", False, True, "same"),
        ("i", "k", "semantic", False, True, "same"),
    ]
    once = [row for row in rows_found if row not in twice]
    said = {(r["left_id"], r["right_id"]): (r["doubted"], r["same_question"], r["answers"]) for r in once}
    assert said == {
        ("a", "c"): (True, True, "compatible"),
        ("a", "d"): (True, True, "same"),  # the same words, but another label
        ("a", "e"): (True, False, None),
        ("c", "e"): (False, True, "same"),
        ("b", "d"): (True, True, "same"),  # under the threshold of duplicates: one question, no duplicates
        ("f", "g"): (True, True, "same"),  # prompts alone, whose answers are graded by another solution
        ("g", "h"): (False, True, "same"),
    }

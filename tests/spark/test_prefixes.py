"""Dialogues that begin a longer one, and what the policy makes of them."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession

from ftq_spark import schema
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import prefixes

TURNS = {
    "one": "AB",
    "two": "ABCD",
    "three": "ABCDEF",
    "asked": "ABC",  # ends with a question
    "other": "ABXY",
    "alone": "GH",
    "elsewhere": "AB",  # under another system prompt
    "labelled": "AB",
    "copy": "ABCDEF",  # as long as the longest
    "lost": "KL",
    "refused": "KLMN",  # dropped by a rule: its beginning is learnt from nothing else
    "masked": "PQRS",  # its first answer is not trained on
    "unmasked": "PQ",
}


def examples(spark: SparkSession) -> DataFrame:
    fields = schema.MESSAGE.names

    def turn(name: str, place: int, text: str) -> tuple[object, ...]:
        known = {"role": "assistant" if place % 2 else "user", "content": text}
        known["weight"] = 0.0 if name == "masked" and place == 1 else None
        return tuple(known.get(field) for field in fields)

    rows = [
        (name, "s" if name == "elsewhere" else "", [turn(name, i, text) for i, text in enumerate(texts)], None,
         True if name == "labelled" else None)
        for name, texts in TURNS.items()
    ]  # fmt: skip
    messages = schema.ddl_type(schema.MESSAGES)
    ddl = f"example_id string, context_hash string, messages {messages}, rejected {messages}, label boolean"
    return spark.createDataFrame(rows, ddl)


def judged(spark: SparkSession) -> DataFrame:
    rows = [(name, 1.0, [], [], name == "refused", False, False, None, None) for name in TURNS]
    return spark.createDataFrame(rows, spark_columns(schema.JUDGED))


@pytest.mark.parametrize("n", [1, 5])
def test_the_longest_stays(spark: SparkSession, n: int) -> None:
    found = prefixes.prefixes(examples(spark).repartition(n), judged(spark))
    assert sorted(row["example_id"] for row in found.collect()) == ["one", "two"]


def test_policies(spark: SparkSession) -> None:
    begun = spark.createDataFrame([("one",)], "example_id string")
    for policy, told, dropped, doubtful in (
        ("keep", "notes", False, False),
        ("review", "reasons", False, True),
        ("drop", "reasons", True, False),
    ):
        found = {row["example_id"]: row for row in prefixes.apply(judged(spark), begun, policy).collect()}
        assert found["one"][told] == ["prefix_duplicate"]
        assert (found["one"]["dropped"], found["one"]["doubtful"]) == (dropped, doubtful)
        assert (found["two"]["notes"], found["two"]["reasons"], found["two"]["dropped"]) == ([], [], False)

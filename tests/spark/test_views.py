"""The text views over canonical messages."""

from __future__ import annotations

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from ftq_spark import schema

MESSAGE = [field.name for field in schema.MESSAGE]


def turn(role: str, content: str | None, **more: object) -> tuple:
    return tuple({"role": role, "content": content, **more}.get(name) for name in MESSAGE)


DIALOGUE = [
    turn("system", "Be brief."),
    turn("user", "Hi"),
    turn("assistant", "Hello."),
    turn("user", "And 2+2?"),
    turn("assistant", "4"),
    turn("user", "Thanks"),
]
CALL = [turn("user", "Weather in Rome?"), turn("assistant", "", tool_calls='[{"id":"1"}]')]

CASES = {
    "prompt": [
        ([turn("user", "Why?"), turn("assistant", "So.")], "Why?"),
        (DIALOGUE, "User: Hi\n\nAssistant: Hello.\n\nUser: And 2+2?"),
        ([turn("assistant", "Unasked.")], ""),
        ([turn("user", "Only a question")], "Only a question"),
        ([turn("user", None), turn("assistant", "x")], ""),
        ([turn("system", "s"), turn("assistant", "x")], ""),
    ],
    "recent_prompt": [
        (DIALOGUE, "And 2+2?\n\nHello.\n\nHi"),
        ([turn("user", "Why?"), turn("assistant", "So.")], "Why?"),
    ],
    "question": [(DIALOGUE, "And 2+2?"), ([turn("assistant", "Unasked.")], ""), (CALL, "Weather in Rome?")],
    "first_user": [(DIALOGUE, "Hi"), ([turn("assistant", "x")], "")],
    "response": [(DIALOGUE, "4"), (CALL, '[{"id":"1"}]'), ([turn("user", "q")], ""), ([turn("assistant", None)], "")],
    "prompt_and_response": [
        (DIALOGUE, "And 2+2?\n\nHello.\n\nHi\n\n4"),
        ([turn("user", "Why?"), turn("assistant", "So.")], "Why?\n\nSo."),
    ],
    "conversation": [([turn("user", "Why?"), turn("assistant", "So.")], "Why?\n\nSo.")],
    "turns": [
        ([turn("system", "s"), turn("user", "Why?"), turn("assistant", "So.")], "Why?\n\nSo."),
        ([turn("system", "s")], ""),
    ],
    "context": [(DIALOGUE, "Be brief."), (CALL, "")],
}


@pytest.mark.parametrize("view", sorted(CASES))
def test_view(spark: SparkSession, view: str) -> None:
    columns = f"messages {schema.ddl_type(schema.MESSAGES)}, tools string, expected string"
    rows = spark.createDataFrame([(messages, None, expected) for messages, expected in CASES[view]], columns)
    found = rows.select(F.expr(schema.VIEWS[view]).alias("text"))
    assert_df_equality(found, rows.select(F.col("expected").alias("text")), ignore_nullable=True)


def test_every_view_is_tested_and_none_is_null(spark: SparkSession) -> None:
    assert set(CASES) == set(schema.VIEWS)
    empty = spark.createDataFrame([([], None)], f"messages {schema.ddl_type(schema.MESSAGES)}, tools string")
    row = empty.select(*[F.expr(sql).alias(name) for name, sql in schema.VIEWS.items()]).first()
    assert row is not None
    assert row.asDict() == dict.fromkeys(schema.VIEWS, "")

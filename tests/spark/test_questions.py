"""From pairs and conflicts to questions: the same rows whatever the partitions, and however many tasks settle them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chispa import assert_df_equality
from cluster_tables import store
from pyspark.sql import DataFrame, SparkSession

from ftq_spark import schema
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import conflict, questions
from ftq_spark.transforms.components import Parts

ASKED = {
    "a": ("Is the  pool heated?", "Yes."),
    "b": ("is the pool heated", "Yes, it is."),
    "c": ("Do they heat the pool?", "No."),
    "d": ("Where is the key?", "In the drawer."),
    "e": ("Where is the key?", "On the hook."),
    "f": ("Was kostet ein Rad?", "Es kommt darauf an, was man will und wie man es nutzt."),
    "g": ("Was kostet ein Rad?", "Ein gutes ist teuer, und ein gebrauchtes bekommt man oft geschenkt."),
    "h": ("Name a river.", "The Danube."),
    "i": ("Name a river.", "The Danube."),
    "j": ("Who swims?", "Nobody asks this but me."),
}


def tables(spark: SparkSession, n: int) -> tuple[DataFrame, DataFrame, DataFrame]:
    """Edges, what is asked, and signals."""
    rest = [None] * (len(schema.MESSAGE) - 2)
    turns = {name: [("user", asked, *rest), ("assistant", said, *rest)] for name, (asked, said) in ASKED.items()}
    rows = [(name, "s", place, turns[name], "", "d") for place, name in enumerate(ASKED)]
    turned = schema.ddl_type(schema.MESSAGES)
    ddl = f"example_id string, source string, row bigint, messages {turned}, context_hash string, dataset string"
    german = float(LANGUAGES.index("de"))
    language = [(name, german if name in "fg" else None) for name in ASKED]
    pairs: list[tuple[Any, ...]] = [
        ("a", "b", "near", 1.0, False, False, True, "same", False),
        ("d", "e", "semantic", 1.0, False, True, True, "unclear", False),
        ("f", "g", "semantic", 1.0, False, True, True, "compatible", False),
        ("h", "i", "exact", 1.0, True, False, True, None, False),
        ("a", "j", "near", 0.9, False, True, False, None, False),
        ("a", "j", "semantic", 0.99, False, False, True, "same", True),  # with an example of a former run
    ]
    conflicts = [
        ("b", "c", 0.9, 0.9, "polarity", [], "b", False, None, None, None),
        (
            "a",
            "f",
            0.9,
            0.9,
            "polarity",
            [],
            "f#1",
            False,
            None,
            None,
            1,
        ),  # an earlier answer of f: it asks other things
    ]
    edges = questions.asked_together(
        spark.createDataFrame(pairs, spark_columns(schema.PAIRS)).repartition(n),
        spark.createDataFrame(conflicts, spark_columns(schema.CONFLICTS)),
    )
    signals = spark.createDataFrame(language, "example_id string, sig_language double")
    asked = conflict.question_units(spark.createDataFrame(rows, ddl))
    return edges, asked.repartition(n), signals


@pytest.mark.parametrize("n", [1, 6])
def test_questions(spark: SparkSession, tmp_path: Path, n: int) -> None:
    edges, asked, signals = tables(spark, n)
    found = questions.askings(edges, asked, signals).orderBy("example_id")
    expected = spark.createDataFrame(
        [
            ("a", "a", 1, 1, True, "conflict"),
            ("a", "b", 1, 1, False, "conflict"),
            ("a", "c", 2, 2, False, "conflict"),
            ("d", "d", 1, 1, True, "unclear"),
            ("d", "e", 1, 2, False, "unclear"),
            ("f", "f", 1, 1, True, "unclear"),
            ("f", "g", 1, 2, False, "unclear"),
            ("h", "h", 1, 1, True, "agreed"),
            ("h", "i", 1, 1, False, "agreed"),
        ],
        spark_columns(schema.ASKINGS),
    )
    assert_df_equality(found, expected, ignore_nullable=True)
    apart = questions.askings(edges, asked, signals, Parts(n, store(tmp_path)))
    assert_df_equality(apart, expected, ignore_nullable=True, ignore_row_order=True)

    found = questions.questions(expected, asked).orderBy("question_id")
    assert [tuple(row) for row in found.collect()] == [
        ("a", "Is the  pool heated?", 3, 2, 2, "conflict"),
        ("d", "Where is the key?", 2, 1, 2, "unclear"),
        ("f", "Was kostet ein Rad?", 2, 1, 2, "unclear"),
        ("h", "Name a river.", 2, 1, 1, "agreed"),
    ]


def test_no_question_is_asked_twice(spark: SparkSession) -> None:
    edges, asked, signals = tables(spark, 2)
    nobody = questions.askings(edges.limit(0), asked, signals)
    assert nobody.columns == schema.ASKINGS.names and nobody.count() == 0
    assert questions.questions(nobody, asked).columns == schema.QUESTIONS.names

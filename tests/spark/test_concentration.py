"""Openings, system prompts and drift of length against counts by hand and numpy."""

from __future__ import annotations

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from ftq_spark import schema
from ftq_spark.report.concentration import concentration, length_drift
from ftq_spark.report.counted import Counted, counted

COLUMNS = (
    f"example_id string, dataset string, source string, messages {schema.ddl_type(schema.MESSAGES)}, tools string, "
    "prompt string, response string, sig_length_band double, sig_n_words double, verdict string, format string, "
    "duplicate_kind string, duplicate_of string, reasons array<string>, notes array<string>, "
    "conflicts_with array<string>, quality double"
)
NOT_OF_INTEREST = ("keep", "openai", None, None, [], [], [], 1.0)


def turn(role: str, content: str) -> tuple[str | None, ...]:
    return (role, content, *[None] * (len(schema.MESSAGE) - 2))


def examples(spark: SparkSession, *rows: tuple[str, str, str | None, float | None]) -> DataFrame:
    """Of (source, response, system prompt, length band)."""
    made = []
    for i, (source, response, system, band) in enumerate(rows):
        messages = [turn("system", system)] * (system is not None) + [turn("user", "q"), turn("assistant", response)]
        words = None if band is None else 2.0**band
        made.append((f"{i:03}", "d", source, messages, None, "q", response, band, words, *NOT_OF_INTEREST))
    return spark.createDataFrame(made, COLUMNS)


def count(scored: DataFrame) -> Counted:
    return counted(scored, {}, 100, n_near=1, n_common=10)


def test_openings_are_counted_over_case_and_space(spark: SparkSession) -> None:
    scored = examples(
        spark,
        ("a", "Sure, here is one.", None, 2.0),
        ("a", "Other words come here.", None, 2.0),
        ("a", " sure,  HERE is\nanother", None, 2.0),
        ("a", "Sure, here", None, 1.0),
        ("a", "", None, None),
    )
    found = concentration(count(scored), 2)
    assert found["n_answers"] == 4
    assert [(row["opening"], row["n"], row["example_id"]) for row in found["openings"]] == [
        ("sure, here is", 2, "000")
    ]  # what one answer alone begins with is no common way


def test_system_prompts(spark: SparkSession) -> None:
    scored = examples(
        spark, ("a", "x", "Be brief.", 0.0), ("a", "y", "Be brief.", 0.0), ("b", "z", None, 0.0), ("b", "z", "Be.", 0.0)
    )
    found = concentration(count(scored), 2)
    names = ("n_system_prompts", "without_system_prompt_fraction", "largest_system_prompt_fraction")
    assert [found[name] for name in names] == [2, 0.25, 0.5]


@pytest.mark.parametrize("n_partitions", [1, 3])
def test_drift_is_the_stability_index_against_the_other_files(spark: SparkSession, n_partitions: int) -> None:
    rng = np.random.default_rng(3)
    bands = {"a": rng.integers(4, 7, 80), "b": rng.integers(4, 7, 60), "c": rng.integers(7, 9, 70), "few": [1] * 9}
    rows = [(source, "x", None, float(band)) for source, found in bands.items() for band in found]
    found = length_drift(count(examples(spark, *rows).repartition(n_partitions)))
    kinds = sorted({band for values in bands.values() for band in values})
    expected = {}
    for source in ("a", "b", "c"):
        mine = np.array([list(bands[source]).count(k) for k in kinds]) + 0.5
        rest = np.array([sum(list(bands[s]).count(k) for s in bands if s != source) for k in kinds]) + 0.5
        p, q = mine / mine.sum(), rest / rest.sum()
        expected[source] = float(((p - q) * np.log(p / q)).sum())
    assert [row["source"] for row in found] == sorted(expected, key=lambda source: -expected[source])
    assert {row["source"]: row["stability_index"] for row in found} == pytest.approx(expected)
    (c,) = (row for row in found if row["source"] == "c")
    assert (c["n"], c["mean_words"]) == (70, pytest.approx(np.mean(2.0 ** bands["c"])))


def test_the_section_names_files_that_drift(spark: SparkSession) -> None:
    rows = [(source, "One two three four", None, band) for source, band in (("a", 2.0), ("b", 2.0), ("c", 6.0))]
    found = concentration(count(examples(spark, *(row for row in rows for _ in range(60)))), 5)
    assert found["openings"][0] == {"opening": "one two three", "n": 180, "fraction": 1.0, "example_id": "000"}
    assert found["length_drift"][0]["source"] == "c"
    assert found["length_drift"][0]["mean_words"] == 64
    assert found["without_system_prompt_fraction"] == 1.0
    empty = concentration(count(examples(spark, ("a", "x", None, 0.0)).limit(0)), 5)
    assert (empty["openings"], empty["length_drift"], empty["common_openings_fraction"]) == ([], [], None)

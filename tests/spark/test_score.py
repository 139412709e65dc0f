"""The measuring pass, with a user's own signals."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from ftq_spark import schema, signals
from ftq_spark.errors import SettingsError
from ftq_spark.profiles import load
from ftq_spark.transforms import score

OWN = """
from ftq_spark.signals import signal

@signal("n_exclamations", version=1, range=(0, float("inf")), reads=("response",), summary="Exclamation marks.")
def n_exclamations(batch):
    texts = batch.strings("response")
    if any("boom" in text for text in texts):
        raise ValueError("boom is not a text")
    return [text.count("!") for text in texts]
"""
MESSAGE = [field.name for field in schema.MESSAGE]


def examples(spark: SparkSession, *answers: str):
    rows = []
    for i, answer in enumerate(answers):
        turns = [
            tuple({"role": role, "content": text}.get(name) for name in MESSAGE)
            for role, text in (("user", "Why?"), ("assistant", answer))
        ]
        rows.append((f"e{i}", f"{i:032x}", turns, None, None, None, "openai", None, None))
    turns_type = schema.ddl_type(schema.MESSAGES)
    columns = (
        "example_id string, content_hash string, "
        f"messages {turns_type}, tools string, rejected {turns_type}, label boolean, "
        "format string, attached string, media string"
    )
    return spark.createDataFrame(rows, columns)


def test_every_signal_gets_a_column_and_nan_is_null(spark: SparkSession) -> None:
    names = [entry.name for entry in signals.catalogue()]
    found = score.score(examples(spark, "Because it is so.", ""), score.Measuring(tuple(names)))
    assert found.columns == [
        "example_id",
        "content_hash",
        *(f"sig_{name}" for name in names),
        "signal_errors",
        "answers",
    ]
    rows = {row["example_id"]: row for row in found.collect()}
    assert rows["e0"]["sig_n_words"] == 4
    assert rows["e1"]["sig_empty_answer"] == 1
    assert rows["e0"]["sig_structure"] is None  # no layout is asked of a short answer
    assert rows["e0"]["signal_errors"] == []


def test_own_signals_travel_as_text_and_an_error_costs_one_value(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    settings = load(
        "default", [f"score.signals=['{path}']", "score.rules=[{reason: loud, signal: n_exclamations, at_least: 3}]"]
    )
    sources = settings.score.sources()
    path.unlink()  # workers never see the file
    try:
        wanted = score.Measuring(("n_exclamations",), sources=tuple(sources))
        measured = score.score(examples(spark, "Yes!!!", "boom", "No."), wanted)
        rows = {row["example_id"]: row for row in measured.collect()}
        assert [rows[f"e{i}"]["sig_n_exclamations"] for i in range(3)] == [3, None, 0]
        assert rows["e1"]["signal_errors"] == ["n_exclamations: ValueError: boom is not a text"]
        assert [tuple(row) for row in score.errors(measured).collect()] == [
            ("n_exclamations: ValueError: boom is not a text", 1, "e1")
        ]
    finally:
        del signals.REGISTRY["n_exclamations"]


def test_a_plugin_that_the_workers_lack_is_named(spark: SparkSession) -> None:
    measured = score.score(examples(spark, "Yes."), score.Measuring(("n_words",), plugins=("clinic",)))
    with pytest.raises(Exception, match=r"SettingsError: no installed package offers signals as 'clinic'"):
        measured.collect()


def test_a_missing_or_broken_file_of_signals_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load("default", [f"score.signals=['{tmp_path / 'absent.py'}']"])
    broken = tmp_path / "broken.py"
    broken.write_text("def")
    with pytest.raises(SettingsError, match=r"broken\.py"):
        load("default", [f"score.signals=['{broken}']"])

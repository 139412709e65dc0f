"""Usual formats and departures from them, against a count by hand."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from pyspark.sql import DataFrame, SparkSession

from ftq_spark import schema
from ftq_spark.kernels.figures import CELLS, Wanted, bounded, merged
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.report.consistency import consistency as section
from ftq_spark.report.counted import Counted
from ftq_spark.settings import Format, Score
from ftq_spark.signals.catalogue.layout import LAYOUTS, OPENINGS
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import consistency, decide

COLUMNS = (
    "example_id string, dataset string, context string, sig_language double, sig_layout double, sig_opening double, "
    "sig_length_band double, sig_asks_for_format double, sig_n_words double, sig_language_mismatch double, "
    "sig_asks_for_brief double"
)
PROSE, BULLETS, TABLE = (float(LAYOUTS.index(name)) for name in ("prose", "bullets", "table"))
GERMAN = float(LANGUAGES.index("de"))


def answers(spark: SparkSession, *changed: dict[str, Any], n: int = 40, dataset: str = "qa") -> DataFrame:
    """`n` answers in prose of 32 to 63 English words, each of `changed` taking the place of one: 00, 01, …"""
    usual = {"language": 0.0, "layout": PROSE, "opening": 0.0, "length_band": 5.0, "asks_for_format": 0.0}
    usual |= {"n_words": 40.0, "language_mismatch": 0.0, "asks_for_brief": 0.0}
    rows = []
    for i in range(n):
        values = usual | (changed[i] if i < len(changed) else {})
        rows.append((f"{i:02}", dataset, consistency.NO_CONTEXT, *(values[name] for name in usual)))
    order = ["language", "layout", "opening", "length_band", "asks_for_format", "n_words", "language_mismatch"]
    assert list(usual) == [*order, "asks_for_brief"]
    return spark.createDataFrame(rows, COLUMNS)


def departures(features: DataFrame, **settings: Any) -> dict[str, str | None]:
    chosen = Format(**settings)
    found = consistency.deviations(features, consistency.usual_formats(features, chosen.min_group), chosen)
    return {row["example_id"]: row["format_deviation"] for row in found.collect()}


def test_departures_have_a_reason_and_requests_are_an_excuse(spark: SparkSession) -> None:
    features = answers(
        spark,
        {"layout": BULLETS},
        {"layout": BULLETS, "asks_for_format": 1.0},
        {"length_band": 8.0, "n_words": 300.0},
        {"length_band": 7.0, "n_words": 200.0},
        {"opening": float(OPENINGS.index("courtesy"))},
        {"language": GERMAN},
        {"language": GERMAN, "language_mismatch": 1.0},
        {"language": None, "language_mismatch": None},
    )
    found = {key: value for key, value in departures(features).items() if value}
    assert found == {  # of 39 answers that nothing was asked of; length counts with its neighbours
        "00": "layout bullets, where 97% are prose",
        "02": "length 256 to 511 words, where 94% are around 32 to 63 words",
        "04": "opening courtesy, where 97% are statement",
        "06": "language de, where 94% are en",
    }


def test_a_brief_answer_is_excused_where_one_is_enough(spark: SparkSession) -> None:
    features = answers(
        spark,
        {"length_band": 0.0, "n_words": 1.0},
        {"length_band": 0.0, "n_words": 1.0, "asks_for_brief": 1.0},
        {"length_band": 8.0, "n_words": 300.0, "asks_for_brief": 1.0},
    )
    assert {key for key, value in departures(features).items() if value} == {"00", "02"}


def test_a_mixed_group_and_a_small_one_have_no_usual_format(spark: SparkSession) -> None:
    mixed = answers(spark, *[{"layout": BULLETS}] * 10)
    assert not any(departures(mixed).values())
    assert sum(map(bool, departures(mixed, usual_share=0.7).values())) == 10
    small = answers(spark, {"layout": BULLETS}, n=19)
    assert not any(departures(small).values())
    assert departures(small, min_group=19)["00"] == "layout bullets, where 94% are prose"


def test_what_is_declared_is_broken_first(spark: SparkSession) -> None:
    features = answers(
        spark, {"layout": TABLE}, {"n_words": 120.0}, {"n_words": 5.0}, {"layout": TABLE, "asks_for_format": 1.0}
    )
    found = departures(features, layouts=["prose", "bullets"], min_words=10, max_words=100)
    assert {key: value for key, value in found.items() if value} == {
        "00": "laid out as table, declared: prose, bullets",
        "01": "120 words, declared max_words: 100",
        "02": "5 words, declared min_words: 10",
    }


def test_the_figure_is_one_minus_normalised_entropy(spark: SparkSession) -> None:
    features = answers(spark, *[{"layout": BULLETS}] * 10)
    formats = consistency.usual_formats(features, 20)
    rows = {row["facet"]: row for row in formats.collect()}
    entropy = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75)) / math.log(len(LAYOUTS))
    assert rows["layout"]["consistency"] == pytest.approx(1 - entropy)
    assert (rows["layout"]["n"], rows["layout"]["value"], rows["layout"]["share"]) == (40, PROSE, 0.75)
    assert rows["length"]["consistency"] == 1
    stated = spark.createDataFrame([], spark_columns(schema.FORMATS)).schema
    assert [(field.name, field.dataType) for field in formats.schema] == [
        (field.name, field.dataType) for field in stated
    ]


def test_verdicts_and_the_summary(spark: SparkSession) -> None:
    features = answers(spark, {"layout": BULLETS}, {"n_words": 120.0})
    formats = consistency.usual_formats(features, 20)
    ids = [row["example_id"] for row in features.select("example_id").collect()]
    said = {"dropped": False, "doubtful": False, "low_quality": False, "decision": None, "reviewer": None}
    judged = spark.createDataFrame(
        [{"example_id": key, "quality": 1.0, "reasons": [], "notes": [], **said} for key in ids],
        spark_columns(schema.JUDGED),
    )
    clusters = spark.createDataFrame([], spark_columns(schema.CLUSTERS))
    members = spark.createDataFrame([], "example_id string, conflicts_with array<string>")
    askings = spark.createDataFrame([], spark_columns(schema.ASKINGS))
    verdicts = {}
    for unusual in ("keep", "review"):
        score = Score.model_validate({"format": {"max_words": 100, "unusual_verdict": unusual}})
        found = consistency.deviations(features, formats, score.format)
        decided = decide.decide(judged, decide.Found(clusters, members, found, askings), score)
        rows = decided.where("format_deviation is not null").orderBy("example_id").collect()
        verdicts[unusual] = [(row["example_id"], row["verdict"], row["reasons"]) for row in rows]
    broken = ("01", "review", ["format_deviation"])
    assert verdicts == {
        "keep": [("00", "keep", []), broken],
        "review": [("00", "review", ["format_deviation"]), broken],
    }
    departed = decided.where("format_deviation is not null").select("example_id", "format_deviation").collect()
    cells = [{"facet": "deviation", "name": text, "n": 1, "first_id": key, "last_id": key} for key, text in departed]
    counted = Counted(bounded(merged([pa.Table.from_pylist(cells, CELLS)]), Wanted({})))
    written = pa.Table.from_pylist([row.asDict() for row in formats.collect()], schema.FORMATS)
    summed = section(ds.dataset(written), counted, 5)
    assert summed is not None
    assert summed["n_deviating"] == 2
    assert [row["n"] for row in summed["deviations"]] == [1, 1]
    (group,) = summed["groups"]
    assert (group["layout"], group["length"], group["language"]) == ("prose", "32 to 63 words", "en")
    assert 0.9 < summed["consistency"] < 1


def test_groups_are_datasets_under_one_system_prompt(spark: SparkSession) -> None:
    columns = "example_id string, dataset string, messages array<struct<role string, content string>>, tools string"
    rows = [("a", "d", [], None), ("b", "d", [("system", "Be brief.")], None), ("c", "d", [("user", "Hi")], None)]
    signals = spark.createDataFrame([(key, 1.0) for key in "abc"], "example_id string, sig_opening double").selectExpr(
        "*", *(f"0D AS {name}" for name in consistency.SIGNALS if name != "sig_opening")
    )
    found = consistency.features(spark.createDataFrame(rows, columns), signals).orderBy("example_id").collect()
    assert [row["context"] == consistency.NO_CONTEXT for row in found] == [True, False, True]
    assert {row["sig_opening"] for row in found} == {0.0}  # yes or no is the question's affair

"""Datasets that give several right answers to a question, from the blocks to the closing lines."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark.transforms import several

CHEAP = {"dedup__semantic__enabled": False, "dedup__near__enabled": False}
CITIES = ("Oslo", "Turin", "Lagos", "Quito", "Osaka", "Perth", "Lyon", "Delhi", "Accra", "Bergen", "Graz", "Dakar")
NAMES = ("Ann Lee", "Bo Berg", "Cy Young", "Di Marco", "Ed Stone", "Flo Hart", "Gus Wolf", "Hal Pope", "Ida Low",
         "Jo Fox", "Kim Roe", "Lou Ash", "Max Orr", "Ned Ray")  # fmt: skip


def test_bare_is_a_name_or_a_number_alone(spark: SparkSession) -> None:
    texts = ("Paris", " New-York ", "145.5", "東京", "a" * 40, "a" * 41, "Paris.", "Is it?", "はい。", "It is Paris!)")
    frame = spark.createDataFrame([(text,) for text in texts], "response string")
    found = [row["bare"] for row in frame.select(several.bare("response").alias("bare")).collect()]
    assert found == [True] * 5 + [False] * 5


def test_datasets_count_their_bare_questions_and_those_that_repeat_no_answer(spark: SparkSession) -> None:
    blocks = {
        "apart": [1, 2, 3], "again": [1, 2, 1], "two": [1, 2], "sentence": [1, 2, None], "prose": [None] * 4,
        "years": [4, 5, 6, 7], "a year": [1, 2, 4],
    }  # fmt: skip
    members = [
        (name, dataset, len(answers), said is not None, said or 0, (said or 0) > 3)
        for name, answers in blocks.items()
        for dataset, copied in (("a", answers), ("b", answers[:3]))  # what a copy says again, it does not say anew
        for said in copied
        if dataset == "a" or name in ("apart", "two")
    ]
    columns = "block string, dataset string, size long, bare boolean, answer_key long, figures boolean"
    frame = spark.createDataFrame(members, columns).repartition(3)
    told = {("a", False, 3, 2, False), ("a", True, 1, 1, True), ("b", False, 1, 1, False)}
    assert {tuple(row) for row in several.datasets(frame).collect()} == told
    assert frame.agg(*several.counted().values()).first()[0] == 18


@pytest.mark.parametrize(
    ("names", "numbers", "listed"),
    [
        (["films"], [], [0, 3]),
        ([], ["films"], [4]),
        (["films"], ["films"], [0, 3, 4]),
        (["films", "runs"], [], [0, 2, 3]),
    ],
)
def test_names_and_numbers_within_such_datasets_are_listed(
    spark: SparkSession, names: list[str], numbers: list[str], listed: list[int]
) -> None:
    asked = spark.createDataFrame([("a", "films"), ("b", "films"), ("c", "runs")], "example_id string, dataset string")
    pairs = [
        ("a", "b", "entity"),
        ("a", "b", "polarity"),
        ("a", "c", "entity"),
        ("b", "a", "relation"),
        ("b", "a", "number"),
    ]
    frame = spark.createDataFrame(pairs, "left_id string, right_id string, kind string")
    found = several.of_lists(frame, asked, names, numbers)
    assert found.columns == [*frame.columns, "listed"]
    assert {(*pair, n in listed) for n, pair in enumerate(pairs)} == {tuple(row) for row in found.collect()}


def write(folder: Path) -> tuple[Path, ...]:
    """Twelve questions each: people named right, two of three models that agree, counts, options of a quiz."""
    born = [
        (f"Who was born in {city} in 1950?", name)
        for n, city in enumerate(CITIES)
        for name in (NAMES[n], NAMES[n + 1], NAMES[n + 2], NAMES[n + 2].upper())[: 3 + n % 2]  # one by two spellings
    ]
    founded = [(f"Who founded {city}?", NAMES[n + k]) for n, city in enumerate(CITIES) for k in (0, 0, 2)]
    bridges = [
        (f"How many bridges does {city} have?", f"{9 + n + k}")
        for n, city in enumerate(CITIES)
        for k in range(3 + n % 2)
    ]
    quiz = [(f"Which river flows through {city}?", NAMES[n + k]) for n, city in enumerate(CITIES) for k in (0, 1, 2)]
    # A list of names that holds a pair of numbers, which somebody counted wrong.
    born += [("How many tramways does Oslo have?", count) for count in ("6", "7")]
    paths = []
    for name, pairs in (("born", born), ("founded", founded), ("bridges", bridges), ("quiz", quiz)):
        paths.append(folder / f"{name}.jsonl")
        paths[-1].write_text("".join(json.dumps({"prompt": asks, "completion": said}) + "\n" for asks, said in pairs))
    return tuple(paths)


@pytest.mark.parametrize("setting", ["unclear", "conflict"])
def test_from_the_files_to_the_report(spark: SparkSession, tmp_path: Path, setting: str) -> None:
    settings: dict[str, Any] = {**CHEAP, "conflict__several_answers": setting}
    done = run(tmp_path / "run", *write(tmp_path), flags=("--to", "report"), **settings)
    stages = done.manifest["stages"]
    assert stages["ask"]["listing"] == [
        {"dataset": "born", "counts": False, "n_bare": 12, "n_apart": 12},
        {"dataset": "bridges", "counts": True, "n_bare": 12, "n_apart": 12},
    ]
    datasets = {row["example_id"]: row["dataset"] for row in rows(done, "examples", "example_id", "dataset")}
    told = Counter(datasets[row["left_id"]] for row in rows(done, "conflicts", "left_id"))
    page = (tmp_path / "run" / "report.html").read_text()
    headline = json.loads((tmp_path / "run" / "summary.json").read_text())["headline"]
    sentence = "102 pairs whose brief answers differ are unclear, no conflicts"
    if setting == "unclear":
        assert told == {
            "founded": 24,
            "quiz": 36,
            "born": 1,
        }  # an outlier beside two that agree; a number among the names
        assert stages["conflict"]["cut_pairs"]["several_answers"] == 102
        assert sentence in page
        assert any(line.startswith(sentence) for line in headline)
    else:
        assert told == {"founded": 24, "quiz": 36, "born": 49, "bridges": 54}
        assert "several_answers" not in stages["conflict"]["cut_pairs"]
        assert sentence not in page

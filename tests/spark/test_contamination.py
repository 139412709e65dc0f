"""Examples that hold items of evaluation sets, from the files to the verdicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark import explain, schema
from ftq_spark.cli.app import invoke
from ftq_spark.kernels.contamination import item_index
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset
from ftq_spark.settings import Settings
from ftq_spark.spark.columns import spark_columns
from ftq_spark.stages import STAGES, Context
from ftq_spark.stages.decontaminating import run_decontaminate
from ftq_spark.stages.settling import JUDGE, run_judge
from ftq_spark.transforms import contamination

ITEM = "a train leaves the station at nine and travels at sixty miles an hour until noon"
OTHER = "how many eggs does a farmer sell who owns sixteen ducks and eats three for breakfast"
CHEAP = {"dedup__semantic__enabled": False, "dedup__near__enabled": False, "conflict__enabled": False}


def write(path: Path, found: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in found))
    return path


def test_every_role_and_the_dispreferred_answer_count(spark: SparkSession) -> None:
    asked, told = [("user", ITEM), ("assistant", "Noon.")], [("user", "Tell me."), ("assistant", f"Well, {OTHER}?")]
    turn = "array<struct<role string, content string, tool_calls string>>"
    examples = spark.createDataFrame(
        [
            ("a", [(*turn_, None) for turn_ in asked], None),
            ("b", [("user", "Hi.", None), ("assistant", "Hello.", None)], [(*turn_, None) for turn_ in told]),
            ("c", [(*turn_, None) for turn_ in [*asked, *told]], None),
            ("d", [("user", "Nothing of it.", None)], None),
        ],
        f"example_id string, messages {turn}, rejected {turn}",
    )
    items = pa.table({"benchmark": ["x", "y"], "source": ["x.jsonl", "y.csv"], "row": [1, 7]})
    found = contamination.contamination(examples, item_index([ITEM, OTHER], 8, 10), items, 0.5)
    expected = spark.createDataFrame(
        [
            ("a", "x", "x.jsonl", 1, 1.0),
            ("b", "y", "y.csv", 7, 1.0),
            ("c", "x", "x.jsonl", 1, 1.0),
            ("c", "y", "y.csv", 7, 1.0),
        ],
        spark_columns(schema.CONTAMINATION),
    )
    assert_df_equality(found.orderBy("example_id", "row"), expected, ignore_nullable=True)
    rates = {tuple(row) for row in contamination.rates(expected).collect()}
    assert rates == {("x", 1, 2), ("y", 1, 2)}


def test_the_action(spark: SparkSession) -> None:
    columns = (
        "example_id string, quality double, reasons array<string>, notes array<string>, dropped boolean, "
        "doubtful boolean, low_quality boolean"
    )
    judged = spark.createDataFrame([(name, 0.9, ["odd"], [], False, False, False) for name in "ab"], columns)
    held = spark.createDataFrame(
        [("a", "x", "x.jsonl", row, 1.0) for row in (1, 2)], spark_columns(schema.CONTAMINATION)
    )
    applied = [contamination.apply(judged, held, action) for action in ("drop", "review", "flag")]
    found = applied[0].union(applied[1]).union(applied[2]).orderBy("dropped", "doubtful", "example_id")
    free, why = ("b", 0.9, ["odd"], [], False, False, False), ["odd", "contaminated"]
    expected = spark.createDataFrame(
        [
            ("a", 0.9, ["odd"], ["contaminated"], False, False, False),
            *[free] * 3,
            ("a", 0.9, why, [], False, True, False),
            ("a", 0.9, why, [], True, False, False),
        ],
        columns,
    )
    assert_df_equality(found, expected, ignore_nullable=True)


def audit(folder: Path, *flags: str) -> Run:
    """Three examples against four items; the first example holds the second item."""
    answers = [f"Because of reason {i}, which is explained at length in the third chapter." for i in range(3)]
    asked = [f"Please solve this for me: {ITEM.upper()}?", "Why is the sky blue?", OTHER[:40]]
    pairs = [{"prompt": q, "completion": a} for q, a in zip(asked, answers, strict=True)]
    items = [{"id": 0}, {"question": ITEM}, {"prompt": "Too short."}, {"problem": OTHER}]
    sums = write(folder / "sums.jsonl", items)
    chosen = {"contamination__benchmarks": {"sums": str(sums)}, "score__min_quality": 0, "score__rules": []}
    return run(folder / "run", write(folder / "d.jsonl", pairs), **chosen, **CHEAP, flags=flags)


def test_from_the_files_to_the_rules(spark: SparkSession, tmp_path: Path) -> None:
    done = audit(tmp_path, "--to", "decontaminate")
    (held,) = rows(done, "contamination")
    assert (held["benchmark"], held["source"], held["row"], held["coverage"]) == ("sums", "sums.jsonl", 2, 1.0)
    counts = {"n_items": 4, "n_unreadable": 1, "n_too_short": 1, "n_too_common": 0, "n_compared": 2}
    found = {"n_items_found": 1, "item_rate": 0.5, "n_examples": 1, "example_rate": 1 / 3}
    assert done.manifest["stages"]["decontaminate"]["benchmarks"] == {"sums": counts | found}
    context = Context(spark, done, Settings.model_validate(done.manifest["settings"]), [], reads=JUDGE.reads)
    for name, columns in (("within", schema.WITHIN), ("stances", schema.STANCES)):
        context.write_empty(columns, name)
        done.manifest["tables"][name] = name
    judged = context.read(run_judge(context, "tables/judge").tables["judged"])
    dropped = [(row["example_id"], row["reasons"]) for row in judged.where("dropped").collect()]
    assert dropped == [(held["example_id"], ["contaminated"])]


@pytest.mark.long
def test_from_the_files_to_the_report(spark: SparkSession, tmp_path: Path) -> None:
    done = audit(tmp_path, "--to", "report")
    verdicts = {row["row"]: (row["verdict"], row["reasons"]) for row in rows(done, "scored")}
    assert verdicts == {1: ("drop", ["contaminated"]), 2: ("keep", []), 3: ("keep", [])}
    (held,) = rows(done, "contamination")
    known = explain.explain(done, held["example_id"])
    assert "holds:    100% of an item of sums, sums.jsonl:2" in explain.render(known)
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["contamination"]["sums"]["item_rate"] == 0.5
    assert "Evaluation items in the training data" in (tmp_path / "run" / "report.html").read_text()


def test_without_benchmarks_nothing_is_looked_for(tmp_path: Path) -> None:
    done = Run.create(str(tmp_path))
    no_spark: Any = None
    written = run_decontaminate(Context(no_spark, done, Settings(), []), "tables/none")
    assert (written.n_rows, written.details) == (0, {"benchmarks": {}})
    done.manifest["tables"] |= written.tables
    assert dataset(done, "contamination").to_table().schema == schema.CONTAMINATION
    assert rows(done, "contamination") == []


def test_another_content_at_the_same_path_is_another_benchmark(tmp_path: Path) -> None:
    path = write(tmp_path / "sums.jsonl", [{"question": ITEM}])
    stage = next(stage for stage in STAGES if stage.name == "decontaminate")

    def depends(**settings: Any) -> Any:
        chosen = Settings.model_validate({"contamination": {"benchmarks": {"sums": str(path)}, **settings}})
        return stage.depends(Context(None, None, chosen, []))  # type: ignore[arg-type]

    before = depends()
    assert depends(action="flag") == before  # that is settled later
    assert depends(max_frequency=9) != before
    write(path, [{"question": OTHER}])
    assert depends() != before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "sums: absent.jsonl: no such file"),
        ('{"id": 1}\n', "no row asks anything"),
        ("", "no row asks anything"),
    ],
)
def test_a_benchmark_that_cannot_be_read_stops_before_anything_runs(
    content: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "d.jsonl", [{"prompt": "Why?", "completion": "So."}])
    if content is not None:
        (tmp_path / "absent.jsonl").write_text(content)
    arguments = ["run", "d.jsonl", "--out", "o", "--set", "contamination.benchmarks={sums: absent.jsonl}"]
    assert invoke(arguments) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "o").exists()

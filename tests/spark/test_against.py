"""New shards compared with a former run: the same as one run over both, at the cost of the new ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import runs

from ftq_spark.cli.app import invoke
from ftq_spark.explain import explain, render
from ftq_spark.transforms import former

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ftq_spark.runs.run import Run

COLUMNS = (
    "example_id",
    "verdict",
    "reasons",
    "duplicate_of",
    "duplicate_kind",
    "duplicate_similarity",
    "conflicts_with",
)
FIRST: dict[str, Any] = {"dedup__keep": "first", "dedup__near__threshold": 0.6}


def chat(question: str, answer: str, number: int = 0) -> str:
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": turns, "number": number})


SAFE = "Yes. Metformin is safe in pregnancy and can be continued by most patients."
AVOID = "No. Metformin must not be used in pregnancy. It should be avoided."
DOSE = (
    "The usual dose is 5 mg twice a day with food. It should be lowered where the kidneys do not work well, and blood "
    "pressure and potassium must be measured after two weeks, because both can change early in treatment."
)
STORE = (
    "Keep the bottle in its carton below 25 degrees and away from children; once opened it lasts four weeks, after "
    "which the rest goes back to the pharmacy, since sunlight and air slowly spoil what is left in it."
)
GERM = "They show the immune system a harmless part of a germ, and cells learn to know it."
SKY = "Because air scatters short waves of light more strongly than long ones."
OLD = [
    chat("What is the dose of A for an adult?", DOSE),
    chat("How is drug B to be stored at home?", STORE),
    chat("Is metformin safe in pregnancy?", SAFE),
    chat("What is the dose of A for an adult?", DOSE.replace("early", "soon")),  # near the first
    chat("Who made this?", "No comment."),  # dropped by a rule
    chat("How do vaccines work?", GERM),
]
NEW = [
    chat("What is the dose of A for an adult?", DOSE, 1),  # exactly the first
    chat("How is drug B to be stored at home?", STORE.replace("spoil", "ruin")),
    chat("Who made this?", "No comment."),
    chat("Can metformin be used in pregnancy?", AVOID),
    chat("How do vaccines work?", GERM, 2),
    chat("Why is the sky blue?", SKY),
    chat("Why is the sky blue?", SKY, 3),
]


def verdicts(run: Run, source: str) -> dict[str, Any]:
    return {
        row["row"]: row for row in runs.rows(run, "scored", *COLUMNS, "source", "row") if row.pop("source") == source
    }


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Path:
    folder = tmp_path_factory.mktemp("against")
    (folder / "a_old.jsonl").write_text("\n".join(OLD))
    with gzip.open(folder / "b_new.jsonl.gz", "wt") as file:
        file.write("\n".join(NEW))
    (folder / "c_newer.jsonl").write_text("\n".join([NEW[5], OLD[0]]))
    return folder


@pytest.fixture(scope="module")
def old(inputs: Path) -> Run:
    return runs.run(inputs / "old", inputs / "a_old.jsonl", **FIRST)


def against(inputs: Path, name: str, source: str, earlier: Run, **settings: Any) -> Run:
    return runs.run(inputs / name, inputs / source, flags=["--against", earlier.path], **(FIRST | settings))


def test_as_one_run_over_old_then_new(inputs: Path, old: Run) -> None:
    new = against(inputs, "new", "b_new.jsonl.gz", old)
    full = runs.run(inputs / "full", inputs / "a_old.jsonl", inputs / "b_new.jsonl.gz", **FIRST)
    found = verdicts(new, "b_new.jsonl.gz")
    assert found == verdicts(full, "b_new.jsonl.gz")
    assert [found[row]["verdict"] for row in range(1, 8)] == ["drop", "drop", "drop", "review", "drop", "keep", "drop"]
    ids = {row["row"]: row["example_id"] for row in runs.rows(old, "examples", "row", "example_id")}
    assert [found[row]["duplicate_of"] for row in (1, 2, 5)] == [ids[1], ids[2], ids[6]]
    assert found[4]["conflicts_with"] == [ids[3]]
    # What the former run measured is not measured again.
    assert new.manifest["stages"]["embed"]["n_embedded"] == 2
    assert runs.read(new, "signatures").num_rows == len(NEW)
    (clash,) = runs.rows(new, "conflicts")
    assert (clash["against"], clash["left_id"], clash["right_id"]) == (True, ids[3], found[4]["example_id"])

    known = explain(new, found[2]["example_id"])
    assert known["others"][ids[2]]["response"] == STORE
    assert known["shared"]["prompt"] == {"fraction": 1.0, "runs": ["How is drug B to be stored at home?"]}
    assert known["shared"]["response"]["runs"][0].startswith("Keep the bottle in its carton")
    assert "sunlight and air" in render(known)
    assert "ruin" not in " ".join(known["shared"]["response"]["runs"])

    third = against(inputs, "newer", "c_newer.jsonl", new)  # the old run stands behind the new one
    again = verdicts(third, "c_newer.jsonl")
    assert again[1]["duplicate_of"] == found[6]["example_id"]
    assert again[2]["duplicate_of"] == ids[1]
    assert third.manifest["stages"]["embed"]["n_embedded"] == 0


@pytest.mark.long
def test_a_policy_settles_new_examples_and_leaves_former_ones(inputs: Path, old: Run) -> None:
    def outcome(name: str, *trust: str) -> tuple[Any, Any]:
        settings = {"conflict__policy": "trust", "conflict__trust": list(trust)}
        row = verdicts(against(inputs, name, "b_new.jsonl.gz", old, **settings), "b_new.jsonl.gz")[4]
        return row["verdict"], row["reasons"]

    assert outcome("trusts_old", "a_old", "b_new") == ("drop", ["conflict_untrusted"])
    assert outcome("trusts_new", "b_new", "a_old") == ("review", ["conflict"])


@pytest.mark.long
def test_the_same_file_again_repeats_itself(inputs: Path, old: Run) -> None:
    again = verdicts(against(inputs, "again", "a_old.jsonl", old), "a_old.jsonl")
    before = verdicts(old, "a_old.jsonl")
    for row in (1, 2, 6):
        assert before[row]["verdict"] == "keep"
        assert (again[row]["verdict"], again[row]["duplicate_of"]) == ("drop", before[row]["example_id"])
    assert again[5]["verdict"] == "drop"
    assert again[5]["duplicate_of"] is None  # what a rule dropped stands for nobody


@pytest.mark.long
def test_stages_that_run_again_give_the_same_rows(inputs: Path, old: Run) -> None:
    tables = ("pairs", "conflicts", "clusters", "verdicts")
    before = {name: sorted(map(repr, runs.rows(old, name))) for name in tables}
    again = runs.run(inputs / "old", inputs / "a_old.jsonl", flags=["--from", "search"], **FIRST)
    assert again.manifest["tables"]["pairs"] != old.manifest["tables"]["pairs"]
    assert {name: sorted(map(repr, runs.rows(again, name))) for name in tables} == before


@pytest.mark.long
def test_other_settings_than_the_former_run(inputs: Path, old: Run) -> None:
    settings = {"dedup__near__ngram": 2, "dedup__semantic__enabled": False, "conflict__enabled": False}
    found = verdicts(against(inputs, "other", "b_new.jsonl.gz", old, **settings), "b_new.jsonl.gz")
    ids = {row["row"]: row["example_id"] for row in runs.rows(old, "examples", "row", "example_id")}
    assert (found[2]["duplicate_of"], found[2]["duplicate_kind"]) == (ids[2], "near")


def test_former_examples_stand_where_their_run_does(spark: SparkSession) -> None:
    """Also where only some runs are asked, as for signatures that can be used again."""
    table = spark.createDataFrame([("x", "a.jsonl"), ("y", "b.jsonl")], "example_id string, source string")
    verdict = "example_id string, verdict string, reasons array<string>, conflicts_with array<string>"
    verdicts = spark.createDataFrame([("x", "keep", [], []), ("y", "drop", ["exact"], [])], verdict)
    found = former.united({3: (table, verdicts), 12: (table, verdicts)}).orderBy("source").collect()
    assert [tuple(row) for row in found] == [
        ("against:x", "\x010003/a.jsonl"),
        ("against:x", "\x010012/a.jsonl"),
    ]


@pytest.mark.parametrize(
    ("path", "words"), [("nowhere", "not a run directory"), ("half", "not finished"), ("mine", "another run")]
)
def test_what_is_no_former_run(inputs: Path, capsys: pytest.CaptureFixture[str], path: str, words: str) -> None:
    (inputs / "half").mkdir(exist_ok=True)
    (inputs / "half" / "manifest.json").write_text('{"manifest_version": 1, "stages": {}, "tables": {}}')
    (inputs / "mine").mkdir(exist_ok=True)
    (inputs / "mine" / "manifest.json").write_text('{"manifest_version": 1, "stages": {}, "tables": {}}')
    code = invoke(["run", str(inputs / "a_old.jsonl"), "--out", str(inputs / "mine"), "--against", str(inputs / path)])
    assert code == 2
    assert words in capsys.readouterr().err

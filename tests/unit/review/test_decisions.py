"""Decisions of people on single examples: kept by content, the last word counts, and bad lines are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from review_run import add_originals, example, example_id, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError, RunError
from ftq_spark.review.decisions import parse_decisions, read_decisions, record_decisions, whole_id
from ftq_spark.runs.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.open(write_run(tmp_path / "run", [example(number) for number in range(9)]))


def test_the_last_word_on_a_content_counts_and_can_be_taken_back(run: Run) -> None:
    first = [{"example_id": example_id(number), "verdict": "keep", "reviewer": "Ana"} for number in (1, 2)]
    assert record_decisions(run, first)["n_kept"] == 2
    second = [
        {"example_id": example_id(1), "verdict": "drop", "reviewer": "Bo", "note": "wrong dose"},
        {"example_id": example_id(2), "verdict": "undecided"},
        {"example_id": "f" * 32, "verdict": "keep"},
    ]
    found = record_decisions(run, second)
    assert (found["n_recorded"], found["n_kept"], found["n_dropped"], found["unknown"]) == (2, 0, 1, ["f" * 32])
    (entry,) = read_decisions(run.path)
    assert (entry["example_id"], entry["verdict"], entry["reviewer"]) == (example_id(1), "drop", "Bo")
    assert entry["content_hash"] == example(1)["content_hash"]
    with pytest.raises(InputError, match="none of the 1 examples"):
        record_decisions(run, [{"example_id": "0" * 32, "verdict": "keep"}])


def test_an_example_is_named_by_its_id_or_its_place(run: Run) -> None:
    assert whole_id(run, example_id(4)) == whole_id(run, "train.jsonl:5") == example_id(4)
    for named, why in (("train.jsonl:50", "0 examples stand at"), ("zz", "0 examples have an id"), ("", "9 examples")):
        with pytest.raises(InputError, match=why):
            whole_id(run, named)


def test_what_is_no_decision_is_named_by_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(json.dumps({"example_id": example_id(1), "verdict": "keep"}) + "\n\n{}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: no decision"):
        parse_decisions([str(file)])
    kept = Path(run.labels_folder, "decisions.jsonl")
    kept.parent.mkdir()
    kept.write_text(json.dumps({"example_id": example_id(1), "verdict": "undecided"}), encoding="utf-8")
    with pytest.raises(RunError, match="line 1"):
        read_decisions(run.path)


def test_the_first_digits_of_an_id_suffice_on_the_command_line(run: Run) -> None:
    chosen = ["--keep", example_id(3)[:8], "--drop", example_id(4), "--reviewer", "Ana"]
    assert invoke(["review", "decide", run.path, *chosen]) == 0
    found = {entry["example_id"]: entry["verdict"] for entry in read_decisions(run.path)}
    assert found == {example_id(3): "keep", example_id(4): "drop"}
    assert invoke(["review", "decide", run.path, "--keep", "zz"]) == 2
    assert invoke(["review", "decide", run.path, "--keep", ""]) == 2
    assert invoke(["review", "decide", run.path]) == 2


def test_the_rest_of_what_waits_is_decided_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [example(n, verdict="review", reasons=["vague"]) for n in range(6)]
    rows += [example(n, verdict="review", reasons=["vague", "conflict"]) for n in (6, 7)]
    rows += [example(n, verdict="drop", reasons=["vague"]) for n in (8, 9)]
    run = Run.open(write_run(tmp_path / "run", rows))
    decide = ["review", "decide", run.path]
    assert invoke([*decide, "--drop", example_id(1), "--reviewer", "Ana"]) == 0
    chosen = ["--where", "reason=vague", "--where", "dataset=alpha"]
    assert invoke([*decide, "--rest", "keep", *chosen, "--note", "five read, all fine"]) == 0
    found = {entry["example_id"]: (entry["verdict"], entry["note"]) for entry in read_decisions(run.path)}
    alone_in_alpha = {example_id(n): ("keep", "five read, all fine") for n in (2, 4, 5)}
    assert found == {example_id(1): ("drop", ""), **alone_in_alpha}
    capsys.readouterr()
    for wrong, why in (
        (["--rest", "keep", *chosen], "nothing waits for review with reason=vague, dataset=alpha that is not decided"),
        (["--rest", "keep"], "--rest keep or --rest drop together with --where"),
        (["--rest", "kept", *chosen], "--rest keep or --rest drop together with --where"),
        (chosen, "--rest keep --where"),
        (["--rest", "keep", "--where", "datset=alpha"], "did you mean 'dataset'"),
    ):
        assert invoke([*decide, *wrong]) == 2
        assert why in " ".join(capsys.readouterr().err.split())
    assert invoke([*decide, "--rest", "keep", "--where", "verdict=drop", "--where", "dataset=beta"]) == 0
    assert len(read_decisions(run.path)) == 5


def test_a_corrected_answer_is_kept_with_the_decision_and_taken_back_with_it(run: Run, tmp_path: Path) -> None:
    given = {"example_id": example_id(1), "verdict": "keep", "reviewer": "Ana", "response": "Answer 1, corrected."}
    with pytest.raises(InputError, match="does not hold its input rows"):
        record_decisions(run, [given])
    add_originals(Path(run.path), [example(number) for number in range(9)])
    opened = Run.open(run.path)
    assert record_decisions(opened, [given])["n_edited"] == 1
    (entry,) = read_decisions(run.path)
    assert (entry["response"], entry["content_hash"]) == (given["response"], example(1)["content_hash"])
    assert record_decisions(opened, [{**given, "verdict": "undecided", "response": None}])["n_edited"] == 0
    assert read_decisions(run.path) == []
    text = tmp_path / "answer.txt"
    text.write_text("Two\nlines.\n", encoding="utf-8")
    assert invoke(["review", "decide", run.path, "--answer", f"{example_id(2)[:8]}={text}", "--reviewer", "Bo"]) == 0
    (entry,) = read_decisions(run.path)
    assert (entry["response"], entry["reviewer"], entry["verdict"]) == ("Two\nlines.", "Bo", "keep")


def test_answers_that_no_row_can_take_are_refused_and_nothing_is_kept(run: Run) -> None:
    add_originals(Path(run.path), [example(number) for number in range(9)])
    opened = Run.open(run.path)
    for verdict, response, why in (
        ("drop", "x", "verdict keep"),
        ("keep", " ", "blank"),
        ("keep", 3, "expected a corr"),
    ):
        given = {"example_id": example_id(1), "verdict": verdict, "response": response}
        with pytest.raises(InputError, match=why):
            record_decisions(opened, [{"example_id": example_id(2), "verdict": "drop"}, given])
    assert read_decisions(run.path) == []

"""Answers that reviewers correct in label files become decisions, unless they differ or somebody decided since."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from review_run import add_originals, example, example_id, write_run

from ftq_spark.review.commands import draw_command, score_command
from ftq_spark.review.corrections import record_corrections
from ftq_spark.review.decisions import read_decisions, record_decisions
from ftq_spark.review.draw import DrawSettings
from ftq_spark.review.labels import Vote, read_labels
from ftq_spark.runs.run import Run

N = 6


@pytest.fixture
def run(tmp_path: Path) -> Run:
    examples = [example(number) for number in range(N)]
    path = write_run(tmp_path / "run", examples)
    add_originals(path, examples)
    return Run.open(path)


def vote(number: int, annotator: str, corrected: str, time: str = "2026-01-02T00:00:00Z") -> Vote:
    return Vote(example_id(number), annotator, "error", "factual", "why", time, corrected)


def test_what_people_agree_on_is_kept_and_all_else_is_said(run: Run) -> None:
    later = {"example_id": example_id(3), "verdict": "drop", "reviewer": "Bo", "time": "2026-01-03T00:00:00Z"}
    record_decisions(run, [later])
    n, notes = record_corrections(
        run,
        [
            vote(0, "Ana", "better"), vote(0, "Bo", "better "), vote(1, "Ana", "one"), vote(1, "Bo", "another"),
            vote(2, "Ana", ""), vote(3, "Ana", "too late"),
        ],
    )  # fmt: skip
    assert n == 1
    assert [note.split(": ")[1].split(" ")[0] for note in notes] == (
        ["2", "Bo"] if example_id(1) < example_id(3) else ["Bo", "2"]
    )
    found = {
        entry["example_id"]: (entry["verdict"], entry.get("response", "").strip()) for entry in read_decisions(run.path)
    }
    assert found == {example_id(0): ("keep", "better"), example_id(3): ("drop", "")}
    assert record_corrections(run, [vote(0, "Ana", "better")]) == (1, [])  # the same labels again change nothing


def test_a_sheet_comes_back_with_a_corrected_answer(run: Run, tmp_path: Path) -> None:
    drawn = draw_command(run.path, tmp_path / "out", DrawSettings(n=N, annotators=("Ana",)), formats=("csv",))
    sheet = Path(next(path for path in drawn["files"] if path.endswith(".csv")))
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["verdict"] = "correct"
    rows[0] |= {"verdict": "error", "error_type": "factual", "corrected": "=better, said\nin two lines"}
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    result = score_command(run.path, [sheet])
    assert (result["errors"], result["n_corrected"]) == (1, 1)
    (entry,) = read_decisions(run.path)
    assert (entry["example_id"], entry["reviewer"]) == (rows[0]["item_id"], "Ana")
    assert entry["response"] == "=better, said\nin two lines"


@pytest.mark.parametrize("tool", ["label_studio", "prodigy", "doccano", "argilla"])
def test_tools_bring_a_corrected_answer_back(tool: str, tmp_path: Path) -> None:
    ids = {"item_id": "i1", "example_id": "i1", "annotator": "Ana"}
    exports = {
        "label_studio": [{"id": 1, "data": ids, "annotations": [{"completed_by": "Ana", "result": [
            {"from_name": "verdict", "value": {"choices": ["error"]}},
            {"from_name": "corrected", "value": {"text": ["better"]}},
        ]}]}],
        "prodigy": [{"text": "?", **ids, "_input_hash": 1, "answer": "accept", "accept": ["error"], "options": [],
                     "corrected": "better", "_annotator_id": "Ana"}],
        "doccano": [{"text": "?", **ids, "label": ["error"], "corrected": "better"}],
        "argilla": [{"id": "i1", "fields": {"prompt": "?"}, "metadata": ids, "responses": {
            "verdict": [{"value": "error", "user_id": "Ana"}], "corrected": [{"value": "better", "user_id": "Ana"}],
        }}],
    }  # fmt: skip
    path = tmp_path / "export.json"
    path.write_text(json.dumps(exports[tool]), encoding="utf-8")
    (found,) = read_labels([path], ("correct", "error", "unsure")).votes
    assert (found.item_id, found.annotator, found.label, found.corrected) == ("i1", "Ana", "error", "better")

"""Conflicts that the policy sends to specialists: who reads what, and that no rate is made of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from review_run import conflict, example, example_id, write_run

from ftq_spark import schema
from ftq_spark.review.commands import draw_command, score_command
from ftq_spark.review.draw import DrawSettings, draw
from ftq_spark.review.ledger import read_findings
from ftq_spark.runs.run import Run

WAITING = {"verdict": "review", "reasons": ["conflict", "conflict_specialist"]}
# Two questions: 1, 2 and 4 against 5; 6 against 9, in datasets beta (multiples of 3) and alpha.
STANCES = [(1, 1, 0.7, None), (2, 1, 0.7, None), (4, 1, 0.7, None), (5, 2, 0.7, 1), (6, 1, 1.0, None), (9, 2, 1.0, 6)]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    ids = {number for number, *_ in STANCES}
    folder = write_run(
        tmp_path / "run", [example(i, **(WAITING if i in ids else {})) for i in range(400)], [conflict(1, 5)]
    )
    rows: list[dict[str, Any]] = [
        {
            "conflict_group": example_id(6 if severity == 1 else 1),
            "example_id": example_id(number),
            "stance": stance,
            "severity": severity,
            "compared_with": None if hub is None else example_id(hub),
            "against": False,
        }
        for number, stance, severity, hub in STANCES
    ]
    (folder / "tables" / "stances").mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema.STANCES), folder / "tables" / "stances" / "part-0.parquet")
    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(
        manifest.replace('"conflicts":', '"stances": "tables/stances", "conflicts":', 1)
    )
    return folder


def test_specialists_read_one_of_the_majority_and_every_dissent(run: Path) -> None:
    record = draw(Run.open(run), DrawSettings(kind="specialist"))
    routed = [item["example_id"] for item in record["items"] if item["stratum"] == "conflict"]
    assert routed == [example_id(number) for number in (6, 9, 1, 5)]  # the most severe question first
    assert record["n"] == 39 + 4
    gate = draw(Run.open(run), DrawSettings(n=100))
    assert not {item["example_id"] for item in gate["items"]} & set(routed)


def test_only_conflicts_of_the_domain(run: Path) -> None:
    record = draw(Run.open(run), DrawSettings(kind="specialist", where={"dataset": ["alpha"]}))
    assert [item["example_id"] for item in record["items"] if item["stratum"] == "conflict"] == [
        example_id(1),
        example_id(5),
    ]


def test_routed_items_make_no_rate_but_what_is_wrong_is_found(run: Path, tmp_path: Path) -> None:
    drawn = draw_command(run, tmp_path / "out", DrawSettings(kind="specialist"), formats=())
    labels = tmp_path / "labels.csv"
    with labels.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item_id", "annotator", "verdict"])
        wrong = {example_id(5), example_id(9)}
        writer.writerows([item, "Ana", "error" if item in wrong else "correct"] for item in drawn["example_ids"])
    result = score_command(run, [labels])
    assert (result["n"], result["errors"]) == (39, 0)
    assert result["routed"] == {"n": 4, "correct": 2, "error": 2, "unsure": 0, "disputed": 0, "missing": 0}
    assert sum(row["n"] for row in result["by_stratum"].values()) == 39
    assert {finding["example_id"] for finding in read_findings(run)} == wrong

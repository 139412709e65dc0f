"""From verdicts on conflicts to a probability: when, by what, and whether it is any better."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from review_run import conflict, example, example_id, write_run
from sklearn.linear_model import LogisticRegression

from ftq_spark import schema
from ftq_spark.errors import InputError
from ftq_spark.kernels.conflict.calibration import COLUMNS, MIN_OF_EACH, PRIOR, calibrate, features, probabilities
from ftq_spark.review.conflicts import (
    draw_conflicts,
    learn_from_conflicts,
    read_calibration,
    read_conflict_labels,
)
from ftq_spark.review.render import render_learnt, render_pairs


def judged(n: int, seed: int = 0) -> tuple[list[dict[str, Any]], NDArray[np.bool_]]:
    """Pairs whose score is far too sure of itself, and whose negations are mostly false alarms."""
    rng = np.random.default_rng(seed)
    scores, negation = rng.uniform(0.5, 0.99, n), rng.random(n) < 0.5
    pairs = [
        {"score": s, "prompt_similarity": 1.0, "kind": "negation" if no else "polarity", "evidence": []}
        for s, no in zip(scores.tolist(), negation.tolist(), strict=True)
    ]
    truth = rng.random(n) < np.clip(scores - 0.35 - 0.4 * negation + 0.2, 0.02, 0.98)
    return pairs, truth


def test_features() -> None:
    pair = {"score": 0.5, "prompt_similarity": 0.9, "kind": "number", "evidence": [{"kind": "model"}, {"kind": "odd"}]}
    row = dict(zip(COLUMNS, features([pair])[0], strict=True))
    assert {name: value for name, value in row.items() if value} == {
        "prompt_similarity": 0.9, "number": 1.0, "model": 1.0
    }  # fmt: skip


@pytest.mark.parametrize(("n_yes", "n_no"), [(0, 0), (40, 0), (40, MIN_OF_EACH - 1)])
def test_too_few_verdicts_teach_nothing(n_yes: int, n_no: int) -> None:
    pairs, _ = judged(n_yes + n_no)
    truth = np.arange(n_yes + n_no) < n_yes
    found, report = calibrate(features(pairs), truth, [str(n) for n in range(len(pairs))])
    assert found == PRIOR
    assert report == {"n": n_yes + n_no, "n_conflicts": n_yes, "candidates": {}}
    assert np.isnan(probabilities(found, features(pairs))).all()


def test_platt_below_200_and_the_evidence_above() -> None:
    pairs, truth = judged(150)
    groups = [str(n) for n in range(len(pairs))]
    small, report = calibrate(features(pairs), truth, groups)
    assert small.state == "platt"
    assert not any(small.weights[1:])
    assert report["candidates"]["platt"]["log_loss"] < report["candidates"]["score"]["log_loss"]
    expected = LogisticRegression(C=1.0).fit(features(pairs)[:, :1], truth).predict_proba(features(pairs)[:, :1])[:, 1]
    assert probabilities(small, features(pairs)) == pytest.approx(expected)

    pairs, truth = judged(400)
    large, report = calibrate(features(pairs), truth, [str(n) for n in range(len(pairs))])
    assert large.state == "logistic"
    candidates = report["candidates"]
    assert candidates["logistic"]["log_loss"] < candidates["platt"]["log_loss"] < candidates["score"]["log_loss"]
    assert candidates["logistic"]["brier"] < candidates["score"]["brier"]
    fresh, fresh_truth = judged(4000, seed=1)
    chances = probabilities(large, features(fresh))
    assert abs(chances.mean() - fresh_truth.mean()) < 0.05
    assert ((chances - fresh_truth) ** 2).mean() < ((np.array([p["score"] for p in fresh]) - fresh_truth) ** 2).mean()


def test_a_score_that_says_nothing_is_left_alone() -> None:
    pairs, _ = judged(150)
    truth = np.random.default_rng(5).random(150) < 0.5
    assert calibrate(features(pairs), truth, [str(n) for n in range(150)])[0] == PRIOR


def test_one_question_is_never_on_both_sides() -> None:
    """The kind of evidence gives away the question here, and nothing else: across questions it must not help."""
    rng = np.random.default_rng(2)
    kinds = ("polarity", "negation", "antonym", "modality", "number", "entity")
    truth_of = dict(zip(kinds, [True, False] * 3, strict=True))
    drawn = rng.choice(kinds, 240).tolist()
    pairs = [{"score": 0.7, "prompt_similarity": 1.0, "kind": kind, "evidence": []} for kind in drawn]
    truth = np.array([truth_of[kind] for kind in drawn])
    assert calibrate(features(pairs), truth, drawn)[0] == PRIOR
    assert calibrate(features(pairs), truth, [str(n) for n in range(240)])[0].state == "logistic"


# ── The files ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """60 questions, each asked twice."""
    pairs = [conflict(2 * n, 2 * n + 1, 0.5 + n / 130) for n in range(60)]
    folder = write_run(tmp_path / "run", [example(n, prompt=f"Question {n // 2}?") for n in range(120)], pairs)
    members = [
        {"example_id": pair[side], "compared_with": pair["left_id"] if side == "right_id" else None}
        for pair in pairs
        for side in ("left_id", "right_id")
    ]
    for name, rows, columns in (("stances", members, schema.STANCES), ("contradictions", pairs, schema.CONTRADICTIONS)):
        (folder / "tables" / name).mkdir()
        pq.write_table(pa.Table.from_pylist(rows, schema=columns), folder / "tables" / name / "part-0.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"] |= {name: f"tables/{name}" for name in ("stances", "contradictions")}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def labels(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item_id", "annotator", "verdict"])
        writer.writerows(rows)
    return path


def test_a_sheet_spans_the_range_of_scores(run: Path, tmp_path: Path) -> None:
    drawn = draw_conflicts(run, tmp_path / "out", 7)
    assert (drawn["n"], drawn["population"]) == (7, 60)
    assert drawn["item_ids"][0] == f"{example_id(118)}|{example_id(119)}"
    assert drawn["item_ids"][-1] == f"{example_id(0)}|{example_id(1)}"
    with (tmp_path / "out" / "conflicts.csv").open(encoding="utf-8-sig", newline="") as file:
        sheet = list(csv.DictReader(file))
    assert [row["item_id"] for row in sheet] == drawn["item_ids"]
    assert sheet[0]["response_2"] == "Answer 119."
    assert "7 of 60 pairs" in render_pairs(drawn)
    with pytest.raises(InputError, match="already there"):
        draw_conflicts(run, tmp_path / "out", 7)


def test_verdicts_are_kept_and_replaced(run: Path, tmp_path: Path) -> None:
    drawn = draw_conflicts(run, tmp_path / "out", 60)["item_ids"]
    sure = [(item, "Ana", "conflict" if n < 30 else "compatible") for n, item in enumerate(drawn)]
    result = learn_from_conflicts(run, [labels(tmp_path / "a.csv", [*sure, ("x|y", "Ana", "conflict")])])
    assert (result["n_pairs"], result["n_conflict"], result["n_unknown"], result["n_labels"]) == (60, 30, 1, 60)
    assert result["state"] == "platt"
    saved = read_calibration(str(run))
    assert saved is not None
    assert (saved["state"], saved["n_labels"]) == ("platt", 60)
    assert "platt" in render_learnt(result)
    split = [(drawn[0], "Ana", "conflict"), (drawn[0], "Ben", "compatible"), (drawn[1], "Ana", "compatible")]
    result = learn_from_conflicts(run, [labels(tmp_path / "b.csv", split)])
    assert (result["n_pairs"], result["n_unsure"], result["n_labels"]) == (2, 1, 59)
    assert len(read_conflict_labels(str(run))) == 60
    with pytest.raises(InputError, match="left_id"):
        learn_from_conflicts(run, [labels(tmp_path / "c.csv", [("x|y", "Ana", "conflict")])])

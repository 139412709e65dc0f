"""Verdicts back in: rates, gate, looks, findings, and labels that must not count."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from review_run import example, example_id, write_run

from ftq_spark.errors import InputError, RunError
from ftq_spark.kernels.review.error_gate import GateSettings, thresholds
from ftq_spark.kernels.review.intervals import exact_interval, wilson
from ftq_spark.review.commands import draw_command, score_command
from ftq_spark.review.draw import DrawSettings
from ftq_spark.review.ledger import read_findings, saved_result
from ftq_spark.review.render import render_score
from ftq_spark.review.sizing import sizing_command, sizing_table
from ftq_spark.runs.run import Run


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("written") / "run", [example(i) for i in range(20_000)])


@pytest.fixture
def run(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "run")


def _labels(folder: Path, rows: list[tuple[str, str, str]], name: str = "labels.csv") -> Path:
    path = folder / name
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item_id", "annotator", "verdict"])
        writer.writerows(rows)
    return path


def _verdicts(ids: list[str], errors: int, annotator: str = "Ana") -> list[tuple[str, str, str]]:
    return [(item, annotator, "error" if place < errors else "correct") for place, item in enumerate(ids)]


@pytest.mark.parametrize("n", [59, 100, 181])
def test_the_gate_follows_its_table(run: Path, tmp_path: Path, n: int) -> None:
    drawn = draw_command(run, tmp_path / "out", DrawSettings(n=n), formats=())
    passing, failing = (int(limit) for limit in thresholds(n, GateSettings()))
    for errors, gate in ((passing, "pass"), (passing + 1, "inconclusive"), (failing, "fail")):
        labels = _labels(tmp_path, _verdicts(drawn["example_ids"], errors))
        result = score_command(run, [labels])
        assert (result["n"], result["errors"], result["gate"]) == (n, errors, gate)
        assert result["error_rate"] == pytest.approx(errors / n)
        assert (result["low"], result["high"]) == pytest.approx(exact_interval(errors, n))
        assert (result["wilson"]["low"], result["wilson"]["high"]) == pytest.approx(wilson(errors, n))
        assert sum(row["errors"] for row in result["by_stratum"].values()) == errors
        assert (result["next_n"] is not None) == (gate == "inconclusive" and errors / n < 0.045)
        assert gate.upper() in render_score(result)


def test_article_mode_fails_over_five_percent(run: Path, tmp_path: Path) -> None:
    ids = draw_command(run, tmp_path / "out", DrawSettings(n=100), formats=())["example_ids"]
    for errors, gate in ((5, "pass"), (6, "fail")):
        labels = _labels(tmp_path, _verdicts(ids, errors))
        assert score_command(run, [labels], GateSettings(mode="article"))["gate"] == gate


def test_small_population_is_corrected(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [example(i) for i in range(500)])
    ids = draw_command(run, tmp_path / "out", DrawSettings(n=100), formats=())["example_ids"]
    result = score_command(run, [_labels(tmp_path, _verdicts(ids, 1))])
    assert result["one_sided"]["high"] == pytest.approx(0.042)
    assert result["gate"] == "pass"
    assert result["finite_population_correction"] == pytest.approx((400 / 499) ** 0.5)


def test_votes_that_do_not_count_never_move_the_rate(run: Path, tmp_path: Path) -> None:
    drawn = draw_command(run, tmp_path / "out", DrawSettings(n=100), formats=())
    ids = drawn["example_ids"]
    outside = next(example_id(i) for i in range(200) if example_id(i) not in set(ids))
    rows = _verdicts(ids[:90], 2)
    rows += [(ids[90], "Ana", ""), (ids[91], "Ana", "unsure"), ("f" * 32, "Ana", "error"), (outside, "Ana", "error")]
    rows += [(ids[5], "Ana", "correct"), (ids[92], "Ana", "error"), (ids[92], "Ana", "correct")]
    rows += [(ids[93], "Ana", "error"), (ids[93], "Bo", "correct"), (ids[94], "Ana", "wrong")]
    result = score_command(run, [_labels(tmp_path, rows)])
    assert (result["n"], result["errors"]) == (90, 2)
    assert saved_result(Run.open(run), "score") == result
    counted = {
        name: result[f"n_{name}"]
        for name in ("unsure", "disputed", "missing", "unknown", "not_in_draw", "double_votes")
    }
    assert counted == {"unsure": 1, "disputed": 1, "missing": 8, "unknown": 1, "not_in_draw": 1, "double_votes": 2}
    assert result["problem_counts"] == {"contradictory_votes": 1, "repeated_vote": 1, "unknown_label": 1}


def test_a_pass_does_not_hang_on_doubt(run: Path, tmp_path: Path) -> None:
    ids = draw_command(run, tmp_path / "out", DrawSettings(n=102), formats=())["example_ids"]
    rows = _verdicts(ids[:100], 1)
    assert score_command(run, [_labels(tmp_path, rows)])["gate"] == "pass"
    rows += [(item, "Ana", "unsure") for item in ids[100:]]
    result = score_command(run, [_labels(tmp_path, rows)])
    assert result["gate"] == "inconclusive"
    assert any("settle them first" in note for note in result["notes"])


def test_two_annotators_majority_and_dispute(run: Path, tmp_path: Path) -> None:
    ids = draw_command(run, tmp_path / "out", DrawSettings(n=60), formats=())["example_ids"]
    first = _labels(tmp_path, _verdicts(ids, 0, "Ana"), "a.csv")
    second = _labels(tmp_path, _verdicts(ids, 3, "Bo"), "b.csv")
    third = _labels(tmp_path, _verdicts(ids, 2, "Cy"), "c.csv")
    two = score_command(run, [first, second])
    assert (two["n"], two["errors"], two["n_disputed"]) == (57, 0, 3)
    three = score_command(run, [first, second, third])
    assert (three["n"], three["errors"], three["n_disputed"]) == (60, 2, 0)


def test_risk_draws_are_reweighted(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [example(i) for i in range(4000)])
    drawn = draw_command(run, tmp_path / "out", DrawSettings(n=300, oversample=4.0), formats=())
    record = json.loads(Path(drawn["files"][0]).read_text())
    risky = {item["example_id"] for item in record["items"] if item["stratum"].endswith("risky")}
    rows = [(item, "Ana", "error" if item in risky else "correct") for item in drawn["example_ids"]]
    result = score_command(run, [_labels(tmp_path, rows)])
    assert result["errors"] / result["n"] == pytest.approx(0.5, abs=0.02)  # drawn four times as often
    assert result["error_rate"] == pytest.approx(0.2, abs=1e-9)  # the risky fifth, weighted back
    assert result["low"] < 0.2 < result["high"]


def test_a_calibration_draw_never_makes_a_rate(run: Path, tmp_path: Path) -> None:
    drawn = draw_command(run, tmp_path / "out", DrawSettings(kind="calibration", n=80), formats=())
    result = score_command(run, [_labels(tmp_path, _verdicts(drawn["example_ids"], 0))])
    assert result["gate"] == "inconclusive"
    assert any("no measure" in note for note in result["notes"])


def test_looks_are_recorded_and_undeclared_ones_said(run: Path, tmp_path: Path) -> None:
    for n in (100, 200):
        ids = draw_command(run, tmp_path / "out", DrawSettings(n=n), formats=())["example_ids"]
        labels = _labels(tmp_path, _verdicts(ids, 3))
        result = score_command(run, [labels])
        again = score_command(run, [labels])
        assert again["looks"] == result["looks"]
    assert [look["n"] for look in result["looks"]] == [100, 200]
    assert any("2 sizes" in note and "10%" in note for note in result["notes"])


def test_declared_looks_are_adjusted(run: Path, tmp_path: Path) -> None:
    looks = (100, 200, 400)
    for n, errors, gate, next_n in ((100, 1, "inconclusive", 200), (200, 3, "pass", None)):
        drawn = draw_command(run, tmp_path / "out", DrawSettings(n=n, looks=looks), formats=())
        result = score_command(run, [_labels(tmp_path, _verdicts(drawn["example_ids"], errors))])
        assert (result["gate"], result["next_n"]) == (gate, next_n)
        assert not any("declare" in note for note in result["notes"])


def test_errors_become_findings_for_the_next_run(run: Path, tmp_path: Path) -> None:
    assert read_findings(run) == []
    ids = draw_command(run, tmp_path / "out", DrawSettings(n=60), formats=())["example_ids"]
    path = tmp_path / "labels.jsonl"
    row = {"item_id": ids[0], "annotator": "Ana", "label": "error", "error_type": "Factual", "note": "no\nway"}
    unsure = {"item_id": ids[1], "annotator": "Ana", "label": "unsure"}
    path.write_text("\n".join(map(json.dumps, [row, unsure])))
    result = score_command(run, [path])
    assert (result["n_findings"], result["error_types"]) == (2, {"factual": 1})
    found = {finding["example_id"]: finding for finding in read_findings(run)}
    assert found[ids[0]]["verdict"] == "drop"
    assert found[ids[0]]["note"] == "no\nway"
    number = next(i for i in range(20_000) if example_id(i) == ids[0])
    assert found[ids[0]]["content_hash"] == example(number)["content_hash"]
    assert found[ids[1]]["verdict"] == "review"
    # A corrected label file takes the place of the former one.
    score_command(run, [_labels(tmp_path, [(ids[0], "Ana", "correct")])])
    assert read_findings(run) == []
    (tmp_path / "bad.jsonl").write_text('{"example_id": "x", "verdict": "maybe"}\n')
    with pytest.raises(RunError, match="line 1"):
        read_findings(tmp_path / "bad.jsonl")


def test_labels_without_a_draw(run: Path, tmp_path: Path) -> None:
    ids = [example_id(i) for i in range(60)]
    result = score_command(run, [_labels(tmp_path, [*_verdicts(ids, 0), ("e" * 32, "Ana", "error")])])
    assert (result["n"], result["errors"], result["gate"], result["n_unknown"]) == (60, 0, "pass", 1)
    assert any("no recorded draw" in note for note in result["notes"])
    assert set(result["by_stratum"]) == {"dataset=alpha / verdict=keep", "dataset=beta / verdict=keep"}


def test_labels_of_another_run_are_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="labels of another run"):
        score_command(run, [_labels(tmp_path, [("e" * 32, "Ana", "error")])])
    drawn = draw_command(run, tmp_path / "out", DrawSettings(n=10), formats=())
    with pytest.raises(RunError, match=f"did you mean '{drawn['draw_id']}'"):
        score_command(run, [_labels(tmp_path, _verdicts(drawn["example_ids"], 0))], draw_id=drawn["draw_id"][:-1])


def test_sheets_without_a_verdict(run: Path, tmp_path: Path) -> None:
    drawn = draw_command(run, tmp_path / "out", DrawSettings(n=10), formats=("csv",))
    result = score_command(run, [drawn["files"][1]])
    assert (result["n"], result["error_rate"], result["gate"], result["n_missing"]) == (0, None, "inconclusive", 10)
    assert "nothing is judged" in render_score(result)


def test_sizing_uses_the_review(run: Path, tmp_path: Path) -> None:
    before = sizing_command(run, "task", generated=True)
    assert before["need"] == {"low": 5_000, "high": 50_000, "open_ended": False}
    ids = draw_command(run, tmp_path / "out", DrawSettings(n=200), formats=())["example_ids"]
    score_command(run, [_labels(tmp_path, _verdicts(ids, 2))])
    after = sizing_command(run, "task", generated=True)
    assert after["need"] == {"low": 1_000, "high": 5_000, "open_ended": False}
    assert after["error_rate"]["high"] == pytest.approx(exact_interval(2, 200).high)
    assert after["verdict"] == "enough"
    assert sizing_table(Run.open(run))["goals"]["task"] == after
    by_dataset = sizing_command(run, "task", topic="dataset")
    assert 0.9 < by_dataset["topic_coverage"] < 1
    assert sizing_table(Run.open(run))["goals"]["task"] == by_dataset


def test_a_review_of_one_domain_says_nothing_of_the_whole(run: Path, tmp_path: Path) -> None:
    confined = DrawSettings(n=100, where={"dataset": ["beta"]})
    ids = draw_command(run, tmp_path / "out", confined, formats=())["example_ids"]
    score_command(run, [_labels(tmp_path, _verdicts(ids, 0))])
    assert sizing_command(run, "task")["error_rate"] is None

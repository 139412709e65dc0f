"""Two runs: what moved with an example, what drifted and what did not, as text, page and JUnit."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from review_run import HOSTILE, example, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.compare import compare, junit, page, render
from ftq_spark.compare.drift import drift
from ftq_spark.runs.run import Run
from ftq_spark.settings import Settings

SIGNALS = ("substance", "information", "structure", "soundness", "n_words", "refusal")
N_SHARDS, N_ROWS = 20, 2_000


def a_run(folder: Path, seed: int, shifted: int = -1) -> Run:
    """Twenty shards of random signals; in one of them `substance` may lie 0.2 standard deviations higher."""
    random = np.random.default_rng(seed)
    n = N_SHARDS * N_ROWS
    shard = np.repeat(np.arange(N_SHARDS), N_ROWS)
    values = random.normal(0.5, 0.1, (n, len(SIGNALS)))
    values[shard == shifted, 0] += 0.02
    dropped = random.random(n) < 0.05
    ids = [f"{seed:08x}{number:024x}" for number in range(n)]
    empty = pa.array([[]] * n, pa.list_(pa.string()))
    columns = {
        "example_id": ids, "content_hash": ids, "source": [f"part-{number:02}.jsonl" for number in shard],
        "row": np.arange(n), "prompt": ["a question"] * n, "verdict": np.where(dropped, "drop", "keep"),
        "reasons": empty, "conflicts_with": empty, "quality": values.mean(axis=1),
        **{f"sig_{name}": values[:, at] for at, name in enumerate(SIGNALS)},
    }  # fmt: skip
    (folder / "scored").mkdir(parents=True)
    pq.write_table(pa.table(columns), folder / "scored" / "part-0.parquet")
    manifest = {"manifest_version": 1, "stages": {}, "tables": {"scored": "scored"}}
    manifest["settings"] = Settings().model_dump(mode="json")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Run.open(folder)


def opened(folder: Path, rows: list[dict[str, object]]) -> Run:
    path = write_run(folder, rows)
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    manifest["settings"] = Settings().model_dump(mode="json")
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Run.open(path)


def test_the_same_run_twice_has_not_changed(tmp_path: Path) -> None:
    run = opened(tmp_path / "run", [example(number) for number in range(200)])
    found = compare(run, run)
    assert found["drift"]["found"] == []
    assert found["unchanged"] == 200
    assert found["funnel"] == {
        "read": [200, 200],
        "rejected": [0, 0],
        "keep": [200, 200],
        "review": [0, 0],
        "drop": [0, 0],
    }


def test_few_examples_are_not_tested_and_long_settings_are_cut(tmp_path: Path) -> None:
    runs = [opened(tmp_path / name, [example(n) for n in range(5)]) for name in "ab"]
    found = compare(*runs)
    rules = [{"reason": f"rule {n}", "signal": "refusal"} for n in range(12)]
    differing = {**found, "settings": {"score.rules": (rules, []), "score.min_quality": (0.5, 0.6)}}
    text = render(differing)
    assert "drift: not tested: fewer than 30 examples on a side" in text
    assert "Not tested: fewer than 30 examples on a side." in page(found, ("a", "b"))
    assert "measures drifted" not in page(found, ("a", "b"))
    assert "settings:\n  score.rules: 12 entries → []\n    - reason: rule 0, signal: refusal\n" in text
    assert "    and 6 more (--json)\n  score.min_quality: 0.5 → 0.6" in text
    assert "score.rules: 12 entries" in page(differing, ("a", "b"))


def test_a_changed_rule_is_told_apart_and_a_setting_that_a_version_lacks_is_no_change(tmp_path: Path) -> None:
    runs = [opened(tmp_path / name, [example(n) for n in range(5)]) for name in "ab"]
    old, new = (run.manifest["settings"] for run in runs)
    del old["score"]["strengths"], old["dedup"]["near"]["threshold"]
    old["score"]["weights"] = {**new["score"]["weights"], "n_words": 0.5}
    old["conflict"]["nli_model"], new["conflict"]["nli_model"] = None, "models/nli"
    new["score"]["rules"] = [dict(rule) for rule in old["score"]["rules"]]
    new["score"]["rules"][0]["verdict"] = "review"
    found = compare(*runs)
    text, html = render(found), page(found, ("a", "b"))
    assert found["newer_settings"] == ["dedup.near.threshold", "score.strengths"]
    for shown in (text, html):
        assert "None" not in shown.replace("None.", "")
        assert "dedup.near.threshold, score.strengths" in shown
        assert "conflict.nli_model: null → models/nli" in shown
        assert "score.weights.n_words: 0.5 → (absent)" in shown
    n = len(old["score"]["rules"])
    reason = old["score"]["rules"][0]["reason"]
    assert f"score.rules: {n} entries → {n} entries\n    - reason: {reason}" in text
    assert text.count("\n    - ") == text.count("\n    + ") == 1


def test_moves_have_examples_and_hostile_text_stays_text(tmp_path: Path) -> None:
    prompts = [text for text in HOSTILE if text]
    before = opened(tmp_path / "a", [example(n, prompt=text) for n, text in enumerate(prompts)])
    after = [example(n, prompt=text, verdict="drop", reasons=["refusal"]) for n, text in enumerate(prompts)]
    found = compare(before, opened(tmp_path / "b", after))
    (move,) = found["moves"]
    assert (move["before"], move["after"], move["contents"], len(move["examples"])) == ("keep", "drop", len(prompts), 3)
    assert "keep → drop" in render(found)
    text = page(found, ("<script>", "b"))
    assert "<script" not in text
    assert "<img" not in text


def test_a_planted_shift_of_one_shard_is_named_and_none_else(tmp_path: Path) -> None:
    before = a_run(tmp_path / "a", 1)
    shifted = drift(before, a_run(tmp_path / "b", 2, shifted=7))["found"]
    assert {(row["what"], row["where"]) for row in shifted} == {("substance", "part-07.jsonl")}
    assert 0.1 < shifted[0]["shift"] < 0.3
    assert drift(before, a_run(tmp_path / "c", 3))["found"] == []


@pytest.mark.parametrize("flags", [[], ["--fail-on", "drift"]])
def test_a_gate_on_drift_ends_with_1(tmp_path: Path, flags: list[str]) -> None:
    random = np.random.default_rng(3)
    for name, centre in (("a", 0.5), ("b", 0.6)):
        values = random.normal(centre, 0.1, 400)
        opened(tmp_path / name, [example(n, sig_substance=float(value)) for n, value in enumerate(values)])
    files = [f"--html={tmp_path}/c.html", f"--junit={tmp_path}/c.xml"]
    assert invoke(["compare", str(tmp_path / "a"), str(tmp_path / "b"), *files, *flags]) == (1 if flags else 0)
    suite = ET.parse(tmp_path / "c.xml").getroot()
    assert (suite.get("failures"), suite[0][0].tag) == ("1", "failure")
    assert "substance" in (tmp_path / "c.html").read_text(encoding="utf-8")
    same = compare(Run.open(tmp_path / "a"), Run.open(tmp_path / "a"))
    assert ET.fromstring(junit(same, "same")).get("failures") == "0"
    assert invoke(["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--fail-on", "moon"]) == 2

"""A model of the user's, from its folder to the verdict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession
from runs import rows, run
from tiny_models import tiny

from ftq_spark.cli.app import invoke
from ftq_spark.errors import SettingsError
from ftq_spark.models.rater import Asked, LoadedRater
from ftq_spark.profiles import load
from ftq_spark.settings import Rater

pytest.importorskip("torch", reason="needs the extra ftq-spark[embed]")
pytest.importorskip("transformers", reason="needs the extra ftq-spark[embed]")

QUESTIONS = ["what is the capital of france ?", "what is the capital of peru ?", "why not rome ?"]
ANSWERS = ["paris is the capital of france .", "it is lima .", "rome is not it ."]
OFF = {"dedup__near__enabled": False, "dedup__semantic__enabled": False, "conflict__enabled": False}


def test_a_run_rates_each_content_once_and_judges_by_it(spark: SparkSession, tmp_path: Path) -> None:
    folder = tiny(tmp_path / "model", "GPT2ForSequenceClassification", ["bad", "good"])
    shard = tmp_path / "a.jsonl"
    told = [*zip(QUESTIONS, ANSWERS, strict=True), (QUESTIONS[0], ANSWERS[0])]
    lines = [json.dumps({"prompt": question, "completion": answer}) for question, answer in told]
    lines.append(json.dumps({"messages": [{"role": "user", "content": "why ?"}], "reference_answer": "a"}))
    shard.write_text("\n".join(lines))
    expected = LoadedRater("good", Rater(model=str(folder), label="good")).rate(
        [Asked((("user", question),), answer) for question, answer in zip(QUESTIONS, ANSWERS, strict=True)]
    )
    settings = tmp_path / "settings.yaml"
    low = float(np.sort(expected)[:2].mean())
    rule = f"{{reason: weak, signal: good, at_most: {low}, verdict: review}}"
    settings.write_text(
        f"score: {{raters: {{good: {{model: {folder}, label: good}}}}, weights: {{good: 1}}, curves: {{}}, "
        f"rules: [{rule}]}}"
    )
    done = run(tmp_path / "run", shard, settings=str(settings), **OFF)
    scored = {row["row"]: row for row in rows(done, "scored", "row", "sig_good", "quality", "reasons", "verdict")}
    found = [scored[number]["sig_good"] for number in (1, 2, 3)]
    assert np.allclose(found, expected, atol=1e-5)
    assert scored[4]["sig_good"] == scored[1]["sig_good"]
    assert scored[5]["sig_good"] is None  # a prompt alone
    assert len(rows(done, "ratings")) == 3
    assert np.allclose([scored[number]["quality"] for number in (1, 2, 3)], expected, atol=1e-5)
    assert ["weak" in scored[number]["reasons"] for number in (1, 2, 3)] == (expected <= low).tolist()
    assert [scored[number]["verdict"] for number in (1, 2, 3)].count("review") == 1
    again = run(tmp_path / "run", shard, settings=str(settings), **OFF, score__min_quality=0.1)
    assert again.manifest["stages"]["rate"]["began_at"] == done.manifest["stages"]["rate"]["began_at"]
    shard.write_text("\n".join([*lines, json.dumps({"prompt": "why ?", "completion": "it is not rome ."})]))
    more = run(tmp_path / "run", shard, settings=str(settings), **OFF)
    kept = {(row["content_hash"], row["rating"]) for row in rows(done, "ratings")}
    assert kept < {(row["content_hash"], row["rating"]) for row in rows(more, "ratings")}
    assert len(rows(more, "ratings")) == 4


def test_a_model_may_not_have_the_name_of_a_signal() -> None:
    rater = {"model": "somewhere"}
    with pytest.raises(SettingsError, match="there is a signal 'n_words' already"):
        load({"score": {"raters": {"n_words": rater}}})
    with pytest.raises(SettingsError, match="did you mean 'reward'"):
        load({"score": {"raters": {"reward": rater}, "rules": [{"reason": "low", "signal": "rewards", "at_most": 0}]}})
    with pytest.raises(SettingsError, match="or a curve"):
        load({"score": {"raters": {"reward": rater}, "weights": {"reward": 1.0}}})


def test_a_run_without_the_model_says_which_setting_names_it(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"prompt": "why ?", "completion": "it is not rome ."}))
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"score: {{raters: {{reward: {{model: {tmp_path / 'none'}}}}}}}")
    assert invoke(["run", str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "run"), "--settings", str(settings)]) == 2

"""`ftq lint`: profiles against anchor pairs, pulls that add up, and weights fitted to review labels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from review_run import example, example_id, write_run

from ftq_spark import signals
from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError
from ftq_spark.lint import Anchor, check, fit, read_anchors, render, render_fit, shipped_anchors
from ftq_spark.lint.check import columns_of
from ftq_spark.lint.fit import fitted_weights
from ftq_spark.profiles import load
from ftq_spark.settings import Score

DEFAULT, ARTICLE = load("default").score, load("article").score


def test_the_default_profile_ranks_every_shipped_anchor() -> None:
    found = check(shipped_anchors(), DEFAULT)
    assert found["n"] == 15
    assert [pair["name"] for pair in found["pairs"] if pair["ranked"] != "right"] == []


def test_the_articles_profile_ranks_its_own_example_wrong() -> None:
    pair = check(shipped_anchors(), ARTICLE)["pairs"][0]
    assert pair["ranked"] == "wrong"
    # 27 of 50 words, no marker, no bad phrase; and 6 of 50 words with the hyphen of COX-2
    assert pair["better"]["quality"] == pytest.approx(0.4 * 27 / 50 + 0.3)
    assert pair["worse"]["quality"] == pytest.approx(0.4 * 6 / 50 + 0.6)
    (pull,) = pair["pulls"]
    assert (pull["signal"], pull["better"], pull["worse"]) == ("has_structure", 0, 1)
    assert pull["pull"] == pytest.approx(-0.3)


def test_pulls_add_up_to_the_difference() -> None:
    """Also where a signal applies to one side only: the wrong-way pulls of a pair and of its mirror are all of them."""
    pairs = shipped_anchors()
    mirrored = [pair._replace(better=pair.worse, worse=pair.better) for pair in pairs]
    values = signals.measure(columns_of(pairs), list(DEFAULT.weights))
    assert any(np.isnan(value).any() for value in values.values())
    for pair, mirror in zip(check(pairs, DEFAULT)["pairs"], check(mirrored, DEFAULT)["pairs"], strict=True):
        against, in_favour = (sum(pull["pull"] for pull in found["pulls"]) for found in (pair, mirror))
        assert against - in_favour == pytest.approx(pair["difference"])


def test_a_worse_verdict_is_wrong_whatever_the_quality() -> None:
    rule = {"reason": "exclaims", "signal": "n_words", "at_least": 3}
    profile = Score.model_validate({"weights": {"soundness": 1.0}, "rules": [rule], "min_quality": 0})
    (pair,) = check([Anchor("a", "", "Who?", "It was Ann.", "Ann.")], profile)["pairs"]
    assert (pair["ranked"], pair["difference"]) == ("wrong", 0)
    assert (pair["better"]["verdict"], pair["better"]["reasons"]) == ("drop", ["exclaims"])
    assert "wrong: better 1.000 drop (exclaims), worse 1.000 keep" in render({"n": 1, "wrong": 1, "pairs": [pair]})


def test_equal_answers_are_tied() -> None:
    (pair,) = check([Anchor("a", "Be brief.", "Who?", "Ann.", "Ann.")], DEFAULT)["pairs"]
    assert pair["ranked"] == "tied"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "mine:2: not JSON"),
        ("[]", "mine:2: expected an object"),
        ('{"prompt": "a", "better": "b"}', "mine:2: expected worse as a string"),
        ('{"prompt": "a", "better": "b", "worse": "c", "chosen": "d"}', "mine:2: unknown field 'chosen'"),
    ],
)
def test_anchor_files_that_are_none(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"prompt": "a", "better": "b", "worse": "c"}\n' + line)
    with pytest.raises(InputError, match=message):
        read_anchors(str(path))
    path.write_text("\n")
    with pytest.raises(InputError, match="no anchors"):
        read_anchors(str(path))
    with pytest.raises(InputError, match="cannot be read"):
        read_anchors(str(tmp_path / "none.jsonl"))


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["lint"]) == 0
    assert invoke(["lint", "--settings", "article", "--json"]) == 1
    printed = capsys.readouterr().out
    assert json.loads(printed[printed.index("{") :])["wrong"] > 0
    path = tmp_path / "mine.jsonl"
    path.write_text('{"name": "own", "prompt": "Why?", "better": "I cannot say.", "worse": "Because iron rusts."}\n')
    assert invoke(["lint", "--anchors", str(path)]) == 1
    assert capsys.readouterr().out.startswith("own: wrong: better ")
    assert invoke(["lint", "--fit", "labels.csv"]) == 2
    assert "--fit needs --run" in capsys.readouterr().err


# ── Fitting ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PROFILE = Score.model_validate({"weights": {"soundness": 0.8, "structure": 0.1, "vagueness": -0.1}, "rules": []})


def reviewed(folder: Path, n: int, error_share: float = 0.4) -> tuple[str, Path]:
    """A run and labels in which vagueness alone tells, through noise; structure applies to every other example."""
    random = np.random.default_rng(7)
    drawn = random.random((n, 3))
    wrong = drawn[:, 2] + random.normal(0, 0.2, n) > 1 - error_share
    rows = [
        example(i, sig_soundness=drawn[i, 0], sig_structure=drawn[i, 1] if i % 2 else None, sig_vagueness=drawn[i, 2])
        for i in range(n)
    ]
    labels = folder / "labels.csv"
    lines = [f"{example_id(i)},ann,{'error' if wrong[i] else 'correct'}" for i in range(n)]
    labels.write_text("\n".join(["example_id,annotator,verdict", *lines, "f" * 32 + ",ann,correct"]))
    return str(write_run(folder / "run", rows)), labels


def test_a_fit_finds_the_signal_that_tells(tmp_path: Path) -> None:
    run, labels = reviewed(tmp_path, 300)
    found = fit(run, [labels], PROFILE)
    assert found["n"] == 300  # the label of an example that the run lacks does not count
    assert found["auc_before"] < 0.75
    assert found["auc_after"] > 0.85
    assert found["better"]
    assert found["weights"]["vagueness"] < -0.5  # the sign stays, the weight grows
    assert sum(map(abs, found["weights"].values())) == pytest.approx(1, abs=0.002)
    text = render_fit(found)
    settings = Score.model_validate(yaml.safe_load(text)["score"] | {"rules": []})
    assert settings.weights == found["weights"]
    assert f"{found['auc_before']:.3f} before, {found['auc_after']:.3f} after" in text


def test_few_labels_move_the_weights_little() -> None:
    values = {name: np.array([0.2, 0.9]) for name in PROFILE.weights}
    moved = fitted_weights(values, np.array([False, True]), PROFILE.weights)
    assert all(abs(moved[name] - weight) < 0.12 for name, weight in PROFILE.weights.items())
    assert [np.sign(weight) for weight in moved.values()] == [1, 1, -1]


def test_too_few_labels_are_refused(tmp_path: Path) -> None:
    run, labels = reviewed(tmp_path, 40)
    with pytest.raises(InputError, match=r"40 examples .* are judged.*expected at least 50"):
        fit(run, [labels], PROFILE)
    (tmp_path / "all_right").mkdir()
    run, labels = reviewed(tmp_path / "all_right", 80, error_share=-1.0)
    with pytest.raises(InputError, match="0 of them wrong"):
        fit(run, [labels], PROFILE)


def test_a_run_without_the_signal(tmp_path: Path) -> None:
    run, labels = reviewed(tmp_path, 60)
    with pytest.raises(InputError, match="has not measured the signal 'substance'"):
        fit(run, [labels], DEFAULT)

"""Settings: profiles, files, overrides, and messages that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftq_spark.errors import SettingsError
from ftq_spark.profiles import known_keys, load
from ftq_spark.settings import Score, Settings


def test_default_profile_states_every_key_with_its_default() -> None:
    import yaml

    text = (Path(__file__).parents[2] / "conf" / "default.yaml").read_text(encoding="utf-8")

    def keys(data: dict, prefix: str = "") -> set[str]:
        found = set()
        for key, value in data.items():
            found.add(prefix + key)
            if isinstance(value, dict) and key not in ("weights", "curves"):
                found |= keys(value, f"{prefix}{key}.")
        return found

    assert keys(yaml.safe_load(text)) == set(known_keys())
    assert load("default") == Settings()


def test_article_profile_is_the_article() -> None:
    settings = load("article")
    assert settings.score.weights == {"length_score": 0.4, "has_structure": 0.3, "passes_filters": 0.3}
    assert (settings.score.min_length, settings.score.max_length, settings.score.min_quality) == (50, 800, 0.7)
    assert settings.score.rules == ()
    assert (settings.dedup.keep, settings.dedup.semantic.threshold, settings.dedup.semantic.strict) == (
        "first",
        0.95,
        True,
    )
    assert not settings.dedup.near.enabled
    assert not settings.conflict.enabled


def test_file_states_only_differences_and_overrides_come_on_top(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: article\nscore: {min_quality: 0.6}\ndedup: {semantic: {threshold: 0.9}}\n")
    settings = load(path, ["dedup.semantic.threshold=0.85", "output.partition_by=[dataset, verdict]"])
    assert settings.score.min_quality == 0.6
    assert settings.score.weights["length_score"] == 0.4
    assert settings.dedup.semantic.threshold == 0.85
    assert settings.output.partition_by == ("dataset", "verdict")


def test_weights_are_replaced_whole() -> None:
    assert load("article", ["score.weights={length_score: 1}"]).score.weights == {"length_score": 1}


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("dedup.near.treshold=0.9", ["unknown key 'dedup.near.treshold'", "'dedup.near.threshold'"]),
        ("threshold=0.9", ["unknown key 'threshold'", "did you mean"]),
        ("dedup.treshold=1", ["'dedup.near.threshold'"]),
        ("near.threshold=1", ["'dedup.near'"]),
        ("embed=1", ["unknown key 'embed'; there are ingest, score, "]),
        ("score.format.zzz=1", ["unknown key 'score.format.zzz'; expected one of layouts, min_words, "]),
        ("dedup.near.threshold=2", ["dedup.near.threshold", "less than or equal to 1", "got 2"]),
        ("dedup.keep=latest", ["dedup.keep", "'best' or 'first'", "'latest'"]),
        ("dedup.near.threshold", ["expected dotted.key=value"]),
        (
            "dedup.semantic={backend: onnx, dtype: bfloat16}",
            ["onnx computes in float32, got dtype"],
        ),
        ("score.weights={", ["not valid YAML"]),
        ("ingest.columns={user_tag: '*', assistant_tag: '*'}", ["'*'", "one tag alone", "user_tag and assistant_tag"]),
        ("ingest.columns={user_tag: '*', d: {assistant_tag: '*'}}", ["'*'", "one tag alone"]),
        ("score.rules=[{reason: a, signal: refusal}]", ["exactly one of at_least and at_most"]),
        ("score.weights={no_such_signal: 1}", ["no_such_signal", "no such signal"]),
        ("dedup.semantic=off", ["dedup.semantic: a section", "set one of dedup.semantic.enabled, "]),
        ("score.strengths.refusals=review", ["no rule gives the reason 'refusals'", "did you mean 'refusal'"]),
        ("score.strengths.refusal=never", ["score.strengths.refusal", "'note', 'review' or 'drop'", "'never'"]),
    ],
)
def test_wrong_settings_are_explained(override: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load("default", [override])
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("override", "reason", "verdicts"),
    [
        ("score.strengths={}", "refusal", ["review", "note", "note"]),
        ("score.strengths.refusal=note", "refusal", ["note"] * 3),
        ("score.strengths.refusal=drop", "refusal", ["drop"] * 3),
        ("score.strengths.truncated=review", "truncated", ["review"] * 2),
        ("score.strengths.placeholder=review", "placeholder", ["review"] * 3),
    ],
)
def test_the_strength_of_a_reason_is_that_of_all_its_rules(override: str, reason: str, verdicts: list[str]) -> None:
    score = load("default", [override]).score
    assert [rule.verdict for rule in score.rules if rule.reason == reason] == verdicts
    others = [rule for rule in score.rules if rule.reason != reason]
    assert others == [rule for rule in load().score.rules if rule.reason != reason]
    assert Score(**score.model_dump()) == score


def test_missing_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file, and no profile; the profiles are default, article"):
        load(tmp_path / "absent.yaml")
    with pytest.raises(SettingsError, match=r"'artikle': no such file, and no profile; did you mean 'article'\?"):
        load("artikle")
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [1")
    with pytest.raises(SettingsError, match="not valid YAML"):
        load(broken)
    broken.write_text("- 1")
    with pytest.raises(SettingsError, match="expected a mapping"):
        load(broken)
    broken.write_text("extends: nothing")
    with pytest.raises(SettingsError, match="extends: expected one of default, article"):
        load(broken)

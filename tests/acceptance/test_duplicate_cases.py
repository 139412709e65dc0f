"""Inputs of the kinds from which deduplication has thrown good data away, in one run, each folder a dataset."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from runs import rows, run

pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = pytest.mark.model

CASES = {
    "shop": "long-system-prompt/shop.jsonl",
    "long_passage": "long-system-prompt/passage.jsonl",
    "passage": "shared-passage/passage_long.jsonl",
    "prefixes": "prefixes/prefixes.jsonl",
    "template": "template-prompts/classify.jsonl",
    "scripts": "scripts/scripts.jsonl",
    "unknown": "scripts/unk.jsonl",
    "code": "short-texts/code.jsonl",
    "short": "short-texts/short.jsonl",
    "dpo": "opposed-labels/dpo.jsonl",
    "kto": "opposed-labels/kto.jsonl",
    "one_class": "kto-labels/one_class.jsonl",
    "images": "image-str-or-list/columns.jsonl",
    "same_words": "image-str-or-list/exact.jsonl",
    "parts": "image-str-or-list/parts.jsonl",
}


@pytest.fixture(scope="module")
def scored(real_data: Path, tmp_path_factory: pytest.TempPathFactory, spark) -> dict[str, list[dict[str, Any]]]:
    """The examples of each dataset, in the order of their rows."""
    folder = real_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip(f"no folder of cases at {folder}")
    inputs = [f"{name}={folder / path}" for name, path in CASES.items()]
    done = run(tmp_path_factory.mktemp("cases") / "run", *inputs, score__rules=[], score__min_quality=0)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in CASES}
    for row in sorted(rows(done, "scored"), key=lambda row: row["row"]):
        found[row["dataset"]].append(row)
    return found


@pytest.mark.parametrize("name", sorted(CASES))
def test_only_the_same_content_is_dropped(scored: dict[str, list[dict[str, Any]]], name: str) -> None:
    dropped = [row for row in scored[name] if row["verdict"] == "drop"]
    kinds = Counter(row["duplicate_kind"] for row in dropped)
    assert kinds.keys() <= {"exact"}, [(row["prompt"][-80:], row["response"]) for row in dropped]


def test_the_longest_dialogue_stays(scored: dict[str, list[dict[str, Any]]]) -> None:
    longest = max(scored["prefixes"], key=lambda row: len(row["messages"]))
    assert longest["verdict"] == "keep" and "prefix_duplicate" not in longest["notes"]
    shorter = [row for row in scored["prefixes"] if row is not longest]
    assert all("prefix_duplicate" in row["notes"] or row["verdict"] == "drop" for row in shorter)


def test_reviews_behind_one_instruction_are_no_conflict(scored: dict[str, list[dict[str, Any]]]) -> None:
    assert [row["conflicts_with"] for row in scored["template"]] == [[]] * len(scored["template"])


def test_what_the_model_cannot_read_is_said(scored: dict[str, list[dict[str, Any]]]) -> None:
    thai = next(row for row in scored["unknown"] if "แมว" in row["prompt"])
    assert "unreadable" in thai["notes"]
    assert not any("unreadable" in row["notes"] for row in scored["shop"])


def test_other_answers_to_one_question_are_variety(scored: dict[str, list[dict[str, Any]]]) -> None:
    cats = [row for row in scored["short"] if row["prompt"] == "cat"]
    kept = [row for row in cats if row["verdict"] == "keep"]
    assert {row["response"] for row in kept} >= {"Katze"}
    for row in kept:  # "cats" asks the same, too: an inflection is no other question
        peers = [other for other in scored["short"] if other["question_id"] == row["question_id"]]
        assert row["same_question"] == sum(other["verdict"] == "keep" for other in peers) - 1
        assert ("variety" in row["notes"]) == (len(kept) > 1)

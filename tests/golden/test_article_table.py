"""Where the article's code fails its own examples, the default profile does not: one run over a row for each case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark.cli.app import invoke
from ftq_spark.kernels.review import agreement
from ftq_spark.kernels.review.error_gate import GateSettings, decide

GOOD_WARFARIN = (
    "Warfarin inhibits vitamin K epoxide reductase (VKOR), preventing the recycling of vitamin K, which is required "
    "for the synthesis of clotting factors II, VII, IX, and X."
)
STRUCTURED_REFUSAL = (
    "As an AI, I cannot provide an answer to this question:\n"
    "- It would not be right for me to say anything definite about a subject of this kind at all.\n"
    "- It may be better to ask somebody who knows about it and who can look at all of the details.\n"
    "- There are many other things that I would be glad to help you with, so please ask me about one of those.\n"
    "Thank you very much for your understanding, and please do not hesitate to come back with another question soon."
)

CASES: dict[str, list[tuple[str, str]]] = {
    "good warfarin": [("user", "What is warfarin's mechanism?"), ("assistant", GOOD_WARFARIN)],
    "wrong warfarin": [
        ("user", "What is warfarin's mechanism?"),
        ("assistant", "Warfarin works by inhibiting COX-2 enzymes."),
    ],
    "structured refusal": [("user", "Which tax applies to a gift of shares?"), ("assistant", STRUCTURED_REFUSAL)],
    "as an aid": [
        ("user", "What is a mnemonic?"),
        ("assistant", "A mnemonic is a phrase used as an aid to memory, such as a rhyme for the order of the planets."),
    ],
    "curly refusal": [("user", "Who wrote the Georgics?"), ("assistant", "I don’t know.")],
    "hi 1": [
        ("user", "Hi"),
        ("assistant", "Hello! How can I help?"),
        ("user", "What is the boiling point of water at sea level in Celsius?"),
        ("assistant", "Water boils at 100 °C at sea level."),
    ],
    "hi 2": [
        ("user", "Hi"),
        ("assistant", "Hello! How can I help?"),
        ("user", "Name the largest planet of the solar system."),
        ("assistant", "Jupiter is the largest planet, with more than twice the mass of all the others together."),
    ],
    "no user 1": [("assistant", "The meeting of the housing committee was moved from Monday to Thursday afternoon.")],
    "no user 2": [("assistant", "Copper conducts electricity better than iron, and silver better than copper.")],
    "metformin 1": [
        ("user", "Is metformin safe in pregnancy?"),
        (
            "assistant",
            "Metformin is generally considered safe in pregnancy and is used for gestational diabetes.",
        ),
    ],
    "metformin 2": [
        ("user", "Can metformin be used in pregnant patients?"),
        ("assistant", "Metformin should be avoided in pregnancy as it crosses the placenta."),
    ],
}


def as_line(turns: list[tuple[str, str]]) -> str:
    return json.dumps({"messages": [{"role": role, "content": content} for role, content in turns]}) + "\n"


@pytest.fixture(scope="module")
def found(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("table")
    (folder / "cases.jsonl").write_text("".join(map(as_line, CASES.values())), encoding="utf-8")
    scored = rows(run(folder / "run", folder / "cases.jsonl"), "scored")
    return {name: next(row for row in scored if row["row"] == i) for i, name in enumerate(CASES, start=1)}


def test_short_and_correct_is_not_bad(found: dict[str, dict[str, Any]]) -> None:
    row = found["good warfarin"]
    assert set(row["reasons"]) <= {"conflict"}  # kept, but for the wrong answer that stands against it
    assert row["quality"] >= 0.6


def test_a_hyphen_is_no_structure(found: dict[str, dict[str, Any]]) -> None:
    assert found["wrong warfarin"]["sig_is_structured"] == 0
    assert found["wrong warfarin"]["sig_has_structure"] == 1  # the article's own signal, as it is
    assert found["wrong warfarin"]["quality"] < found["good warfarin"]["quality"]


def test_a_refusal_never_passes_on_length(found: dict[str, dict[str, Any]]) -> None:
    row = found["structured refusal"]
    assert (row["verdict"], row["sig_length_score"]) == ("review", 1.0)
    assert "refusal" in row["reasons"]


def test_word_boundaries_and_typographic_variants(found: dict[str, dict[str, Any]]) -> None:
    assert found["as an aid"]["sig_passes_filters"] == 0  # the article's
    assert found["as an aid"]["verdict"] == "keep"
    assert found["curly refusal"]["sig_passes_filters"] == 1
    assert "refusal" in found["curly refusal"]["reasons"]


def test_generic_openers_and_missing_prompts_are_no_duplicates(found: dict[str, dict[str, Any]]) -> None:
    for name in ("hi 1", "hi 2", "no user 1", "no user 2"):
        assert found[name]["duplicate_of"] is None
        assert found[name]["verdict"] != "drop"


@pytest.mark.parametrize("pair", [("metformin 1", "metformin 2"), ("good warfarin", "wrong warfarin")])
def test_conflicts_veto_and_go_to_review(found: dict[str, dict[str, Any]], pair: tuple[str, str]) -> None:
    left, right = (found[name] for name in pair)
    for row, other in ((left, right), (right, left)):
        assert row["verdict"] == "review"
        assert row["duplicate_of"] is None
        assert row["conflicts_with"] == [other["example_id"]]


def test_ids_are_stable(found: dict[str, dict[str, Any]]) -> None:
    assert found["as an aid"]["content_hash"] == "4f4cf084c78a03af3b890638a75309bb"
    assert all(len(row["example_id"]) == 32 for row in found.values())


def test_an_empty_dataset_is_a_clear_message(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.json").write_text("[]")
    assert invoke(["run", str(tmp_path / "none.json"), "--out", str(tmp_path / "run")]) == 2
    assert "empty_file" in capsys.readouterr().err


def test_five_errors_in_a_hundred_decide_nothing() -> None:
    assert decide(5, 100, GateSettings()).gate == "inconclusive"
    assert decide(6, 100, GateSettings(mode="article")).gate == "fail"


def test_kappa_does_not_stand_alone() -> None:
    table = np.array([[86, 4], [4, 6]])  # 92% agreement at 90% prevalence
    counts = np.repeat([[2, 0], [1, 1], [0, 2]], [86, 8, 6], axis=0)
    assert agreement.cohen_kappa(table).value == pytest.approx(0.56, abs=0.005)
    assert agreement.gwet_ac1(counts).value == pytest.approx(0.90, abs=0.005)

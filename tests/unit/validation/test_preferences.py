"""What `ftq validate` says of preference data as a whole."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.validation import sarif, validate


def validated(folder: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    path = folder / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return validate([str(path)], 100)


def pairs(n: int, chosen: str, rejected: str) -> list[dict[str, str]]:
    return [{"prompt": f"What is {i}?", "chosen": f"{chosen} {i}", "rejected": f"{rejected} {i}"} for i in range(n)]


LONG, SHORT = "It is a number that follows from the one before it, as every number does:", "A number:"


def test_length_is_named_with_its_interval(tmp_path: Path) -> None:
    found = validated(tmp_path, [*pairs(90, LONG, SHORT), *pairs(10, SHORT, LONG)])
    assert found["warnings"] == {"preference_skew": 1}
    (finding,) = found["findings"]
    assert finding["row"] == 1
    assert finding["message"].startswith(
        "the preferred answer is the longer in 90% (83%–94%): 90 of the 100 pairs that differ in it; d = +"
    )
    skew = found["preferences"]["pairs"]["skews"]["words"]
    assert (skew["n"], skew["share"]) == (100, 0.9)
    assert any(rule["id"] == "preference_skew" for rule in sarif(found)["runs"][0]["tool"]["driver"]["rules"])


@pytest.mark.parametrize(
    ("chosen", "rejected", "word"),
    [
        (SHORT, LONG, "shorter"),
        ("I'm sorry, but I can't help with that request at all", "Well, that is of course the number", "declines"),
        ("1. It is\n2. a number", "It is, well, a number", "with lists"),
    ],
)
def test_what_else_may_be_learnt(tmp_path: Path, chosen: str, rejected: str, word: str) -> None:
    found = validated(tmp_path, pairs(60, chosen, rejected))
    assert any(word in item["message"] for item in found["findings"])


def test_few_pairs_and_even_ones_say_nothing(tmp_path: Path) -> None:
    assert validated(tmp_path, pairs(20, LONG, SHORT))["findings"] == []
    assert validated(tmp_path, [*pairs(50, LONG, SHORT), *pairs(50, SHORT, LONG)])["findings"] == []


def test_labels_out_of_balance(tmp_path: Path) -> None:
    rows = [{"prompt": f"q{i}", "completion": f"Answer {i}.", "label": i % 9 > 0} for i in range(90)]
    found = validated(tmp_path, rows)
    assert [(item["code"], item["message"]) for item in found["findings"]] == [
        ("label_balance", "80 desirable and 10 undesirable labels: balanced by undesirable_weight 8")
    ]
    assert found["preferences"]["pairs"]["desirable"] == 80
    assert validated(tmp_path, rows[:9] + rows[::9])["findings"] == []


def test_data_without_preferences_has_no_figures(tmp_path: Path) -> None:
    assert validated(tmp_path, [{"prompt": "q", "completion": "a"}])["preferences"] == {}


def ranked(*order: str, prompt: str = "Which is best?") -> list[dict[str, str]]:
    return [{"prompt": prompt, "chosen": one, "rejected": other} for one, other in combinations(order, 2)]


def test_the_pair_that_the_others_speak_against_is_named(tmp_path: Path) -> None:
    rows = [*ranked("A pear.", "A plum.", "A fig.", "A nut."), *ranked("Ann.", "Bob.", "Cy.", prompt="Who?")]
    assert validated(tmp_path, rows)["findings"] == []
    rows[2] = {**rows[2], "chosen": rows[2]["rejected"], "rejected": rows[2]["chosen"]}
    found = validated(tmp_path, rows)
    assert [(item["code"], item["row"], item["line"]) for item in found["findings"]] == [("preference_swapped", 3, 3)]
    assert "put the rejected answer 0.8 ahead" in found["findings"][0]["message"]
    assert found["warned"] == 1


def test_the_same_answers_to_another_prompt_speak_for_themselves(tmp_path: Path) -> None:
    rows = ranked("A pear.", "A plum.", "A fig.", "A nut.")
    other = {"prompt": "Which is worst?", "chosen": "A nut.", "rejected": "A pear."}
    assert validated(tmp_path, [*rows, other])["findings"] == []


def test_the_line_of_a_swapped_pair_in_a_document(tmp_path: Path) -> None:
    rows = ranked("A pear.", "A plum.", "A fig.", "A nut.")
    rows[2] = {**rows[2], "chosen": rows[2]["rejected"], "rejected": rows[2]["chosen"]}
    path = tmp_path / "pairs.json"
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    (finding,) = validate([str(path)], 100)["findings"]
    assert (finding["row"], finding["line"]) == (3, 12)

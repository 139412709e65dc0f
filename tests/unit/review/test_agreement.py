"""The agreement report: which coefficients apply, the verdict, and where annotators differ."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from ftq_spark.errors import InputError
from ftq_spark.review.agreement import agreement_report
from ftq_spark.review.agreement_commands import agreement_command
from ftq_spark.review.labels import Vote
from ftq_spark.review.render import render_agreement

NO_PROBLEMS: dict[str, object] = {"problem_counts": {}, "problems": []}


def _votes(rows: Iterable[tuple[str, str, str]], time: str = "") -> list[Vote]:
    return [Vote(item, annotator, label, "", "", time) for item, annotator, label in rows]


def _pair(table: list[list[int]], labels: tuple[str, ...]) -> list[Vote]:
    rows, number = [], 0
    for left, line in zip(labels, table, strict=True):
        for right, times in zip(labels, line, strict=True):
            for _ in range(times):
                rows += [(f"i{number}", "Ana", left), (f"i{number}", "Bo", right)]
                number += 1
    return _votes(rows)


def test_two_annotators(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item_id", "annotator", "label"])
        writer.writerows(vote[:3] for vote in _pair([[20, 5], [10, 15]], ("yes", "no")))
    report = agreement_command([path])
    ends = [report["cohen_kappa"][name] for name in ("value", "low", "high")]
    assert ends == pytest.approx([0.4, 0.151, 0.649], abs=6e-4)
    assert (report["n_items"], report["n_annotators"], report["n_double_labelled"]) == (50, 2, 50)
    assert report["observed_agreement"] == pytest.approx(0.7)
    assert report["bias_index"] == pytest.approx(0.1)
    assert report["krippendorff_alpha"]["ordinal"] is None  # words in no order
    assert report["weighted_kappa"] is None
    assert report["verdict"] == "inconclusive"
    assert report["confused_labels"] == [{"labels": ["no", "yes"], "n": 15, "share": 1.0}]
    assert len(report["calibration"]) == 15
    assert json.dumps(report)
    assert "INCONCLUSIVE" in render_agreement(report)


def test_verdicts() -> None:
    good = agreement_report(_pair([[90, 4], [4, 90]], ("a", "b")))
    poor = agreement_report(_pair([[60, 40], [40, 60]], ("a", "b")))
    constant = agreement_report(_pair([[30, 0], [0, 0]], ("a", "b")))
    assert [report["verdict"] for report in (good, poor, constant)] == ["ok", "ambiguous", "not_estimable"]
    assert constant["cohen_kappa"] == {"value": None, "low": None, "high": None, "status": "not_estimable"}
    assert "not estimable" in render_agreement({**constant, **NO_PROBLEMS})
    assert "say what parts them" in " ".join(poor["advice"])


def test_the_paradox_is_warned_of() -> None:
    report = agreement_report(_pair([[86, 4], [4, 6]], ("fine", "bad")))
    assert report["paradox"] is True
    assert report["cohen_kappa"]["value"] < 0.6
    assert report["gwet_ac1"]["value"] > 0.9
    assert "AC1" in " ".join(report["advice"])


def test_rare_labels_condemn_no_guidelines() -> None:
    votes = _pair([[0, 2], [2, 96]], ("error", "ok"))
    report = agreement_report(votes)
    assert report["paradox"] is True
    assert report["gwet_ac1"]["value"] == pytest.approx(0.958, abs=5e-4)
    assert report["verdict"] == "inconclusive"
    said = " ".join(report["advice"])
    assert "rewrite" not in said
    assert "oversample the rare label" in said


def test_one_class_has_an_ac1_where_its_scale_is_stated() -> None:
    votes = _pair([[20, 0], [0, 0]], ("ok", "error"))
    assert agreement_report(votes)["gwet_ac1"]["status"] == "not_estimable"
    stated = agreement_report(votes, scale=("ok", "error"))["gwet_ac1"]
    assert (stated["value"], stated["high"]) == (1.0, 1.0)
    assert stated["low"] == pytest.approx(0.832, abs=5e-4)  # of 20 of 20


def test_a_stated_scale_counts_labels_that_nobody_gave() -> None:
    votes = _pair([[10, 2], [3, 5]], ("1", "2"))
    shares = np.array([12.5 / 20 - 0.0, 7.5 / 20])
    observed = 15 / 20
    for scale, q in (((), 2), (("1", "2", "3", "4"), 4)):
        chance = float((shares * (1 - shares)).sum() / (q - 1))
        value = agreement_report(votes, scale=scale)["gwet_ac1"]["value"]
        assert value == pytest.approx((observed - chance) / (1 - chance))


def test_annotators_who_never_agree() -> None:
    rows = [(f"i{i}", who, label) for i in range(30) for who, label in (("Ana", str(i % 2)), ("Bo", str(2 + i % 3)))]
    report = agreement_report(_votes(rows))
    assert report["observed_agreement"] == 0
    assert report["verdict"] == "ambiguous"
    assert report["paradox"] is False


def test_ordered_labels_have_weighted_coefficients() -> None:
    table = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
    numbers = agreement_report(_pair(table, ("1", "2", "3")))
    assert numbers["weighted_kappa"]["linear"]["value"] == pytest.approx(0.4923, abs=5e-5)
    assert numbers["weighted_kappa"]["quadratic"]["value"] == pytest.approx(0.5667, abs=5e-5)
    assert all(alpha is not None for alpha in numbers["krippendorff_alpha"].values())
    words = agreement_report(_pair(table, ("poor", "moderate", "high")), scale=("poor", "moderate", "high"))
    assert words["weighted_kappa"]["linear"] == pytest.approx(numbers["weighted_kappa"]["linear"])
    assert words["krippendorff_alpha"]["interval"] is None
    assert words["krippendorff_alpha"]["ordinal"] == numbers["krippendorff_alpha"]["ordinal"]


def test_three_annotators_with_missing_votes() -> None:
    rng = np.random.default_rng(5)
    rows = []
    for item in range(120):
        truth = rng.integers(2)
        for annotator in rng.permutation(["Ana", "Bo", "Cy"])[: 3 if item < 60 else 2]:
            rows.append((f"i{item}", str(annotator), "ab"[truth if rng.random() < 0.95 else 1 - truth]))
    report = agreement_report(_votes(rows))
    assert report["cohen_kappa"] is None
    assert report["fleiss_kappa"] is None  # unequal numbers of votes
    assert set(report["cohen_kappa_by_pair"]) == {"Ana / Bo", "Ana / Cy", "Bo / Cy"}
    assert report["verdict_by"] == "krippendorff_alpha"
    assert report["verdict"] == "ok"
    equal = agreement_report(_votes(row for row in rows if int(row[0][1:]) < 60))
    assert equal["fleiss_kappa"]["value"] == pytest.approx(equal["krippendorff_alpha"]["nominal"]["value"], abs=0.01)


def test_by_annotator_names_the_odd_one() -> None:
    rows = [(f"i{i}", name, "a" if name != "Cy" and i % 2 else "b") for i in range(40) for name in ("Ana", "Bo", "Cy")]
    report = agreement_report(_votes(rows))["by_annotator"]
    assert report["Cy"]["agreement_with_others"] == 0.5
    assert report["Ana"]["agreement_with_others"] == 0.75
    assert report["Cy"]["label_shares"] == {"a": 0.0, "b": 1.0}
    assert report["Cy"]["confusion"] == {"a": {"a": 0, "b": 0}, "b": {"a": 40, "b": 40}}


def test_drift() -> None:
    votes = []
    for i in range(60):
        label = "ab"[i % 2]
        other = label if i < 30 or i % 4 == 0 else "ba"[i % 2]
        votes += _votes([(f"i{i}", "Ana", label), (f"i{i}", "Bo", other)], f"2025-01-{1 + i // 2:02d}T00:00:00Z")
    drift = agreement_report(votes)["drift"]
    assert drift["changed"] is True
    assert drift["periods"][0]["agreement"] == 1.0
    assert agreement_report(_pair([[9, 1], [1, 9]], ("a", "b")))["drift"] is None  # no times


def test_no_annotators_and_no_labels(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("item_id,label\ni1,a\n")
    with pytest.raises(InputError, match="annotator"):
        agreement_command([path])
    path.write_text("item_id,annotator,label\ni1,Ana,\n")
    with pytest.raises(InputError, match="no label in"):
        agreement_command([path])


def test_single_votes_are_not_estimable() -> None:
    report = agreement_report(_votes([("i1", "Ana", "a"), ("i2", "Ana", "b")]))
    assert (report["verdict"], report["observed_agreement"]) == ("not_estimable", None)
    assert "NOT ESTIMABLE" in render_agreement({**report, **NO_PROBLEMS})

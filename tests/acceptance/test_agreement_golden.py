"""Agreement coefficients recomputed on published data."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.tests import test_inter_rater

from ftq_spark.kernels.review.agreement import (
    NOT_ESTIMABLE,
    cohen_kappa,
    confusion,
    fleiss_kappa,
    krippendorff_alpha,
    label_counts,
)


@pytest.fixture(scope="module")
def golden(real_data: Path) -> dict[str, Any]:
    return json.loads((real_data / "iaa" / "agreement_golden_values.json").read_text())


@pytest.fixture(scope="module")
def pandalm(real_data: Path) -> np.ndarray:
    with gzip.open(real_data / "iaa" / "pandalm_testset-v1.json.gz", "rt") as file:
        rows = json.load(file)
    return np.array([[row[f"annotator{i}"] for i in (1, 2, 3)] for row in rows])


def _codes(observers: list[list[int | None]]) -> np.ndarray:
    return np.array([[-1 if vote is None else vote - 1 for vote in votes] for votes in observers]).T


def test_cohen_sas(golden: dict[str, Any]) -> None:
    case = golden["cohen_sas"]
    table = np.array(case["table"])
    assert cohen_kappa(table) == pytest.approx((case["kappa"], *case["ci95"]), abs=6e-5)
    linear = case["weighted_linear"]
    assert cohen_kappa(table, "linear") == pytest.approx((linear["kappa"], *linear["ci95"]), abs=6e-5)


def test_cohen_irr_anxiety(golden: dict[str, Any]) -> None:
    case = golden["cohen_irr_anxiety_r2r3"]
    votes = np.array(case["anxiety_F_order_20x3"]).reshape(20, 3, order="F") - 1
    table = confusion(votes[:, 1], votes[:, 2], 6)
    assert cohen_kappa(table).value == pytest.approx(case["unweighted"], abs=1e-7)
    assert cohen_kappa(table, "linear").value == pytest.approx(case["linear"], abs=1e-7)
    assert cohen_kappa(table, "quadratic").value == pytest.approx(case["squared"], abs=1e-7)


def test_fleiss(golden: dict[str, Any]) -> None:
    case = golden["fleiss_wikipedia"]
    assert fleiss_kappa(np.array(case["table"])).value == pytest.approx(case["kappa"], abs=5e-4)


def test_fleiss_1971_diagnoses(golden: dict[str, Any]) -> None:
    case = golden["fleiss1971_diagnoses"]
    counts = label_counts(np.asarray(test_inter_rater.diagnoses) - 1, 5)
    assert counts.shape == (30, 5) and (counts.sum(axis=1) == 6).all()
    assert counts.sum(axis=0).tolist() == case["colsum"]
    assert fleiss_kappa(counts).value == pytest.approx(case["kappa"], abs=1e-7)


@pytest.mark.parametrize("case", ["krippendorff_nominal_3x15", "krippendorff_4x12"])
def test_krippendorff(golden: dict[str, Any], case: str) -> None:
    counts = label_counts(_codes(golden[case]["data"]), 5)
    for level in ("nominal", "ordinal", "interval", "ratio"):
        if f"alpha_{level}" in golden[case]:
            alpha = krippendorff_alpha(counts, level, [1, 2, 3, 4, 5])
            assert alpha.value == pytest.approx(golden[case][f"alpha_{level}"], abs=5e-4), level


def test_nltk_cases(golden: dict[str, Any]) -> None:
    easy = golden["nltk_easy"]
    coders, items = (sorted({vote[place] for vote in easy["data"]}) for place in (0, 1))
    codes = np.full((len(items), len(coders)), -1)
    for coder, item, label in easy["data"]:
        codes[items.index(item), coders.index(coder)] = ["NO", "YES"].index(label)
    assert krippendorff_alpha(label_counts(codes, 2)).value == pytest.approx(easy["alpha"], abs=1e-7)
    # One label only: some libraries say 1, some raise; here it is not estimable.
    assert krippendorff_alpha(label_counts(np.zeros((2, 2), dtype=np.int64), 1)) == NOT_ESTIMABLE


def test_pandalm(golden: dict[str, Any], pandalm: np.ndarray) -> None:
    case = golden["pandalm"]
    for pair, value in case["cohen"].items():
        left, right = (int(annotator) - 1 for annotator in pair.split("-"))
        kappa = cohen_kappa(confusion(pandalm[:, left], pandalm[:, right], 3))
        assert kappa.value == pytest.approx(value, abs=1e-12)
        assert round(value, 2) == case["published"][pair]
    counts = label_counts(pandalm, 3)
    assert fleiss_kappa(counts).value == pytest.approx(case["fleiss"], abs=1e-12)
    assert krippendorff_alpha(counts).value == pytest.approx(case["krippendorff_nominal"], abs=1e-12)

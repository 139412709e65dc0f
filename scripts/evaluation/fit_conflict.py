#!/usr/bin/env python
"""Fit the weights of contradiction evidence and write ftq_spark/kernels/conflict_weights.json.

    scripts/evaluate fit_conflict [--data FOLDER] [--out FILE]

A logistic with a sign for each weight, drawn towards hand-set weights (a Gaussian prior), so that evidence that the
labelled data rarely shows keeps a sensible weight. Data: TruthfulQA (Apache-2.0), at most six pairs of each label for a
question. Sets with non-commercial licences (SICK, ANLI) are used to measure, never to fit.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import conflict_data
import numpy as np
from fetch_data import real_folder
from numpy.typing import NDArray
from scipy.optimize import minimize

from ftq_spark.kernels.conflict.items import FEATURES
from ftq_spark.kernels.conflict.pairs import analyse
from ftq_spark.kernels.conflict.score import Weights, features

REPOSITORY = Path(__file__).resolve().parents[2]
PRIOR = {
    "lead": 4.5,
    "stance": 3.2,
    "impossible": 3.4,
    "urgency": 3.4,
    "closing": 1.9,
    "denial": 1.4,
    "negation": 1.0,
    "negation_frame": 1.0,
    "antonym": 1.4,
    "antonym_frame": 1.2,
    "modality": 1.6,
    "quantifier": 2.5,
    "number_asked": 3.4,
    "number_unit": 1.8,
    "number_other": 0.8,
    "schedule": 3.4,
    "final": 6.0,
    "entity_short": 1.4,
    "entity_name": 0.8,
    "short_missing": 1.4,
    "choice": 4.0,
    "substitution": 1.75,
    "minimal_pair": 3.5,
    "minimal_antonym": 3.5,
    "minimal_denial": 2.5,
    "minimal_negation": 1.5,
    "antonym_lead": 1.5,
    "entity_head": 1.4,
    "relation": 1.6,
    "lead_same": -3.0,
    "stance_same": -2.0,
    "number_same": -2.5,
    "final_same": -5.0,
    "overlap": -1.5,
    "char_overlap": -1.0,
    "short_contained": -2.0,
    "both_doubt": -1.5,
    "one_doubts": -0.5,
    "both_negative": -1.0,
    "hedged": -0.8,
    "long": -0.8,
    "one_names": 0.3,
    "restated": 0.3,
    "asks_many": -0.5,
    "questions_differ": -3.5,
    "explain": -0.3,
}
PRIOR_BIAS = 0.0
STRENGTH = 10.0  # of the prior: the inverse variance of a weight
# TruthfulQA's questions are traps with many right answers, so that it cannot teach what two different entities or
# numbers mean for a plain question: those weights stay near the prior.
FIRM = dict.fromkeys(
    (
        "entity_name",
        "substitution",
        "relation",
        "denial",
        "negation",
        "number_asked",
        "number_same",
        "minimal_pair",
        "minimal_antonym",
        "minimal_denial",
        "antonym_lead",
        "quantifier",
    ),
    100.0,
)
FIRM |= dict.fromkeys(("entity_short", "short_missing"), 400.0) | {"entity_head": 50.0}
FIT_PREVALENCE = 0.5  # conflicts among the fitted pairs, by weighting
PREVALENCE = 0.15  # conflicts among the candidates of a dataset in use
PAIRS_PER_LABEL = 6


def capped(pairs: list[conflict_data.Pair], n: int = PAIRS_PER_LABEL) -> list[conflict_data.Pair]:
    """At most `n` pairs of each label for a group, in order, so that no question with many answers rules the fit."""
    seen: dict[tuple[str, bool], int] = {}
    kept = []
    for pair in pairs:
        key = (pair.group, pair.conflict)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= n:
            kept.append(pair)
    return kept


def matrix(pairs: list[conflict_data.Pair]) -> NDArray[np.float64]:
    """(n, features) strengths."""
    column = {feature: position for position, feature in enumerate(FEATURES)}
    values = np.zeros((len(pairs), len(FEATURES)))
    read: dict[tuple[str, str], object] = {}
    for row, pair in enumerate(pairs):
        a, b = (
            read.setdefault(key, analyse(*key))
            for key in ((pair.question_a, pair.answer_a), (pair.question_b, pair.answer_b))
        )
        for item in features(a, b)[0]:
            values[row, column[item.feature]] = max(values[row, column[item.feature]], item.strength)
    return values


def fit(values: NDArray[np.float64], labels: NDArray[np.bool_], strength: float = STRENGTH) -> Weights:
    """Weights with the signs of :data:`PRIOR`; the bias is moved from the data's share of conflicts to PREVALENCE."""
    centre = np.array([PRIOR[feature] for feature in FEATURES])
    firmness = np.array([FIRM.get(feature, strength) for feature in FEATURES])
    target = labels.astype(float)
    share = target.mean()
    sample = np.where(labels, FIT_PREVALENCE / share, (1 - FIT_PREVALENCE) / (1 - share))

    def loss(vector: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logit = values @ vector[1:] + vector[0]
        error = (1 / (1 + np.exp(-logit)) - target) * sample
        away = vector[1:] - centre
        total = float((sample * (np.logaddexp(0, logit) - target * logit)).sum() + away @ (firmness * away) / 2)
        return total, np.concatenate(([error.sum()], values.T @ error + firmness * away))

    bounds = [(None, None)] + [(0.0, None) if weight > 0 else (None, 0.0) for weight in centre]
    found = minimize(loss, np.concatenate(([PRIOR_BIAS], centre)), jac=True, bounds=bounds, method="L-BFGS-B").x
    shift = math.log(PREVALENCE / (1 - PREVALENCE)) - math.log(FIT_PREVALENCE / (1 - FIT_PREVALENCE))
    return Weights("1", float(found[0] + shift), dict(zip(FEATURES, map(float, found[1:]), strict=True)))


def main() -> None:
    """Fit on all permissively licensed pairs and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "ftq_spark" / "kernels" / "conflict" / "weights.json")
    arguments = parser.parse_args()
    folder = arguments.data or real_folder()
    pairs = capped(conflict_data.truthfulqa(folder, comments=False))
    weights = fit(matrix(pairs), np.array([pair.conflict for pair in pairs]))
    content = {
        "version": weights.version,
        "fitted_on": {"TruthfulQA (even questions)": "Apache-2.0", "pairs": len(pairs)},
        "prevalence": PREVALENCE,
        "bias": round(weights.bias, 3),
        "weights": {feature: round(weight, 3) for feature, weight in weights.weights.items()},
    }
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{len(pairs)} pairs → {arguments.out}")


if __name__ == "__main__":
    main()

"""From a conflict's score to a probability, learnt from reviewers' verdicts; without verdicts there is none.

Below 200 verdicts the score alone is rescaled (Platt 1999), from there on a logistic reads the kinds of evidence too.
Which one is used, if any, is decided by cross-validation over questions: pairs on one question are never on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

KINDS = (
    "polarity", "negation", "antonym", "modality", "quantifier", "number", "final_answer", "entity", "relation",
    "refusal", "model",
)  # fmt: skip
COLUMNS = ("logit_score", "prompt_similarity", *KINDS)
MIN_OF_EACH = 5  # verdicts of either sort, below which nothing is fitted
MIN_FOR_EVIDENCE = 200
N_FOLDS = 5
_CLIP = 0.01


class Calibration(NamedTuple):
    """A fitted logistic over :data:`COLUMNS`; a column that it does not read has the weight 0."""

    state: str  # prior (nothing fitted), platt, logistic
    intercept: float
    weights: tuple[float, ...]


PRIOR = Calibration("prior", 0.0, (0.0,) * len(COLUMNS))


def features(pairs: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    """(n, len(COLUMNS)) of pairs with score, prompt_similarity, kind and evidence (list of kind)."""
    rows = np.zeros((len(pairs), len(COLUMNS)))
    for row, pair in zip(rows, pairs, strict=True):
        score = min(max(pair["score"], _CLIP), 1 - _CLIP)
        row[0] = np.log(score / (1 - score))
        row[1] = pair["prompt_similarity"]
        kinds = {pair["kind"], *(item["kind"] for item in pair["evidence"] or ())}
        row[2:] = [kind in kinds for kind in KINDS]
    return rows


def probabilities(calibration: Calibration, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) probability that reviewers call a pair a conflict; NaN where nothing was fitted."""
    if calibration.state == "prior":
        return np.full(len(rows), np.nan)
    found: NDArray[np.float64] = 1 / (1 + np.exp(-(calibration.intercept + rows @ np.array(calibration.weights))))
    return found


def calibrate(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], groups: Sequence[str]
) -> tuple[Calibration, dict[str, Any]]:
    """The calibration of n judged pairs, and how it was chosen.

    `groups` names the question of each pair. The report has n, n_conflicts, and for each candidate (``score``: the
    score taken for a probability, ``base_rate``, ``platt``, and ``logistic`` from :data:`MIN_FOR_EVIDENCE` on) its
    cross-validated log_loss and brier. The best candidate is used where it beats both the score and the base rate;
    else nothing is, and the state stays ``prior``.
    """
    n, n_conflicts = len(labels), int(labels.sum())
    report: dict[str, Any] = {"n": n, "n_conflicts": n_conflicts, "candidates": {}}
    n_folds = min(N_FOLDS, len(set(groups)))
    if min(n_conflicts, n - n_conflicts) < MIN_OF_EACH or n_folds < 2:
        return PRIOR, report
    fits = {"platt": (0,), **({"logistic": tuple(range(len(COLUMNS)))} if n >= MIN_FOR_EVIDENCE else {})}
    held_out = {"score": 1 / (1 + np.exp(-rows[:, 0])), **{name: np.empty(n) for name in ("base_rate", *fits)}}
    fold = _folds(groups, n_folds)
    for number in range(n_folds):
        train, test = fold != number, fold == number
        base = (labels[train].sum() + 1) / (train.sum() + 2)
        held_out["base_rate"][test] = base
        for name, columns in fits.items():
            fitted = _fit(name, rows[train], labels[train], columns)
            held_out[name][test] = base if fitted is None else probabilities(fitted, rows[test])
    for name, found in held_out.items():
        clipped = np.clip(found, 1e-6, 1 - 1e-6)
        loss = -np.where(labels, np.log(clipped), np.log1p(-clipped)).mean()
        report["candidates"][name] = {"log_loss": float(loss), "brier": float(((found - labels) ** 2).mean())}
    loss_of = {name: row["log_loss"] for name, row in report["candidates"].items()}
    best = min(fits, key=lambda name: loss_of[name])
    if loss_of[best] >= min(loss_of["score"], loss_of["base_rate"]):
        return PRIOR, report
    return _fit(best, rows, labels, fits[best]) or PRIOR, report


def _folds(groups: Sequence[str], n_folds: int) -> NDArray[np.int64]:
    """Fold of each pair: whole questions, the largest first, each into the smallest fold so far."""
    names, counts = np.unique(np.array(groups), return_counts=True)
    sizes = np.zeros(n_folds, dtype=int)
    fold_of = {}
    for place in np.lexsort((names, -counts)):
        fold_of[str(names[place])] = number = int(sizes.argmin())
        sizes[number] += counts[place]
    return np.array([fold_of[name] for name in groups])


def _fit(
    state: str, rows: NDArray[np.float64], labels: NDArray[np.bool_], columns: Sequence[int]
) -> Calibration | None:
    """A ridge logistic over some columns; None where the labels are all alike."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (an optional dependency)

    if labels.all() or not labels.any():
        return None
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(rows[:, columns], labels)
    weights = np.zeros(len(COLUMNS))
    weights[list(columns)] = fitted.coef_[0]
    return Calibration(state, float(fitted.intercept_[0]), tuple(map(float, weights)))

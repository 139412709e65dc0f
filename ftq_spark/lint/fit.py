"""Weights fitted to review labels: a logistic regression that may not turn a signal's sign.

    P(correct) = 1 / (1 + exp(−(b + Σ c_i·g_i)))      c_i ≥ 0, drawn towards s·|w_i| of the profile, s ≥ 0 free

The fit starts from the weights that are there: few labels move them a little, many labels decide. Signals that do not
apply count as their mean over the labelled examples. AUC is cross-validated and measured with the quality itself, so
that what is promised is what a run would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from ftq_spark import signals
from ftq_spark.errors import InputError, UserError
from ftq_spark.review.items import VERDICTS
from ftq_spark.review.labels import read_labels
from ftq_spark.review.score import settle
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset
from ftq_spark.settings import Score

Floats = NDArray[np.float64]
MIN_LABELS = 50
MIN_OF_EACH = 10
STRENGTH = 1.0  # of the pull towards the profile's weights
FOLDS = 5
_DECIMALS = 3


@of_any_version
def fit(run: str, label_files: Sequence[Path | str], profile: Score) -> dict[str, Any]:
    """Weights for the profile's signals from what reviewers said about examples of the run.

    Returns n, n_errors, auc_before and auc_after (mean over folds), auc_after_sd, better (after exceeds before),
    weights (as settings state them, adding up to 1) and before (the profile's, scaled alike).

    Raises:
        InputError: fewer than MIN_LABELS examples of the run are judged, or fewer than MIN_OF_EACH of either outcome.
    """
    judged = settle(read_labels(label_files, allowed=VERDICTS).votes)
    settled = ("correct", "error")
    outcomes = {item: found.outcome == "correct" for item, found in judged.items() if found.outcome in settled}
    values, good = _labelled(run, outcomes, list(profile.weights))
    n_errors = int((~good).sum())
    if len(good) < MIN_LABELS or min(n_errors, len(good) - n_errors) < MIN_OF_EACH:
        raise InputError(
            f"too few labels to fit weights: {len(good)} examples of {run} are judged, {n_errors} of them wrong; "
            f"expected at least {MIN_LABELS}, with at least {MIN_OF_EACH} right and {MIN_OF_EACH} wrong"
        )
    values = signals.counted(values, profile.curves)
    before, after = _cross_validated(values, good, profile.weights)
    return {
        "n": len(good),
        "n_errors": n_errors,
        "auc_before": float(np.mean(before)),
        "auc_after": float(np.mean(after)),
        "auc_after_sd": float(np.std(after, ddof=1)),
        "better": bool(np.mean(after) > np.mean(before)),
        "before": _scaled(profile.weights),
        "weights": _scaled(fitted_weights(values, good, profile.weights)),
    }


def _labelled(run: str, outcomes: dict[str, bool], names: list[str]) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """The profile's signals of every labelled example of the run, and whether people found it right."""
    scored = dataset(Run.open(run), "scored")
    missing = [name for name in names if f"sig_{name}" not in scored.schema.names]
    if missing:
        raise InputError(f"{run} has not measured the signal {missing[0]!r}: run it again with these settings")
    columns = ["example_id", *(f"sig_{name}" for name in names)]
    table = scored.to_table(columns=columns, filter=pc.field("example_id").isin(sorted(outcomes)))
    table = table.sort_by("example_id")  # the same folds whatever the order of the files
    values = {name: pc.fill_null(table[f"sig_{name}"], np.nan).to_numpy() for name in names}
    return values, np.array([outcomes[example] for example in table["example_id"].to_pylist()], dtype=bool)


def fitted_weights(values: dict[str, Floats], good: NDArray[np.bool_], weights: dict[str, float]) -> dict[str, float]:
    """Weights with the signs of `weights`; the given ones where the labels speak for none."""
    signs = np.sign(list(weights.values()))
    prior = np.abs(list(weights.values()))
    prior = prior / prior.sum()
    oriented = _oriented(values, weights)
    n = len(prior)

    def loss(x: Floats) -> tuple[float, Floats]:
        coefficients, scale, bias = x[:n], x[n], x[n + 1]
        margin = oriented @ coefficients + bias
        off = coefficients - scale * prior
        residual = expit(margin) - good
        value = np.logaddexp(0, np.where(good, -margin, margin)).sum() + STRENGTH / 2 * off @ off
        gradient = oriented.T @ residual + STRENGTH * off
        return float(value), np.concatenate((gradient, [-STRENGTH * off @ prior, residual.sum()]))

    start = np.concatenate((prior, [1.0, 0.0]))
    bounds = [(0.0, None)] * (n + 1) + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x[:n]
    if found.sum() <= 0:
        return dict(weights)
    return dict(zip(weights, (signs * found / found.sum()).tolist(), strict=True))


def _oriented(values: dict[str, Floats], weights: dict[str, float]) -> Floats:
    """(n, signals) values of which more is better; those that do not apply are the mean of the others."""
    columns = [values[name] if weight > 0 else 1.0 - values[name] for name, weight in weights.items()]
    means = [float(np.nanmean(column)) if not np.isnan(column).all() else 0.0 for column in columns]
    return np.column_stack([np.nan_to_num(column, nan=mean) for column, mean in zip(columns, means, strict=True)])


def _cross_validated(
    values: dict[str, Floats], good: NDArray[np.bool_], weights: dict[str, float]
) -> tuple[list[float], list[float]]:
    """AUC of the quality on each fold that the fit has not seen, with the weights given and with those fitted."""
    try:
        from sklearn.metrics import roc_auc_score  # noqa: PLC0415  (optional)
        from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415
    except ImportError as error:
        raise UserError("ftq lint --fit needs scikit-learn: pip install 'ftq-spark[review]'") from error
    before: list[float] = []
    after: list[float] = []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(np.zeros(len(good)), good):
        learnt = fitted_weights({name: value[seen] for name, value in values.items()}, good[seen], weights)
        held_out = {name: value[unseen] for name, value in values.items()}
        for areas, tried in ((before, weights), (after, learnt)):
            areas.append(float(roc_auc_score(good[unseen], signals.quality(held_out, tried, {}))))
    return before, after


def _scaled(weights: dict[str, float]) -> dict[str, float]:
    total = sum(map(abs, weights.values()))
    scaled = {name: round(weight / total, _DECIMALS) for name, weight in weights.items()}
    return {name: weight for name, weight in scaled.items() if weight}


def render_fit(found: dict[str, Any]) -> str:
    """A settings file that may be used as it is; what was measured stands in its comments."""
    lines = [
        f"# fitted to {found['n']} reviewed examples, {found['n_errors']} of them wrong",
        f"# AUC of quality, {FOLDS}-fold cross-validated: {found['auc_before']:.3f} before, "
        f"{found['auc_after']:.3f} after (sd over folds {found['auc_after_sd']:.3f})",
    ]
    if not found["better"]:
        lines.append("# no better than the weights that are there: keep those")
    lines += ["score:", "  weights:"]
    for name, weight in found["weights"].items():
        lines.append(f"    {name}: {weight:g}    # before {found['before'].get(name, 0):g}")
    return "\n".join(lines)

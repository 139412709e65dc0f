"""Fit the quality of the default profile to labelled answers, and show what it is worth on sources not seen.

    scripts/evaluate fit_quality [DATA] [--write]

DATA is the folder of real datasets, else FTQ_REAL_DATA. `--write` puts weights, curves and where they come from into
ftq_spark/signals/quality.json.

The fit is a logistic one on pairs of a good and a bad answer of one source, over signals bent by a straight ramp, with
weights of at least 0, pulled towards SOUND for soundness and equal ones for the rest; each source counts as much as any
other. Every source is left out in turn, and the AUC is that on it. `matched`: the share of pairs ordered right among
pairs of about equal length.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from quality_data import MADE, Source, columns_of, made, sources
from scipy.optimize import minimize
from scipy.special import expit
from signal_quality import auc

from ftq_spark import signals

REPOSITORY = Path(__file__).resolve().parents[2]
FITTED = REPOSITORY / "ftq_spark/signals/quality.json"
# Signal → where its ramp begins and ends: at the second it counts 1. The 5% and 95% quantiles, rounded.
RAMPS: dict[str, tuple[float, float]] = {
    "soundness": (0.0, 1.0),
    "substance": (0.0, 1.0),
    "information": (0.0, 1.0),
    "prompt_coverage": (0.0, 1.0),
    "specificity": (0.0, 0.4),
    "structured_fraction": (0.0, 0.75),
    "repeated_4gram_fraction": (0.4, 0.0),
    "filler_fraction": (0.25, 0.0),
    "prompt_echo": (0.5, 0.0),
}
ENGLISH_ONLY = {"specificity"}  # their terms are left out elsewhere, so that no language has a head start
PULL = 0.1  # its strength
SOUND = 0.35  # the weight of soundness that the fit is pulled to: what a defect spoils, nothing else mends
MADE_COUNTS = 0.5  # a source of made defects, against one that others have labelled
N_PAIRS = 3000  # drawn where a source is not paired
EQUAL_LENGTH = 0.1  # lengths that differ by no more than this share are about equal
MIN_QUALITY = 0.55
Floats = NDArray[np.float64]
Measured = tuple[Source, dict[str, Floats], dict[str, Floats]]  # the source, signals of its good and of its bad answers


def measured(source: Source) -> Measured:
    names = [*RAMPS, "n_words", *OLD_WEIGHTS]
    good, bad = (signals.measure(columns_of(answers), names) for answers in (source.good, source.bad))
    return source, good, bad


# What the defaults were before any fit, for comparison.
OLD_WEIGHTS = {"soundness": 0.40, "substance": 0.20, "information": 0.15, "structure": 0.10, "lexical_diversity": 0.10,
               "vagueness": -0.05}  # fmt: skip


def curves_of(found: Sequence[Measured]) -> dict[str, signals.Curve]:
    """The ramps; absence counts what the signal counts on average over the sources, each as much as any other."""
    curves = {}
    for name, (low, high) in RAMPS.items():
        points = ((low, 0.0), (high, 1.0)) if low < high else ((high, 1.0), (low, 0.0))
        plain = {name: signals.Curve(points)}
        means = [np.nanmean(signals.counted({name: np.concatenate((good[name], bad[name]))}, plain)[name])
                 for _, good, bad in found if not np.isnan(np.concatenate((good[name], bad[name]))).all()]  # fmt: skip
        curves[name] = signals.Curve(points, round(float(np.mean(means)), 2))
    return curves


def shipped(curves: dict[str, signals.Curve]) -> dict[str, signals.Curve]:
    """The curves as quality uses them."""
    return {name: curve._replace(absent=None) if name in ENGLISH_ONLY else curve for name, curve in curves.items()}


def differences(found: Measured, curves: dict[str, signals.Curve]) -> Floats:
    """(pairs, signals) what each signal counts for the good answer of a pair, less what it counts for the bad one."""
    source, *sides = found
    good, bad = (
        np.column_stack(list(signals.counted({n: side[n] for n in curves}, curves).values())) for side in sides
    )
    if source.paired:
        return np.asarray(good - bad)
    generator = np.random.default_rng(0)
    return np.asarray(
        good[generator.integers(len(good), size=N_PAIRS)] - bad[generator.integers(len(bad), size=N_PAIRS)]
    )


def fitted(found: Sequence[Measured], curves: dict[str, signals.Curve]) -> dict[str, float]:
    """Weights that add up to 1."""
    rows = [differences(one, curves) for one in found]
    shares = np.array([MADE_COUNTS if one[0].name in MADE else 1.0 for one in found])
    shares /= shares.sum()
    x = np.vstack(rows)
    counts = np.concatenate([np.full(len(part), share / len(part)) for part, share in zip(rows, shares, strict=True)])
    n = len(curves)
    prior = np.array([SOUND if name == "soundness" else (1 - SOUND) / (n - 1) for name in curves])

    def loss(w: Floats) -> tuple[float, Floats]:
        margin, off = x @ w[:n], w[:n] - w[n] * prior
        value = (counts * np.logaddexp(0, -margin)).sum() + PULL * off @ off
        slope = -(x.T @ (counts * expit(-margin))) + 2 * PULL * off
        return float(value), np.concatenate((slope, [-2 * PULL * off @ prior]))

    best = minimize(loss, np.ones(n + 1), jac=True, method="L-BFGS-B", bounds=[(0, None)] * (n + 1)).x[:n]
    return {name: float(weight) for name, weight in zip(curves, best / best.sum(), strict=True)}


def ordered(good: Floats, bad: Floats) -> float:
    """Share of pairs in which the good answer has the higher value, ties counted half."""
    known = ~(np.isnan(good) | np.isnan(bad))
    return float(np.mean((good > bad)[known] + 0.5 * (good == bad)[known])) if known.any() else np.nan


def matched_pairs(found: Measured) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Good and bad answers of about equal length: of one prompt where the source is paired, else nearest in length."""
    source, good, bad = found
    ours, theirs = np.log1p(good["n_words"]), np.log1p(bad["n_words"])
    if source.paired:
        near = np.flatnonzero(np.abs(ours - theirs) <= EQUAL_LENGTH)
        return near, near
    order = np.argsort(theirs, kind="stable")
    above = np.minimum(np.searchsorted(theirs[order], ours), len(order) - 1)
    below = np.maximum(above - 1, 0)
    nearer = np.abs(theirs[order[below]] - ours) < np.abs(theirs[order[above]] - ours)
    place = np.where(nearer, below, above)
    near = np.flatnonzero(np.abs(ours - theirs[order[place]]) <= EQUAL_LENGTH)
    return near, order[place[near]]


def table(found: Sequence[Measured], curves: dict[str, signals.Curve]) -> None:
    """Print each source, left out in turn."""
    print(f"{'source':<15}{'good':>5}{'bad':>6}{'quality':>9}{'before':>8}{'words':>7}{'inform.':>9}"
          f"{'matched: n':>12}{'quality':>9}{'words':>7}   what is labelled")  # fmt: skip
    figures: list[list[float]] = []
    for i, (source, good, bad) in enumerate(found):
        weights = fitted([*found[:i], *found[i + 1 :]], curves)
        sides = [signals.quality(side, weights, shipped(curves)) for side in (good, bad)]
        before = [signals.quality(side, OLD_WEIGHTS, {}) for side in (good, bad)]
        areas = [auc(*pair)[0] for pair in (sides, before, (good["n_words"], bad["n_words"]),
                                            (good["information"], bad["information"]))]  # fmt: skip
        mine, theirs = matched_pairs(found[i])
        equal = [ordered(sides[0][mine], sides[1][theirs]), ordered(good["n_words"][mine], bad["n_words"][theirs])]
        print(
            f"{source.name:<15}{len(source.good):>5}{len(source.bad):>6}{areas[0]:>9.3f}{areas[1]:>8.3f}"
            f"{areas[2]:>7.3f}{areas[3]:>9.3f}{len(mine):>12}{equal[0]:>9.3f}{equal[1]:>7.3f}  {source.about}"
        )
        figures.append([*areas, *equal])
    labelled = [row for row, one in zip(figures, found, strict=True) if one[0].name not in MADE]
    for title, rows in (("mean, labelled", labelled), ("mean, all", figures)):
        means, lowest = np.mean(rows, axis=0), np.min(rows, axis=0)
        for name, row in ((title, means), (title.replace("mean", "least"), lowest)):
            print(
                f"{name:<26}{row[0]:>9.3f}{row[1]:>8.3f}{row[2]:>7.3f}{row[3]:>9.3f}{'':>12}{row[4]:>9.3f}{row[5]:>7.3f}"
            )


def write(found: Sequence[Measured], weights: dict[str, float], curves: dict[str, signals.Curve]) -> None:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True,
                            check=True).stdout.strip()  # fmt: skip
    rounded = {name: round(weight, 3) for name, weight in weights.items()}
    data = {
        "from": {
            "script": "scripts/evaluation/fit_quality.py",
            "commit": commit,
            "date": datetime.now(timezone.utc).date().isoformat(),
            "sources": {source.name: [len(source.good), len(source.bad)] for source, _, _ in found},
        },
        "min_quality": MIN_QUALITY,
        "weights": rounded,
        "curves": {name: {"points": curve.points, "absent": curve.absent} for name, curve in curves.items()},
    }
    FITTED.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("FTQ_REAL_DATA"))
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if not chosen.data:
        parser.error("needs the folder of real datasets, or FTQ_REAL_DATA")
    folder = Path(chosen.data)
    found = [measured(source) for source in [*sources(folder), *made(folder)]]
    curves = curves_of(found)
    table(found, curves)
    weights = fitted(found, curves)
    print("\nfitted to all of them: " + ", ".join(f"{name} {weight:.3f}" for name, weight in weights.items()))
    if chosen.write:
        write(found, weights, shipped(curves))


if __name__ == "__main__":
    main()

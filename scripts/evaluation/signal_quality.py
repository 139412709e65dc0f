"""How well quality and each signal tell good from bad, on data whose labels somebody else made.

    scripts/evaluate signal_quality [DATA]

DATA is the folder of real datasets, else FTQ_REAL_DATA; without it, only the shipped sample is looked at.

AUC: the chance that a good example has a higher value than a bad one, ties counted half; under 0.5, the signal speaks
against. Intervals are those of Hanley and McNeil (1982), 95%.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from quality_data import BRIEF_STRONG_MODELS, LONG_WEAK_MODELS, STRONG_MODELS, WEAK_MODELS
from scipy.stats import rankdata
from signal_data import Examples, alpaca, medquad, model_outputs, parallel, sample, single_turns

from ftq_spark import signals

REPOSITORY = Path(__file__).resolve().parents[2]
SOFT_LABELS = {  # label of the sample → rules of the defaults that should find it
    "refusal": {"refusal"},
    "truncated": {"truncated"},
    "looping": {"looping"},
    "placeholder": {"placeholder"},
    "vague": {"vague", "low_quality"},
    "weak": {"vague", "low_quality", "empty_answer"},
}


def auc(good: NDArray[np.float64], bad: NDArray[np.float64]) -> tuple[float, float, float]:
    """Area under the curve with its 95% interval; NaN values are left out."""
    good, bad = good[~np.isnan(good)], bad[~np.isnan(bad)]
    n, m = len(good), len(bad)
    if not n or not m:
        return np.nan, np.nan, np.nan
    ranks = rankdata(np.concatenate((good, bad)))
    area = (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (n - 1) * (q1 - area**2) + (m - 1) * (q2 - area**2)) / (n * m)
    half = 1.96 * np.sqrt(max(variance, 0.0))
    return area, max(area - half, 0.0), min(area + half, 1.0)


def values_of(examples: Examples) -> dict[str, NDArray[np.float64]]:
    """Every signal, and quality."""
    values = signals.measure(examples.columns)
    return {"quality": signals.quality(values), **values}


def reasons_of(values: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.bool_]]:
    """The default rules that each example trips."""
    found = {"low_quality": values["quality"] < signals.MIN_QUALITY}
    for rule in signals.DEFAULT_RULES:
        hit = signals.holds(rule, values)
        found[rule.reason] = found.get(rule.reason, np.zeros(len(hit), dtype=bool)) | hit
    return found


def report(title: str, good: list[tuple[str, str]], bad: list[tuple[str, str]], top: int) -> None:
    """Print the AUC of quality and of the signals that tell most."""
    high, low = values_of(single_turns(good)), values_of(single_turns(bad))
    areas = {name: auc(high[name], low[name]) for name in high}
    quality = areas.pop("quality")
    print(f"\n{title}  ({len(good)} good, {len(bad)} bad)")
    print(f"  {'quality':32s} {quality[0]:.3f}  [{quality[1]:.3f}, {quality[2]:.3f}]")
    telling = sorted(
        (name for name in areas if not np.isnan(areas[name][0])), key=lambda name: -abs(areas[name][0] - 0.5)
    )
    for name in telling[:top]:
        print(f"  {name:32s} {areas[name][0]:.3f}  [{areas[name][1]:.3f}, {areas[name][2]:.3f}]")
    silent = [name for name in telling if areas[name][1] <= 0.5 <= areas[name][2]]
    print(f"  tell nothing here ({len(silent)}): {', '.join(silent)}")


def cut_short(text: str, fraction: float) -> str:
    """The text up to the end of the word that the fraction falls in."""
    end = text.find(" ", max(int(len(text) * fraction), 1))
    return text if end < 0 else text[:end]


def looped(text: str) -> str:
    """The text, then its last ten words twelve times."""
    return text + " " + " ".join(text.split()[-10:] * 12)


def real(data: Path, top: int) -> None:
    """Every comparison on the real datasets."""
    random, rated = (
        alpaca(data / "instruct/alpaca_random_9k.json.gz"),
        alpaca(data / "instruct/alpaca_claude_t45.json.gz"),
    )
    known = set(rated)
    report(
        "Alpaca: rated 4.5 or more by Claude against random", rated, [pair for pair in random if pair not in known], top
    )
    outputs = data / "scale/alpaca_eval_outputs_shared.parquet"
    strong, weak = model_outputs(outputs, STRONG_MODELS), model_outputs(outputs, WEAK_MODELS)
    report("AlpacaEval: strong against weak models", strong, weak, top)
    brief, long = model_outputs(outputs, BRIEF_STRONG_MODELS), model_outputs(outputs, LONG_WEAK_MODELS)
    report("AlpacaEval: strong and brief against weak and long", brief, long, top)
    texts = [pair for pair in rated if len(pair[1].split()) >= 25]
    report("Derived: whole answers against truncated", texts, [(p, cut_short(r, 0.6)) for p, r in texts], top)
    report("Derived: whole answers against looping", texts, [(p, looped(r)) for p, r in texts], top)
    pairs = medquad(data / "scale/medquad_shared.jsonl.gz")
    answered = [pair for pair in pairs if pair[1].strip()]
    report(
        "MedQuAD: answered against missing",
        answered[:5000],
        [pair for pair in pairs if not pair[1].strip()][:5000],
        top,
    )


def flagged(data: Path) -> None:
    """How much of presumably good data the default rules would touch."""
    print("\nShare of examples that the default rules touch")
    for name in ("alpaca_random_9k", "alpaca_claude_t45", "dolly_3k"):
        values = values_of(single_turns(alpaca(data / f"instruct/{name}.json.gz")))
        shares = {reason: flags.mean() for reason, flags in reasons_of(values).items() if flags.any()}
        print(
            f"  {name}: "
            + ", ".join(f"{reason} {share:.2%}" for reason, share in sorted(shares.items(), key=lambda x: -x[1]))
        )


# The same texts as questions and answers of three kinds.
SHAPES: dict[str, Callable[[str, str, str], tuple[str, str]]] = {
    "a question, its brief answer": lambda context, question, answer: (question, answer),
    "a passage and a question, the answer out of it": lambda context, question, answer: (
        f"{context}\n\n{question}",
        answer,
    ),
    "a question, the passage": lambda context, question, answer: (question, context),
}


def languages(folder: Path, top: int) -> None:
    """Quality, reasons and the signals that differ most between parallel texts, each language against English."""
    texts = {path.name.split(".")[1]: parallel(path) for path in sorted(folder.glob("xquad.*.json.gz"))}
    for title, shape in SHAPES.items():
        print(f"\nParallel texts: {title}")
        values = {name: values_of(single_turns(shape(*text) for text in found)) for name, found in texts.items()}
        english = {name: np.nanmean(value) for name, value in values["en"].items() if not np.isnan(value).all()}
        spread = {name: np.nanstd(values["en"][name]) for name in english}
        for language, found in values.items():
            reasons = {name: flags.mean() for name, flags in reasons_of(found).items() if flags.any()}
            any_of_them = np.logical_or.reduce(list(reasons_of(found).values())).mean()
            shares = ", ".join(f"{name} {share:.2%}" for name, share in sorted(reasons.items(), key=lambda x: -x[1]))
            print(f"  {language}  quality {np.nanmean(found['quality']):.3f}  any {any_of_them:.2%}: {shares}")
            gaps = {
                name: (np.nanmean(found[name]) - english[name]) / spread[name]
                for name in english
                if name != "language" and spread[name] > 0 and not np.isnan(found[name]).all()
            }
            if language != "en":
                largest = sorted(gaps, key=lambda name: -abs(gaps[name]))[:top]
                print("      farthest from English: " + ", ".join(f"{name} {gaps[name]:+.1f} sd" for name in largest))


def planted(folder: Path) -> None:
    """Precision and recall of the planted soft defects of the shipped sample, and the agreement of the grade."""
    examples, truth = sample(folder)
    labels: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for label in truth:
        labels[label["source"], label["row"]][label["label"]] = label.get("grade", "")
    values = values_of(examples)
    reasons = reasons_of(values)
    held = [labels.get(place, {}) for place in examples.places]
    judged = np.array([not ({"broken", "safe_refusal"} & set(mine)) for mine in held])
    vague = np.array([mine.get("grade") == "vague" for mine in held])
    defective = vague | np.array([bool(set(SOFT_LABELS) & set(mine)) for mine in held])
    print(f"\nShipped sample ({len(held)} examples): planted soft defects")
    for name, wanted in SOFT_LABELS.items():
        true = np.array([name in mine for mine in held]) | (vague if name == "vague" else False)
        hit = np.logical_or.reduce([reasons[reason] for reason in wanted]) & judged & (true | ~defective)
        print_scores(name, true & judged, hit)
    any_hit = np.logical_or.reduce([reasons[reason] for reason in set.union(*SOFT_LABELS.values())])
    print_scores("any of them", defective & judged, any_hit & judged)
    graded = [i for i, mine in enumerate(held) if mine.get("grade")]
    order = {"vague": 0, "moderate": 1, "complete": 2}
    expected = np.array([order[held[i]["grade"]] for i in graded])
    got = values["grade"][graded].astype(int)
    print(f"  grade: weighted kappa {weighted_kappa(expected, got):.3f} (linear) over {len(graded)} labelled answers")


def print_scores(name: str, true: NDArray[np.bool_], hit: NDArray[np.bool_]) -> None:
    """One line of precision, recall and F1."""
    both = int((true & hit).sum())
    precision, recall = both / max(int(hit.sum()), 1), both / max(int(true.sum()), 1)
    f1 = 2 * both / max(int(hit.sum() + true.sum()), 1)
    print(f"  {name:14s} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  ({int(true.sum())} planted)")


def weighted_kappa(expected: NDArray[np.int64], got: NDArray[np.int64]) -> float:
    """Cohen's kappa with linear weights over three grades."""
    table = np.zeros((3, 3))
    np.add.at(table, (expected, got), 1)
    weights = np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(1 - (weights * table).sum() / (weights * chance).sum())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("FTQ_REAL_DATA"))
    parser.add_argument("--top", type=int, default=12, help="signals to print in each comparison")
    arguments = parser.parse_args()
    planted(REPOSITORY / "tests" / "sample")
    if arguments.data is None:
        print("\nNo real datasets given: see --help", file=sys.stderr)
        return 0
    real(Path(arguments.data), arguments.top)
    flagged(Path(arguments.data))
    languages(Path(arguments.data) / "multilingual", arguments.top)
    return 0


if __name__ == "__main__":
    sys.exit(main())

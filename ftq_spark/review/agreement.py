"""Do the annotators agree, and if not, on what: the report behind ``ftq agreement``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy  # whose statistics are imported when they are first asked

from ftq_spark.kernels.review import agreement as kernel
from ftq_spark.kernels.review.agreement import NOT_ESTIMABLE, Coefficient
from ftq_spark.review.labels import Vote

# Kappa is misleading where annotators agree this often and it still falls this far below AC1.
PARADOX_AGREEMENT, PARADOX_GAP = 0.8, 0.2
MAX_CALIBRATION_ITEMS = 20
# A period needs this many items with two labels before its agreement is compared.
MIN_PERIOD_ITEMS = 10


@dataclass(frozen=True)
class _Panel:
    """Votes as a matrix: codes (n_items, n_annotators), -1 where missing, and what rows, columns and codes mean."""

    codes: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    items: list[str]
    annotators: list[str]
    labels: list[str]
    numbers: list[float] | None  # the labels' values, where they are numbers
    ordered: bool


def agreement_report(votes: Sequence[Vote], min_kappa: float = 0.6, scale: Sequence[str] = ()) -> dict[str, Any]:
    """Coefficients, their verdict on the guidelines, and where to look.

    Args:
        votes: at most one for each item and annotator.
        min_kappa: agreement below it means ambiguous guidelines.
        scale: the labels in their order, lowest first, where they are ordered words; numbers are in order by nature.

    Returns:
        JSON values. A coefficient that does not apply (Cohen's for more than two annotators, Fleiss' for unequal
        numbers of votes, the ordinal ones for unordered labels) is None; one that the data do not define has the
        value None.
    """
    panel = _panel(votes, scale)
    together = panel.counts.sum(axis=1) >= 2
    cohen, weighted = _cohen(panel)
    alphas = _alphas(panel)
    deciding, name = (cohen, "cohen_kappa") if len(panel.annotators) == 2 else (alphas["nominal"], "krippendorff_alpha")
    deciding = deciding or NOT_ESTIMABLE
    observed = kernel.observed_agreement(panel.counts)
    ac1 = kernel.gwet_ac1(panel.counts, len(panel.labels) if scale else None)
    paradox = _paradox(observed, deciding, ac1)
    verdict = kernel.agreement_verdict(deciding, min_kappa)
    if verdict == "ambiguous" and paradox:  # the rare label is too rare for a coefficient that weighs it as much
        verdict = "inconclusive"
    fleiss = kernel.fleiss_kappa(panel.counts)
    equal_votes = np.unique(panel.counts[together].sum(axis=1)).size == 1
    confused = _confused(panel)
    report: dict[str, Any] = {
        "n_items": len(panel.items),
        "n_annotators": len(panel.annotators),
        "n_double_labelled": int(together.sum()),
        "annotators": panel.annotators,
        "labels": panel.labels,
        "observed_agreement": observed,
        "cohen_kappa": _json(cohen) if cohen else None,
        "weighted_kappa": {level: _json(value) for level, value in weighted.items()} or None,
        "cohen_kappa_by_pair": _by_pair(panel),
        "fleiss_kappa": _json(fleiss) if equal_votes else None,
        "randolph_kappa": _json(kernel.fleiss_kappa(panel.counts, "randolph")) if equal_votes else None,
        "krippendorff_alpha": {level: _json(alpha) if alpha else None for level, alpha in alphas.items()},
        "gwet_ac1": _json(ac1),
        "pabak": kernel.pabak(observed, len(panel.labels)) if observed is not None and len(panel.labels) > 1 else None,
        **_indexes(panel),
        "min_kappa": min_kappa,
        "verdict": verdict,
        "verdict_by": name,
        "paradox": paradox,
        "by_label": _by_label(panel),
        "confused_labels": confused,
        "by_annotator": _by_annotator(panel),
        "drift": _drift(panel, votes),
        "calibration": _calibration_items(panel, confused),
    }
    return {**report, "advice": _advice(report)}


def _panel(votes: Sequence[Vote], scale: Sequence[str]) -> _Panel:
    items = list(dict.fromkeys(vote.item_id for vote in votes))
    annotators = sorted({vote.annotator for vote in votes})
    found = {vote.label for vote in votes}
    numbers: list[float] | None = None
    if scale:
        labels = [*scale, *sorted(found - set(scale))]
    else:
        try:
            labels = sorted(found, key=float)
            numbers = [float(label) for label in labels]
        except ValueError:
            labels = sorted(found)
    if numbers is not None and not np.isfinite(numbers).all():
        numbers = None
    codes = np.full((len(items), len(annotators)), -1, dtype=np.int64)
    place = {name: {key: index for index, key in enumerate(keys)} for name, keys in
             (("item", items), ("annotator", annotators), ("label", labels))}  # fmt: skip
    for vote in votes:
        codes[place["item"][vote.item_id], place["annotator"][vote.annotator]] = place["label"][vote.label]
    ordered = numbers is not None or bool(scale and found <= set(scale))
    return _Panel(codes, kernel.label_counts(codes, len(labels)), items, annotators, labels, numbers, ordered)


def _json(coefficient: Coefficient) -> dict[str, Any]:
    return {**coefficient._asdict(), "status": "ok" if coefficient.value is not None else "not_estimable"}


def _table(panel: _Panel, left: int, right: int) -> npt.NDArray[np.int64]:
    return kernel.confusion(panel.codes[:, left], panel.codes[:, right], len(panel.labels))


def _cohen(panel: _Panel) -> tuple[Coefficient | None, dict[str, Coefficient]]:
    if len(panel.annotators) != 2:
        return None, {}
    table = _table(panel, 0, 1)
    weighted = {}
    if panel.ordered and len(panel.labels) > 2:
        weighted = {"linear": kernel.cohen_kappa(table, "linear"), "quadratic": kernel.cohen_kappa(table, "quadratic")}
    return kernel.cohen_kappa(table), weighted


def _by_pair(panel: _Panel) -> dict[str, Any]:
    pairs = {}
    for left, right in itertools.combinations(range(len(panel.annotators)), 2):
        table = _table(panel, left, right)
        if table.sum():
            name = f"{panel.annotators[left]} / {panel.annotators[right]}"
            pairs[name] = {"n": int(table.sum()), **_json(kernel.cohen_kappa(table))}
    return pairs


def _alphas(panel: _Panel) -> dict[str, Coefficient | None]:
    alphas: dict[str, Coefficient | None] = dict.fromkeys(("nominal", "ordinal", "interval", "ratio"))
    alphas["nominal"] = kernel.krippendorff_alpha(panel.counts)
    if panel.ordered:
        alphas["ordinal"] = kernel.krippendorff_alpha(panel.counts, "ordinal")
    if panel.numbers is not None:
        alphas["interval"] = kernel.krippendorff_alpha(panel.counts, "interval", panel.numbers)
        if min(panel.numbers) >= 0:
            alphas["ratio"] = kernel.krippendorff_alpha(panel.counts, "ratio", panel.numbers)
    return alphas


def _indexes(panel: _Panel) -> dict[str, Any]:
    """Prevalence and bias of the only pair of annotators; prevalence of any panel."""
    voted = panel.counts[panel.counts.sum(axis=1) >= 2]
    if not voted.size:
        return {"prevalence_index": None, "bias_index": None}
    if len(panel.annotators) == 2:
        table = _table(panel, 0, 1)
        return {"prevalence_index": kernel.prevalence_index(table), "bias_index": kernel.bias_index(table)}
    shares = voted.sum(axis=0) / voted.sum()
    return {"prevalence_index": float(shares.max() - shares.min()), "bias_index": None}


def _paradox(observed: float | None, deciding: Coefficient, ac1: Coefficient) -> bool:
    if observed is None or deciding.value is None or ac1.value is None:
        return False
    return observed >= PARADOX_AGREEMENT and ac1.value - deciding.value >= PARADOX_GAP


def _by_label(panel: _Panel) -> dict[str, Any]:
    """How often each label was given and, where it was and another vote exists, how often that one agrees."""
    together = kernel.label_confusion(panel.counts)
    met = together.sum(axis=1)
    return {
        label: {
            "n_votes": int(panel.counts[:, index].sum()),
            "agreement": float(together[index, index] / met[index]) if met[index] else None,
        }
        for index, label in enumerate(panel.labels)
    }


def _confused(panel: _Panel) -> list[dict[str, Any]]:
    """Pairs of different labels given to one item, most frequent first, with their share of all disagreement."""
    together = np.triu(kernel.label_confusion(panel.counts), k=1)
    total = int(together.sum())
    pairs: list[dict[str, Any]] = [
        {"labels": [panel.labels[left], panel.labels[right]], "n": int(together[left, right])}
        for left, right in np.argwhere(together)
    ]
    return [{**pair, "share": pair["n"] / total} for pair in sorted(pairs, key=lambda pair: -pair["n"])]


def _by_annotator(panel: _Panel) -> dict[str, Any]:
    report = {}
    for index, name in enumerate(panel.annotators):
        table = kernel.annotator_confusion(panel.codes, index, len(panel.labels))
        given = np.bincount(panel.codes[panel.codes[:, index] >= 0, index], minlength=len(panel.labels))
        report[name] = {
            "n_items": int(given.sum()),
            "label_shares": dict(zip(panel.labels, (given / given.sum()).tolist(), strict=True)),
            "agreement_with_others": float(np.trace(table) / table.sum()) if table.sum() else None,
            "confusion": {label: dict(zip(panel.labels, row, strict=True)) for label, row in
                          zip(panel.labels, table.tolist(), strict=True)},
        }  # fmt: skip
    return report


def _drift(panel: _Panel, votes: Sequence[Vote]) -> dict[str, Any] | None:
    """Agreement in the earlier and the later half of the doubly labelled items; None without times or enough items."""
    latest: dict[str, str] = {}
    for vote in votes:
        if vote.time:
            latest[vote.item_id] = max(latest.get(vote.item_id, ""), vote.time)
    timed = [
        (latest[item], index)
        for index, item in enumerate(panel.items)
        if item in latest and panel.counts[index].sum() >= 2
    ]
    if len(timed) < 2 * MIN_PERIOD_ITEMS:
        return None
    order = [index for _, index in sorted(timed)]
    halves = [order[: len(order) // 2], order[len(order) // 2 :]]
    agreed = [int((panel.counts[half].max(axis=1) == panel.counts[half].sum(axis=1)).sum()) for half in halves]
    table = [[good, len(half) - good] for good, half in zip(agreed, halves, strict=True)]
    p_value = float(scipy.stats.fisher_exact(table).pvalue)
    periods = [
        {
            "from": latest[panel.items[half[0]]],
            "to": latest[panel.items[half[-1]]],
            "n": len(half),
            "agreement": good / len(half),
        }
        for good, half in zip(agreed, halves, strict=True)
    ]
    return {"periods": periods, "p_value": p_value, "changed": p_value < 0.01}


def _calibration_items(panel: _Panel, confused: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items to discuss together: those with different labels, the most confused pairs of labels first."""
    rank = {tuple(pair["labels"]): place for place, pair in enumerate(confused)}
    split = np.flatnonzero((panel.counts > 0).sum(axis=1) > 1)
    shown = []
    for index in split:
        given = {
            name: panel.labels[code]
            for name, code in zip(panel.annotators, panel.codes[index], strict=True)
            if code >= 0
        }
        different = sorted(set(given.values()), key=panel.labels.index)
        place = min(rank.get(pair, len(rank)) for pair in itertools.combinations(different, 2))
        shown.append((place, panel.items[index], given))
    return [{"item_id": item, "labels": given} for _, item, given in sorted(shown, key=lambda row: row[:2])][
        :MAX_CALIBRATION_ITEMS
    ]


def _advice(report: dict[str, Any]) -> list[str]:
    advice = []
    if report["verdict"] == "ambiguous":
        advice.append("the guidelines are ambiguous: rewrite them where labels are confused, then label again")
    elif report["verdict"] == "inconclusive" and not report["paradox"]:
        advice.append(f"too few items to say: {report['n_double_labelled']} have two labels; double-label 100 or more")
    elif report["verdict"] == "not_estimable":
        advice.append("agreement cannot be estimated: double-label more items, with both rare and common labels")
    if report["paradox"]:
        advice.append(
            "the coefficient is low although the annotators mostly agree, because one label is far more frequent: it"
            " says nothing of the guidelines. Read Gwet's AC1 and the agreement by label, and oversample the rare label"
        )
    if report["confused_labels"] and report["verdict"] != "ok":
        worst = report["confused_labels"][0]
        first, second = worst["labels"]
        advice.append(f"'{first}' and '{second}' make up {worst['share']:.0%} of the disagreement: say what parts them")
    if report["drift"] and report["drift"]["changed"]:
        advice.append("agreement changed over time: hold a calibration session before labelling on")
    return advice

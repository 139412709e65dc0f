"""Agreement between annotators: Cohen, Fleiss, Krippendorff and Gwet, with intervals, and what distorts them.

Votes enter as codes, an int array of shape (n_items, n_annotators) with -1 where an annotator did not vote, or as
counts, an int array of shape (n_items, n_labels). A coefficient that the data do not define (both annotators used one
label only, say) is a :class:`Coefficient` of None, never 0 or 1.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ftq_spark.errors import UserError
from ftq_spark.kernels.review.intervals import lower_bound

Counts = npt.NDArray[np.int64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
Verdict = Literal["ok", "ambiguous", "inconclusive", "not_estimable"]

N_RESAMPLES = 1000
_SEED = 20_111_127  # the bootstrap gives the same interval every time


class Coefficient(NamedTuple):
    """A coefficient with its 95 % interval; None where the data do not define it."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def estimable(self) -> bool:
        """Whether there is a value, and an interval around it."""
        return self.value is not None and self.low is not None


NOT_ESTIMABLE = Coefficient(None)


def _inter_rater() -> Any:
    try:
        from statsmodels.stats import inter_rater  # noqa: PLC0415  (an optional dependency)
    except ImportError as error:
        raise UserError(
            "agreement needs statsmodels, which is not installed: pip install 'ftq-spark[review]'"
        ) from error
    return inter_rater


def label_counts(codes: npt.NDArray[np.int64], n_labels: int) -> Counts:
    """Votes for each label, shape (n_items, n_labels), from codes of shape (n_items, n_annotators)."""
    counts = np.zeros((codes.shape[0], n_labels), dtype=np.int64)
    items, annotators = np.nonzero(codes >= 0)
    np.add.at(counts, (items, codes[items, annotators]), 1)
    return counts


def confusion(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], n_labels: int) -> Counts:
    """Contingency table (n_labels, n_labels) of two annotators, over the items that both labelled."""
    both = (left >= 0) & (right >= 0)
    table = np.zeros((n_labels, n_labels), dtype=np.int64)
    np.add.at(table, (left[both], right[both]), 1)
    return table


def cohen_kappa(
    table: npt.NDArray[Any], weights: Literal["linear", "quadratic"] | npt.NDArray[Any] | None = None
) -> Coefficient:
    """Cohen's kappa of two annotators with its asymptotic interval (Fleiss, Cohen and Everitt 1969; statsmodels).

    Labels that neither used are left out first, as R's irr does: this matters for the weighted forms, whose distance
    is that of the labels' places.

    Args:
        table: contingency table (k, k).
        weights: None for plain kappa; ``linear``, ``quadratic`` or a matrix (k, k) of disagreement weights.
    """
    table = np.asarray(table, dtype=np.float64)
    used = (table.sum(axis=0) + table.sum(axis=1)) > 0
    table = table[np.ix_(used, used)]
    n = table.sum()
    if n == 0 or table.shape[0] < 2:
        return NOT_ESTIMABLE
    with np.errstate(divide="ignore", invalid="ignore"):  # test statistics of degenerate tables, not used here
        if isinstance(weights, np.ndarray):
            results = _inter_rater().cohens_kappa(table, weights=weights[np.ix_(used, used)])
        else:
            results = _inter_rater().cohens_kappa(table, wt=weights)
    value = float(results.kappa)
    if np.trace(table) == n:
        expected = float(table.sum(axis=0) @ table.sum(axis=1) / n**2)
        return Coefficient(value, _perfect_low(int(n), expected), 1.0)
    if not np.isfinite(results.std_kappa):
        return Coefficient(value)
    return Coefficient(value, max(-1.0, float(results.kappa_low)), min(1.0, float(results.kappa_upp)))


def _perfect_low(n_items: int, expected: float) -> float:
    """Lower end for perfect agreement, whose variance formulas say 0 however few the items are.

    The observed agreement takes its exact lower bound (Clopper-Pearson).
    """
    return 1 - (1 - lower_bound(n_items, n_items, 0.975)) / (1 - expected)


def fleiss_kappa(counts: Counts, method: Literal["fleiss", "randolph"] = "fleiss") -> Coefficient:
    """Fleiss' kappa (statsmodels), interval by bootstrap over items; items need the same number of votes, two or more.

    Args:
        counts: (n_items, n_labels).
        method: ``randolph`` for the free-marginal form (Randolph 2005), whose expected agreement is 1 / n_labels
            however often each label is given: it does not fall when one is much more frequent.

    Returns:
        Not estimable where items differ in their number of votes: Krippendorff's alpha is the one for that.
    """
    voted = counts[counts.sum(axis=1) >= 2]
    n_votes = np.unique(voted.sum(axis=1))
    if n_votes.size != 1 or (voted.sum(axis=0) > 0).sum() < 2:
        return NOT_ESTIMABLE
    inter_rater = _inter_rater()
    rows, multiplicities = np.unique(voted, axis=0, return_counts=True)
    values = np.full(N_RESAMPLES, np.nan)
    for i, resample in enumerate(_resamples(multiplicities)):
        table = np.repeat(rows, resample, axis=0)
        if (table.sum(axis=0) > 0).sum() > 1:
            values[i] = inter_rater.fleiss_kappa(table, method=method)
    shares = voted.sum(axis=0) / voted.sum()
    expected = float((shares**2).sum()) if method == "fleiss" else 1 / voted.shape[1]
    return _with_interval(float(inter_rater.fleiss_kappa(voted, method=method)), values, voted, expected)


def krippendorff_alpha(counts: Counts, level: Level = "nominal", values: npt.ArrayLike | None = None) -> Coefficient:
    """Krippendorff's alpha from the coincidence matrix (Krippendorff 2011), interval by bootstrap over items.

    Votes may be missing; items with one vote are left out. The test oracle is ``nltk.metrics.agreement``.

    Args:
        counts: (n_items, n_labels), columns in the labels' order.
        level: distance between labels; ``ordinal`` uses the columns' order alone.
        values: the labels' numbers, shape (n_labels,), for ``interval`` and ``ratio``; ratio values are not negative.
    """
    voted = counts[counts.sum(axis=1) >= 2]
    if voted.size == 0 or (voted.sum(axis=0) > 0).sum() < 2:
        return NOT_ESTIMABLE
    numbers = np.arange(counts.shape[1], dtype=np.float64) if values is None else np.asarray(values, dtype=np.float64)
    rows, multiplicities = np.unique(voted, axis=0, return_counts=True)
    coincidences = _pair_counts(rows) / (rows.sum(axis=1) - 1)[:, None, None]
    value, expected = _alpha(multiplicities[None, :], coincidences, level, numbers)
    resampled, _ = _alpha(_resamples(multiplicities), coincidences, level, numbers)
    return _with_interval(float(value[0]), resampled, voted, 1 - float(expected[0]))


def _alpha(
    weights: npt.NDArray[Any], coincidences: npt.NDArray[np.float64], level: Level, numbers: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Alpha (b,) and the expected nominal disagreement (b,) for b weightings (b, m) of m matrices (m, k, k)."""
    n_labels = coincidences.shape[1]
    observed = (weights @ coincidences.reshape(len(coincidences), -1)).reshape(-1, n_labels, n_labels)
    margins = observed.sum(axis=2)
    totals = margins.sum(axis=1)
    if level == "nominal":
        distance = (1 - np.eye(n_labels))[None]
    elif level == "ordinal":
        middle = np.cumsum(margins, axis=1) - margins / 2  # the sum over the ranks between two labels
        distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    else:
        distance = (numbers[:, None] - numbers[None, :]) ** 2
        if level == "ratio":
            distance = distance / np.maximum((numbers[:, None] + numbers[None, :]) ** 2, np.finfo(float).tiny)
        distance = distance[None]
    products = margins[:, :, None] * margins[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = 1 - (totals - 1) * (observed * distance).sum(axis=(1, 2)) / (products * distance).sum(axis=(1, 2))
        unlike = (totals**2 - (margins**2).sum(axis=1)) / (totals * (totals - 1))
    return alpha, unlike


def gwet_ac1(counts: Counts, n_labels: int | None = None) -> Coefficient:
    """Gwet's AC1 for any number of annotators and missing votes, interval by bootstrap over items.

    AC1 = (p_a - p_e) / (1 - p_e) with p_e = sum(pi_k (1 - pi_k)) / (q - 1) (Gwet 2008, British Journal of Mathematical
    and Statistical Psychology 61; Handbook of Inter-Rater Reliability, 2014, for missing votes). Unlike kappa it does
    not fall when one label is much more frequent than the others.

    Args:
        counts: (n_items, n_labels).
        n_labels: q, the labels of the scale, where it is stated; else those that were given. With a stated scale of two
            or more, votes that are all for one label have a coefficient, too.
    """
    voted = counts[counts.sum(axis=1) >= 1]
    used = voted.sum(axis=0) > 0
    q = int(used.sum()) if n_labels is None else max(n_labels, int(used.sum()))
    if q < 2 or not (voted.sum(axis=1) >= 2).any():
        return NOT_ESTIMABLE
    rows, multiplicities = np.unique(voted[:, used], axis=0, return_counts=True)
    value, expected = _ac1(multiplicities[None, :], rows, q)
    resampled, _ = _ac1(_resamples(multiplicities), rows, q)
    return _with_interval(float(value[0]), resampled, voted[voted.sum(axis=1) >= 2], float(expected[0]))


def _ac1(weights: npt.NDArray[Any], rows: Counts, q: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """AC1 (b,) and chance agreement (b,) for b weightings (b, m) of the count rows (m, k), of a scale of q labels."""
    n_votes = rows.sum(axis=1)
    several = n_votes >= 2
    agreeing = np.where(several, (rows * (rows - 1)).sum(axis=1) / np.maximum(n_votes * (n_votes - 1), 1), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (weights @ agreeing) / (weights @ several)
        shares = (weights @ (rows / n_votes[:, None])) / weights.sum(axis=1, keepdims=True)
        expected = (shares * (1 - shares)).sum(axis=1) / (q - 1)
        return (observed - expected) / (1 - expected), expected


def _pair_counts(counts: Counts) -> Counts:
    """Ordered pairs of votes on the same item, for each pair of labels: (n, k, k) from (n, k)."""
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    return pairs


def _resamples(multiplicities: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Bootstrap draws of the items, as multiplicities of their distinct rows: (N_RESAMPLES, m)."""
    n_items = int(multiplicities.sum())
    return np.random.default_rng(_SEED).multinomial(n_items, multiplicities / n_items, size=N_RESAMPLES)


def _with_interval(value: float, resampled: npt.NDArray[np.float64], voted: Counts, expected: float) -> Coefficient:
    if (voted.max(axis=1) == voted.sum(axis=1)).all():
        return Coefficient(value, _perfect_low(len(voted), expected), 1.0)
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return Coefficient(value, float(low), float(high))


def observed_agreement(counts: Counts) -> float | None:
    """Share of agreeing pairs of votes, averaged over the items with two or more; None without such items."""
    voted = counts[counts.sum(axis=1) >= 2]
    if voted.size == 0:
        return None
    n_votes = voted.sum(axis=1)
    return float(((voted * (voted - 1)).sum(axis=1) / (n_votes * (n_votes - 1))).mean())


def pabak(agreement: float, n_labels: int) -> float:
    """Prevalence- and bias-adjusted kappa (Byrt, Bishop and Carlin 1993), (k p_o - 1) / (k - 1) for k >= 2 labels."""
    return (n_labels * agreement - 1) / (n_labels - 1)


def prevalence_index(table: npt.NDArray[Any]) -> float:
    """|a - d| / n of a 2 x 2 table (Byrt et al. 1993); for more labels the widest gap between two labels' shares."""
    shares = (table.sum(axis=0) + table.sum(axis=1)) / (2 * table.sum())
    return float(shares.max() - shares.min())


def bias_index(table: npt.NDArray[Any]) -> float:
    """|b - c| / n of a 2 x 2 table (Byrt et al. 1993); for more labels the widest gap between shares."""
    return float(np.abs(table.sum(axis=0) - table.sum(axis=1)).max() / table.sum())


def label_confusion(counts: Counts) -> Counts:
    """How often each label met each other one on the same item, symmetric (k, k), every pair of votes once each way."""
    found: Counts = _pair_counts(counts).sum(axis=0)
    return found


def annotator_confusion(codes: npt.NDArray[np.int64], annotator: int, n_labels: int) -> Counts:
    """One annotator's labels (rows) against every other vote on the same items (columns), shape (k, k)."""
    own = codes[:, annotator]
    others = label_counts(np.delete(codes, annotator, axis=1), n_labels)
    table = np.zeros((n_labels, n_labels), dtype=np.int64)
    np.add.at(table, own[own >= 0], others[own >= 0])
    return table


def agreement_verdict(coefficient: Coefficient, threshold: float) -> Verdict:
    """``ok`` where the interval lies at or over the threshold, ``ambiguous`` where it lies under it."""
    if not coefficient.estimable or coefficient.low is None or coefficient.high is None:
        return "not_estimable"
    if coefficient.low >= threshold:
        return "ok"
    return "ambiguous" if coefficient.high < threshold else "inconclusive"

"""Agreement coefficients against the literature, statsmodels, scikit-learn and nltk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics import binary_distance, interval_distance
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_value

from ftq_spark.kernels.review.agreement import (
    NOT_ESTIMABLE,
    Coefficient,
    agreement_verdict,
    annotator_confusion,
    bias_index,
    cohen_kappa,
    confusion,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    label_confusion,
    label_counts,
    observed_agreement,
    pabak,
    prevalence_index,
)

# Fleiss 1971, as tabulated in the literature: 10 items, 14 votes each.
FLEISS_1971 = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
# Krippendorff 2011, example C: 4 observers, 12 units; 0 is a missing vote.
EXAMPLE_C = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]


def _codes(observers: Sequence[Sequence[int]]) -> np.ndarray:
    return np.array(observers).T - 1


def _counts_of_table(table: Sequence[Sequence[int]]) -> np.ndarray:
    rows = []
    for i, row in enumerate(table):
        for j, times in enumerate(row):
            votes = np.zeros(len(table), dtype=np.int64)
            votes[i] += 1
            votes[j] += 1
            rows += [votes] * times
    return np.array(rows)


def test_plain_kappa_with_interval() -> None:
    kappa = cohen_kappa(np.array([[20, 5], [10, 15]]))
    assert kappa == pytest.approx((0.40, 0.151, 0.649), abs=6e-4)
    assert cohen_kappa(np.array([[45, 15], [25, 15]])).value == pytest.approx(0.1304, abs=5e-5)
    assert cohen_kappa(np.array([[25, 35], [5, 35]])).value == pytest.approx(0.2593, abs=5e-5)


def test_fleiss_cohen_everitt_1969() -> None:
    table = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    plain = cohen_kappa(table)
    assert plain.value == pytest.approx(0.4286, abs=5e-5)
    assert plain.low is not None and plain.high is not None
    assert (plain.high - plain.low) / 2 / 1.959964 == pytest.approx(0.0537, abs=1e-4)
    assert cohen_kappa(table, "linear").value == pytest.approx(0.4923, abs=5e-5)
    assert cohen_kappa(table, "quadratic").value == pytest.approx(0.5667, abs=5e-5)


def test_cohen_1968() -> None:
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert cohen_kappa(table).value == pytest.approx(0.4915, abs=5e-5)
    assert cohen_kappa(table, np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])).value == pytest.approx(0.3478, abs=5e-5)


def test_fleiss_1971() -> None:
    kappa = fleiss_kappa(np.array(FLEISS_1971))
    assert kappa.value == pytest.approx(0.2099, abs=5e-5)
    assert kappa.low is not None and kappa.high is not None
    assert kappa.low < 0.2099 < kappa.high


def test_randolph_free_marginal_kappa() -> None:
    kappa = fleiss_kappa(np.array(FLEISS_1971), "randolph")
    assert kappa.value == pytest.approx(0.2225, abs=5e-5)
    assert kappa.low is not None and kappa.high is not None
    assert kappa.low < 0.2225 < kappa.high


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff_2011_example_c(level: str, value: float) -> None:
    counts = label_counts(_codes(EXAMPLE_C), 5)
    alpha = krippendorff_alpha(counts, level, [1, 2, 3, 4, 5])  # type: ignore[arg-type]
    assert alpha.value == pytest.approx(value, abs=5e-4)


def test_gwet_ac1_published_values() -> None:
    # Gwet 2014, tables of the handbook; the reference package prints 0.77544 and 0.8493305.
    assert gwet_ac1(label_counts(_codes(EXAMPLE_C), 5)).value == pytest.approx(0.77544, abs=5e-6)
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    assert gwet_ac1(_counts_of_table(table)).value == pytest.approx(0.8493305, abs=5e-8)


def test_the_kappa_paradox() -> None:
    # 92 % agreement at 90 % prevalence: kappa says ambiguous, AC1 does not.
    table = np.array([[86, 4], [4, 6]])
    assert cohen_kappa(table).value == pytest.approx(0.556, abs=5e-4)
    assert gwet_ac1(_counts_of_table(table.tolist())).value == pytest.approx(0.902, abs=5e-4)
    assert pabak(0.92, 2) == pytest.approx(0.84)
    assert prevalence_index(table) == pytest.approx(0.8)
    assert bias_index(table) == 0
    assert bias_index(np.array([[40, 20], [5, 35]])) == pytest.approx(0.15)


_TWO_ANNOTATORS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60)


@given(_TWO_ANNOTATORS, st.sampled_from([None, "linear", "quadratic"]))
@settings(max_examples=40, deadline=None)
def test_kappa_agrees_with_scikit_learn(votes: list[tuple[int, int]], weights: str | None) -> None:
    left, right = (np.array(side) for side in zip(*votes, strict=True))
    assume(len(set(left) | set(right)) > 1)
    labels = sorted(set(left) | set(right))
    ours = cohen_kappa(confusion(left, right, 4), weights)  # type: ignore[arg-type]
    assert ours.value == pytest.approx(cohen_kappa_score(left, right, labels=labels, weights=weights))


_PANELS = st.lists(
    st.lists(st.integers(-1, 3), min_size=3, max_size=3).filter(lambda votes: sum(v >= 0 for v in votes) > 1),
    min_size=3,
    max_size=25,
)


@given(_PANELS, st.sampled_from(["nominal", "interval"]))
@settings(max_examples=40, deadline=None)
def test_alpha_agrees_with_nltk(panel: list[list[int]], level: str) -> None:
    codes = np.array(panel)
    assume(len(set(codes[codes >= 0].tolist())) > 1)
    distance = binary_distance if level == "nominal" else interval_distance
    triples = [(str(a), str(i), int(v)) for i, row in enumerate(panel) for a, v in enumerate(row) if v >= 0]
    expected = AnnotationTask(data=triples, distance=distance).alpha()
    ours = krippendorff_alpha(label_counts(codes, 4), level, [0, 1, 2, 3])  # type: ignore[arg-type]
    assert ours.value == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=3, max_size=30))
@settings(max_examples=20, deadline=None)
def test_fleiss_agrees_with_statsmodels(panel: list[list[int]]) -> None:
    counts = label_counts(np.array(panel), 3)
    assume((counts.sum(axis=0) > 0).sum() > 1)
    assert fleiss_kappa(counts).value == pytest.approx(fleiss_value(counts))


@given(st.permutations(range(12)), st.permutations(range(4)))
@settings(max_examples=20, deadline=None)
def test_order_of_items_and_annotators_does_not_matter(items: list[int], annotators: list[int]) -> None:
    codes = _codes(EXAMPLE_C)
    shuffled = codes[items][:, annotators]
    for function in (krippendorff_alpha, gwet_ac1):
        assert function(label_counts(shuffled, 5)) == pytest.approx(function(label_counts(codes, 5)))


def test_undefined_is_not_estimable() -> None:
    one_label = np.array([[30, 0], [0, 0]])
    assert cohen_kappa(one_label) == NOT_ESTIMABLE
    counts = _counts_of_table(one_label.tolist())
    for function in (fleiss_kappa, krippendorff_alpha, gwet_ac1):
        assert function(counts) == NOT_ESTIMABLE
    assert agreement_verdict(NOT_ESTIMABLE, 0.6) == "not_estimable"
    single_votes = np.array([[1, 0], [0, 1]])
    assert krippendorff_alpha(single_votes) == NOT_ESTIMABLE
    assert observed_agreement(single_votes) is None
    assert fleiss_kappa(np.array([[2, 0], [1, 2]])) == NOT_ESTIMABLE  # unequal numbers of votes


def test_perfect_agreement_on_few_items_proves_little() -> None:
    few, many = cohen_kappa(np.array([[3, 0], [0, 3]])), cohen_kappa(np.array([[60, 0], [0, 60]]))
    assert few.value == many.value == 1
    assert agreement_verdict(few, 0.6) == "inconclusive"
    assert agreement_verdict(many, 0.6) == "ok"
    assert agreement_verdict(krippendorff_alpha(_counts_of_table([[3, 0], [0, 3]])), 0.6) == "inconclusive"


@pytest.mark.parametrize(
    ("interval", "verdict"), [((0.6, 0.9), "ok"), ((0.2, 0.59), "ambiguous"), ((0.5, 0.8), "inconclusive")]
)
def test_verdict_reads_the_interval(interval: tuple[float, float], verdict: str) -> None:
    assert agreement_verdict(Coefficient(0.55, *interval), 0.6) == verdict


def test_confusions() -> None:
    codes = np.array([[0, 0, -1], [0, 1, 1], [-1, 1, 1], [0, 1, -1]])
    together = label_confusion(label_counts(codes, 2))
    assert together.tolist() == [[2, 3], [3, 4]]
    assert annotator_confusion(codes, 0, 2).tolist() == [[1, 3], [0, 0]]


@pytest.mark.slow
def test_small_double_labelled_shares_misjudge_good_guidelines() -> None:
    """Twenty items at 50 % prevalence and a true kappa of 0.8: about one estimate in ten falls under 0.6."""
    rng = np.random.default_rng(3)
    tables = rng.multinomial(20, [0.45, 0.05, 0.05, 0.45], 4000).reshape(-1, 2, 2)
    agreement = np.trace(tables, axis1=1, axis2=2) / 20
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / 400
    kappas = (agreement - chance) / (1 - chance)
    assert kappas.std() == pytest.approx(0.14, abs=0.01)
    assert (kappas < 0.6).mean() == pytest.approx(0.10, abs=0.03)
    some = tables[0]
    assert cohen_kappa(some).value == pytest.approx(kappas[0])

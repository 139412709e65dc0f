#!/usr/bin/env python
"""Measure contradiction detection on labelled public data and print one table.

    scripts/evaluate conflict_quality [--data FOLDER] [--ranked N]

TruthfulQA is cross-validated by question: no pair is scored by weights that saw its question. Everything else uses the
weights that ship. ``--ranked N`` also prints the N highest pairs of the short and of the long unlabelled answers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import conflict_data
import dedup_data
import dedup_match
import fit_conflict
import numpy as np
from conflict_data import Pair
from fetch_data import real_folder
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from ftq_spark.kernels.conflict.pairs import HIGH, PairScores, Weights, question_kind, score_pairs
from ftq_spark.models.encoder import EncoderSettings, encoder
from ftq_spark.settings import Conflict
from ftq_spark.transforms.conflict import MAX_PAIRS

REPOSITORY = Path(__file__).resolve().parents[2]
Row = tuple[str, str, float, str, float]  # set, measure, value, relation, goal


def score(pairs: list[Pair], weights: Weights | None = None) -> PairScores:
    """Scores of labelled pairs."""
    columns = ([pair[column] for pair in pairs] for column in range(4))
    return score_pairs(*columns, weights=weights)


def labels(pairs: list[Pair]) -> NDArray[np.bool_]:
    """(n,) which pairs conflict."""
    return np.array([pair.conflict for pair in pairs])


def precision_at(score_: NDArray[np.float64], label: NDArray[np.bool_], n: int) -> float:
    """Share of conflicts among the n highest scores."""
    return float(label[np.argsort(-score_, kind="stable")[:n]].mean())


def recall_at_precision(score_: NDArray[np.float64], label: NDArray[np.bool_], precision: float) -> float:
    """Highest recall at which the ranked list still has this precision."""
    ranked = label[np.argsort(-score_, kind="stable")]
    hits = np.cumsum(ranked)
    good = hits / np.arange(1, len(ranked) + 1) >= precision
    return float(hits[good].max() / ranked.sum()) if good.any() else 0.0


def blocking_rows(folder: Path) -> list[Row]:
    """Questions that doctors wrote twice, among the candidates of the depth `deep`, cut as a run cuts them."""
    pairs = dedup_data.medical_questions(folder)
    texts, at = np.unique([(pair.left, pair.right) for pair in pairs], return_inverse=True)
    encoded = encoder(EncoderSettings()).encode(texts.tolist())
    similar = dedup_match.semantic_by_brute_force(encoded.vectors, Conflict(depth="deep").floor)
    ranks = np.zeros(len(texts), int)
    kept = set()
    for left, right in sorted(similar, key=lambda pair: -similar[pair]):
        ranks[[left, right]] += 1
        if min(ranks[left], ranks[right]) <= MAX_PAIRS:
            kept.add((left, right))
    same = [
        (min(pair), max(pair))
        for pair, labelled in zip(at.reshape(-1, 2).tolist(), pairs, strict=True)
        if labelled.same
    ]
    return [
        ("MQP, candidates", "recall of paraphrases", sum(pair in kept for pair in same) / len(same), ">=", 0.90),
        ("MQP, candidates", "pairs per question", len(kept) / len(texts), "<=", 2.0),
    ]


def golden_rows(folder: Path) -> list[Row]:
    """The hand-written pairs."""
    pairs = conflict_data.golden(folder)
    found, label = score(pairs), labels(pairs)
    by_words = {
        name: min(
            value
            for pair, value in zip(pairs, found.score, strict=True)
            if pair.conflict and name in pair.question_a.lower()
        )
        for name in ("metformin", "warfarin")
    }
    return [
        ("golden pairs", "AUC", float(roc_auc_score(label, found.score)), ">=", 0.90),
        ("golden pairs", "P@20", precision_at(found.score, label, 20), ">=", 0.90),
        *(("golden pairs", f"score of {name}", value, ">=", 0.50) for name, value in by_words.items()),
        ("golden pairs", "compatible in the high band", float((found.score[~label] >= HIGH).sum()), "<=", 0.0),
    ]


def truthfulqa_rows(folder: Path) -> list[Row]:
    """TruthfulQA with five folds of questions."""
    pairs = fit_conflict.capped(conflict_data.truthfulqa(folder, comments=False))
    label, values = labels(pairs), fit_conflict.matrix(pairs)
    groups = [pair.group for pair in pairs]
    scores = np.zeros(len(pairs))
    for train, test in GroupKFold(5).split(values, label, groups):
        weights = fit_conflict.fit(values[train], label[train])
        scores[test] = score([pairs[row] for row in test], weights).score
    closed = np.array([question_kind(pair.question_a) == "yes_no" for pair in pairs])
    flagged = scores[closed] >= 0.5
    return [
        ("TruthfulQA", "AUC, all questions", float(roc_auc_score(label, scores)), ">=", 0.80),
        ("TruthfulQA", "P@100, all questions", precision_at(scores, label, 100), ">=", 0.97),
        (
            "TruthfulQA",
            "yes/no: recall at P 0.97",
            recall_at_precision(scores[closed], label[closed], 0.97),
            ">=",
            0.80,
        ),
        ("TruthfulQA", "yes/no: precision at score 0.5", float(label[closed][flagged].mean()), ">=", 0.97),
        ("TruthfulQA", "yes/no: recall at score 0.5", float(flagged[label[closed]].mean()), ">=", 0.80),
    ]


def false_alarm_rows(folder: Path) -> tuple[list[Row], float]:
    """Sets without conflicts, and the score that 5 % of the strong models' pairs reach."""
    strong = conflict_data.alpaca_eval(folder, conflict_data.STRONG)
    kinds = np.array([question_kind(pair.question_a) for pair in strong])
    scores = score(strong).score
    is_open = np.isin(kinds, ("open", "code"))
    rows: list[Row] = [
        ("alpaca_eval, strong models", "high band", float((scores >= HIGH).mean()), "<=", 0.02),
        (
            "alpaca_eval, strong models",
            "open and code prompts flagged",
            float((scores[is_open] >= 0.5).mean()),
            "<=",
            0.005,
        ),
    ]
    for name, pairs in (
        ("HumanEval, two solutions", conflict_data.code(folder)),
        ("SituatedQA geo, two places", conflict_data.situated(folder, edited=True)),
        ("SituatedQA geo, no place named", conflict_data.situated(folder, edited=False)),
    ):
        rows.append((name, "high band", float((score(pairs).score >= HIGH).mean()), "<=", 0.005))
    return rows, float(np.quantile(scores, 0.95))


def planted_rows(folder: Path, floor: float) -> list[Row]:
    """Recall of contradictions that others wrote, at the score that 5 % of the strong models' pairs reach."""
    sets = {
        "XQuAD, another answer": conflict_data.wrong_spans(folder),
        "WikiFactCheck, negated": conflict_data.statements(folder),
    }
    return [
        (name, f"recall at {floor:.3f}", float((score(pairs).score >= floor).mean()), ">=", 0.65)
        for name, pairs in sets.items()
    ]


def final_answer_rows(folder: Path) -> list[Row]:
    """Results of worked solutions, stated in several forms."""
    pairs = conflict_data.solutions(folder)
    found, label = score(pairs).score, labels(pairs)
    return [
        ("GSM8K, results", "AUC", float(roc_auc_score(label, found)), ">=", 0.99),
        ("GSM8K, results", "recall in the high band", float((found[label] >= HIGH).mean()), ">=", 0.90),
        ("GSM8K, results", "alike in the high band", float((found[~label] >= HIGH).mean()), "<=", 0.01),
    ]


def language_rows(folder: Path) -> list[Row]:
    """Brief answers in languages that are not read: another span of the passage, and the same one with a full stop."""
    rows: list[Row] = []
    for language, goal in (("de", 0.6), ("ar", 0.6), ("zh", 0.8), ("hi", 0.5)):
        pairs = conflict_data.wrong_spans(folder, language)
        alike = [pair._replace(answer_b=f"{pair.answer_a.rstrip('.')} .") for pair in pairs]
        rows += [
            (f"XQuAD {language}", "recall at score 0.5", float((score(pairs).score >= 0.5).mean()), ">=", goal),
            (f"XQuAD {language}", "the same flagged", float((score(alike).score >= 0.5).mean()), "<=", 0.01),
        ]
    return rows


def prose_rows(folder: Path) -> list[Row]:
    """Sentence pairs without a question: what lexical evidence alone can tell."""
    rows: list[Row] = []
    for name in ("sem_anto_neg", "negnli", "conjnli", "sick", "snli"):
        pairs = conflict_data.nli(folder, name)
        rows.append((f"{name} (no goal)", "AUC", float(roc_auc_score(labels(pairs), score(pairs).score)), ">=", 0.0))
    return rows


def print_ranked(folder: Path, n: int) -> None:
    """The highest pairs of unlabelled answers, to be read by a person."""
    for title, models in (("short", conflict_data.SHORT), ("long", conflict_data.STRONG)):
        pairs = conflict_data.alpaca_eval(folder, models)
        found = score(pairs)
        ranked = [row for row in np.argsort(-found.score, kind="stable") if found.kind[row] != "refusal"][:n]
        print(f"\n{title} answers, the {n} highest")
        for row in ranked:
            spans = [(item["left_text"], item["right_text"]) for item in found.evidence[row][:1]]
            print(f"  {found.score[row]:.3f} {found.kind[row]:12s} {pairs[row].question_a[-160:]!r}\n      {spans}")


def main() -> None:
    """Print the table; exit 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    parser.add_argument("--ranked", type=int, default=0, help="also print the N highest unlabelled pairs")
    arguments = parser.parse_args()
    folder = arguments.data or real_folder()
    alarms, floor = false_alarm_rows(folder)
    rows = [
        *blocking_rows(folder),
        *golden_rows(folder),
        *truthfulqa_rows(folder),
        *alarms,
        *planted_rows(folder, floor),
        *prose_rows(folder),
    ]
    missed = 0
    print(f"{'set':32s} {'measure':32s} {'value':>8s}   goal")
    for name, measure, value, relation, goal in rows:
        holds = value >= goal if relation == ">=" else value <= goal
        missed += not holds
        print(f"{name:32s} {measure:32s} {value:8.4f}   {relation} {goal:g} {'' if holds else 'MISSED'}")
    if arguments.ranked:
        print_ranked(folder, arguments.ranked)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

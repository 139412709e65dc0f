"""Conflicting pairs as items of review, and what their verdicts teach: ``RUN/review_labels/conflict_labels.jsonl``.

An item's id is ``left_id|right_id``. Of each question only the star is shown: every dissenting answer beside one of the
majority. The verdicts settle their own pairs in the next run, and calibrate the score of all others.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow.compute as pc

from ftq_spark.errors import InputError, RunError
from ftq_spark.kernels.conflict.calibration import calibrate, features
from ftq_spark.review.cells import protect, without_nul
from ftq_spark.review.labels import read_labels
from ftq_spark.review.ledger import read_rows, write_rows
from ftq_spark.runs import storage
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import LABELS_FOLDER, Run
from ftq_spark.runs.tables import content_hashes, fetch_examples, optional, said_by

PAIR_VERDICTS = ("conflict", "compatible", "unsure")
LABELS_FILE, CALIBRATION_FILE = "conflict_labels.jsonl", "conflict_calibration.json"
COLUMNS = (
    "item_id", "annotator", "verdict", "note", "kind", "prompt_1", "response_1", "prompt_2", "response_2", "evidence",
)  # fmt: skip


@of_any_version
def draw_conflicts(run: Path | str, out: Path | str, n: int) -> dict[str, Any]:
    """Write a sheet of at most `n` pairs, evenly spaced over the range of scores.

    Returns:
        ``n``, ``population`` (pairs that a star of every question has), ``item_ids``, ``files``.
    """
    opened = Run.open(run)
    pairs = _star(opened)
    chosen = [pairs[place] for place in np.unique(np.linspace(0, len(pairs) - 1, min(n, len(pairs))).astype(int))]
    ids = sorted({pair[side] for pair in chosen for side in ("left_id", "right_id")})
    texts = {row["example_id"]: row for row in fetch_examples(opened, ids).values()}
    path = Path(out) / "conflicts.csv"
    if path.exists():
        raise InputError(f"{path} is already there: a reviewer may have begun to fill it; expected a new folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        for pair in chosen:
            row = _sheet_row(pair, texts)
            writer.writerow([without_nul(protect(row[name])) for name in COLUMNS])
    return {
        "n": len(chosen),
        "population": len(pairs),
        "item_ids": [item_id(pair) for pair in chosen],
        "files": [str(path)],
    }


def item_id(pair: Mapping[str, Any]) -> str:
    """The name of a conflict in sheets and labels: the ids of its two sides."""
    return f"{pair['left_id']}|{pair['right_id']}"


def _sheet_row(pair: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    left, right = (said_by(pair, side, texts.get(pair[f"{side}_id"], {})) for side in ("left", "right"))
    spans = [f"1: {item['left_text']}\n2: {item['right_text']}" for item in pair["evidence"] or ()]
    return {
        "item_id": item_id(pair),
        "annotator": "reviewer",
        "verdict": "",
        "note": "",
        "kind": pair["kind"],
        "prompt_1": left[0],
        "response_1": left[1],
        "prompt_2": right[0],
        "response_2": right[1],
        "evidence": "\n\n".join(spans),
    }


def _star(run: Run) -> list[dict[str, Any]]:
    """Pairs of a dissenting answer and the one of the majority it is to be read beside, the highest score first."""
    conflicts, stances = optional(run, "conflicts"), optional(run, "stances")
    if conflicts is None or stances is None:
        raise RunError(f"{run.path} has no conflicts yet: let ftq run finish first")
    members = stances.to_table(columns=["example_id", "compared_with"]).to_pylist()
    star = {frozenset((row["example_id"], row["compared_with"])) for row in members if row["compared_with"]}
    rows = conflicts.to_table(filter=~pc.field("against")).to_pylist()  # former examples are not of this run
    rows = [row for row in rows if frozenset((row["left_id"], row["right_id"])) in star]
    return sorted(rows, key=lambda row: (-row["score"], row["left_id"], row["right_id"]))


@of_any_version
def learn_from_conflicts(run: Path | str, label_files: Sequence[Path | str]) -> dict[str, Any]:
    """Keep the verdicts on pairs, and calibrate the score with all that were ever kept, for the next run.

    Returns:
        ``n_pairs`` and counts of verdicts, ``n_unknown`` (items that are no measured pair of this run), ``n_labels``
        (kept in all), ``state`` (prior, platt, logistic), ``candidates`` with their cross-validated log_loss and brier,
        ``files``.

    Raises:
        InputError: a label file cannot be read, or names no pair of this run.
    """
    opened = Run.open(run)
    labels = read_labels(label_files, allowed=PAIR_VERDICTS)
    votes: dict[str, Counter[str]] = {}
    for vote in labels.votes:
        votes.setdefault(vote.item_id, Counter())[vote.label] += 1
    measured = {item_id(pair): pair for pair in _measured(opened)}
    known = sorted(set(votes) & set(measured))
    if votes and not known:
        raise InputError(
            f"none of the {len(votes)} labelled items is a measured pair of {opened.path} (first: {min(votes)[:70]}); "
            "expected item_id left_id|right_id, as `ftq review conflicts` writes it"
        )
    verdicts = {item: _majority(votes[item]) for item in known}
    kept = _merged(opened, [(measured[item], verdicts[item]) for item in known])
    usable = [entry for entry in kept if entry["verdict"] in ("conflict", "compatible")]
    truth = np.array([entry["verdict"] == "conflict" for entry in usable], dtype=bool)
    found, report = calibrate(features(usable), truth, [entry["question"] for entry in usable])
    path = storage.join(opened.labels_folder, CALIBRATION_FILE)
    content = {**found._asdict(), "n_labels": report["n"], **report}
    storage.write_text(path, orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
    return {
        "n_pairs": len(known),
        **{f"n_{name}": list(verdicts.values()).count(name) for name in PAIR_VERDICTS},
        "n_unknown": len(set(votes) - set(measured)),
        "n_labels": report["n"],
        "n_labelled_conflicts": report["n_conflicts"],
        "state": found.state,
        "candidates": report["candidates"],
        "labels_file": storage.join(opened.labels_folder, LABELS_FILE),
        "calibration_file": path,
        **labels.summary(),
    }


def _measured(run: Run) -> list[dict[str, Any]]:
    table = optional(run, "contradictions")
    columns = ["left_id", "right_id", "prompt_similarity", "score", "kind", "evidence", "left_turn", "right_turn"]
    if table is None:
        return []
    known = [name for name in columns if name in table.schema.names]  # a run of an older version lacks the turns
    found: list[dict[str, Any]] = table.to_table(columns=known).to_pylist()
    return found


def _majority(votes: Counter[str]) -> str:
    """``unsure`` where the people who decided are split, or none did."""
    if votes["conflict"] == votes["compatible"]:
        return "unsure"
    return "conflict" if votes["conflict"] > votes["compatible"] else "compatible"


def _merged(run: Run, judged: Sequence[tuple[dict[str, Any], str]]) -> list[dict[str, Any]]:
    """All kept labels, the new ones in the place of former ones on the same contents."""
    ids = sorted({pair[side] for pair, _ in judged for side in ("left_id", "right_id")})
    hashes = content_hashes(run, ids)
    texts = fetch_examples(run, ids)
    kept = {tuple(entry["contents"]): entry for entry in read_conflict_labels(run.path)}
    for pair, verdict in judged:
        contents = sorted((hashes[pair["left_id"]], hashes[pair["right_id"]]))
        names = ("prompt_similarity", "score", "kind")
        kept[tuple(contents)] = {
            "contents": contents,
            "verdict": verdict,
            "question": min(said_by(pair, side, texts[pair[f"{side}_id"]])[0] for side in ("left", "right")),
            **{name: pair[name] for name in names},
            "evidence": [{"kind": item["kind"]} for item in pair["evidence"] or ()],
        }
    merged = [kept[key] for key in sorted(kept)]
    write_rows(storage.join(run.labels_folder, LABELS_FILE), merged)
    return merged


def read_conflict_labels(run: str) -> list[dict[str, Any]]:
    """Verdicts on pairs that were kept in a run: contents (two hashes, sorted), verdict, and what was measured."""
    return read_rows(storage.join(run, LABELS_FOLDER, LABELS_FILE))


def read_calibration(run: str) -> dict[str, Any] | None:
    """What :func:`learn_from_conflicts` kept in a run; None where nothing was."""
    file = storage.join(run, LABELS_FOLDER, CALIBRATION_FILE)
    return orjson.loads(storage.read_text(file)) if storage.exists(file) else None

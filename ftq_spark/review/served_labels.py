"""Labels that people give over localhost (``ftq serve``), kept in the run: a file for each draw and annotator.

    RUN/review_labels/labels/<draw_id>/<annotator>.jsonl    one line for each item, the last word of that person

They are label files like any others: ``ftq review score`` and ``ftq agreement`` read them where no other is named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from ftq_spark.errors import InputError, RunError, suggestion
from ftq_spark.review.decisions import MAX_ANSWER_CHARS, MAX_NAME_CHARS, MAX_NOTE_CHARS
from ftq_spark.review.items import ERROR_TYPES, VERDICTS
from ftq_spark.review.ledger import read_rows, recorded_draws, write_rows
from ftq_spark.runs import storage
from ftq_spark.runs.run import Run

Label = dict[str, str]
# What is kept of a label, and at most how much of it.
_TEXTS = {"verdict": 20, "error_type": 40, "note": MAX_NOTE_CHARS, "corrected": MAX_ANSWER_CHARS, "time": 40}


def draw_named(run: Run, draw_id: str) -> dict[str, Any]:
    """The record of a draw.

    Raises:
        RunError: the run has no such draw.
    """
    draws = {record["draw_id"]: record for record in recorded_draws(run)}
    if draw_id not in draws:
        hint = suggestion(draw_id[:60], draws, "" if draws else "`ftq review draw` makes one")
        raise RunError(f"{run.path} has no draw {draw_id[:60]!r}{hint}")
    return draws[draw_id]


def assigned(record: Mapping[str, Any], annotator: str) -> list[str]:
    """Ids of the items that a person is to label, in the draw's order: all, where the draw names other people."""
    named = annotator in record["annotators"]
    return [item["example_id"] for item in record["items"] if not named or annotator in item["annotators"]]


def labels_of(run: Run, draw_id: str, annotator: str) -> list[Label]:
    """What a person has said so far, by item."""
    return read_rows(_file(run, draw_id, annotator))


def save_labels(run: Run, draw_id: str, annotator: str, labels: Iterable[Mapping[str, Any]]) -> int:
    """Keep `labels` (item_id, verdict, and optionally error_type, note, corrected), the last word on each item.

    Returns:
        How many items the person has judged.

    Raises:
        InputError: no annotator is named, an item is not of the draw, or a verdict or error type is unknown.
        RunError: the run has no such draw.
    """
    annotator = " ".join(annotator.split())
    if not annotator or len(annotator) > MAX_NAME_CHARS:
        raise InputError(f"expected the name of the annotator, of at most {MAX_NAME_CHARS} characters")
    drawn = {item["example_id"] for item in draw_named(run, draw_id)["items"]}
    kept = {label["item_id"]: label for label in labels_of(run, draw_id, annotator)}
    for label in labels:
        checked = _checked(label, drawn)
        kept[checked["item_id"]] = {**checked, "annotator": annotator, "draw_id": draw_id}
    write_rows(_file(run, draw_id, annotator), [kept[name] for name in sorted(kept)])
    return sum(bool(label["verdict"]) for label in kept.values())


def label_files(run: Run, draw_id: str | None = None) -> list[str]:
    """The files of all people, of one draw or of all draws."""
    folder = storage.join(run.labels_folder, "labels")
    names = sorted(name for name, _ in storage.list_files(folder) if name.endswith(".jsonl"))
    return [storage.join(folder, name) for name in names if draw_id is None or name.startswith(f"{draw_id}/")]


def kept_files(run: Run, draw_id: str | None = None) -> list[str]:
    """The files of labels that were given over localhost.

    Raises:
        InputError: there are none, or the run is not on this machine.
    """
    if storage.is_uri(run.path):
        raise InputError(f"{run.path} is not on this machine: name the label files, --labels FILE")
    files = label_files(run, draw_id)
    if not files:
        raise InputError(f"{run.path}: nobody has labelled in `ftq serve` yet: name the label files, --labels FILE")
    return files


def progress(run: Run) -> list[dict[str, Any]]:
    """Of each draw: draw_id, kind, n, and people: name, n (items that are theirs), n_done."""
    found = []
    for record in recorded_draws(run):
        labels = [label for file in label_files(run, record["draw_id"]) for label in read_rows(file)]
        names = dict.fromkeys([*record["annotators"], *(label["annotator"] for label in labels)])
        people = [
            {
                "name": name,
                "n": len(assigned(record, name)),
                "n_done": sum(label["annotator"] == name and bool(label["verdict"]) for label in labels),
            }
            for name in names
        ]
        found.append({**{key: record[key] for key in ("draw_id", "kind", "n")}, "people": people})
    return found


def _file(run: Run, draw_id: str, annotator: str) -> str:
    digest = hashlib.sha256(annotator.encode("utf-8", "replace")).hexdigest()[:8]
    name = re.sub(r"[^\w-]+", "_", annotator)[:40]
    return storage.join(run.labels_folder, "labels", draw_id, f"{name}-{digest}.jsonl")


def _checked(label: Mapping[str, Any], drawn: set[str]) -> Label:
    item_id = label.get("item_id")
    if item_id not in drawn:
        raise InputError(f"item {str(item_id)[:40]!r} is not of this draw")
    texts = {name: label.get(name) or "" for name in _TEXTS}
    for name, most in _TEXTS.items():
        if not isinstance(texts[name], str) or len(texts[name]) > most:
            raise InputError(f"{item_id}: {name}: expected text of at most {most:,} characters")
    if texts["verdict"] not in ("", *VERDICTS) or texts["error_type"] not in ("", *ERROR_TYPES):
        raise InputError(f"{item_id}: expected a verdict {', '.join(VERDICTS)} and a known error type")
    texts["time"] = texts["time"] or datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {"item_id": str(item_id), "example_id": str(item_id), **texts}

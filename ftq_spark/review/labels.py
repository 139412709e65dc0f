"""Label files in: votes that count, and everything about the files that does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ftq_spark.errors import InputError, suggestion
from ftq_spark.places.fetched import fetched
from ftq_spark.review.label_columns import check_columns, settle_columns
from ftq_spark.review.label_formats import RawLabels, normal_name, read_raw
from ftq_spark.review.label_names import COLUMNS

# Messages of each kind of problem that a summary quotes.
MAX_QUOTED = 5
_BLANK = {"", "nan", "NaN", "<NA>"}  # as data frames write what is missing
_WHOLE = re.compile(r"(-?\d+)\.0+")


class Vote(NamedTuple):
    """One person's answer on one item."""

    item_id: str
    annotator: str
    label: str
    error_type: str
    note: str
    time: str
    corrected: str = ""  # the answer as it should be


class Problem(NamedTuple):
    """Something in a label file that was not counted as a vote, or was counted with a doubt."""

    code: str
    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Labels:
    """Votes of several files, at most one for each item and annotator, and what was found beside them."""

    votes: list[Vote]
    problems: list[Problem]
    files: list[dict[str, Any]]  # path, encoding, n_rows, n_votes, extra_columns
    blank: set[str] = field(default_factory=set)  # items with a row but no label

    def summary(self) -> dict[str, Any]:
        """Files and problems as JSON values: counts by code and the first messages of each."""
        counts = Counter(problem.code for problem in self.problems)
        quoted = [
            f"{problem.file}{f', line {problem.line}' if problem.line else ''}: {problem.message}"
            for code in sorted(counts)
            for problem in [problem for problem in self.problems if problem.code == code][:MAX_QUOTED]
        ]
        return {"files": self.files, "problem_counts": dict(sorted(counts.items())), "problems": quoted}


def read_labels(
    paths: Sequence[Path | str],
    allowed: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    annotator_needed: bool = False,
) -> Labels:
    """Votes of all files together.

    A second, equal vote of one annotator on one item is counted as a problem and kept once; two different ones are
    a problem and neither counts. Rows without a label are remembered as blank.

    Args:
        paths: label files of any readable kind.
        allowed: labels that may occur, in lower case; empty allows any. Other labels are problems, not votes.
        columns: an annotator's own column name -> the contract's, such as ``{"Urteil": "verdict"}``.
        annotator_needed: refuse one file without annotators; else the file's name stands in, or its folder's where
            several files have that name.

    Raises:
        InputError: a file cannot be read, lacks a needed column, or there is no file.
    """
    if not paths:
        raise InputError("no label file was given")
    renamed = {normal_name(own): name for own, name in (columns or {}).items()}
    for name in renamed.values():
        if name not in COLUMNS:
            raise InputError(f"'{name}' is no column of a label file{suggestion(name, COLUMNS)}")
    votes: list[tuple[Vote, str, int]] = []
    problems: list[Problem] = []
    files, blank = [], set()
    here = [fetched(str(given)) for given in paths]
    n_called = Counter(path.stem for path in here)
    for path in here:
        raw = read_raw(path, renamed)
        raw.columns = [renamed.get(name, name) for name in raw.columns]
        raw.rows = [(line, {renamed.get(name, name): cell for name, cell in row.items()}) for line, row in raw.rows]
        problems += [Problem(code, path.name, line, message) for code, line, message in raw.problems]
        problems += [Problem("read_as", path.name, 0, message) for message in settle_columns(path, raw)]
        check_columns(path, raw, annotator_needed and len(paths) == 1)
        _whole_ids(raw)
        nobody = path.stem if n_called[path.stem] == 1 else path.parent.name
        if annotator_needed and "annotator" not in raw.columns:
            problems.append(Problem("read_as", path.name, 0, f"no column annotator: '{nobody}' labelled all of it"))
        n_votes = 0
        for line, row in raw.rows:
            found = _vote(row, allowed, nobody)
            if isinstance(found, Vote):
                votes.append((found, path.name, line))
                n_votes += 1
            elif found is None:
                blank.add(row.get("item_id") or row.get("example_id") or "")
            else:
                problems.append(Problem(found[0], path.name, line, found[1]))
        extra = [name for name in raw.columns if name not in COLUMNS]
        encoding = {"path": str(path), "encoding": raw.encoding}
        files.append({**encoding, "n_rows": len(raw.rows), "n_votes": n_votes, "extra_columns": extra})
    votes, respelt = _one_spelling(votes)
    kept, doubles = _without_doubles(votes)
    return Labels(kept, problems + respelt + doubles, files, blank - {""})


def _whole_ids(raw: RawLabels) -> None:
    """Whole numbers for items that all have a point behind theirs, as data frames write where one is missing."""
    for name in ("item_id", "example_id"):
        found = [(row, _WHOLE.fullmatch(row[name])) for _, row in raw.rows if row.get(name)]
        if all(match for _, match in found):
            for row, match in found:
                row[name] = match[1] if match else ""


def _spelt(label: str) -> str:
    """What labels have in common that differ in case alone, or in the point behind a whole number."""
    whole = _WHOLE.fullmatch(label)
    return whole[1] if whole else label.casefold()


def _vote(row: Mapping[str, str], allowed: Sequence[str], nobody: str) -> Vote | tuple[str, str] | None:
    """The row's vote; None for a blank; or a problem's code and message."""
    cells = {name: row.get(name, "").strip() for name in COLUMNS}
    labels = {cells[name].casefold() if allowed else cells[name] for name in ("label", "verdict")} - _BLANK
    ids = {cells[name] for name in ("item_id", "example_id")} - {""}
    if not ids:
        return ("no_item", "the row names no item") if labels else None
    if len(ids) > 1:
        return "ids_differ", "item_id and example_id name different items"
    if not labels:
        return None
    if len(labels) > 1:
        return "labels_differ", f"label and verdict differ: {' / '.join(sorted(labels))[:80]}"
    label = labels.pop()
    if allowed and label not in allowed:
        return "unknown_label", f"'{label[:40]}' is no verdict{suggestion(label[:40], allowed)}"
    annotator = " ".join(cells["annotator"].split()) or nobody
    return Vote(ids.pop(), annotator, label, cells["error_type"].casefold(), *(cells[name] for name in COLUMNS[-3:]))


def _one_spelling(
    votes: Sequence[tuple[Vote, str, int]],
) -> tuple[list[tuple[Vote, str, int]], list[Problem]]:
    """Labels that differ in spelling alone are one, in the spelling that is most frequent."""
    counts = Counter(vote.label for vote, _, _ in votes)
    usual: dict[str, str] = {}
    for label, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        usual.setdefault(_spelt(label), label)
    settled = [(vote._replace(label=usual[_spelt(vote.label)]), file, line) for vote, file, line in votes]
    problems = [
        Problem("spelling", file, line, f"'{vote.label[:40]}' was taken for '{usual[_spelt(vote.label)][:40]}'")
        for vote, file, line in votes
        if vote.label != usual[_spelt(vote.label)]
    ]
    return settled, problems


def _without_doubles(votes: Sequence[tuple[Vote, str, int]]) -> tuple[list[Vote], list[Problem]]:
    by_place: dict[tuple[str, str], list[tuple[Vote, str, int]]] = {}
    for vote in votes:
        by_place.setdefault((vote[0].item_id, vote[0].annotator), []).append(vote)
    kept, problems = [], []
    for (item_id, annotator), same in by_place.items():
        differ = len({vote.label for vote, _, _ in same}) > 1
        if not differ:
            kept.append(same[0][0])
        first = same[0][0].label
        for again, file, line in same[1:]:
            if differ:
                message = f"{annotator} gave item {item_id} two labels, {first} and {again.label}: none counts"
                problems.append(Problem("contradictory_votes", file, line, message))
            else:
                message = f"{annotator} labelled item {item_id} again, with the same label"
                problems.append(Problem("repeated_vote", file, line, message))
    return kept, problems

"""Label files that decide: answers that reviewers have corrected, and labels that keep or drop an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftq_spark.errors import InputError
from ftq_spark.review.decisions import check_answers, read_decisions, record_decisions
from ftq_spark.review.labels import Vote, read_labels
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import content_hashes

# What a label says of the example where labels are to decide.
SAYS = {"keep": "keep", "correct": "keep", "drop": "drop", "error": "drop", "unsure": ""}


def decisions_of(label_files: Sequence[Path | str], columns: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Decisions from label files of any tool: *keep* and *correct* keep, *drop* and *error* drop, *unsure* neither.

    An error whose answer is corrected is kept with the new one.

    Raises:
        InputError: a file cannot be read, holds no such label, or people contradict each other on an example.
    """
    votes = [vote for vote in read_labels(label_files, allowed=tuple(SAYS), columns=columns).votes if SAYS[vote.label]]
    if not votes:
        raise InputError(f"no label in {', '.join(map(str, label_files))} keeps or drops: {', '.join(SAYS)} are read")
    said: dict[str, dict[str, Any]] = {}
    for vote in sorted(votes, key=lambda vote: (vote.item_id, vote.time)):
        verdict = "keep" if vote.corrected.strip() else SAYS[vote.label]
        entry = {**_decision(vote), "verdict": verdict, "response": vote.corrected if vote.corrected.strip() else None}
        former = said.setdefault(vote.item_id, entry)
        if (former["verdict"], former["response"]) != (verdict, entry["response"]):
            raise InputError(
                f"{former['reviewer']} and {vote.annotator} differ on {vote.item_id}: settle it, and give one file"
            )
    return list(said.values())


def record_corrections(run: Run, votes: Iterable[Vote]) -> tuple[int, list[str]]:
    """Keep the corrected answers of `votes`; how many were kept, and a note for each that was not.

    An answer is kept where those who corrected it wrote the same, the row has a place for it, and nobody has decided
    on the example since.
    """
    by_item: dict[str, list[Vote]] = {}
    for vote in votes:
        if vote.corrected.strip():
            by_item.setdefault(vote.item_id, []).append(vote)
    hashes = content_hashes(run, by_item)
    standing = {entry["content_hash"]: entry for entry in read_decisions(run.path)}
    new: list[dict[str, Any]] = []
    notes = []
    for item_id, same in sorted(by_item.items()):
        latest = max(same, key=lambda vote: vote.time)
        said = standing.get(hashes.get(item_id, ""))
        if len({vote.corrected.strip() for vote in same}) > 1:
            notes.append(f"{item_id}: {len(same)} people corrected the answer differently: none is taken")
        elif said is not None and said["time"] >= (latest.time or "") and said.get("response") != latest.corrected:
            notes.append(f"{item_id}: {said['reviewer']} has decided on it since: the corrected answer is not taken")
        elif item_id in hashes:
            new.append(_decision(latest))
    fit = []
    for entry in new:
        try:
            check_answers(run, [entry])
        except InputError as problem:
            notes.append(str(problem))
        else:
            fit.append(entry)
    if fit:
        record_decisions(run, fit)
    return len(fit), notes


def _decision(vote: Vote) -> dict[str, Any]:
    said = {"reviewer": vote.annotator, "note": vote.note, "response": vote.corrected}
    return {"example_id": vote.item_id, "verdict": "keep", "time": vote.time, **said}

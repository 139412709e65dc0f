"""Answers that reviewers have corrected in their label files: decisions to keep the example with the new answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftq_spark.errors import InputError
from ftq_spark.review.decisions import check_answers, read_decisions, record_decisions
from ftq_spark.review.labels import Vote
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import content_hashes


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

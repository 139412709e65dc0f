"""Borderline examples, on which annotators calibrate: conflicts and quality near a threshold, unclear questions."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import as_ids, dataset, optional

# At most so many of a kind are ranked: a calibration session reads tens.
MAX_OF_A_KIND = 1000


def borderline_order(
    run: Run, min_quality: float, conflict_threshold: float, disputed: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Ids of borderline examples, most useful first, kinds taking turns, and the kind of each.

    Kinds: ``disagreement`` (people gave different labels, ``disputed``), ``conflict`` (two answers that disagree; both
    sides, nearest to the score's threshold first), ``quality`` (nearest to the least quality that is kept),
    ``unclear`` (other answers to the same question may disagree, question by question) and ``review`` (sent to people
    for another reason).
    """
    scored = dataset(run, "scored")
    names = scored.schema.names
    columns = [name for name in ("example_id", "verdict", "quality") if name in names]
    table = scored.to_table(columns=columns)
    known = pc.is_in(pa.array(disputed, pa.string()), table["example_id"].combine_chunks().cast(pa.string()))
    by_kind = {
        "conflict": _conflicts(run, conflict_threshold),
        "disagreement": [example_id for example_id, here in zip(disputed, known.to_pylist(), strict=True) if here],
    }
    if asked := _unclear(run):
        by_kind["unclear"] = asked
    if "quality" in names:
        by_kind["quality"] = _near_quality(table, min_quality)
    if "verdict" in names:
        waiting = table.filter(pc.equal(table["verdict"].cast(pa.string()), "review"))
        by_kind["review"] = sorted(waiting["example_id"].to_pylist())[:MAX_OF_A_KIND]
    turns = heapq.merge(
        *[[(place, kind, example_id) for place, example_id in enumerate(ids)] for kind, ids in sorted(by_kind.items())]
    )
    seen: dict[str, str] = {}
    for _, kind, example_id in turns:
        seen.setdefault(example_id, kind)
    return list(seen), list(seen.values())


def _conflicts(run: Run, threshold: float) -> list[str]:
    conflicts = optional(run, "conflicts")
    if conflicts is None:
        return []
    rows: list[dict[str, Any]] = conflicts.to_table(columns=["left_id", "right_id", "score"]).to_pylist()
    rows = heapq.nsmallest(
        MAX_OF_A_KIND, rows, key=lambda row: (abs((row["score"] or 0.0) - threshold), row["left_id"], row["right_id"])
    )
    return list(dict.fromkeys(example_id for row in rows for example_id in (row["left_id"], row["right_id"])))


def _unclear(run: Run) -> list[str]:
    """One example of each of two answers to questions of which it is unclear whether they agree."""
    askings = optional(run, "askings")
    if askings is None:
        return []
    columns = ["question_id", "answer", "example_id"]
    rows = askings.to_table(columns=columns, filter=(pc.field("state") == "unclear") & (pc.field("answer") <= 2))
    first: dict[tuple[str, int], str] = {}
    for row in rows.sort_by([(name, "ascending") for name in columns]).to_pylist():
        first.setdefault((row["question_id"], row["answer"]), row["example_id"])
    return list(first.values())[:MAX_OF_A_KIND]


def _near_quality(table: pa.Table, min_quality: float) -> list[str]:
    ids = as_ids(table["example_id"])
    distance = np.abs(table["quality"].to_numpy() - min_quality)
    distance = np.where(np.isnan(distance), np.inf, distance)
    order = np.lexsort((ids, distance))[:MAX_OF_A_KIND]
    return [ids[index].decode() for index in order if np.isfinite(distance[index])]

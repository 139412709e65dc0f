"""What changed between two runs, read without Spark."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.compare.drift import drift
from ftq_spark.compare.junit import junit
from ftq_spark.compare.page import page
from ftq_spark.compare.setting_changes import changed, different
from ftq_spark.compare.text import render
from ftq_spark.profiles import known_keys
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset
from ftq_spark.schema import VERDICT_VALUES

__all__ = ["compare", "junit", "page", "render"]

_EXAMPLES = 3  # of each change of verdict
_EXCERPT_CHARS = 300
_SHOWN = ["example_id", "content_hash", "source", "row", "prompt", "verdict", "reasons"]


@of_any_version
def compare(before: Run, after: Run) -> dict[str, Any]:
    """What changed, by content: the verdicts of each content in both runs, and contents that only one has."""
    left, right = (_verdicts(run) for run in (before, after))
    joined = left.join(right, keys="content_hash", join_type="full outer", left_suffix="_before", right_suffix="_after")
    moves = Counter(zip(*(joined[f"verdicts_{side}"].to_pylist() for side in ("before", "after")), strict=True))
    rows = [
        {"before": old, "after": new, "contents": count, "examples": _examples(before, after, joined, old, new)}
        for (old, new), count in sorted(moves.items(), key=lambda item: (-item[1], str(item[0])))
    ]
    settings, newer = changed(
        different(before.manifest["settings"], after.manifest["settings"]), frozenset(known_keys())
    )
    return {
        "funnel": _funnel(before, after),
        "contents": {"before": left.num_rows, "after": right.num_rows},
        "only_before": sum(row["contents"] for row in rows if row["after"] is None),
        "only_after": sum(row["contents"] for row in rows if row["before"] is None),
        "unchanged": sum(row["contents"] for row in rows if row["before"] == row["after"]),
        "moves": rows,
        "drift": drift(before, after),
        "settings": settings,
        "newer_settings": newer,
        "versions": different(before.manifest.get("versions", {}), after.manifest.get("versions", {})),
    }


def _funnel(before: Run, after: Run) -> dict[str, list[int]]:
    """Rows read, rejected, kept, to review and dropped, in both runs."""
    sides = []
    for run in (before, after):
        verdicts = Counter(
            dataset(run, "scored").to_table(columns=["verdict"])["verdict"].cast(pa.string()).to_pylist()
        )
        rejected = dataset(run, "rejects").count_rows() if run.has("rejects") else 0
        counts = {"rejected": rejected, **{name: verdicts[name] for name in VERDICT_VALUES}}
        sides.append({"read": sum(counts.values()), **counts})
    return {name: [side[name] for side in sides] for name in sides[0]}


def _examples(before: Run, after: Run, joined: pa.Table, old: str | None, new: str | None) -> list[dict[str, Any]]:
    """A few of the contents that moved from one verdict to another, as they stand in the run that has them."""
    if old == new:
        return []
    sides = (("before", old), ("after", new))
    masks = [pc.is_null(joined[f"verdicts_{name}"]) if value is None else pc.equal(joined[f"verdicts_{name}"], value)
             for name, value in sides]  # fmt: skip
    chosen = pc.and_kleene(*masks).fill_null(False)
    hashes = sorted(joined.filter(chosen)["content_hash"].to_pylist())[:_EXAMPLES]
    run = after if new is not None else before
    wanted = pc.field("content_hash").isin(pa.array(hashes, pa.string()))
    rows = dataset(run, "scored").to_table(columns=_SHOWN, filter=wanted).to_pylist()
    return [{**row, "prompt": row["prompt"][:_EXCERPT_CHARS]} for row in rows[:_EXAMPLES]]


def _verdicts(run: Run) -> pa.Table:
    """content_hash, verdicts: the sorted distinct verdicts of its examples, such as "drop, keep"."""
    table = dataset(run, "scored").to_table(columns=["content_hash", "verdict"])
    verdict = table["verdict"].cast(pa.string())
    grouped = pa.table({"content_hash": table["content_hash"], "verdict": verdict}).group_by(
        ["content_hash", "verdict"]
    )
    distinct = grouped.aggregate([]).sort_by("verdict").group_by("content_hash", use_threads=False)
    lists = distinct.aggregate([("verdict", "list")])
    return pa.table(
        {
            "content_hash": lists["content_hash"],
            "verdicts": pa.chunked_array(
                [pc.binary_join(chunk, ", ") for chunk in lists["verdict_list"].chunks], pa.string()
            ),
        }
    )

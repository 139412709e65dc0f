"""What changed between two runs, read without Spark."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset


def compare(before: Run, after: Run) -> dict[str, Any]:
    """What changed, by content: the verdicts of each content in both runs, and contents that only one has."""
    left, right = (_verdicts(run) for run in (before, after))
    joined = left.join(right, keys="content_hash", join_type="full outer", left_suffix="_before", right_suffix="_after")
    moves = Counter(zip(*(joined[f"verdicts_{side}"].to_pylist() for side in ("before", "after")), strict=True))
    rows = [
        {"before": old, "after": new, "contents": count}
        for (old, new), count in sorted(moves.items(), key=lambda item: (-item[1], str(item[0])))
    ]
    return {
        "contents": {"before": left.num_rows, "after": right.num_rows},
        "only_before": sum(row["contents"] for row in rows if row["after"] is None),
        "only_after": sum(row["contents"] for row in rows if row["before"] is None),
        "unchanged": sum(row["contents"] for row in rows if row["before"] == row["after"]),
        "moves": rows,
        "settings": _different_settings(before.manifest["settings"], after.manifest["settings"]),
    }


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


def _different_settings(before: dict[str, Any], after: dict[str, Any], prefix: str = "") -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            found |= _different_settings(old, new, f"{prefix}{key}.")
        elif old != new:
            found[prefix + key] = [old, new]
    return found


def render(found: dict[str, Any]) -> str:
    """`found` as a person reads it."""
    lines = [
        f"{found['contents']['before']:,} distinct contents before, {found['contents']['after']:,} after; "
        f"{found['unchanged']:,} with the same verdict"
    ]
    for move in found["moves"]:
        if move["before"] != move["after"]:
            lines.append(f"  {move['contents']:>8,}  {move['before'] or '(absent)'} → {move['after'] or '(absent)'}")
    lines += [f"  {key}: {old!r} → {new!r}" for key, (old, new) in found["settings"].items()]
    return "\n".join(lines)

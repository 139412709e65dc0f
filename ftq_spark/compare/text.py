"""A comparison as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftq_spark.compare.drift import MIN_ROWS
from ftq_spark.compare.setting_changes import lines_of

_ROWS = 30


def drift_line(row: Mapping[str, Any]) -> str:
    """One finding in one line."""
    where = f" in {row['where']}" if row["where"] else ""
    if row["kind"] == "share":
        return f"{row['what']}{where}: {row['before']:.1%} → {row['after']:.1%} (p {row['p']:.1g})"
    moved = f"{row['before']:.3g} → {row['after']:.3g}"
    return f"{row['what']}{where}: {moved}, {row['shift']:+.2f} sd, PSI {row['psi']:.2f} (p {row['p']:.1g})"


def render(found: Mapping[str, Any]) -> str:
    """The funnel side by side, verdict changes with an example each, drift, and settings."""
    lines = [f"{'':<10} {'before':>10} {'after':>10} {'change':>10}"]
    for name, (before, after) in found["funnel"].items():
        lines.append(f"{name:<10} {before:>10,} {after:>10,} {after - before:>+10,}")
    lines.append(
        f"{found['contents']['before']:,} distinct contents before, {found['contents']['after']:,} after; "
        f"{found['unchanged']:,} with the same verdict"
    )
    if found["versions"].keys() & {"ftq_spark", "code"}:
        lines.append("made by different versions of ftq_spark, which alone can change verdicts")
    for move in found["moves"]:
        if move["before"] != move["after"]:
            lines.append(f"  {move['contents']:>8,}  {move['before'] or '(absent)'} → {move['after'] or '(absent)'}")
            for example in move["examples"][:1]:
                why = f" ({', '.join(example['reasons'])})" if example["reasons"] else ""
                lines.append(f"            {example['example_id'][:8]} {example['source']}:{example['row']}{why}")
    drift = found["drift"]
    if drift["n_tested"]:
        tested = f"{len(drift['found'])} of {drift['n_tested']} comparisons" + (":" if drift["found"] else "")
    else:
        tested = f"not tested: fewer than {MIN_ROWS} examples on a side"
    lines.append(f"drift: {tested}")
    lines += [f"  {drift_line(row)}" for row in drift["found"][:_ROWS]]
    if (more := len(drift["found"]) - _ROWS) > 0:
        lines.append(f"  and {more} more (--json)")
    if found["settings"]:
        lines.append("settings:")
    lines += [f"  {line}" for key, pair in found["settings"].items() for line in lines_of(key, *pair)]
    if found["newer_settings"]:
        lines.append(f"settings that one of the two versions does not have: {', '.join(found['newer_settings'])}")
    return "\n".join(lines)

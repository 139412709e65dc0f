"""The end of a run in a few lines: what became of the rows, why, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_REASONS = 8


def outcome(summary: Mapping[str, Any], run: str) -> str:
    """The lines for a terminal."""
    lines = [_rows(summary)]
    if reasons := _reasons(summary):
        lines.append("reasons: " + ", ".join(f"{name} {count:,}" for name, count in reasons))
    lines += [f"report:  {run}/report.html", f"clean:   {run}/clean/", f"scored:  {run}/scored/"]
    return "\n".join(lines)


def outcome_html(summary: Mapping[str, Any], run: str) -> str:
    """The same for a notebook."""
    items = "".join(f"<li><code>{escape(name)}</code> {count:,}</li>" for name, count in _reasons(summary))
    reasons = f"<ul>{items}</ul>" if items else ""
    return f"<p><b>{escape(_rows(summary))}</b></p>{reasons}<p><code>{escape(run)}/report.html</code></p>"


def _rows(summary: Mapping[str, Any]) -> str:
    rows = summary["rows"]
    return (
        f"{rows['keep']:,} of {rows['read']:,} rows kept, {rows['review']:,} to review, {rows['drop']:,} dropped, "
        f"{rows['rejected']:,} rejected"
    )


def _reasons(summary: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(row["code"], row["review"] + row["drop"]) for row in summary["reasons"]][:_REASONS]

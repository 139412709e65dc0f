"""The end of a run in a few lines: what became of the rows, why, and where to look."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from ftq_spark.report.display import counted, cut, percent, visible
from ftq_spark.report.words import displaced, export_command, unread

_FUNNEL = ("keep", "review", "drop", "rejected")
_REASONS = 8
_STEPS = 4
_BAR = 24  # characters of a whole
_WIDTH = 120  # where no terminal says how wide it is


def outcome(summary: Mapping[str, Any], run: str, width: int = _WIDTH) -> str:
    """The lines for a terminal: files that are wrong, the funnel, why with an example each, what next, and where.

    An example is cut to the `width`, in characters; what a person may want to copy is not.
    """
    rows = summary["rows"]
    lines = [*(f"WARNING: {sentence}" for sentence in displaced(summary)), _rows(summary)]
    for name in _FUNNEL:
        share = rows[name] / max(1, rows["read"])
        bar = "█" * round(share * _BAR)
        lines.append(f"  {name:<9} {rows[name]:>11,}  {percent(rows[name], rows['read']):>6}  {bar}".rstrip())
    if (masked := summary.get("masked") or {}).get("dialogues"):
        turns = f"{counted(masked['turns'], 'turn')} out of training"
        lines.append(f"masked:  {counted(masked['dialogues'], 'dialogue')} kept with {turns}")
    lines += [f"unread:  {sentence}" for sentence in unread(summary)]
    if reasons := _reasons(summary):
        lines.append("reasons:")
        told = (f"  {row['code']:<22} {n:>9,}  {_example(summary, row)}" for row, n in reasons)
        lines += [cut(line.rstrip(), width - 1) for line in told]
    if actions := summary.get("actions", []):
        lines.append("next:")
        shown = actions if len(actions) <= _STEPS else [*actions[: _STEPS - 1], actions[-1]]
        lines += [f"  {place}. {action['title']}" for place, action in enumerate(shown, start=1)]
    lines += [
        f"report:  {run}/report.html",
        f"         ftq serve {shlex.quote(run)} saves what you decide in it",
    ]
    if summary["rows"]["keep"]:
        written = f"{export_command(summary, shlex.quote(run))} writes it for a trainer"
        lines += [f"clean:   {run}/clean/", f"         {written}"]
    else:
        lines.append(f"clean:   nothing was kept; {run}/report.html says of each row why")
    lines.append(f"scored:  {run}/scored/")
    return "\n".join(lines)


def _example(summary: Mapping[str, Any], reason: Mapping[str, Any]) -> str:
    """Where one example with a reason stands, and how its question begins, on one line."""
    known = (summary.get("excerpts", {}).get(name) for name in reason.get("examples", ()))
    found = next((example for example in known if example), None)
    if found is None:
        return ""
    asked = " ".join(visible(found["prompt"] or "").split())
    return f"{visible(found['source'])}:{found['row']}  {asked}"


def outcome_html(summary: Mapping[str, Any], run: str) -> str:
    """The same for a notebook."""
    items = "".join(f"<li><code>{escape(row['code'])}</code> {n:,}</li>" for row, n in _reasons(summary))
    reasons = f"<ul>{items}</ul>" if items else ""
    warned = "".join(f"<p><b>{escape(sentence)}</b></p>" for sentence in displaced(summary))
    return f"{warned}<p><b>{escape(_rows(summary))}</b></p>{reasons}<p><code>{escape(run)}/report.html</code></p>"


class Framed(NamedTuple):
    """HTML that a notebook shows as the last value of a cell."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def framed(page: str, height: int) -> Framed:
    """A whole page in a frame of `height` pixels, which can reach nothing of the notebook around it."""
    rights = "allow-scripts allow-downloads"
    style = f"width:100%;height:{height}px;border:0"
    return Framed(f'<iframe sandbox="{rights}" style="{style}" title="report" srcdoc="{escape(page)}"></iframe>')


def _rows(summary: Mapping[str, Any]) -> str:
    rows = summary["rows"]
    return (
        f"{rows['keep']:,} of {rows['read']:,} rows kept, {rows['review']:,} to review, {rows['drop']:,} dropped, "
        f"{rows['rejected']:,} rejected"
    )


def _reasons(summary: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], int]]:
    """The first reasons for which examples are out, with how many are; not those of examples that people have kept."""
    found = ((row, row["review"] + row["drop"]) for row in summary["reasons"])
    return [(row, n) for row, n in found if n][:_REASONS]

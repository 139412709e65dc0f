"""Calibration sessions: what people agreed on about items that they had labelled differently, and what it changed.

A session is a draw of kind ``calibration`` whose record also holds what was said before (``given``) and how well people
agreed then (``before``). What is agreed becomes a rule: a line in the guidelines' part on borderline cases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ftq_spark.errors import InputError
from ftq_spark.review import ledger
from ftq_spark.review.agreement import agreement_report
from ftq_spark.review.labels import Vote
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import fetch_examples

SESSIONS = "sessions"  # of the ledger
_HEADING = re.compile(r"^(#{1,6})[ \t]+.*\bborderline\b.*$", re.IGNORECASE | re.MULTILINE)
_PROMPT_CHARS = 160


def prepared(votes: Sequence[Vote], ids: Sequence[str], min_kappa: float) -> dict[str, Any]:
    """What the record of a session holds beside the draw: ``given`` (labels by item) and ``before`` (agreement)."""
    given: dict[str, list[dict[str, str]]] = {}
    for vote in sorted(votes):
        if vote.item_id in set(ids):
            said = {"annotator": vote.annotator, "label": vote.label, "error_type": vote.error_type, "note": vote.note}
            given.setdefault(vote.item_id, []).append(said)
    return {"given": given, "before": _figures(agreement_report(votes, min_kappa)) if votes else None}


def record_session(
    run: Run, record: Mapping[str, Any], votes: Sequence[Vote], guidelines: Path | None
) -> dict[str, Any]:
    """Keep what a session agreed on, and append it to `guidelines`.

    Each item with a verdict and a note (what was agreed, in words) is a rule. The same session again takes the place of
    what it had appended.

    Returns:
        ``draw_id``, ``n_items``, ``n_agreed``, ``n_disputed`` (items on which labels still differ), ``rules``,
        ``guidelines``, ``before``.

    Raises:
        InputError: no item of the session has a verdict and a note, or the guidelines cannot be read.
    """
    drawn = {item["example_id"]: [] for item in record["items"]}  # type: dict[str, list[Vote]]
    for vote in votes:
        drawn.get(vote.item_id, []).append(vote)
    agreed = {item: said for item, said in drawn.items() if said and len({vote.label for vote in said}) == 1}
    noted = {item: next((vote for vote in said if vote.note), None) for item, said in agreed.items()}
    examples = fetch_examples(run, list(noted), ("example_id", "prompt"))
    rules = [
        {"example_id": item, "verdict": vote.label, "error_type": vote.error_type, "rule": " ".join(vote.note.split()),
         "prompt": " ".join((examples.get(item, {}).get("prompt") or "").split())[:_PROMPT_CHARS]}
        for item, vote in noted.items() if vote is not None
    ]  # fmt: skip
    if not rules:
        raise InputError(f"no item of {record['draw_id']} has a verdict and a note: write what was agreed as the note")
    if guidelines is not None:
        _append(guidelines, record["draw_id"], rules)
    result = {
        "draw_id": record["draw_id"],
        "n_items": len(drawn),
        "n_agreed": len(agreed),
        "n_disputed": sum(len({vote.label for vote in said}) > 1 for said in drawn.values()),
        "rules": rules,
        "guidelines": None if guidelines is None else str(guidelines),
        "before": record.get("before"),
    }
    others = [entry for entry in recorded_sessions(run) if entry["draw_id"] != record["draw_id"]]
    ledger.save_result(run, SESSIONS, {"sessions": [*others, result]})
    return result


def recorded_sessions(run: Run) -> list[dict[str, Any]]:
    """What the sessions of a run agreed on, the oldest first."""
    return list((ledger.saved_result(run, SESSIONS) or {"sessions": []})["sessions"])


def before_and_after(run: Run, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of each session the agreement before it, and that of `report`: ``draw_id``, ``before``, ``after``."""
    now = _figures(report)
    return [
        {"draw_id": entry["draw_id"], "n_rules": len(entry["rules"]), "before": entry["before"], "after": now}
        for entry in recorded_sessions(run)
        if entry["before"] and entry["before"] != now
    ]


def _figures(report: Mapping[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("n_items", "cohen_kappa", "gwet_ac1", "verdict")}


def _append(path: Path, draw_id: str, rules: Sequence[Mapping[str, str]]) -> None:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"guidelines {path} cannot be read as UTF-8 text: {error}") from error
    begin, end = f"<!-- agreed in {draw_id} -->", f"<!-- end of {draw_id} -->"
    lines = [begin, *(_line(rule) for rule in rules), end]
    text = re.sub(rf"\n*{re.escape(begin)}.*?{re.escape(end)}\n?", "\n", text, flags=re.DOTALL)
    heading = _HEADING.search(text)
    if heading is None:
        text = text.rstrip() + "\n\n## Borderline cases\n"
        heading = _HEADING.search(text)
    assert heading is not None
    later = re.compile(rf"^#{{1,{len(heading[1])}}}[ \t]", re.MULTILINE).search(text, heading.end())
    at = later.start() if later else len(text)
    body = text[:at].rstrip() + "\n" + "\n".join(lines) + "\n"
    path.write_text(body + ("\n" + text[at:] if later else ""), encoding="utf-8")


def _line(rule: Mapping[str, str]) -> str:
    kind = f" ({rule['error_type']})" if rule["error_type"] else ""
    asked = rule["prompt"].replace("<", "‹").replace(">", "›")  # no markup, and no place that is still to be filled in
    return f"- “{asked}”: {rule['verdict']}{kind}. {rule['rule']}"

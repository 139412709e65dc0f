"""Everything a run knows about one example, read without Spark."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc

from ftq_spark.errors import UserError
from ftq_spark.explain.text import LISTED, render
from ftq_spark.explain.verdict import changes, quality_parts, rule_hits, without_earlier
from ftq_spark.kernels.exchanges.dialogue import Finding, shown
from ftq_spark.kernels.exchanges.tools import tool_findings
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset, place_of
from ftq_spark.signals import explain_grade

__all__ = ["explain", "render", "shared_text"]

_COMPARED_WORDS = 1_000
_RUNS = 3
_TURN_CHARS = 80


@of_any_version
def explain(run: Run, example_id: str) -> dict[str, Any]:
    """How the verdict came about, signals, duplicate of whom, and conflicts with whom.

    Args:
        example_id: its id, the first digits of it, or its place as ``file:row``.

    Raises:
        UserError: nothing there, or more than one.
    """
    row = _found(run, example_id)
    known = {
        key: value for key, value in row.items() if not key.startswith("sig_") and key not in ("messages", "rejected")
    }
    known["grade"] = explain_grade(_question(row["messages"]), row["response"])
    calls = tool_findings(row["messages"], row["tools"])
    known["turns"] = _of_turns(row, calls)
    known["signals"] = {key[4:]: value for key, value in sorted(row.items()) if key.startswith("sig_")}
    settings = run.settings
    known["quality_parts"] = quality_parts(known["signals"], settings.score)
    known["rules"] = rule_hits(without_earlier(known["signals"], row, calls, settings.score), settings.score)
    known["changes"] = changes(row, known["rules"], known["quality_parts"], settings)
    known["pairs"] = _touching(run, "pairs", row["example_id"])
    known["conflicts"] = _touching(run, "conflicts", row["example_id"]) if run.has("conflicts") else []
    here = pc.field("example_id") == row["example_id"]
    known["within"] = dataset(run, "within").to_table(filter=here).to_pylist() if run.has("within") else []
    held = dataset(run, "contamination").to_table(filter=here).to_pylist() if run.has("contamination") else []
    known["contamination"] = sorted(held, key=lambda item: (-item["coverage"], item["benchmark"], item["row"]))
    known["stance"] = _stance(run, row["example_id"]) if run.has("stances") else None
    known["question"] = _asked(run, row["example_id"]) if run.has("askings") else None
    others = {row["duplicate_of"], *row["conflicts_with"]} - {None}
    known["others"] = _texts(run, sorted(others))
    former = [Run.open(path) for path in run.manifest.get("against", ())]
    for earlier in reversed(former):
        known["others"] = _texts(earlier, sorted(others - known["others"].keys())) | known["others"]
    if (target := known["others"].get(row["duplicate_of"])) is not None:
        views = ("prompt", "response")
        known["shared"] = {view: shared_text(row[view], target[view]) for view in views}
    return known


def _of_turns(row: dict[str, Any], calls: Sequence[Finding]) -> list[dict[str, Any]]:
    """What is found in calls, and in earlier answers of a dialogue, in order: turn, code, message."""
    masked = row.get("masked_turns") or ()
    found = [(call.turn, call.code, call.message) for call in calls]
    said = {(turn, code) for turn, code, _ in found}
    for turn, code in ((item["turn"], item["code"]) for item in row.get("turn_findings") or ()):
        if (turn, code) not in said:
            found.append((turn, code, shown(row["messages"][turn]["content"] or "a call", _TURN_CHARS)))
    marks = ("", "out of training: ")
    return [
        {"turn": turn, "code": code, "message": marks[turn in masked] + message}
        for turn, code, message in sorted(found, key=lambda item: item[0])
    ]


def _found(run: Run, named: str) -> dict[str, Any]:
    scored, place = dataset(run, "scored"), place_of(named)
    if place is not None:
        wanted, what = place, f"at {named!r}"
    else:
        wanted, what = pc.starts_with(pc.field("example_id"), named.lower()), f"whose example_id starts with {named!r}"
    table = scored.to_table(filter=wanted)
    if not table.num_rows and place is not None and run.has("rejects"):
        columns = ["source", "row", "code", "message"]
        for fault in dataset(run, "rejects").to_table(columns, filter=wanted).to_pylist():
            where = f"row {fault['row']} of {fault['source']}"
            said = f"{fault['code']}: {fault['message']}"
            raise UserError(f"{run.path}: {where} was rejected, so nothing was measured: {said}")
    if table.num_rows != 1:
        found = "no example" if not table.num_rows else f"{table.num_rows} examples"
        raise UserError(f"{run.path}: {found} {what}; expected exactly one example_id, first digits, or file:row")
    return dict(table.to_pylist()[0])


def shared_text(mine: str, theirs: str) -> dict[str, Any]:
    """What two texts have in common, word by word: `fraction` (of the words of both, in [0, 1]) and the longest `runs`.

    Runs are found as by a diff of the first :data:`_COMPARED_WORDS` words; case and the width of spaces do not count.
    """
    left, right = (text.split()[:_COMPARED_WORDS] for text in (mine, theirs))
    mine_lower, their_lower = ([word.lower() for word in words] for words in (left, right))
    matcher = difflib.SequenceMatcher(None, mine_lower, their_lower, autojunk=False)
    blocks = sorted(matcher.get_matching_blocks(), key=lambda block: (-block.size, block.a))
    runs = [" ".join(left[block.a : block.a + block.size]) for block in blocks[:_RUNS] if block.size]
    return {"fraction": matcher.ratio(), "runs": runs}


def _question(messages: list[dict[str, Any]]) -> str:
    """The last user turn before the last answer, as the grade reads it."""
    roles = [message["role"] for message in messages]
    answered = max((i for i, role in enumerate(roles) if role == "assistant"), default=len(roles))
    asked = [message["content"] for message in messages[:answered] if message["role"] == "user"]
    return asked[-1] if asked else ""


def _touching(run: Run, table: str, example_id: str) -> list[dict[str, Any]]:
    here = (pc.field("left_id") == example_id) | (pc.field("right_id") == example_id)
    found: list[dict[str, Any]] = dataset(run, table).to_table(filter=here).to_pylist()
    return found


def _stance(run: Run, example_id: str) -> dict[str, Any] | None:
    """Where the example stands on its question, and how many members each stance there has."""
    table = dataset(run, "stances")
    found = table.to_table(filter=(pc.field("example_id") == example_id) & ~pc.field("against")).to_pylist()
    if not found:
        return None
    mine = min(found, key=lambda row: -1 if row.get("turn") is None else row["turn"])  # the last answer first
    group = table.to_table(
        columns=["stance", "stance_size", "signature"], filter=pc.field("conflict_group") == mine["conflict_group"]
    )
    sizes = group.group_by(["stance", "stance_size"]).aggregate([("signature", "max")]).sort_by("stance").to_pylist()
    names = ("conflict_group", "stance", "group_size", "n_stances", "severity", "exact", "compared_with")
    stances = [{"stance": s["stance"], "n": s["stance_size"], "signature": s["signature_max"]} for s in sizes]
    return {**{name: mine[name] for name in names}, "stances": stances}


def _asked(run: Run, example_id: str) -> dict[str, Any] | None:
    """The question that others ask too, the place of the example's answer, and who gives another; None for none."""
    table = dataset(run, "askings")
    found = table.to_table(filter=pc.field("example_id") == example_id).to_pylist()
    if not found:
        return None
    (mine,) = found
    here = pc.field("question_id") == mine["question_id"]
    (question,) = dataset(run, "questions").to_table(filter=here).to_pylist()
    answers: dict[int, list[str]] = {}
    for other in sorted(table.to_table(filter=here).to_pylist(), key=lambda row: (row["answer"], row["example_id"])):
        answers.setdefault(other["answer"], []).append(other["example_id"])
    given = [{"answer": answer, "n": len(ids), "example_id": ids[0]} for answer, ids in answers.items()]
    return {**question, "wording": mine["wording"], "answer": mine["answer"], "answers": given[:LISTED]}


def _texts(run: Run, ids: list[str]) -> dict[str, dict[str, Any]]:
    if not ids:
        return {}
    columns = ["example_id", "source", "row", "prompt", "response", "verdict"]
    rows = dataset(run, "scored").to_table(columns=columns, filter=pc.field("example_id").isin(ids)).to_pylist()
    return {row.pop("example_id"): row for row in rows}

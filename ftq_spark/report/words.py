"""The summary in words: the verdict that opens the report, and what to do first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from ftq_spark.formats import FIXES
from ftq_spark.formats.unread import named
from ftq_spark.report.advice import ADVICE, kind
from ftq_spark.report.display import counted, integer, percent, visible, words

N_ACTIONS = 8
# A share of one dataset found in another that is worth a decision of its own.
NOTABLE_OVERLAP = 0.05
NOTABLE_UNREADABLE = 0.05  # of the examples
# Reasons that as large a share of all examples has by a habit of the data: one decision, not one for each example.
HABITS = ("refusal", "truncated")
NOTABLE_HABIT = 0.05
_EXPORTED = {"dpo": "dpo", "openai_dpo": "dpo", "compared": "dpo", "kto": "kto", "prompt_only": "as_found"}
_FILES = 3  # that are named
_LISTING = 3  # datasets that are named
_SETTLED = ("exact_duplicate", "near_duplicate", "semantic_duplicate", "prefix_duplicate", "conflict")


def displaced(summary: Mapping[str, Any]) -> list[str]:
    """A sentence for each of the first files whose answers stand beside the questions of other rows."""
    files: dict[str, list[Mapping[str, Any]]] = {}
    for stretch in summary.get("displaced", ()):
        files.setdefault(stretch["source"], []).append(stretch)
    found = [_displaced(visible(source), stretches) for source, stretches in [*files.items()][:_FILES]]
    n_more = len(files) - len(found)
    return [*found, f"So it is in {counted(n_more, 'more file')}."] if n_more else found


def _displaced(source: str, stretches: Sequence[Mapping[str, Any]]) -> str:
    first = stretches[0]
    if "share" in first:
        beside = (
            f"of {counted(first['n'], 'comparison')} with the rows beside, {first['share']:.0%} are for the row's own"
        )
        return (
            f"The answers of {source} stand in another order than its questions ({beside} question, chance gives 50%): "
            "put its columns in order and run again before anything is trained on it."
        )
    rows = f"rows {integer(first['first_row'])} to {integer(first['last_row'])}"
    more = f" (and {counted(len(stretches) - 1, 'more stretch', 'more stretches')})" if len(stretches) > 1 else ""
    beside = "before" if first["step"] < 0 else "after"
    return (
        f"In {source} the answers of {rows}{more} belong to the questions of the row {beside} theirs: a "
        "column slipped by a row; put it right and run again. These rows are marked answers displaced."
    )


def unread(summary: Mapping[str, Any]) -> list[str]:
    """A sentence for each of the first sets of columns that no example holds, with the files that have them."""
    columns: dict[str, list[Mapping[str, Any]]] = {}
    for column in summary.get("unread", ()):
        columns.setdefault(column["source"], []).append(column)
    files: dict[tuple[str, ...], list[str]] = {}
    for source, found in columns.items():
        files.setdefault(tuple(column["name"] for column in found), []).append(source)
    sentences = []
    for sources in [*files.values()][:_FILES]:
        more = f" (and {counted(len(sources) - 1, 'more file')})" if len(sources) > 1 else ""
        first = columns[sources[0]]
        sentences.append(f"Columns not read in {visible(sources[0])}{more}: {visible(named(first))}.")
    n_more = sum(map(len, [*files.values()][_FILES:]))
    return [*sentences, f"Nor are others in {counted(n_more, 'more file')}."] if n_more else sentences


def several_answers(summary: Mapping[str, Any]) -> list[str]:
    """A sentence where pairs are no conflicts since their datasets give several right answers to a question."""
    found = summary.get("listing") or {}
    n, datasets = found.get("n_pairs", 0), found.get("datasets", ())
    if not n:
        return []
    shown = ", ".join(
        f"{visible(row['dataset'])} ({integer(row['n_apart'])} of {counted(row['n_bare'], 'question')} for "
        f"{'numbers' if row['counts'] else 'names'})"
        for row in datasets[:_LISTING]
    )
    more = f" and {integer(len(datasets) - _LISTING)} more" if len(datasets) > _LISTING else ""
    return [
        f"{counted(n, 'pair')} whose brief answers differ {'is' if n == 1 else 'are'} unclear, no "
        f"{'conflict' if n == 1 else 'conflicts'}: hardly a question is answered twice alike in {shown}{more}, so "
        "several answers may be right. Should each have one, set conflict.several_answers=conflict."
    ]


def headline(summary: Mapping[str, Any]) -> list[str]:
    """A few sentences a person can act on, the most important first."""
    rows = summary["rows"]
    n = rows["keep"] + rows["review"] + rows["drop"]
    if not rows["balanced"]:
        missing = rows["read"] - rows["rejected"] - n
        problem = f"The accounting does not close: {counted(abs(missing), 'row')} of {integer(rows['read'])} "
        return [problem + ("are unaccounted for." if missing > 0 else "too many came out.")]
    if not n:
        return [f"No example could be read: all {counted(rows['read'], 'row')} were rejected."]
    kept = f"{integer(rows['keep'])} of {counted(rows['read'], 'row')} kept ({percent(rows['keep'], rows['read'])})"
    rest = f"{integer(rows['review'])} to review, {integer(rows['drop'])} dropped, {integer(rows['rejected'])} rejected"
    sentences = [*displaced(summary), f"{kept}; {rest}."]
    sentences += unread(summary)
    masked = summary.get("masked") or {"dialogues": 0}
    if masked["dialogues"]:
        turns = f"{counted(masked['turns'], 'turn')} masked"
        sentences.append(f"{counted(masked['dialogues'], 'dialogue')} kept with {turns}, which training leaves out.")
    n_conflicts = (summary.get("conflicts") or {}).get("n", 0)
    if n_conflicts:
        # Another policy than review settles them, and then nothing waits for a person.
        fate = ("needs" if n_conflicts == 1 else "need") + " a person" if rows["review"] else "found"
        sentences.append(f"{counted(n_conflicts, 'conflict')} {fate}: one question, answers that disagree.")
    sentences += several_answers(summary)
    if n_edits := summary.get("edited", {}).get("n", 0):
        sentences.append(f"People corrected {counted(n_edits, 'answer')} in clean/.")
    reasons = [row for row in summary["reasons"] if row["drop"] + row["review"] > 0][:3]
    if reasons:
        listed = ", ".join(f"{words(row['code'])} ({integer(row['drop'] + row['review'])})" for row in reasons)
        sentences.append(f"Most often in review or dropped for: {listed}.")
    return sentences


def actions(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What to do: conflicts first, then by how many rows it would win, :data:`N_ACTIONS` at most; last, to train.

    Keys: title, detail, n, anchor (a section of the page), show (what the workbench opens, as its address says it).
    """
    rest = [*_rejects(summary), *_reasons(summary), *_habits(summary), *_overlaps(summary), *_unreadable(summary)]
    found = [*_conflicts(summary), *sorted(rest, key=lambda action: -action["n"])]
    return [*found[:N_ACTIONS], *_train(summary)]


def _conflicts(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    conflicts = summary.get("conflicts") or {}
    n = conflicts.get("n", 0)
    if not n:
        return []
    kinds = ", ".join(f"{kind(row['kind'])} ({integer(row['n'])})" for row in conflicts["kinds"][:4])
    questions = counted(conflicts["n_groups"], "question")
    detail = f"Examples whose answers disagree, on {questions}: {kinds}. Decide which side is right."
    return [_action(f"Settle {counted(n, 'conflict')}", detail, n, "conflicts", {"view": "conflicts"})]


def _rejects(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        _action(
            f"Fix {counted(row['n'], 'row')} rejected as {words(row['code'])}",
            FIXES.get(row["code"], "")
            + " Found in "
            + ", ".join(part["dataset"] for part in row["datasets"][:3])
            + ".",
            row["n"],
            "rejects",
            {"view": "rejects", "code": row["code"]},
        )
        for row in summary["rejects"]["codes"][:2]
    ]


def _reasons(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    n_examples, found = _n_examples(summary), []
    for row in summary["reasons"]:
        n = row["drop"] + row["review"]
        if n and row["code"] not in _SETTLED:
            alone = f" For {integer(row['n_only'])} of them it is the only reason." if 0 < row["n_only"] < n else ""
            if row["code"] in HABITS and row["review"] >= NOTABLE_HABIT * n_examples:
                kept = f"`--set score.strengths.{row['code']}=note` keeps them"
                alone += f" So many are a habit of the data: if it is meant, {kept}."
            out = "" if row["review"] else f" {'It is' if n == 1 else 'All are'} dropped already."
            detail = ADVICE.get(row["code"], "Look at the examples below.") + alone + out
            title = f"Look at {counted(n, 'example')} marked {words(row['code'])}"
            found.append(_action(title, detail, n, "reasons", {"reason": row["code"]}))
    return found[:4]


def _n_examples(summary: Mapping[str, Any]) -> int:
    return sum(summary["rows"][verdict] for verdict in ("keep", "review", "drop"))


def _habits(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    n_examples, found = _n_examples(summary), []
    for row in summary.get("notes", ()):
        if row["code"] in HABITS and row["n"] >= NOTABLE_HABIT * n_examples:
            share = f"{percent(row['n'], n_examples)} of the examples, so that it is a habit of the data. "
            title = f"Decide about {counted(row['n'], 'example')} noted as {words(row['code'])}"
            detail = f"{share}{ADVICE[row['code']]} `--set score.strengths.{row['code']}=review` sends them to review."
            found.append(_action(title, detail, row["n"], "notes", {"note": row["code"]}))
    return found


def _overlaps(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    found, seen = [], set()
    for pair in summary["duplicates"]["across_datasets"]["pairs"]:
        both = frozenset((pair["dataset"], pair["other"]))
        if pair["fraction_alike"] >= NOTABLE_OVERLAP and both not in seen:
            seen.add(both)
            title = f"Decide whether {pair['dataset']} and {pair['other']} are both needed"
            detail = f"{integer(pair['n'])} rows ({percent(pair['fraction'])}) of {pair['dataset']}"
            detail += f" occur word for word in {pair['other']}"
            if pair["n_alike"] > pair["n"]:
                detail += f", {integer(pair['n_alike'])} ({percent(pair['fraction_alike'])}) in these or similar words"
            found.append(_action(title, f"{detail}.", pair["n_alike"], "duplicates", {"view": "duplicates"}))
    return found[:2]


def _unreadable(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the embedding model is blind to a notable share, nothing was compared by meaning there."""
    n = next((row["n"] for row in summary.get("notes", ()) if row["code"] == "unreadable"), 0)
    if n < NOTABLE_UNREADABLE * _n_examples(summary) or not n:
        return []
    detail = f"So far they were compared by their words alone. {ADVICE['unreadable']}"
    title = f"Look for duplicates by meaning in {counted(n, 'more example')}"
    return [_action(title, detail, n, "notes", {"note": "unreadable"})]


def _train(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is left in the end: the kept examples."""
    n = summary["rows"]["keep"]
    if not n:
        return []
    later = " What is in review joins them once somebody has decided." if summary["rows"]["review"] else ""
    command = export_command(summary)
    detail = f"`clean/` holds the rows as they were found; `{command}` writes them for a trainer.{later}"
    return [_action(f"Train on {counted(n, 'kept example')}", detail, n, "quality", {"verdict": "keep"})]


def export_command(summary: Mapping[str, Any], run: str = "RUN") -> str:
    """The command that writes the kept examples for a trainer, in the format that most of them call for."""
    most = max(summary["formats"], key=lambda row: row["keep"], default={"value": ""})["value"]
    return f"ftq export {run} --format {_EXPORTED.get(most, 'messages')} --to DIR"


def _action(title: str, detail: str, n: int, anchor: str, show: Mapping[str, str]) -> dict[str, Any]:
    return {"title": title, "detail": detail, "n": n, "anchor": anchor, "show": urlencode(show)}

"""The summary in words: the verdict that opens the report, and what to do first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from ftq_spark.formats import FIXES
from ftq_spark.formats.unread import named
from ftq_spark.report.display import counted, integer, percent, visible, words

N_ACTIONS = 8
# A share of one dataset found in another that is worth a decision of its own.
NOTABLE_OVERLAP = 0.05
NOTABLE_UNREADABLE = 0.05  # of the examples

ADVICE = {
    "low_quality": "Rewrite or drop what scores too low; look at the borderline examples before moving the threshold.",
    "refusal": "Decide whether the model should refuse here; a refusal of a harmless question teaches refusing.",
    "truncated": "Complete the answers that stop in the middle, or drop them: a model learns to stop early.",
    "vague": "Ask for what is missing: a number, a mechanism, a condition, a recommendation; or drop them.",
    "looping": "A model learns from them to repeat itself.",
    "placeholder": "Fill in what was left open, or leave them out.",
    "gibberish": "Drop them: they say nothing.",
    "repeated_paragraph": "Cut what is said twice, or drop them: a model learns to repeat itself.",
    "form_missed": "Write them in the form that is asked for, or change the question.",
    "system_form_missed": "Write them in the form that the system prompt asks for, or change the prompt.",
    "wrong_sum": "Calculate again: a sum or a conversion in the answer is not so.",
    "broken_code": "Fix what does not parse, or say what language it is.",
    "broken_table": "Give each row of the table as many cells as it has columns.",
    "item_missing": "Look for what the list leaves out, or announces and does not give.",
    "impossible_date": "Look the day or the time up: there is none such.",
    "dangling_reference": "Put in the table or figure that the answer speaks of, or cut the sentence.",
    "web_residue": "Take out what is left of the page that the text came from.",
    "prompt_leak": "Take the prompt out of the answer.",
    "empty_answer": "There is nothing to learn from them.",
    "prompt_echo": "Check that copying the question is what the task asks for.",
    "stray_opening": "Cut the scrap off the beginning of the answer, and check what cut the text there.",
    "unseen_source": "Put the text that it was written from into the prompt, or take the mention out.",
    "broken_escapes": "Read the source again: \\t and \\f of LaTeX commands were taken for a tab and a form feed.",
    "template_leak": "Remove the chat template's own marks from the text, and check what made them.",
    "merged_instruction": "Split the examples that run on into the next instruction.",
    "secret": "Remove keys and passwords from the data, and revoke them.",
    "mojibake": "Read the source again in its true encoding.",
    "control_characters": "Remove characters that nobody can see, and check what made them.",
    "missing_context": "Attach the text or picture that the prompt speaks of, or drop the example.",
    "language_mismatch": "Check that an answer in another language than the question is what you want.",
    "ends_with_user": "Add the missing answer, or cut the last question.",
    "identical_preference": "Both sides are the same: nothing tells which is better.",
    "format_deviation": "Write them as the others are written, or ask for their form in the prompt.",
    "review_error": "Fix what made these errors before adding more of the same data.",
    "similar_to_error": "Read them: reviewers found an example wrong that is much like each of these.",
    "review_disputed": "Settle them in a calibration session.",
    "conflict": "Decide which side is right, or that both may stay.",
    "conflict_specialist": "Let a specialist decide which side is right.",
    "conflict_minority": "Nothing to do unless the majority is wrong: the policy drops who disagrees with it.",
    "conflict_untrusted": "Nothing to do: the policy trusts the dataset that they contradict.",
    "conflict_dropped": "Nothing to do: the policy drops every side of a contradiction.",
    "conflict_within": "Read them: the same question was asked twice in one conversation and answered oppositely.",
    "answers_displaced": "Put the column of answers right and run again: these answer their neighbours' questions.",
    "contaminated": "Keep them out of training: they hold items of an evaluation set, whose scores would be too high.",
    "variety": "Nothing to do: one question with several answers; dedup.semantic.keep_per_prompt caps them.",
    "unreadable": "The embedding model cannot read these: give dedup.semantic.model the folder of a multilingual one.",
    "answer_withdrawn": "Read them: an answer is taken back because the user doubts it: a model learns to give in.",
    "name_forgotten": "Read them: an answer calls the user by another name than the user gave.",
    "fact_forgotten": "Read them: an answer says that it was never told what the user has said.",
    "repeated_answer": "Read them: one answer stands twice in a dialogue, behind two questions.",
    "masked_turns": "Nothing to do: a faulty answer before the last one is kept out of training, the rest is learnt.",
    "near_duplicate": "Nothing to do unless a pair differs where it matters.",
    "semantic_duplicate": "Nothing to do unless a pair differs where it matters.",
    "prefix_duplicate": "Nothing to do where every answer is trained on: the longer dialogue holds each of these.",
    "exact_duplicate": "Nothing to do: one copy of each is kept.",
    "non_answer": "Write the answer, or drop them: they only say that there is none.",
    "other_speaker": "Cut the answer where somebody else begins to speak: a model learns to speak for its user.",
    "identity_leak": "Take out the name of a model that yours is not, or drop them: yours would take it for its own.",
    "cut_off_leak": "Take out what another model says of its own knowledge: yours would say it of itself.",
    "personal_data": "Check that a model may know these people, or put other names and numbers in their place.",
    "tool_schema": "Fix the arguments or the tool's schema: a model learns calls that are refused.",
    "tool_unknown": "Declare the tool, or take the call out.",
    "tool_link": "Give every call one result with its id: chat templates render what is there, in its order.",
    "tool_ungrounded": "Check where the argument comes from: a model learns to make values up.",
    "tool_claim": "Read them: the answer says what the tool's result does not.",
    "tool_loop": "Take the repeated calls out, or mask them: a model learns to ask again and again.",
    "similar_preference": "Write a rejected answer that differs more, or drop the pair: little tells the two apart.",
}
# The kinds of evidence that two answers disagree, as a reader is told them.
KINDS = {
    "polarity": "yes against no",
    "negation": "said and denied",
    "antonym": "opposite words",
    "modality": "must against may",
    "quantifier": "all against some",
    "number": "numbers",
    "final_answer": "final answers",
    "entity": "names",
    "relation": "what acts on what",
    "refusal": "one refuses",
    "label": "labels",
    "preference": "preferences",
    "model": "by the NLI model",
    "judge": "by the judge",
}
_EXPORTED = {"dpo": "dpo", "openai_dpo": "dpo", "compared": "dpo", "kto": "kto", "prompt_only": "as_found"}
_FILES = 3  # that are named
_SETTLED = ("exact_duplicate", "near_duplicate", "semantic_duplicate", "prefix_duplicate", "conflict")


def kind(name: str) -> str:
    """How a conflict's answers disagree, for a reader."""
    return KINDS.get(name, words(name))


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
    rest = [*_rejects(summary), *_reasons(summary), *_overlaps(summary), *_unreadable(summary)]
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
    found = []
    for row in summary["reasons"]:
        n = row["drop"] + row["review"]
        if n and row["code"] not in _SETTLED:
            alone = f" For {integer(row['n_only'])} of them it is the only reason." if 0 < row["n_only"] < n else ""
            out = "" if row["review"] else f" {'It is' if n == 1 else 'All are'} dropped already."
            detail = ADVICE.get(row["code"], "Look at the examples below.") + alone + out
            title = f"Look at {counted(n, 'example')} marked {words(row['code'])}"
            found.append(_action(title, detail, n, "reasons", {"reason": row["code"]}))
    return found[:4]


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
    if n < NOTABLE_UNREADABLE * sum(summary["rows"][verdict] for verdict in ("keep", "review", "drop")) or not n:
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

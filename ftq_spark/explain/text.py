"""What is known of one example as a person reads it in a terminal: why first, then what was measured."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

_EXCERPT_CHARS = 600
_ITEMS = 5  # of evaluation sets that are listed
_WIDTH = 80  # of a terminal, at least
LISTED = 8  # answers and stances of one question
_SIZES = ("row", "wording", "answer")  # of a question


def render(known: dict[str, Any]) -> str:
    """What :func:`ftq_spark.explain.explain` found, as lines."""
    lines = [
        *_verdict(known),
        *_repeats(known),
        *_contradicts(known),
        *_holds(known),
        *_beside(known),
        *(f"turn {item['turn'] + 1:<4} {item['code']}: {item['message']}" for item in known["turns"]),
        *(f"{'' if number else 'change:':<9} {change}" for number, change in enumerate(known["changes"])),
        *_quality(known),
        "signals:",
        *_signals(known["signals"]),
    ]
    return "\n".join(lines)


def _verdict(known: Mapping[str, Any]) -> list[str]:
    """Which example it is, what became of it and by what rules, and what it says."""
    reasons = f"  ({', '.join(known['reasons'])})" if known["reasons"] else ""
    by = f", decided by {known.get('reviewer') or known['decided_by']}" if known.get("decided_by") else ""
    lines = [
        f"{known['example_id']}  {known['source']}:{known['row']}  ({known['dataset']}, {known['format']})",
        f"verdict:  {known['verdict']}{reasons}{by}",
        *(
            f"rule:     {hit['reason']} ({hit['verdict']}): {hit['signal']} = {hit['value']:.3g}, "
            f"{'at least' if hit['above'] else 'at most'} {hit['bound']:g}, crossed by {hit['by']:.3g}"
            for hit in known["rules"]
        ),
        f"prompt:   {_cut(known['prompt'])}",
        f"response: {_cut(known['response'])}",
    ]
    if known.get("notes"):
        lines.append(f"notes:    {', '.join(known['notes'])}")
    if known.get("format_deviation"):
        lines.append(f"format:   {known['format_deviation']}")
    return lines


def _repeats(known: Mapping[str, Any]) -> list[str]:
    """What it repeats, and the words that the two share."""
    lines = []
    if target := known["duplicate_of"]:
        other = known["others"].get(target, {})
        lines.append(
            f"repeats:  {target}  {other.get('source')}:{other.get('row')}  "
            f"{known['duplicate_kind']}, similarity {known['duplicate_similarity']:.3f}"
        )
        lines.append(f"          {_cut(other.get('prompt', ''))}  →  {_cut(other.get('response', ''))}")
    for view, shared in known.get("shared", {}).items():
        runs = " … ".join(f"“{_cut(run)}”" for run in shared["runs"])
        share = f"          {view}: {shared['fraction']:.0%} of the words are shared"
        lines.append(f"{share}: {runs}" if runs else share)
    return lines


def _contradicts(known: Mapping[str, Any]) -> list[str]:
    """What it contradicts, other examples and itself, with the passages."""
    lines = []
    for conflict in known["conflicts"]:
        mine = conflict["left_id"] == known["example_id"]
        other_id = conflict["right_id"] if mine else conflict["left_id"]
        lines.append(f"conflict: {other_id}  {conflict['kind']}, score {conflict['score']:.2f}{_which(conflict, mine)}")
        for item in conflict["evidence"]:
            ours, theirs = (item["left_text"], item["right_text"]) if mine else (item["right_text"], item["left_text"])
            lines.append(f"          {item['kind']}: “{_cut(ours)}” against “{_cut(theirs)}”")
    for item in known["within"]:
        lines.append(f"itself:   its turns {item['left_turn']} and {item['right_turn']}, score {item['score']:.2f}")
        lines += [f"          “{_cut(s['left_text'])}” against “{_cut(s['right_text'])}”" for s in item["evidence"]]
    return lines


def _holds(known: Mapping[str, Any]) -> list[str]:
    """The items of evaluation sets in it."""
    lines = [
        f"holds:    {item['coverage']:.0%} of an item of {item['benchmark']}, {item['source']}:{item['row']}"
        for item in known["contamination"][:_ITEMS]
    ]
    n_more = len(known["contamination"]) - _ITEMS
    return [*lines, f"          and {n_more} more"] if n_more > 0 else lines


def _quality(known: Mapping[str, Any]) -> list[str]:
    """The quality with its parts, and the grade of the answer."""
    return [
        f"quality:  {known['quality']:.3f}",
        *(
            f"          {part['part']:.3f} of {part['most']:.3f}  {part['signal']}"
            + (" does not apply" if part["value"] is None else f" = {part['value']:.3g}")
            for part in known["quality_parts"]
        ),
        f"grade:    {known['grade']}",
    ]


def _signals(signals: Mapping[str, float | None]) -> list[str]:
    """A line for each signal, and those that are 0 together at the end."""
    told = {name: value for name, value in signals.items() if value}
    width = max(map(len, told), default=0)
    zero = ", ".join(name for name, value in signals.items() if value == 0)
    at_zero = textwrap.wrap(f"0: {zero}", _WIDTH, initial_indent="  ", subsequent_indent="     ") if zero else []
    return [*(f"  {name:<{width}}  {value:.4g}" for name, value in told.items()), *at_zero]


def _which(conflict: Mapping[str, Any], mine: bool) -> str:
    """Of a conflict of earlier answers, which they are; turns are counted from 1, as they are elsewhere for people."""
    sides = ("left", "right") if mine else ("right", "left")
    turns = [conflict.get(f"{side}_turn") for side in sides]
    ours, theirs = ("the last answer" if turn is None else f"turn {turn + 1}" for turn in turns)
    return "" if turns == [None, None] else f": {ours} against {theirs} there"


def _beside(known: Mapping[str, Any]) -> list[str]:
    """How the answer stands beside the others to its question."""
    lines: list[str] = []
    if asked := known["question"]:
        sizes = [f"{asked[f'n_{name}s']} {name}{'' if asked[f'n_{name}s'] == 1 else 's'}" for name in _SIZES]
        lines.append(f"question: {asked['state']}: {', '.join(sizes)}; this is answer {asked['answer']}")
        lines += [
            f"          answer {other['answer']}: {_times(other['n'])}, as in {other['example_id']}"
            for other in asked["answers"]
            if other["answer"] != asked["answer"]
        ]
    if stance := known["stance"]:
        counts = ", ".join(
            f"{row['n']} {row['signature'] or 'not stated outright'}"
            + (" (this)" if row["stance"] == stance["stance"] else "")
            for row in stance["stances"][:LISTED]
        )
        lines.append(f"stances:  {stance['group_size']} answers in {stance['n_stances']} stances: {counts}")
        if stance["compared_with"]:
            lines.append(f"          outside the majority; read it beside {stance['compared_with']}")
    return lines


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


def _cut(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text[: _EXCERPT_CHARS + 1])
    return shown if len(shown) <= _EXCERPT_CHARS else shown[:_EXCERPT_CHARS] + "…"

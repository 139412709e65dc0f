"""Command results as short plain text for a terminal; the numbers are those of the JSON documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAX_STRATA = 12  # printed; the JSON document has them all


def render_draw(result: Mapping[str, Any]) -> str:
    """What ``ftq review draw`` prints."""
    lines = [
        f"{result['n']} of {result['population']:,} examples drawn ({result['kind']}, {result['allocation']}, "
        f"seed {result['seed']}): {result['draw_id']}"
    ]
    largest = sorted(result["strata"], key=lambda row: (-row["n"], row["stratum"]))
    lines += [f"  {row['n']:>5} of {row['population']:>9,}  {row['stratum']}" for row in largest[:MAX_STRATA]]
    if len(largest) > MAX_STRATA:
        n, population = (sum(row[name] for row in largest[MAX_STRATA:]) for name in ("n", "population"))
        lines.append(f"  {n:>5} of {population:>9,}  in {len(largest) - MAX_STRATA} more strata")
    if len(result["annotators"]) > 1:
        lines.append(f"{result['n_doubled']} items have two labels, shared by {', '.join(result['annotators'])}")
    lines += [f"  {path}" for path in result["files"]]
    return "\n".join([*lines, *_notes(result)])


def render_pairs(result: Mapping[str, Any]) -> str:
    """What ``ftq review conflicts --out`` prints."""
    return "\n".join([f"{result['n']} of {result['population']:,} pairs to judge", *result["files"]])


def render_learnt(result: Mapping[str, Any]) -> str:
    """What ``ftq review conflicts --labels`` prints."""
    lines = [
        f"{result['n_pairs']} pairs judged: {result['n_conflict']} conflicts, {result['n_compatible']} compatible, "
        f"{result['n_unsure']} unsure; {result['n_labels']} verdicts kept in all"
    ]
    unchanged = " (too little, or no better than before: the score stays a rank, not a probability)"
    lines.append(f"calibration: {result['state']}{unchanged if result['state'] == 'prior' else ''}")
    lines += [
        f"  {name:<10} log loss {row['log_loss']:.3f}, Brier {row['brier']:.3f} (cross-validated)"
        for name, row in result["candidates"].items()
    ]
    return "\n".join([*lines, "the next `ftq run` uses them", *result["problems"]])


def render_score(result: Mapping[str, Any]) -> str:
    """What ``ftq review score`` prints."""
    lines = [f"gate: {result['gate'].upper()} ({result['mode']}, at most {result['max_error_rate']:.1%} errors)"]
    if result["n"]:
        lines.append(
            f"error rate {_rate(result)}: {result['errors']} errors in {result['n']} judged, "
            f"{result['n_unsure']} unsure, {result['n_disputed']} disputed, {result['n_missing']} without a verdict"
        )
    else:
        lines.append("nothing is judged correct or wrong yet")
    if result["next_n"]:
        lines.append(f"a draw of {result['next_n']} would likely settle it; the present one is part of it")
    elif result["gate"] == "inconclusive" and result["n"]:
        lines.append("the rate is too near the limit for a larger review to settle: improve the data, then draw again")
    judged = [(name, row) for name, row in result["by_stratum"].items() if row["n"]]
    judged.sort(key=lambda pair: (-pair[1]["errors"], -pair[1]["n"], pair[0]))
    lines += [f"  {name}: {_rate(row)}, {row['errors']} of {row['n']}" for name, row in judged[:MAX_STRATA]]
    if len(judged) > MAX_STRATA:
        lines.append(f"  and {len(judged) - MAX_STRATA} more strata")
    if result["error_types"]:
        lines.append("error types: " + ", ".join(f"{name} {count}" for name, count in result["error_types"].items()))
    if result["operating_characteristic"]:
        lines.append(f"at n = {result['n']}, data with a true error rate of")
        lines += [
            f"  {row['true_rate']:>4.0%}  pass {row['pass']:4.0%}  fail {row['fail']:4.0%}  "
            f"inconclusive {row['inconclusive']:4.0%}"
            for row in result["operating_characteristic"]
        ]
    if result["n_findings"]:
        lines.append(f"{result['n_findings']} findings for the next run: {result['findings_file']}")
    return "\n".join([*lines, *_notes(result), *_problems(result)])


def render_agreement(result: Mapping[str, Any]) -> str:
    """What ``ftq agreement`` prints."""
    lines = [
        f"agreement: {result['verdict'].replace('_', ' ').upper()} ({result['verdict_by'].replace('_', ' ')}, "
        f"wanted {result['min_kappa']:g})",
        f"{result['n_double_labelled']} of {result['n_items']} items have two labels or more, "
        f"{result['n_annotators']} annotators",
    ]
    if result["observed_agreement"] is not None:
        lines.append(f"  observed agreement    {result['observed_agreement']:.1%}")
    shown = {
        "Cohen's kappa": result["cohen_kappa"],
        **{f"kappa, {name}": value for name, value in (result["weighted_kappa"] or {}).items()},
        "Fleiss' kappa": result["fleiss_kappa"],
        "Randolph's kappa": result["randolph_kappa"],
        **{f"alpha, {name}": value for name, value in result["krippendorff_alpha"].items()},
        "Gwet's AC1": result["gwet_ac1"],
    }
    lines += [f"  {name:<20}  {_coefficient(value)}" for name, value in shown.items() if value is not None]
    for pair in result["confused_labels"][:3]:
        often = f"{pair['n']} {'time' if pair['n'] == 1 else 'times'}, {pair['share']:.0%} of disagreement"
        lines.append(f"  {pair['labels'][0]} / {pair['labels'][1]}: {often}")
    if result["calibration"]:
        items = ", ".join(item["item_id"] for item in result["calibration"][:5])
        lines.append(f"to discuss together: {items}")
    for session in result.get("sessions", []):
        before, after = (_coefficient(session[when]["cohen_kappa"]) for when in ("before", "after"))
        lines.append(f"session {session['draw_id']}: Cohen's kappa before {before}; now {after}")
    return "\n".join([*lines, *(f"→ {advice}" for advice in result["advice"]), *_problems(result)])


def render_agreed(result: Mapping[str, Any]) -> str:
    """What ``ftq review agreed`` prints."""
    lines = [
        f"{result['n_agreed']} of {result['n_items']} items agreed on, {result['n_disputed']} still disputed; "
        f"{len(result['rules'])} rules: {result['draw_id']}"
    ]
    lines += [f"  {rule['verdict']}: {rule['rule']}" for rule in result["rules"]]
    if result["guidelines"]:
        lines.append(f"appended to the borderline cases of {result['guidelines']}")
    if result["before"]:
        lines.append(f"Cohen's kappa before the session: {_coefficient(result['before']['cohen_kappa'])}")
    return "\n".join([*lines, "next: label anew, then `ftq agreement --run RUN` says what it changed"])


def render_sizing(result: Mapping[str, Any]) -> str:
    """What ``ftq sizing`` prints."""
    need, effective, missing = result["need"], result["effective"], result["missing"]
    upward = " and more" if need["open_ended"] else ""
    lines = [
        f"{result['title']}: {result['verdict'].replace('_', ' ').upper()}",
        f"  needed     {_range(need)}{upward} examples of high quality",
        f"  effective  about {_range(effective)}, of {result['n_kept']:,} kept",
    ]
    if result["topic_coverage"] is not None:
        lines.append(f"  coverage   {result['topic_coverage']:.0%} of an even spread over {result['n_topics']} topics")
    if result["error_rate"] is not None:
        lines.append(f"  reviewed   {result['error_rate']['low']:.1%} to {result['error_rate']['high']:.1%} errors")
    if missing["high"]:
        lines.append(f"  missing    about {_range(missing)}")
    if result["missing_by_topic"]:
        lines.append(f"  {result['n_topics_lacking']} of {result['n_topics']} topics lack examples, most of all")
    lines += [
        f"    about {row['missing']:,} more on {_topic(row)} ({row['n_kept']:,} kept)"
        for row in result["missing_by_topic"]
    ]
    return "\n".join([*lines, *_notes(result)])


def _topic(row: Mapping[str, Any]) -> str:
    name = str(row["topic"])
    numbered = f"topic {name}" if name.isdigit() else name  # a column of one's own holds names
    return f"{', '.join(row['terms'])} (topic {name})" if row["terms"] else numbered


def render_lint(problems: Sequence[Mapping[str, Any]], settings: Sequence[str] = ()) -> str:
    """What a check of annotation guidelines prints; `settings` make a run hold answers to the stated length."""
    hold = ["to hold a run to the stated length: " + " ".join(f"--set {item}" for item in settings)] if settings else []
    if not problems:
        return "\n".join(["the guidelines have every part", *hold])
    lines = [(f"line {problem['line']}: " if problem["line"] else "") + problem["message"] for problem in problems]
    return "\n".join([*lines, *hold])


def _rate(row: Mapping[str, Any]) -> str:
    return f"{row['error_rate']:.1%} (95 %: {row['low']:.1%} to {row['high']:.1%})"


def _coefficient(value: Mapping[str, Any]) -> str:
    if value["value"] is None:
        return "not estimable"
    if value["low"] is None:
        return f"{value['value']:.3f}"
    return f"{value['value']:.3f} (95 %: {value['low']:.3f} to {value['high']:.3f})"


def _range(ends: Mapping[str, Any]) -> str:
    return f"{ends['low']:,}" if ends["low"] == ends["high"] else f"{ends['low']:,} to {ends['high']:,}"


def _notes(result: Mapping[str, Any]) -> list[str]:
    return [f"note: {note}" for note in result["notes"]]


def _problems(result: Mapping[str, Any]) -> list[str]:
    counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result["problem_counts"].items())
    return [f"label files: {counts}", *(f"  {problem}" for problem in result["problems"])] if counts else []


def render_decisions(result: Mapping[str, Any]) -> str:
    """What `ftq review decide` kept."""
    lines = [
        f"{result['n_recorded']:,} recorded; standing now: {result['n_kept']:,} keep, {result['n_dropped']:,} drop"
        + (f"; {result['n_edited']:,} with a corrected answer" if result["n_edited"] else ""),
        f"kept in:   {result['file']}",
        "next:      the same `ftq run` as before publishes them",
    ]
    if result["unknown"]:
        lines.append(f"not of this run, left out: {', '.join(result['unknown'][:5])}")
    return "\n".join(lines)

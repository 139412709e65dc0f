"""summary.json: every number of the report, and the few excerpts that it shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame

from ftq_spark.kernels.figures import PLACES, Bounds
from ftq_spark.report.concentration import concentration
from ftq_spark.report.consistency import consistency
from ftq_spark.report.counted import Counted, counted
from ftq_spark.report.distributions import distribution
from ftq_spark.report.excerpts import excerpts
from ftq_spark.report.questions import questions, shown_ids
from ftq_spark.report.relations import conflicts, duplicates
from ftq_spark.report.tables import Limits, Row, Tables, rows_of
from ftq_spark.report.words import actions, headline
from ftq_spark.report.write import plain
from ftq_spark.schema import VERDICT_VALUES
from ftq_spark.spark.session import at_once
from ftq_spark.transforms import summarise as aggregates
from ftq_spark.transforms.summarise import DUPLICATE_KINDS

SUMMARY_VERSION = 1
# Of `run`: they have keys of their own.
_OF_STAGES = ("sections", "edits", "topics", "contamination", "signals", "displaced", "unread", "listing")


def summarise(
    tables: Tables,
    run: Mapping[str, Any],
    n_read: int | None = None,
    bounds: Mapping[str, Bounds] | None = None,
) -> dict[str, Any]:
    """Everything that summary.json holds, as plain JSON values; one or two Spark queries.

    `run` is stated as it is under "run": run_id, profile, versions, settings_digest, inputs, stages ({name, rows,
    seconds, …}). Its key "sections", where it has one, gives the optional sections review, agreement and sizing; its
    key "topics" the words of each topic ({topic, terms}), "contamination" the figures of each evaluation set by name,
    "displaced" what the manifest names of rows whose answers belong to others, "unread" of columns that no example
    holds, "listing" the datasets that give several right answers to a question (datasets: dataset, counts, n_bare,
    n_apart) and the pairs that are no conflicts for it (n_pairs).
    "signals" says of each signal its range ([low, high], null where it is open) and what it measures (summary).
    `n_read` is what ingest counted, the other side of the accounting; without it the sum only repeats itself.
    `bounds` says what a value must lie in to pass, per signal name (without sig_), quality, prompt_chars or
    response_chars; (None, high) and (low, None) are open.
    """
    limits = Limits()
    scored = tables.scored
    n_common = max(limits.n_openings, limits.n_formats)
    of_rejects = None if tables.rejects is None else aggregates.reject_counts(tables.rejects, limits.raw_chars)
    asked = {
        "examples": lambda: counted(scored, _of_columns(bounds or {}), n_read, limits.n_borderline, n_common),
        "rejected": lambda: rows_of(of_rejects),
    }
    examples, rejected = at_once(scored.sparkSession, asked).values()
    reasons = _reasons(examples.rows("reason"))
    levels = _levels(examples, rejected, [row["code"] for row in reasons[: limits.n_reasons]], limits.n_sources)
    total = levels["run"][0] if levels["run"] else _level_row({}, [])
    n_examples = sum(total[verdict] for verdict in VERDICT_VALUES)
    measures = _measures(scored, examples.measures(), bounds or {}, n_examples, run.get("signals", {}))
    masked = examples.one("masked")
    has_concentration = set(scored.columns) >= aggregates.CONCENTRATION
    summary: dict[str, Any] = {
        "summary_version": SUMMARY_VERSION,
        "run": {key: value for key, value in run.items() if key not in _OF_STAGES},
        "rows": _accounting(total, n_read),
        "datasets": levels["dataset"],
        "n_datasets": levels["n_dataset"],
        "sources": levels["source"],
        "n_sources": levels["n_source"],
        "formats": _by_value(examples.rows("format")),
        "reasons": reasons[: limits.n_reasons],
        "notes": _reasons(examples.rows("note"))[: limits.n_reasons],
        "rejects": _rejects(rejected, limits),
        "duplicates": duplicates(tables, total, levels["dataset"], limits),
        "conflicts": conflicts(tables, total["conflict"], n_examples, limits),
        "questions": questions(tables.questions, tables.askings, n_examples),
        "consistency": consistency(tables.formats, examples, limits.n_formats),
        "topics": _topics(examples, run.get("topics", [])),
        "concentration": concentration(examples, limits.n_openings) if has_concentration else None,
        "masked": {"dialogues": masked["n"], "turns": masked["n_other"]},
        "displaced": list(run.get("displaced", [])),
        "unread": list(run.get("unread", [])),
        "listing": dict(run.get("listing", {})),
        "contamination": dict(run.get("contamination", {})),
        "edited": {"n": run.get("edits", 0)},
        **measures,
        "borderline": {place: _near(examples, place) for place in PLACES},
        **run.get("sections", {}),
    }
    summary["excerpts"] = excerpts(tables.verdicts, sorted(_shown_ids(summary)), limits)
    summary["headline"], summary["actions"] = headline(summary), actions(summary)
    found: dict[str, Any] = plain(summary, n_digits=6) | {"run": plain(summary["run"])}
    return found


# ── Sections ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _accounting(total: Row, n_read: int | None) -> Row:
    parts = {name: total[name] for name in (*VERDICT_VALUES, "rejected")}
    came_out = sum(parts.values())
    read = came_out if n_read is None else n_read
    return {"read": read, **parts, "balanced": read == came_out, "checked": n_read is not None}


def _level_row(row: Row, codes: Sequence[str]) -> Row:
    names = ("n", *VERDICT_VALUES, "rejected", *DUPLICATE_KINDS, "conflict")
    n_finite = row.get("n_quality", 0)
    return {
        "dataset": row.get("dataset"),
        "source": row.get("source"),
        "mean_quality": row["total_quality"] / n_finite if n_finite else None,
        "reasons": {code: row[f"reason {code}"] for code in codes if row.get(f"reason {code}")},
        **{name: row.get(name, 0) for name in names},
    }


def _levels(examples: Counted, rejected: Sequence[Row], codes: Sequence[str], limit: int) -> dict[str, Any]:
    """What became of the rows of the run, of each dataset and of each input file, the largest first, `limit` a level.

    And how many there are in all.
    """
    counts: dict[str, dict[tuple[str | None, ...], Counter[str]]] = {
        level: defaultdict(Counter) for level in ("run", "dataset", "source")
    }

    def add(row: Row, **numbers: float) -> None:
        keys = {"run": (), "dataset": (row["dataset"],), "source": (row["dataset"], row["source"])}
        for level, key in keys.items():
            counts[level][key].update(numbers)

    for row in examples.rows("outcome"):
        quality = {"total_quality": row["total"] or 0.0, "n_quality": row["n_other"]}
        add(row, n=row["n"], **{row["name"]: row["n"]}, **quality)
    for facet in ("duplicate", "conflict", "reason"):
        prefix = "reason " if facet == "reason" else ""
        for row in examples.rows(facet):
            add(row, **{prefix + (row["name"] or facet): row["n"]})
    for row in rejected:
        add(row, n=row["n"], rejected=row["n"])
    levels: dict[str, Any] = {}
    for level, found in counts.items():
        rows = [
            _level_row({**row, **dict(zip(("dataset", "source"), key, strict=False))}, codes)
            for key, row in found.items()
        ]
        rows.sort(key=lambda row: (-row["n"], row["dataset"] or "", row["source"] or ""))
        levels |= {level: rows[:limit], f"n_{level}": len(rows)}
    return levels


def _by_value(rows: Any) -> list[Row]:
    """Cells of a facet with one row per value and a count per verdict, the most frequent value first."""
    values: dict[str, Row] = {}
    for row in rows:
        entry = values.setdefault(row["name"], {"value": row["name"], "n": 0, **dict.fromkeys(VERDICT_VALUES, 0)})
        entry["n"] += row["n"]
        entry[row["verdict"]] += row["n"]
    return sorted(values.values(), key=lambda entry: (-entry["n"], entry["value"]))


def _reasons(rows: list[Row]) -> list[Row]:
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row["name"]].append(row)
    return [
        {
            "code": (code := entry.pop("value")),
            **entry,
            "n_only": sum(row["n_other"] or 0 for row in by_code[code]),
            "examples": sorted(_ends(by_code[code]))[:3],
        }
        for entry in _by_value(rows)
    ]


def _ends(rows: list[Row]) -> set[str]:
    """Of the cells of a code the first and the last example of each verdict: a fair draw, since ids are hashes."""
    ids: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        ids[row["verdict"]] += [row["first_id"], row["last_id"]]
    return {end for found in ids.values() for end in (min(found), max(found))}


def _near(examples: Counted, place: str) -> list[str]:
    """The examples of a place near the line, the first first."""
    descending = PLACES[place][1]
    sign = 0.0 if descending is None else -1.0 if descending else 1.0
    return [row["name"] for row in sorted(examples.rows(place), key=lambda row: (sign * row["value"], row["name"]))]


def _rejects(counted: Sequence[Row], limits: Limits) -> Row:
    datasets: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in counted:
        datasets[row["code"], row["dataset"]].append(row)
    n_of = {key: sum(row["n"] for row in rows) for key, rows in datasets.items()}
    codes: dict[str, Row] = {}
    for (code, dataset), rows in sorted(datasets.items(), key=lambda item: (-n_of[item[0]], item[0][1])):
        n = n_of[code, dataset]
        entry = codes.setdefault(code, {"code": code, "n": 0, "datasets": [], "examples": []})
        entry["n"] += n
        entry["datasets"].append({"dataset": dataset, "n": n})
        rows.sort(key=lambda row: row["source"])
        for row, end in ((rows[0], "first"), (rows[-1], "last")):
            example = {"dataset": dataset, "source": row["source"], **row[end]}
            if example not in entry["examples"] and len(entry["examples"]) < limits.n_reject_examples:
                entry["examples"].append(example)
    ordered = sorted(codes.values(), key=lambda entry: (-entry["n"], entry["code"]))
    for entry in ordered:
        entry["n_datasets"], entry["datasets"] = len(entry["datasets"]), entry["datasets"][:20]
    return {"n": sum(n_of.values()), "codes": ordered}


def _topics(examples: Counted, named: Sequence[Row]) -> Row | None:
    """Examples of each topic per verdict; None where there are no topics."""
    if not named:
        return None
    counts = {(row["name"], row["verdict"]): row["n"] for row in examples.rows("topic")}
    rows = []
    for entry in named:
        verdicts = {verdict: counts.get((str(entry["topic"]), verdict), 0) for verdict in VERDICT_VALUES}
        rows.append({"topic": entry["topic"], "terms": entry["terms"], "n": sum(verdicts.values()), **verdicts})
    return {"topics": rows, "n_without": sum(n for (topic, _), n in counts.items() if topic is None)}


def _of_columns(bounds: Mapping[str, Bounds]) -> dict[str, Bounds]:
    """Bounds by the names of the columns in `scored`."""
    own = ("quality", *aggregates.LENGTHS)
    return {name if name in own else f"sig_{name}": bound for name, bound in bounds.items()}


def _measures(
    scored: DataFrame,
    found: Mapping[str, list[Row]],
    bounds: Mapping[str, Bounds],
    n_examples: int,
    about: Mapping[str, Row],
) -> Row:
    """The summary's signals, quality and lengths; `about`: range and summary of each signal."""
    of_column = _of_columns(bounds)

    def of(column: str, range_: tuple[float, float] | None) -> Row | None:
        return distribution(found.get(column, []), n_examples, of_column.get(column, (None, None)), range_)

    signals = {}
    for column in sorted(name for name in scored.columns if name.startswith("sig_")):
        name = column.removeprefix("sig_")
        known = about.get(name, {"range": [None, None], "summary": ""})
        low, high = known["range"]
        bounded = None if low is None or high is None else (low, high)
        figures = of(column, bounded) or {"n": 0, "n_missing": n_examples}
        signals[name] = {"about": known["summary"], **figures}
    lengths = {name: of(name, None) for name in aggregates.LENGTHS}
    return {"signals": signals, "quality": of("quality", (0.0, 1.0)), "lengths": lengths}


def _shown_ids(summary: Mapping[str, Any]) -> set[str]:
    ids = {example_id for shown in summary["borderline"].values() for example_id in shown}
    ids.update(example_id for reason in summary["reasons"] for example_id in reason["examples"])
    for cluster in summary["duplicates"]["largest"]:
        ids.update([cluster["kept"]] if cluster["kept"] else [])
        ids.update(member[name] for member in cluster["members"] for name in ("example_id", "duplicate_of"))
    ids.update(shown_ids(summary["questions"]))
    for pair in (summary["conflicts"] or {}).get("top", []):
        ids.update((pair["left_id"], pair["right_id"]))
    for group in (summary["conflicts"] or {}).get("groups", []):
        ids.update(stance["example_id"] for stance in group["stances"])
    return ids - {None}

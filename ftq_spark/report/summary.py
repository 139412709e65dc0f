"""summary.json: every number of the report, and the few excerpts that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame

from ftq_spark.report.concentration import concentration
from ftq_spark.report.consistency import consistency
from ftq_spark.report.distributions import distribution
from ftq_spark.report.questions import questions, shown_ids
from ftq_spark.report.relations import conflicts, duplicates
from ftq_spark.report.tables import Limits, Row, Tables, rows_of
from ftq_spark.report.words import actions, headline
from ftq_spark.report.write import plain
from ftq_spark.schema import VERDICT_VALUES
from ftq_spark.spark.session import at_once
from ftq_spark.transforms import summarise as aggregates
from ftq_spark.transforms.summarise import DUPLICATE_KINDS, Bounds

SUMMARY_VERSION = 1
_OF_STAGES = ("sections", "edits", "topics", "contamination", "signals")  # of `run`: they have keys of their own


def summarise(
    tables: Tables,
    run: Mapping[str, Any],
    n_read: int | None = None,
    bounds: Mapping[str, Bounds] | None = None,
    limits: Limits | None = None,
) -> dict[str, Any]:
    """Everything that summary.json holds, as plain JSON values; about a dozen Spark jobs.

    `run` is stated as it is under "run": run_id, profile, versions, settings_digest, inputs, stages ({name, rows,
    seconds, …}). Its key "sections", where it has one, gives the optional sections review, agreement and sizing; its
    key "topics" the words of each topic ({topic, terms}), "contamination" the figures of each evaluation set by name.
    "signals" says of each signal its range ([low, high], null where it is open) and what it measures (summary).
    `n_read` is what ingest counted, the other side of the accounting; without it the sum only repeats itself.
    `bounds` says what a value must lie in to pass, per signal name (without sig_), quality, prompt_chars or
    response_chars; (None, high) and (low, None) are open.
    """
    limits = limits or Limits()
    scored = tables.scored
    counted = at_once(
        scored.sparkSession,
        {
            "totals": lambda: _totals(tables, limits),
            "measures": lambda: rows_of(aggregates.measure_counts(scored, _of_columns(bounds or {}))),
            "near_line": lambda: rows_of(aggregates.borderline(scored, limits.n_borderline)),
            "topics": lambda: _topics(scored, run.get("topics", [])),
            "consistency": lambda: consistency(tables.formats, scored, limits.n_formats),
            "concentration": lambda: concentration(scored, limits.n_openings),
            "masked": lambda: _masked(scored),
        },
    )
    facets, reasons, levels = counted["totals"]
    total = levels["run"][0] if levels["run"] else _level_row({}, [])
    n_examples = sum(total[verdict] for verdict in VERDICT_VALUES)
    measures = _measures(scored, counted["measures"], bounds or {}, n_examples, run.get("signals", {}))
    found_of_tables = at_once(
        scored.sparkSession,
        {
            "rejects": lambda: _rejects(tables.rejects, total["rejected"], limits),
            "duplicates": lambda: duplicates(tables, total, levels["dataset"], limits),
            "conflicts": lambda: conflicts(tables, total["conflict"], n_examples, limits),
            "questions": lambda: questions(tables.questions, tables.askings, n_examples),
        },
    )
    summary: dict[str, Any] = {
        "summary_version": SUMMARY_VERSION,
        "run": {key: value for key, value in run.items() if key not in _OF_STAGES},
        "rows": _accounting(total, n_read),
        "datasets": levels["dataset"],
        "n_datasets": levels["n_dataset"],
        "sources": levels["source"],
        "n_sources": levels["n_source"],
        "formats": _by_value(row for row in facets if row["facet"] == "format"),
        "reasons": reasons[: limits.n_reasons],
        "notes": _reasons([row for row in facets if row["facet"] == "note"])[: limits.n_reasons],
        **found_of_tables,
        **{name: counted[name] for name in ("topics", "consistency", "concentration", "masked")},
        "contamination": dict(run.get("contamination", {})),
        "edited": {"n": run.get("edits", 0)},
        **measures,
        "borderline": {
            place: [row["example_id"] for row in counted["near_line"] if row["place"] == place]
            for place in ("lowest_kept", "highest_dropped", "kept_at_random")
        },
        **run.get("sections", {}),
    }
    ids = sorted(_shown_ids(summary))
    shown = aggregates.excerpts(scored, ids, limits.prompt_chars, limits.response_chars) if ids else None
    summary["excerpts"] = {row["example_id"]: row for row in rows_of(shown)}
    summary["headline"], summary["actions"] = headline(summary), actions(summary)
    found: dict[str, Any] = plain(summary, n_digits=6) | {"run": plain(summary["run"])}
    return found


# ── Sections ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _totals(tables: Tables, limits: Limits) -> tuple[list[Row], list[Row], dict[str, Any]]:
    """The facets, the reasons, and what became of the rows of the run, each dataset and each source."""
    facets = rows_of(aggregates.facet_counts(tables.scored))
    reasons = _reasons([row for row in facets if row["facet"] == "reason"])
    codes = [row["code"] for row in reasons[: limits.n_reasons]]
    tallied = aggregates.tallies(tables.scored, tables.rejects)
    return facets, reasons, _levels(rows_of(aggregates.source_counts(tallied, codes, limits.n_sources)), codes)


def _accounting(total: Row, n_read: int | None) -> Row:
    parts = {name: total[name] for name in (*VERDICT_VALUES, "rejected")}
    came_out = sum(parts.values())
    read = came_out if n_read is None else n_read
    return {"read": read, **parts, "balanced": read == came_out, "checked": n_read is not None}


def _level_row(row: Row, codes: Sequence[str]) -> Row:
    names = ("n", *VERDICT_VALUES, "rejected", *DUPLICATE_KINDS, "conflict")
    n_reasons = zip(codes, row.get("n_reasons", []), strict=True)
    return {
        "dataset": row.get("dataset"),
        "source": row.get("source"),
        "mean_quality": row.get("mean_quality"),
        "reasons": {code: n for code, n in n_reasons if n},
        **{name: row.get(name, 0) for name in names},
    }


def _levels(rows: list[Row], codes: Sequence[str]) -> dict[str, Any]:
    """The rows of each level, the largest first, and how many there are in all."""
    levels: dict[str, Any] = {}
    for level in ("run", "dataset", "source"):
        found = [row for row in rows if row["level"] == level and row["n"]]
        found.sort(key=lambda row: (-row["n"], row["dataset"] or "", row["source"] or ""))
        levels[level] = [_level_row(row, codes) for row in found]
        levels[f"n_{level}"] = found[0]["n_at_level"] if found else 0
    return levels


def _by_value(rows: Any) -> list[Row]:
    """Facet rows with one row per value and a count per verdict, the most frequent value first."""
    values: dict[str, Row] = {}
    for row in rows:
        entry = values.setdefault(row["value"], {"value": row["value"], "n": 0, **dict.fromkeys(VERDICT_VALUES, 0)})
        entry["n"] += row["n"]
        entry[row["verdict"]] = row["n"]
    return sorted(values.values(), key=lambda entry: (-entry["n"], entry["value"]))


def _reasons(rows: list[Row]) -> list[Row]:
    reasons = []
    for entry in _by_value(rows):
        own = sorted((row for row in rows if row["value"] == entry["value"]), key=lambda row: row["verdict"])
        ids = {example_id for row in own for example_id in (row["first_id"], row["last_id"])}
        reasons.append(
            {
                "code": entry.pop("value"),
                **entry,
                "n_only": sum(row["n_only"] for row in own),
                "examples": sorted(ids)[:3],
            }
        )
    return reasons


def _masked(scored: DataFrame) -> Row:
    """Dialogues that are kept with answers out of training, and these answers."""
    known = "masked_turns" in scored.columns  # else of an earlier version
    return rows_of(aggregates.masked_counts(scored))[0] if known else {"dialogues": 0, "turns": 0}


def _rejects(rejects: DataFrame, n: int, limits: Limits) -> Row:
    codes: dict[str, Row] = {}
    counted = rows_of(aggregates.reject_counts(rejects, limits.raw_chars)) if n else []
    for row in sorted(counted, key=lambda row: (-row["n"], row["dataset"])):
        entry = codes.setdefault(row["code"], {"code": row["code"], "n": 0, "datasets": [], "examples": []})
        entry["n"] += row["n"]
        entry["datasets"].append({"dataset": row["dataset"], "n": row["n"]})
        for found in (row["first"], row["last"]):
            example = {"dataset": row["dataset"], **found}
            if example not in entry["examples"] and len(entry["examples"]) < limits.n_reject_examples:
                entry["examples"].append(example)
    ordered = sorted(codes.values(), key=lambda entry: (-entry["n"], entry["code"]))
    for entry in ordered:
        entry["n_datasets"], entry["datasets"] = len(entry["datasets"]), entry["datasets"][:20]
    return {"n": n, "codes": ordered}


def _topics(scored: DataFrame, named: Sequence[Row]) -> Row | None:
    """Examples of each topic per verdict; None where there are no topics."""
    if not named:
        return None
    counts = {(row["topic"], row["verdict"]): row["n"] for row in rows_of(aggregates.topic_counts(scored))}
    rows = []
    for entry in named:
        verdicts = {verdict: counts.get((entry["topic"], verdict), 0) for verdict in VERDICT_VALUES}
        rows.append({"topic": entry["topic"], "terms": entry["terms"], "n": sum(verdicts.values()), **verdicts})
    return {"topics": rows, "n_without": sum(n for (topic, _), n in counts.items() if topic is None)}


def _of_columns(bounds: Mapping[str, Bounds]) -> dict[str, Bounds]:
    """Bounds by the names of the columns in `scored`."""
    own = ("quality", *aggregates.LENGTHS)
    return {name if name in own else f"sig_{name}": bound for name, bound in bounds.items()}


def _measures(
    scored: DataFrame, rows: list[Row], bounds: Mapping[str, Bounds], n_examples: int, about: Mapping[str, Row]
) -> Row:
    """The summary's signals, quality and lengths; `about`: range and summary of each signal."""
    of_column = _of_columns(bounds)
    counted: dict[str, list[Row]] = {name: [] for name in scored.columns if name.startswith("sig_")}
    for row in rows:
        counted.setdefault(row["measure"], []).append(row)

    def of(column: str, range_: tuple[float, float] | None) -> Row | None:
        return distribution(counted.get(column, []), n_examples, of_column.get(column, (None, None)), range_)

    signals = {}
    for column in sorted(name for name in counted if name.startswith("sig_")):
        name = column.removeprefix("sig_")
        known = about.get(name, {"range": [None, None], "summary": ""})
        low, high = known["range"]
        bounded = None if low is None or high is None else (low, high)
        found = of(column, bounded) or {"n": 0, "n_missing": n_examples}
        signals[name] = {"about": known["summary"], **found}
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

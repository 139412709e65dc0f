"""summary.json: every number of the report, and the few excerpts that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pyspark.sql import DataFrame

from ftq_spark.report.concentration import concentration
from ftq_spark.report.consistency import consistency
from ftq_spark.report.distributions import distribution, gini
from ftq_spark.report.words import actions, headline
from ftq_spark.report.write import plain
from ftq_spark.schema import VERDICT_VALUES
from ftq_spark.transforms import stances
from ftq_spark.transforms import summarise as aggregates
from ftq_spark.transforms.summarise import DUPLICATE_KINDS, Bounds

SUMMARY_VERSION = 1
Row = dict[str, Any]


class Tables(NamedTuple):
    """The finished tables of a run; a stage that did not run has none."""

    scored: DataFrame
    rejects: DataFrame
    clusters: DataFrame | None = None
    conflicts: DataFrame | None = None
    formats: DataFrame | None = None
    stances: DataFrame | None = None


class Limits(NamedTuple):
    """How much the summary lists, whatever the size of the run."""

    n_conflicts: int = 20
    n_groups: int = 20
    n_stances: int = 5
    n_clusters: int = 10
    n_formats: int = 20
    n_openings: int = 10
    n_borderline: int = 10
    n_reasons: int = 30
    n_sources: int = 200
    n_datasets_compared: int = 16
    n_reject_examples: int = 3
    prompt_chars: int = 800
    response_chars: int = 1600
    raw_chars: int = 300
    span_chars: int = 400


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
    facets = _rows(aggregates.facet_counts(tables.scored))
    reasons = _reasons([row for row in facets if row["facet"] == "reason"])
    codes = [row["code"] for row in reasons[: limits.n_reasons]]
    tallied = aggregates.tallies(tables.scored, tables.rejects)
    levels = _levels(_rows(aggregates.source_counts(tallied, codes, limits.n_sources)), codes)
    total = levels["run"][0] if levels["run"] else _level_row({}, [])
    n_examples = sum(total[verdict] for verdict in VERDICT_VALUES)
    measures = _measures(tables.scored, bounds or {}, n_examples, run.get("signals", {}))
    near_line = _rows(aggregates.borderline(tables.scored, limits.n_borderline))
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
        "rejects": _rejects(tables.rejects, total["rejected"], limits),
        "duplicates": _duplicates(tables, total, levels["dataset"], limits),
        "conflicts": _conflicts(tables, total["conflict"], n_examples, limits),
        "topics": _topics(tables.scored, run.get("topics", [])),
        "consistency": consistency(tables.formats, tables.scored, limits.n_formats),
        "concentration": concentration(tables.scored, limits.n_openings),
        "contamination": dict(run.get("contamination", {})),
        "edited": {"n": run.get("edits", 0)},
        **measures,
        "borderline": {
            place: [row["example_id"] for row in near_line if row["place"] == place]
            for place in ("lowest_kept", "highest_dropped", "kept_at_random")
        },
        **run.get("sections", {}),
    }
    ids = sorted(_shown_ids(summary))
    shown = aggregates.excerpts(tables.scored, ids, limits.prompt_chars, limits.response_chars) if ids else None
    summary["excerpts"] = {row["example_id"]: row for row in _rows(shown)}
    summary["headline"], summary["actions"] = headline(summary), actions(summary)
    found: dict[str, Any] = plain(summary, n_digits=6) | {"run": plain(summary["run"])}
    return found


# ── Sections ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(table: DataFrame | None) -> list[Row]:
    return [] if table is None else [row.asDict(recursive=True) for row in table.collect()]


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


def _rejects(rejects: DataFrame, n: int, limits: Limits) -> Row:
    codes: dict[str, Row] = {}
    counted = _rows(aggregates.reject_counts(rejects, limits.raw_chars)) if n else []
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


def _duplicates(tables: Tables, total: Row, datasets: list[Row], limits: Limits) -> Row:
    n_examples = sum(total[verdict] for verdict in VERDICT_VALUES)
    kinds = {kind: total[kind] for kind in DUPLICATE_KINDS}
    result: Row = {
        "n": sum(kinds.values()),
        "kinds": kinds,
        "fractions": {kind: n / n_examples if n_examples else 0.0 for kind, n in kinds.items()},
        "across_datasets": _across(tables, datasets, limits.n_datasets_compared),
        "n_against": 0,
        "clusters": None,
        "largest": [],
    }
    if tables.clusters is not None:
        counted = _rows(aggregates.cluster_sizes(tables.clusters))
        result["n_against"] = sum(row["n_against"] for row in counted)
        sizes = sorted((row["cluster_size"], row["n_examples"]) for row in counted if row["cluster_size"] > 1)
        n_of_size = [n // size for size, n in sizes]
        n_alone = max(n_examples - sum(n for _, n in sizes), 0)
        largest = sizes[-1][0] if sizes else 0
        result["clusters"] = {
            "n": sum(n_of_size),
            "n_examples": sum(n for _, n in sizes),
            "largest": largest,
            "largest_fraction": largest / n_examples if n_examples else 0.0,
            "gini": gini([1, *(size for size, _ in sizes)], [n_alone, *n_of_size]),
        }
        result["largest"] = _largest(_rows(aggregates.largest_clusters(tables.clusters, limits.n_clusters)))
    return result


def _across(tables: Tables, datasets: list[Row], limit: int) -> Row:
    n_of = {row["dataset"]: sum(row[verdict] for verdict in VERDICT_VALUES) for row in datasets}
    compared = [name for name, n in n_of.items() if n][:limit]
    overlap = aggregates.dataset_overlap(tables.scored, tables.clusters, compared) if len(compared) > 1 else None
    pairs = _rows(overlap)
    for pair in pairs:
        pair["fraction"] = pair["n"] / n_of[pair["dataset"]]
        pair["fraction_alike"] = pair["n_alike"] / n_of[pair["dataset"]]
    pairs.sort(key=lambda pair: (-pair["fraction_alike"], -pair["fraction"], pair["dataset"], pair["other"]))
    return {"datasets": compared, "pairs": pairs}


def _largest(rows: list[Row]) -> list[Row]:
    clusters: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (-row["cluster_size"], row["cluster_id"], row["duplicate_kind"] or "")):
        size = row["cluster_size"]
        entry = clusters.setdefault(
            row["cluster_id"], {"cluster_id": row["cluster_id"], "size": size, "n_kept": 0, "kept": None, "members": []}
        )
        kind, ends = row["duplicate_kind"], [row["least"], row["most"]]
        if kind is None:
            entry["n_kept"], entry["kept"] = row["n"], row["least"]["example_id"]
            continue
        for member in ends if ends[0] != ends[1] else ends[:1]:
            entry["members"].append({"kind": kind, "n_of_kind": row["n"], **member})
    return list(clusters.values())


def _conflicts(tables: Tables, n_in_conflict: int, n_examples: int, limits: Limits) -> Row | None:
    conflicts = tables.conflicts
    if conflicts is None:
        return None
    counts = _rows(aggregates.conflict_counts(conflicts))
    total = next((row for row in counts if row["kind"] is None), {"n": 0, "n_groups": 0})
    kinds = [row for row in counts if row["kind"] is not None]
    top = _rows(aggregates.top_conflicts(conflicts, limits.n_conflicts, limits.span_chars)) if total["n"] else []
    return {
        "n": total["n"],
        "n_groups": total["n_groups"],
        "n_examples": n_in_conflict,
        "examples_fraction": n_in_conflict / n_examples if n_examples else 0.0,
        "kinds": sorted(kinds, key=lambda row: (-row["n"], row["kind"])),
        "top": sorted(top, key=lambda row: (-row["score"], row["left_id"], row["right_id"])),
        **(_groups(tables.stances, tables.scored, limits) if tables.stances is not None and total["n"] else _NO_GROUPS),
    }


_NO_GROUPS: Row = {"n_fix": 0, "n_exact_groups": 0, "n_flagged_groups": 0, "groups": []}


def _groups(found: DataFrame, scored: DataFrame, limits: Limits) -> Row:
    """Who stands where on each question; `n_fix` rows stand outside their majority, each to be read beside it."""
    outcomes = stances.group_outcomes(found, scored)
    (total,) = _rows(stances.group_totals(outcomes))
    groups: dict[str, Row] = {}
    rows = _rows(stances.largest_groups(outcomes, found, limits.n_groups, limits.n_stances))
    for row in sorted(rows, key=lambda row: (-row["n_fix"], -row["severity"], row["conflict_group"], row["stance"])):
        entry = {key: row[key] for key in ("conflict_group", "n", "n_stances", "n_fix", "severity", "exact")}
        entry |= {key: row[key] for key in ("n_dropped", "n_flagged")}
        entry["majority_fraction"] = row["stance_size"] / row["n"]  # the first row is that of the majority
        known = groups.setdefault(row["conflict_group"], {**entry, "stances": []})
        known["stances"].append({"n": row["stance_size"], **{key: row[key] for key in ("signature", "example_id")}})
    return {
        "n_fix": total["n_fix"],
        "n_exact_groups": total["n_exact"],
        "n_flagged_groups": total["n_flagged"],
        "groups": list(groups.values()),
    }


def _topics(scored: DataFrame, named: Sequence[Row]) -> Row | None:
    """Examples of each topic per verdict; None where there are no topics."""
    if not named:
        return None
    counts = {(row["topic"], row["verdict"]): row["n"] for row in _rows(aggregates.topic_counts(scored))}
    rows = []
    for entry in named:
        verdicts = {verdict: counts.get((entry["topic"], verdict), 0) for verdict in VERDICT_VALUES}
        rows.append({"topic": entry["topic"], "terms": entry["terms"], "n": sum(verdicts.values()), **verdicts})
    return {"topics": rows, "n_without": sum(n for (topic, _), n in counts.items() if topic is None)}


def _measures(scored: DataFrame, bounds: Mapping[str, Bounds], n_examples: int, about: Mapping[str, Row]) -> Row:
    """The summary's signals, quality and lengths; `about`: range and summary of each signal."""
    of_column = {name: bound for name, bound in bounds.items() if name in ("quality", *aggregates.LENGTHS)}
    of_column |= {f"sig_{name}": bound for name, bound in bounds.items() if name not in of_column}
    counted: dict[str, list[Row]] = {name: [] for name in scored.columns if name.startswith("sig_")}
    for row in _rows(aggregates.measure_counts(scored, of_column)):
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
    for pair in (summary["conflicts"] or {}).get("top", []):
        ids.update((pair["left_id"], pair["right_id"]))
    for group in (summary["conflicts"] or {}).get("groups", []):
        ids.update(stance["example_id"] for stance in group["stances"])
    return ids - {None}

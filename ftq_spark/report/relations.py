"""What examples are to each other, for the summary: duplicates, and conflicts with who stands where."""

from __future__ import annotations

from pyspark.sql import DataFrame

from ftq_spark.report.distributions import gini
from ftq_spark.report.tables import Limits, Row, Tables, rows_of
from ftq_spark.schema import VERDICT_VALUES
from ftq_spark.transforms import stances
from ftq_spark.transforms import summarise as aggregates
from ftq_spark.transforms.summarise import DUPLICATE_KINDS


def duplicates(tables: Tables, total: Row, datasets: list[Row], limits: Limits) -> Row:
    """How many examples repeat others, by kind and across datasets, and the largest clusters."""
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
        counted = rows_of(aggregates.cluster_sizes(tables.clusters))
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
        result["largest"] = _largest(rows_of(aggregates.largest_clusters(tables.clusters, limits.n_clusters)))
    return result


def _across(tables: Tables, datasets: list[Row], limit: int) -> Row:
    n_of = {row["dataset"]: sum(row[verdict] for verdict in VERDICT_VALUES) for row in datasets}
    compared = [name for name, n in n_of.items() if n][:limit]
    overlap = aggregates.dataset_overlap(tables.scored, tables.clusters, compared) if len(compared) > 1 else None
    pairs = rows_of(overlap)
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


def conflicts(tables: Tables, n_in_conflict: int, n_examples: int, limits: Limits) -> Row | None:
    """The conflicts by kind, the worst pairs, and who stands where; None where they were not looked for."""
    conflicts = tables.conflicts
    if conflicts is None:
        return None
    counts = rows_of(aggregates.conflict_counts(conflicts))
    total = next((row for row in counts if row["kind"] is None), {"n": 0, "n_groups": 0})
    kinds = [row for row in counts if row["kind"] is not None]
    top = rows_of(aggregates.top_conflicts(conflicts, limits.n_conflicts, limits.span_chars)) if total["n"] else []
    return {
        "n": total["n"],
        "n_groups": total["n_groups"],
        "n_examples": n_in_conflict,
        "examples_fraction": n_in_conflict / n_examples if n_examples else 0.0,
        "kinds": sorted(kinds, key=lambda row: (-row["n"], row["kind"])),
        "top": sorted(top, key=lambda row: (-row["score"], row["left_id"], row["right_id"])),
        **(_groups(tables, conflicts, limits) if total["n"] else _NO_GROUPS),
    }


_NO_GROUPS: Row = {"n_fix": 0, "n_exact_groups": 0, "n_flagged_groups": 0, "groups": []}


def _groups(tables: Tables, conflicts: DataFrame, limits: Limits) -> Row:
    """Who stands where on each question; `n_fix` rows stand outside their majority, each to be read beside it."""
    found = tables.stances
    if found is None:
        return _NO_GROUPS
    outcomes = stances.group_outcomes(found, tables.scored)
    (total,) = rows_of(stances.group_totals(outcomes))
    groups: dict[str, Row] = {}
    rows = rows_of(stances.surest_groups(outcomes, found, conflicts, limits.n_groups, limits.n_stances))
    rows.sort(key=lambda r: (-r["score"], -r["n_fix"], -r["severity"], r["conflict_group"], r["stance"]))
    for row in rows:
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

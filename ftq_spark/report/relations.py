"""What examples are to each other, for the summary: duplicates, and conflicts with who stands where."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.report.distributions import gini
from ftq_spark.report.tables import Limits, Row, Tables, firsts, foremost, is_in, rows_of
from ftq_spark.schema import VERDICT_VALUES
from ftq_spark.transforms import summarise as aggregates
from ftq_spark.transforms.summarise import DUPLICATE_KINDS

if TYPE_CHECKING:
    import pyarrow.dataset as ds

_SPANS = 6  # of the evidence of a pair


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
        sizes, result["n_against"] = cluster_sizes(tables.clusters)
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
        result["largest"] = largest_clusters(tables.clusters, limits.n_clusters)
    return result


def _across(tables: Tables, datasets: list[Row], limit: int) -> Row:
    n_of = {row["dataset"]: sum(row[verdict] for verdict in VERDICT_VALUES) for row in datasets}
    compared = [name for name, n in n_of.items() if n][:limit]
    overlap = aggregates.dataset_overlap(tables.scored, tables.clustered, compared) if len(compared) > 1 else None
    pairs = rows_of(overlap)
    for pair in pairs:
        pair["fraction"] = pair["n"] / n_of[pair["dataset"]]
        pair["fraction_alike"] = pair["n_alike"] / n_of[pair["dataset"]]
    pairs.sort(key=lambda pair: (-pair["fraction_alike"], -pair["fraction"], pair["dataset"], pair["other"]))
    return {"datasets": compared, "pairs": pairs}


def cluster_sizes(clusters: ds.Dataset) -> tuple[list[tuple[int, int]], int]:
    """(size, examples in clusters of that size) of sizes from 2, ascending; how many repeat examples of former runs."""
    n_of, n_against = Counter[int](), 0
    for batch in clusters.to_batches(columns=["cluster_size", "against"]):
        n_of.update({entry["values"]: entry["counts"] for entry in pc.value_counts(batch["cluster_size"]).to_pylist()})
        n_against += pc.sum(batch["against"]).as_py() or 0
    return sorted((size, n) for size, n in n_of.items() if size > 1), n_against


def largest_clusters(clusters: ds.Dataset, n: int) -> list[Row]:
    """The `n` largest clusters: who is kept, and of each kind of duplicate the least and the most similar member."""
    several = pc.field("cluster_size") > 1
    by_size = [("cluster_size", "descending"), ("cluster_id", "ascending")]
    largest = foremost(clusters.to_batches(columns=[name for name, _ in by_size], filter=several), by_size, n)
    if not largest:
        return []
    columns = ["cluster_id", "duplicate_kind", "duplicate_similarity", "example_id", "duplicate_of"]
    wanted, keys = several & is_in("cluster_id", largest["cluster_id"]), columns[:2]
    least, most = (
        firsts(clusters.to_batches(columns=columns, filter=wanted), keys, [(name, way) for name in columns[2:]])
        for way in ("ascending", "descending")
    )
    found: dict[str, Row] = {
        row["cluster_id"]: {
            "cluster_id": row["cluster_id"], "size": row["cluster_size"], "n_kept": 0, "kept": None, "members": [],
        }
        for row in largest.to_pylist()
    }  # fmt: skip
    for ends in zip(least.to_pylist(), most.to_pylist(), strict=True):
        first, last = ({name: row[name] for name in columns[2:]} for row in ends)
        entry, kind, n_of_kind = found[ends[0]["cluster_id"]], ends[0]["duplicate_kind"], ends[0]["n"]
        if kind is None:
            entry["n_kept"], entry["kept"] = n_of_kind, first["example_id"]
            continue
        for member in (first, last) if first != last else (first,):
            similarity = member.pop("duplicate_similarity")
            entry["members"].append({"kind": kind, "n_of_kind": n_of_kind, "similarity": similarity, **member})
    return list(found.values())


def conflicts(tables: Tables, n_in_conflict: int, n_examples: int, limits: Limits) -> Row | None:
    """The conflicts by kind, the worst pairs, and who stands where; None where they were not looked for."""
    if tables.conflicts is None:
        return None
    pairs = tables.conflicts.to_table()
    return {
        "n": len(pairs),
        "n_groups": pc.count_distinct(pairs["conflict_group"]).as_py(),
        "n_examples": n_in_conflict,
        "examples_fraction": n_in_conflict / n_examples if n_examples else 0.0,
        "kinds": conflict_kinds(pairs),
        "top": top_conflicts(pairs, limits.n_conflicts, limits.span_chars) if len(pairs) else [],
        **(_groups(tables, pairs, limits) if len(pairs) else _NO_GROUPS),
    }


def conflict_kinds(pairs: pa.Table) -> list[Row]:
    """Of each kind: n (pairs), n_groups, highest (score); the most frequent first."""
    sums = [([], "count_all"), ("conflict_group", "count_distinct"), ("score", "max")]
    found = pairs.filter(pc.is_valid(pairs["kind"])).group_by("kind").aggregate(sums).to_pylist()
    names = {"kind": "kind", "n": "count_all", "n_groups": "conflict_group_count_distinct", "highest": "score_max"}
    rows = [{name: row[column] for name, column in names.items()} for row in found]
    return sorted(rows, key=lambda row: (-row["n"], row["kind"]))


def top_conflicts(pairs: pa.Table, n: int, span_chars: int) -> list[Row]:
    """The pair with the highest score of each conflict group, at most `n` of them, the highest score first.

    Of its evidence some spans, each text cut at `span_chars`; n_pairs: the pairs of the group.
    """
    alone = pc.binary_join_element_wise(pairs["left_id"], pairs["right_id"], "")
    named = pairs.set_column(
        pairs.schema.get_field_index("conflict_group"), "conflict_group", pc.coalesce(pairs["conflict_group"], alone)
    )
    order = [("score", "descending"), ("left_id", "ascending"), ("right_id", "ascending")]
    found = firsts(named.to_batches(), ["conflict_group"], order).sort_by(order).slice(0, n)
    rows = []
    for row in found.to_pylist():
        spans = row["evidence"]
        cut = spans and [
            {**span, **{side: span[side] and span[side][:span_chars] for side in ("left_text", "right_text")}}
            for span in spans[:_SPANS]
        ]
        names = ("left_id", "right_id", "score", "kind", "prompt_similarity", "probability", "conflict_group")
        rows.append({**{name: row[name] for name in names}, "evidence": cut, "n_pairs": row["n"]})
    return rows


_NO_GROUPS: Row = {"n_fix": 0, "n_exact_groups": 0, "n_flagged_groups": 0, "groups": []}
_OF_GROUP = ("conflict_group", "group_size", "n_stances", "severity", "exact")


def _groups(tables: Tables, conflicts: pa.Table, limits: Limits) -> Row:
    """Who stands where on each question; `n_fix` rows stand outside their majority, each to be read beside it."""
    if tables.stances is None or tables.verdicts is None:
        return _NO_GROUPS
    outcomes = group_outcomes(tables.stances, tables.verdicts)
    scores = conflicts.group_by("conflict_group").aggregate([("score", "max")])
    scored = outcomes.join(scores, "conflict_group", join_type="inner")
    order = [(name, "descending") for name in ("score_max", "n_fix", "severity")]
    top = scored.sort_by([*order, ("conflict_group", "ascending")]).slice(0, limits.n_groups).to_pylist()
    stances = _stances(tables.stances, [row["conflict_group"] for row in top], limits.n_stances)
    groups = []
    for row in top:
        entry = {key: row[key] for key in ("conflict_group", "n_stances", "n_fix", "severity", "exact")}
        entry |= {"n": row["group_size"], **{key: row[key] for key in ("n_dropped", "n_flagged")}}
        found = stances[row["conflict_group"]]
        entry["majority_fraction"] = found[0]["n"] / row["group_size"]
        groups.append({**entry, "stances": found})
    return {
        "n_fix": pc.sum(outcomes["n_fix"]).as_py() or 0,
        "n_exact_groups": pc.sum(outcomes["exact"]).as_py() or 0,
        "n_flagged_groups": pc.sum(pc.greater(outcomes["n_flagged"], 0)).as_py() or 0,
        "groups": groups,
    }


def group_outcomes(stances: ds.Dataset, verdicts: ds.Dataset) -> pa.Table:
    """One row per conflict group, and what became of its members of this run.

    Columns: conflict_group, group_size, n_stances, severity, exact, n_fix (the members outside the majority: rows that
    a fix in its favour touches), n_dropped, n_flagged (wait for a person because of this conflict).
    """
    members = stances.to_table(columns=["example_id", "stance", *_OF_GROUP], filter=~pc.field("against"))
    wanted = is_in("example_id", members["example_id"])
    known = verdicts.to_table(columns=["example_id", "verdict", "reasons"], filter=wanted).combine_chunks()
    place = pc.index_in(members["example_id"], known["example_id"].combine_chunks())
    members, place = members.filter(pc.is_valid(place)), place.drop_null().to_numpy()
    reasons = known["reasons"].combine_chunks()
    flagged = np.zeros(len(known), np.int64)
    flagged[pc.list_parent_indices(reasons).filter(pc.equal(pc.list_flatten(reasons), "conflict")).to_numpy()] = 1
    dropped = pc.equal(known["verdict"].cast(pa.string()), "drop").to_numpy().astype(np.int64)
    counts = {
        "n_fix": (members["stance"].to_numpy() > 1).astype(np.int64),
        "n_dropped": dropped[place],
        "n_flagged": flagged[place],
    }
    for name, column in counts.items():
        members = members.append_column(name, pa.array(column))
    found = members.group_by(list(_OF_GROUP)).aggregate([(name, "sum") for name in counts])
    return found.select([*_OF_GROUP, *(f"{name}_sum" for name in counts)]).rename_columns([*_OF_GROUP, *counts])


def _stances(stances: ds.Dataset, groups: list[str], most: int) -> dict[str, list[Row]]:
    """Of each group its first stances, the majority first: n, signature, example_id (of its first member)."""
    columns = ["conflict_group", "stance", "stance_size", "signature", "source", "row", "example_id"]
    wanted = is_in("conflict_group", pa.array(groups, pa.string())) & (pc.field("stance") <= most)
    order = [(name, "ascending") for name in ("source", "row", "example_id")]

    def ordered(by: list[tuple[str, str]]) -> list[Row]:
        rows: list[Row] = firsts(stances.to_batches(columns=columns, filter=wanted), columns[:2], by).to_pylist()
        return rows

    signatures = [row["signature"] for row in ordered([("signature", "descending")])]
    rows = [
        {"conflict_group": row["conflict_group"], "n": row["stance_size"], "signature": signature,
         "example_id": row["example_id"]}
        for row, signature in zip(ordered(order), signatures, strict=True)
    ]  # fmt: skip
    return {
        name: [{key: row[key] for key in ("n", "signature", "example_id")} for row in found]
        for name, found in groupby(rows, lambda row: row["conflict_group"])
    }

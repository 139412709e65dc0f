"""How alike the answers are, for the summary: from the table of usual formats, and from what departs from it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ftq_spark.report.counted import Counted
from ftq_spark.transforms.consistency import FACETS, NO_CONTEXT

if TYPE_CHECKING:
    import pyarrow.dataset as ds


def consistency(formats: ds.Dataset | None, counted: Counted, limit: int) -> dict[str, Any] | None:
    """The figure of each facet and their mean, the largest groups with what is usual there, and the deviations.

    None where the run has no table of formats. At most `limit` groups and kinds of deviation are listed.
    """
    if formats is None:
        return None
    facets, groups = defaultdict(list), defaultdict(list)
    for row in formats.to_table().to_pylist():
        facets[row["facet"]].append(row)
        groups[row["dataset"], row["context"]].append(row)
    largest = sorted(groups.items(), key=lambda item: (-max(row["n"] for row in item[1]), item[0]))[:limit]
    deviations = sorted(counted.rows("deviation"), key=lambda row: (-row["n"], row["name"]))[:limit]
    figures = {facet: _mean(facets[facet]) for facet in sorted(facets)}
    return {
        "consistency": sum(figures.values()) / len(figures) if figures else None,
        "n_groups": max(map(len, facets.values()), default=0),
        "n_deviating": counted.one("deviation_all")["n"],
        **{f"{facet}_consistency": figures.get(facet) for facet in FACETS},
        "groups": [_group(*group, rows) for group, rows in largest],
        "deviations": [{"deviation": row["name"], "n": row["n"], "example_id": row["first_id"]} for row in deviations],
    }


def _mean(rows: list[dict[str, Any]]) -> float:
    """The consistency of a facet over its groups, weighted by their answers."""
    total: float = sum(row["n"] * row["consistency"] for row in rows) / sum(row["n"] for row in rows)
    return total


def _group(dataset: str, context: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"dataset": dataset, "n": max(row["n"] for row in rows)}
    found["context"] = None if context == NO_CONTEXT else context
    for usual in rows:
        facet = usual["facet"]
        names = FACETS[facet][1]
        value = usual["value"]
        found[facet] = names[int(value)] if names else _band(int(value))
        found[f"{facet}_share"], found[f"{facet}_consistency"] = usual["share"], usual["consistency"]
    return found


def _band(band: int) -> str:
    return "1 word" if band == 0 else f"{2**band:,} to {2 ** (band + 1) - 1:,} words"

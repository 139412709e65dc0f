"""How alike the answers are, for the summary: from the table of usual formats, and from what departs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftq_spark.report.counted import Counted
from ftq_spark.transforms import consistency as aggregates
from ftq_spark.transforms.consistency import FACETS, NO_CONTEXT

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def consistency(formats: DataFrame | None, counted: Counted, limit: int) -> dict[str, Any] | None:
    """The figure of each facet and their mean, the largest groups with what is usual there, and the deviations.

    None where the run has no table of formats. At most `limit` groups and kinds of deviation are listed.
    """
    if formats is None:
        return None
    facets = {row["facet"]: row for row in aggregates.facet_means(formats).collect()}
    groups = [row.asDict(recursive=True) for row in aggregates.largest_groups(formats, limit).collect()]
    deviations = sorted(counted.rows("deviation"), key=lambda row: (-row["n"], row["name"]))[:limit]
    figures = {facet: row["consistency"] for facet, row in facets.items()}
    return {
        "consistency": sum(figures.values()) / len(figures) if figures else None,
        "n_groups": max((row["n_groups"] for row in facets.values()), default=0),
        "n_deviating": counted.one("deviation_all")["n"],
        **{f"{facet}_consistency": figures.get(facet) for facet in FACETS},
        "groups": [_group(row) for row in groups],
        "deviations": [{"deviation": row["name"], "n": row["n"], "example_id": row["first_id"]} for row in deviations],
    }


def _group(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"dataset": row["dataset"], "n": row["n"]}
    found["context"] = None if row["context"] == NO_CONTEXT else row["context"]
    for facet, usual in row["facets"].items():
        names = FACETS[facet][1]
        value = usual["value"]
        found[facet] = names[int(value)] if names else _band(int(value))
        found[f"{facet}_share"], found[f"{facet}_consistency"] = usual["share"], usual["consistency"]
    return found


def _band(band: int) -> str:
    return "1 word" if band == 0 else f"{2**band} to {2 ** (band + 1) - 1} words"

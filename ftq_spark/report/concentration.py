"""How much of the answers is the same, and which files drift from the others, for the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftq_spark.transforms import concentration as aggregates

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SHIFT = 0.1  # population stability index from which a file is named


def concentration(scored: DataFrame, limit: int) -> dict[str, Any] | None:
    """Openings, system prompts and drift of length; None for a table without the columns that they are read from.

    At most `limit` openings and files are listed.
    """
    if not {"messages", "tools", "response", "sig_length_band", "sig_n_words"} <= set(scored.columns):
        return None
    openings = aggregates.openings(scored, limit).collect()
    context = aggregates.contexts(scored).collect()[0]
    drifting = [row for row in aggregates.length_drift(scored, limit).collect() if row["psi"] >= SHIFT]
    n_answers = openings[0]["n_answers"] if openings else 0
    return {
        "n_answers": n_answers,
        "n_system_prompts": context["n_distinct"],
        "without_system_prompt_fraction": _share(context["n_without"], context["n"]),
        "largest_system_prompt_fraction": _share(context["n_largest"], context["n"]),
        "common_openings_fraction": _share(sum(row["n"] for row in openings), n_answers),
        "openings": [
            {
                "opening": row["opening"],
                "n": row["n"],
                "fraction": _share(row["n"], n_answers),
                "example_id": row["first_id"],
            }
            for row in openings
        ],
        "length_drift": [
            {name: row[name] for name in ("dataset", "source", "n")}
            | {"mean_words": row["words"], "stability_index": row["psi"]}
            for row in drifting
        ],
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

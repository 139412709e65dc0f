"""Conflicts that the policy sends to specialists: of each question one answer of the majority, and every dissent."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset, optional

ROUTED = "routed"  # the group of a stratum that was not drawn at random
MAX_ROUTED = 1000
_REASON = "conflict_specialist"


def routed_conflicts(run: Run, within: pc.Expression | None) -> list[str]:
    """Ids of examples to read, question by question, the most severe first; at most :data:`MAX_ROUTED`.

    `within` confines them to a domain of the published table.
    """
    stances = optional(run, "stances")
    if stances is None:
        return []
    scored = dataset(run, "scored").to_table(columns=["example_id", "reasons"], filter=within)
    reasons = scored["reasons"].to_pylist()
    waiting = {
        example_id
        for example_id, codes in zip(scored["example_id"].to_pylist(), reasons, strict=True)
        if _REASON in (codes or ())
    }
    columns = ["conflict_group", "example_id", "stance", "severity", "compared_with"]
    is_in = pc.field("example_id").isin(pa.array(sorted(waiting), pa.string()))
    rows = stances.to_table(columns=columns, filter=is_in).to_pylist()
    hubs = {row["compared_with"] for row in rows}
    rows.sort(key=lambda row: (-row["severity"], row["conflict_group"], row["stance"], row["example_id"]))
    chosen = (row["example_id"] for row in rows if row["stance"] > 1 or row["example_id"] in hubs)
    return list(dict.fromkeys(chosen))[:MAX_ROUTED]  # a dialogue may stand in several groups

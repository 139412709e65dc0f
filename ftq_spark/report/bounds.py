"""What each bound of the settings decides, at every value it could have: counts for the page's sliders."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset

N_STEPS = 100
Row = dict[str, Any]


def bounds(run: Run) -> list[Row]:
    """Of each bound on a measure in [0, 1] what moving it would change.

    Keys: name (the reason), signal, above (the bound hits values at or over it), value, verdict, and for each of
    ``N_STEPS`` + 1 positions from 0 to 1: kept (how many kept examples would be hit there) and only (how many of those
    that this reason alone keeps out). Other reasons and duplicates are left as they are. Rules that are notes have no
    entry; the bound on quality always has.
    """
    settings = run.settings.score
    wanted = [("low_quality", "quality", False, settings.min_quality, settings.low_quality_verdict, "quality")]
    for rule in settings.rules:
        above = rule.at_least is not None
        value = rule.at_least if rule.at_least is not None else rule.at_most
        wanted.append((rule.reason, rule.signal, above, value or 0.0, rule.verdict, f"sig_{rule.signal}"))
    scored = dataset(run, "scored")
    columns = set(scored.schema.names)
    table = scored.to_table(columns=["verdict", "reasons"])
    kept = pc.equal(table["verdict"].cast(pa.string()), "keep").to_numpy()
    reasons = table["reasons"].combine_chunks()
    alone = pc.equal(pc.list_value_length(reasons), 1).to_numpy(zero_copy_only=False)
    first = _first(reasons, alone)
    found = []
    for name, signal, above, value, verdict, column in wanted:
        if column not in columns or (verdict == "note" and name != "low_quality"):  # a note decides nothing
            continue
        values = scored.to_table(columns=[column])[column].to_numpy()  # one at a time: all take 8 bytes an example each
        known = values[~np.isnan(values)]
        if not len(known) or known.max() > 1 or len(np.unique(known)) < 3:  # a count or a yes and no: nothing to drag
            continue
        found.append(
            {
                "name": name,
                "signal": signal,
                "above": above,
                "value": value,
                "verdict": verdict,
                "kept": _hit(values[kept], above, name != "low_quality"),
                "only": _hit(values[alone & (first == name)], above, name != "low_quality"),
            }
        )
    return found


def _first(reasons: pa.Array, alone: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The reason of those that have one alone."""
    found = np.full(len(reasons), "", dtype=object)
    found[alone] = pc.list_flatten(reasons.filter(pa.array(alone))).to_numpy(zero_copy_only=False)
    return found


def _hit(values: NDArray[np.float64], above: bool, inclusive: bool) -> list[int]:
    """How many values a bound at 0, 0.01, … 1 hits: at or over it, or below it (`inclusive`: at or under)."""
    ordered = np.sort(values[~np.isnan(values)])
    steps = np.arange(N_STEPS + 1) / N_STEPS
    under = np.searchsorted(ordered, steps, side="right" if inclusive and not above else "left")
    hit: list[int] = (len(ordered) - under if above else under).tolist()
    return hit

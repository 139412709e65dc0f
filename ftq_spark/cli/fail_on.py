"""Gates on a run's summary: `--fail-on conflicts`, `--fail-on 'drop>0.2'`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ftq_spark.errors import SettingsError
from ftq_spark.runs import storage

Summary = Mapping[str, Any]


def _share(name: str) -> Callable[[Summary], float]:
    return lambda summary: summary["rows"][name] / max(1, summary["rows"]["read"])


def _overlap(summary: Summary) -> float:
    pairs = summary["duplicates"]["across_datasets"]["pairs"]
    return max((pair["fraction_alike"] for pair in pairs), default=0.0)


def _contaminated(summary: Summary) -> float:
    return max((row["item_rate"] or 0.0 for row in summary["contamination"].values()), default=0.0)


# What a gate can look at: shares of the rows read, the largest share of one dataset that repeats another, the largest
# share of an evaluation set that was found, and counts.
MEASURES: dict[str, Callable[[Summary], float]] = {
    "rejected": _share("rejected"),
    "drop": _share("drop"),
    "review": _share("review"),
    "keep": _share("keep"),
    "overlap": _overlap,
    "contaminated": _contaminated,
    "conflicts": lambda summary: float((summary.get("conflicts") or {}).get("n", 0)),
}

_COMPARISONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_GATE = re.compile(r"^\s*([a-z_]+)\s*(?:(>=|<=|>|<)\s*([0-9.]+))?\s*$")


class Gate(NamedTuple):
    """A condition on a run's summary that makes it a failure, such as ``conflicts > 10``."""

    text: str
    measure: str
    comparison: str
    bound: float


def parse(text: str) -> Gate:
    """A gate from its text; a bare name fails when the measure is over 0. Raises SettingsError."""
    match = _GATE.match(text)
    try:
        measure, comparison, bound = match.groups() if match else ("", None, None)
        if measure in MEASURES:
            return Gate(text.strip(), measure, comparison or ">", float(bound or 0))
    except ValueError:
        pass
    raise SettingsError(
        f"--fail-on {text!r}: expected a measure ({', '.join(MEASURES)}), alone or compared with a number, "
        "such as 'drop>0.2'"
    )


def brief(summary: Summary, path: str, gates: Sequence[Gate]) -> dict[str, Any]:
    """What a log wants of a run: rows, reasons, gates and paths; the whole is in summary.json."""
    names = ("report.html", "summary.json", "scored", "clean", "review", "dropped", "rejected")
    return {
        "rows": summary["rows"],
        "reasons": {reason["code"]: reason["n"] for reason in summary["reasons"]},
        "gates": [
            {"gate": gate.text, "value": value(gate, summary), "failed": failed(gate, summary)} for gate in gates
        ],
        "paths": {"run": path, **{name: storage.join(path, name) for name in names}},
    }


def value(gate: Gate, summary: Summary) -> float:
    """The gate's measure in this summary."""
    return MEASURES[gate.measure](summary)


def failed(gate: Gate, summary: Summary) -> bool:
    """Whether the gate's condition holds, which is the failure."""
    return bool(_COMPARISONS[gate.comparison](value(gate, summary), gate.bound))

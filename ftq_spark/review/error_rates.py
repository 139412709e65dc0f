"""Former error rates by stratum, which a draw by Neyman's allocation starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftq_spark.errors import InputError

_EXPECTED = "expected what `ftq review score --json` printed, or {stratum: rate}"


def read_error_rates(file: Path | str) -> dict[str, float]:
    """Error rate by stratum, from a former score or as somebody states them.

    Of a score, a stratum with few judged examples leans to the rate of the whole: (k + p) / (n + 1).

    Raises:
        InputError: the file cannot be read, or is neither.
    """
    try:
        content = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(f"error rates {file} cannot be read: {error}; {_EXPECTED}") from error
    rates = _of_score(content) if isinstance(content, Mapping) and "by_stratum" in content else content
    if not isinstance(rates, Mapping) or not rates:
        raise InputError(f"error rates {file}: no stratum with a rate; {_EXPECTED}")
    for stratum, rate in rates.items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise InputError(f"error rates {file}: stratum {stratum!r} has {rate!r}; expected a number in [0, 1]")
    return {str(stratum): float(rate) for stratum, rate in rates.items()}


def _of_score(score: Mapping[str, Any]) -> dict[str, float]:
    overall = score.get("error_rate")
    if overall is None:
        return {}
    judged = {name: row for name, row in score["by_stratum"].items() if row["n"]}
    return {name: (row["errors"] + overall) / (row["n"] + 1) for name, row in judged.items()}

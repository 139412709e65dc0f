"""How much of the answers is the same, and which files drift from the others, for the summary."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log
from typing import Any

from ftq_spark.report.counted import Counted

SHIFT = 0.1  # population stability index from which a file is named: by custom 0.1 is a shift, 0.25 a large one
MIN_SOURCE = 50  # answers of an input file, and of all others, from which a drift is estimated
_SMOOTHING = 0.5  # added to every band: an empty one would make the index infinite


def concentration(counted: Counted, limit: int) -> dict[str, Any]:
    """Openings, system prompts and drift of length. At most `limit` openings and files are listed."""
    shared = [row for row in counted.rows("opening") if row["n"] > 1]
    openings = sorted(shared, key=lambda row: (-row["n"], row["name"]))[:limit]
    n_answers = counted.one("opening_all")["n"]
    contexts, n_without = counted.one("context_all"), counted.one("context_none")["n"]
    n_examples = contexts["n"] + n_without
    return {
        "n_answers": n_answers,
        "n_system_prompts": contexts["n_other"],
        "without_system_prompt_fraction": _share(n_without, n_examples),
        "largest_system_prompt_fraction": _share(int(contexts["largest"]), n_examples),
        "common_openings_fraction": _share(sum(row["n"] for row in openings), n_answers),
        "openings": [
            {
                "opening": row["name"],
                "n": row["n"],
                "fraction": _share(row["n"], n_answers),
                "example_id": row["first_id"],
            }
            for row in openings
        ],
        "length_drift": [row for row in length_drift(counted)[:limit] if row["stability_index"] >= SHIFT],
    }


def length_drift(counted: Counted) -> list[dict[str, Any]]:
    """The input files whose answers differ in length from all others: dataset, source, n, mean_words, stability_index.

    The last is the population stability index, Σ (p − q) · ln(p / q) over bands of length, each band twice as long as
    the one before; the most different file comes first.
    """
    everywhere: Counter[float] = Counter()
    files: dict[tuple[str, str], Counter[float]] = defaultdict(Counter)
    words: dict[tuple[str, str], float] = defaultdict(float)
    for row in counted.rows("band"):
        file = row["dataset"], row["source"]
        everywhere[row["value"]] += row["n"]
        files[file][row["value"]] += row["n"]
        words[file] += row["total"] or 0.0
    found = []
    for (dataset, source), here in files.items():
        n, n_others = here.total(), everywhere.total() - here.total()
        if min(n, n_others) >= MIN_SOURCE:
            mean = words[dataset, source] / n
            index = _stability_index(here, everywhere)
            found.append({"dataset": dataset, "source": source, "n": n, "mean_words": mean, "stability_index": index})
    return sorted(found, key=lambda row: (-row["stability_index"], row["dataset"], row["source"]))


def _stability_index(here: Counter[float], everywhere: Counter[float]) -> float:
    n, n_others = here.total(), everywhere.total() - here.total()
    index = 0.0
    for band in sorted(everywhere):
        p = (here[band] + _SMOOTHING) / (n + _SMOOTHING * len(everywhere))
        q = (everywhere[band] - here[band] + _SMOOTHING) / (n_others + _SMOOTHING * len(everywhere))
        index += (p - q) * log(p / q)
    return index


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

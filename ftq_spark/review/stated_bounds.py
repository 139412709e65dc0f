"""Bounds on the length of an answer that guidelines state, and what breaks them: each other, examples, and the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset

Problem = dict[str, object]

_UNIT = r"(?P<unit>words?|sentences?|paragraphs?|characters?)"
_RANGE = re.compile(rf"\b(?P<low>\d[\d,]*)\s*(?:to|and|-|–|—)\s*(?P<high>\d[\d,]*)\s+{_UNIT}\b", re.IGNORECASE)
_N = rf"(?P<n>\d[\d,]*)\s+{_UNIT}\b"
_AT_LEAST = re.compile(
    rf"\b(?:at least|no fewer than|no less than|not under|minimum(?: of)?|more than|over)\s+{_N}", re.IGNORECASE
)
_AT_MOST = re.compile(
    rf"\b(?:at most|no more than|not over|maximum(?: of)?|up to|fewer than|less than|under)\s+{_N}", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:no|not|never)\s+$", re.IGNORECASE)
BROKEN_SHARE = 0.1  # of the kept answers: where more lie outside, the bounds or the data are wrong


class Bound(NamedTuple):
    """One bound of the text, where it stands: at least `low`, at most `high`, either of them open."""

    line: int
    unit: str  # word, sentence, paragraph, character
    low: int | None
    high: int | None
    said: str


def stated_bounds(text: str, first_line: int = 1) -> list[Bound]:
    """Every bound on a length that `text` states, in its order."""
    found: list[tuple[int, Bound]] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_RANGE, _AT_LEAST, _AT_MOST):
        for match in pattern.finditer(text):
            if _NEGATED.search(text[: match.start()]) or any(a <= match.start("unit") < b for a, b in taken):
                continue
            taken.append(match.span())
            numbers = {name: int(value.replace(",", "")) for name, value in match.groupdict().items() if name != "unit"}
            low = numbers.get("low", numbers.get("n") if pattern is _AT_LEAST else None)
            high = numbers.get("high", numbers.get("n") if pattern is _AT_MOST else None)
            line = first_line + text.count("\n", 0, match.start())
            unit = match["unit"].casefold().removesuffix("s")
            found.append((match.start(), Bound(line, unit, low, high, " ".join(match[0].split()))))
    return [bound for _, bound in sorted(found, key=lambda item: item[0])]


def contradictions(bounds: Sequence[Bound]) -> list[Problem]:
    """Bounds of one unit that no length satisfies together."""
    problems: list[Problem] = []
    for unit in dict.fromkeys(bound.unit for bound in bounds):
        same = [bound for bound in bounds if bound.unit == unit]
        lowest = max((bound for bound in same if bound.low is not None), key=lambda bound: bound.low or 0, default=None)
        highest = min(
            (bound for bound in same if bound.high is not None), key=lambda bound: bound.high or 0, default=None
        )
        if lowest is None or highest is None or (lowest.low or 0) <= (highest.high or 0):
            continue
        said = (
            f"'{lowest.said}'" if lowest is highest else f"'{lowest.said}' and '{highest.said}' (line {highest.line})"
        )
        problems.append(
            {"code": "contradictory_bounds", "line": lowest.line, "message": f"{said}: no number of {unit}s is both"}
        )
    return problems


def word_bounds(bounds: Sequence[Bound]) -> tuple[int | None, int | None]:
    """The narrowest bounds on words; (None, None) where none is stated."""
    lows = [bound.low for bound in bounds if bound.unit == "word" and bound.low is not None]
    highs = [bound.high for bound in bounds if bound.unit == "word" and bound.high is not None]
    return max(lows, default=None), min(highs, default=None)


def broken_by_data(run: Run, bounds: Sequence[Bound]) -> list[Problem]:
    """Whether more than :data:`BROKEN_SHARE` of the kept answers lie outside the stated bounds on words."""
    low, high = word_bounds(bounds)
    if low is None and high is None:
        return []
    n = outside = 0
    kept = pc.equal(pc.field("verdict").cast(pa.string()), "keep")
    for batch in dataset(run, "scored").scanner(columns=["response"], filter=kept).to_batches():
        words = pc.list_value_length(pc.utf8_split_whitespace(pc.utf8_trim_whitespace(batch.column("response"))))
        over = pc.less(words, low or 0) if high is None else pc.or_(pc.less(words, low or 0), pc.greater(words, high))
        n, outside = n + batch.num_rows, outside + (pc.sum(over).as_py() or 0)
    if not n or outside / n <= BROKEN_SHARE:
        return []
    said = " and ".join(f"'{bound.said}'" for bound in bounds if bound.unit == "word")
    message = f"{said}: {outside:,} of {n:,} kept answers ({outside / n:.0%}) lie outside; fix the bound or the data"
    return [{"code": "bounds_broken", "line": bounds[0].line, "message": message}]

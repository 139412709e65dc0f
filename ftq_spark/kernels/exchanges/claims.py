"""Does the answer say what the results say?

Two things are told: a call failed, as its result or a field of the row says, and the answer claims success; and the
answer holds a figure where the results hold another one: neither is it in what was said, nor does it follow, and the
results' own are absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ftq_spark.kernels.exchanges.dialogue import Finding, leaves, parsed, shown
from ftq_spark.kernels.exchanges.grounding import follows
from ftq_spark.kernels.exchanges.said import Said, folded, numbers_in
from ftq_spark.kernels.exchanges.words import words

CODE = "tool_claim"
MAX_FIGURES = 3  # in results that are held against an answer; of a longer list an answer tells a part
_FAILED = words("failed_results")
_CLAIMS = words("claims")
_OWNED = words("owned_failures")
_STATUS = frozenset(("status", "state", "result", "outcome"))
_FAILED_STATUS = frozenset(("error", "failed", "failure", "fail", "unsuccessful", "denied", "rejected", "declined"))
_OPENING_CHARS = 40  # of a result that is no JSON, which says that it failed where it begins with a word of failure
_SCALES = (1.0, 100.0, 0.01, 1000.0, 0.001, 1e6, 1e-6, 60.0, 1 / 60.0)
_LISTED = re.compile(r"(?m)^\s*\d+[.)]\s")


class Result(NamedTuple):
    """What a tool gave back."""

    text: str
    failed: bool | None = None  # as the row says it; null where it does not


def check(turn: int, answer: str, results: Sequence[Result], asked: str, said: Said) -> Iterator[Finding]:
    """What an answer says against the results that it follows.

    `asked` is what the user and the calls named last; `said` holds all before the answer, results too.
    """
    plain = folded(answer)
    if all(failed(*result) for result in results) and any(claim in plain for claim in _CLAIMS):
        if not any(word in plain for word in _OWNED):
            claim = next(claim for claim in _CLAIMS if claim in plain)
            yield Finding(turn, CODE, f"says {shown(claim)} after a call that failed")
        return
    other = _other_figure(answer, [result.text for result in results], asked, said)
    if other is not None:
        mine, theirs = other
        yield Finding(turn, CODE, f"says {mine:g} where the result says {theirs:g}")


def failed(result: str, said: bool | None = None) -> bool:
    """Whether a call failed: the row has `said` so, or its result says it.

    Where the row says that it worked, the result is heard on that only in fields of its own: programs that never set
    the flag are many, but a text that begins with "Error" may be about errors.
    """
    if said:
        return True
    value = parsed(result)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and value[0].keys() == {"json"}:
        value = value[0]["json"]  # as Bedrock wraps it
    if isinstance(value, str) or value is None:
        return said is None and folded(result[:_OPENING_CHARS]).lstrip(" [(<*#\"'").startswith(_FAILED)
    return isinstance(value, dict) and any(_tells(key.lower(), found) for key, found in value.items())


def _tells(name: str, found: Any) -> bool:
    """Whether a field of a result says that the call failed."""
    if name in ("error", "errors", "exception", "error_message"):
        return bool(found)
    if name in ("success", "ok", "succeeded"):
        return found is False
    if name in ("is_error", "iserror"):
        return found is True
    return name in _STATUS and isinstance(found, str) and found.lower() in _FAILED_STATUS


def _other_figure(answer: str, results: list[str], asked: str, said: Said) -> tuple[float, float] | None:
    """A figure of the answer out of nowhere, and that of the results which the answer does not hold; null for none."""
    theirs = list(dict.fromkeys(value for result in results for value in _figures(result)))
    if not 0 < len(theirs) <= MAX_FIGURES:
        return None
    mine = numbers_in(_LISTED.sub(" ", answer))
    if not mine or any(_same(one, other) for one in mine for other in theirs):
        return None
    counts = {len(found) for result in results for found in _lists(parsed(result))}  # "I found 6 songs"
    near = {*theirs, *numbers_in(asked)}
    known = said.numbers
    stray = [
        v for v in mine if v not in counts and not any(_rounds_to(other, v) for other in known) and not follows(v, near)
    ]
    return (stray[0], theirs[0]) if stray else None


def _figures(result: str) -> list[float]:
    """The numbers of a result that are values; of a text that is no JSON every number."""
    value: Any = parsed(result)
    if value is None:
        return numbers_in(result)
    found = []
    for _, leaf in leaves(value):
        if isinstance(leaf, (int, float)) and not isinstance(leaf, bool):
            found.append(float(leaf))
        elif isinstance(leaf, str):
            found += numbers_in(leaf)
    return found


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(inner)


def _same(mine: float, theirs: float) -> bool:
    """Equal but for rounding, sign, or a factor that a unit or a percentage brings."""
    return any(_rounds_to(theirs * factor, mine) for factor in _SCALES)


def _rounds_to(value: float, rounded: float) -> bool:
    """Whether `rounded` is `value` to its own last digit that is not 0: 146 for 145.86, 2450 for 2448.2."""
    unit = 10.0 ** int(Decimal(repr(abs(rounded))).normalize().as_tuple().exponent)
    return abs(abs(value) - abs(rounded)) <= 0.5 * unit * (1 + 1e-9)

"""What an answer states in a form that can be checked: sums, conversions of units, code in a language that is named."""

from __future__ import annotations

import ast
import math
import operator
import re
import textwrap
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.conflict.quantities import quantities
from ftq_spark.kernels.text.json_values import json_values
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "×": "*", "·": "*", "x": "*", "/": "/", "÷": "/"}
_SIGN = r"[+\-−–*×·x÷/]"
_BEFORE_A_SUM = (
    "are costs get gives has have is makes so and then thus total "
    "also das dann ergibt ergeben hat ist macht sind und donc fait font es son"
)
_BEHIND_VERB = "(?:" + "|".join(rf"(?<=\b{word} )" for word in _BEFORE_A_SUM.split()) + ")"
# A chain of numbers that stands for itself: not the end of a longer formula, not followed by more of one.
_SUM = re.compile(
    rf"(?<![\w.,)\]^*/×·÷+\-−–=%$€£(:])(?:(?<![\w.,)\]^*/×·÷+\-−–%(] )|{_BEHIND_VERB})"
    rf"[$€£]?(?P<first>{_NUMBER})(?P<rest>(?:\s*{_SIGN}\s*[$€£]?{_NUMBER})+)\s*=\s*[$€£]?(?P<told>[-−]?{_NUMBER})"
    r"(?![\w^]|[.,]\d| \d{3}\b|\s*(?:[+\-−–*×·÷/^=(%√\\\[<]|mod\b|x\b))"
)
_NAMED = re.compile(r"[A-Za-z]{3,}\s*=$")
# Whose error a sum is: in quotes behind who said it or what it is called, or called so itself.
_AS_SAID = re.compile(
    r"(?i)\b(?:answered|claim(?:s|ed)|erroneous\w*|errors?|incorrect\w*|mist[ao]k\w*|replied|said|says"
    r"|state[ds]|thinks|thought|writes|written|wrong\w*|wrote)\b[^.!?:;\n]{0,40}['\"“‘«„`]$"
)
_CALLED_WRONG = re.compile(
    r"(?i)['\"”’»`]?,?\s*(?:that |this |which )?(?:(?:is|was)(?! not)(?: \w+){0,2}"
    r" (?:erroneous|false|incorrect|wrong|an error|mistak\w*)\b"
    r"|(?:is not|isn['’]t|was not|wasn['’]t)(?: \w+)? (?:correct|right|true)\b)"
)
_GROUPED = re.compile(r"(?: \d{3,4})+\b")
_TERM = re.compile(rf"({_SIGN})\s*[$€£]?({_NUMBER})")
_FRACTION = re.compile(r"\d+/\d+=")  # 1/4=120: a tempo, not a quotient
_QUOTIENT = re.compile(r"\d+/\d")
_WHOLE = re.compile(r"\d (?:and|und|et)$")
_UNITS_LEFT_OUT = (1e-3, 1e-2, 1e2, 1e3, 1e6)
_COUNTED = 1000  # to whole numbers up to it others are added, taken away or multiplied without rounding
_ROUGH = 0.006  # of the result: what is rounded on the way
_APPLY: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv
}  # fmt: skip
_QUANTITY = r"\d[\d,.]*[ \t]?(?:°[ \t]?[CF]\b|km/h\b|[A-Za-z]{2,11}\b|[gml]\b)"
# Not a quantity of a longer sum, nor one that is supposed to be so.
_CONVERSION = re.compile(
    rf"(?i:(?<!\bif )(?<!\band )(?<!times )(?<!plus )(?<!minus ))(?<![\w.,/*×+\-−–=(])(?<![*×xX+\-−–/÷·=] )"
    rf"(?P<left>{_QUANTITY})[ \t]*(?:=|≈|\b(?:is|are)(?: (?:about|approximately|equal to|roughly))?|\bequals?)[ \t]*"
    rf"(?P<right>{_QUANTITY})(?![ \t]*(?:[+\-−–*×÷/^²³]|per\b|and\b|\d))"
)
_OTHERWISE_COUNTED = r"(?i)\b(?:base[- ]?\d+|binary|bitwise|boolean|clock|congruen\w*|hex\w*|mod(?:ul[ao]r?)?|octal)\b"
_ROUGHLY = 0.08  # between two units
_NAUTICAL_MILE = 1852.0  # metres
_CLOCK = {"am", "pm"}  # hours of the day, though lengths are written so, too
_ABSOLUTE = 0.6  # degrees that a rounded temperature is off by
_FENCE = re.compile(r"(?ms)^[ \t]*```[ \t]*(python3?|py|json)[ \t]*\n(.*?)^[ \t]*```[ \t]*$")
# Parts that are left out, sessions, notebooks, templates, Python 2: what need not parse.
_SKETCH = re.compile(
    r"(?m)\.\.\.|…|^\s*(?:>>>|In \[|[!%]|\$ )|\{\{|\$\{|<[a-zA-Z_ ]+>|^\s*print [^(\s]|except \w+, \w+:|\braise \w+, "
    r"|\bexec \"|\b_{2,}\b(?!\w)|:\s*(?:#[^\n]*\n\s*)+(?:\n|$|\Z)|^\s*(?:extends|var|local|public|private|static)\s"
    r"|\A[^\n]*:\s*\Z|(?i:^\s*(?:expected )?output:)|\bcimport\b|\bcdef\b|\bcpdef\b|^\s*\\|^\s*<|\bint \w+[,)]|[├└│]"
)
# What a signature or a decorator goes on with: shown by itself, it lacks that and nothing else.
_BODIES = (": pass", "\ndef shown(): pass")
_LONG_QUOTES = ('"""', "'''")
_LOOKS_LIKE_PYTHON = re.compile(r"(?m)^\s*(?:def|class|for|while|if|import|from|with|try|return)\b|^\s*\w+ = |\w\(")
_NO_STRICT_JSON = re.compile(r"(?m)//|/\*|\.\.\.|…|^\s*#|<[^<>\n]+>|\{\{|\$\{|\bNaN\b")


def wrong_sums(text: str) -> int:
    """How many sums, products and quotients of numbers do not give what the text says, beyond rounding."""
    return sum(
        _is_wrong(match) and not _is_told_of(match) for match in _SUM.finditer(text) if _opens(text, match.start())
    )


def _is_told_of(match: re.Match[str]) -> bool:
    """Is it somebody's error that is told of: quoted, called wrong or struck out?"""
    text, start = match.string, match.start()
    before = text[max(0, start - 80) : start]
    is_struck = before.rpartition("\n")[2].count("~~") % 2 == 1
    return is_struck or bool(_AS_SAID.search(before) or _CALLED_WRONG.match(text, match.end()))


def _opens(text: str, start: int) -> bool:
    """Whether nothing is set equal to what begins at `start`, but for a word: "distance = 80 * 3", not "6x = 5 + 1".

    Nor is it the fraction of a mixed number: "1 and 1/4 = 1.25".
    """
    before = text[max(0, start - 40) : start].rstrip()
    if _WHOLE.search(before) and _QUOTIENT.match(text, start):
        return False
    return not before.endswith("=") or _NAMED.search(before) is not None


def _is_wrong(match: re.Match[str]) -> bool:
    terms = [(_SIGNS[sign], _value(number)) for sign, number in _TERM.findall(match["rest"])]
    told = _value(match["told"])
    if told == 0 or sum(sign == "/" for sign, _ in terms) > 1 or _FRACTION.match(match[0]):
        return False  # an equation to be solved; a fraction of a fraction; a tempo
    result = _result(_value(match["first"]), terms)
    if result is None:
        return False
    decimals = len(match["told"].partition(".")[2])
    is_counted = not re.search(r"[./÷]", match[0]) and abs(told) <= _COUNTED
    if abs(result - told) <= (0 if is_counted else max(10.0**-decimals, _ROUGH * abs(result))):
        return False
    if (more := _GROUPED.match(match.string, match.end())) is not None:  # "= 117 964": digits in groups
        told = float(match["told"].replace(",", "") + more[0].replace(" ", ""))
    # "5 thousand a day: 5 * 3 = 15,000", "100 * 0.75 = $0.75": the unit is left out on one side.
    return not any(math.isclose(abs(result) * unit, abs(told)) for unit in (1, *_UNITS_LEFT_OUT))


def _value(number: str) -> float:
    return float(number.replace(",", "").replace("−", "-"))


def _result(first: float, terms: list[tuple[str, float]]) -> float | None:
    """What a chain comes to, products before sums; null where it divides by zero."""
    parts = [first]
    for sign, value in terms:
        if sign == "/" and value == 0:
            return None
        if sign in "*/":
            parts[-1] = _APPLY[sign](parts[-1], value)
        else:
            parts.append(_APPLY[sign](0.0, value))
    return sum(parts)


def wrong_conversions(text: str) -> int:
    """How many quantities are said to be another in a unit of the same kind that they are not."""
    return sum(_differ(match["left"], match["right"]) for match in _CONVERSION.finditer(text))


def _differ(left: str, right: str) -> bool:
    pair = [quantities(side) for side in (left, right)]
    if any(len(side) != 1 for side in pair):
        return False
    mine, other = pair[0][0], pair[1][0]
    if not mine.dimension or mine.dimension != other.dimension or mine.low != mine.high or other.low != other.high:
        return False
    if mine.dimension in {"money", "euro", "sterling", "percent", "date", "year", "complexity", "angle", "data"}:
        return False
    if {_unit(left), _unit(right)} & _CLOCK:
        return False
    if _unit(left) == _unit(right):
        return False  # "3 hours is 2 hours more": of one unit nothing is converted
    least = _ABSOLUTE * (mine.dimension == "temperature")
    return all(
        abs(one - two) > max(_ROUGHLY * max(abs(one), abs(two)), least)
        for one in _readings(left, mine.low)
        for two in _readings(right, other.low)
    )


def _readings(quantity: str, size: float) -> tuple[float, ...]:
    """What a quantity may be, in units of its kind: "nm" is also a nautical mile."""
    return (size, size * 1e9 * _NAUTICAL_MILE) if _unit(quantity) == "nm" else (size,)


def _unit(quantity: str) -> str:
    return quantity.lower().lstrip("0123456789,. ").rstrip("s")


@suspects("n_wrong_sums")
def _may_calculate(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("response", any_of((r"\d\s*=\s*[$€£]?[-−]?\d", _MAY_CONVERT)))


_MAY_CONVERT = r"\d\s?(?:°\s?[CF]|[A-Za-z/]{1,11})\s*(?:=|≈|\b(?:is|are)\b|\bequals?)\s*(?:[a-z ]{1,16})?\d"


@signal(
    "n_wrong_sums",
    version=9,
    range=(0, np.inf),
    reads=("response", "question"),
    summary='Sums and conversions that are not so: "24 × 6 = 134", "10 miles = 6.2 km"; no errors told of.',
)
def n_wrong_sums(batch: Batch) -> NDArray[np.float64]:
    chosen = _may_calculate(batch) & ~batch.matches("question", _OTHERWISE_COUNTED)
    return batch.measured_among("response", lambda text: wrong_sums(text) + wrong_conversions(text), chosen)


_CLAUSE = re.compile(r"\s*(?:elif|else|except|finally)\b")  # of a statement that stands elsewhere


def broken_blocks(text: str) -> int:
    """How many fenced blocks that say to be Python or JSON are not, unless they leave something out."""
    return sum(
        _is_broken_json(match[2]) if match[1] == "json" else _is_broken_python(match[2], text[match.end() :])
        for match in _FENCE.finditer(text)
    )


def _is_broken_python(block: str, behind: str) -> bool:
    """Does a block not parse? Its fence may stand in a string of several lines, which closes in what is `behind` it."""
    if _SKETCH.search(block) or _CLAUSE.match(block) or not _LOOKS_LIKE_PYTHON.search(block):
        return False
    if any(block.count(mark) % 2 and mark in behind for mark in _LONG_QUOTES):
        return False
    flush = _outdented(block).rstrip()
    return not any(_may_parse(flush + body) for body in ("", *_BODIES))


def _may_parse(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError:
        return False
    except (MemoryError, RecursionError, ValueError):
        return True  # it is too much for this parser, and nothing is said of it
    return True


def _outdented(block: str) -> str:
    """The block at the left margin; or in a block of its own, where the lines of a string keep it from there."""
    flush = textwrap.dedent(block)
    return f"if True:\n{flush}" if flush.lstrip("\n")[:1] in " \t" else flush


def _is_broken_json(block: str) -> bool:
    """Is it neither one document nor several, one after the other?"""
    if not block.lstrip().startswith(("{", "[")) or _NO_STRICT_JSON.search(block):
        return False
    try:
        json_values(block)
    except (RecursionError, ValueError):
        return True
    return False


_MAY_BE_BROKEN = expression("asked", "broken", r"\b{}\b")
_FENCED = r"(?m)^[ \t]*```[ \t]*(?:python3?|py|json)[ \t]*$"


@suspects("n_broken_code")
def _may_hold_code(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers with a fence that says Python or JSON."""
    return batch.matches_among("response", _FENCED, batch.holds("response", "```"))


@signal(
    "n_broken_code",
    version=5,
    range=(0, np.inf),
    reads=("response", "question"),
    summary="Fenced blocks that say to be Python or JSON and do not parse; 0 where an error or another language is "
    "asked about.",
)
def n_broken_code(batch: Batch) -> NDArray[np.float64]:
    chosen = _may_hold_code(batch) & ~batch.matches("question", _MAY_BE_BROKEN)
    return batch.measured_among("response", broken_blocks, chosen)

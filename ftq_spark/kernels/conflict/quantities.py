"""Numbers with their units, brought to one unit for each dimension, from English text."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.words import MULTIPLIERS, NOT_UNITS, NUMBER_WORDS, UNITS, pattern

SOLAR_HIJRI = (621, 622)  # years that Iran's calendar is behind: ۱۳۵۹ began in March 1980

_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_MULTIPLIERS = "|".join(sorted(set(MULTIPLIERS) - {"k"}, key=len, reverse=True))
_SIGNED = r"(?:(?<![\w.)])[-−+])?"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:/\d+)?|\.\d+"
_NUMBER = re.compile(
    rf"(?P<currency>[$€£])?\s?(?P<number>{_SIGNED}(?:{_DIGITS})|\b(?:{_WORDS})(?:[- ](?:{_WORDS}))?\b)"
    rf"(?:st|nd|rd|th)?(?:(?P<thousands>k\b)|\s?(?P<multiplier>{_MULTIPLIERS})\b)?"
    r"(?P<range>\s?(?:-|–|—|to|or|and)\s?(?=[\d$€£]))?"
    r"(?:[\s-]{0,2}(?:(?:business|working|calendar|full|whole|consecutive|metric|fluid)\s)?(?P<unit>°\s?[CFcf]\b|"
    r"degrees?\s(?:[Cc]elsius|[Ff]ahrenheit|[CF]\b)|per\scent|mg/dl|mg/kg|mmol/l|km/h|km/s|m/s|%|"
    r"[A-Za-zµ²°\u00c0-\u024f\u0370-\u052f]+))?",
    re.IGNORECASE,
)
_INSTANT = re.compile(r"\b(?:instantly|instantaneous(?:ly)?|immediately|straight ?away|right away)\b", re.I)
MONTH_NAMES = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
# German, French, Spanish, Italian, Portuguese, and Dutch names that English has not.
_NAMES_ELSEWHERE = (
    "januar jänner janvier enero gennaio janeiro januari",
    "februar février febrero febbraio fevereiro februari",
    "märz mars marzo março maart",
    "avril abril aprile",
    "mai mayo maggio maio mei",
    "juni juin junio giugno junho",
    "juli juillet julio luglio julho",
    "août agosto augustus",
    "septembre septiembre settembre setembro",
    "oktober octobre octubre ottobre outubro",
    "novembre noviembre novembro",
    "dezember décembre diciembre dicembre dezembro",
)
MONTHS_ELSEWHERE = {name: month for month, names in enumerate(_NAMES_ELSEWHERE, start=1) for name in names.split()}
_ANY_MONTH = "|".join(MONTHS_ELSEWHERE)
_DATE = re.compile(
    rf"\b(?:(?P<month>{MONTH_NAMES})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b|(?P<day2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\s(?:(?:of|de)\s)?(?P<month2>{_ANY_MONTH}|{MONTH_NAMES})\b)",
    re.IGNORECASE,
)
_COMPLEXITY = re.compile(r"\bO\s?\(([^()]{1,30}(?:\([^()]{0,20}\)[^()]{0,10})?)\)")
_NAMED_COMPLEXITY = re.compile(
    r"\b(constant|logarithmic|linearithmic|linear|quadratic|cubic|exponential|factorial)\b(?=[ -](?:time|complexity|"
    r"runtime|running|space))",
    re.I,
)
_COMPLEXITIES = {
    "1": "constant", "logn": "logarithmic", "n": "linear", "nlogn": "linearithmic", "n^2": "quadratic", "n^3": "cubic",
    "2^n": "exponential", "n!": "factorial",
}  # fmt: skip
_APPROXIMATE = pattern("quantities", "about", r"(?:\b{}\s*|~\s?|≈\s?)$")
_BOUND = pattern("quantities", "bound", r"\b{}\s*$")
_LIMIT = re.compile(r"\b(?:at[ _]most|maximum(?: of)?|(?:no|not) more than|up to)\s*$", re.I)
_BEYOND = re.compile(r"(?<!no )\b(?:more than|over|less than|fewer than|under)\s*$", re.I)
_CASED_UNITS = {"MW": ("power", 1e6), "mW": ("power", 0.001), "Mb": ("data", 1.25e5)}
_AS_OF = re.compile(r"\bas of (?:my|the|our|early|late|mid)?\b[^,.;]{0,60}", re.IGNORECASE)  # when it was written
_UNIT_FORMS = UNITS | {stem(unit): value for unit, value in UNITS.items() if len(unit) > 3} | _CASED_UNITS


class Quantity(NamedTuple):
    """One number or range of a text, in the base unit of its dimension."""

    low: float
    high: float
    dimension: str  # mass, time, …; temperature, year, date, complexity; "" for a plain count
    noun: str  # stem of the word that a plain count counts, "" where there is none
    text: str
    start: int
    rough: bool  # stated as approximate or as a bound
    beyond: bool = False  # said to be more, or less, than the value
    limit: bool = False  # said to be the most that is allowed, which is exact


@functools.lru_cache(maxsize=1024)
def stated(sentence: str) -> tuple[Quantity, ...]:
    """The quantities of a sentence, read once for all answers that hold it; when it was written is none."""
    return tuple(quantities(_AS_OF.sub("", sentence)))


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text in order: digits, number words up to ninety-nine, multipliers, ranges, units, O(…)."""
    found, text = _dates(text)
    if _DIGIT.search(text) or _FRACTION_HINT.search(text):
        text = _clock_times(_fractions(text, found), found)
    open_range: tuple[float, str, int] | None = None
    if _HAS_NUMBER.search(text):
        for match in _NUMBER.finditer(text):
            value = _value(match["number"], match["multiplier"] or match["thousands"])
            if value is None or _part_of_name(text, match) or _is_pronoun(text, match):
                open_range = None
                continue
            dimension, factor, noun = _unit(match, value)
            if match["range"]:
                open_range = (value, match.group(), match.start())
                continue
            found.append(_quantity(text, match, value, (dimension, factor, noun), open_range))
            open_range = None
    if not _WORDED.search(text):
        return found
    for match in _INSTANT.finditer(text):
        found.append(Quantity(0.0, 60.0, "time", "", match.group(), match.start(), True))
    return found + _complexities(text)


_LABELLED = pattern("quantities", "labelled", r"\b{}\s$")
# What is neither digit nor number word, and yet a quantity: at once, O(n), linear time.
_WORDED = re.compile(r"instant|immediately|away|O\s?\(|time|complexity|runtime|running|space", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_HAS_NUMBER = re.compile(rf"\d|\b(?:{_WORDS})\b", re.IGNORECASE)


def _quantity(
    text: str,
    match: re.Match[str],
    value: float,
    unit: tuple[str, float, str],
    open_range: tuple[float, str, int] | None,
) -> Quantity:
    dimension, factor, noun = unit
    if _PAIRS.match(match["unit"] or ""):
        value *= 2
    low, start = (open_range[0], open_range[2]) if open_range else (value, match.start())
    if dimension == "temperature" and factor != 1.0:
        low, value, factor = (low - 32) / 1.8, (value - 32) / 1.8, 1.0
    before = text[max(0, start - 16) : start]
    rough = bool(_APPROXIMATE.search(before) or _BOUND.search(before)) or text[match.end() : match.end() + 1] == "+"
    low, high = sorted((low * factor, value * factor))
    said = text[start : match.end()].strip()
    return Quantity(
        low, high, dimension, noun, said, start, rough, bool(_BEYOND.search(before)), bool(_LIMIT.search(before))
    )


def _value(number: str, multiplier: str | None) -> float | None:
    lowered = number.lower().replace(",", "").replace("−", "-").lstrip("+")
    if lowered[0].isalpha():
        parts = re.split(r"[- ]", lowered)
        values = [NUMBER_WORDS[part] for part in parts]
        if len(values) == 2 and not (values[0] >= 20 and 0 < values[1] < 10):
            values = values[:1]
        value = sum(values)
    else:
        top, _, bottom = lowered.partition("/")
        try:
            value = float(top) / float(bottom) if bottom else float(top)
        except (ValueError, ZeroDivisionError):
            return None
    return value * (MULTIPLIERS[multiplier.lower()] if multiplier else 1.0)


def _part_of_name(text: str, match: re.Match[str]) -> bool:
    """COX-2, Windows10, covid-19, 1.: a digit inside a name or a list mark is no quantity."""
    start = match.start("number")
    if _LABELLED.search(text[max(0, start - 12) : start]):
        return True
    if start > 0 and (
        text[start - 1].isalnum() or (text[start - 1] in "-_" and start > 1 and text[start - 2].isalpha())
    ):
        return True
    line_start = start == 0 or text[start - 1] == "\n"
    return line_start and text[match.end("number") : match.end("number") + 2] in (". ", ") ")


_PAIRS = re.compile(r"pairs?$", re.IGNORECASE)
_DETERMINER = re.compile(r"\b(?:no|the|this|that|which|each|every|any|another|someone|everyone)\s$", re.I)
_SAID_OF_ONE = pattern("quantities", "said_of_one", r"(?:'s\b|\s{}\b)")


def _is_pronoun(text: str, match: re.Match[str]) -> bool:
    """Whether nothing is counted: "the commitment one puts into it", "no one", "one of them"."""
    if match["number"].lower() != "one":
        return False
    start, end = match.span("number")
    return bool(_DETERMINER.search(text[max(0, start - 12) : start]) or _SAID_OF_ONE.match(text, end))


def _unit(match: re.Match[str], value: float) -> tuple[str, float, str]:
    """Dimension, factor to the base unit (0 for Fahrenheit) and, for a plain count, the stem of what is counted."""
    unit = match["currency"] or match["unit"] or ""
    known = _known_unit(unit)
    if known is not None:
        return *known, ""
    number = match["number"]
    if number.isdigit() and len(number) == 4 and 1000 <= value <= 2100 and not match["multiplier"]:
        return "year", 1.0, ""
    return "", 1.0, stem(unit.lower()) if unit and unit.lower() not in NOT_UNITS else ""


def _known_unit(unit: str) -> tuple[str, float] | None:
    lowered = unit.lower()
    temperature = _TEMPERATURE.match(lowered)
    if temperature or unit in ("C", "F"):
        return "temperature", 0.0 if "f" in lowered else 1.0
    forms = (unit,) if unit in _CASED_UNITS else (lowered, stem(lowered), lowered.rstrip("s"))
    return next((_UNIT_FORMS[form] for form in forms if form in _UNIT_FORMS), None)


_TEMPERATURE = re.compile(r"°\s?[cf]|degrees?\s[cf]")
_MONTH_NUMBERS = {name[:3]: number + 1 for number, name in enumerate(MONTH_NAMES.split("|")[:12])}


_DECADE = re.compile(r"\b(1\d\d0|20\d0)'?s\b")  # the 1970s are no seconds


def _dates(text: str) -> tuple[list[Quantity], str]:
    """Days of the year as month · 100 + day, decades as their years, and the text with both blanked out."""
    found: list[Quantity] = []
    if not _DIGIT.search(text):
        return found, text
    for match in _DATE.finditer(text):
        name = (match["month"] or match["month2"]).lower()
        month = MONTHS_ELSEWHERE.get(name) or _MONTH_NUMBERS[name[:3]]
        day = float(match["day"] or match["day2"])
        found.append(Quantity(100 * month + day, 100 * month + day, "date", "", match.group(), match.start(), False))
    if found:
        text = _DATE.sub(lambda match: " " * len(match.group()), text)
    for match in _DECADE.finditer(text):
        first = float(match[1])
        found.append(Quantity(first, first + 9, "year", "", match.group(), match.start(), False))
    return found, _DECADE.sub(lambda match: " " * len(match.group()), text)


def month_names(text: str) -> list[str]:
    """The first three letters of each month that a text names with a capital, and none where it gives a day of one."""
    if _DATE.search(text):
        return []
    return [found[:3].lower() for found in re.findall(r"\b[A-Z][a-z]{2,8}\b", text) if found.lower() in _MONTHS]


_MONTHS = frozenset(MONTH_NAMES.split("|"))
_FRACTIONS = {"half": 50.0, "quarter": 25.0, "third": 100 / 3, "fifth": 20.0, "tenth": 10.0}
_FRACTION_HINT = re.compile(r"half|quarter|third|fifth|tenth", re.IGNORECASE)
_FRACTION = re.compile(
    rf"\b(?:(?P<top>an?|one|two|three|four)[ -])?(?P<part>{'|'.join(_FRACTIONS)})s?\b(?=\s+of\b)", re.IGNORECASE
)
_TOPS = {"two": 2.0, "three": 3.0, "four": 4.0}


def _fractions(text: str, found: list[Quantity]) -> str:
    """Adds "two thirds of" as percent to `found`; the text with them blanked out."""
    for match in _FRACTION.finditer(text):
        top = (match["top"] or "").lower()
        if top or match["part"].lower() == "half":
            value = _FRACTIONS[match["part"].lower()] * _TOPS.get(top, 1.0)
            found.append(Quantity(value, value, "percent", "", match.group(), match.start(), False))
            text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return text


_CLOCK = re.compile(
    r"\b(?:(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?|"
    r"(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b(?![:\d]))",
    re.IGNORECASE,
)


def _clock_times(text: str, found: list[Quantity]) -> str:
    """Adds times of the day, in minutes, to `found`; the text with them blanked out."""
    for match in _CLOCK.finditer(text):
        afternoon = (match["half"] or "").lower() == "p"
        hour = int(match["hour"]) % 12 + 12 * afternoon if match["half"] else int(match["hour24"])
        minutes = float(60 * hour + int(match["minute"] or match["minute24"] or 0))
        found.append(Quantity(minutes, minutes, "clock", "", match.group(), match.start(), False))
    return _CLOCK.sub(lambda match: " " * len(match.group()), text)


def _complexities(text: str) -> list[Quantity]:
    """Each O(…) and each named one, as the place in order of growth; of others as a number of their own."""
    found = [(match[1].lower(), match) for match in _NAMED_COMPLEXITY.finditer(text)]
    for match in _COMPLEXITY.finditer(text):
        found.append((re.sub(r"[\s*·()]|_?2(?=n)", "", match[1].lower().replace("**", "^").replace("²", "^2")), match))
    places = {name: float(place) for place, names in enumerate(_COMPLEXITIES.items()) for name in names}
    values = ((places.get(name, 100.0 + sum(map(ord, name))), match) for name, match in found)
    return [Quantity(value, value, "complexity", "", match[0], match.start(), False) for value, match in values]


def agree(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities of one dimension can both be right: ranges meet, or values within rounding."""
    if (a.low <= b.high and b.low <= a.high) or _same_digits(a, b) or _same_bytes(a, b):
        return True
    gap = max(a.low, b.low) - min(a.high, b.high)
    if a.dimension == b.dimension == "year" and gap in SOLAR_HIJRI and not (a.text + b.text).isascii():
        return True
    scale = max(abs(a.low), abs(b.low), abs(a.high), abs(b.high))
    exact = a.dimension in ("year", "date", "clock", "complexity")
    n_rough = 0 if a.limit and b.limit else a.rough + b.rough
    tolerance = 0.0 if exact else (0.015, 0.1, 0.3)[n_rough]
    return gap <= tolerance * scale


def agree_unitless(bare: Quantity, measured: Quantity) -> bool:
    """Whether a number without a unit is the value of another in some unit of that one's dimension."""
    if measured.dimension == "temperature":
        values = [bare.low, (bare.low - 32) / 1.8]
    else:
        values = [bare.low * factor for dimension, factor in UNITS.values() if dimension == measured.dimension]
    return any(agree(measured._replace(low=value, high=value, rough=False), measured) for value in values)


def _same_bytes(a: Quantity, b: Quantity) -> bool:
    """Whether 16 GB stands here and 16384 MB there: 1024 of one unit are one of the next."""
    if a.dimension != "data" or b.dimension != "data" or not a.low == a.high > 0 or not b.low == b.high > 0:
        return False
    ratio = max(a.low, b.low) / min(a.low, b.low)
    return any(abs(ratio - 1.024**steps) < 1e-9 for steps in (1, 2, 3))


_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def _same_digits(a: Quantity, b: Quantity) -> bool:
    """Whether 16,181 stands here and 16.181 there: one number, its thousands set apart as two countries do."""
    one, other = _GROUPED.search(a.text), _GROUPED.search(b.text)
    if one is None or other is None or one.group() == other.group():
        return False
    return _bare(one.group()) == _bare(other.group())


def _bare(number: str) -> str:
    return number.replace(",", "").replace(".", "")

"""Is each value of a call's arguments in what was said before, a default, or derivable from it?

A value counts as grounded where it, most of its words, its initials or its number was said; where the schema offers it
(`enum`, `const`, `default`); where arithmetic leads to it (a percentage, a unit of time or length, a sum, difference,
product or quotient of two numbers); and where nobody can tell: categories that the model chooses, texts that it writes,
codes of two or three letters, days reckoned from a day that is not named. What is left is a name, number, address,
time or date out of nowhere, and a category other than the one that the user has named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from ftq_spark.kernels.exchanges.definitions import Tool
from ftq_spark.kernels.exchanges.dialogue import Call, Finding, leaves, shown
from ftq_spark.kernels.exchanges.kinds import is_another
from ftq_spark.kernels.exchanges.said import NUMBER_WORDS, WORD, Said, folded, glued, numbers_in
from ftq_spark.kernels.exchanges.words import words
from ftq_spark.kernels.text.days import WEEKDAYS

CODE = "tool_ungrounded"
MAX_WORDS = 6  # a longer text is written, not found …
_MAX_NAME_WORDS = 12  # … but under an argument that is called a name
_CATEGORIES = frozenset(words("categories"))
_OPEN = frozenset(words("open_values"))
_RELATIVE = frozenset(words("relative_days"))
_COMMON = frozenset(words("common_in_names"))
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2}).*)?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([ap])\.?m\.?)?", re.IGNORECASE)
_QUANTITY = re.compile(r"[^\w\d]*(\d[\d,]*\.?\d*)(?!\s*[A-Z][a-z]{2})\s*\D{0,12}")  # 5 km, not "37 North"
_PIECE = re.compile(rf"{WORD.pattern}|\d+")
_CODE = re.compile(r"[A-Z]{1,5}|[a-z]{1,3}|[a-z]{2}[-_][A-Za-z]{2}")  # of a currency, a language, a share, an airport
_IDENTIFIER = re.compile(r"(?=\S*[A-Za-z])(?=(?:\D*\d){3})\S{4,}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w+|https?://\S+|www\.\S+")
_OF_ADDRESSES = ("https", "http", "www", "com", "org", "net", "mail", "gmail", "html")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_PARTS_OF_DAY = {
    "morning": range(5, 12), "breakfast": range(6, 11), "lunch": range(11, 15), "afternoon": range(12, 18),
    "evening": range(17, 23), "dinner": range(17, 22), "night": (*range(18, 24), *range(5)), "now": range(24),
}  # fmt: skip
_MAY = 5  # also a verb
_UNITS = (10.0, 100.0, 1000.0, 1e6, 12.0, 24.0, 60.0, 3600.0, 7.0, 30.0, 365.0, 52.0, 1024.0, 1e9)
_FACTORS = (2.54, 30.48, 0.3048, 1.609, 1.60934, 0.4536, 0.453592, 2.2046, 28.35, 3.785)
_MAX_PAIRED = 24  # numbers of a dialogue that are tried in pairs
_YEARS = (1900, 2100)
_SMALL = 2  # counts up to this may be meant without being said


def check(call: Call, tool: Tool | None, said: Said) -> Finding | None:
    """The first value of a call that comes out of nowhere; null where there is none."""
    for name, value in _looked_up(call.arguments, tool):
        if not is_grounded(name, value, said):
            return Finding(call.turn, CODE, f"call of {shown(call.name)}: {shown(name)} is {shown(value)}, never said")
    return None


def _looked_up(arguments: Any, tool: Tool | None) -> Iterator[tuple[str, Any]]:
    """The scalars that the schema does not itself offer."""
    if not isinstance(arguments, dict):
        return
    for argument, value in arguments.items():
        schema = tool.properties.get(argument) if tool else None
        offered = _offered(schema)
        for name, found in leaves(value, argument):
            if found is not None and not isinstance(found, bool) and found not in offered:
                yield name, found


def _offered(schema: Any) -> list[Any]:
    if not isinstance(schema, Mapping):
        return []
    items = schema.get("items")
    inner = _offered(items) if isinstance(items, Mapping) else []
    listed = schema.get("enum")
    named = [schema[key] for key in ("const", "default", "example") if key in schema]
    return [*(listed if isinstance(listed, list) else []), *named, *inner]


def is_grounded(name: str, value: Any, said: Said) -> bool:
    """Whether nothing speaks against a scalar having come from what was said."""
    if isinstance(value, str):
        return _text(name, value.strip(), said)
    return _is_category(name) or _number(float(value), said)


def _number(value: float, said: Said) -> bool:
    size = abs(value)
    if size <= _SMALL or (_YEARS[0] <= size <= _YEARS[1] and not _RELATIVE.isdisjoint(said.words)):  # five years ago
        return True
    return value in said.numbers or size in said.numbers or follows(value, said.amounts)


def follows(value: float, known: Set[float]) -> bool:
    """Whether a number is among those known, or follows from one or two of them."""
    size = abs(value)
    if value in known or size in known:
        return True
    if any(_near(size * unit, known) or _near(size / unit, known) for unit in (*_UNITS, *_FACTORS)):
        return True
    paired = sorted(known, reverse=True)[:_MAX_PAIRED]
    reached = (
        result
        for i, one in enumerate(paired)
        for other in paired[i:]
        for result in (one + other, one - other, one * other, one * other / 100, *((one / other,) if other else ()))
    )
    return any(abs(result - size) <= 0.005 * size for result in reached)


def _near(value: float, known: Set[float]) -> bool:
    return value in known or any(abs(value - other) <= 1e-6 * max(abs(value), 1.0) for other in known)


def _text(name: str, value: str, said: Said) -> bool:
    plain = folded(value)
    letters = glued(plain)
    if not letters or plain in _OPEN or said.holds(letters):
        return True
    if (day := _DATE.fullmatch(value)) is not None:
        return _day(int(day[1]), int(day[2]), int(day[3]), said)
    if (time := _TIME.fullmatch(value)) is not None:
        return _time(int(time[1]), int(time[2]), said)
    if _QUANTITY.fullmatch(value):
        return _number(numbers_in(value)[0], said)
    if _ADDRESS.fullmatch(value) or _IDENTIFIER.fullmatch(value):
        return _any_part(plain, said)
    kind = _is_category(name)  # is chosen, not named
    return not is_another(letters, said) if kind else _is_written(name, value) or _name(value, said)


def _is_written(name: str, value: str) -> bool:
    """Whether a text is none that could be found: a code, no name, or longer than one."""
    most = _MAX_NAME_WORDS if "name" in _parts(name) else MAX_WORDS
    return bool(_CODE.fullmatch(value)) or not _is_specific(value) or len(WORD.findall(folded(value))) > most


def _name(value: str, said: Said) -> bool:
    """Whether a name was said: its beginning ("Paris, France"), its initials, or more than half of it.

    Of the half one word at least is of the name itself: "Garden Hotel" was not said with "hotel".
    """
    first = _PIECE.findall(folded(value.split(",", maxsplit=1)[0]))
    if "," in value and first and _share(first, said) == 1.0:
        return True
    found = _PIECE.findall(folded(value))
    initials = "".join(piece[0] for piece in found)
    if len(initials) > 1 and initials not in _COMMON and initials in said.words:
        return True
    own = [piece for piece in found if piece not in _COMMON] or found
    return _share(found, said) > 0.5 and any(_was_said(piece, said) for piece in own)


def _day(year: int, month: int, day: int, said: Said) -> bool:
    """Whether a date was said, falls on a day of the week that was, or is reckoned from a day that nobody named."""
    if said.reckons:
        return True
    if day in said.days or (not said.days and float(day) in said.numbers):
        named = {m for m, word in enumerate(_MONTHS, 1) if m != _MAY and (word in said.asked or word[:3] in said.asked)}
        return not named or month in named or float(month) in said.numbers
    try:
        found = date(year, month, day)
    except ValueError:
        return False
    return WEEKDAYS[found.weekday()] in said.words or any((found - timedelta(n)).day in said.days for n in said.lasting)


def _time(hour: int, minute: int, said: Said) -> bool:
    if said.times:
        return (hour % 12, minute) in said.times
    return any(word in said.words and hour in hours for word, hours in _PARTS_OF_DAY.items())


@lru_cache(65536)
def _parts(name: str) -> frozenset[str]:
    """The words of an argument's name, in lower case."""
    return frozenset(part.lower() for part in re.findall(r"[A-Za-z][a-z]*", name))


def _is_category(name: str) -> bool:
    return not _CATEGORIES.isdisjoint(_parts(name))


def _is_specific(value: str) -> bool:
    """Whether it is the name of somebody or something."""
    return any(word[0].isupper() for word in WORD.findall(value))


def _share(pieces: list[str], said: Said) -> float:
    """The share of the letters and digits of words and numbers that were said."""
    held = sum(len(piece) for piece in pieces if _was_said(piece, said))
    return held / max(sum(map(len, pieces)), 1)


def _was_said(piece: str, said: Said) -> bool:
    if piece.isdigit():
        return float(piece) in said.numbers
    return said.has_word(piece) or NUMBER_WORDS.get(piece) in said.numbers


def _any_part(plain: str, said: Said) -> bool:
    """Whether a part of an address or an identifier was said that is long enough to tell."""
    parts = [part for part in re.findall(r"[^\W\d_]+|\d+", plain) if len(part) > 2 and part not in _OF_ADDRESSES]
    return any(said.holds(part) for part in parts)

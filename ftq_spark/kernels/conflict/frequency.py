"""How often an answer says that a thing is done: twice a day, every three months, weekly."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from ftq_spark.kernels.conflict.words import NUMBER_WORDS, UNITS, lists, pattern, values
from ftq_spark.kernels.text.phrases import alternation

DAY_SECONDS = 86400
TOLERANCE, ROUGH_TOLERANCE = 0.15, 0.4  # every four weeks is monthly; about every four months may be every three
N_BEFORE_CHARS = 32  # in which a count, and a bound in front of it, stand before "a day"

_COUNTS = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_ADVERBS = values(lists("frequencies")["adverbs"])
_SPANS = {unit: seconds for unit, (dimension, seconds) in UNITS.items() if dimension == "time"} | values(
    lists("frequencies")["spans"]
)
_NUMBER = rf"(?:\d{{1,4}}(?:\.\d+)?|{alternation(NUMBER_WORDS.keys() - _COUNTS.keys())})"
_TO = r"\s?(?:-|–|to|or)\s?"
_PERIOD = re.compile(
    rf"\b(?:(?P<adverb>{alternation(_ADVERBS)})|(?:(?P<each>every|each)|an?|per|in(?: an?)?)\s"
    rf"(?:(?P<other>other|second)\s|(?P<half>half(?: an?)?)[\s-]|"
    rf"(?P<first>{_NUMBER})(?:{_TO}(?P<last>{_NUMBER}))?[\s-])?"
    rf"(?P<span>{alternation(_SPANS)})s?)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\b(?:(?P<word>{alternation(_COUNTS)})|(?P<least>{_NUMBER})(?:{_TO}(?P<most>{_NUMBER}))?\s?(?:times|x))\s?$",
    re.IGNORECASE,
)
_ASKS = pattern("frequencies", "asks", r"\b{}\b")
_VARIES = pattern("frequencies", "varies", r"\b{}\b")
_AT_LEAST, _AT_MOST, _ABOUT = (pattern("frequencies", name, r"\b{}\s?$") for name in ("at_least", "at_most", "about"))


class Frequency(NamedTuple):
    """How often, as an answer puts it."""

    low: float  # times a day
    high: float  # inf behind "at least"
    rough: bool  # said to be approximate


def asks_how_often(question: str) -> bool:
    """Whether a question is for how often a thing is done."""
    return bool(_ASKS.search(question))


def frequencies(text: str) -> list[Frequency]:
    """What a folded text says, in order; nothing where it leaves it to the case."""
    if _VARIES.search(text):
        return []
    return [found for match in _PERIOD.finditer(text) if (found := _frequency(text, match)) is not None]


def _frequency(text: str, match: re.Match[str]) -> Frequency | None:
    before = text[max(0, match.start() - N_BEFORE_CHARS) : match.start()]
    count = _COUNT.search(before)
    if count is None and not (match["adverb"] or match["each"]):
        return None  # "an hour" is no frequency, "twice an hour" is one
    least = most = 1.0
    if count is not None:
        before = before[: count.start()]
        least = _COUNTS[count["word"].lower()] if count["word"] else _value(count["least"])
        most = _value(count["most"]) if count["most"] else least
    shortest, longest = _period(match)
    if not shortest or not longest:
        return None
    low, high = sorted((DAY_SECONDS * least / longest, DAY_SECONDS * most / shortest))
    if _AT_LEAST.search(before):
        high = math.inf
    if _AT_MOST.search(before):
        low = 0.0
    return Frequency(low, high, bool(_ABOUT.search(before)))


def _period(match: re.Match[str]) -> tuple[float, float]:
    """The shortest and the longest time between two, in seconds."""
    if match["adverb"]:
        return (_ADVERBS[match["adverb"].lower()],) * 2
    seconds = _SPANS[match["span"].lower()] * (2 if match["other"] else 0.5 if match["half"] else 1)
    first = _value(match["first"]) if match["first"] else 1.0
    return first * seconds, (_value(match["last"]) if match["last"] else first) * seconds


def _value(number: str) -> float:
    return NUMBER_WORDS[number.lower()] if number[0].isalpha() else float(number)


def may_be_one(a: Frequency, b: Frequency) -> bool:
    """Whether two frequencies meet, or lie so near each other that they are the same one in other words."""
    gap = max(a.low, b.low) - min(a.high, b.high)
    return gap <= (ROUGH_TOLERANCE if a.rough or b.rough else TOLERANCE) * max(a.low, b.low)

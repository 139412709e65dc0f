"""What has been said in a dialogue up to a turn: its words, its numbers, its days and times, its letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from ftq_spark.kernels.exchanges.words import words
from ftq_spark.kernels.text.days import WEEKDAYS

T = TypeVar("T")

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# 1,234.5 and 1234.5; not the parts of 1.2.3 or of 10:30, which are numbers of their own.
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+(?!\.?\d)|\d+")
NUMBER_WORDS = {word: float(value) for word, _, value in (line.partition(" ") for line in words("numbers"))}
_TENS = {word: value for word, value in NUMBER_WORDS.items() if word.endswith("ty") and 20 <= value <= 90}
_LARGE = ("hundred", "thousand", "million", "billion")
_NICKNAMES = {short: name.split() for short, _, name in (line.partition(" ") for line in words("nicknames"))}
_STEM = 4  # letters that two forms of a word share
_ENDINGS = ("", *words("endings"))
_RELATIVE = frozenset(words("relative_days"))
_WEEK = frozenset(("week", "weeks"))
_NOT_LETTERS = re.compile(r"[\W_]+")

_HOURS = "|".join(word for word, value in NUMBER_WORDS.items() if 3 <= value <= 12 or word in ("one", "two"))
_HOUR = rf"(?:\d{{1,2}}|{_HOURS})"
_PART = r"(?=\s*(?:[ap]\.?m\b|o\W?\s?clock|in the (?:morning|afternoon|evening)|at night|at noon|noon|sharp))"
_NO_TIME = r"(?![\w:]|\.\d|\s+(?:of|people|persons|tickets|days|nights))"
_TIMES = re.compile(
    rf"\b(?:(?P<past>half|quarter)\s+(?P<way>past|after|to|till|of|before)\s+(?P<of>{_HOUR})"
    r"|(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})\b"
    rf"|(?P<at>{_HOUR})(?:\s+(?P<odd>thirty|fifteen|forty[ -]five))?{_PART}"
    rf"|(?:at|around|by|about|until|till|from|before|after|to|morning|afternoon|evening),?\s+(?P<bare>{_HOUR}){_NO_TIME}"
    r"|(?P<named>noon|midday|midnight|lunch\s?time))"
)
_ODD = {"thirty": 30, "fifteen": 15}
_ORDERED = frozenset(("first", "second", "third"))  # also said of what one does before another thing
_ORDINALS = "|".join(
    w for w, value in NUMBER_WORDS.items() if w.endswith(("th", "st", "nd", "rd")) and value <= 31 and w not in _ORDERED
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAYS = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)\b|\b{_MONTH}\s+(?:the\s+)?(\d{{1,2}})(?![\d:])"
    rf"|\b(\d{{1,2}})\s+(?:of\s+)?{_MONTH}\b|\d{{4}}-\d{{1,2}}-(\d{{1,2}})"
    rf"|\b(\d{{1,2}})/(\d{{1,2}})(?:/\d{{2,4}})?\b|\b(\d{{1,2}})\.(\d{{1,2}})\.\d{{2,4}}\b|\b({_ORDINALS})\b"
    rf"|\b(?:the|{_MONTH})\s+({'|'.join(sorted(_ORDERED))})\b"
)
_YEAR = re.compile(r"(?<!\w)'(\d{2})(?![\w:.]*\d)")  # '19
# Digits that are no amounts: of telephones, of dates, of times of the day.
_NO_AMOUNTS = re.compile(
    r"\+?\d{1,4}[-. ()]+\d{2,4}[-. )]+\d{3,4}(?:[- ]\d{3,4})?\b|\b\d{4}-\d\d?-\d\d?\b|\b\d\d?:\d\d\b"
)
_SPAN = rf"(?:\d{{1,3}}|{'|'.join(w for w, value in NUMBER_WORDS.items() if 1 <= value <= 31)}|couple|few|several)"
_LASTS = re.compile(
    rf"(?<!\bin )(?<!\bafter )(?<!\bnext )(?<!\blast )(?<!\bpast )\b({_SPAN})"
    r"[ -](?:of |more |full )?(day|night|week)s?\b(?!\s+(?:ago|from (?:now|today)))"
)


@lru_cache(65536)
def folded(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("’", "'")


def numbers_in(text: str) -> list[float]:
    """The numbers of a text that stand in digits, in order."""
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def glued(text: str) -> str:
    """The letters and digits of a folded text."""
    return _NOT_LETTERS.sub("", text)


class Said:
    """What has been said so far. Texts are added in the order of the dialogue, and read when first asked about."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._by_user: list[bool] = []
        self._read: dict[str, int] = {}  # texts that each of the sets below has taken up
        self._sets: dict[str, set] = {}  # type: ignore[type-arg]
        self._letters: list[str] = []
        self._heard = 0  # texts that `asked` has taken up
        self._dated = 0  # texts that `reckons` has taken up
        self._named = False  # the user has named a day
        self._reckons = False

    def add(self, text: str, *, by_user: bool = True) -> None:
        """Take up a text."""
        if text:
            self._texts.append(text)
            self._by_user.append(by_user)

    def _grown(self, name: str, read: Callable[[str], Iterable[T]]) -> set[T]:
        known: set[T] = self._sets.setdefault(name, set())
        for text in self._texts[self._read.get(name, 0) :]:
            known.update(read(folded(text)))
        self._read[name] = len(self._texts)
        return known

    @property
    def words(self) -> set[str]:
        """Words in lower case; a nickname brings the name."""
        return self._grown("words", _words)

    @property
    def asked(self) -> set[str]:
        """Words of the user."""
        known: set[str] = self._sets.setdefault("asked", set())
        for text, by_user in zip(*(said[self._heard :] for said in (self._texts, self._by_user)), strict=True):
            known.update(WORD.findall(folded(text)) if by_user else ())
        self._heard = len(self._texts)
        return known

    @property
    def numbers(self) -> set[float]:
        """Numbers, in digits or words."""
        return self._grown("numbers", _numbers)

    @property
    def amounts(self) -> set[float]:
        """Numbers that can be reckoned with: not those of telephones, dates and times of the day."""
        return self._grown("amounts", lambda text: _numbers(_NO_AMOUNTS.sub(" ", text)))

    @property
    def days(self) -> set[int]:
        """Days of whatever month: 8th, March 8, 8 March, 3/8/2019, 2019-03-08."""
        return self._grown("days", _days)

    @property
    def lasting(self) -> set[int]:
        """Days that something lasts."""
        return self._grown("lasting", _lasts)

    @property
    def reckons(self) -> bool:
        """Whether the user has spoken of a day that only today's date tells, and nobody has named it since.

        "Tomorrow" may be any day until an answer, a call or a result brings a day that was not said before. An answer
        that says "tomorrow" itself speaks of a day that the user has named, if there is one.
        """
        known: set[int] = self._sets.setdefault("dated", set())
        for text, by_user in zip(self._texts[self._dated :], self._by_user[self._dated :], strict=True):
            plain = folded(text)
            days = set(_days(plain))
            if (by_user or not self._named) and _is_reckoned(plain, alone=not known and not days):
                self._reckons = True
            elif not by_user and not days <= known:
                self._reckons = False
            self._named |= by_user and bool(days)
            known |= days
        self._dated = len(self._texts)
        return self._reckons

    @property
    def times(self) -> set[tuple[int, int]]:
        """Times of the day: hour from 0 to 11, minute."""
        return self._grown("times", _times)

    def holds(self, letters: str) -> bool:
        """Whether a text holds these letters and digits in a row, whatever stands between them."""
        for text in self._texts[len(self._letters) :]:
            self._letters.append(glued(folded(text)))
        return any(letters in text for text in reversed(self._letters))

    def has_word(self, word: str) -> bool:
        """Whether the word was said, in this or another form: "Italian" after "Italy", "Apples" after "apple"."""
        known = self.words
        return word in known or any(form in known for form in forms(word))


@lru_cache(65536)
def forms(word: str) -> frozenset[str]:
    """Other forms that a word may have."""
    stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    return frozenset(stem + ending for stem in stems if len(stem) >= _STEM for ending in _ENDINGS) - {word}


def _numbers(text: str) -> list[float]:
    years = [float(century + year) for year in _YEAR.findall(text) for century in ("19", "20")]
    return [*numbers_in(text), *_spelt(WORD.findall(text)), *years]


def _words(text: str) -> list[str]:
    found = WORD.findall(text)
    return found + [name for word in found if word in _NICKNAMES for name in _NICKNAMES[word]]


def _is_reckoned(text: str, *, alone: bool) -> bool:
    """Whether a text speaks of a day that only today's date tells: "tomorrow", but not "Friday next week".

    How long something lasts tells a day that is said otherwise, unless it stands `alone`.
    """
    found = WORD.findall(text if alone else _LASTS.sub(" ", text))
    relative = _RELATIVE.intersection(found)
    return bool(relative - _WEEK if not set(WEEKDAYS).isdisjoint(found) else relative)


def _lasts(text: str) -> list[int]:
    """Days that something lasts: 3 nights, two weeks."""
    return [
        _number(n) * (7 if unit == "week" else 1)
        for n, unit in _LASTS.findall(text)
        if n in NUMBER_WORDS or n.isdigit()
    ]


def _times(text: str) -> list[tuple[int, int]]:
    found = []
    for match in _TIMES.finditer(text):
        if match["named"]:
            found.append((0, 0))
        elif match["past"]:
            minute, hour = (30 if match["past"] == "half" else 15), _number(match["of"])
            before = match["way"] in ("to", "till", "of", "before")
            found.append(((hour - 1) % 12, 60 - minute) if before else (hour % 12, minute))
        elif match["hour"]:
            found.append((int(match["hour"]) % 12, int(match["minute"])))
        else:
            minute = _ODD.get(match["odd"], 45) if match["odd"] else 0
            found.append((_number(match["at"] or match["bare"]) % 12, minute))
    return found


def _days(text: str) -> list[int]:
    return [_number(day) for match in _DAYS.finditer(text) for day in match.groups() if day]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else int(NUMBER_WORDS[text])


def _spelt(found: list[str]) -> list[float]:
    """Numbers in words, "twenty five" and "twenty fifth" as one as well."""
    values = [NUMBER_WORDS[word] for word in found if word in NUMBER_WORDS]
    for first, second in pairwise(found):
        if first in _TENS and 0 < NUMBER_WORDS.get(second, 0) < 10:
            values.append(_TENS[first] + NUMBER_WORDS[second])
        elif second in _LARGE and first in NUMBER_WORDS:
            values.append(NUMBER_WORDS[first] * NUMBER_WORDS[second])
    return values

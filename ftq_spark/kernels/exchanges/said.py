"""What has been said in a dialogue up to a turn: its words, its numbers, its days and times, its letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from ftq_spark.kernels.exchanges.words import words

T = TypeVar("T")

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# 1,234.5 and 1234.5; not the parts of 1.2.3 or of 10:30, which are numbers of their own.
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+(?!\.?\d)|\d+")
NUMBER_WORDS = {word: float(value) for word, _, value in (line.partition(" ") for line in words("numbers"))}
_TENS = {word: value for word, value in NUMBER_WORDS.items() if word.endswith("ty") and 20 <= value <= 90}
_LARGE = ("hundred", "thousand", "million", "billion")
_NICKNAMES = {short: name.split() for short, _, name in (line.partition(" ") for line in words("nicknames"))}
_STEM = 4  # letters that two forms of a word share
_SHORT = 4  # letters of the shortest word that may stand for a longer one
_NOT_LETTERS = re.compile(r"[\W_]+")

_HOURS = "|".join(word for word, value in NUMBER_WORDS.items() if 3 <= value <= 12 or word in ("one", "two"))
_HOUR = rf"(?:\d{{1,2}}|{_HOURS})"
_PART = r"(?=\s*(?:[ap]\.?m\b|o'?clock|in the (?:morning|afternoon|evening)|at night|at noon|noon|sharp))"
_NO_TIME = r"(?![\w:.]|\s+(?:of|people|persons|tickets|days|nights))"
_TIMES = re.compile(
    rf"\b(?:(?P<past>half|quarter)\s+(?P<way>past|after|to|till|of|before)\s+(?P<of>{_HOUR})"
    r"|(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})\b"
    rf"|(?P<at>{_HOUR})(?:\s+(?P<odd>thirty|fifteen|forty[ -]five))?{_PART}"
    rf"|(?:at|around|by|about|until|till|from|before|after|to|morning|afternoon|evening)\s+(?P<bare>{_HOUR}){_NO_TIME}"
    r"|(?P<named>noon|midday|midnight|lunch\s?time))"
)
_ODD = {"thirty": 30, "fifteen": 15}
_ORDINALS = "|".join(w for w, value in NUMBER_WORDS.items() if w.endswith(("th", "st", "nd", "rd")) and value <= 31)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAYS = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)\b|\b{_MONTH}\s+(?:the\s+)?(\d{{1,2}})(?![\d:])"
    rf"|\b(\d{{1,2}})\s+(?:of\s+)?{_MONTH}\b|\d{{4}}-\d{{1,2}}-(\d{{1,2}})"
    rf"|\b(\d{{1,2}})[/.](\d{{1,2}})(?:[/.]\d{{2,4}})?\b|\b({_ORDINALS})\b"
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
        self._read: dict[str, int] = {}  # texts that each of the sets below has taken up
        self._sets: dict[str, set] = {}  # type: ignore[type-arg]
        self._letters: list[str] = []

    def add(self, text: str) -> None:
        """Take up a text."""
        if text:
            self._texts.append(text)

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
    def numbers(self) -> set[float]:
        """Numbers, in digits or words."""
        return self._grown("numbers", lambda text: (*numbers_in(text), *_spelt(WORD.findall(text))))

    @property
    def days(self) -> set[int]:
        """Days of whatever month: 8th, March 8, 8 March, 3/8/2019, 2019-03-08."""
        return self._grown("days", _days)

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
        if word in known:
            return True
        if any(word[:size] in known for size in range(_SHORT, len(word))):
            return True  # "Francisco" after "Fran"
        if len(word) < _STEM:
            return False
        shared = max(_STEM, len(word) - 3)
        beginning = word[:shared]
        return any(other.startswith(beginning) for other in known if abs(len(other) - len(word)) <= 4)


def _words(text: str) -> list[str]:
    found = WORD.findall(text)
    return found + [name for word in found if word in _NICKNAMES for name in _NICKNAMES[word]]


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

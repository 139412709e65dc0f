"""A short number that one text has and another has not: soon seen, and enough to tell that two answers are two.

Form letters differ in their numbers: 36 pairs of nine letters are told apart before any word of them is read.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ftq_spark.kernels.duplicate.words import unnumbered

MOST_DIGITS = 7  # fewer than of a word that may be misspelt: those of a longer one may have changed places
# Between blanks, with no more than stops behind it: a word by itself, however a text's marks are taken off.
_ALONE = re.compile(rf"(?<!\S)[0-9]{{1,{MOST_DIGITS}}}(?=[.,;:!?)]*(?:\s|$))")
_NO_DIGITS = re.compile(r"[^0-9]+")


class _Numerals(NamedTuple):
    """The numbers of a text."""

    alone: tuple[str, ...]  # short ones that are words by themselves; not those of lists
    digits: str  # every digit, in order


def numbered_apart(a: str, b: str) -> bool:
    """Whether one of two texts has a short number whose digits do not stand in the other; symmetric.

    Then neither their characters nor their words are the same, and they differ in more than ordinary words. What may be
    JSON is left to whoever reads it: 100 is 1e2 there. False says nothing.
    """
    one, other = _numerals(a), _numerals(b)
    for x, y in ((one, other), (other, one)):
        for number in x.alone:
            if number not in y.digits:
                return True
    return False


@functools.lru_cache(maxsize=1024)
def _numerals(text: str) -> _Numerals:
    alone = () if text.lstrip()[:1] in ("{", "[") else tuple(_ALONE.findall(unnumbered(text)))
    return _Numerals(alone, _NO_DIGITS.sub("", text))

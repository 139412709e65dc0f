"""Questions in other languages than English, of which only the words' letters are known."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from ftq_spark.kernels.conflict.words import pattern
from ftq_spark.kernels.text.languages import FUNCTION_WORDS

_IN_WORDS = pattern("elsewhere", "in_words", "{}")
_WORD = re.compile(r"\w+")
_FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in FUNCTION_WORDS.items()}
PARTICLES = frozenset().union(*(words for language, words in _FUNCTION_WORDS.items() if language != "en"))
PLAINLY_ENGLISH = 3  # function words of a text in plain ASCII from which no other language is considered
_LATIN_END = 0x250  # the first code point behind the Latin letters
FOREIGN_LETTERS = 0.3  # share of letters of other scripts from which a text is not English


def foreign(text: str) -> bool:
    """Whether a question is in another language than English, by its script or by its function words."""
    if not text.isascii():
        letters = [character for character in text if character.isalpha()]
        if sum(ord(character) >= _LATIN_END for character in letters) > FOREIGN_LETTERS * len(letters):
            return True
    found = set(_WORD.findall(text.lower()))
    english = len(found & _FUNCTION_WORDS["en"])
    if english >= PLAINLY_ENGLISH and text.isascii():
        return False
    return any(len(found & words) > english for language, words in _FUNCTION_WORDS.items() if language != "en")


def of_other_scripts(one: str, other: str) -> bool:
    """Whether one text is in Latin letters and the other holds none: nobody reads here whether they name one thing."""
    letters = [[ord(character) < _LATIN_END for character in text if character.isalpha()] for text in (one, other)]
    return all(letters) and any(all(x) and not any(y) for x, y in (letters, letters[::-1]))


def asks_in_words(question: str) -> bool:
    """Whether a question asks what something means, what one does or how somebody is: few say it in the same words."""
    return bool(_IN_WORDS.search(question))


def more_words(a: Collection[str], b: Collection[str]) -> bool:
    """Whether one of two questions, given as words, holds one that nothing in the other begins like: it narrows it."""
    x, y = (frozenset(words) - PARTICLES for words in (a, b))
    return _holds_another(x - y, y) or _holds_another(y - x, x)


def other_words(a: Collection[str], b: Collection[str]) -> bool:
    """Whether each of two questions, given as words, holds one that nothing in the other begins like.

    Function words apart. Nobody knows here which words mean the same, so such questions may be two.
    """
    x, y = (frozenset(words) - PARTICLES for words in (a, b))
    return _holds_another(x - y, y) and _holds_another(y - x, x)


def _holds_another(words: frozenset[str], others: frozenset[str]) -> bool:
    return any(not any(_begin_alike(word, other) for other in others) for word in words)


def _begin_alike(one: str, other: str) -> bool:
    """Whether two words may be forms of one: they share all but the last third of the longer, and two letters."""
    n = max(2, math.ceil(2 / 3 * max(len(one), len(other))))
    return one[:n] == other[:n]

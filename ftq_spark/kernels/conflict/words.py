"""The English vocabulary of contradiction detection, read from the text files of ``english/``.

The lists follow the types of contradiction of de Marneffe, Rafferty and Manning (2008): negation, numeric, factive and
modal, antonyms; antonyms and synonyms become concepts in :mod:`ftq_spark.kernels.conflict.concepts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ftq_spark.kernels.text import phrases

_PACKAGE = "ftq_spark.kernels.conflict"


def lists(name: str) -> Mapping[str, tuple[str, ...]]:
    """Section → lines of ``english/NAME.txt``."""
    return phrases.sections(_PACKAGE, f"english/{name}.txt")


def pattern(name: str, section: str, form: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A section of ``english/NAME.txt`` compiled, `form` around it."""
    return phrases.pattern(_PACKAGE, f"english/{name}.txt", section, form, flags)


def group(name: str, section: str) -> str:
    """A section of ``english/NAME.txt`` as one group of a larger pattern."""
    return phrases.alternation(lists(name)[section], lists(name))


def members(line: str) -> list[list[str]]:
    """The words of each part of a line whose parts stand between bars."""
    return [part.split() for part in line.split("|")]


def _table(lines: Iterable[str]) -> dict[str, str]:
    return dict(line.rsplit(" = ", 1) for line in lines)


def values(lines: Iterable[str]) -> dict[str, float]:
    """The number that each word of lines "word = number" stands for."""
    return {word: float(value) for word, value in _table(lines).items()}


PHRASES = _table(line for section in lists("phrases").values() for line in section)
IRREGULAR = {form: stem for stem, forms in _table(lists("irregular")[""]).items() for form in forms.split()}

_WORDS = {section: frozenset(words) for section, words in lists("words").items()}
NEGATORS = _WORDS["negators"]
CLAUSE_BREAKS = _WORDS["clause_breaks"]
PERMISSIVE = _WORDS["permissive"]
PROHIBITIVE = _WORDS["prohibitive"]
HEDGES = _WORDS["hedges"]
STOP_WORDS = _WORDS["stop_words"]
DENYING = _WORDS["denying"]
NOT_PRIVATIVE = _WORDS["not_privative"]
NOT_UNITS = _WORDS["not_units"]
EVERYWHERE = _WORDS["everywhere"]
HEADS = _WORDS["heads"]
AUXILIARIES = _WORDS["auxiliaries"]
TURNS = _WORDS["turns"]

NUMBER_WORDS = values((*lists("numbers")["cardinals"], *lists("numbers")["elsewhere"]))
ORDINALS = values(lists("numbers")["ordinals"])
MULTIPLIERS = values(lists("numbers")["multipliers"])

# unit → (dimension, factor to the base unit)
UNITS = {
    unit: (dimension, factor) for dimension, lines in lists("units").items() for unit, factor in values(lines).items()
}

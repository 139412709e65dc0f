"""Stems, concepts and signs of words, from the lists of :mod:`ftq_spark.kernels.conflict.words`."""

from __future__ import annotations

import functools
import re

from ftq_spark.kernels.conflict.words import IRREGULAR, NOT_PRIVATIVE, lists, members


@functools.lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A light suffix stripper: plural, -ing, -ed, -ly, -ion and a final e; irregular forms by table."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    for suffix, replacement, shortest in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= shortest:
            word = word[: len(word) - len(suffix)] + replacement
            if suffix in ("ing", "ed") and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    for suffix in ("ation", "ator", "ion", "or", "ate"):
        if (
            word.endswith(suffix)
            and len(word) - len(suffix) >= 4
            and (len(suffix) > 3 or word[-len(suffix) - 1] in "ts")
        ):
            word = word[: len(word) - len(suffix)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_SUFFIXES = (
    ("ies", "y", 2), ("sses", "ss", 2), ("ches", "ch", 2), ("shes", "sh", 2), ("xes", "x", 2), ("ness", "", 4),
    ("ss", "ss", 1), ("us", "us", 1), ("is", "is", 1), ("s", "", 3), ("ied", "y", 2), ("ing", "", 3), ("ed", "", 3),
    ("ably", "abl", 2), ("ically", "ic", 3), ("ly", "", 3),
)  # fmt: skip


def _concept_table() -> dict[str, tuple[str, int]]:
    """Stem → (concept, sign): opposites first; a line of synonyms joins the concept of its first word that has one."""
    table: dict[str, tuple[str, int]] = {}
    for line in lists("opposites")[""]:
        affirming, denying = members(line)
        concept = stem(affirming[0])
        for side, sign in ((affirming, 1), (denying, -1)):
            for word in side:
                table.setdefault(stem(word), (concept, sign))
    for line in lists("synonyms")[""]:
        stems = [stem(word) for word in line.split()]
        shared = next((table[root] for root in stems if root in table), (stems[0], 1))
        for root in stems:
            table.setdefault(root, shared)
    return table


CONCEPTS = _concept_table()
# Words, as they are written in the lists, that deny the concept they belong to.
OPPOSING = frozenset(
    word
    for word in {*IRREGULAR, *(w for name in ("opposites", "synonyms") for w in " ".join(lists(name)[""]).split())}
    if CONCEPTS.get(stem(word), ("", 1))[1] < 0
)


@functools.lru_cache(maxsize=1 << 16)
def privative_base(word: str) -> str | None:
    """The stem that un-, in-, im-, ir-, il-, non-, dis-, -less or -free denies, or None."""
    if word in NOT_PRIVATIVE or word.startswith("under") or len(word) < 6:
        return None
    if word.endswith(("less", "-free")) and len(word) >= 7:
        return stem(word[:-4].rstrip("-"))
    for prefix in ("non-", "non", "un", "im", "ir", "il", "in", "dis"):
        if word.startswith(prefix):
            base = word[len(prefix) :]
            adjectival = base.endswith(
                ("able", "ible", "al", "ent", "ant", "ive", "ed", "ate", "ous", "ct", "id", "y", "ic", "ar")
            )
            return stem(base) if len(base) >= 4 and (prefix in ("un", "non", "non-") or adjectival) else None
    return None


def population_groups() -> dict[str, tuple[int, int]]:
    """Stem → (line, member) of ``populations.txt``."""
    return {
        stem(word): (number, member)
        for number, line in enumerate(lists("populations")[""])
        for member, words in enumerate(members(line))
        for word in words
    }


POPULATION_OF = population_groups()
POPULATION_CONCEPTS = frozenset(CONCEPTS[root][0] for root in POPULATION_OF if root in CONCEPTS)


def _generals() -> dict[str, frozenset[str]]:
    """Concept → concepts of what it is a kind of, from ``generals.txt``."""
    table: dict[str, set[str]] = {}
    for line in lists("generals")[""]:
        general, special = members(line)
        for word in special:
            table.setdefault(_concept(word), set()).update(map(_concept, general))
    return {special: frozenset(general) for special, general in table.items()}


def _concept(word: str) -> str:
    return CONCEPTS.get(stem(word), (stem(word), 1))[0]


GENERAL_OF = _generals()
OFFERS = tuple(sorted({_concept(word) for word in lists("words")["offers"]}))  # what is done with what is on offer


_COUNTRY = re.compile(r"\bUS\b")  # in a text that is not all in capitals


def named_country(text: str) -> str:
    """A text with the country for "US", which in lower case is a pronoun."""
    return _COUNTRY.sub("USA", text) if "US" in text and not text.isupper() else text

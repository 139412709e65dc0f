"""Kinds of which one is chosen, a cuisine or a genre: is the one in a call another one than the user has named?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ftq_spark.kernels.exchanges.said import Said, forms
from ftq_spark.kernels.exchanges.words import words


class _Family(NamedTuple):
    kinds: Mapping[str, frozenset[str]]  # the letters of a kind → the words that speak of it
    telling: frozenset[str]  # words that speak of one of the kinds, and of nothing else


def _families() -> tuple[_Family, ...]:
    kinds: dict[str, dict[str, frozenset[str]]] = {}
    telling: dict[str, set[str]] = {}
    for line in words("families"):
        family, _, kind = line.partition(" ")
        named = kind.removeprefix("~").split("/")
        spoken = frozenset(form for word in named for form in (word, *forms(word)))
        kinds.setdefault(family, {}).update(dict.fromkeys(named, spoken))
        telling.setdefault(family, set()).update(() if kind.startswith("~") else spoken)
    return tuple(_Family(kinds[family], frozenset(telling[family])) for family in kinds)


_FAMILIES = _families()


def is_another(letters: str, said: Said) -> bool:
    """Whether the user has named kinds of the family of this one (its letters, in lower case), but not this one."""
    found = [family for family in _FAMILIES if letters in family.kinds]
    return any(not said.asked.isdisjoint(family.telling) for family in found) and all(
        said.asked.isdisjoint(family.kinds[letters]) for family in found
    )

"""Whether two sentences can oppose each other at all, told from what is found in each alone.

Most sentences of answers that look alike cannot: then they need not be laid side by side.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ftq_spark.kernels.conflict.alignment import DENIES, LIMITS, Slot, key, rivals, slots
from ftq_spark.kernels.conflict.sentences import Sentence, read_sentence
from ftq_spark.kernels.conflict.words import NEGATORS

_TURNS = DENIES | LIMITS | NEGATORS | {"than"}


class _Bearing(NamedTuple):
    """What of a sentence could oppose another one."""

    plain: bool  # it has no word that denies, limits or compares
    keys: frozenset[str]  # of its words
    turned: frozenset[str]  # keys of what they turn into its opposite: "safe" of "unsafe"
    slots: frozenset[Slot]  # that they fill
    rivals: frozenset[Slot]  # that what is opposed to them fills
    concepts: Mapping[str, int]
    denied: list[str]  # concepts


@functools.lru_cache(maxsize=1024)
def _bearing(text: str) -> _Bearing:
    words, concepts = read_sentence(text).words, read_sentence(text).concepts
    keys, filled = frozenset(map(key, words)), slots(words)
    turned = frozenset([each[1:] for each in keys if each.startswith("-")])
    denied = [concept for concept, sign in concepts.items() if sign < 0]
    return _Bearing(_TURNS.isdisjoint(words), keys, turned, filled, rivals(filled), concepts, denied)


def cannot_oppose(x: Sentence, y: Sentence) -> bool:
    """Whether neither sentence can oppose the other by a concept, a word, a denial, a limit or a comparison; symmetric.

    Another thing may still stand in the same place. False says nothing.
    """
    one, other = _bearing(x.text), _bearing(y.text)
    if not (one.plain and other.plain and one.rivals.isdisjoint(other.slots)):
        return False
    return not (_denies(one, other) or _denies(other, one))


def _denies(one: _Bearing, other: _Bearing) -> bool:
    """Whether one denies, by a word or a concept, what the other says."""
    if not one.turned.isdisjoint(other.keys):
        return True
    return any(other.concepts.get(concept, 0) > 0 for concept in one.denied)


def none_opposes(sentences: Iterable[Sentence]) -> bool:
    """Whether of many sentences no two, nor one and itself, can oppose each other: told from what all of them say.

    As :func:`cannot_oppose` tells it of each two: what none turns round of all is turned round by no other one.
    """
    said = list(sentences)
    words = frozenset[str]().union(*(sentence.words for sentence in said))
    if not _TURNS.isdisjoint(words):
        return False
    filled, keys = slots(words), frozenset(map(key, words))
    if not rivals(filled).isdisjoint(filled) or any(each.startswith("-") and each[1:] in keys for each in keys):
        return False
    signed = frozenset[tuple[str, int]]().union(*(sentence.concepts.items() for sentence in said))
    return not any(sign < 0 and (concept, 1) in signed for concept, sign in signed)

"""Whether two sentences can oppose each other at all, told from what is found in each alone.

Most sentences of answers that look alike cannot: then they need not be laid side by side.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from ftq_spark.kernels.conflict.alignment import DENIES, LIMITS, keys, rivals
from ftq_spark.kernels.conflict.sentences import Sentence, read_sentence
from ftq_spark.kernels.conflict.words import NEGATORS

_TURNS = DENIES | LIMITS | NEGATORS | {"than"}


class _Bearing(NamedTuple):
    """What of a sentence could oppose another one."""

    plain: bool  # it has no word that denies, limits or compares
    said: frozenset[object]  # keys of its words, the slots that they fill, its concepts with their signs
    opposed: frozenset[object]  # what of another sentence would be opposed to one of these


@functools.lru_cache(maxsize=1024)
def _bearing(text: str) -> _Bearing:
    words, concepts = read_sentence(text).words, read_sentence(text).concepts.items()
    said, denied = ({(concept, way * sign) for concept, sign in concepts if sign} for way in (1, -1))
    return _Bearing(_TURNS.isdisjoint(words), keys(words) | said, rivals(words) | denied)


def cannot_oppose(x: Sentence, y: Sentence) -> bool:
    """Whether neither sentence can oppose the other by a concept, a word, a denial, a limit or a comparison; symmetric.

    Another thing may still stand in the same place. False says nothing.
    """
    one, other = _bearing(x.text), _bearing(y.text)
    return one.plain and other.plain and one.opposed.isdisjoint(other.said) and other.opposed.isdisjoint(one.said)

"""Two sentences laid side by side: what they share, and what stands in the place of what.

Where two answers to one question are nearly the same sentence, the words in which they differ carry the answer. A
word exchanged for its opposite, a denial on one side only, or another thing in the same place contradicts; an added
detail, a synonym or another form of a word does not.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import NamedTuple

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.sentences import Sentence, signed_concept
from ftq_spark.kernels.conflict.words import DENYING, HEDGES, NEGATORS, NUMBER_WORDS, STOP_WORDS, lists, members
from ftq_spark.kernels.text.edits import edits

MAX_WORDS = 45  # a longer sentence is laid side by side with nothing
MAX_EXCHANGED = 3  # content words of one exchanged stretch
MIN_RATIO = 0.5  # least share of words in common
MIN_SHARED = 0.7  # least share of stems in common where two things have only changed places

DENIES = DENYING - NEGATORS
LIMITS = frozenset({"only", "solely", "exclusively"})
_MARKS = frozenset(",;:()")
ARTICLES = frozenset({"a", "an", "the"})
_LISTING = _MARKS | {"and", "or", "nor", "as", "well", "also"}  # what stands between the items of a list
_NO_THINGS = STOP_WORDS | _MARKS
_COMPARATIVES = frozenset({"more", "less", "fewer"})


Slot = tuple[int, int]  # a slot of opposites, and which of them


class Difference(NamedTuple):
    """How two sentences that share most of their words differ."""

    ratio: float  # words in common, in [0, 1]: 2 · matches / all words, articles and the like counted half
    opposed: bool  # opposites stand in one place
    denied: bool  # one side alone has a word that denies what it governs: lacks, rejects, without
    negated: bool  # one side alone has a negator
    limited: bool  # one side alone says "only"
    exchanged: float  # how surely another thing stands in the same place, in [0, 1]


def _slot_table() -> dict[str, dict[int, int]]:
    table: dict[str, dict[int, int]] = {}
    for number, line in enumerate(lists("slot_opposites")[""]):
        for member, words in enumerate(members(line)):
            for word in words:
                table.setdefault(word, {})[number] = member
    return table


_SLOTS = _slot_table()
_N_MEMBERS = [len(members(line)) for line in lists("slot_opposites")[""]]


def difference(x: Sentence, y: Sentence) -> Difference | None:
    """The difference of two sentences, None where they share too little or are too long to be laid side by side."""
    left, right = _row(x.words), _row(y.words)
    n_left, n_right = len(left.words), len(right.words)
    if not 0 < max(n_left, n_right) <= MAX_WORDS or 2 * min(n_left, n_right) < MIN_RATIO * (n_left + n_right):
        return None
    return _difference(*sorted((left, right)))


class _Row(NamedTuple):
    """What of a sentence is laid beside another one."""

    words: tuple[str, ...]  # without marks, and without the yes or no that opens an answer
    keys: tuple[str, ...]  # what two words must share to be matched
    weights: tuple[float, ...]


@functools.lru_cache(maxsize=4096)
def _row(words: tuple[str, ...]) -> _Row:
    said = words[1:] if words[:1] in (("no",), ("yes",)) else words
    shown = tuple(word for word in said if word not in _MARKS)
    keys = tuple(map(key, shown))
    return _Row(shown, keys, tuple(0.5 if key in STOP_WORDS else 1.0 for key in keys))


@functools.lru_cache(maxsize=64)
def _difference(one: _Row, other: _Row) -> Difference | None:
    left, right = one.words, other.words
    found = edits(one.keys, other.keys)
    common = sum(sum(one.weights[i:j]) for kind, i, j, _, _ in found if kind == "equal")
    ratio = 2 * common / (sum(one.weights) + sum(other.weights))
    if ratio < MIN_RATIO:
        return None
    opposite = False
    only_left: list[str] = []
    only_right: list[str] = []
    exchanges: list[float] = []
    for kind, i, j, k, m in found:
        if kind == "equal":
            continue
        lost, gained = left[i:j], right[k:m]
        only_left += lost
        only_right += gained
        opposite = opposite or opposed(lost, gained)
        exchanges.append(_exchange(lost, gained))
    denied, negated, limited = (
        words.isdisjoint(only_left) != words.isdisjoint(only_right) for words in (DENIES, NEGATORS, LIMITS)
    )
    exchanged = max(exchanges, default=0.0) if sum(map(bool, exchanges)) <= MAX_EXCHANGED else 0.0
    return Difference(ratio, opposite, denied, negated, limited, exchanged)


@functools.lru_cache(maxsize=1 << 15)
def key(word: str) -> str:
    """What two words must share to be matched: the concept of a content word with its sign, else the word."""
    if word in STOP_WORDS or word in NEGATORS:
        return word
    concept, sign, base = signed_concept(word.removesuffix("'s"))
    return f"-{concept}" if sign < 0 else f"-{base}" if base else concept


def opposed(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether opposites stand in two stretches of words."""
    keys = set(map(key, other))
    for word in one:
        found = key(word)
        if word not in STOP_WORDS and (f"-{found}" in keys or (found.startswith("-") and found[1:] in keys)):
            return True
        families = _SLOTS.get(word, {})
        for number, member in families.items():
            if any(_SLOTS.get(rival, {}).get(number, member) != member for rival in other):
                return True
    return False


def slots(words: Iterable[str]) -> frozenset[Slot]:
    """The places that words take in slots of opposites."""
    return frozenset(place for word in words if word in _SLOTS for place in _SLOTS[word].items())


def rivals(places: Iterable[Slot]) -> frozenset[Slot]:
    """The places opposed to some."""
    return frozenset((n, rival) for n, member in places for rival in range(_N_MEMBERS[n]) if rival != member)


def _exchange(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How surely two stretches name different things: 0 for additions, numbers, hedges and words that are related."""
    left, right = _content(one), _content(other)
    if not left or not right or max(len(left), len(right)) > MAX_EXCHANGED:
        return 0.0
    if any(related(a, b) for a in left for b in right):
        return 0.0
    return 1.0 if max(len(left), len(right)) == 1 else 0.8


def _content(words: tuple[str, ...]) -> list[str]:
    return [
        word
        for word in words
        if word not in STOP_WORDS
        and word not in HEDGES
        and word not in NUMBER_WORDS
        and not word[0].isdigit()  # "x200" is a name, "200x" a number
    ]


def related(a: str, b: str) -> bool:
    """Whether two words are forms of one: the same concept, or one stem begins like the other."""
    if signed_concept(a)[0] == signed_concept(b)[0]:
        return True
    x, y = stem(a), stem(b)
    shared = next((i for i, (p, q) in enumerate(zip(x, y, strict=False)) if p != q), min(len(x), len(y)))
    return shared >= 4 and shared >= 0.6 * min(len(x), len(y))


def roles_swapped(x: Sentence, y: Sentence) -> bool:
    """Whether two sentences compare the same two things the other way round: air is denser than steam, and reverse."""
    one, other = _comparison(x.words), _comparison(y.words)
    if one is None or other is None or one.by != other.by or bool(x.n_negations) != bool(y.n_negations):
        return False
    crossed = one.what & other.than and one.than & other.what
    return bool(crossed) and not one.than & other.than


def places_swapped(x: Sentence, y: Sentence) -> bool:
    """Whether two things have changed places in sentences of much the same words: from Rome to Ems, from Ems to Rome.

    Embeddings hardly see it (Zhang et al., PAWS: Paraphrase Adversaries from Word Scrambling, 2019). Two words have
    changed places where each is exchanged for the other, or where each stands beside what the other stood beside. Where
    a phrase is moved as a whole, its words keep their neighbours; the order of a list does not matter.
    """
    if x.words == y.words or not may_be_swapped(x, y):
        return False
    one, other = sorted(tuple(stem(word) for word in each.words if word not in ARTICLES) for each in (x, y))
    return _exchanged_twice(one, other) or any(
        _neighbours_exchanged(_neighbours(one, side), _neighbours(other, side)) for side in (-1, 1)
    )


def may_be_swapped(x: Sentence, y: Sentence) -> bool:
    """Whether two sentences share words enough for :func:`places_swapped`."""
    n_shared = len(x.stems & y.stems)
    return n_shared >= MIN_SHARED * (len(x.stems) + len(y.stems) - n_shared)


def _exchanged_twice(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one word stands for another in one place, and the other for the one in another place."""
    lost = [
        (frozenset(one[i:j]) - frozenset(other[k:m]) - _NO_THINGS, frozenset(other[k:m]) - frozenset(one[i:j]))
        for kind, i, j, k, m in edits(one, other)
        if kind == "replace"
    ]
    return any(out & back_in and into & back_out for (out, into), (back_out, back_in) in combinations(lost, 2))


def _neighbours(words: tuple[str, ...], side: int) -> dict[str, str]:
    """What stands before (-1) or after (1) each thing that is named once; nothing where a list or the sentence ends."""
    n_named = Counter(words)
    return {
        word: beside
        for word, beside in (pair[::side] for pair in pairwise(words))
        if n_named[word] == 1 and word not in _NO_THINGS and beside not in _LISTING
    }


def _neighbours_exchanged(one: dict[str, str], other: dict[str, str]) -> bool:
    moved = {word: (one[word], other[word]) for word in one.keys() & other.keys() if one[word] != other[word]}
    return any(
        before == after[::-1] and not {*before} & {a, b}
        for (a, before), (b, after) in combinations(sorted(moved.items()), 2)
    )


class _Comparison(NamedTuple):
    what: frozenset[str]  # content stems before the comparative
    by: tuple[str, ...]  # from the comparative to "than"
    than: frozenset[str]  # content stems after it


def _comparison(words: tuple[str, ...]) -> _Comparison | None:
    if "than" not in words:
        return None
    than = words.index("than")
    marked = [i for i in range(than) if words[i] in _COMPARATIVES] or [
        i for i in range(than) if words[i].endswith("er")
    ]
    if not marked:
        return None
    start = marked[-1]
    what, after = (
        frozenset(stem(word) for word in part if word.isalnum() and word not in STOP_WORDS)
        for part in (words[:start], words[than + 1 :])
    )
    return _Comparison(what, words[start:than], after)

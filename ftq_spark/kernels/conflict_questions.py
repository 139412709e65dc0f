"""Whether two questions are one: numbers, names, populations, exchanged phrases and opposite wordings tell them apart."""

from __future__ import annotations

from ftq_spark.kernels import conflict_lexicon as lexicon
from ftq_spark.kernels.conflict_signature import Question


def question_difference(a: Question, b: Question) -> tuple[float, bool]:
    """How surely two questions ask different things, in [0, 1], and whether they ask opposite things.

    Two numbers, names or populations of which neither question holds the other's make different questions; so do names
    that only one question holds, less surely.
    """
    if a.text == b.text:
        return 0.0, False
    flip = _opposite(a, b)
    if a.numbers and b.numbers and not (set(a.numbers) <= set(b.numbers) or set(b.numbers) <= set(a.numbers)):
        return 1.0, flip
    for line in a.populations.keys() & b.populations.keys():
        if a.populations[line].isdisjoint(b.populations[line]):
            return 1.0, flip
    only_a, only_b = _canonical(a.names) - _canonical(b.everything), _canonical(b.names) - _canonical(a.everything)
    if only_a and only_b:
        return 0.9, flip
    substituted = _substitution(a, b)
    if substituted:
        return substituted, flip
    return (0.25 if only_a or only_b else 0.0) + (0.2 if bool(a.numbers) != bool(b.numbers) else 0.0), flip


def _canonical(words: frozenset[str]) -> set[str]:
    return {lexicon.CONCEPTS.get(lexicon.stem(word), (lexicon.stem(word), 1))[0] for word in words}


def _opposite(a: Question, b: Question) -> bool:
    x, y = a.frame.concepts, b.frame.concepts
    opposites = [c for c in x.keys() & y.keys() if x[c] * y[c] < 0]
    return bool(opposites) or (a.negated != b.negated)


def _substitution(a: Question, b: Question) -> float:
    """Certainty that one question is the other with one phrase exchanged: the same words around different content."""
    x, y = a.tokens, b.tokens
    start = 0
    while start < min(len(x), len(y)) and x[start] == y[start]:
        start += 1
    end = 0
    while end < min(len(x), len(y)) - start and x[-1 - end] == y[-1 - end]:
        end += 1
    kept = start + end
    if kept < 0.6 * max(len(x), len(y)) or max(len(x), len(y)) - kept > 4:
        return 0.0
    left = {word for word in x[start : len(x) - end] if word not in lexicon.STOP_WORDS}
    right = {word for word in y[start : len(y) - end] if word not in lexicon.STOP_WORDS}
    if _canonical(frozenset(left)) & _canonical(frozenset(right)):
        return 0.0
    after_preposition = start > 0 and x[start - 1] in ("in", "at", "of", "for", "on", "from", "the", "by", "with", "to")
    if left and right:
        return 0.8 if after_preposition else 0.5
    return 0.3 if (left or right) and after_preposition else 0.0

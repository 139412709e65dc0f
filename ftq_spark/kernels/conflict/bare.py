"""Answers that are nothing but a value, in whatever words one thing is asked for: what is the deposit, the date."""

from __future__ import annotations

from ftq_spark.kernels.conflict.answer import Analysis, Answer
from ftq_spark.kernels.conflict.items import Item, lead_text
from ftq_spark.kernels.conflict.kinds import DEFINITION, ENTITY
from ftq_spark.kernels.conflict.quantities import Quantity, agree
from ftq_spark.kernels.conflict.sentences import PRONOUNS

BRIEF_WORDS = 12  # of an answer that gives a value, or names a month, and little else
DAYS = ("date", "year")
UNITLESS_ONLY = ("", *DAYS, "clock", "complexity")  # dimensions whose values stand without a unit


def bare_items(a: Analysis, b: Analysis) -> list[Item]:
    """A value that is all of a brief answer, against the one that another gives in a sentence: what is the deposit."""
    if not all(side.question.kind == ENTITY and side.answer.n_words <= BRIEF_WORDS for side in (a, b)):
        return []
    for one, other in ((a.answer, b.answer), (b.answer, a.answer)):
        bare, found = one.quantities, other.quantities
        if not (len(bare) == len(found) == 1 and len(other.sentences) == 1 and _is_all(bare[0], one)):
            continue
        opens = other.sentences[0].words[:1] in PRONOUNS or other.sentences[0].stems & a.question.stems
        if not (bare[0].dimension == found[0].dimension not in UNITLESS_ONLY and opens):
            continue
        if agree(bare[0], found[0]):
            return [Item("number_same", 1.0, "", "")]
        return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))]
    return []


def _is_all(quantity: Quantity, answer: Answer) -> bool:
    return len(answer.text.strip(" .").split()) == len(quantity.text.split())


def value_items(a: Analysis, b: Analysis) -> list[Item]:
    """Two answers that are nothing but values of the same sorts, in whatever words one thing is asked for: a date."""
    if not all(side.question.kind in (DEFINITION, ENTITY) and not side.question.asks_many for side in (a, b)):
        return []
    left, right = a.answer.quantities, b.answer.quantities
    sorts = [[q.dimension for q in found] for found in (left, right)]
    bare = all(len(side.answer.text.split()) == _n_words(side.answer.quantities) for side in (a, b))
    if not bare or not all(sorts[0]) or sorted(sorts[0]) != sorted(sorts[1]) or len(set(sorts[0])) < len(left):
        return []
    pairs = [(q, next(r for r in right if r.dimension == q.dimension)) for q in left]
    if all(agree(q, r) for q, r in pairs):
        return [Item("number_same", 1.0, "", "")]
    return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))]


def _n_words(found: tuple[Quantity, ...]) -> int:
    return sum(len(quantity.text.split()) for quantity in found)

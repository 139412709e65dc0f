"""Evidence from what answers name: numbers with units, final answers, entities, options, objects of relations."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftq_spark.kernels.conflict.answer import FIRST_WIDE, SHORT_ANSWER_WORDS, Analysis, Answer
from ftq_spark.kernels.conflict.finals import conclusion
from ftq_spark.kernels.conflict.foreign import PARTICLES
from ftq_spark.kernels.conflict.kinds import DEFINITION, ENTITY, FOREIGN, NUMBER, YES_NO
from ftq_spark.kernels.conflict.quantities import Quantity, agree
from ftq_spark.kernels.conflict.question import Question, grams
from ftq_spark.kernels.conflict.sentences import Sentence, names
from ftq_spark.kernels.conflict.words import STOP_WORDS

N_SPAN_CHARS = 240
DAYS = ("date", "year")
MIN_RESTATED = 0.3  # of a sentence in a long answer, that the question holds, where it answers the question
STATED_WORDS = 2  # content words from which a sentence states something, and is no filled-in blank
_BOUNDS = frozenset({"least", "most", "minimum", "maximum", "within", "than", "until", "exceed"})
_EXAMPLE = re.compile(r"\b(?:examples?|instance|such as|e\.g|random|any|some|could|might)\b", re.IGNORECASE)


class Item(NamedTuple):
    """One piece of evidence: the feature, its strength in [0, 1] and the spans of the two answers."""

    feature: str
    strength: float
    left_text: str
    right_text: str


def span(text: str) -> str:
    """A text cut to what a reviewer reads."""
    return text if len(text) <= N_SPAN_CHARS else text[: N_SPAN_CHARS - 1] + "…"


def lead_text(answer: Answer) -> str:
    """The first sentence of an answer as a span."""
    return span(answer.sentences[0].text if answer.sentences else answer.text)


def number_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """Quantities of one sort that differ, or agree; of several sorts the one that the question asks for counts."""
    concluded = _concluded_items(a, b)
    groups = _groups(a, b, kind)
    if concluded or not groups:
        return concluded
    stated = _states_another_number(a, b)
    bound = stated and not _BOUNDS.isdisjoint(a.answer.sentences[0].words)  # 18 and 21 are near, but no two "at least"
    clashes = [
        (xs[0], ys[0])
        for xs, ys in groups
        if not any(agree(x, y) and not (bound and x.low != y.low) for x in xs for y in ys)
    ]
    if not clashes:
        # "More than five" is no "five", and does not rule it out as an answer in round figures.
        same = any(agree(x, y) and x.beyond == y.beyond for xs, ys in groups for x in xs for y in ys)
        return [Item("number_same", 1.0 if kind == NUMBER else 0.3, "", "")] if same else []
    clash = clashes[0]
    around = _around(a.answer, clash[0]), _around(b.answer, clash[1])
    if _reconciled(a.answer, clash[1]) or _reconciled(b.answer, clash[0]):
        return []
    asked = kind == NUMBER or stated
    if not asked and (_of_others(*around) or (len(clashes) < len(groups) and clash[0].dimension not in DAYS)):
        return []  # another day of the same year is another date; other clashes beside an agreement say little
    spans = tuple(span(side.text) if side else one.text for side, one in zip(around, clash, strict=True))
    short = a.answer.short and b.answer.short
    if asked:
        return [Item("number_asked", (1.0 if short else 0.6) / _n_readings(a, b, groups[0]), *spans)]
    feature = "number_unit" if clash[0].dimension else "number_other"
    return [Item(feature, (1.0 if short else 0.4) * _likeness(*around), *spans)]


def _concluded_items(a: Analysis, b: Analysis) -> list[Item]:
    """What two answers that reckon come to, each in the sentence that concludes."""
    left, right = a.answer.concluded, b.answer.concluded
    if not left or not right or left[0].dimension != right[0].dimension:
        return []
    x, y = left[0], right[0]
    if x.noun and y.noun and x.noun != y.noun:
        return []
    if agree(x, y):
        return [Item("number_same", 1.0, "", "")]
    return [Item("number_asked", 1.0, *(span(conclusion(side.answer.text)) for side in (a, b)))]


def _states_another_number(a: Analysis, b: Analysis) -> bool:
    """Whether both answers are one sentence, the same but for its numbers, so that those are what was asked for.

    Not where an example of several is given.
    """
    if len(a.answer.sentences) != 1 or len(b.answer.sentences) != 1 or a.question.asks_many or b.question.asks_many:
        return False
    x, y = (_unnumbered(side.answer.sentences[0].words) for side in (a, b))
    said = frozenset(x) - STOP_WORDS
    return x == y and len(said) >= STATED_WORDS and not any(_EXAMPLE.search(t) for t in (a.question.text, " ".join(x)))


def _unnumbered(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if not any(map(str.isdigit, word)))


def _reconciled(answer: Answer, wanted: Quantity) -> bool:
    """Whether an answer gives the value in parts (52 white and 36 black keys) or beside them ("88; 52 are white")."""
    parts = [q.low for q in answer.quantities if not q.dimension and q.low == q.high]
    return (len(parts) > 1 and sum(parts) == wanted.low == wanted.high) or any(
        not (q.dimension or q.noun) and agree(q, wanted) for q in answer.quantities
    )


def _n_readings(a: Analysis, b: Analysis, group: tuple[list[Quantity], list[Quantity]]) -> float:
    """1 where each answer holds one value that can be meant; more where one of several, or one without a unit, is."""
    counts = []
    for side, found in ((a, group[0]), (b, group[1])):
        plain = (
            {q.low for q in side.answer.quantities if not q.dimension and not q.noun} if found[0].dimension else set()
        )
        distinct = sum(not any(agree(q, r) for r in found[:i]) for i, q in enumerate(found))
        counts.append(distinct + len(plain))
    return 1.0 + 0.4 * (max(counts) > 1) + 0.4 * (max(counts) > 2)


def _groups(a: Analysis, b: Analysis, kind: str) -> list[tuple[list[Quantity], list[Quantity]]]:
    """Quantities that can be compared, by dimension and counted noun; of a question for a number only the first sort.

    First comes the sort whose noun or unit the question names, then the one that stands first in the answers.
    """
    left, right = a.answer.quantities, b.answer.quantities
    sorts = dict.fromkeys(
        (q.dimension, q.noun) for q in left if (q.dimension, q.noun) in {(r.dimension, r.noun) for r in right}
    )
    groups = [
        ([q for q in left if (q.dimension, q.noun) == sort], [q for q in right if (q.dimension, q.noun) == sort])
        for sort in sorts
    ]
    plain = [[q for q in side if not q.dimension and (q.noun, "") not in sorts] for side in (left, right)]
    if kind == NUMBER and not groups and all(plain):
        groups = [(plain[0], plain[1])]
    if kind != NUMBER or len(groups) < 2:
        return groups
    asked = a.question.stems | b.question.stems
    dimensions = a.question.dimensions | b.question.dimensions
    named = [group for group in groups if group[0][0].noun in asked or group[0][0].dimension in dimensions]
    first = min(groups, key=lambda group: group[0][0].start + group[1][0].start)
    return named[:1] or [first]


def _of_others(left: Sentence | None, right: Sentence | None) -> bool:
    """Whether each of two sentences names something that the other does not."""
    if left is None or right is None:
        return False
    x, y = names(left), names(right)
    return bool(x - y and y - x)


def _likeness(left: Sentence | None, right: Sentence | None) -> float:
    """How much two sentences speak of the same thing, their numbers apart: a side remark's number is another number."""
    if left is None or right is None:
        return 0.0
    x, y = left.stems, right.stems
    return len(x & y) / max(1, min(len(x), len(y)))


def _around(answer: Answer, quantity: Quantity) -> Sentence | None:
    found = (sentence for sentence in answer.sentences[:2] if quantity.text and quantity.text in sentence.text)
    return next(found, None)


def final_items(left: Answer, right: Answer) -> list[Item]:
    """Results or options that both answers state."""
    if left.option is not None and right.option is not None:
        feature = "final" if left.option != right.option else "final_same"
        return [Item(feature, 1.0, lead_text(left), lead_text(right))]
    if left.final is None or right.final is None:
        return []
    x, y = left.final_value, right.final_value
    differs = x != y and not (set(x.split()) <= set(y.split()) or set(y.split()) <= set(x.split()))
    return [Item("final" if differs else "final_same", 1.0, left.final, right.final)]


def entity_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """Different things named in answer to one question; an answer that denies the question names nothing."""
    left, right = a.answer, b.answer
    if not left.sentences or not right.sentences or left.refusal or right.refusal:
        return []
    spans = (lead_text(left), lead_text(right))
    short = left.short and right.short
    items: list[Item] = []
    if left.doubts or right.doubts or _choose_alike(a, b) or (kind == ENTITY and named_alike(a, b)):
        return items
    likeness = len(left.grams & right.grams) / max(1, min(len(left.grams), len(right.grams)))
    x, y = residuals(a, b)
    kinds = a.question.kind, b.question.kind
    if FOREIGN in kinds:
        x, y = _no_particles(x), _no_particles(y)
    if kind == ENTITY and short and left.head and right.head:
        x, y = (_no_particles(x), _no_particles(y)) if FOREIGN in kinds else (left.head, right.head)
        one, other = (grams(" ".join(sorted(head))) for head in (x, y))
        likeness = len(one & other) / max(1, min(len(one), len(other)))
        if x.isdisjoint(y) and not _abbreviates(left, right) and not _abbreviates(right, left):
            items.append(Item("entity_head", 1 - likeness, *spans))
    if kind == ENTITY and short and x and y and x.isdisjoint(y):
        longest = max(len(x), len(y))
        items.append(Item("entity_short", (1.0 if longest <= 4 else 0.5) * (1 - likeness), *spans))
    if (short or kind == ENTITY) and _other_names(left, right):
        items.append(Item("entity_name", 1.0 if kind in (ENTITY, DEFINITION) else 0.3, *spans))
    items += _short_items(a, b, kind)
    if kind in (DEFINITION, ENTITY):
        items += _relation_items(a, b)
    return items


def named_alike(a: Analysis, b: Analysis) -> bool:
    """Whether one brief answer is in the other by its letters, or both put into one class that their question names."""
    if _same_letters(a.answer, b.answer):
        return True
    if not (_CLASSES.search(a.question.text) and _CLASSES.search(b.question.text)):
        return False
    x, y = (names(side.answer.sentences[0]) & side.question.names for side in (a, b))
    return bool(x & y)


_CLASSES = re.compile(r"\b(?:categor(?:y|i[sz]ed?|ies)|classif(?:y|ied)|class(?:es)?|departments?|labels?)\b", re.I)


def _choose_alike(a: Analysis, b: Analysis) -> bool:
    """Whether both answers to a choice ("online or in person?") affirm or deny alike what it is between."""
    if not (_CHOICE.search(a.question.frame.text) and _CHOICE.search(b.question.frame.text)):
        return False
    x, y = a.answer.sentences[0].concepts, b.answer.sentences[0].concepts
    between = (a.question.frame.concepts.keys() & b.question.frame.concepts.keys()) - a.question.subject
    return any(x[c] == y[c] for c in between & x.keys() & y.keys())


_CHOICE = re.compile(r"\bor\b")


def _no_particles(words: frozenset[str]) -> frozenset[str]:
    """Words without function words of any language, which are of no list of English ones."""
    return frozenset(word for word in words if word not in PARTICLES and (len(word) > 1 or word >= FIRST_WIDE))


def _same_letters(left: Answer, right: Answer) -> bool:
    """Whether one brief answer is part of the other, letter by letter, as Han and Kana are written without spaces."""
    if not (left.brief and right.brief):
        return False
    one, other = ("".join(filter(str.isalnum, answer.text.lower())) for answer in (left, right))
    return one in other or other in one


def residuals(a: Analysis, b: Analysis) -> tuple[frozenset[str], frozenset[str]]:
    """What the two first sentences affirm beyond the words of either question."""
    known = a.question.frame.concepts.keys() | b.question.frame.concepts.keys()
    return a.answer.residual - known, b.answer.residual - known


def _other_names(left: Answer, right: Answer) -> bool:
    return (
        bool(left.names and right.names)
        and left.names.isdisjoint(right.names)
        and not _abbreviates(left, right)
        and not _abbreviates(right, left)
    )


def _relation_items(a: Analysis, b: Analysis) -> list[Item]:
    """One subject, one relation, two objects of which neither answer mentions the other's."""
    left, right = a.answer.sentences[0], b.answer.sentences[0]
    x, y = a.answer.relation, b.answer.relation
    short = a.answer.short and b.answer.short
    if not short and min(restated(left, a.question), restated(right, b.question)) < MIN_RESTATED:
        return []  # "roasting a pig is a big thing" does not say what is needed for it
    if x and y and x.isdisjoint(right.stems) and y.isdisjoint(left.stems):
        return [Item("relation", 1.0, lead_text(a.answer), lead_text(b.answer))]
    return []


def _short_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """A short answer against the other one: named there, or missing; options of a choice against each other."""
    left, right = a.answer, b.answer
    chosen = left.chosen, right.chosen
    spans = (lead_text(left), lead_text(right))
    if chosen[0] and chosen[1]:
        return (
            [Item("choice", 1.0, *spans)] if chosen[0].isdisjoint(chosen[1]) else [Item("short_contained", 1.0, "", "")]
        )
    short, long = sorted((left, right), key=lambda answer: (answer.n_words, answer.text))
    if kind == YES_NO or short.n_words > SHORT_ANSWER_WORDS or short.lead:
        return []
    wanted = {c for c, sign in short.sentences[0].concepts.items() if sign > 0}
    wanted = wanted - a.question.frame.concepts.keys() - b.question.frame.concepts.keys() or wanted
    if FOREIGN in (a.question.kind, b.question.kind):
        wanted = set(_no_particles(frozenset(wanted)))
    if not wanted:
        return []
    affirmed = {c for sentence in long.sentences for c, sign in sentence.concepts.items() if sign >= 0}
    share = len(wanted & affirmed) / len(wanted)
    if share == 0:
        return [Item("short_missing", 1.0, *spans)] if not _abbreviates(short, long) else []
    return [Item("short_contained", share, "", "")]


def _abbreviates(short: Answer, long: Answer) -> bool:
    """Whether a name of one answer is the initials of words of the other (ACE, angiotensin-converting enzyme)."""
    return any(2 <= len(name) <= 6 and name.isalpha() and name in long.initials for name in short.names)


def restated(sentence: Sentence, question: Question) -> float:
    """How much of a sentence its question holds, in [0, 1]."""
    return len(sentence.stems & question.stems) / max(1, len(sentence.stems))

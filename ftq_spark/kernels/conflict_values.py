"""Evidence from what answers name: numbers with units, final answers, entities, options, objects of relations."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftq_spark.kernels.conflict_gate import DEFINITION, ENTITY, NUMBER, YES_NO
from ftq_spark.kernels.conflict_quantities import Quantity, agree
from ftq_spark.kernels.conflict_question import Question, shared_ends
from ftq_spark.kernels.conflict_signature import (
    LONG_ANSWER_WORDS,
    SHORT_ANSWER_WORDS,
    Analysis,
    Answer,
    canonical_value,
)
from ftq_spark.kernels.conflict_text import Sentence, read_sentence

N_SPAN_CHARS = 240


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
    left, right = a.answer.quantities, b.answer.quantities
    if not left or not right:
        return []
    clash: tuple[Quantity, Quantity] | None = None
    same = False
    for dimension in {q.dimension for q in left} & {q.dimension for q in right}:
        xs = [q for q in left if q.dimension == dimension]
        ys = [q for q in right if q.dimension == dimension]
        if dimension == "":
            xs, ys = _same_noun(xs, ys, kind)
        if not xs or not ys:
            continue
        if any(agree(x, y) for x in xs for y in ys):
            same = True
        elif clash is None or clash[0].dimension == "":
            clash = (xs[0], ys[0])
    dated = clash is not None and clash[0].dimension in ("date", "year")  # another day of the same year is another date
    if same and not dated:
        return [Item("number_same", 1.0, "", "")]
    if clash is None:
        return []
    spans = (_around(a.answer, clash[0]), _around(b.answer, clash[1]))
    short = a.answer.n_words <= LONG_ANSWER_WORDS and b.answer.n_words <= LONG_ANSWER_WORDS
    if kind == NUMBER:
        return [Item("number_asked", 1.0 if short else 0.6, *spans)]
    feature = "number_unit" if clash[0].dimension else "number_other"
    return [Item(feature, (1.0 if short else 0.4) * _likeness(*spans), *spans)]


def _likeness(left: str, right: str) -> float:
    """How much two sentences speak of the same thing, their numbers apart: a side remark's number is another number."""
    x, y = read_sentence(left).stems, read_sentence(right).stems
    return len(x & y) / max(1, min(len(x), len(y)))


def _same_noun(xs: list[Quantity], ys: list[Quantity], kind: str) -> tuple[list[Quantity], list[Quantity]]:
    nouns = {q.noun for q in xs} & {q.noun for q in ys} - {""}
    if nouns:
        return [q for q in xs if q.noun in nouns], [q for q in ys if q.noun in nouns]
    if kind == NUMBER:
        return xs, ys
    return [q for q in xs if not q.noun], [q for q in ys if not q.noun]


def _around(answer: Answer, quantity: Quantity) -> str:
    for sentence in answer.sentences[:2]:
        if quantity.text and quantity.text in sentence.text:
            return span(sentence.text)
    return quantity.text


def final_items(left: Answer, right: Answer) -> list[Item]:
    if left.final is None or right.final is None:
        return []
    x, y = canonical_value(left.final), canonical_value(right.final)
    differs = x != y and not (set(x.split()) <= set(y.split()) or set(y.split()) <= set(x.split()))
    return [Item("final" if differs else "final_same", 1.0, left.final, right.final)]


# Verbs whose object answers "what is it" or "how does it work": one subject has one such object.
_RELATION = re.compile(
    r"\b(?:is|are|was|were)\s+(?:an?|the|classified as|located in|made (?:of|from|up of)|composed of|caused by|"
    r"named after|based on|due to|from|in|called)\s+|"
    r"\b(?:inhibit|block|activat|stimulat|bind|prevent|target|suppress|antagoni[sz]|measur|denot|stand|mean|refer|"
    r"contain|belong|produc|convert|releas|"
    r"regulat|control|catalys|catalyz|encod|store|represent)\w*\s+(?:to |for |of |into |the |an? )*",
    re.IGNORECASE,
)


def _relation_object(sentence: Sentence, question: Question) -> frozenset[str]:
    match = _RELATION.search(sentence.text)
    if not match:
        return frozenset()
    rest = re.split(
        r"[,;:.]|\b(?:which|that|who|and|by|because|used|preventing|thereby|thus)\b",
        sentence.text[match.end() :],
        maxsplit=1,
    )[0]
    return frozenset(read_sentence(rest).stems) - question.stems - question.everything


def entity_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """Different things named in answer to one question; an answer that denies the question names nothing."""
    left, right = a.answer, b.answer
    if not left.sentences or not right.sentences or left.refusal or right.refusal:
        return []
    spans = (lead_text(left), lead_text(right))
    short = max(left.n_words, right.n_words) <= LONG_ANSWER_WORDS
    items = _substitution_items(left.sentences[0], right.sentences[0])
    if left.doubts or right.doubts:
        return items
    likeness = len(left.grams & right.grams) / max(1, min(len(left.grams), len(right.grams)))
    x, y = residuals(a, b)
    if kind == ENTITY and short and x and y and x.isdisjoint(y):
        longest = max(len(x), len(y))
        items.append(Item("entity_short", (1.0 if longest <= 4 else 0.5) * (1 - likeness), *spans))
    if (short or kind == ENTITY) and _other_names(left, right):
        items.append(Item("entity_name", 1.0 if kind in (ENTITY, DEFINITION) else 0.3, *spans))
    items += _short_items(a, b, kind)
    if kind in (DEFINITION, ENTITY):
        items += _relation_items(a, b)
    return items


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
    x, y = _relation_object(left, a.question), _relation_object(right, b.question)
    if x and y and x.isdisjoint(right.stems) and y.isdisjoint(left.stems):
        return [Item("relation", 1.0, lead_text(a.answer), lead_text(b.answer))]
    return []


def _short_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """A short answer against the other one: named there, or missing; options of a choice against each other."""
    left, right = a.answer, b.answer
    chosen = _choice(a), _choice(b)
    spans = (lead_text(left), lead_text(right))
    if chosen[0] and chosen[1]:
        return (
            [Item("choice", 1.0, *spans)] if chosen[0].isdisjoint(chosen[1]) else [Item("short_contained", 1.0, "", "")]
        )
    short, long = (left, right) if left.n_words <= right.n_words else (right, left)
    if kind == YES_NO or short.n_words > SHORT_ANSWER_WORDS or short.lead:
        return []
    wanted = {c for c, sign in short.sentences[0].concepts.items() if sign > 0}
    wanted = wanted - a.question.frame.concepts.keys() or wanted
    if not wanted:
        return []
    affirmed = {c for sentence in long.sentences for c, sign in sentence.concepts.items() if sign >= 0}
    share = len(wanted & affirmed) / len(wanted)
    if share == 0:
        return [Item("short_missing", 1.0, *spans)] if not _abbreviates(short, long) else []
    return [Item("short_contained", share, "", "")]


def _choice(analysis: Analysis) -> frozenset[str]:
    """The concepts of the one option of an either-or question that an answer names first."""
    options = analysis.question.options
    if len(options) != 2 or not analysis.answer.sentences:
        return frozenset()
    concepts = analysis.answer.sentences[0].concepts
    own = [option - options[1 - i] for i, option in enumerate(options)]
    hits = [sum(concepts.get(c, 0) > 0 for c in option) / max(1, len(option)) for option in own]
    if max(hits) < 0.5 or hits[0] == hits[1]:
        return frozenset()
    return own[0] if hits[0] > hits[1] else own[1]


def _substitution_items(x: Sentence, y: Sentence) -> list[Item]:
    """The same sentence with one phrase exchanged for another."""
    start, end = shared_ends(x.content, y.content)
    longest = max(len(x.content), len(y.content))
    left, right = set(x.content[start : len(x.content) - end]), set(y.content[start : len(y.content) - end])
    if not left or not right or left & right or start + end < 0.5 * longest or max(len(left), len(right)) > 4:
        return []
    return [Item("substitution", (start + end) / longest, span(x.text), span(y.text))]


def _abbreviates(short: Answer, long: Answer) -> bool:
    """Whether a name of one answer is the initials of words of the other (ACE, angiotensin-converting enzyme)."""
    words = re.findall(r"[a-z]+", long.sentences[0].text.lower()) if long.sentences else []
    initials = "".join(word[0] for word in words)
    return any(2 <= len(name) <= 6 and name.isalpha() and name in initials for name in short.names)

"""Typed evidence that two answers contradict each other, or agree, each with the two spans that show it.

The types are those of de Marneffe, Rafferty and Manning (2008), made question-aware: a difference counts by what the
question asks for. No item decides; :mod:`ftq_spark.kernels.conflict_score` weighs them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ftq_spark.kernels import conflict_lexicon as lexicon
from ftq_spark.kernels.conflict_gate import DEFINITION, ENTITY, EXPLAIN, NUMBER, YES_NO
from ftq_spark.kernels.conflict_quantities import Quantity, agree
from ftq_spark.kernels.conflict_signature import LONG_ANSWER_WORDS, Analysis, Answer, Question, canonical_value, stance
from ftq_spark.kernels.conflict_text import Sentence

N_SPAN_CHARS = 240

# feature → the kind that a reader is shown; features with no kind speak against a conflict or set the scene.
FEATURE_KINDS = {
    "lead": "polarity",
    "stance": "polarity",
    "denial": "polarity",
    "negation": "negation",
    "negation_frame": "negation",
    "antonym": "antonym",
    "antonym_frame": "antonym",
    "modality": "modality",
    "quantifier": "quantifier",
    "number_asked": "number",
    "number_unit": "number",
    "number_other": "number",
    "final": "final_answer",
    "entity_short": "entity",
    "entity_name": "entity",
    "relation": "relation",
    "lead_same": None,
    "stance_same": None,
    "number_same": None,
    "final_same": None,
    "overlap": None,
    "contained": None,
    "both_negative": None,
    "hedged": None,
    "long": None,
    "questions_differ": None,
    "explain": None,
}
FEATURES = tuple(FEATURE_KINDS)


class Item(NamedTuple):
    """One piece of evidence: the feature, its strength in [0, 1] and the spans of the two answers."""

    feature: str
    strength: float
    left_text: str
    right_text: str


def questions_kind(a: Question, b: Question) -> str:
    """The kind that governs a pair: the same one, or the one that asks for less than yes or no."""
    if a.kind == b.kind:
        return a.kind
    for kind in (NUMBER, ENTITY, DEFINITION, YES_NO, EXPLAIN):
        if kind in (a.kind, b.kind) and YES_NO not in (a.kind, b.kind):
            return kind
    return YES_NO if EXPLAIN not in (a.kind, b.kind) else EXPLAIN


def evidence(a: Analysis, b: Analysis, flip: bool) -> list[Item]:
    """All items for a pair of one question; `flip` where the second question asks the opposite of the first."""
    items: list[Item] = []
    kind = questions_kind(a.question, b.question)
    left, right = a.answer, b.answer
    sign = -1 if flip else 1
    items += _polarity_items(a, b, kind, sign)
    items += _sentence_items(a, b, flip)
    items += _number_items(a, b, kind)
    items += _final_items(left, right)
    if kind in (ENTITY, DEFINITION, EXPLAIN, YES_NO):
        items += _entity_items(a, b, kind)
    items += _agreement_items(a, b)
    if kind == EXPLAIN:
        items.append(Item("explain", 1.0, "", ""))
    return items


def _span(text: str) -> str:
    return text if len(text) <= N_SPAN_CHARS else text[: N_SPAN_CHARS - 1] + "…"


def _lead_text(answer: Answer) -> str:
    return _span(answer.sentences[0].text if answer.sentences else answer.text)


def _polarity_items(a: Analysis, b: Analysis, kind: str, sign: int) -> list[Item]:
    left, right = a.answer, b.answer
    spans = (_lead_text(left), _lead_text(right))
    if left.lead and right.lead:
        return [Item("lead" if left.lead * right.lead * sign < 0 else "lead_same", 1.0, *spans)]
    items: list[Item] = []
    both_closed = a.question.kind == YES_NO == b.question.kind
    product = stance(a) * stance(b) * sign if both_closed else 0
    if product:
        strength = 1.0 if left.lead or right.lead or (left.permission and right.permission) else 0.6
        items.append(Item("stance" if product < 0 else "stance_same", strength, *spans))
    if left.denial != right.denial and not (left.refusal or right.refusal) and not product:
        items.append(Item("denial", 1.0, *spans))
    if left.permission * right.permission * sign < 0 and not (both_closed and left.lead and right.lead):
        items.append(Item("modality", 1.0 if a.question.evaluative or b.question.evaluative else 0.4, *spans))
    return items


def _aligned(a: Analysis, b: Analysis) -> list[tuple[Sentence, Sentence, float]]:
    """Pairs of sentences that speak of the same thing: the leads, and those that share enough content words."""
    left, right = a.answer, b.answer
    short = left.n_words <= LONG_ANSWER_WORDS and right.n_words <= LONG_ANSWER_WORDS
    floor = 0.34 if short else 0.6
    pairs = []
    for i, x in enumerate(left.sentences):
        for j, y in enumerate(right.sentences):
            smaller = min(len(x.concepts), len(y.concepts))
            if not smaller:
                continue
            shared = len(x.concepts.keys() & y.concepts.keys())
            overlap = shared / smaller
            if (i == 0 and j == 0 and (short or overlap >= 0.34)) or (overlap >= floor and shared >= 2):
                pairs.append((x, y, overlap))
    return pairs


def _sentence_items(a: Analysis, b: Analysis, flip: bool) -> list[Item]:
    frame = a.question.frame.concepts.keys() | b.question.frame.concepts.keys()
    best: dict[str, Item] = {}
    for x, y, _ in _aligned(a, b):
        shared = x.concepts.keys() & y.concepts.keys()
        opposite = [c for c in shared if x.concepts[c] * y.concepts[c] < 0]
        if opposite:
            ratio = len(opposite) / len(shared)
            by_word = [c for c in opposite if (c in x.lexical) != (c in y.lexical)]
            name = "antonym" if by_word else "negation"
            strength = min(1.0, 0.4 + 0.6 * ratio)
            for feature, applies in ((name, True), (f"{name}_frame", bool(frame & set(opposite)) and not flip)):
                if applies and (feature not in best or best[feature].strength < strength):
                    best[feature] = Item(feature, strength, _span(x.text), _span(y.text))
        if _quantifier_conflict(x, y, shared) and "quantifier" not in best:
            best["quantifier"] = Item("quantifier", 1.0, _span(x.text), _span(y.text))
    return list(best.values())


_UNIVERSAL = frozenset("every everyone everybody all any anyone always".split())


def _quantifier_conflict(x: Sentence, y: Sentence, shared: set[str]) -> bool:
    if not shared or "only" not in (*x.words, *y.words):
        return False
    one, other = (x, y) if "only" in x.words else (y, x)
    return "only" not in other.words and not _UNIVERSAL.isdisjoint(other.words) and other.n_negations == one.n_negations


def _number_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    left, right = a.answer.quantities, b.answer.quantities
    if not left or not right:
        return []
    clash: tuple[Quantity, Quantity] | None = None
    same = False
    for dimension in {q.dimension for q in left} & {q.dimension for q in right} - {"day_of_month"}:
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
    if same:
        return [Item("number_same", 1.0, "", "")]
    if clash is None:
        return []
    spans = (_around(a.answer, clash[0]), _around(b.answer, clash[1]))
    short = a.answer.n_words <= LONG_ANSWER_WORDS and b.answer.n_words <= LONG_ANSWER_WORDS
    if kind == NUMBER:
        return [Item("number_asked", 1.0 if short else 0.6, *spans)]
    feature = "number_unit" if clash[0].dimension else "number_other"
    return [Item(feature, 1.0 if short else 0.4, *spans)]


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
            return _span(sentence.text)
    return quantity.text


def _final_items(left: Answer, right: Answer) -> list[Item]:
    if left.final is None or right.final is None:
        return []
    differs = canonical_value(left.final) != canonical_value(right.final)
    return [Item("final" if differs else "final_same", 1.0, left.final, right.final)]


# Verbs whose object answers "what is it" or "how does it work": one subject has one such object.
_RELATION = re.compile(
    r"\b(?:is|are|was|were)\s+(?:an?|the|classified as|located in|made (?:of|from|up of)|composed of|caused by|named after|based on|due to|from|in|called)\s+|"
    r"\b(?:inhibit|block|activat|stimulat|bind|prevent|target|suppress|antagoni[sz]|measur|denot|stand|mean|refer|contain|belong|produc|convert|releas|"
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
    from ftq_spark.kernels.conflict_text import read_sentence  # noqa: PLC0415

    return frozenset(read_sentence(rest).stems) - question.stems - question.everything


def _entity_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    left, right = a.answer, b.answer
    if not left.sentences or not right.sentences or left.refusal or right.refusal:
        return []
    spans = (_lead_text(left), _lead_text(right))
    items: list[Item] = []
    short = max(left.n_words, right.n_words) <= LONG_ANSWER_WORDS
    if kind == ENTITY and short and left.residual and right.residual and left.residual.isdisjoint(right.residual):
        longest = max(len(left.residual), len(right.residual))
        items.append(Item("entity_short", 1.0 if longest <= 4 else 0.5, *spans))
    if left.names and right.names and left.names.isdisjoint(right.names) and (short or kind == ENTITY):
        if not _abbreviates(left, right) and not _abbreviates(right, left):
            items.append(Item("entity_name", 1.0 if kind in (ENTITY, DEFINITION) else 0.3, *spans))
    if kind in (DEFINITION, ENTITY):
        x, y = _relation_object(left.sentences[0], a.question), _relation_object(right.sentences[0], b.question)
        if (
            x
            and y
            and x.isdisjoint(y)
            and x.isdisjoint(right.sentences[0].stems)
            and y.isdisjoint(left.sentences[0].stems)
        ):
            items.append(Item("relation", 1.0, *spans))
    return items


def _abbreviates(short: Answer, long: Answer) -> bool:
    """Whether a name of one answer is made of the initials of words of the other (ACE, angiotensin-converting enzyme)."""
    words = re.findall(r"[a-z]+", long.sentences[0].text.lower()) if long.sentences else []
    initials = "".join(word[0] for word in words)
    return any(2 <= len(name) <= 6 and name.isalpha() and name in initials for name in short.names)


def _agreement_items(a: Analysis, b: Analysis) -> list[Item]:
    left, right = a.answer, b.answer
    items: list[Item] = []
    x, y = left.residual, right.residual
    if x and y:
        overlap = len(x & y) / min(len(x), len(y))
        items.append(Item("overlap", overlap, "", ""))
    if left.sentences and right.sentences:
        p, q = left.sentences[0].concepts.items(), right.sentences[0].concepts.items()
        if p and q:
            items.append(Item("contained", len(p & q) / min(len(p), len(q)), "", ""))
        if left.sentences[0].n_negations and right.sentences[0].n_negations:
            items.append(Item("both_negative", 1.0, "", ""))
    if left.hedges or right.hedges or left.mixed or right.mixed:
        items.append(
            Item("hedged", min(1.0, 0.4 * (left.hedges + right.hedges) + 0.6 * (left.mixed or right.mixed)), "", "")
        )
    if max(left.n_words, right.n_words) > LONG_ANSWER_WORDS:
        items.append(Item("long", 1.0, "", ""))
    return items


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

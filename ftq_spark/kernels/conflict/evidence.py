"""Typed evidence that two answers contradict each other, or agree, each with the two spans that show it.

The types are those of de Marneffe, Rafferty and Manning (2008), made question-aware: a difference counts by what the
question asks for. No item decides; :mod:`ftq_spark.kernels.conflict.score` weighs them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Set
from typing import Any, NamedTuple

from ftq_spark.kernels.conflict.alignment import difference, roles_swapped
from ftq_spark.kernels.conflict.answer import Analysis
from ftq_spark.kernels.conflict.clauses import denies_clause
from ftq_spark.kernels.conflict.closing import closing_items
from ftq_spark.kernels.conflict.entities import entity_items, heads_differ, named_alike, residuals, restated
from ftq_spark.kernels.conflict.items import FEATURES, Item, span
from ftq_spark.kernels.conflict.kinds import DEFINITION, ENTITY, EXPLAIN, FOREIGN, NUMBER, YES_NO
from ftq_spark.kernels.conflict.named import ANNOUNCES
from ftq_spark.kernels.conflict.question import Question
from ftq_spark.kernels.conflict.sentences import Sentence, of_one_kind
from ftq_spark.kernels.conflict.sides import side_items, way_items
from ftq_spark.kernels.conflict.subjects import by_word, of_one_object, of_others, one_subject, other_labels, set_apart
from ftq_spark.kernels.conflict.turning import cannot_oppose
from ftq_spark.kernels.conflict.values import final_items, number_items

HEADING_WORDS = 4  # a line of fewer is a heading in a long answer
LIKE_SENTENCES = 0.8  # words in common from which sentences of long answers are one sentence


def questions_kind(a: Question, b: Question) -> str:
    """The kind that governs a pair: the same one, or the one that asks for less than yes or no."""
    if a.kind == b.kind or FOREIGN in (a.kind, b.kind):
        return a.kind if a.kind == b.kind else FOREIGN
    for kind in (NUMBER, ENTITY, DEFINITION, YES_NO, EXPLAIN):
        if kind in (a.kind, b.kind) and YES_NO not in (a.kind, b.kind):
            return kind
    return YES_NO if EXPLAIN not in (a.kind, b.kind) else EXPLAIN


_OUTDONE = frozenset({"number_same", "number_asked", "number_unit", "stance_same"})  # by other hours of a week


def evidence(a: Analysis, b: Analysis, flip: bool) -> list[Item]:
    """All items for a pair of one question; `flip` where the second question asks the opposite of the first."""
    kind = _kind(a, b)
    left, right = a.answer, b.answer
    items = side_items(a, b, kind, -1 if flip else 1) + _sentence_items(a, b, kind, flip) + number_items(a, b, kind)
    if any(item.feature == "schedule" for item in items):
        items = [item for item in items if item.feature not in _OUTDONE]
    items += final_items(a, b)
    of_days = FOREIGN in (a.question.kind, b.question.kind) and any(item.feature == "number_asked" for item in items)
    if kind in (ENTITY, DEFINITION, EXPLAIN) or (kind == YES_NO and left.chosen and right.chosen):
        named = entity_items(a, b, kind)  # a question for yes or no is not answered by naming something
        items += [item for item in named if not (of_days and item.feature == "short_contained")]
        if kind == ENTITY:
            items += closing_items(a, b)
        if kind == ENTITY and heads_differ(left, right, named):
            items = [item for item in items if item.feature != "number_same"]
    items += _agreement_items(a, b, _template(items))
    if kind == EXPLAIN:
        items.append(Item("explain", 1.0, "", ""))
    return items


def opposing(a: Analysis, b: Analysis, flip: bool) -> list[Item]:
    """Of the items of :func:`evidence` what answers show sentence by sentence, and that one says it cannot be done.

    Not that leads put another thing in the same place.
    """
    shown = _sentence_items(a, b, _kind(a, b), flip, of_leads=False) if may_oppose(a, b) else []
    return way_items(a, b) + shown


def may_oppose(a: Analysis, b: Analysis) -> bool:
    """Whether a sentence of one answer can oppose one of the other that speaks of the same thing."""
    left, right = a.answer.sentences, b.answer.sentences
    return not all(cannot_oppose(left[i], right[j]) for i, j, _ in _aligned(a, b))


def _kind(a: Analysis, b: Analysis) -> str:
    kind = questions_kind(a.question, b.question)
    return ENTITY if kind == FOREIGN else kind  # only what is brief, or says yes or no, gets this far


def aligned(a: Analysis, b: Analysis) -> list[tuple[Sentence, Sentence, float]]:
    """Pairs of unlike sentences that speak of the same thing, with the share of concepts in common.

    They are the leads, and those that share enough content words.
    """
    left, right = a.answer.sentences, b.answer.sentences
    return [(left[i], right[j], overlap) for i, j, overlap in _aligned(a, b)]


@functools.lru_cache(maxsize=4)
def _aligned(a: Analysis, b: Analysis) -> list[tuple[int, int, float]]:
    """The same by places. What both answers say is left out: a sentence shows nothing against itself or its like."""
    left, right = _stating(a), _stating(b)
    both = {s.words for _, s, _ in left} & {s.words for _, s, _ in right}
    short = a.answer.short and b.answer.short
    floor = 0.34 if short else 0.6
    pairs = []
    for i, x, concepts in left:
        for j, y, others in right:
            leads = i == 0 and j == 0
            if x.text == y.text or (not leads and both and (x.words in both or y.words in both)):
                continue
            if not leads and concepts.isdisjoint(others):
                continue
            shared = len(concepts & others)
            overlap = shared / min(len(concepts), len(others))
            if (leads and (short or overlap >= 0.34)) or (overlap >= floor and shared >= 2):
                pairs.append((i, j, overlap))
    return pairs


@functools.lru_cache(maxsize=64)
def _stating(side: Analysis) -> list[tuple[int, Sentence, Set[str]]]:
    """The sentences of an answer that say something, each with its place and its concepts."""
    said = enumerate(side.answer.sentences)
    return [(i, s, s.concepts.keys()) for i, s in said if s.concepts and _states(s, side.answer.short)]


def _states(sentence: Sentence, short: bool) -> bool:
    """Whether a sentence says something: no heading, in a long answer no question that is asked or spoken of."""
    if short:
        return not sentence.text.endswith((":", "："))
    opens = sentence.words[:1] == ("whether",) or len(sentence.words) < HEADING_WORDS or "vs" in sentence.words
    return not opens and not sentence.text.endswith(("?", "？", ":"))


def _sentence_items(a: Analysis, b: Analysis, kind: str, flip: bool, of_leads: bool = True) -> list[Item]:
    """What sentences show that speak of the same thing, each item at its strongest.

    None of days and hours: "closed on Sundays" denies no "open on Mondays". With `of_leads` also that the leads put
    another thing in the same place.
    """
    if a.answer.schedule is not None and b.answer.schedule is not None:
        return []
    frame = a.question.frame.concepts.keys() | b.question.frame.concepts.keys()
    short = a.answer.short and b.answer.short
    scene = _Scene(kind, frame, flip, kind in (DEFINITION, EXPLAIN) or not short, 0.0 if short else LIKE_SENTENCES)
    best: dict[str, Item] = {}
    for i, j, overlap in _aligned(a, b):
        one, other, leads = a.answer.sentences[i], b.answer.sentences[j], i == j == 0
        # Beside its lead an answer puts one thing in many words: there no other thing in the same place counts.
        exchanges = leads and of_leads and not (kind == YES_NO and not short) and not _announces(one, other)
        exchanges = exchanges and not (kind == ENTITY and named_alike(a, b))
        if not exchanges and cannot_oppose(one, other):
            continue
        x, y = of_one_kind(one, other)
        found = _opposite_features(x, y, overlap, scene, leads and short)
        if not exchanges:
            found.pop("substitution", None)
        if leads and short and not flip:
            found |= {"antonym_lead": found["antonym"]} if "antonym" in found else {}
        for feature, strength in found.items():
            if feature not in best or best[feature].strength < strength:
                best[feature] = Item(feature, strength, span(x.text), span(y.text))
    return list(best.values())


def _announces(*sentences: Sentence) -> bool:
    """Whether a sentence only says what comes next, and ends in a colon."""
    return any(sentence.text.endswith(":") for sentence in sentences)


class _Scene(NamedTuple):
    """What a pair of sentences is read against."""

    kind: str  # of the questions
    frame: Set[str]  # concepts of the questions
    flip: bool  # whether they ask opposite things
    strict: bool  # whether only sentences about one subject are compared
    least: float  # share of words in common from which two sentences are laid side by side


def _opposite_features(x: Sentence, y: Sentence, overlap: float, scene: _Scene, alone: bool) -> dict[str, float]:
    """Strengths of what two aligned sentences show: opposite concepts, and how nearly the same the sentences are."""
    found: dict[str, float] = {}
    shared = x.concepts.keys() & y.concepts.keys()
    opposite = [c for c in shared if x.concepts[c] * y.concepts[c] < 0]
    if (
        any(of_others(c, x, y, scene.kind) for c in opposite)
        or ANNOUNCES in (*x.words[:1], *y.words[:1])
        or other_labels(x, y)
    ):
        return {}
    apart = scene.strict and not one_subject(x, y, alone)
    if apart or (scene.strict and set_apart(x, y)):
        opposite = [c for c in opposite if not by_word(c, x, y)]
    elif scene.least:
        opposite = [c for c in opposite if not by_word(c, x, y) or of_one_object(c, x, y)]
    if opposite and (not _denies_otherwise(x, y) or _says_it_twice(x, y, shared)):
        opposite = [c for c in opposite if by_word(c, x, y)]
    if opposite:
        in_words = any(by_word(c, x, y) for c in opposite)
        name = "antonym" if in_words else "negation"
        found[name] = 0.6 + 0.4 * overlap if in_words else min(1.0, 0.4 + 0.6 * len(opposite) / len(shared))
        if scene.frame & set(opposite) and not scene.flip:
            found[f"{name}_frame"] = found[name]
        union = len(x.concepts.keys() | y.concepts.keys())
        unmatched = union - len(shared)
        if len(shared) >= 2 and unmatched <= max(1, union // 5):
            found["minimal_antonym" if in_words else "minimal_pair"] = 1 - unmatched / union
    if "minimal_pair" not in found and not scene.flip and denies_clause(x, y, scene.frame):
        found["minimal_pair"] = 1.0
    return found if apart else found | _laid_side_by_side(x, y, scene.least, found, bool(opposite))


def _laid_side_by_side(
    x: Sentence, y: Sentence, least: float, known: Mapping[str, float], opposite: bool
) -> dict[str, float]:
    """Strengths of what stands in the place of what in two sentences of one subject."""
    found: dict[str, float] = {}
    differs = difference(x, y)
    if differs is not None and differs.ratio >= least:
        turned = differs.denied != differs.negated
        if differs.opposed and not turned:
            found["minimal_antonym"] = max(known.get("minimal_antonym", 0.0), differs.ratio)
        elif turned and not differs.opposed and "minimal_pair" not in known:
            found["minimal_denial" if differs.denied else "minimal_negation"] = differs.ratio
        elif differs.exchanged and not opposite and not turned:
            found["substitution"] = differs.exchanged * differs.ratio
    if roles_swapped(x, y):
        found["minimal_antonym"] = 1.0
    like = not least or (differs is not None and differs.ratio >= least)
    if like and _quantifier_conflict(x, y, x.concepts.keys() & y.concepts.keys()):
        found["quantifier"] = 1.0
    elif differs is not None and differs.limited:
        found["quantifier"] = 0.4 * differs.ratio
    return found


def _denies_otherwise(x: Sentence, y: Sentence) -> bool:
    """Whether two sentences deny different things: where both deny the same, only their clauses end elsewhere.

    "Cannot enter unless attached" denies nothing of what "must be attached to enter" says.
    """
    if not _CONDITIONS.isdisjoint((*x.words, *y.words)):
        return False
    return not x.first_denied or x.first_denied != y.first_denied


def _says_it_twice(x: Sentence, y: Sentence, shared: Set[str]) -> bool:
    """Whether one sentence denies the opposite of what the other says: no charge, free; none without, all with."""
    if any(by_word(c, x, y) and x.concepts[c] * y.concepts[c] > 0 for c in shared):
        return True
    return x.none_without != y.none_without and 0 in (x.n_negations, y.n_negations)


_CONDITIONS = frozenset({"unless", "except"})


_UNIVERSAL = frozenset({"every", "everyone", "everybody", "all", "any", "anyone", "always"})


def _quantifier_conflict(x: Sentence, y: Sentence, shared: set[str]) -> bool:
    if not shared or "only" not in (*x.words, *y.words):
        return False
    one, other = (x, y) if "only" in x.words else (y, x)
    return "only" not in other.words and not _UNIVERSAL.isdisjoint(other.words) and other.n_negations == one.n_negations


_SLOT_FEATURES = frozenset({name for name in FEATURES if name.startswith("minimal_")}) | {
    "antonym_lead",
    "number_asked",
    "number_unit",
    "number_other",
    "schedule",
    "entity_head",
    "closing",
}


def _template(items: list[Item]) -> float:
    """How surely two answers are one sentence with another filling, in [0, 1]: what they share is then no agreement."""
    return max((item.strength for item in items if item.feature in _SLOT_FEATURES), default=0.0)


def _agreement_items(a: Analysis, b: Analysis, template: float) -> list[Item]:
    """What speaks for agreement, and what sets the scene without being evidence."""
    left, right = a.answer, b.answer
    kept = 1 - template
    found = {
        "overlap": kept * _share(*residuals(a, b)),
        "char_overlap": kept * _share(left.grams, right.grams),
        "hedged": min(1.0, 0.4 * (left.hedges + right.hedges) + 0.6 * (left.mixed or right.mixed)),
        "long": float(not left.short or not right.short),
        "one_names": float(bool(left.names) != bool(right.names)),
        "asks_many": float(a.question.asks_many or b.question.asks_many),
    }
    if left.sentences and right.sentences:
        x, y = left.sentences[0], right.sentences[0]
        found["both_negative"] = kept * float(bool(x.n_negations and y.n_negations))
        found["restated"] = max(restated(x, a.question), restated(y, b.question))
    return [Item(feature, strength, "", "") for feature, strength in found.items() if strength]


def _share(x: Set[Any], y: Set[Any]) -> float:
    """How much of the smaller of two sets is in the other, 0 where one is empty."""
    return len(x & y) / min(len(x), len(y)) if x and y else 0.0

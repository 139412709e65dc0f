"""Evidence from the things that answers name: entities, options, parties, objects of relations."""

from __future__ import annotations

import re
from collections.abc import Set

from ftq_spark.kernels.conflict import named
from ftq_spark.kernels.conflict.alignment import difference, related
from ftq_spark.kernels.conflict.answer import FIRST_WIDE, SHORT_ANSWER_WORDS, Analysis, Answer
from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.foreign import PARTICLES, of_other_scripts
from ftq_spark.kernels.conflict.han import add_alike, in_digits
from ftq_spark.kernels.conflict.items import Item, lead_text
from ftq_spark.kernels.conflict.kinds import DEFINITION, ENTITY, FOREIGN, YES_NO
from ftq_spark.kernels.conflict.question import Question, grams
from ftq_spark.kernels.conflict.sentences import PRONOUNS, Sentence, names, read_sentence
from ftq_spark.kernels.conflict.words import lists

RESTATED = 0.5  # of the content words of a question; the first sentence of a long answer that holds more restates it
ALONE_WORDS = 4  # of a first sentence that answers by itself
TOLD = 2  # content words from which a sentence tells something of its subject
BRIEF_OPTION = 3  # content words of one side of a choice
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_FACTORS = frozenset({7.0, 10.0, 12.0, 24.0, 60.0, 100.0, 1000.0, 3600.0})  # between units of time, length, mass
FRAME_RATIO = 0.7  # of words in common from which two sentences are one with another filling
MAX_NAMED = 4  # content words that a sentence adds to its question to name one thing
MIN_RESTATED = 0.3  # of a sentence in a long answer, that the question holds, where it answers the question


def entity_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """Different things named in answer to one question; an answer that denies the question names nothing."""
    left, right = a.answer, b.answer
    if not left.sentences or not right.sentences or left.refusal or right.refusal:
        return []
    spans = (lead_text(left), lead_text(right))
    short = left.short and right.short
    items: list[Item] = []
    if (
        left.doubts
        or right.doubts
        or _of_another_aspect(a, b)
        or _choose_alike(a, b)
        or (kind == ENTITY and named_alike(a, b))
    ):
        return items
    x, y = residuals(a, b)
    if _parties(a, b) == 2:
        return [Item(feature, 1.0, *spans) for feature in ("entity_head", "entity_short", "short_missing")]
    likeness = _alike(left.grams, right.grams)
    one_frame = kind == ENTITY and _one_frame(left, right)
    if one_frame:
        x, y = (x - y, y - x) if _other_names(left, right) else (x, y)  # "part of the Pro plan": what both add is frame
        likeness = min(likeness, _alike(grams(" ".join(sorted(x))), grams(" ".join(sorted(y)))))
    foreign, said = FOREIGN in (a.question.kind, b.question.kind), (left.text, right.text)
    asked = a.question.text + b.question.text
    if foreign and (_may_be_one_amount(*said) or of_other_scripts(*said) or add_alike(*said, asked)):
        return items
    if foreign:
        x, y = _no_particles(x), _no_particles(y)
    if kind == ENTITY and short and left.head and right.head:
        x, y = (_no_particles(x), _no_particles(y)) if foreign else (left.head, right.head)
        likeness = _alike(*(grams(" ".join(sorted(head))) for head in (x, y)))
        if x.isdisjoint(y) and not _abbreviates(left, right):
            items.append(Item("entity_head", 1 - likeness, *spans))
    if kind == ENTITY and short and x and y and x.isdisjoint(y):
        longest = max(len(x), len(y))
        items.append(Item("entity_short", (1.0 if longest <= 4 else 0.5) * (1 - likeness), *spans))
    if kind == ENTITY:
        told = _told_in_sentences(a, b)
        items = [item for item in items if item.feature not in told]
        items += [Item(feature, 1.0, *spans) for feature in told]
    if (short or kind == ENTITY) and _other_names(left, right):
        items.append(Item("entity_name", 1.0 if kind in (ENTITY, DEFINITION) else 0.3, *spans))
    items += _short_items(a, b, kind)
    if kind in (DEFINITION, ENTITY):
        items += relation_items(a, b)
    return items


def _of_another_aspect(a: Analysis, b: Analysis) -> bool:
    """Whether one answer to "what is …?" is a value, and one tells what else there is of the thing: covers damage."""
    if not all(side.question.tokens[:2] in _WHAT_IS and side.answer.short for side in (a, b)):
        return False
    for one, other in ((a.answer, b.answer), (b.answer, a.answer)):
        if len(one.quantities) != 1 or one.quantities[0].dimension in ("", "date", "year"):
            continue
        value, said = one.quantities[0], other.sentences[0]
        rest = one.residual - read_sentence(value.text).concepts.keys()
        tells = said.words[:1] in PRONOUNS or not a.question.subject.isdisjoint(said.content[:1])
        if len(rest) <= 1 and not other.quantities and tells and len(other.residual) >= TOLD and not said.n_negations:
            return True
    return False


_WHAT_IS = (("what", "are"), ("what", "is"))


def _told_in_sentences(a: Analysis, b: Analysis) -> tuple[str, ...]:
    """The features of answers that name different things in whole sentences."""
    if not (a.answer.short and b.answer.short):
        return ("entity_head",) if _leads_name_others(a, b) else ()
    if _name_other_things(a, b) or _others_did_it(a, b) or _begin_with_other_people(a, b):
        return "entity_head", "entity_short"
    by_itself = a.answer.head and b.answer.head
    return ("entity_head",) if not by_itself and _name_other_people(a, b) else ()


def _may_be_one_amount(left: str, right: str) -> bool:
    """Whether two texts may state one amount in units that nobody reads here: 90, 1 saat 30 dakika, 1:30."""
    numbers = [[float(found) for found in _DIGITS.findall(text)] for text in (left, right)]
    if not all(numbers):
        return False
    if max(map(len, numbers)) > 1:
        return True
    one, other = sorted((numbers[0][0], numbers[1][0]))
    return one == other or (one > 0 and other / one in _FACTORS)


def named_alike(a: Analysis, b: Analysis) -> bool:
    """Whether one brief answer is in the other by its letters, or both put into one class that their question names."""
    if _same_letters(a.answer, b.answer):
        return True
    if not (_CLASSES.search(a.question.text) and _CLASSES.search(b.question.text)):
        return False
    x, y = (names(side.answer.sentences[0]) & side.question.names for side in (a, b))
    return bool(x & y)


_CLASSES = re.compile(
    r"\b(?:categor(?:y|i[sz]ed?|ies)|classif(?:y|ied)|(?:following|the|what|which) class(?:es)?"
    r"|departments?|labels?)\b",
    re.IGNORECASE,
)


def _parties(a: Analysis, b: Analysis) -> int:
    """How many parties two brief answers to "who …?" begin with: who offers something, and whom it is offered to."""
    if not (a.question.interrogative == b.question.interrogative == "who" and a.answer.short and b.answer.short):
        return 0
    begin = [next((w for w in side.answer.sentences[0].words if w not in _ARTICLES), "") for side in (a, b)]
    found = {party for word in begin for party, words in _PARTIES.items() if word in words}
    return len(found)


_ARTICLES = frozenset({"a", "an", "the", "always"})
_TITLES = frozenset(stem(word) for word in lists("words")["titles"])
_PARTIES = {name: frozenset(lists("words")[name]) for name in ("offering", "offered")}


def _one_frame(left: Answer, right: Answer) -> bool:
    """Whether two answers are one sentence with another thing in one place: then only that thing is compared."""
    if len(left.sentences) != 1 or len(right.sentences) != 1:
        return False
    differs = difference(left.sentences[0], right.sentences[0])
    return differs is not None and differs.exchanged == 1.0 and differs.ratio >= FRAME_RATIO


def _alike(x: Set[str], y: Set[str]) -> float:
    """How much of the letters of one is in the other."""
    return len(x & y) / max(1, min(len(x), len(y)))


def _choose_alike(a: Analysis, b: Analysis) -> bool:
    """Whether both answers to a choice ("online or in person?") affirm or deny alike what it is between."""
    if not (_CHOICE.search(a.question.frame.text) and _CHOICE.search(b.question.frame.text)):
        return False
    chosen = a.answer.chosen, b.answer.chosen
    if all(0 < len(option) <= BRIEF_OPTION for option in chosen) and chosen[0].isdisjoint(chosen[1]):
        return False  # each another one, whatever else both say
    x, y = a.answer.sentences[0].concepts, b.answer.sentences[0].concepts
    between = (a.question.frame.concepts.keys() & b.question.frame.concepts.keys()) - a.question.subject
    return any(x[c] == y[c] for c in between & x.keys() & y.keys())


_CHOICE = re.compile(r"\bor\b")


def _no_particles(words: frozenset[str]) -> frozenset[str]:
    """Words without function words of any language, which are of no list of English ones."""
    return frozenset(word for word in words if word not in PARTICLES and (len(word) > 1 or word >= FIRST_WIDE))


def _same_letters(left: Answer, right: Answer) -> bool:
    """Whether one brief answer is part of the other, letter by letter, as Han and Kana are written without spaces.

    Or says it the other way about: 北京是首都, 首都是北京.
    """
    if not (left.brief and right.brief):
        return False
    one, other = (in_digits("".join(filter(str.isalnum, answer.text.lower()))) for answer in (left, right))
    if one in other or other in one:
        return True
    sides = sorted(one.split(_IS)), sorted(other.split(_IS))
    return len(sides[0]) == 2 and sides[0] == sides[1]


_IS = "是"


def residuals(a: Analysis, b: Analysis) -> tuple[frozenset[str], frozenset[str]]:
    """What the two first sentences affirm beyond the words of either question."""
    known = a.question.frame.concepts.keys() | b.question.frame.concepts.keys()
    return a.answer.residual - known, b.answer.residual - known


def _other_names(left: Answer, right: Answer) -> bool:
    return bool(left.names and right.names) and left.names.isdisjoint(right.names) and not _abbreviates(left, right)


def _name_other_people(a: Analysis, b: Analysis) -> bool:
    """Whether "who …?" is answered by other names, each in one sentence that restates the question."""
    for side in (a, b):
        one = side.question.interrogative == "who" and not side.question.asks_many and len(side.answer.sentences) == 1
        if not one or side.answer.hedges or not restated(side.answer.sentences[0], side.question):
            return False
    return _other_names(a.answer, b.answer)


def _begin_with_other_people(a: Analysis, b: Analysis) -> bool:
    """Whether "who …?" is answered first by other people, whom the other answer has nowhere; more may be told then."""
    for side, other in ((a, b), (b, a)):
        lead, asked = side.answer.sentences[0], side.question
        if asked.interrogative != "who" or asked.asks_many or side.answer.hedges or not restated(lead, asked):
            return False
        known, told = asked.names | asked.everything, other.answer.text.lower()
        called = [name for name in _FULL_NAME.findall(lead.text) if known.isdisjoint(name.lower().split())]
        if not called or any(word in told for name in called for word in name.lower().split()):
            return False
    return not _abbreviates(a.answer, b.answer)


_FULL_NAME = re.compile(r"\b[A-Z]\w+(?: [A-Z]\.)* [A-Z]\w+")


def _others_did_it(a: Analysis, b: Analysis) -> bool:
    """Whether other people did what is asked about: written by Maria Keller, Tom Briggs wrote."""
    if any(side.question.interrogative != "who" or side.question.asks_many or side.answer.hedges for side in (a, b)):
        return False
    x, y = (named.doer(side.answer.sentences[0], side.question) for side in (a, b))
    return bool(x and y) and not any(related(one, other) for one in x for other in y)


def _name_other_things(a: Analysis, b: Analysis) -> bool:
    """Whether a question for one thing is answered by another one each time, in one sentence that restates it.

    "The device that she uses in her third year is a Time-Turner", "… is a Chrono-Disc".
    """
    known = a.question.stems | b.question.stems
    added = []
    for side in (a, b):
        if side.question.kind != ENTITY or side.question.asks_many or len(side.answer.sentences) != 1:
            return False
        said = side.answer.sentences[0]
        added.append(said.stems - known - _TITLES)
        if side.answer.quantities or side.answer.hedges or said.n_negations or restated(said, side.question) < RESTATED:
            return False
    x, y = added
    if _one_frame(a.answer, b.answer):
        x, y = x - y, y - x  # red and giant pandas
    if not (x and y) or max(len(x), len(y)) > MAX_NAMED or any(related(one, other) for one in x for other in y):
        return False
    return not _abbreviates(a.answer, b.answer)


def _leads_name_others(a: Analysis, b: Analysis) -> bool:
    """Whether long answers begin by restating their question, each with names that the other's beginning lacks."""
    called = []
    for side, other in ((a, b), (b, a)):
        lead, asked = side.answer.sentences[0], side.question
        known = asked.names | asked.everything | other.question.everything
        about = asked.stems - {stem(name) for name in asked.names}  # what is asked of whatever is named
        if asked.asks_many or len(lead.stems & about) <= RESTATED * len(about):
            return False
        called.append({name for name in names(lead) - known if len(name) > 1})
    x, y = called
    return bool(x and y) and x.isdisjoint(y) and not any(related(one, another) for one in x for another in y)


def relation_items(a: Analysis, b: Analysis) -> list[Item]:
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
    short, long = sorted((left, right), key=lambda answer: (not _opens_alone(answer), answer.n_words, answer.text))
    alone = _opens_alone(short) and _MAY.isdisjoint({*a.question.tokens, *b.question.tokens})
    if kind == YES_NO or short.lead or not (alone or short.n_words <= SHORT_ANSWER_WORDS):
        return []
    wanted = {c for c, sign in short.sentences[0].concepts.items() if sign > 0}
    if short.head and not any(map(_numbered, short.head)):
        wanted = {c for c in wanted if not _numbered(c)} or wanted  # "Antonio Vivaldi, in 1723"
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


def _numbered(concept: str) -> bool:
    return any(map(str.isdigit, concept))


_MAY = frozenset({"can", "could", "may", "might", "should"})  # whom one may ask or take, one of several


def heads_differ(left: Answer, right: Answer, items: list[Item]) -> bool:
    """Whether two answers name other things, no numbers: a number that both give beside them is no agreement."""
    numbered = any(map(_numbered, left.head | right.head))
    return not numbered and any(item.feature == "entity_head" and item.strength > 0.5 for item in items)


def _opens_alone(answer: Answer) -> bool:
    """Whether a name or a few words are all of an answer's first sentence: "The prosecution. It has to …"."""
    return bool(answer.head) and answer.short and len(answer.sentences[0].text.split()) <= ALONE_WORDS


def _abbreviates(left: Answer, right: Answer) -> bool:
    """Whether a name of either answer is the initials of words of the other (ACE, angiotensin-converting enzyme)."""
    return any(
        2 <= len(name) <= 6 and name.isalpha() and name in other.initials
        for one, other in ((left, right), (right, left))
        for name in one.names
    )


def restated(sentence: Sentence, question: Question) -> float:
    """How much of a sentence its question holds, in [0, 1]."""
    return len(sentence.stems & question.stems) / max(1, len(sentence.stems))

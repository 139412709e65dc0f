"""Evidence from the side that two answers take: yes or no, a denial, what is allowed, what cannot be done, when."""

from __future__ import annotations

import functools
from itertools import takewhile

from ftq_spark.kernels.conflict.alignment import related
from ftq_spark.kernels.conflict.answer import Analysis
from ftq_spark.kernels.conflict.concepts import GENERAL_OF, OFFERS
from ftq_spark.kernels.conflict.hours import schedules_clash
from ftq_spark.kernels.conflict.items import Item, lead_text
from ftq_spark.kernels.conflict.kinds import YES_NO
from ftq_spark.kernels.conflict.plainly import says_plainly
from ftq_spark.kernels.conflict.sentences import Sentence, is_negator, signed_concept
from ftq_spark.kernels.conflict.urgency import urgency_items
from ftq_spark.kernels.conflict.words import AUXILIARIES, PROHIBITIVE, STOP_WORDS, lists, pattern

MAX_SUBJECT = 6  # words in front of the verb of a sentence that says when something is open

_ASKS_WAY = pattern("kinds", "asks_way", "^{}")
_NO_WAY = pattern("polarity", "no_way", r"\b{}\b")
_AT_TIMES, _ANY_TIME = (pattern("polarity", name, r"\b{}\b") for name in ("at_times", "any_time"))
_TELLS_STEPS = pattern("polarity", "steps", r"^{}\b")
_MARKS = frozenset(",;:()")


def side_items(a: Analysis, b: Analysis, kind: str, sign: int) -> list[Item]:
    """Items of a pair; `sign` is -1 where the second question asks the opposite of the first."""
    items = _polarity_items(a, b, kind, sign) + (_schedule_items(a, b) if sign > 0 else []) + way_items(a, b)
    return items + (_none_items(a, b) if sign > 0 else [])


def _polarity_items(a: Analysis, b: Analysis, kind: str, sign: int) -> list[Item]:
    left, right = a.answer, b.answer
    spans = (lead_text(left), lead_text(right))
    if left.lead and right.lead:
        return [Item("lead" if left.lead * right.lead * sign < 0 else "lead_same", 1.0, *spans)]
    items: list[Item] = []
    if left.mixed or right.mixed:
        return items
    both_closed = a.question.kind == YES_NO == b.question.kind
    product = left.stance * right.stance * sign if both_closed else 0
    allowed = left.permission * right.permission * sign
    if allowed < 0 and _of_another_thing(a, b):
        allowed = 0
        product = 0 if product < 0 and not (left.lead or right.lead) else product
    if product:
        outright = left.lead or right.lead or allowed or (product < 0 and _outright(a, b))
        items.append(Item("stance" if product < 0 else "stance_same", 1.0 if outright else 0.6, *spans))
    if left.doubts != right.doubts and not product:
        items.append(Item("denial", 1.0 if left.denial or right.denial else 0.6, *spans))
        items.append(Item("one_doubts", 1.0, "", ""))
    elif left.doubts and right.doubts and not product:
        items.append(Item("both_doubt", 1.0, "", ""))
    if allowed < 0:
        items.append(Item("modality", 1.0 if a.question.evaluative or b.question.evaluative else 0.4, *spans))
    return items


def _frame(a: Analysis, b: Analysis) -> set[str]:
    return {*a.question.frame.concepts, *b.question.frame.concepts}


def _outright(a: Analysis, b: Analysis) -> bool:
    """Whether one of two first sentences denies, and narrows nothing down, what the other one says of the question."""
    if not a.answer.sentences or not b.answer.sentences:
        return False
    x, y = a.answer.sentences[0], b.answer.sentences[0]
    if says_plainly(x, a.question) or says_plainly(y, b.question):
        return True
    frame = _frame(a, b)
    opposite = {c for c in x.concepts.keys() & y.concepts.keys() if x.concepts[c] * y.concepts[c] < 0} & frame
    return bool(opposite) and any(
        one.n_negations
        and not other.n_negations
        and one.concepts.keys() <= frame | other.concepts.keys() | _NARROWS_NOT
        for one, other in ((x, y), (y, x))
    )


_NARROWS_NOT = frozenset(signed_concept(word)[0] for word in lists("words")["narrows_not"])


def _of_another_thing(a: Analysis, b: Analysis) -> bool:
    """Whether what is forbidden is neither asked about nor spoken of by the other answer: reptiles, dogs and cats."""
    for one, other in ((a.answer, b.answer), (b.answer, a.answer)):
        forbids = next((sentence for sentence in one.sentences[:2] if _forbids(sentence)), None)
        if one.permission < 0 and forbids is not None:
            thing = _forbidden(forbids.words)
            said = _frame(a, b).union(*(sentence.concepts for sentence in other.sentences[:2]))
            covered = said.union(*(GENERAL_OF.get(concept, ()) for concept in said))
            return bool(thing) and thing.isdisjoint(covered)
    return False


def _forbids(sentence: Sentence) -> bool:
    return bool(sentence.n_negations) or not PROHIBITIVE.isdisjoint(sentence.words)


def _forbidden(words: tuple[str, ...]) -> frozenset[str]:
    """Concepts of what is denied: "reptiles" of "reptiles are not allowed" and of "we do not accept reptiles"."""
    at = next((i for i, word in enumerate(words) if is_negator(word) or word in PROHIBITIVE), 0)
    start = max((i + 1 for i in range(at) if words[i] in _MARKS), default=0)
    subject = [word for word in words[start:at] if _counts(word) and words[at] not in _ORDERED]
    object_ = list(takewhile(lambda word: word not in _OBJECT_ENDS, words[at + 1 :]))
    counted = [word for word in object_ if _counts(word)]
    return frozenset(
        signed_concept(word)[0] for word in subject or (counted if words[at] in _OF_THINGS else counted[1:])
    )


_OF_THINGS = frozenset({"no", "without", *PROHIBITIVE})  # stand before a thing, others before what is done with it
_ORDERED = frozenset({"avoid", "discourage", "refrain"})  # somebody else's doing: "doctors discourage smoking"
_OBJECT_ENDS = AUXILIARIES | _MARKS | {"in", "on", "at", "for", "by", "with", "from", "during", "into"}


def _counts(word: str) -> bool:
    return word not in STOP_WORDS and word not in _MARKS


def _schedule_items(a: Analysis, b: Analysis) -> list[Item]:
    """Days and hours at which both cannot be right, of one place."""
    left, right = a.answer.schedule, b.answer.schedule
    if left is None or right is None or not schedules_clash(left, right):
        return []
    x, y = _whose(a), _whose(b)
    if x and y and x.isdisjoint(y):
        return []
    return [Item("schedule", 1.0, lead_text(a.answer), lead_text(b.answer))]


def _whose(side: Analysis) -> frozenset[str]:
    """Stems of what the first sentence of an answer is about, none where its question, or "we", says so."""
    sentence = side.answer.sentences[0]
    verb = next((i for i, word in enumerate(sentence.words[:MAX_SUBJECT]) if word in AUXILIARIES), 0)
    said = {signed_concept(word)[0] for word in sentence.words[:verb] if _counts(word)}
    return frozenset(said - side.question.frame.concepts.keys() - _PLACES)


_PLACES = frozenset(signed_concept(word)[0] for word in lists("hours")["places"])


def asks_way(question: str) -> bool:
    """Whether a question takes for granted that something can be done, and asks how."""
    return bool(_ASKS_WAY.match(question))


@functools.lru_cache(maxsize=1024)
def denies_way(text: str) -> bool:
    """Whether a sentence says that something cannot be done."""
    return bool(_NO_WAY.search(text))


def way_items(a: Analysis, b: Analysis) -> list[Item]:
    """A way of doing what was asked for, against the word that it cannot be done; now, against later."""
    if urged := urgency_items(a, b):
        return urged
    if not a.answer.sentences or not b.answer.sentences:
        return []
    if not any(denies_way(side.answer.sentences[0].text) for side in (a, b)):
        return []
    if not (asks_way(a.question.frame.text) and asks_way(b.question.frame.text)):
        return []
    frame = _frame(a, b)
    for one, other in ((a.answer, b.answer), (b.answer, a.answer)):
        x, shown = one.sentences[0], other.sentences[:2]
        denied = bool(x.first_denied & frame) or any(sign < 0 and c in frame for c, sign in x.concepts.items())
        denied = denied or one.permission < 0 < other.permission or any(x.concepts.get(o, 0) < 0 for o in OFFERS)
        plain = x.concepts.keys() <= frame | _NARROWS_NOT or (_AT_TIMES.search(x.text) and _ANY_TIME.search(other.text))
        brief = one.short and other.short and x.words[:1] != ("i",)  # "I cannot …" refuses
        if not (brief and plain and denied and denies_way(x.text)) or any(sentence.n_negations for sentence in shown):
            continue
        tells = frame & shown[0].concepts.keys() or _TELLS_STEPS.match(shown[0].text)
        if tells and not other.refusal:
            return [Item("impossible", 1.0, lead_text(a.answer), lead_text(b.answer))]
    return []


def _none_items(a: Analysis, b: Analysis) -> list[Item]:
    """Something that one gets, against the plain word that there is none: a full refund, no refund."""
    for one, other in ((a.answer, b.answer), (b.answer, a.answer)):
        if len(one.sentences) != 1 or not other.sentences or not (one.short and other.short):
            continue
        x, y = one.sentences[0], other.sentences[0]
        things = x.first_denied if x.n_negations == 1 and _NONE.match(x.text) else frozenset[str]()
        frame = _frame(a, b)
        beyond = x.concepts.keys() - things - frame - _NARROWS_NOT - _GIVEN
        narrowed = any(not any(related(word, asked) for asked in frame) for word in beyond)
        given = any(y.concepts.get(thing, 0) > 0 for thing in things) and not y.n_negations
        if (
            len(things) == 1
            and not narrowed
            and given
            and other.lead >= 0
            and not other.hedges
            and _GETS.search(y.text)
        ):
            return [Item("impossible", 1.0, lead_text(a.answer), lead_text(b.answer))]
    return []


_NONE, _GETS = (pattern("polarity", name, form) for name, form in (("none", r"^{}\b"), ("gets", r"\b{}\b")))
_GIVEN = frozenset(signed_concept(word)[0] for word in ("after", "give", "grant", "issue", "offer", "pay"))

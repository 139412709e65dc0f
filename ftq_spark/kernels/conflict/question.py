"""A question, read: what it asks about, and whether two questions are one.

Numbers, names, populations, attached texts, exchanged phrases and opposite wordings tell two questions apart.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from itertools import pairwise

from ftq_spark.kernels.conflict.alignment import opposed, related
from ftq_spark.kernels.conflict.concepts import CONCEPTS, POPULATION_OF, stem
from ftq_spark.kernels.conflict.kinds import (
    DEFINITION,
    ENTITY,
    NUMBER,
    YES_NO,
    asking_sentence,
    question_kind,
    read_question,
)
from ftq_spark.kernels.conflict.options import listed_options
from ftq_spark.kernels.conflict.quantities import quantities
from ftq_spark.kernels.conflict.sentences import Sentence, fold, names, read_sentence
from ftq_spark.kernels.conflict.words import EVERYWHERE, HEADS, ORDINALS, STOP_WORDS, lists, pattern

N_ASKING_CHARS = 600
N_WHOLE_CHARS = 3500
SAME_BODY = 0.75  # Jaccard similarity of what stands around two questions from which it is one
MIN_FORM = 4  # words that two questions begin with where they are of one wording
PASSAGE_STEMS = 12  # from so many content words it is a passage, of which every word may matter

_WORD = re.compile(r"\w+")
_NUMERAL = re.compile(r"(?<![\d.])\d{1,15}(?:\.\d+)?(?![\d.])")
_ATTACHED = re.compile(r":\s+(?P<after>.{12,})|\"(?P<quoted>[^\"]{3,})\"", re.DOTALL)
_OPERATIONS = re.compile(r"(?<=[\d)])\s*([-+*/^×÷·<>=≤≥]+)\s*(?=[\d(])")
_RHETORICAL = re.compile(r"^\w+n't\b", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_GENERIC_YOU = re.compile(r"(?:can|should|if|what happens|do) ", re.IGNORECASE)
_ASKS_MANY = re.compile(
    r"(?<!\w (?:at|in|by|of|to|on) )\b(?:which|what) "  # "the temperature at which water boils" asks for one
    r"(?!(?:do|does|did|is|are|was|were|happens|will|would|can|could|should|has|have|causes|makes)\b)(?:\w+ )?"
    r"(?!(?:is|was|does|has|this|its|plus|less|always|princess|business|process|class|address|virus|status|species)\b)"
    r"\w{2,}(?<![sui])s\b|\b(?:which|what) other\b",
    re.IGNORECASE,
)
_EITHER_OR = re.compile(r"(?P<one>[^,:;?]{2,60}?),? or (?!not\b)(?P<other>[^,:;?]{2,60})\?*$", re.IGNORECASE)
_EVALUATIVE = pattern("kinds", "evaluative", "{}")
_MOMENT = pattern("kinds", "moment", "{}")
_DIMENSIONS = {name: pattern("dimensions", name, "{}") for name in lists("dimensions")}
_ASPECTS = {name: pattern("aspects", name, "{}") for name in lists("aspects")}
_ANY_ASPECT = re.compile("|".join(asks.pattern for asks in _ASPECTS.values()), re.IGNORECASE)
_INTERROGATIVES = {name: pattern("interrogatives", name, "^{}") for name in lists("interrogatives")}
_PREPOSITIONS = frozenset({"in", "at", "of", "for", "on", "from", "the", "by", "with", "to"})


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read."""

    kind: str  # a name of :data:`~ftq_spark.kernels.conflict.kinds.KINDS`
    text: str
    frame: Sentence  # the asking sentence
    tokens: tuple[str, ...]  # its words
    names: frozenset[str]
    numbers: frozenset[float]
    populations: dict[int, frozenset[int]]
    everything: frozenset[str]  # content stems of the whole prompt
    body: frozenset[str]  # content stems of what is attached: other sentences, quotes, what follows a colon
    options: tuple[frozenset[str], ...]  # concepts of the two options of an either-or question
    grams: frozenset[str]
    negated: bool
    dimensions: frozenset[str]  # of the values that it asks for: time, mass, …
    evaluative: bool  # asks whether something is permitted, safe, advisable, possible
    asks_many: bool  # which countries, what items: several answers can be right
    personal: bool  # asks the assistant about itself
    of_moment: bool  # its answer is another one tomorrow: how long until, what day is it, currently
    listed: tuple[tuple[str, str], ...]  # letters and texts of listed options
    labels: frozenset[str]  # numerals and letters that tell members of a series apart: type II, vitamin B
    aspects: frozenset[str]  # of a subject, that it asks about: causes, treatment, …
    interrogative: str  # what its first words ask for: who, when, where, …; "" for what and which
    asked: str  # "action" of "through what action does it work?", "" where no noun follows

    @property
    def stems(self) -> frozenset[str]:
        """Content stems of the asking sentence."""
        return self.frame.stems

    @property
    def anchored(self) -> bool:
        """Whether it names a person, place or thing, and no passing moment: else answers vary with both."""
        return bool(self.names) and not self.of_moment


@functools.lru_cache(maxsize=2048)
def analyse_question(question: str) -> Question:
    """Read a question: kind, frame, names, numbers, populations, attached text."""
    text = fold(read_question(question))
    asking = (asking_sentence(text) or text)[:N_ASKING_CHARS]
    frame = read_sentence(asking)
    whole = frame if text == asking else read_sentence(text[:N_WHOLE_CHARS])
    tokens = tuple(_WORD.findall(asking.lower()))
    return Question(
        kind=question_kind(question),
        text=text,
        frame=frame,
        tokens=tokens,
        names=names(whole) - ORDINALS.keys(),
        numbers=_numbers(asking, text),
        populations=_populations(tokens),
        everything=whole.stems | {stem(word) for word in _WORD.findall(text.lower())},
        body=_body(text, asking),
        options=_options(asking),
        listed=listed_options(read_question(question)),
        grams=grams(text[:N_ASKING_CHARS]),
        negated=frame.n_negations > 0 and not _RHETORICAL.match(asking),
        dimensions=frozenset(name for name, asks in _DIMENSIONS.items() if asks.search(asking)),
        evaluative=bool(_EVALUATIVE.search(asking)),
        asks_many=bool(_ASKS_MANY.search(asking)),
        personal=bool(_PERSONAL.search(asking)) and not _GENERIC_YOU.match(asking),
        of_moment=bool(_MOMENT.search(asking)),
        labels=_labels(asking),
        aspects=_aspects(asking),
        interrogative=next((name for name, asks in _INTERROGATIVES.items() if asks.match(asking)), ""),
        asked=_asked(tokens),
    )


def grams(text: str) -> frozenset[str]:
    """Character 4-grams of a text's words."""
    joined = " ".join(_WORD.findall(text.lower()))
    return frozenset({joined[i : i + 4] for i in range(len(joined) - 3)})


def _numbers(asking: str, text: str) -> frozenset[float]:
    found = {q.low for q in quantities(asking)} | {float(number) for number in _NUMERAL.findall(text)}
    return frozenset(found | {ORDINALS[word] for word in _WORD.findall(text.lower()) if word in ORDINALS})


def _populations(tokens: tuple[str, ...]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for token in tokens:
        entry = POPULATION_OF.get(stem(token))
        if entry:
            found.setdefault(entry[0], set()).add(entry[1])
    return {line: frozenset(members) for line, members in found.items()}


def _body(text: str, asking: str) -> frozenset[str]:
    start = text.find(asking)
    outside = text if start < 0 else f"{text[:start]} {text[start + len(asking) :]}"
    attached = " ".join(filter(None, (part for match in _ATTACHED.finditer(asking) for part in match.groups())))
    return read_sentence(f"{outside} {attached}"[:N_WHOLE_CHARS]).stems


_LABEL = re.compile(r"(?<![.\w'])(?:[B-HJ-Z]|\d{1,2}[A-Z]|[A-Z]\d{1,3})(?![.'\w])")
_NAMED_ONE = re.compile(
    r"\b(?:class|deficiency|disease|group|grade|hepatitis|part|phase|stage|syndrome|type|vitamin) ([AI])\b"
)


def _labels(asking: str) -> frozenset[str]:
    return frozenset(_LABEL.findall(asking)) | frozenset(_NAMED_ONE.findall(asking))


def _aspects(asking: str) -> frozenset[str]:
    if not _ANY_ASPECT.search(asking):
        return frozenset()
    return frozenset(name for name, asks in _ASPECTS.items() if asks.search(asking))


def _asked(tokens: tuple[str, ...]) -> str:
    return next((noun for ask, noun in pairwise(tokens) if ask in ("what", "which") and noun not in STOP_WORDS), "")


def _options(asking: str) -> tuple[frozenset[str], ...]:
    match = _EITHER_OR.search(asking)
    if not match:
        return ()
    other = read_sentence(match["other"]).content
    one = read_sentence(match["one"]).content[-max(1, len(other)) :]
    return (frozenset(one), frozenset(other)) if one and other else ()


def question_difference(a: Question, b: Question) -> tuple[float, bool]:
    """How surely two questions ask different things, in [0, 1], and whether they ask opposite things.

    Other numbers, other members of one population, another attached text, another aspect of one subject, or names of
    which each question holds one that the other lacks make two questions; a name or a number that only one question
    holds does so less surely. Opposites ("largest", "smallest") turn a question for yes or no round, and make two
    questions of others.
    """
    if a.text == b.text:
        return 0.0, False
    flip = _opposite(a, b)
    to_decide = YES_NO in (a.kind, b.kind)
    only_a = _canonical(a.names) - _canonical(b.everything)
    only_b = _canonical(b.names) - _canonical(a.everything)
    shared_lines = a.populations.keys() & b.populations.keys()
    checks = (
        1.0 * bool(a.numbers and b.numbers and a.numbers != b.numbers),
        1.0 * _other_operation(a.text, b.text),
        1.0 * any(a.populations[line].isdisjoint(b.populations[line]) for line in shared_lines),
        0.9 * (not _same_body(a.body, b.body)),
        0.9 * bool(only_a and only_b),
        0.9 * (flip and not to_decide),
        0.9 * _other_aspect(a, b),
        0.8 * (not to_decide and (_other_head(a, b) or _other_focus(a, b))),
        0.9 * (a.labels != b.labels),
        _substitution(a, b),
        0.5 * _asks_for_other(a, b),
        0.8 * (a.kind == b.kind == NUMBER and bool(a.numbers) != bool(b.numbers)),
        0.25 * bool(only_a or only_b) + 0.2 * (bool(a.numbers) != bool(b.numbers)),
    )
    return max(checks), flip


def _other_operation(a: str, b: str) -> bool:
    """Whether two questions reckon with the same numbers in another way: 3*4, 3^4."""
    signs = [_OPERATIONS.findall(text) for text in (a, b)]
    return len(signs[0]) == len(signs[1]) and signs[0] != signs[1]


def _same_body(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether what stands around two questions is one text: the same words in passages, most of them in a remark."""
    union = len(a | b)
    if min(len(a), len(b)) >= PASSAGE_STEMS:
        return a == b
    return union <= 2 or len(a & b) >= SAME_BODY * union


def _other_aspect(a: Question, b: Question) -> bool:
    """Whether one subject's causes are asked for here and its treatment there, or who here and when there."""
    if a.interrogative and b.interrogative and a.interrogative != b.interrogative:
        return True
    if a.aspects - b.aspects and b.aspects - a.aspects:
        return True
    defines = DEFINITION in (a.kind, b.kind) and a.kind != b.kind
    if defines and (a.interrogative or b.interrogative):
        return True
    one_sided = a.aspects ^ b.aspects
    return bool(one_sided) and (b if a.aspects - b.aspects else a).kind == DEFINITION


def _other_head(a: Question, b: Question) -> bool:
    """Whether two questions about one name each ask, with another word, for another thing of it: wrote, protagonist."""
    if not (a.kind == b.kind == ENTITY and a.names and a.names == b.names):
        return False
    known = [{*_canonical(question.everything), *_HEADS} for question in (b, a)]
    only = [_canonical(question.frame.stems) - other for question, other in zip((a, b), known, strict=True)]
    return bool(only[0] and only[1]) and not any(related(x, y) for x in only[0] for y in only[1])


def _other_focus(a: Question, b: Question) -> bool:
    """Whether two questions of one wording are about two things: what is breast cancer, what is male breast cancer."""
    only = [_beyond(a, b), _beyond(b, a)]
    if only[0] and only[1] and "?" not in a.text + b.text:
        return True  # two orders that name two things to do
    if a.kind != b.kind or a.kind not in (DEFINITION, NUMBER):
        return False
    if a.kind == DEFINITION and a.tokens[:1] == b.tokens[:1]:
        return bool(only[0] or only[1])
    return shared_ends(a.tokens, b.tokens)[0] >= MIN_FORM and bool(only[0] or only[1])


def _beyond(a: Question, b: Question) -> set[str]:
    """Canonical content words that one question asks with and another, and words like them, does not hold."""
    known = _canonical(b.everything) | _HEADS | _EVERYWHERE
    return {
        word for word in _canonical(a.frame.stems) - known if not any(related(word, other) for other in b.everything)
    }


def _asks_for_other(a: Question, b: Question) -> bool:
    """Whether "what action …" is asked here and "which advice …" there, neither of them spoken of in the other."""
    if not a.asked or not b.asked:
        return False
    return not _canonical(frozenset({a.asked})) & _canonical(b.everything) and not _canonical(
        frozenset({b.asked})
    ) & _canonical(a.everything)


def _canonical(words: frozenset[str]) -> set[str]:
    return {CONCEPTS.get(stem(word), (stem(word), 1))[0] for word in words}


_HEADS = frozenset(_canonical(HEADS))
_EVERYWHERE = frozenset(_canonical(EVERYWHERE))


def _opposite(a: Question, b: Question) -> bool:
    x, y = a.frame.concepts, b.frame.concepts
    return any(x[concept] * y[concept] < 0 for concept in x.keys() & y.keys()) or a.negated != b.negated


def _substitution(a: Question, b: Question) -> float:
    """Certainty that one question is the other with one phrase exchanged: the same words around different content."""
    x, y = a.tokens, b.tokens
    start, end = shared_ends(x, y)
    longest = max(len(x), len(y))
    if start + end < 0.6 * longest or longest - start - end > 4:
        return 0.0
    left = frozenset(word for word in x[start : len(x) - end] if word not in STOP_WORDS)
    right = frozenset(word for word in y[start : len(y) - end] if word not in STOP_WORDS)
    if YES_NO not in (a.kind, b.kind) and opposed(tuple(sorted(left)), tuple(sorted(right))):
        return 0.9
    if _canonical(left) & _canonical(right):
        return 0.0
    after_preposition = start > 0 and x[start - 1] in _PREPOSITIONS
    if left and right:
        return 0.8 if after_preposition else 0.5
    if (left or right) and after_preposition:
        narrows = {a.kind, b.kind} <= {ENTITY, NUMBER} and not (left | right) <= EVERYWHERE
        return 0.8 if narrows else 0.3
    return 0.0


def shared_ends(x: tuple[str, ...], y: tuple[str, ...]) -> tuple[int, int]:
    """Lengths of the longest common prefix of two sequences and of the common suffix behind it."""
    shortest = min(len(x), len(y))
    start = 0
    while start < shortest and x[start] == y[start]:
        start += 1
    end = 0
    while end < shortest - start and x[-1 - end] == y[-1 - end]:
        end += 1
    return start, end

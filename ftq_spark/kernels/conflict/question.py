"""A question, read: what it asks about."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ftq_spark.kernels.conflict.concepts import POPULATION_OF, named_country, stem
from ftq_spark.kernels.conflict.hours import asks_hours
from ftq_spark.kernels.conflict.kinds import (
    ENTITY,
    FOREIGN,
    asking_sentence,
    question_kind,
    read_question,
)
from ftq_spark.kernels.conflict.options import listed_options
from ftq_spark.kernels.conflict.quantities import quantities
from ftq_spark.kernels.conflict.sentences import Sentence, fold, names, read_sentence
from ftq_spark.kernels.conflict.words import ORDINALS, lists, pattern

N_ASKING_CHARS = 600
N_WHOLE_CHARS = 3500

_WORD = re.compile(r"\w+")
_NUMERAL = re.compile(r"(?<![\d.])\d{1,15}(?:\.\d+)?(?![\d.])")
_ATTACHED = re.compile(r":\s+(?P<after>.{12,})|\"(?P<quoted>[^\"]{3,})\"", re.DOTALL)
_RHETORICAL = re.compile(r"^(ca|wo|\w+?)n't\b", re.IGNORECASE)  # "won't you" asks what "will you" asks
_CUT_SHORT = {"ca": "can", "wo": "will"}
_PERSONAL = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
# "Do you need a visa" asks about anybody, "do you agree" about who is asked.
_GENERIC_YOU = re.compile(
    r"(?:can|should|if|what happens|do(?! you (?:agree|believe|feel|like|love|prefer|think)\b)) ", re.IGNORECASE
)
_OF_SPEAKERS = re.compile("[你您我咱]|あなた|私|당신")  # in a question that is read by its letters alone
_MANY_ELSEWHERE = pattern("elsewhere", "many", "{}")
_EACH = pattern("elsewhere", "each", "{}")
_ASKS_MANY = re.compile(
    r"(?<!\w (?:at|in|by|of|to|on) )\b(?:which|what) "  # "the temperature at which water boils" asks for one
    r"(?!(?:do|does|did|is|are|was|were|happens|will|would|can|could|should|has|have|causes|makes)\b)(?:\w+ )?"
    r"(?!(?:includes|contains|offers|provides|supports|covers|requires|allows|uses|needs|costs|belongs|applies)\b)"
    rf"(?!(?:comes|goes|runs|starts|ends|{'|'.join(lists('kinds')['third_person'])})\b)"
    rf"(?!(?:{'|'.join(lists('kinds')['single_in_s'])})\b)"
    r"(?!(?:is|was|does|has|this|its|plus|less|always|princess|business|process|class|address|virus|status|species)\b)"
    # "What colour marks the exit" has a verb.
    r"\w{2,}(?<![sui])s\b(?! (?:an?|her|his|its|my|our|the|this|your)\b)|\b(?:which|what) other\b",
    re.IGNORECASE,
)
_MANY_OF_THEM = pattern("kinds", "many_of_them", "{}")  # who starred in …, who were the senators, what to see in …
_EITHER_OR = re.compile(r"(?P<one>[^,:;?]{2,60}?),? or (?!not\b)(?P<other>[^,:;?]{2,60})\?*$", re.IGNORECASE)
_NO_SUBJECTS = frozenset({"there", "it", "this", "that", "i", "we", "you", "he", "she", "they", "one"})
_EVALUATIVE = pattern("kinds", "evaluative", "{}")
_MOMENT = pattern("kinds", "moment", "{}")
_INVENTS = pattern("kinds", "invents", r"(?:^|[.:!?;,\n]\s*)(?:please )?{}\b")
_COMPARES = pattern("kinds", "compares", r"\b{}\b")
_DIMENSIONS = {name: pattern("dimensions", name, "{}") for name in lists("dimensions")}
_ASPECTS = {name: pattern("aspects", name, "{}") for name in lists("aspects")}
_ANY_ASPECT = re.compile("|".join(asks.pattern for asks in _ASPECTS.values()), re.IGNORECASE)
_INTERROGATIVES = {name: pattern("interrogatives", name, "^{}") for name in lists("interrogatives")}


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
    asks_each: bool  # for one thing each of several
    invents: bool  # orders a text to be made up: nothing in it is claimed
    compares: bool  # sets something beside another thing: as large as, taller than
    personal: bool  # asks the assistant about itself
    of_moment: bool  # its answer is another one tomorrow: how long until, what day is it, currently
    listed: tuple[tuple[str, str], ...]  # letters and texts of listed options
    labels: frozenset[str]  # numerals and letters that tell members of a series apart: type II, vitamin B
    aspects: frozenset[str]  # of a subject, that it asks about: causes, treatment, …
    interrogative: str  # what its first words ask for: who, when, where, …; "" for what and which
    asks_hours: bool  # when something is open, or can be had
    subject: frozenset[str]  # the concept of "price" in "is the price fixed", none of "is there parking", "do you …"

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
    frame = read_sentence(_RHETORICAL.sub(lambda match: _CUT_SHORT.get(match[1].lower(), match[1]), asking))
    whole = frame if text == asking else read_sentence(text[:N_WHOLE_CHARS])
    tokens = tuple(_WORD.findall(named_country(asking).lower()))
    kind = question_kind(question)
    return Question(
        kind=kind,
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
        negated=frame.n_negations > 0,
        dimensions=frozenset(name for name, asks in _DIMENSIONS.items() if asks.search(asking)),
        evaluative=bool(_EVALUATIVE.search(asking)),
        asks_many=bool(
            _ASKS_MANY.search(asking)
            or (kind == ENTITY and _MANY_OF_THEM.search(asking))
            or (kind == FOREIGN and _OF_SPEAKERS.search(asking))  # whoever is asked says another
            or (kind == FOREIGN and _MANY_ELSEWHERE.search(asking))
            or _EACH.search(asking)
        ),
        asks_each=bool(_EACH.search(asking)),
        invents=bool(_INVENTS.search(text)),
        compares=bool(_COMPARES.search(asking)),
        personal=bool(_PERSONAL.search(asking)) and not _GENERIC_YOU.match(asking),
        of_moment=bool(_MOMENT.search(asking)),
        labels=_labels(asking),
        aspects=_aspects(asking),
        interrogative=next((name for name, asks in _INTERROGATIVES.items() if asks.match(asking)), ""),
        asks_hours=asks_hours(asking),
        subject=frozenset(frame.content[:1]) if tokens[1:2] and tokens[1] not in _NO_SUBJECTS else frozenset(),
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


def _options(asking: str) -> tuple[frozenset[str], ...]:
    match = _EITHER_OR.search(asking)
    if not match:
        return ()
    other = read_sentence(match["other"]).content
    one = read_sentence(match["one"]).content[-max(1, len(other)) :]
    return (frozenset(one), frozenset(other)) if one and other else ()

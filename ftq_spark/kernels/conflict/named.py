"""What an answer names in reply to its question: a head phrase, what it adds, the object of a relation, an option."""

from __future__ import annotations

import re

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.question import Question
from ftq_spark.kernels.conflict.sentences import Sentence, normalise_phrases, read_sentence, signed_concept
from ftq_spark.kernels.conflict.words import STOP_WORDS, TURNS, group, pattern

MAX_HEAD = 4  # content concepts of a first phrase that answers alone

_PHRASE_END = pattern("naming", "phrase_ends", r"[,;:(]|\.(?:\s|$)|\b{}\b|\s-\s", 0)
_FINITE = pattern("naming", "finite", r"\b{}\b", 0)
# Verbs whose object answers "what is it" or "how does it work": one subject has one such object.
_RELATION = re.compile(
    rf"\b(?:is|are|was|were)\s+{group('relations', 'links')}\s+|"
    rf"\b{group('relations', 'verbs')}\w*\s+(?:to |for |of |into |the |an? )*",
    re.IGNORECASE,
)
_OBJECT_END = pattern("naming", "object_ends", r"[,;:.]|\b{}\b", 0)
_WEIGHS = TURNS - {"while", "but", "though", "although", "whereas", "however"}  # before which it may have chosen
ANNOUNCES = "here"  # "here is a summary": says nothing of its own
_ASKS_FIRST = pattern("naming", "asks_first", r"\b{}\b")
# "Linting comes first, then the tests": what is named first is first. Not "the tests run after linting".
_TELLS_ORDER = pattern("naming", "tells_order", r"\b{}\b")
_NAME = r"[A-Z][\w'.-]*(?: (?:[a-z]{2,3} )?[A-Z][\w'.-]*){0,3}"
_FRONT = re.compile(
    rf"^(?:It (?:was|is) )?(?P<name>{_NAME})(?:,[^,.]{{3,60}},)? (?:who )?(?:(?:also|had|has|once) )?(?P<verb>\w+)"
)
_BY = re.compile(rf"\b(\w+)(?: (?:in|on) [\w ,]{{3,20}})? by (?:Dr\. |Mr\. |Mrs\. |Ms\. )?({_NAME})")
_WORD = re.compile(r"\w{2,}")
_LETTERS = re.compile(r"[a-z]+")
# A code name, as it stands in backquotes: 'HAVING', 'len(x)', '"object"'.
_CODE_WORD = re.compile(r"[^\W_]+")
_CODE_NAME = re.compile(r"'\"?(?P<name>[^'\"\s]{1,30}(?: [^'\"\s]{1,20}){0,2})\"?'(?=[.,;:]|\s-\s|$)")


def residual(sentences: tuple[Sentence, ...], question: Question) -> frozenset[str]:
    """Affirmed content concepts of the first sentence that the question does not hold."""
    if not sentences:
        return frozenset()
    known = question.frame.concepts.keys() | question.everything
    return frozenset(concept for concept, sign in sentences[0].concepts.items() if sign > 0 and concept not in known)


def head(sentences: tuple[Sentence, ...], question: Question) -> frozenset[str]:
    """Concepts of "Canberra" in "Canberra, which was built for it": a first phrase without a verb."""
    if not sentences:
        return frozenset()
    code = _CODE_NAME.match(sentences[0].text)
    if code is not None:
        return _code_name(code["name"])
    phrase = _PHRASE_END.split(sentences[0].text.strip("\"'"), maxsplit=1)[0].strip()
    if not phrase or _FINITE.search(phrase.lower()):
        return frozenset()
    read = read_sentence(phrase)
    known = question.frame.concepts.keys() | question.everything
    found = frozenset(c if sign > 0 else f"-{c}" for c, sign in read.concepts.items() if c not in known)
    return found if len(found) <= MAX_HEAD and not read.n_negations else frozenset()


def _code_name(name: str) -> frozenset[str]:
    """Concepts of a code name without what it is called with; its words are never function words: HAVING, for."""
    words = _CODE_WORD.findall(normalise_phrases(f"'{name.partition('(')[0].lower()}'"))
    read = (signed_concept(word)[:2] for word in words)
    return frozenset(concept if sign > 0 else f"-{concept}" for concept, sign in read)


def relation_object(sentence: Sentence, question: Question) -> frozenset[str]:
    """Content stems of what a sentence says its subject is, does or is made of, the question's own apart."""
    match = _RELATION.search(sentence.text)
    if not match or sentence.words[:1] == (ANNOUNCES,):
        return frozenset()
    rest = _OBJECT_END.split(sentence.text[match.end() :], maxsplit=1)[0]
    return frozenset(read_sentence(rest).stems) - question.stems - question.everything


def chosen(sentence: Sentence, question: Question) -> frozenset[str]:
    """The concepts of the one option of an either-or question that a sentence names."""
    options = question.options
    if len(options) != 2 or not _WEIGHS.isdisjoint(sentence.words):
        return frozenset()
    own = [option - options[1 - i] for i, option in enumerate(options)]
    hits = [sum(sentence.concepts.get(c, 0) > 0 for c in option) / max(1, len(option)) for option in own]
    if min(hits) == 1.0 and (_tells_first(sentence, question) or _compares(sentence, question)):
        return min(own, key=lambda option: min(sentence.content.index(c) for c in option))
    if max(hits) < 0.5 or hits[0] == hits[1]:
        return frozenset()
    return own[0] if hits[0] > hits[1] else own[1]


def _tells_first(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence says which of two comes first, where that is asked."""
    return bool(_TELLS_ORDER.search(sentence.text) and _ASKS_FIRST.search(question.text))


def _compares(sentence: Sentence, question: Question) -> bool:
    """Whether a sentence says with the question's own comparative that one thing is more than the other."""
    if "than" not in sentence.words or sentence.n_negations:
        return False
    before = sentence.words[: sentence.words.index("than")]
    return any(word in question.tokens and word.endswith("er") and len(word) > 3 for word in before[2:])


def doer(sentence: Sentence, question: Question) -> frozenset[str]:
    """Who did what "who …?" asks of, in lower case: Keller in "written by Keller", Briggs in "Briggs wrote it"."""
    did = next((stem(word) for word in question.tokens[1:] if word not in STOP_WORDS), "")
    for name, verb in (match.group("name", "verb") for match in _FRONT.finditer(sentence.text)):
        if stem(verb.lower()) == did:
            return frozenset(_WORD.findall(name.lower())) - question.everything
    for verb, name in _BY.findall(sentence.text):
        if stem(verb.lower()) == did:
            return frozenset(_WORD.findall(name.lower())) - question.everything
    return frozenset()


def initials(sentence: Sentence) -> str:
    """First letters of a sentence's words: what an acronym for some of them is part of."""
    return "".join(word[0] for word in _LETTERS.findall(sentence.text.lower()))

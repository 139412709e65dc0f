"""Whether two sentences speak of one thing, so that opposite words in them are opposed."""

from __future__ import annotations

import functools
import re

from ftq_spark.kernels.conflict.concepts import POPULATION_CONCEPTS
from ftq_spark.kernels.conflict.kinds import DEFINITION, EXPLAIN
from ftq_spark.kernels.conflict.quantities import MONTH_NAMES, Quantity
from ftq_spark.kernels.conflict.question import Question
from ftq_spark.kernels.conflict.sentences import Sentence, read_sentence, signed_concept
from ftq_spark.kernels.conflict.words import AUXILIARIES

EVENT_WORDS = 2  # content words that say what happens


def by_word(concept: str, x: Sentence, y: Sentence) -> bool:
    """Whether one sentence alone has its sign of a concept from a word, an opposite, and not from a denial."""
    return (concept in x.lexical) != (concept in y.lexical)


def of_one_object(concept: str, x: Sentence, y: Sentence) -> bool:
    """Whether opposites in two long answers are of one thing: not where one fights germs and one stimulates cells."""
    behind = [
        next((sentence.content[i + 1 : i + 2] for i, c in enumerate(sentence.content) if c == concept), ())
        for sentence in (x, y)
    ]
    return not (behind[0] and behind[1]) or behind[0] == behind[1]


def set_apart(x: Sentence, y: Sentence) -> bool:
    """Whether one sentence alone speaks of a case, or of some of all: cold when it is winter, warm in the den."""
    return any((word in x.words) != (word in y.words) for word in _CASES)


_CASES = ("when", "whether", "while", "although", "if", "some", "certain", "many", "most")


def of_others(concept: str, x: Sentence, y: Sentence, kind: str) -> bool:
    """Whether opposite words only say of whom two sentences speak: "acute hepatitis is …", "chronic hepatitis is …"."""
    if kind not in (DEFINITION, EXPLAIN) or not by_word(concept, x, y):
        return False
    return concept in POPULATION_CONCEPTS or (_in_subject(concept, x) and _in_subject(concept, y))


def one_subject(x: Sentence, y: Sentence, alone: bool = False) -> bool:
    """Whether two sentences begin with the same thing, by its name.

    Where they begin short answers, also by one pronoun: it stands for what their question is about.
    """
    if alone and _opening(x) == _opening(y) and not _PRONOUNS.isdisjoint(_opening(x)):
        return True
    if not _PRONOUNS.isdisjoint((*_opening(x), *_opening(y))) or _numbered(x) != _numbered(y):
        return False
    return not {*x.content[:SUBJECT_CONCEPTS]}.isdisjoint(y.content[:SUBJECT_CONCEPTS])


def _opening(sentence: Sentence) -> tuple[str, ...]:
    """The first word, behind what only joins the sentence to the one before."""
    at = next((i for i, word in enumerate(sentence.words[:3]) if word not in _JOINS), 0)
    return sentence.words[at : at + 1]


_JOINS = frozenset({"therefore", "thus", "so", "hence", "overall", "however", "but", "and", ","})


def _numbered(sentence: Sentence) -> tuple[str, ...]:
    """Digits among the first words: answer 1 is not answer 2."""
    return tuple(word for word in sentence.words[:SUBJECT_CONCEPTS] if word.isdigit())


def other_labels(x: Sentence, y: Sentence) -> bool:
    """Whether two sentences are of other items of a list: of other names, answer 1 and answer 2, "this answer"."""
    (one, item), (other, other_item) = _labels(x.text), _labels(y.text)
    if one and other:
        return one != other
    if item and other_item:
        return item != other_item
    return bool(item or other_item) and not _PRONOUNS.isdisjoint((*_opening(x), *_opening(y)))


@functools.lru_cache(maxsize=4096)
def _labels(text: str) -> tuple[str, str]:
    """What a sentence begins with before a colon or equals sign, and the numbered item that it is of; "" for none."""
    label, item = _LABEL.match(text), _ITEM.match(text)
    return label[1].lower() if label else "", item[0].lower() if item else ""


_ITEM = re.compile(
    r"(?:the )?(?:answer|case|choice|claim|method|option|part|sentence|statement|step) \d+\b", re.IGNORECASE
)
_LABEL = re.compile(r"([^:.?!=]{2,60})(?::| =)\s")
_PRONOUNS = frozenset({"it", "they", "this", "these", "that", "those", "he", "she"})


def _in_subject(concept: str, sentence: Sentence) -> bool:
    """Whether a concept stands before the first auxiliary verb of a sentence."""
    end = next((i for i, word in enumerate(sentence.words) if word in AUXILIARIES), 0)
    return any(signed_concept(word)[0] == concept for word in sentence.words[:end])


SUBJECT_CONCEPTS = 3  # content words at the beginning of a sentence that say what it is about


def of_another_event(around: tuple[Sentence, Sentence], values: tuple[Quantity, ...], *questions: Question) -> bool:
    """Whether of two sentences, around a value each, one is of what is asked and one of another thing.

    Asked when the concert starts, one says when the doors open. What comes before the value says what it is of.
    """
    asked = frozenset[str]().union(*(question.frame.concepts for question in questions))
    sides = [(side, _before(side.text, value.text)) for side, value in zip(around, values, strict=True)]
    for (one, said), (other, _) in (sides, sides[::-1]):
        apart = len(said) >= EVENT_WORDS and said.isdisjoint(other.concepts) and asked.isdisjoint(one.concepts)
        if apart and _POINTING.isdisjoint(one.words) and len(asked & other.concepts.keys()) >= EVENT_WORDS:
            return True
    return False


def _before(text: str, value: str) -> frozenset[str]:
    """Concepts in front of a value, but for days and months: of a bare date they are a part."""
    before, found, _ = text.partition(value)
    return frozenset(read_sentence(_OF_DATES.sub(" ", before)).concepts) if found else frozenset()


_OF_DATES = re.compile(rf"\b(?:\d+|{MONTH_NAMES})\b", re.IGNORECASE)


_POINTING = frozenset({"he", "it", "its", "she", "that", "their", "them", "they", "this", "we"})


_OF_A_ROW = re.compile(
    r"\b(?:is|are|was|were) (?:the )?(?:(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last) )?(\w+)"
)


def other_of_a_row(a: str, b: str) -> bool:
    """Whether one question asks for another one of a row, or for one where the other names none: the first mayor."""
    x, y = _OF_A_ROW.search(a), _OF_A_ROW.search(b)
    return x is not None and y is not None and x[2] == y[2] and x[1] != y[1]

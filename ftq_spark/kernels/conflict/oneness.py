"""Whether two answers speak of one thing: the words of the questions tell, and which of them the answers take up.

Two questions about two things are answered by two values as surely as one question is by a right and a wrong one. So a
value against a value shows as much as it is sure that the questions are one. A bare value, a name or a number alone,
cannot tell what it is the value of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.difference import asks_beyond, canonical
from ftq_spark.kernels.conflict.kinds import FOREIGN
from ftq_spark.kernels.conflict.words import STOP_WORDS
from ftq_spark.kernels.text.own import shared_ends

if TYPE_CHECKING:
    from ftq_spark.kernels.conflict.answer import Analysis
    from ftq_spark.kernels.conflict.question import Question

IN_COMMON = 2  # content words that two brief answers have in common, from which they say the same of something
TAKEN_UP = 2  # words of its own question that each of two answers takes up, from which each keeps to its own

_IDENTIFIER = re.compile(r"[^\W\d_]\w*(?:[._]\w+)+")
# "Which of these", of things that are named nowhere.
_POINTS = re.compile(r"\b(?:which|what|who|one)(?: one)? of (?:these|those|the following)\b", re.IGNORECASE)


def of_one_thing(a: Analysis, b: Analysis) -> bool:
    """Whether it is clear that two answers give values of one thing.

    It is where neither question asks with a content word that is unlike all of the other, or where the answers say
    something in common beside the values; brief ones, which are often names of a kind, more than one word. It never is
    where each takes up a word with which its question alone asks (grows the most coffee, drinks the most coffee), where
    a question says nothing by itself ("What?"), asks for one of "these" that stand nowhere, or where two texts have
    labels.
    """
    if _leans(a.question) or _leans(b.question):
        return False
    if a.question.text != b.question.text and _is_identifier(a) and _is_identifier(b):
        return False
    if a.question.text == b.question.text or FOREIGN in (a.question.kind, b.question.kind):
        return True  # a language whose words are not read has a rule of its own
    if not (asks_beyond(a.question, b.question) or asks_beyond(b.question, a.question)):
        return True
    if all(_taken_up(a, b)):
        return False
    return len(_said(a) & _said(b)) >= (IN_COMMON if a.answer.brief and b.answer.brief else 1)


def each_of_its_own(a: Analysis, b: Analysis) -> bool:
    """Whether two answers speak of what one question alone asks about: a dress, a maxi dress.

    Each takes up several words that only its own question holds; or one question is the other with a word that narrows
    one of its words down, and only its own answer takes that up.
    """
    only = asks_beyond(a.question, b.question), asks_beyond(b.question, a.question)
    if not (only[0] or only[1]):
        return False
    taken = _taken_up(a, b)
    if min(map(len, taken)) >= TAKEN_UP:
        return True
    return (bool(taken[1]) and not only[0] and _narrows(b.question, a.question)) or (
        bool(taken[0]) and not only[1] and _narrows(a.question, b.question)
    )


def _taken_up(a: Analysis, b: Analysis) -> tuple[set[str], set[str]]:
    """Words with which each question alone asks, and which its answer alone takes up."""
    said = _said(a), _said(b)
    only = asks_beyond(a.question, b.question), asks_beyond(b.question, a.question)
    return (only[0] & said[0]) - said[1], (only[1] & said[1]) - said[0]


def _narrows(long: Question, short: Question) -> bool:
    """Whether a question is another one with content words put beside one of its own."""
    x, y = (tuple(map(stem, question.tokens)) for question in (long, short))
    start, end = shared_ends(x, y)
    if start + end != len(y) or len(x) <= len(y):
        return False
    put = long.tokens[start : len(x) - end]
    beside = long.tokens[max(0, start - 1) : start] + long.tokens[len(x) - end : len(x) - end + 1]
    return STOP_WORDS.isdisjoint(put) and not STOP_WORDS.issuperset(beside)


def _said(side: Analysis) -> set[str]:
    stems = frozenset[str]().union(*(sentence.stems for sentence in side.answer.sentences))
    return {word for word in canonical(stems) if not word[0].isdigit()}


def _is_identifier(side: Analysis) -> bool:
    """Whether an answer is a label as programs have them, whose every word may tell: card_arrival, agent.boss."""
    return _IDENTIFIER.fullmatch(side.answer.written.strip()) is not None


def _leans(question: Question) -> bool:
    """Whether a question with nothing around it has no word to say what it asks about, or asks for one of "these"."""
    if question.body or question.listed:
        return False
    return not question.frame.stems or bool(_POINTS.search(question.frame.text))

"""Whether two answers hold in different cases, so that both may be right: until May and after it, by two carriers."""

from __future__ import annotations

import functools
import re
from itertools import pairwise

from ftq_spark.kernels.conflict.answer import Analysis, Answer
from ftq_spark.kernels.conflict.quantities import quantities
from ftq_spark.kernels.conflict.question import Question
from ftq_spark.kernels.conflict.sentences import Sentence, names, signed_concept
from ftq_spark.kernels.conflict.words import AUXILIARIES, NUMBER_WORDS, STOP_WORDS

# A moment, as far as words tell: a date, an hour, a day of somebody's stay.
_MOMENT = (
    r"(?P<when>[^.;]{0,30}?\b(?:\d{1,2}(?:st|nd|rd|th)?|noon|midnight|end|start|beginning|morning|evening|night|day|week|"
    r"month|year|arrival|departure|deadline|delivery|shipping|dispatch|checkout|check-in|then)\b[^.;]*)"
)
_UNTIL = re.compile(rf"\b(?:before|by|no later than|till?|until){_MOMENT}", re.IGNORECASE)
_FROM = re.compile(
    rf"\b(?:after(?! (?:that|this)\b)|as of|later than|on the day|once|within(?=[^.;]{{1,30}}\b(?:before|of|prior)\b))"
    rf"{_MOMENT}?",
    re.IGNORECASE,
)


# The year of which a sentence speaks, as it says itself.
_AS_OF = re.compile(r"\bas (?:of|at) (?:\w+[.,]? ){0,3}?((?:19|20)\d\d)\b", re.IGNORECASE)
_SCOPE = re.compile(r"(?:For|In|Inside|Outside|Under|Within) (?:the )?([A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}), \S")
_ASKED = frozenset({"when", "where", "who"})  # by questions that such a place answers


def of_other_cases(a: Analysis, b: Analysis) -> bool:
    """Whether two answers hold at different places or times, for different things, or one of them in a case only."""
    if not a.answer.sentences or not b.answer.sentences:
        return False
    x, y = a.answer.sentences[0], b.answer.sentences[0]
    if {a.question.interrogative, b.question.interrogative}.isdisjoint(_ASKED) and _at_other_places(x, y):
        return True
    if _of_other_years(a.answer.text, b.answer.text):
        return True
    if not (a.answer.short and b.answer.short):
        return False
    if "if" not in a.question.tokens and _is_conditional(a.answer) != _is_conditional(b.answer):
        return True
    either_way = ((x, y), (y, x))
    return any(_before_and_after(*pair) or _leaves_but_some(*pair) for pair in either_way) or _of_other_sorts(
        x, y, a.question
    )


def _of_other_years(one: str, other: str) -> bool:
    """Whether each answer says of which year it speaks, and they are others: "As of 2015, the mayor is Ann Roe."."""
    years = [frozenset(_AS_OF.findall(text)) for text in (one, other)]
    return all(years) and years[0].isdisjoint(years[1])


def _leaves_but_some(x: Sentence, y: Sentence) -> bool:
    """Whether one sentence denies, and the other leaves no more than a part: "not free", "only the first hour is"."""
    if x.words[:1] != ("only",) or "only" in y.words or x.n_negations or y.n_negations != 1:
        return False
    left = x.words[2] if x.words[1:2] == ("the",) else x.words[1] if len(x.words) > 1 else ""
    return left in NUMBER_WORDS or left.isdigit() or signed_concept(left)[0] not in y.concepts


def _at_other_places(x: Sentence, y: Sentence) -> bool:
    """Whether two sentences open by saying where each holds: "In Norway, two years.", "In Chile, one."."""
    one, other = _SCOPE.match(x.text), _SCOPE.match(y.text)
    return one is not None and other is not None and one[1] != other[1]


def _is_conditional(answer: Answer) -> bool:
    """Whether all that an answer says, it says for a case: "if you are between two sizes, take the larger one"."""
    return len(answer.sentences) == 1 and answer.sentences[0].words[:1] == ("if",)


def _before_and_after(x: Sentence, y: Sentence) -> bool:
    """Whether one sentence is of the time up to a moment, and the other of the time from it, or a later one, on."""
    until, start = _UNTIL.search(x.text), _FROM.search(y.text)
    if until is None or start is None or _FROM.search(x.text) or _UNTIL.search(y.text):
        return False
    ends, begins = quantities(until["when"]), quantities(start["when"] or "")
    if ends and begins and ends[0].dimension == begins[0].dimension:
        return ends[0].low <= begins[0].low
    return True


def _of_other_sorts(x: Sentence, y: Sentence, question: Question) -> bool:
    """Whether two sentences begin with different sorts of one thing that the question asks about in general."""
    one, other = _sort(x, question), _sort(y, question)
    return one is not None and other is not None and one[1] == other[1] and one[0] != other[0]


def _sort(sentence: Sentence, question: Question) -> tuple[tuple[str, int], str] | None:
    """The word in front of the first thing that the question names, and that thing: "express", "delivery"."""
    words = sentence.words[1:] if sentence.words[:1] and sentence.words[0] in STOP_WORDS else sentence.words
    if len(words) < 3 or words[0] in STOP_WORDS or not words[0].isalpha() or words[0] in NUMBER_WORDS:
        return None
    (sort, sign, _), (thing, _, _) = map(signed_concept, words[:2])
    if thing not in _things(question.tokens) or sort in question.frame.concepts or sort in names(sentence):
        return None
    return (sort, sign), thing


@functools.lru_cache(maxsize=1024)
def _things(words: tuple[str, ...]) -> frozenset[str]:
    """Concepts of the words behind an article, an auxiliary verb or a preposition: what a question is about."""
    return frozenset(signed_concept(word)[0] for before, word in pairwise(words) if before in _LEADS_IN)


_LEADS_IN = AUXILIARIES | frozenset({"a", "an", "at", "for", "in", "my", "of", "on", "our", "the", "to", "your"})

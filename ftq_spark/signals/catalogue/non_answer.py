"""Whole answers that are none: "I have no comment", courtesy alone, the question again, a service's failure."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch, Pairs
from ftq_spark.signals.catalogue.refusal import right_to_decline
from ftq_spark.signals.features.phrases import BESIDE_WORDS, any_of, expression, opening
from ftq_spark.signals.features.scenes import in_a_scene
from ftq_spark.signals.registry import signal, suspects_of_pairs

MAX_WORDS = 12  # of "I have no comment"
MAX_CHARS = 400  # of the others
MIN_QUESTION_WORDS, MAX_QUESTION_CHARS = 3, 300
SAID_AGAIN_WORDS = 4
_ALONE = rf"^{BESIDE_WORDS}*{{}}{BESIDE_WORDS}*$"
_WHOLE, _UNKNOWING = (expression("non_answer", part, _ALONE) for part in ("whole", "unknowing"))
_OPENING, _COURTESY = (expression("non_answer", part).removeprefix("(?i)") for part in ("openings", "courtesies"))
_END = rf"(?:{BESIDE_WORDS}+|$)"
_COURTESIES = (
    rf"(?i)^{BESIDE_WORDS}*(?:{_OPENING}{BESIDE_WORDS}+)*{_COURTESY}{_END}(?:(?:{_OPENING}|{_COURTESY}){_END})*$"
)
_ELSEWHERE = expression("non_answer", "elsewhere", _ALONE)
_FAILURE = expression("non_answer", "failures", r"^\W{0,3}{}")
_SPEAKS_OF_FAILURES = expression("non_answer", "speaks_of_failures", r"\b{}\b")
_RESULT = r"(?m)^Tool: "  # of a tool, which may have failed
_WANTS_COURTESY = expression("non_answer", "wants_courtesy", r"\b{}\b")
_ASKS_FOR_GIVEN = expression("non_answer", "asks_for_given", _ALONE)
_HOLDS_IT = expression("non_answer", "holds_it")
_MAY_COPY = expression("non_answer", "may_copy", r"^\W*{}\b")
_EDITS = expression("non_answer", "edits")
_TO_SAY_AFTER = expression("non_answer", "to_say_after")
# A yes may be all that is wanted, whatever follows it.
_ASKS_WHETHER = (
    r"(?i)(?:^|[.!?\n]\s*)(?:are|can|could|do|does|is|may|should|will|would) "
    r"(?:he|i|it|my|she|that|the|there|these|they|this|we)\b[^.?!\n]*\?\W*$"
)
_SAYS_YES = rf"^{BESIDE_WORDS}*(?i:{_OPENING}){_END}"
_ASKS_ABILITY = r"(?i)^\W*(?:are|can|could|do|will) you(?: [\w'’-]+){1,3}\W*$"  # "Can you write code?"
_WANTS_ADDRESS = expression("non_answer", "wants_address", r"\b{}\b")
# How an answer opens that may say nothing: most others are known by their first words.
_PARTS = ("courtesies", "elsewhere", "failures", "asks_for_given")
_OPENS_SO = rf"(?i)^\W*(?:{_OPENING}\W+)*(?:{any_of(opening('non_answer', part) for part in _PARTS)})"
_WORD = re.compile(r"\w+")
_MARK = re.compile(r"[^\w\s]")
_AROUND = re.compile(r"^[\s\"'“”‘’«»]+|[\s.!?:…\"'“”‘’«»]+$")  # quotes about a text, and its last mark


def says_again(question: str, answer: str) -> bool:
    """Is an answer nothing but its question, word by word, and of code sign by sign?

    Where marks or capitals within differ, it was edited: dictated text that is cleaned up, JSON that is repaired.
    """
    said, asked = _WORD.findall(answer), _WORD.findall(question)
    if len(said) < SAID_AGAIN_WORDS or [word.lower() for word in said] != [word.lower() for word in asked]:
        return False
    return said[1:] == asked[1:] and _marks(answer) == _marks(question)


def _marks(text: str) -> list[str]:
    return _MARK.findall(_AROUND.sub("", text))


def _said_nothing(batch: Batch) -> NDArray[np.float64]:
    """(n,) 0.6 for short answers of courtesy alone, 0.8 for what a service gave when it failed, or for a reference."""
    found = np.zeros(batch.n)
    places = np.flatnonzero(_opens_so(batch))
    if len(places):
        found[places] = _says_nothing(batch.at(places, ("response", "question", "prompt")))
    return found


def _opens_so(batch: Batch) -> NDArray[np.bool_]:
    short: NDArray[np.bool_] = np.diff(batch.text("response").offsets) <= MAX_CHARS
    return short & batch.matches("response", _OPENS_SO)


def _says_nothing(batch: Batch) -> NDArray[np.float64]:
    asked = batch.n_tokens("question") >= MIN_QUESTION_WORDS
    asked &= np.diff(batch.text("question").offsets) <= MAX_QUESTION_CHARS
    polite = batch.matches_among("response", _COURTESIES, asked)
    polite &= ~batch.matches_among("question", _WANTS_COURTESY, polite)
    polite &= ~batch.matches_among("question", _ASKS_ABILITY, polite)
    polite &= ~(batch.matches_among("response", _SAYS_YES, polite) & batch.matches("question", _ASKS_WHETHER))
    failed = batch.matches("response", _FAILURE)
    failed &= ~batch.matches_among("question", _SPEAKS_OF_FAILURES, failed)
    failed &= ~batch.matches_among("prompt", _RESULT, failed)
    given = batch.matches_among("question", _HOLDS_IT, batch.matches("response", _ASKS_FOR_GIVEN))
    elsewhere = batch.matches("response", _ELSEWHERE)
    elsewhere &= ~batch.matches_among("question", _WANTS_ADDRESS, elsewhere)
    return np.where(failed | given | elsewhere, 0.8, np.where(polite, 0.6, 0.0))


def _initials(batch: Batch, column: str) -> NDArray[np.uint32]:
    """(n,) the letter, in lower case, that the first word of each text begins with; 0 where there is none."""
    tokens = batch.tokens(column)
    found = np.zeros(batch.n, dtype=np.uint32)
    filled = np.diff(tokens.token_offsets) > 0
    found[filled] = tokens.codes[tokens.starts[tokens.token_offsets[:-1][filled]]]
    return found


@suspects_of_pairs("non_answer")
def _may_say_nothing(pairs: Pairs) -> NDArray[np.bool_]:
    whole = pairs.answers.matches("response", any_of((_WHOLE, _UNKNOWING)))[pairs.answer]
    sides = ((pairs.answers, "response"), (pairs.questions, "question"))
    n_answer, n_question = (batch.n_tokens(column) for batch, column in sides)
    again = (n_answer[pairs.answer] == n_question[pairs.question]) & (n_answer[pairs.answer] >= SAID_AGAIN_WORDS)
    mine, asked = (_initials(batch, column) for batch, column in sides)
    again &= mine[pairs.answer] == asked[pairs.question]  # the same words begin with the same letter
    any_whole = any_of((_COURTESIES, _ELSEWHERE, _FAILURE, _ASKS_FOR_GIVEN))
    others = pairs.answers.matches_among("response", any_whole, _opens_so(pairs.answers))
    found: NDArray[np.bool_] = whole | again | others[pairs.answer]
    return found


@signal(
    "non_answer",
    version=13,
    range=(0, 1),
    reads=("response", "question", "prompt", "context", "rejected"),
    summary='1 where the whole answer is that there is none: "I have no comment"; 0.8 where it is the '
    "question again, a request for the text that the question holds, or a service's failure; 0.7 where it is \"I don't "
    'know", which may be so, 0.6 where it is courtesy, 0.5 where declining may be right, or in a scene.',
)
def non_answer(batch: Batch) -> NDArray[np.float64]:
    found = _said_nothing(batch)
    again = np.flatnonzero(batch.n_tokens("response") == batch.n_tokens("question"))
    some = batch.at(again, ("response", "question"))
    copies = [says_again(*pair) for pair in zip(some.strings("question"), some.strings("response"), strict=True)]
    copied = again[np.array(copies, dtype=bool)]
    some = batch.at(copied, ("question", "context", "prompt"))
    wanted = (
        some.matches("question", _MAY_COPY) | some.matches("context", _EDITS) | some.matches("prompt", _TO_SAY_AFTER)
    )
    found[copied[~wanted]] = 0.8
    brief = batch.n_tokens("response") <= MAX_WORDS
    whole, unknowing = (brief & batch.matches("response", said) for said in (_WHOLE, _UNKNOWING))
    found[unknowing] = 0.7
    found[whole] = 1.0
    places = np.flatnonzero(whole | unknowing)
    if len(places):
        read = ("response", "question", "prompt", "context", "rejected")
        some = batch.at(places, read)
        found[places[right_to_decline(some) | in_a_scene(some)]] = 0.5
    return found

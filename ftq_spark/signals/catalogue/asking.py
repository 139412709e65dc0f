"""The prompt: is it a task that can be answered at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal

_REFERS = expression("asking", "text")
_PICTURE = expression("asking", "picture")
_OF_ANY = expression("asking", "of_any", r"\b{}\b")
_ONLY_URL = r"(?i)^\s*(?:https?://|www\.)\S+\s*$"
# Something follows that may be the text: a second line, a quotation, or words behind the end of a sentence.
_ATTACHED = any_of((
    r"\n\s*\S|[\"“'‘«`(\[{]\s*\S[^\n]{2,}|[:：.?!]\s*[\p{L}\p{N}]|</?\w+>|\p{Ll}\p{Lu}|\p{Nd}",
    expression("asking", "begins", r"\p{Ll} {} \p{Ll}").removeprefix("(?i)"),
))  # fmt: skip
# Who follows a talk speaks of no text.
_FOLLOWS = expression("asking", "follows", r"\b{}\b")
ENOUGH_WORDS = 25
# A field of a template that nobody filled in: "Can we {change} our {area}?"; not in code, nor where such are spoken of.
_FIELD = r"(?:^|[\s\"'(,])\{[A-Za-z][a-z]*(?:_[a-z]+)*\}(?:[\s.,;?!)\"']|$)"
_MEANT = expression("asking", "of_braces", r"\b{}\b")
_OF_BRACES = any_of((_MEANT, r"[;=<>\\$`]|\{\{|\w\[|\(\)"))
_LAYOUT = r"\{[A-Za-z_ ]+\}[\s:–-]{0,3}\{[A-Za-z_ ]+\}"  # one field behind another: how the answer is to look
# Surely one: a word in lower case, or in double braces, within a plain sentence, which is the whole of the prompt.
_SURE_FIELD = (
    r"^\s*\p{L}[^\n:\"“”„«`]*[\s'(]"
    r"(?:\{[a-z]{3,}(?:[_/][a-z]+)*\}|\{\{(?:[A-Z]{3,}|[a-z]{3,})(?:_[A-Za-z]+)*\}\})"
    r"(?:['’]s)?(?:[\s,)][^\n:\"“”„«`]*)?[.?!]\s*$"
)
# {{user}} and {{char}} are the names of a role play.
_MEANT_IN_IT = any_of((
    _MEANT, expression("asking", "of_code", r"\b{}\b"),
    r"[;=<>\\$`|%#@*\[\]]|\{\{(?i:user|char)\}\}|\w[/.]\{|\}[/(.]\w|//|\(\)|\{[^\p{L}{]",
))  # fmt: skip
MOST_WORDS = 60  # of a prompt that may have been such a template


@signal(
    "missing_context",
    version=6,
    range=(0, 1),
    reads=("prompt", "attached", "media", "context", "response"),
    summary="1 where the prompt speaks of a text or picture that is not there, is nothing but a web address, or is a "
    'plain sentence with a field that nobody filled in ("Can we {change} it?"); 0.5 where a field may be meant.',
    source="Alpaca cleaning",
)
def missing_context(batch: Batch) -> NDArray[np.float64]:
    bare = batch.n_tokens("prompt") < ENOUGH_WORDS
    bare &= ~batch.matches_among("prompt", _ATTACHED, bare)
    bare &= ~batch.matches_among("prompt", _OF_ANY, bare)
    bare &= ~batch.matches("context", r"\S") & ~batch.matches("attached", r"\S")
    text = batch.matches_among("prompt", _REFERS, bare)
    text &= ~batch.matches_among("prompt", _FOLLOWS, text)
    picture = batch.matches_among("prompt", _PICTURE, bare) & ~batch.matches("media", r"\S")
    unfilled = batch.matches("prompt", _FIELD) & (batch.n_tokens("prompt") <= MOST_WORDS)
    unfilled &= ~batch.matches_among("prompt", _OF_BRACES, unfilled)
    unfilled &= ~batch.matches_among("prompt", _LAYOUT, unfilled)
    lacking = text | picture | _surely_unfilled(batch) | batch.matches("prompt", _ONLY_URL)
    return np.where(lacking, 1.0, unfilled * 0.5)


def _surely_unfilled(batch: Batch) -> NDArray[np.bool_]:
    """(n,) is the prompt a plain sentence with a field of which the answer knows nothing?"""
    field = batch.matches("prompt", _SURE_FIELD) & (batch.n_tokens("prompt") <= MOST_WORDS)
    for column, meant in (("prompt", _MEANT_IN_IT), ("prompt", _LAYOUT), ("response", rf"[{{}}]|{_MEANT}")):
        field &= ~batch.matches_among(column, meant, field)
    return field


@signal(
    "n_questions",
    version=1,
    range=(0, np.inf),
    reads=("question",),
    summary="Question marks of any script in the last question: several make an answer hard to judge.",
    source="GoldenSetAuditor",
)
def n_questions(batch: Batch) -> NDArray[np.float64]:
    return batch.counts("question", r"[?？؟;⁇]+(?:\s|$)|？")


@signal(
    "prompt_clarity",
    version=1,
    range=(0, 1),
    reads=("question", "prompt", "roles"),
    summary="1 for a task that stands by itself; less for a word or two, for capitals, for an unexplained 'it'.",
    source="datacruxai; GoldenSetAuditor",
)
def prompt_clarity(batch: Batch) -> NDArray[np.float64]:
    words = batch.n_tokens("question")
    alone = words == batch.n_tokens("prompt")
    scores = np.ones(batch.n)
    unclear = batch.matches("question", r"(?i)\b(?:it|this|that|they|them|these|those|he|she|him|her)\b")
    scores[unclear & alone & (words < 8)] *= 0.6
    upper = batch.matches("question", r"\p{Lu}") & ~batch.matches("question", r"\p{Ll}|\p{Lo}") & (words > 3)
    scores[upper] *= 0.7
    scores[(words <= 2) & alone] *= 0.5
    scores[~batch.matches("question", r"[\p{L}\p{N}]")] = 0.0
    return scores


@signal(
    "verbosity",
    version=1,
    range=(0, np.inf),
    reads=("response", "question"),
    summary="Words of the answer per word of the last question.",
    source="cleanllm",
)
def verbosity(batch: Batch) -> NDArray[np.float64]:
    return batch.n_tokens("response") / np.maximum(batch.n_tokens("question"), 1)

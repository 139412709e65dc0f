"""Scraps of how a row was made: an answer cut out of another text, what it was written from, escapes read twice."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects

# Behind the mark a space or a quote: ":root", ":smile:" and ":symbol" are code and smileys.
_STRAY = r"^\s*[:;,](?:\s+['\"“‘]?|['\"“‘])\p{L}{2}"
_CONTINUES = r"(?:[,:;–—-]|[\p{L}\p{N}])\s*$"  # a question that an answer may go on with: it does not end a sentence

# What is left of \text{…}, \frac{…}, \beta and \rho where the escape of a string ate the backslash and a letter.
_ESCAPES = {
    "\t": r"\t(?:ext\w*\{|imes[\s\\{\d]|heta[^\p{L}]|au[_^$}\\=]|ilde\{|frac\{|riangle[^\p{L}])",
    "\f": r"\f(?:rac\{|orall[^\p{L}])",
    "\b": r"\x08(?:ar\{|egin\{|eta|f\{|inom\{|ig|m\{|mod|oldsymbol|ullet)",
    "\r": r"\r(?:ho[_^$}\\)=]|ight[\])}|.\\]|m[ {]|angle[^\p{L}])",
    "\nabla": r"\nabla[^\p{L}]",
}
_BROKEN_ESCAPE = any_of(_ESCAPES.values())

_SOURCE = expression("scraps", "source")
_ASKED_SOURCE = expression("scraps", "asked_source", r"\b{}")
_QUESTION = r"\?\s*$|\n\(?[A-Da-d][.):]\s"  # of what stands beside the task: a question, or its options
_MAX_PROMPT_CHARS, _MAX_CONTEXT_CHARS = 600, 600  # longer ones may hold the text itself


def _longer(batch: Batch, column: str, n_chars: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.asarray(pc.greater(pc.utf8_length(batch.array(column)), n_chars), dtype=bool)
    return found


@suspects("stray_opening")
def _may_open_astray(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("response", _STRAY)


@signal(
    "stray_opening",
    version=1,
    range=(0, 1),
    reads=("response", "question"),
    summary="1 where the answer opens with a comma or a colon, as a text does that was cut out of another (\": 'Yes, "
    'Sir"); 0 for a comma behind a question that ends no sentence.',
)
def stray_opening(batch: Batch) -> NDArray[np.float64]:
    found = _may_open_astray(batch)
    goes_on = batch.matches_among("response", r"^\s*[;,]", found)
    found &= ~batch.matches_among("question", _CONTINUES, goes_on)
    return found.astype(np.float64)


@suspects("unseen_source")
def _may_name_its_source(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("response", _SOURCE)


@signal(
    "unseen_source",
    version=1,
    range=(0, 1),
    reads=("response", "prompt", "context", "attached"),
    summary='1 where the answer speaks of a text that it was written from ("as stated in the provided context") and '
    "that is not there; 0 where the prompt speaks of a text or may hold one.",
)
def unseen_source(batch: Batch) -> NDArray[np.float64]:
    found = _may_name_its_source(batch)
    found &= ~batch.matches_among("prompt", _ASKED_SOURCE, found)
    held = batch.matches_among("attached", r"\S", found)
    found &= ~held | batch.matches_among("attached", _QUESTION, held)
    if found.any():
        found &= ~_longer(batch, "prompt", _MAX_PROMPT_CHARS) & ~_longer(batch, "context", _MAX_CONTEXT_CHARS)
    return found.astype(np.float64)


@suspects("n_broken_escapes")
def _may_be_escaped(batch: Batch) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.logical_or.reduce([batch.holds("conversation", mark) for mark in _ESCAPES])
    return found


@signal(
    "n_broken_escapes",
    version=1,
    range=(0, np.inf),
    reads=("conversation",),
    summary="Commands of LaTeX whose backslash and first letter became a tab, a form feed, a backspace or a new line "
    '("\\t" + "ext{…}", "\\f" + "rac{…}"): a string was read twice.',
)
def n_broken_escapes(batch: Batch) -> NDArray[np.float64]:
    return batch.counts_among("conversation", _BROKEN_ESCAPE, _may_be_escaped(batch))

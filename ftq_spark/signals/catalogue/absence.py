"""Answers that are not there: empty ones, and what stands in for one."""

from __future__ import annotations

import re

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges.flat import UNFINISHED
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import BESIDE_WORDS, expression
from ftq_spark.signals.features.scenes import in_a_scene
from ftq_spark.signals.registry import signal, suspects

_NOTHING = r"^[\s.…\-_*~#>\x{200b}-\x{200f}\x{2060}\x{feff}\x00]*$"
_SILENCE = r"^\s*(?:\.{3,}|…)[\s.…]*$"
_MORSE = r"^[ \n]*(?:[.\-]{1,6}[ \n/]+)*(?:\.+-|-+\.)[.\-]{0,4}(?:[ \n/]+[.\-]{1,6})*[ \n]*$"  # a dot beside a dash
_SIGN_ALONE = r"(?:^|[\s,])[<>#*~_\-](?:$|[\s,.])"  # one that stands for itself: 3 _ 5 ( <, > )
_WHOLE = expression(
    "absence", "stand_ins", r"^[\s\"'`<\[({]*(?:(?:answer|response|output)\s*[:=][\s\"'`<\[({]*)?{}[\s\"'`>\]).}!:]*$"
)
_HOLDS_CODE = r"[;{}]\s*(?:\n|$)|\w\([^()\n]*\)|[=!]==?[^=\n]|=>|```"
_ITSELF = expression("absence", "itself")
_TO_RUN = expression("absence", "to_run")
_VALUE = expression("absence", "values", rf"^{BESIDE_WORDS}*{{}}{BESIDE_WORDS}*$")
_A_WORD = r"\p{L}{2}"  # without one a prompt is an expression
_TWO_NUMBERS = r"\d\D+\d"
_WORD = re.compile(expression("absence", "words_of_absence"))
_OF_AN_ANSWER = re.compile(r"(?i)^\W*no (?:answer|response)\b")
_TO_BE_WRITTEN = expression("absence", "to_be_written")
# An empty input of an instruction, as its last line: nothing that the prompt speaks of.
_NO_INPUT = r"(?i)\n\s*(?:input\s*:\s*)?[<\[({]?(?:n/?a|no ?input|none|not applicable|null)[>\])}.]?\s*$"
BRIEF_CHARS = 120
FACT_CHARS = 300  # of an answer that tells a fact
_NAMED_CHARS = 3  # of a placeholder that a prompt may hold by chance
_NO_OUTPUT = r"(?i)<no ?(?:in|out)put>"
_GAP = expression("absence", "gap")
_LEFT_IN_FACT = expression("absence", "left_in_fact")
# Words in capitals that are marks of one's own: one closes another, or the answer opens and ends with such.
_OWN_MARKS = r"\[/[A-Z]{4,}\]|(?s)^\s*\[[A-Z]{3,}\].*\[[A-Z]{3,}\]\s*$"
_ABOUT_PROMPTS = r"(?i)\b(?:formats?|placeholders?|prompts?|syntax|templates?|variables?)\b"  # in which braces stand
_ASKS_A_FACT = expression("absence", "asks_a_fact", r"^\W*{}\b")
STAND_INS = (
    _GAP,
    _NO_OUTPUT,
    _WHOLE,
    _TO_BE_WRITTEN,
    _LEFT_IN_FACT,
)  # without one of these an answer is no placeholder
_ASKED_FOR = expression("asked", "filled_in")
_DUMMY_TEXT = expression("asked", "dummy_text")
_CODE = r"```|`[^`\n]+`|(?m:^(?:\s*(?:def|class|import|function|const|public|return|#include|//)\b))|[;{]\s*\n"


@suspects("empty_answer")
def _may_be_empty(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("response", _NOTHING)


@signal(
    "empty_answer",
    version=5,
    range=(0, 1),
    reads=("response", "question", "thought"),
    summary="1 where the answer is empty, white space, dots and dashes but no Morse code, or invisible characters; 0.8 "
    "where it is an ellipsis: somebody may be silent; 0 for silence in a scene, for a sign that was asked for, and "
    "where a thought does not end, which is a cut.",
)
def empty_answer(batch: Batch) -> NDArray[np.float64]:
    scores = (batch.matches("response", _NOTHING) & ~batch.matches("thought", UNFINISHED)).astype(np.float64)
    places = np.flatnonzero(scores)
    if len(places):
        some = batch.at(places, ("question", "response"))
        silent = some.matches("response", _SILENCE)
        scores[places[silent]] = 0.8
        scores[places[silent & in_a_scene(some)]] = 0.0
        scores[places[some.matches("response", _SIGN_ALONE) & some.matches("question", _SIGN_ALONE)]] = 0.0
        morse = some.matches("question", r"(?i)\bmorse\b") & some.matches("response", r"[.\-]")
        scores[places[morse | some.matches("response", _MORSE)]] = 0.0
    return scores


@signal(
    "placeholder",
    version=14,
    range=(0, 1),
    reads=("response", "prompt", "question", "attached"),
    summary="1: the whole answer stands for one (N/A, TODO); 0.8: holds <nooutput>; 0.5: a gap ([insert …], {{name}}), "
    "0.7 where a fact is asked for, and for what a program gives (null, NaN), asked of numbers.",
    source="C4; Alpaca cleaning",
)
def placeholder(batch: Batch) -> NDArray[np.float64]:
    plain = ~batch.matches("response", _CODE) & ~batch.matches("attached", _GAP)
    scores = np.where(batch.matches("response", _GAP) & plain, 0.5, 0.0)
    brief = np.diff(batch.text("response").offsets) <= BRIEF_CHARS  # more than that is an answer beside it
    no_output = batch.matches("response", _NO_OUTPUT) & plain
    scores[no_output] = np.where(brief, 0.8, 0.5)[no_output]
    left = batch.matches("response", _LEFT_IN_FACT) & plain
    left &= np.diff(batch.text("response").offsets) <= FACT_CHARS
    left &= ~batch.matches_among("question", _ABOUT_PROMPTS, left)
    left &= ~batch.matches_among("response", _OWN_MARKS, left)
    scores[batch.matches_among("question", _ASKS_A_FACT, left)] = 0.7
    scores[batch.matches_among("prompt", _ASKED_FOR, scores > 0)] = 0.0
    to_be_written = batch.matches("response", _TO_BE_WRITTEN)
    to_be_written &= ~batch.matches_among("prompt", _DUMMY_TEXT, to_be_written)
    whole = batch.matches("response", _WHOLE) | to_be_written
    places = np.flatnonzero(whole)
    some = batch.at(places, ("response", "prompt"))
    scores[places] = np.where(_spoken_of(some), 0.6, np.where(_has_no_value(some), 0.7, 1.0))
    return scores


def _has_no_value(batch: Batch) -> NDArray[np.bool_]:
    """(n,) what a program gives, asked of numbers: of 4 by 0 it may be the answer."""
    return batch.matches("response", _VALUE) & batch.matches("prompt", _TWO_NUMBERS)


def _spoken_of(batch: Batch) -> NDArray[np.bool_]:
    """(n,) placeholders that the prompt names: it may have asked for them."""
    prompts = pc.replace_substring_regex(batch.array("prompt"), _NO_INPUT, "")
    values = batch.matches("response", _VALUE)
    values &= (
        batch.matches("prompt", _TO_RUN) | batch.matches("prompt", _HOLDS_CODE) | ~batch.matches("prompt", _A_WORD)
    )
    found = values | Batch({"prompt": prompts}, batch.parameters).matches("prompt", _ITSELF)
    for i, (answer, prompt) in enumerate(zip(batch.strings("response"), prompts.to_pylist(), strict=True)):
        asked, own = prompt.casefold(), answer.strip().casefold()
        word = _WORD.search(own) if not _OF_AN_ANSWER.search(own) else None
        named = word is not None and re.search(rf"\b{re.escape(word[0])}\b", asked) is not None
        found[i] |= named or (len(own) >= _NAMED_CHARS and own in asked)
    return found

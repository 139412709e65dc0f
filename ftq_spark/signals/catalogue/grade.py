"""Vague, moderate or complete: the grade of an answer, relative to what was asked, and why.

    substance = (1 − exp(−solid / scale)) · solid / (solid + max(fog − solid / 5, 0))

`solid` counts the distinct specific words that the question does not hold (numbers, names, terms outside the general
vocabulary) and half of the words that state a cause; `fog` counts generalities and hedges; `scale` is what the question
asks for: a fact or a yes/no question is answered completely by one word that is to the point, an explanation is not. A
brief answer without generalities is no vague one where no explanation is asked for, or where it denies what was asked
("Turkey is not in the EU"), even if it holds no word that the question lacks: it has a substance of at least PLAIN.
Generalities that the question holds are not counted. Where nothing is asked, nothing is graded.
Text that English word lists cannot judge counts its distinct new words instead.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark.kernels.text.arrays import count_true
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.extent import BRIEF, DEFAULT_DEMAND, YES_OR_NO, demand
from ftq_spark.signals.catalogue.substance import brings_material, fresh_content, n_specifics, readable_as_english
from ftq_spark.signals.features.lexicon import count_in_list, has_digit, in_list, in_question, is_name
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.features.questions import asks_elsewhere_for_a_fact, asks_elsewhere_to_explain, asks_nothing
from ftq_spark.signals.registry import signal

GRADES = ("vague", "moderate", "complete")
MODERATE, COMPLETE = 0.22, 0.70  # substance at or over which an answer has the grade
USUAL_FOG = 0.2  # generalities per specific word that any text holds
SCALE = 6.0  # solid words after which an explanation is nearly complete
_FACT = expression("grade", "fact", r"^\W*{}")
_WHICH = expression("grade", "which")
_OPEN = expression("grade", "open")
_SUM = expression("grade", "sum")
_DENIES = expression("grade", "denies")
_DIRECT = expression("grade", "directly", r"^\W*{}")
_LETTER = r"^\W*[A-Ha-h]\W*$"  # the letter of an option, where the question has two
_LABELLED = r"(?im)^\W*(?:final )?(?:answer|antwort|respuesta|risposta|réponse)\W{0,3}[:：]\s*\S"  # it says which one
_LETTERS = r"(?s)\bA\b.*\bB\b"
SHORT_WORDS = 6
BRIEF_WORDS = 25
PLAIN = 0.5


def _solid(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("response").token_offsets
    english = n_specifics(batch) + 0.5 * count_in_list(batch, "response", "causal")
    numerals = count_true(in_list(batch, "response", "number") & fresh_content(batch), offsets)
    other = count_true(fresh_content(batch), offsets) / 3.0
    return np.where(readable_as_english(batch), english + numerals, other)


def _fog(batch: Batch) -> NDArray[np.float64]:
    vague = in_list(batch, "response", "generic") | in_list(batch, "response", "hedge")
    counts = count_true(vague & ~in_question(batch), batch.tokens("response").token_offsets).astype(np.float64)
    return np.where(readable_as_english(batch), counts, 0.0)


def _to_the_point(batch: Batch) -> NDArray[np.bool_]:
    """(n,) brief questions and questions for a fact that are answered by a number, a name, a yes or a no."""

    def compute() -> NDArray[np.bool_]:
        offsets = batch.tokens("response").token_offsets
        short = batch.n_comparable_words("response") <= SHORT_WORDS
        clear = _fog(batch) == 0
        digits = count_true(has_digit(batch, "response") | in_list(batch, "response", "number"), offsets) > 0
        named = digits | (count_true(is_name(batch, "response") & fresh_content(batch), offsets) > 0)
        new = (count_true(fresh_content(batch), offsets) > 0) | batch.matches("response", r"\b\p{Lu}\b")
        fact = batch.matches("question", _FACT) & (named | (short & new))
        short_fact = batch.matches("question", _WHICH) & ~batch.matches("question", _OPEN) & short & new & clear
        sum_ = batch.matches("question", _SUM) & ~batch.matches("question", _OPEN) & digits
        direct = batch.matches("response", _DIRECT)
        brief = (demand(batch) <= BRIEF) & (direct | ((demand(batch) < YES_OR_NO) & (named | clear)))
        worked_on = brings_material(batch) & clear & (count_true(fresh_content(batch), offsets) > 0)
        elsewhere = asks_elsewhere_for_a_fact(batch) & short & new & clear
        chosen = batch.matches("response", _LETTER) & batch.matches("question", _LETTERS)
        chosen |= batch.matches("response", _LABELLED)
        to_the_point = fact | short_fact | elsewhere | sum_ | brief | worked_on | chosen
        found: NDArray[np.bool_] = to_the_point & (np.diff(offsets) > 0)
        return found

    return batch.feature("to_the_point", "response", compute)


def _plain(batch: Batch) -> NDArray[np.bool_]:
    """(n,) brief English answers that say something where no explanation is wanted, deny a premise, or edit a text."""
    says = count_true(~in_list(batch, "response", "stop"), batch.tokens("response").token_offsets) > 0
    denies = batch.matches("response", _DENIES)
    asks_little = (demand(batch) <= DEFAULT_DEMAND) & ~batch.matches("question", _OPEN)
    brief = batch.n_comparable_words("response") <= BRIEF_WORDS
    english = readable_as_english(batch) & ~asks_elsewhere_to_explain(batch)
    edits = brings_material(batch) & (demand(batch) <= BRIEF) & says  # its generalities may be the text's own
    found: NDArray[np.bool_] = english & brief & ((_fog(batch) == 0) & ((says & asks_little) | denies) | edits)
    return found


@signal(
    "asks_for_brief",
    version=1,
    range=(0, 1),
    reads=("question",),
    summary="1 where a yes, a number, a name or another brief answer may be all that the last question wants.",
)
def asks_for_brief(batch: Batch) -> NDArray[np.float64]:
    fact = batch.matches("question", _FACT) | asks_elsewhere_for_a_fact(batch)
    sum_ = batch.matches("question", _SUM) & ~batch.matches("question", _OPEN)
    return (fact | sum_ | (demand(batch) <= BRIEF)).astype(np.float64)


@signal(
    "substance",
    version=5,
    range=(0, 1),
    reads=("response", "question"),
    summary="Specific words against generalities and what was asked for; see grade. NaN where nothing is asked.",
)
def substance(batch: Batch) -> NDArray[np.float64]:
    solid, fog = _solid(batch), _fog(batch)
    brief = _to_the_point(batch)
    solid = np.where(brief, solid + 1.5, solid)
    scale = np.where(brief, 1.0, SCALE)
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = np.maximum(fog - USUAL_FOG * solid, 0.0)
        clear = np.where(solid > 0, solid / (solid + excess), 0.0)
    found = (1.0 - np.exp(-solid / scale)) * clear
    return np.where(asks_nothing(batch), np.nan, np.where(_plain(batch), np.maximum(found, PLAIN), found))


@signal(
    "grade",
    version=5,
    range=(0, 2),
    reads=("response", "question"),
    summary="0 vague, 1 moderate, 2 complete, relative to the question. NaN where nothing is asked.",
    source="article: response quality",
)
def grade(batch: Batch) -> NDArray[np.float64]:
    value = batch.value(substance)
    return np.where(np.isnan(value), np.nan, (value >= MODERATE).astype(np.float64) + (value >= COMPLETE))


def explain_grade(question: str, answer: str) -> str:
    """One line that says why the answer has its grade."""
    batch = Batch({"question": pa.array([question]), "response": pa.array([answer])})
    value = float(batch.value(substance)[0])
    if np.isnan(value):
        return "not graded: nothing is asked"
    graded = int(batch.value(grade)[0])
    asked = "a fact or a brief answer" if _to_the_point(batch)[0] else f"about {demand(batch)[0]:g} words"
    counts: Mapping[str, int] = {
        "specific": int(n_specifics(batch)[0]),
        "of cause": int(count_in_list(batch, "response", "causal")[0]),
        "general or hedging": int(_fog(batch)[0]),
    }
    found = ", ".join(f"{n} {name}" for name, n in counts.items())
    return f"{GRADES[graded]} (substance {value:.2f}): asked for {asked}; words of the answer: {found}"

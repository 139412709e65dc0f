"""Which signals say something of one answer by itself, so that every answer of a dialogue can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch, Parameters, paired
from ftq_spark.signals.catalogue.tools import CODES
from ftq_spark.signals.measure import measure_batch
from ftq_spark.signals.quality import Bound
from ftq_spark.signals.registry import REGISTRY, SCREENS, Screen, Signal

# What one answer has: itself, what was said before it, and what stands beside the dialogue.
COLUMNS = frozenset(
    ("response", "thought", "conversation", "prompt", "question", "context", "attached", "media", "rejected")
)
_OF_THE_ANSWER = frozenset(("response", "conversation"))
_COMPARES = frozenset(("response", "rejected"))  # the two sides of a preference
_GRADES = frozenset(("soundness", "substance"))  # a question back or a word of thanks between two answers has no grade
_OF_THE_PROMPT = frozenset(("missing_context",))  # at fault is what was asked, whatever the answers


def of_each_answer(names: Iterable[str]) -> list[str]:
    """Those of the named signals that read an answer and nothing but :data:`COLUMNS`, sorted, each once.

    Not those that read the roles, the calls of the whole dialogue, or the two sides of a preference, nor grades
    or what is found of the prompt.
    """
    found = []
    for name in sorted(REGISTRY.keys() & set(names)):  # what a model of the user's rates is the whole example
        reads = frozenset(REGISTRY[name].reads)
        if reads & _OF_THE_ANSWER and reads <= COLUMNS and reads != _COMPARES and name not in _GRADES | _OF_THE_PROMPT:
            found.append(name)
    return found


def of_each_call(names: Iterable[str]) -> list[str]:
    """Those of the named signals that count what is wrong with calls and what follows them, so of one answer too."""
    return sorted(set(names) & CODES.keys())


def screened(rules: Iterable[Bound]) -> list[str]:
    """Signals of :func:`of_each_answer` that need no look where they are low: every rule of theirs holds higher up."""
    rules = [rule for rule in rules if rule.signal in SCREENS]
    low = {rule.signal for rule in rules if rule.at_least is None or rule.at_least <= SCREENS[rule.signal].above}
    return [name for name in of_each_answer(rule.signal for rule in rules) if name not in low]


class Answers(NamedTuple):
    """n answers of dialogues."""

    columns: Mapping[str, pa.Array]  # response, thought and question of each
    gather: Callable[[str, NDArray[np.int64]], pa.Array]  # any other of COLUMNS, of the answers at these places


def measure_answers(
    answers: Answers, names: Sequence[str], screened: Sequence[str], parameters: Parameters
) -> dict[str, NDArray[np.float64]]:
    """(n,) of each named signal; one of `screened` is NaN where its suspects say that it is low.

    The conversation that a signal reads is the answer alone: it must be the one found at fault. What reads nothing
    else is asked once of equal answers.
    """
    n = len(answers.columns["response"])
    pairs = paired(answers.columns["response"], answers.columns["question"], parameters)
    entries = [REGISTRY[name] for name in names]
    alone = [entry for entry in entries if entry.name not in screened and _OF_THE_ANSWER.issuperset(entry.reads)]
    everywhere = [entry for entry in entries if entry.name not in screened and entry not in alone]
    values = {name: found[pairs.answer] for name, found in measure_batch(pairs.answers, alone).items()}
    values |= measure_batch(_batch(answers, everywhere, np.arange(n), parameters), everywhere)
    by_screen: dict[Screen, list[Signal]] = {}
    for entry in entries:
        if entry.name in screened:
            by_screen.setdefault(SCREENS[entry.name], []).append(entry)
    for screen, some in by_screen.items():
        places = np.flatnonzero(screen.find(pairs))
        for name, found in measure_batch(_batch(answers, some, places, parameters), some).items():
            values[name] = np.full(n, np.nan)
            values[name][places] = found
    return {name: values[name] for name in names}


def _batch(answers: Answers, entries: Iterable[Signal], places: NDArray[np.int64], parameters: Parameters) -> Batch:
    """The answers at these places, with the columns that the signals read."""
    columns = {}
    for name in sorted({"response", *(name for entry in entries for name in entry.reads)}):
        own = answers.columns.get("response" if name == "conversation" else name)
        columns[name] = answers.gather(name, places) if own is None else own.take(pa.array(places))
    return Batch(columns, parameters)

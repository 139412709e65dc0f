"""Which signals say something of one answer by itself, so that every answer of a dialogue can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch, Parameters
from ftq_spark.signals.catalogue.tools import CODES
from ftq_spark.signals.measure import measure_batch
from ftq_spark.signals.quality import Bound
from ftq_spark.signals.registry import REGISTRY, SUSPECTS

# What one answer has: itself, what was said before it, and what stands beside the dialogue.
COLUMNS = frozenset(("response", "conversation", "prompt", "question", "context", "attached", "media", "rejected"))
_OF_THE_ANSWER = frozenset(("response", "conversation"))
_COMPARES = frozenset(("response", "rejected"))  # the two sides of a preference
_GRADES = frozenset(("soundness", "substance"))  # a question back or a word of thanks between two answers has no grade


def of_each_answer(names: Iterable[str]) -> list[str]:
    """Those of the named signals that read an answer and nothing but :data:`COLUMNS`, sorted, each once.

    Not those that read the roles, the calls of the whole dialogue, or the two sides of a preference, nor grades.
    """
    found = []
    for name in sorted(set(names)):
        reads = frozenset(REGISTRY[name].reads)
        if reads & _OF_THE_ANSWER and reads <= COLUMNS and reads != _COMPARES and name not in _GRADES:
            found.append(name)
    return found


def of_each_call(names: Iterable[str]) -> list[str]:
    """Those of the named signals that count what is wrong with calls and what follows them, so of one answer too."""
    return sorted(set(names) & CODES.keys())


def screened(rules: Iterable[Bound]) -> list[str]:
    """Signals of :func:`of_each_answer` that need no look where they are 0: every rule of theirs holds over 0 alone."""
    rules = list(rules)
    low = {rule.signal for rule in rules if rule.at_least is None or rule.at_least <= 0}
    names = of_each_answer(rule.signal for rule in rules)
    return [name for name in names if name not in low and name in SUSPECTS]


class Answers(NamedTuple):
    """n answers of dialogues."""

    columns: Mapping[str, pa.Array]  # response and question of each
    gather: Callable[[str, NDArray[np.int64]], pa.Array]  # any other of COLUMNS, of the answers at these places


def measure_answers(
    answers: Answers, names: Sequence[str], screened: Sequence[str], parameters: Parameters
) -> dict[str, NDArray[np.float64]]:
    """(n,) of each named signal; one of `screened` is NaN where its suspects say that it is not over 0.

    The conversation that a signal reads is the answer alone: it must be the one found at fault.
    """
    n = len(answers.columns["response"])
    everywhere = [REGISTRY[name] for name in names if name not in screened]
    some = [REGISTRY[name] for name in names if name in screened]

    def gathered(read: Iterable[str], places: NDArray[np.int64]) -> dict[str, pa.Array]:
        return {name: answers.gather(name, places) for name in sorted(set(read) - {*answers.columns, "conversation"})}

    columns = {**answers.columns, "conversation": answers.columns["response"]}
    columns |= gathered((name for entry in everywhere for name in entry.reads), np.arange(n))
    batch = Batch(columns, parameters)
    values = measure_batch(batch, everywhere)
    suspects = np.zeros(n, dtype=bool)
    for suspect in dict.fromkeys(SUSPECTS[entry.name] for entry in some):
        suspects |= suspect(batch)
    places = np.flatnonzero(suspects)
    chosen = {name: column.take(pa.array(places)) for name, column in columns.items()}
    chosen |= gathered((name for entry in some for name in entry.reads if name not in chosen), places)
    for name, found in measure_batch(Batch(chosen, parameters), some).items():
        values[name] = np.full(n, np.nan)
        values[name][places] = found
    return {name: values[name] for name in names}

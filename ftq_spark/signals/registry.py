"""The signal registry: a signal is a named, versioned measure of one example; a number, never a judgement.

    @signal("n_words", version=1, range=(0, math.inf), reads=("response",), summary="Words in the answer.")
    def n_words(batch: Batch) -> NDArray[np.float64]: ...

A measure takes a whole :class:`~ftq_spark.signals.batch.Batch` and returns one float64 per example; NaN means that the
measure does not apply to the example. Raise the version whenever a value can change: golden values enforce it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ftq_spark.signals.batch import Batch, Pairs

Measure = Callable[["Batch"], NDArray[np.float64]]
OfAnswers = Callable[["Batch"], NDArray[np.bool_]]
OfPairs = Callable[["Pairs"], NDArray[np.bool_]]


class Signal(NamedTuple):
    """One entry of the catalogue."""

    name: str
    version: int
    range: tuple[float, float]  # inclusive bounds of the values
    reads: tuple[str, ...]  # the columns of the batch that it looks at
    summary: str  # one line: what it measures
    source: str  # the paper or project it comes from, "" for our own
    measure: Measure


REGISTRY: dict[str, Signal] = {}


class Screen(NamedTuple):
    """What says of answers and their questions alone where a signal may be high, so that it is asked of few."""

    find: OfPairs  # (n,) where the signal may be over `above`
    above: float


SCREENS: dict[str, Screen] = {}  # by signal


def signal(
    name: str, *, version: int, range: tuple[float, float], reads: tuple[str, ...], summary: str, source: str = ""
) -> Callable[[Measure], Measure]:
    """Register a measure under `name`; ``ValueError`` where another measure has the name already."""

    def register(measure: Measure) -> Measure:
        known = REGISTRY.get(name)
        if known is not None and (known.measure.__module__, known.measure.__qualname__) != (
            measure.__module__,
            measure.__qualname__,
        ):
            raise ValueError(f"signal {name!r} is registered twice: {known.measure} and {measure}")
        REGISTRY[name] = Signal(name, version, range, reads, summary, source, measure)
        return measure

    return register


def suspects(*names: str) -> Callable[[OfAnswers], OfAnswers]:
    """Register what says, from a batch of answers, (n,) where the named signals may be over 0.

    For signals that are 0 for most, and read more than this or are slow: the rest is then gathered for few answers.
    """

    def register(found: OfAnswers) -> OfAnswers:
        SCREENS.update(dict.fromkeys(names, Screen(lambda pairs: found(pairs.answers)[pairs.answer], 0.0)))
        return found

    return register


def suspects_of_pairs(*names: str, above: float = 0.0) -> Callable[[OfPairs], OfPairs]:
    """Register what says, from answers and their questions, (n,) where the named signals may be over `above`."""

    def register(found: OfPairs) -> OfPairs:
        SCREENS.update(dict.fromkeys(names, Screen(found, above)))
        return found

    return register

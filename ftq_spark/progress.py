"""Who is told what a run does, so that a person can watch; and how long it will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable


class Reached(NamedTuple):
    """How far a stage is with what it is doing."""

    done: int
    all: int | None  # null where nobody knows
    unit: str  # what is counted: examples, texts, pairs, tasks

    @property
    def fraction(self) -> float | None:
        """In [0, 1]; null where nobody knows how much there is."""
        return min(1.0, self.done / self.all) if self.all else None

    def __str__(self) -> str:
        return f"{self.done:,} of {self.all:,} {self.unit}" if self.all else f"{self.done:,} {self.unit}"


Look = Callable[[str], Reached | None]
Expected = Callable[[int], Mapping[str, float]]  # seconds of each stage, for a number of examples

# Seconds of work by which the expected times are believed before a run has shown its own.
_BELIEVED_SECONDS = 15.0
# The share of a stage's work after which its own pace alone tells what is left of it: models are loaded first, and of
# texts the longest come first.
_BELIEVED_FRACTION = 0.25
# A stage that takes longer than was expected goes on for this share of what it has taken.
_LATE = 0.2


class Progress(Protocol):
    """Told what happens, so that a person can watch."""

    def start(self, stage: str, n_rows: int | None) -> None:
        """A stage begins, on so many examples where that is known."""

    def done(self, stage: str, n_rows: int, seconds: float) -> None:
        """A stage ended, with its rows and seconds."""

    def skipped(self, stage: str, n_rows: int) -> None:
        """A stage's table is what it would make, so that nothing is done."""


@runtime_checkable
class Introduced(Protocol):
    """One that also wants to know which run it is, and its stages in their order."""

    def begin(self, run_id: str, stages: Sequence[str], look: Look, expected: Expected) -> None:
        """A run begins.

        `look` says of a stage how far it is, where that is known; `expected` how long each stage takes on some machine.
        """


@runtime_checkable
class Noted(Protocol):
    """One that also wants to know what a stage found worth saying."""

    def note(self, stage: str, text: str) -> None:
        """A stage at work has something to say: one line."""


class Silent:
    """Says nothing."""

    def start(self, stage: str, n_rows: int | None) -> None:
        """Nothing."""

    def done(self, stage: str, n_rows: int, seconds: float) -> None:
        """Nothing."""

    def skipped(self, stage: str, n_rows: int) -> None:
        """Nothing."""


class Outlook:
    """How long a run will still take: the expected times, corrected by what its stages have taken so far.

    Stages that are at work at a time share the machine, so each moment counts for all of them in equal parts; what a
    stage has taken is its parts, and the times that are left add up.
    """

    def __init__(self, stages: Sequence[str], expected: Expected, clock: Callable[[], float] = time.monotonic) -> None:
        self._stages, self._expected, self._clock = list(stages), expected, clock
        self._n_rows: int | None = None
        self._taken: dict[str, float] = {}  # of those that are at work
        self._finished: dict[str, float] = {}
        self._skipped: set[str] = set()
        self._last = clock()
        self._changing = threading.Lock()

    def start(self, stage: str, n_rows: int | None) -> None:
        """A stage begins, on so many examples where that is known."""
        with self._changing:
            self._pass()
            self._taken[stage] = 0.0
            self._n_rows = n_rows if n_rows is not None else self._n_rows

    def done(self, stage: str, n_rows: int) -> None:
        """A stage ended."""
        with self._changing:
            self._pass()
            self._finished[stage] = self._taken.pop(stage, 0.0)
            self._know(stage, n_rows)

    def skipped(self, stage: str, n_rows: int) -> None:
        """A stage has nothing to do."""
        with self._changing:
            self._skipped.add(stage)
            self._know(stage, n_rows)

    def left(self, fractions: Mapping[str, float] | None = None) -> float | None:
        """Seconds until the run ends; None while nobody knows how many examples there are.

        Args:
            fractions: of what stages at work are doing that is done, in [0, 1]: believed the more, the more is done.
        """
        with self._changing:
            self._pass()
            if self._n_rows is None:
                return None
            expected = self._expected(self._n_rows)
            planned = sum(expected.get(name, 0.0) for name in self._finished)
            taken = sum(self._finished.values())
            slowness = (taken + _BELIEVED_SECONDS) / (planned + _BELIEVED_SECONDS)
            waiting = set(self._stages) - self._skipped - set(self._finished) - set(self._taken)
            seconds = sum(expected.get(name, 0.0) for name in waiting) * slowness
            for name, so_far in self._taken.items():
                rest = max(expected.get(name, 0.0) * slowness - so_far, _LATE * so_far)
                if fraction := (fractions or {}).get(name):
                    believed = min(1.0, fraction / _BELIEVED_FRACTION)
                    rest = believed * so_far * (1 - fraction) / fraction + (1 - believed) * rest
                seconds += rest
            return seconds

    def _know(self, stage: str, n_rows: int) -> None:
        if stage == self._stages[0]:
            self._n_rows = n_rows

    def _pass(self) -> None:
        """Give the time since the last look to the stages at work."""
        now = self._clock()
        for name in self._taken:
            self._taken[name] += max(0.0, now - self._last) / len(self._taken)
        self._last = now


def said(seconds: float) -> str:
    """A time that is left as one says it, rounded up."""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {-(-seconds // 10) * 10:.0f} s left"
    if seconds < 90 * 60:
        return f"about {-(-seconds // 60):.0f} min left"
    return f"about {-(-seconds // 1800) / 2:g} h left"

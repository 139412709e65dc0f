"""Who is told what a run does, so that a person can watch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

Look = Callable[[str], tuple[int, int] | None]


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

    def begin(self, run_id: str, stages: Sequence[str], look: Look) -> None:
        """A run begins; `look` says of a stage how many tasks are done, and of how many, where that is known."""


class Silent:
    """Says nothing."""

    def start(self, stage: str, n_rows: int | None) -> None:
        """Nothing."""

    def done(self, stage: str, n_rows: int, seconds: float) -> None:
        """Nothing."""

    def skipped(self, stage: str, n_rows: int) -> None:
        """Nothing."""

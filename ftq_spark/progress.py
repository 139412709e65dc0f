"""Who is told what a run does, so that a person can watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


class Progress(Protocol):
    """Told what happens, so that a person can watch."""

    def start(self, stage: str, n_rows: int | None) -> None: ...
    def done(self, stage: str, n_rows: int, seconds: float) -> None: ...
    def skipped(self, stage: str, n_rows: int) -> None: ...


@runtime_checkable
class Introduced(Protocol):
    """One that also wants to know which run it is, and its stages in their order."""

    def begin(self, run_id: str, stages: Sequence[str]) -> None: ...


class Silent:
    """Watches nothing."""

    def start(self, stage: str, n_rows: int | None) -> None: ...
    def done(self, stage: str, n_rows: int, seconds: float) -> None: ...
    def skipped(self, stage: str, n_rows: int) -> None: ...

"""Who is told what a run does, so that a person can watch."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what happens, so that a person can watch."""

    def start(self, stage: str, n_rows: int | None) -> None: ...
    def done(self, stage: str, n_rows: int, seconds: float) -> None: ...
    def skipped(self, stage: str, n_rows: int) -> None: ...


class Silent:
    """Watches nothing."""

    def start(self, stage: str, n_rows: int | None) -> None: ...
    def done(self, stage: str, n_rows: int, seconds: float) -> None: ...
    def skipped(self, stage: str, n_rows: int) -> None: ...

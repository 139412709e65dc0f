"""What a person sees on stderr while a run works, and the few lines on stdout when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Watcher:
    """One line per stage: a spinner with the rows at work, then rows, seconds and rate."""

    def __init__(self, console: Console, bars: Bars | None) -> None:
        self._console = console
        self._bars = bars
        self._task: TaskID | None = None

    def start(self, stage: str, n_rows: int | None) -> None:
        if self._bars is not None:
            what = f"{n_rows:,} examples" if n_rows is not None else "reading"
            self._task = self._bars.add_task(f"{stage:<13} {what}", total=None)

    def done(self, stage: str, n_rows: int, seconds: float) -> None:
        rate = n_rows / seconds if seconds > 0 else 0.0
        self._line(f"{stage:<13} {n_rows:>12,} rows  {seconds:>8.1f} s  {rate:>10,.0f} rows/s")

    def skipped(self, stage: str, n_rows: int) -> None:
        self._line(f"{stage:<13} {n_rows:>12,} rows  unchanged")

    def _line(self, text: str) -> None:
        if self._bars is None:
            return
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        self._console.print(text, markup=False, highlight=False)


@contextmanager
def watch(console: Console) -> Iterator[Watcher]:
    """A watcher that shows a live display on a terminal and stays quiet elsewhere."""
    if not console.is_terminal:
        yield Watcher(console, None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        yield Watcher(console, bars)

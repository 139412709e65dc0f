"""What is said on stderr while a run works: a live display on a terminal, lines for a log elsewhere."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, TextIO

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from ftq_spark.cli.console import Log
from ftq_spark.progress import Look

EVERY_SECONDS = 30.0


class Watcher:
    """One line at a stage's start and end, and one every 30 seconds in between; on a terminal a spinner instead."""

    def __init__(self, say: Any, bars: Bars | None = None, every_seconds: float = EVERY_SECONDS) -> None:
        """`say` takes an event (dict) with its text for people under ``text``."""
        self._say = say
        self._bars = bars
        self._every = every_seconds
        self._tasks: dict[str, TaskID] = {}  # by stage: several are at work at a time
        self._over: dict[str, threading.Event] = {}
        self._run_id = ""
        self._stages: list[str] = []
        self._look: Look = lambda stage: None

    def begin(self, run_id: str, stages: Sequence[str], look: Look) -> None:
        """Which run it is, its stages in their order, and who knows how many tasks of one are done."""
        self._run_id, self._stages, self._look = run_id, list(stages), look

    def start(self, stage: str, n_rows: int | None) -> None:
        """Say that a stage begins, on so many examples where that is known."""
        what = f"{n_rows:,} examples" if n_rows is not None else "reading"
        if self._bars is not None:
            self._tasks[stage] = self._bars.add_task(f"{self._place(stage)}{stage:<13} {what}", total=None)
            return
        self._event("start", stage, f"{what} …", n_rows=n_rows)
        over = self._over[stage] = threading.Event()
        threading.Thread(target=self._remind, args=(stage, over), name="ftq-progress", daemon=True).start()

    def done(self, stage: str, n_rows: int, seconds: float) -> None:
        """Say that a stage ended, with its rows and seconds."""
        rate = n_rows / seconds if seconds > 0 else 0.0
        text = f"{n_rows:>12,} rows  {seconds:>8.1f} s  {rate:>10,.0f} rows/s"
        self._ended(stage)
        self._event("done", stage, text, n_rows=n_rows, seconds=round(seconds, 3))

    def skipped(self, stage: str, n_rows: int) -> None:
        """Say that a stage's table is what it would make, so that nothing is done."""
        self._event("skipped", stage, f"{n_rows:>12,} rows  unchanged", n_rows=n_rows)

    def close(self) -> None:
        """End the reminders of stages that failed."""
        for stage in [*self._over, *self._tasks]:
            self._ended(stage)

    def _ended(self, stage: str) -> None:
        if (over := self._over.pop(stage, None)) is not None:
            over.set()
        if self._bars is not None and (task := self._tasks.pop(stage, None)) is not None:
            self._bars.remove_task(task)

    def _remind(self, stage: str, over: threading.Event) -> None:
        began = time.monotonic()
        while not over.wait(self._every):
            seconds = time.monotonic() - began
            tasks = self._look(stage)
            of = f", {tasks[0]:,} of {tasks[1]:,} tasks" if tasks else ""
            figures = {"tasks_done": tasks[0], "tasks": tasks[1]} if tasks else {}
            self._event("working", stage, f"at work for {seconds:,.0f} s{of}", seconds=round(seconds, 1), **figures)

    def _place(self, stage: str) -> str:
        if stage not in self._stages:
            return ""
        return f"stage {self._stages.index(stage) + 1:>2} of {len(self._stages)}  "

    def _event(self, event: str, stage: str, text: str, **figures: Any) -> None:
        number = self._stages.index(stage) + 1 if stage in self._stages else None
        known = {"run_id": self._run_id, "event": event, "stage": stage, "number": number, "of": len(self._stages)}
        self._say({**known, **figures, "text": f"{self._place(stage)}{stage:<13} {text}"})


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def _line(stream: TextIO, log: Log, event: dict[str, Any]) -> None:
    if log is Log.json:
        text = json.dumps({"at": _now(), **{key: value for key, value in event.items() if key != "text"}})
    else:
        text = f"{_now()[:19]}Z {event['run_id']} {event['text']}"
    stream.write(text + "\n")
    stream.flush()


@contextmanager
def watch(console: Console, quiet: bool = False, log: Log | None = None) -> Iterator[Watcher]:
    """A live display on a terminal, else (or with `log`) a line an event; nothing with `quiet`."""
    if quiet:
        yield Watcher(lambda _: None, None, every_seconds=threading.TIMEOUT_MAX)
        return
    if console.is_terminal and log is None:
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        with Bars(*columns, console=console, transient=True) as bars:
            yield Watcher(lambda event: console.print(event["text"], markup=False, highlight=False), bars)
        return
    watcher = Watcher(lambda event: _line(sys.stderr, log or Log.text, event))
    try:
        yield watcher
    finally:
        watcher.close()

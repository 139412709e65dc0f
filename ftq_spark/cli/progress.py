"""What is said on stderr while a run works: a live display on a terminal, lines for a log elsewhere."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ftq_spark.cli.console import Log
from ftq_spark.progress import Expected, Look, Outlook, Reached, said

EVERY_SECONDS = 30.0
_TICK_SECONDS = 1.0
_PACE_SECONDS = 3.0  # after which a pace can be told
_LEAST_SECONDS = 0.05  # of a stage that has a pace; one that had nothing to do has none


class Watcher:
    """A line at a stage's start and end, and one every 30 seconds in between; on a terminal bars and ends of stages."""

    def __init__(self, say: Any, bars: Bars | None = None, every_seconds: float = EVERY_SECONDS) -> None:
        """`say` takes an event (dict) with its text for people under ``parts``, the last of which may be left out."""
        self._say = say
        self._bars = bars
        self._every = every_seconds
        self._tasks: dict[str, TaskID] = {}  # by stage: several are at work at a time
        self._whole = bars.add_task("starting …", total=None, left="") if bars is not None else None
        self._n_examples: dict[str, int] = {}  # by stage at work
        self._over: dict[str, threading.Event] = {}
        self._first_looks: dict[str, tuple[str, float, int]] = {}  # by stage: the unit, when, and how many were done
        self._n_ended = 0
        self._run_id = ""
        self._stages: list[str] = []
        self._look: Look = lambda stage: None
        self._outlook: Outlook | None = None

    def begin(self, run_id: str, stages: Sequence[str], look: Look, expected: Expected) -> None:
        """Which run it is, its stages in their order, how far one of them is, and how long each may take."""
        self._run_id, self._stages, self._look = run_id, list(stages), look
        self._outlook = Outlook(stages, expected)
        if self._bars is not None and self._whole is not None:
            self._bars.update(self._whole, description=self._ended_text(0), total=len(stages))
            over = self._over[""] = threading.Event()
            threading.Thread(target=self._tick, args=(over,), name="ftq-progress", daemon=True).start()

    def start(self, stage: str, n_rows: int | None) -> None:
        """Say that a stage begins, on so many examples where that is known."""
        if self._outlook is not None:
            self._outlook.start(stage, n_rows)
        self._n_examples[stage] = n_rows or 0
        what = "reading" if n_rows is None else "1 example" if n_rows == 1 else f"{n_rows:,} examples"
        if self._bars is not None:
            if self._outlook is None and self._whole is not None:  # one stage alone, such as a report made again
                self._bars.remove_task(self._whole)
                self._whole = None
            self._tasks[stage] = self._bars.add_task(f"{self._place(stage)}{stage:<13} {what}", total=None, left="")
            return
        self._event("start", stage, f"{what} …", n_rows=n_rows)
        over = self._over[stage] = threading.Event()
        threading.Thread(target=self._remind, args=(stage, over), name="ftq-progress", daemon=True).start()

    def done(self, stage: str, n_rows: int, seconds: float) -> None:
        """Say that a stage ended, with its rows and seconds, and how long the others may take."""
        if self._outlook is not None:
            self._outlook.done(stage, n_rows)
        self._end(stage)
        looked_at = self._n_examples.pop(stage, 0) or n_rows
        rate = looked_at / seconds if seconds >= _LEAST_SECONDS else 0.0
        pace = f"{rate:>6,.0f} examples/s" if round(rate) else " " * 17
        left, figures = self._left()
        text = f"{_rows(n_rows)}  {seconds:>8.1f} s"
        self._event("done", stage, text, pace, left, n_rows=n_rows, seconds=round(seconds, 3), **figures)

    def skipped(self, stage: str, n_rows: int) -> None:
        """Say that a stage's table is what it would make, so that nothing is done."""
        if self._outlook is not None:
            self._outlook.skipped(stage, n_rows)
        self._end(stage)
        self._event("skipped", stage, f"{_rows(n_rows)}  unchanged", n_rows=n_rows)

    def note(self, stage: str, text: str) -> None:
        """Say what a stage at work found worth saying."""
        self._event("note", stage, text, note=text)

    def close(self) -> None:
        """End the reminders of stages that failed."""
        for stage in [*self._over, *self._tasks]:
            self._end(stage)

    def _end(self, stage: str) -> None:
        if (over := self._over.pop(stage, None)) is not None:
            over.set()
        if self._bars is None:
            return
        if (task := self._tasks.pop(stage, None)) is not None:
            self._bars.remove_task(task)
        if self._whole is not None and stage:
            self._n_ended += 1
            self._bars.update(self._whole, completed=self._n_ended, description=self._ended_text(self._n_ended))

    def _ended_text(self, n: int) -> str:
        return f"{n:>2} of {len(self._stages)} stages are done"

    def _remind(self, stage: str, over: threading.Event) -> None:
        began = time.monotonic()
        while not over.wait(self._every):
            seconds = time.monotonic() - began
            reached = self._look(stage)
            figures = {"done": reached.done, "in_all": reached.all, "unit": reached.unit} if reached else {}
            far = f", {reached}" if reached else ""
            left, known = self._left({stage: reached})
            text = f"at work for {seconds:,.0f} s{far}"
            self._event("working", stage, text, left, seconds=round(seconds, 1), **figures, **known)

    def _tick(self, over: threading.Event) -> None:
        """Keep the bars of a terminal up to date."""
        assert self._bars is not None
        while not over.wait(_TICK_SECONDS):
            found = {stage: self._look(stage) for stage in list(self._tasks)}
            for stage, reached in found.items():
                if reached is not None and (task := self._tasks.get(stage)) is not None:
                    self._bars.update(task, **self._shown(stage, reached))
            if self._whole is not None:
                self._bars.update(self._whole, left=self._left(found)[0])

    def _shown(self, stage: str, reached: Reached) -> dict[str, Any]:
        """What a bar says: how far a stage is; of one that goes on with all that it has read, how much that is."""
        place, done, all_ = f"{self._place(stage)}{stage:<13}", reached.done, reached.all
        if done == all_:  # a full bar's clock would stop
            return {"description": f"{place} {done:,} {reached.unit}", "completed": done - 1, "left": ""}
        pace = self._pace(stage, reached)
        return {"description": f"{place} {reached}", "completed": done, "total": all_, "left": pace}

    def _pace(self, stage: str, reached: Reached) -> str:
        """So many a second since the first look at what a stage is doing; nothing in its first seconds."""
        now = time.monotonic()
        unit, began, first = self._first_looks.get(stage, ("", now, 0))
        if unit != reached.unit or reached.done < first:
            self._first_looks[stage] = reached.unit, now, reached.done
            return ""
        pace = (reached.done - first) / (now - began) if now - began >= _PACE_SECONDS else 0.0
        return f"{pace:,.0f}/s" if round(pace) else ""

    def _left(self, found: Mapping[str, Reached | None] | None = None) -> tuple[str, dict[str, float]]:
        """How long the run may still take, in words and as a figure, where that is known."""
        fractions = {stage: reached.fraction for stage, reached in (found or {}).items() if reached is not None}
        known = {stage: fraction for stage, fraction in fractions.items() if fraction is not None}
        seconds = self._outlook.left(known) if self._outlook is not None else None
        if seconds is None:
            return "", {}
        if seconds == 0:  # the last stage has ended
            return "", {"seconds_left": 0.0}
        return said(seconds), {"seconds_left": round(seconds, 1)}

    def _place(self, stage: str) -> str:
        if stage not in self._stages:
            return ""
        return f"stage {self._stages.index(stage) + 1:>2} of {len(self._stages)}  "

    def _event(self, event: str, stage: str, text: str, *more: str, **figures: Any) -> None:
        """Tell of an event; of its text, and `more` of it, people see what there is room for."""
        number = self._stages.index(stage) + 1 if stage in self._stages else None
        known = {"run_id": self._run_id, "event": event, "stage": stage, "number": number, "of": len(self._stages)}
        self._say({**known, **figures, "parts": [f"{self._place(stage)}{stage:<13} {text}", *more]})


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def _rows(n: int) -> str:
    return f"{n:>12,} {'row ' if n == 1 else 'rows'}"


def _line(stream: TextIO, log: Log, event: dict[str, Any]) -> None:
    if log is Log.json:
        text = json.dumps({"at": _now(), **{key: value for key, value in event.items() if key != "parts"}})
    else:
        text = f"{_now()[:19]}Z {event['run_id']} {_text(event['parts'])}"
    stream.write(text + "\n")
    stream.flush()


def _text(parts: Sequence[str], width: int | None = None) -> str:
    """The parts of a text side by side, as many as the `width` (in characters) has room for, the first at least."""
    shown = len(parts)
    while width is not None and shown > 1 and len("  ".join(parts[:shown]).rstrip()) >= width:
        shown -= 1
    return "  ".join(parts[:shown]).rstrip()


@contextmanager
def watch(console: Console, quiet: bool = False, log: Log | None = None) -> Iterator[Watcher]:
    """A live display on a terminal, else (or with `log`) a line an event; nothing with `quiet`."""
    if quiet:
        yield Watcher(lambda _: None, None, every_seconds=threading.TIMEOUT_MAX)
        return
    if console.is_terminal and log is None:
        described, left = (TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[left]}"))
        columns = (SpinnerColumn(), described, BarColumn(20), TimeElapsedColumn(), left)
        with Bars(*columns, console=console, transient=True) as bars:
            watcher = Watcher(
                lambda event: console.print(_text(event["parts"], console.width), markup=False, highlight=False), bars
            )
            try:
                yield watcher
            finally:
                watcher.close()
        return
    watcher = Watcher(lambda event: _line(sys.stderr, log or Log.text, event))
    try:
        yield watcher
    finally:
        watcher.close()

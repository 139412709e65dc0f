"""What a log holds of a run: a line at each start and end, one in between, the run's id in each."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from rich.console import Console

from ftq_spark.cli import progress
from ftq_spark.progress import Reached

OF_TASKS = Reached(3, 8, "tasks")


def tell(watcher: progress.Watcher) -> None:
    watcher.begin("abc", ["ingest", "score"], lambda stage: OF_TASKS, lambda n: {"ingest": 2.0, "score": 200.0})
    watcher.start("ingest", None)
    watcher.done("ingest", 10, 2.0)
    watcher.start("score", 10)
    watcher.skipped("score", 10)


def test_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO())) as watcher:
        tell(watcher)
    lines = capsys.readouterr().err.splitlines()
    assert [" ".join(line.split()[1:7]) for line in lines] == [
        "abc stage 1 of 2 ingest", "abc stage 1 of 2 ingest", "abc stage 2 of 2 score", "abc stage 2 of 2 score",
    ]  # fmt: skip
    assert "10 rows" in lines[1] and "5 examples/s" in lines[1]
    assert lines[1].endswith(" min left")
    assert lines[1].index("rows") == lines[3].index("rows")  # in one column


def test_one_row_is_no_plural(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO())) as watcher:
        watcher.start("score", 1)
        watcher.done("score", 1, 2.0)
    started, done = capsys.readouterr().err.splitlines()
    assert "1 example …" in started
    assert "1 row  " in done and "rows" not in done


def test_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO()), log=progress.Log.json) as watcher:
        tell(watcher)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(e["run_id"], e["event"], e["stage"], e["number"], e["of"]) for e in events] == [
        ("abc", "start", "ingest", 1, 2), ("abc", "done", "ingest", 1, 2), ("abc", "start", "score", 2, 2),
        ("abc", "skipped", "score", 2, 2),
    ]  # fmt: skip
    assert events[1]["n_rows"] == 10 and events[1]["seconds"] == 2.0 and events[1]["at"].startswith("20")


def test_what_a_stage_has_to_say_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO()), log=progress.Log.json) as watcher:
        watcher.begin("abc", ["embed"], lambda stage: None, lambda n: {})
        watcher.note("embed", "embedding asks for no GPU")
    (event,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (event["event"], event["stage"], event["note"]) == ("note", "embed", "embedding asks for no GPU")


def test_the_pace_is_that_of_the_examples_that_a_stage_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO())) as watcher:
        watcher.start("search", 5_000)
        watcher.done("search", 201, 40.0)
    assert "201 rows" in (said := capsys.readouterr().err.splitlines()[1])
    assert "125 examples/s" in said


def test_a_stage_that_had_nothing_to_do_has_no_pace(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO())) as watcher:
        watcher.start("decontaminate", 5_000)
        watcher.done("decontaminate", 0, 0.004)
    assert "examples/s" not in capsys.readouterr().err.splitlines()[1]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watch(Console(file=io.StringIO()), quiet=True) as watcher:
        tell(watcher)
    assert capsys.readouterr() == ("", "")


def test_long_work_is_said_again_until_it_ends() -> None:
    said: list[dict[str, Any]] = []
    watcher = progress.Watcher(said.append, every_seconds=0.01)
    watcher.begin("abc", ["ingest", "embed"], {"embed": OF_TASKS}.get, lambda n: {"embed": 1000.0})
    watcher.start("embed", 5)
    deadline = time.monotonic() + 60
    while sum(event["event"] == "working" for event in said) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert (said[1]["done"], said[1]["in_all"], said[1]["unit"]) == (3, 8, "tasks")
    assert said[1]["parts"][0].endswith(" s, 3 of 8 tasks") and said[1]["parts"][1] == "a few seconds left"
    assert said[1]["seconds_left"] < 10  # 3 of 8 went by in no time, where 1,000 s had been expected
    watcher.done("embed", 5, 0.1)
    n_said = len(said)
    time.sleep(0.1)
    assert len(said) == n_said


def test_a_terminal_shows_what_is_done_and_left_and_nothing_remains_of_the_bars() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120)
    with progress.watch(console) as watcher:
        watcher.begin("abc", ["ingest", "score"], lambda stage: OF_TASKS, lambda n: {"ingest": 2.0, "score": 200.0})
        watcher.start("ingest", None)
        watcher.done("ingest", 0, 2.0)
        watcher.start("score", 10)
        deadline = time.monotonic() + 60
        while "min left" not in screen.getvalue().rpartition("stages are done")[2]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        watcher.done("score", 10, 2000.0)
    shown = screen.getvalue()
    assert "1 of 2 stages are done" in shown
    assert "starting …" in shown.partition("of 2 stages")[0]
    assert " 0 examples/s" not in shown  # of no rows, and of a few that took long


def test_a_terminal_shows_how_far_a_stage_is_and_its_pace() -> None:
    far = iter(range(0, 10**6, 500))
    screen = io.StringIO()
    with progress.watch(Console(file=screen, force_terminal=True, width=140)) as watcher:
        watcher.begin("abc", ["embed"], lambda stage: Reached(next(far), 20_000, "texts"), lambda n: {"embed": 100.0})
        watcher.start("embed", 20_000)
        deadline = time.monotonic() + 60
        while not ("500 of 20,000 texts" in screen.getvalue() and "/s" in screen.getvalue()):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_clock_of_a_stage_that_has_read_all_goes_on() -> None:
    with progress.watch(Console(file=io.StringIO(), force_terminal=True, width=140)) as watcher:
        bars = watcher._bars
        assert bars is not None
        told = lambda stage: Reached(20, 20, "examples")  # noqa: E731
        watcher.begin("abc", ["block"], told, lambda n: {"block": 100.0})
        watcher.start("block", 20)
        deadline = time.monotonic() + 60
        while "20 examples" not in (shown := bars.tasks[-1]).description or shown.completed == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert not shown.finished and shown.finished_time is None


def test_one_stage_alone_stands_alone_on_a_terminal() -> None:
    with progress.watch(Console(file=io.StringIO(), force_terminal=True, width=120)) as watcher:
        bars = watcher._bars
        assert bars is not None and [task.description for task in bars.tasks] == ["starting …"]
        watcher.start("report", 10)
        assert [task.description.split()[0] for task in bars.tasks] == ["report"]
        watcher.done("report", 10, 1.0)
        assert bars.tasks == []


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_of_a_terminal_is_wider_than_it_if_less_can_be_said(width: int) -> None:
    screen = io.StringIO()
    with progress.watch(Console(file=screen, force_terminal=True, width=width)) as watcher:
        watcher.begin("abc", ["decontaminate", "report"], lambda stage: None, lambda n: {"report": 200.0})
        watcher.start("decontaminate", 1_234_567)
        watcher.done("decontaminate", 1_234_567, 34567.8)
    (line,) = [line for line in screen.getvalue().split("\n") if "rows" in line]
    said = line.split("\r")[-1].rpartition("\x1b[2K")[2].rstrip()
    if width > 40:
        assert "1,234,567 rows   34567.8 s" in said and len(said) < width
    assert ("examples/s" in said, "left" in said) == (width >= 80, width >= 120)

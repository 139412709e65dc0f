"""How long a run will still take: with a clock of the test's own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.progress import Outlook, said

STAGES = ["ingest", "score", "embed", "report"]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def costs(n_rows: int) -> Mapping[str, float]:
    return {"ingest": 10.0, "score": 20.0, "embed": 1.0 * n_rows, "report": 10.0}


def outlook() -> tuple[Outlook, Clock]:
    clock = Clock()
    return Outlook(STAGES, costs, clock), clock


def test_nothing_is_said_before_the_rows_are_counted() -> None:
    run, clock = outlook()
    run.start("ingest", None)
    clock.now += 10
    assert run.left() is None
    run.done("ingest", 100)
    assert run.left() == pytest.approx(20 + 100 + 10)


def test_a_machine_of_half_the_speed_is_found_out() -> None:
    run, clock = outlook()
    for stage, seconds in (("ingest", 20.0), ("score", 40.0)):
        run.start(stage, None if stage == "ingest" else 300)
        clock.now += seconds
        run.done(stage, 300)
    assert run.left() == pytest.approx(310 * 75 / 45)  # the expected times weigh as much as 15 seconds of work
    run.start("embed", 300)
    clock.now += 600
    run.done("embed", 300)
    assert run.left() == pytest.approx(20, rel=0.05)
    run.start("report", 300)
    clock.now += 20
    run.done("report", 300)
    assert run.left() == 0


def test_stages_at_a_time_share_what_passes() -> None:
    run, clock = outlook()
    run.skipped("ingest", 20)
    assert run.left() == pytest.approx(50)
    run.start("score", 20)
    run.start("embed", 20)
    clock.now += 40  # as expected: both take 20 alone
    assert run.left() == pytest.approx(10 + 2 * 0.2 * 20)  # neither has said that it ended
    run.done("score", 20)
    run.done("embed", 20)
    assert run.left() == pytest.approx(10)


def test_what_is_measured_is_believed_the_more_the_more_is_done() -> None:
    run, clock = outlook()
    run.skipped("ingest", 1000)
    run.skipped("score", 1000)
    run.start("embed", 1000)
    clock.now += 100  # of 1,000 expected
    assert run.left({"embed": 0.001}) == pytest.approx(10 + 0.004 * 99_900 + 0.996 * 900)
    assert run.left({"embed": 0.125}) == pytest.approx(10 + 0.5 * 700 + 0.5 * 900)
    assert run.left({"embed": 0.5}) == pytest.approx(10 + 100)
    assert run.left({"embed": 1.0}) == pytest.approx(10)


def test_tasks_tell_of_a_stage_that_goes_on() -> None:
    run, clock = outlook()
    run.skipped("ingest", 20)
    run.skipped("score", 20)
    run.start("embed", 20)
    clock.now += 100
    assert run.left() == pytest.approx(10 + 20)  # late, and nobody knows how much
    assert run.left({"embed": 0.25}) == pytest.approx(10 + 300)
    assert run.left({"embed": 0.0}) == pytest.approx(10 + 20)


@given(st.lists(st.tuples(st.sampled_from(["start", "done", "skipped"]), st.sampled_from(STAGES), st.floats(0, 1e6))))
def test_it_is_never_negative(events: list[tuple[str, str, float]]) -> None:
    run, clock = outlook()
    for what, stage, seconds in events:
        clock.now += seconds
        if what == "start":
            run.start(stage, 5)
        elif what == "done":
            run.done(stage, 5)
        else:
            run.skipped(stage, 5)
        assert (left := run.left({"embed": 0.5})) is None or left >= 0


@given(st.floats(0, 1e7))
def test_what_is_said_is_no_less_than_what_is_left(seconds: float) -> None:
    words = said(seconds).removeprefix("about ").split()
    assert words[-1] == "left" and len(words) <= 4
    if words[0] != "a":
        assert float(words[0]) * {"s": 1, "min": 60, "h": 3600}[words[1]] >= seconds - 1e-6


def test_what_is_said() -> None:
    shown = {0: "a few seconds left", 12: "about 20 s left", 80: "about 80 s left", 95: "about 2 min left"}
    shown |= {3601: "about 61 min left", 5400: "about 1.5 h left", 10_000: "about 3 h left"}
    assert {seconds: said(seconds) for seconds in shown} == shown

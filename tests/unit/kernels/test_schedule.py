"""Work that depends on other work: order, once each, never more at a time than allowed, and the first failure."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.schedule import run_graph


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, frozenset[str]]:
    """Names in order, each with what it needs among the earlier ones."""
    found: dict[str, frozenset[str]] = {}
    for number in range(draw(st.integers(0, 8))):
        found[f"n{number}"] = frozenset(draw(st.sets(st.sampled_from(sorted(found))))) if found else frozenset()
    return found


@given(graphs(), st.integers(1, 4))
def test_all_once_after_what_they_need_and_not_too_many_at_once(needs: dict[str, frozenset[str]], at_once: int) -> None:
    lock = threading.Lock()
    done: list[str] = []
    at_work: set[str] = set()
    most = 0

    def work(name: str) -> None:
        nonlocal most
        with lock:
            assert needs[name] <= set(done)
            at_work.add(name)
            most = max(most, len(at_work))
        with lock:
            at_work.remove(name)
            done.append(name)

    run_graph(list(needs), needs, work, at_once)
    assert sorted(done) == sorted(needs)
    assert most <= at_once


def test_one_at_a_time_is_the_order_of_the_names() -> None:
    done: list[str] = []
    run_graph(["a", "b", "c"], {"b": frozenset("a")}, done.append, 1)
    assert done == ["a", "b", "c"]


def test_two_that_do_not_need_each_other_run_side_by_side() -> None:
    meet = threading.Barrier(2, timeout=10)

    def both(name: str) -> None:
        meet.wait()

    run_graph(["left", "right"], {}, both, 2)


def test_an_interrupt_stops_what_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ftq_spark.kernels.schedule.wait", interrupted)
    stopped: list[str] = []

    def stop(name: str) -> None:
        stopped.append(name)
        released.set()

    with pytest.raises(KeyboardInterrupt):
        run_graph(["a"], {}, lambda _: released.wait(10) and None, 1, stop)
    assert stopped == ["a"]


def test_the_first_failure_is_raised_and_nothing_behind_it_begins() -> None:
    begun: list[str] = []

    def work(name: str) -> None:
        begun.append(name)
        if name == "b":
            raise RuntimeError("b broke")

    needs = {"b": frozenset("a"), "c": frozenset("b"), "d": frozenset("c")}
    with pytest.raises(RuntimeError, match="b broke"):
        run_graph(["a", "b", "c", "d"], needs, work, 2)
    assert begun == ["a", "b"]


def test_needs_outside_of_the_names_count_as_done() -> None:
    done: list[str] = []
    run_graph(["b"], {"b": frozenset("a")}, done.append, 1)
    assert done == ["b"]


def test_an_order_that_would_not_do_is_refused() -> None:
    with pytest.raises(ValueError, match="a needs b"):
        run_graph(["a", "b"], {"a": frozenset("b")}, print, 1)

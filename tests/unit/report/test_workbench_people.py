"""The page is worked by everybody: at any width, by keyboard, in a notebook, over localhost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from browser import Browser, chromium, findings_of_axe, until
from report_summary import a_summary
from review_run import example, example_id
from workbench import go, opened

from ftq_spark.api import open_run
from ftq_spark.report.page import render
from ftq_spark.report.payload import payload
from ftq_spark.review.decisions import read_decisions
from ftq_spark.review.serve import Server
from ftq_spark.runs.run import Run


def test_an_answer_is_corrected_and_can_be_taken_back(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    go(browser, f"{address}#ex={example_id(42)}")
    browser.run("document.querySelector('#detail .correct').click()")
    browser.run("const text = document.querySelector('.draft'); text.value = ''; text.focus()")
    browser.type("Answer 43, said better")
    browser.press("k")  # a key of the page is text here
    browser.run("document.querySelector('.correction button').click()")
    said = browser.run("return JSON.parse(localStorage.getItem(Object.keys(localStorage)[0])).decisions[arguments[0]]",
                       example_id(42))  # fmt: skip
    assert (said["verdict"], said["response"]) == ("keep", "Answer 43, said betterk")
    assert "you: keep, corrected" in browser.text("#detail .chips")
    assert browser.text("#detail .fold .sides").split("\n")[:2] == ["as it was found", "Answer 42."]
    browser.run("document.querySelector('#undo').click()")
    assert browser.run("return document.querySelector('#detail .sides')") is None


@pytest.mark.parametrize("width", [390, 800, 1400])
def test_nothing_is_cut_at_any_width(page: tuple[Browser, str, Path], width: int) -> None:
    browser, address, _ = page
    browser.resize(width, 900)
    for view in ("examples", "conflicts", "duplicates", "thresholds", "rejects"):
        go(browser, f"{address}#view={view}")
        wide, inside = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= inside, view


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(page: tuple[Browser, str, Path], width: int, scheme: str) -> None:
    browser, address, _ = page
    browser.resize(width, 900)
    browser.prefer(scheme)
    views = ("examples", "conflicts", "duplicates", "thresholds", "rejects") if width == 1400 else ("examples",)
    for view in views:
        go(browser, f"{address}#view={view}")
        browser.run("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
        assert findings_of_axe(browser) == [], view
    browser.prefer("light")


def test_the_page_is_worked_by_keyboard(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    browser.resize(1400, 900)
    go(browser, f"{address}#view=examples")
    browser.run("document.querySelector('#tab-examples').focus()")
    browser.press("right")
    assert browser.text("#shown").startswith("1 of 1 conflicts")
    browser.press("right", "left", "left", "left")  # there is nothing left of the first
    assert browser.run("return document.activeElement.id") == "tab-examples"
    browser.press("j", "j", "k")
    chosen = browser.run(
        "return [...document.querySelectorAll('.item')].findIndex((item) => item.ariaPressed === 'true')"
    )
    assert chosen == 1
    browser.press("n", "/")
    assert browser.run("return document.activeElement.id") == "search"
    browser.press("n", "escape", "u")  # text of the search, then a key of the page
    assert browser.run("return document.querySelector('#search').value") == "n"
    assert browser.run("return document.querySelectorAll('#view .decided-chip').length") == 0
    browser.run("document.querySelector('#clear').click()")


def test_the_keyboard_stays_where_it_is_when_the_page_is_drawn_anew(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    browser.resize(1400, 900)
    go(browser, f"{address}#view=examples")
    browser.run("document.querySelectorAll('.item')[2].focus()")
    browser.press("enter")
    at = "return [...document.querySelectorAll('.item')].indexOf(document.activeElement)"
    assert browser.run(at) == 2
    assert browser.run("return document.activeElement.ariaPressed") == "true"
    browser.press("j")
    assert browser.run(at) == 3  # with what is looked at
    browser.run("document.querySelector('#detail .choices .drop').focus()")
    browser.press("enter")
    assert browser.run("return document.activeElement.textContent + document.activeElement.ariaPressed") == "Droptrue"
    browser.press("u")
    assert browser.run("return document.activeElement.textContent + document.activeElement.ariaPressed") == "Dropfalse"
    assert browser.run("return document.querySelector('#view').getAttribute('aria-labelledby')") == "tab-examples"


def test_a_notebook_shows_it_in_a_frame_that_can_reach_nothing_around_it(page: tuple[Browser, str, Path]) -> None:
    browser, _, folder = page
    (folder / "run" / "report.html").write_bytes((folder / "report.html").read_bytes())
    shown = open_run(folder / "run").browse(height=700)._repr_html_()
    notebook = folder / "notebook.html"
    notebook.write_text(f"<!doctype html><title>notebook</title>{shown}", encoding="utf-8")
    browser.resize(1400, 900)
    browser.open(notebook.as_uri())
    browser.enter_frame()
    until(lambda: browser.run("return document.documentElement.dataset.ready === 'yes'"))
    browser.run("document.querySelector('#first a').click()")
    assert "which side is right" in browser.text("#shown").lower()
    browser.run("document.querySelectorAll('#view .origin a')[1].click()")
    until(lambda: browser.text("#detail .origin a") == example_id(31))
    browser.run("document.querySelector('#detail .choices .drop').click()")
    assert browser.text("#n-decided") == "1 decision"
    reached = browser.run("try { return window.parent.document.title; } catch (problem) { return problem.name; }")
    assert reached == "SecurityError"
    assert browser.messages() == []
    browser.open("about:blank")


def test_over_localhost_a_decision_is_in_the_run_at_once(page: tuple[Browser, str, Path]) -> None:
    browser, _, folder = page
    run = Run.open(folder / "run")
    (folder / "run" / "report.html").write_bytes((folder / "report.html").read_bytes())
    with Server(run) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        go(browser, f"{server.address}#ex={example_id(20)}", anew=True)
        browser.press("y")
        until = time.monotonic() + 20
        while browser.text("#saved") != "saved to the run":
            assert time.monotonic() < until, browser.messages()
            time.sleep(0.02)
        server.shutdown()
    (kept,) = read_decisions(run.path)
    assert (kept["example_id"], kept["verdict"]) == (example_id(20), "keep")
    assert browser.messages() == []


def test_what_was_decided_of_some_can_be_decided_of_the_rest_at_once(tmp_path: Path) -> None:
    rows = [example(n, verdict="review", reasons=["truncated"]) for n in range(12)]
    rows += [example(n, verdict="review", reasons=["truncated", "conflict"]) for n in (20, 21)]
    rows += [example(n) for n in range(30, 40)]
    run = opened(tmp_path / "run", rows)
    (tmp_path / "run" / "report.html").write_text(render(a_summary(), payload(run, a_summary())), encoding="utf-8")
    with Server(run) as server, chromium(tmp_path) as browser:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        go(browser, server.address + "#verdict=review", anew=True)
        assert not browser.run("return document.querySelector('.rest')")  # a decision for many is one for a kind
        go(browser, server.address + "#reason=truncated")
        told = "12 of these wait for review for that reason alone; you kept 0 and dropped 0."
        assert browser.text(".rest") == told + " Once you have decided 5 of them, the rest can be decided at once."
        decided = [row["example_id"] for row in rows[:5]]
        for name in decided:
            go(browser, f"{server.address}#reason=truncated&ex={name}")
            browser.press("y")
        assert "you kept 5 and dropped 0. If those are typical, at least 57% of the rest" in browser.text(".rest")
        browser.run("document.querySelector('.rest button').click()")
        until(lambda: len(read_decisions(run.path)) == 12)
        assert browser.text(".rest").endswith("you kept 12 and dropped 0.")
        browser.press("u")
        until(lambda: len(read_decisions(run.path)) == 5)
        browser.run("document.querySelectorAll('.rest button')[1].click()")
        until(lambda: len(read_decisions(run.path)) == 12)
        assert browser.messages() == []
        server.shutdown()
    verdicts = Counter((entry["example_id"] in decided, entry["verdict"]) for entry in read_decisions(run.path))
    assert verdicts == {(True, "keep"): 5, (False, "drop"): 7}
    notes = {entry["note"] for entry in read_decisions(run.path) if entry["verdict"] == "drop"}
    assert notes == {"one decision for 7 (reason truncated), after 5 kept and 0 dropped of them"}

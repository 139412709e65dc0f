"""The workbench of the report: what is in the page, and what people do with it in a browser."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from browser import Browser, chromium, downloaded
from report_summary import a_summary
from review_run import HOSTILE, conflict, example, example_id
from workbench import SUMMARY, go, opened, unpacked, with_rejects

from ftq_spark.report.bounds import bounds
from ftq_spark.report.page import render
from ftq_spark.report.payload import Budget, lines_of, payload
from ftq_spark.report.precision import measured
from ftq_spark.settings import Settings
from ftq_spark.signals import quality


def test_small_runs_are_in_the_page_whole_and_large_ones_by_strata(tmp_path: Path) -> None:
    rare = [example(n, verdict="drop", reasons=["refusal"]) for n in range(5)]
    usual = [example(n) for n in range(5, 3000)]
    run = opened(tmp_path / "run", [*rare, *usual], [conflict(2990, 2991)])
    head, rows, foot = unpacked(payload(run, SUMMARY))
    assert (head["n_all"], len(rows), foot["n_shown"]) == (3000, 3000, 3000)
    head, rows, foot = unpacked(payload(run, SUMMARY, Budget(n_examples=100)))
    assert (head["n_all"], len(rows), foot["n_shown"]) == (3000, 100, 100)
    assert {row["example_id"] for row in rows[:2]} == {example_id(2990), example_id(2991)}
    assert Counter(row["verdict"] for row in rows)["drop"] == 5  # all of the rare
    lines = lines_of(run)
    assert payload(run, SUMMARY, lines=lines) == payload(run, SUMMARY)
    some = payload(run, SUMMARY, lines=lines._replace(keys=lines.keys.slice(0, 10)))
    assert unpacked(some)[0]["n_all"] == 10  # the table is not read once more
    _, rows, foot = unpacked(payload(run, SUMMARY, Budget(n_bytes=20_000)))
    assert len(rows) == foot["n_shown"] < 3000
    assert len(payload(run, SUMMARY, Budget(n_bytes=20_000))) < 60_000


def test_the_order_of_the_page_is_not_that_of_the_files(tmp_path: Path) -> None:
    found = [example(n, verdict="drop", reasons=[("looping", "refusal", "secret")[n % 3]]) for n in range(30)]
    found += [example(n, verdict="review", reasons=["conflict"]) for n in range(30, 40)]
    pages = [payload(opened(tmp_path / name, rows), SUMMARY, Budget(n_examples=9))
             for name, rows in (("a", found), ("b", found[::-1]))]  # fmt: skip
    assert pages[0] == pages[1]


def test_examples_that_the_report_names_are_in_its_page(tmp_path: Path) -> None:
    run = opened(tmp_path / "run", [example(n) for n in range(3000)])
    named = {
        "questions": {"listed": [{"answers": [{"example_id": example_id(2999)}]}]},
        "consistency": {"deviations": [{"example_id": example_id(2998)}]},
        "concentration": {"openings": [{"example_id": example_id(2997)}]},
        "excerpts": {example_id(2996): {}},
    }
    _, rows, _ = unpacked(payload(run, SUMMARY | named, Budget(n_examples=10)))
    assert [row["example_id"] for row in rows[:4]] == [example_id(n) for n in (2999, 2998, 2997, 2996)]


def test_every_row_of_the_page_says_how_its_quality_came_about(tmp_path: Path) -> None:
    score = Settings().score
    values = np.random.default_rng(2).random((30, len(score.weights)))
    rows = [example(n, **{f"sig_{name}": value for name, value in zip(score.weights, row, strict=True)})
            for n, row in enumerate(values.tolist())]  # fmt: skip
    rows[3]["sig_information"] = rows[4]["sig_specificity"] = None  # absence counts; absence is left out
    _, shown, _ = unpacked(payload(opened(tmp_path / "run", rows), SUMMARY))
    by_id = {row["example_id"]: row for row in shown}
    for row in rows:
        measured = {name: np.array([row[f"sig_{name}"]], dtype=np.float64) for name in score.weights}
        parts = by_id[row["example_id"]]["q"]
        assert sum(part for _, part, _ in parts) == pytest.approx(quality(measured)[0], abs=1e-3)
        assert sum(most for _, _, most in parts) == pytest.approx(1, abs=1e-3)
        assert {name for name, *_ in parts} == set(score.weights) - ({"specificity"} if row is rows[4] else set())
    _, (plain,), _ = unpacked(payload(opened(tmp_path / "bare", [example(1)]), SUMMARY))
    assert "q" not in plain


def test_bounds_count_what_a_move_would_cut_and_free(tmp_path: Path) -> None:
    values = np.random.default_rng(5).random(400)
    rows = [
        example(n, quality=float(q), **({} if q >= 0.6 else {"verdict": "drop", "reasons": ["low_quality"]}))
        for n, q in enumerate(values)
    ]
    (noted,) = bounds(opened(tmp_path / "noted", rows))
    assert (noted["name"], noted["verdict"]) == ("low_quality", "note")
    run = opened(tmp_path / "run", rows, settings={"low_quality_verdict": "drop", "min_quality": 0.6})
    (found,) = bounds(run)
    assert (found["name"], found["value"], found["verdict"]) == ("low_quality", 0.6, "drop")
    for place in (0, 30, 60, 61, 80, 100):
        where = place / 100
        assert found["kept"][place] == sum(0.6 <= q < where for q in values)
        assert found["only"][place] == sum(q < min(where, 0.6) for q in values)


def test_search_filter_sort_and_links(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    go(browser, address + "#reason=low_quality")
    assert browser.text("#shown").startswith("4 of 180 examples")
    go(browser, f"{address}#ex={example_id(31)}")
    assert "It is not safe." in browser.text("#detail")
    go(browser, address + "#search=warfarin")
    assert browser.text("#shown").startswith("2 of 180")
    go(browser, address + "#sort=quality")
    lowest = browser.run("return document.querySelector('.item').innerText")
    go(browser, address + "#sort=-quality")
    assert browser.run("return document.querySelector('.item').innerText") != lowest
    go(browser, address + "#sort=place&reason=low_quality")
    shown = browser.run("return [...document.querySelectorAll('.item .asked')].map((item) => item.innerText)")
    assert shown == [f"Question {n}?" for n in range(20, 24)]
    browser.press("j")
    assert "ex=" in browser.run("return location.hash")
    assert browser.messages() == []


def test_the_list_shows_the_question_that_its_answer_is_for(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    go(browser, f"{address}#ex={example_id(36)}")
    item = browser.text('.item[aria-pressed="true"]')
    assert item.startswith("And beta?") and "Beta is two." in item and "4 turns" in item


def test_hostile_text_is_text_and_nothing_is_asked_of_the_network(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    for number in range(len(HOSTILE)):
        go(browser, f"{address}#ex={example_id(number)}")
        assert browser.run("return document.title") != "pwned"
        assert browser.run("return document.querySelectorAll('#view script, #view img').length") == 0
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert browser.messages() == []


def test_a_conflict_is_decided_and_saved(page: tuple[Browser, str, Path]) -> None:
    browser, address, folder = page
    go(browser, address + "#view=conflicts")
    assert browser.run("return [...document.querySelectorAll('#view mark')].map((m) => m.textContent)") == [
        "is safe",
        "is not safe",
    ]
    browser.run("[...document.querySelectorAll('#view .choices button')][0].click()")
    assert browser.text("#n-decided") == "2 decisions"
    browser.run("document.querySelector('#save').click()")
    lines = [json.loads(line) for line in downloaded(folder, "decisions-*.jsonl").read_text().splitlines()]
    assert {line["example_id"]: line["verdict"] for line in lines} == {example_id(30): "keep", example_id(31): "drop"}
    browser.run("document.querySelector('#undo').click()")
    assert browser.run("return document.querySelector('#view [aria-pressed=\"true\"]')") is None


def test_rejects_of_a_file_in_the_same_words_are_one_card(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    go(browser, address + "#view=rejects")
    cards = browser.run("return [...document.querySelectorAll('#view article')].map((card) => card.innerText)")
    assert [card.split("\n")[0] for card in cards] == ["other.jsonl:5", "own.jsonl:1"]
    assert "15 more in the same words" in cards[1]
    assert browser.run("return [...document.querySelectorAll('#view article p code')].map((c) => c.innerText)") == [
        "prompt"
    ]
    assert browser.run("return document.querySelectorAll('#view article details > pre').length") == 15
    assert browser.run("return document.querySelectorAll('#view script, #view img').length") == 0
    assert browser.messages() == []


def test_the_filters_say_what_they_are_of_and_an_order_that_has_one_end_is_not_turned(
    page: tuple[Browser, str, Path],
) -> None:
    browser, address, _ = page
    go(browser, address + "#view=examples")
    shown = "return [...document.querySelector('[data-filter=asked]').options].map((option) => option.text)"
    assert browser.run(shown) == ["all", "asked once (178)", "asked again, answers in conflict (2)"]
    assert browser.run("return document.querySelector('#descending').disabled")
    go(browser, address + "#sort=quality")
    assert not browser.run("return document.querySelector('#descending').disabled")
    go(browser, address + "#view=duplicates")  # the largest group comes first
    assert browser.run("return [...document.querySelectorAll('.order')].map((e) => e.offsetHeight)") == [0, 0]


def test_groups_of_duplicates_are_whole_in_any_order_of_examples(tmp_path: Path) -> None:
    rows = [example(n, duplicate_of=None, duplicate_kind=None, sig_looping=None) for n in range(3)]
    rows[1] |= {"verdict": "drop", "duplicate_of": example_id(0), "duplicate_kind": "exact"}
    run = opened(tmp_path / "run", rows)
    clusters = [{"example_id": example_id(n), "cluster_id": example_id(0)} for n in range(2)]
    (tmp_path / "run" / "clusters").mkdir()
    pq.write_table(pa.Table.from_pylist(clusters), tmp_path / "run" / "clusters" / "part-0.parquet")
    run.manifest["tables"]["clusters"] = "clusters"
    file = tmp_path / "report.html"
    file.write_text(render(a_summary(), payload(run, a_summary())), encoding="utf-8")
    with chromium(tmp_path) as browser:
        for order in ("order", "sig:looping"):  # a signal that none of them has
            go(browser, f"{file.as_uri()}#view=duplicates&sort={order}", anew=True)
            assert browser.text("#shown").startswith("1 group of duplicates")


def test_a_run_in_which_nothing_was_found_says_so(tmp_path: Path) -> None:
    summary = a_summary()
    run = opened(tmp_path / "run", [example(1), example(2)])
    file = tmp_path / "report.html"
    file.write_text(
        render(summary, payload(run, {**summary, "rows": {**summary["rows"], "rejected": 0}})), encoding="utf-8"
    )
    with chromium(tmp_path) as browser:
        for view, said in {
            "conflicts": "No two examples were found that ask the same and answer differently.",
            "duplicates": "No example repeats another.",
            "rejects": "Every row became an example.",
        }.items():
            go(browser, f"{file.as_uri()}#view={view}", anew=True)
            assert browser.text("#shown") == said
        assert browser.messages() == []


def test_where_every_row_was_rejected_the_page_opens_with_them(tmp_path: Path) -> None:
    run = opened(tmp_path / "run", [example(1)])
    (part,) = (tmp_path / "run" / "scored").glob("*/*.parquet")
    nothing = pq.read_table(part).slice(0, 0).append_column("verdict", pa.array([], pa.string()))
    part.unlink()
    part.parent.rmdir()
    pq.write_table(nothing, tmp_path / "run" / "scored" / "part-0.parquet")
    run = with_rejects(tmp_path / "run", [("own.jsonl", 1, "expected `prompt`", "{}")])
    summary = {**SUMMARY, "rows": {"rejected": 1}}
    file = tmp_path / "report.html"
    file.write_text(render(a_summary(), payload(run, summary)), encoding="utf-8")
    with chromium(tmp_path) as browser:
        go(browser, file.as_uri(), anew=True)
        assert browser.text("#shown") == "1 of 1 rejected rows."
        assert browser.messages() == []


def test_a_dragged_bound_says_what_it_cuts(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    go(browser, address + "#view=thresholds")
    browser.run("const r = document.querySelector('.bound input'); r.value = 80; r.dispatchEvent(new Event('input'))")
    assert "would go to “drop”" in browser.text(".bound p")
    assert browser.text(".bound .copy") == "--set score.min_quality=0.8"
    assert "not known" in browser.text(".bound .precision")
    tenths = browser.run("return [...document.querySelectorAll('.bound table tbody tr')].map((row) => row.textContent)")
    (cut,) = re.findall(r"Of the kept, (\d+) examples", browser.text(".bound p"))
    assert (tenths[6], tenths[8]) == ("0.600", f"0.8{cut}0")  # as it is, and where the slider stands
    table = browser.run("return [...document.querySelectorAll('#view table tbody tr')].map((row) => row.innerText)")
    looping = next(row for row in table if row.startswith("looping"))
    read = measured(Settings().score.rules)["looping"]
    high = min(99, round(100 * read["high"])) if read["high"] < 1 else 100  # almost all is not said to be all
    assert f"{read['right']} of {read['n']} hits right ({read['low']:.0%} to {high}%)" in looping


def test_the_settings_of_a_dragged_rule_change_that_rule_alone(page: tuple[Browser, str, Path]) -> None:
    browser, address, _ = page
    go(browser, address + "#view=thresholds")
    browser.run(
        "const r = document.querySelectorAll('.bound input')[1]; r.value = 90; r.dispatchEvent(new Event('input'))"
    )
    shown = Settings(**yaml.safe_load(browser.run("return document.querySelectorAll('.bound .copy')[1].textContent")))
    moved = [
        rule.model_copy(update={"at_least": 0.9}) if (rule.reason, rule.verdict) == ("non_answer", "review") else rule
        for rule in Settings().score.rules
    ]
    assert list(shown.score.rules) == moved


def test_headings_tables_and_code_are_shown_as_such_and_hidden_characters_by_name(
    page: tuple[Browser, str, Path],
) -> None:
    browser, address, _ = page
    go(browser, f"{address}#ex={example_id(35)}")
    assert browser.text("#detail .heading") == "Doses"
    assert browser.run("return [...document.querySelectorAll('#detail td')].slice(0, 2).map((c) => c.textContent)") == [
        "aspirin",
        "75 mg",
    ]
    assert browser.run("return document.querySelector('#detail .code code').textContent") == "print('<b>')"
    assert browser.text("#detail .hidden-char") == "U+200B"

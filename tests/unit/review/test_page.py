"""The review page: what it embeds, and a whole review by keyboard alone in headless Chromium."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from browser import chromium, downloaded, findings_of_axe, until
from review_run import HOSTILE, conflict, example, example_id, write_run

from ftq_spark.review.commands import draw_command, score_command
from ftq_spark.review.draw import DrawSettings
from ftq_spark.review.labels import read_labels


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    examples = [example(i, prompt=text, response=text, reasons=["conflict"]) for i, text in enumerate(HOSTILE)]
    return write_run(tmp_path_factory.mktemp("page") / "run", examples, [conflict(0, 2)])


@pytest.fixture(scope="module")
def page(run: Path) -> Path:
    drawn = draw_command(run, run.parent / "out", DrawSettings(n=len(HOSTILE), annotators=("Ana",)), formats=("html",))
    return Path(drawn["files"][1])


def test_page_is_offline_and_lets_only_its_own_script_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None and policy[1].startswith("default-src 'none'")
    for tag in ("script", "style"):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert not re.search(r'(?:src|href)\s*=\s*"', text.split("<script")[0].split("<body>")[1])
    assert "unsafe" not in policy[1] and "http" not in policy[1]


def test_page_embeds_every_text_unchanged(page: Path) -> None:
    embedded = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(), re.DOTALL)
    assert embedded is not None and "<" not in embedded[1]
    items = {item["item_id"]: item for item in json.loads(embedded[1])["items"]}
    for number, text in enumerate(HOSTILE):
        assert items[example_id(number)]["response"] == text
        assert items[example_id(number)]["conversation"][1]["content"] == text
    assert items[example_id(0)]["evidence"][0]["passages"] == [
        {"own": "is safe", "other": "is not safe", "kind": "negation"}
    ]


def test_a_review_by_keyboard(run: Path, page: Path, tmp_path: Path) -> None:
    with chromium(tmp_path) as browser:
        browser.open(page.as_uri())
        title = browser.run("return document.title")
        ids = browser.run("return JSON.parse(document.getElementById('data').textContent).items.map((i) => i.item_id)")
        for _ in ids:  # every hostile text is shown as text
            place = int(browser.text("#place").split()[1]) - 1
            shown = browser.run("return document.querySelector('.judged .text').textContent")
            expected = HOSTILE[[example_id(i) for i in range(len(HOSTILE))].index(ids[place])]
            assert shown == expected
            browser.press("right")
        assert browser.run("return document.querySelectorAll('#turns img, #turns script').length") == 0
        for _ in ids:
            browser.press("left")
        for scheme in ("light", "dark"):
            browser.prefer(scheme)
            assert findings_of_axe(browser) == [], scheme
        browser.press("e", "2", "n")
        browser.type("=not a formula, c e u")
        browser.press("escape", "enter", "c", "enter", "u", "enter", "3", "enter", "c", "c")
        assert browser.text("#counts").startswith(f"4 of {len(ids)} judged · 2 errors · 1 unsure")
        browser.press("?")
        assert browser.run("return document.getElementById('keys').open")
        browser.press("escape")
        browser.open(page.as_uri())  # a reload keeps place and answers
        until(lambda: browser.text("#place") != "")
        assert browser.text("#place").startswith("Item 5 ")
        assert browser.text("#counts").startswith(f"4 of {len(ids)} judged")
        browser.press("s")
        saved = downloaded(tmp_path, "labels-Ana-*.jsonl")
        assert browser.run("return document.title") == title
        assert browser.messages() == []
    labels = read_labels([saved])
    assert [(vote.item_id, vote.annotator, vote.label, vote.error_type, vote.note) for vote in labels.votes] == [
        (ids[0], "Ana", "error", "contradiction", "=not a formula, c e u"),
        (ids[1], "Ana", "correct", "", ""),
        (ids[2], "Ana", "unsure", "", ""),
        (ids[3], "Ana", "error", "incomplete", ""),
    ]
    assert all(vote.time for vote in labels.votes)
    result = score_command(run, [saved])
    assert (result["n"], result["errors"], result["n_unsure"]) == (3, 2, 1)

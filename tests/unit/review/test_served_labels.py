"""Several people label over localhost: each under a name, kept in the run, taken up again, and scored from there."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import chromium, findings_of_axe, until
from review_run import add_originals, example, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError, RunError
from ftq_spark.review import served_labels
from ftq_spark.review.commands import draw_command, score_command
from ftq_spark.review.draw import DrawSettings
from ftq_spark.review.serve import Server
from ftq_spark.runs.run import Run

N = 4
TYPE = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    path = write_run(tmp_path / "run", [example(number) for number in range(N)])
    add_originals(path, [example(number) for number in range(N)])
    (path / "report.html").write_text('<nav aria-label="Sections"><ul>\n</ul></nav>', encoding="utf-8")
    return Run.open(path)


@pytest.fixture
def drawn(run: Run, tmp_path: Path) -> dict[str, Any]:
    people = DrawSettings(n=N, annotators=("Ana", "Bo Ö"), double_fraction=0.0, min_doubled=0)
    return draw_command(run.path, tmp_path / "sheets", people, formats=("csv",))


@pytest.fixture
def server(run: Run, drawn: dict[str, Any]) -> Iterator[Server]:
    with Server(run) as found:
        threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        found.shutdown()


def ask(server: Server, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, f"/{server.token}/{path}", body, TYPE if body else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def label(item: str, verdict: str = "error", **more: str) -> dict[str, str]:
    return {"item_id": item, "verdict": verdict, **more}


def test_what_python_takes_for_a_line_end_may_stand_in_a_note(run: Run, drawn: dict[str, Any]) -> None:
    draw_id, first, second = drawn["draw_id"], *drawn["example_ids"][:2]
    served_labels.save_labels(run, draw_id, "Ana", [label(first, note="one\u2028two\x85three")])
    served_labels.save_labels(run, draw_id, "Ana", [label(second)])
    assert {entry["note"] for entry in served_labels.labels_of(run, draw_id, "Ana")} == {"", "one\u2028two\x85three"}
    assert sum(person["n_done"] for person in served_labels.progress(run)[0]["people"]) == 2


def test_the_last_word_on_each_item_is_kept_for_each_person(run: Run, drawn: dict[str, Any]) -> None:
    draw_id, first, second = drawn["draw_id"], *drawn["example_ids"][:2]
    assert served_labels.save_labels(run, draw_id, " Ana ", [label(first), label(second, note="why")]) == 2
    assert served_labels.save_labels(run, draw_id, "Ana", [label(first, "correct"), label(second, "")]) == 1
    assert served_labels.save_labels(run, draw_id, "Ana/../../x", [label(first)]) == 1
    by_ana = served_labels.labels_of(run, draw_id, "Ana")
    said = {entry["item_id"]: (entry["verdict"], entry["annotator"]) for entry in by_ana}
    assert said == {first: ("correct", "Ana"), second: ("", "Ana")}
    assert len(served_labels.label_files(run, draw_id)) == 2
    assert all(Path(file).parent.name == draw_id for file in served_labels.label_files(run))
    (progress,) = served_labels.progress(run)
    assert {person["name"]: person["n_done"] for person in progress["people"]} == {
        "Ana": 1,
        "Bo Ö": 0,
        "Ana/../../x": 1,
    }
    assert sum(person["n"] for person in progress["people"][:2]) == N  # no item is both's


def test_what_is_no_label_of_the_draw_is_refused(run: Run, drawn: dict[str, Any]) -> None:
    draw_id, item = drawn["draw_id"], drawn["example_ids"][0]
    for annotator, given in (
        ("", label(item)), ("x" * 101, label(item)), ("Ana", label("f" * 32)), ("Ana", label(item, "wrong")),
        ("Ana", label(item, error_type="odd")), ("Ana", label(item, note="x" * 3_000)),
        ("Ana", {"item_id": item, "note": 3}),
    ):  # fmt: skip
        with pytest.raises(InputError):
            served_labels.save_labels(run, draw_id, annotator, [given])
    with pytest.raises(RunError, match="no draw"):
        served_labels.save_labels(run, "../draws", "Ana", [label(item)])
    assert served_labels.label_files(run) == []
    with pytest.raises(InputError, match="nobody has labelled"):
        score_command(run.path)


def test_people_find_their_items_and_what_they_said(server: Server, drawn: dict[str, Any]) -> None:
    draw_id = drawn["draw_id"]
    assert 'href="review/"' in ask(server, "GET", "")[1]
    desk_page = ask(server, "GET", "review/")[1]
    assert f"{draw_id}/as/Bo%20%C3%96" in desk_page
    own = json.loads(ask(server, "GET", f"review/{draw_id}/as/Ana")[1].split('id="data">')[1].split("</script>")[0])
    assert 0 < len(own["items"]) < N and own["annotator"] == "Ana"
    all_of_them = ask(server, "GET", f"review/{draw_id}/")[1]
    assert "connect-src 'self'" in all_of_them and all_of_them.count('"item_id"') == N
    address = f"review/{draw_id}/labels/{quote('Bo Ö')}"
    assert ask(server, "POST", address, json.dumps(label(drawn["example_ids"][0]))) == (200, '{"n_done":1}')
    assert json.loads(ask(server, "GET", address)[1])["annotator"] == "Bo Ö"
    assert ask(server, "POST", address, json.dumps(label("nothing")))[0] == 400
    assert ask(server, "POST", "review/other/labels/Ana", json.dumps(label(drawn["example_ids"][0])))[0] == 400
    assert ask(server, "GET", "review/other/")[0] == 404
    assert ask(server, "GET", f"review/{draw_id}/other")[0] == 404


def test_two_people_label_by_keyboard_and_the_draw_is_scored(
    server: Server, drawn: dict[str, Any], tmp_path: Path
) -> None:
    run, draw_id = server.run, drawn["draw_id"]
    with chromium(tmp_path) as browser:
        browser.open(f"{server.address}review/")
        assert findings_of_axe(browser) == []
        for name, key in (("Ana", "c"), ("Bo Ö", "e")):
            browser.open(f"{server.address}review/{draw_id}/as/{quote(name)}")
            until(lambda: browser.text("#place") != "")
            n = browser.run("return document.querySelectorAll('#map button').length")
            for _ in range(n):
                browser.press(key, "enter")
            until(lambda: "saved to the run" in browser.text("#counts"))
            assert browser.text("#done").startswith(f"All {n} items are judged")
        browser.open(f"{server.address}review/{draw_id}/as/Ana")  # progress is kept in the run, not in the browser
        until(lambda: browser.text("#place") != "")
        assert "0 errors" in browser.text("#counts") and browser.text("#done").startswith("All")
        browser.run(
            "const name = document.querySelector('#annotator'); name.value = 'Cy'; "
            "name.dispatchEvent(new Event('change'))"
        )
        until(lambda: browser.text("#counts").startswith("0 of"))
        assert browser.messages() == []
    result = score_command(run.path)
    assert result["annotators"] == ["Ana", "Bo Ö"]
    assert (result["n"], result["errors"]) == (
        N,
        sum(row["verdict"] == "error" for row in served_labels.labels_of(run, draw_id, "Bo Ö")),
    )
    assert invoke(["agreement", "--run", run.path]) == 0
    assert invoke(["agreement"]) == 2

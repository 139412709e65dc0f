"""The shipped sample, audited with the default profile, against the truth file of what was planted in it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audited import SAMPLE, Audit, place
from browser import chromium, until
from report_page import Page
from runs import rows

from ftq_spark.cli.app import invoke
from ftq_spark.report.advice import ADVICE
from ftq_spark.report.display import figure, integer, percent
from ftq_spark.review.serve import Server
from ftq_spark.runs.run import Run

VERDICTS = ("keep", "review", "drop")
MEASURED = (
    "ingest", "score", "rate", "decontaminate", "embed", "topic", "search", "block", "verify", "ask", "match",
    "conflict", "group",
)  # fmt: skip


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_every_row_is_accounted_for(audit: Audit) -> None:
    counts = audit.summary["rows"]
    assert counts["read"] == counts["rejected"] + counts["keep"] + counts["review"] + counts["drop"]
    assert counts["read"] == len(audit.examples) + len(audit.rejects)
    assert len({row["example_id"] for row in audit.examples.values()}) == len(audit.examples)


def test_exactly_the_broken_rows_are_rejected(audit: Audit) -> None:
    broken = {place(item): item["codes"] for item in audit.planted["broken"]}
    assert set(audit.rejects) == set(broken)
    assert all(audit.rejects[where] in codes for where, codes in broken.items())


@pytest.mark.parametrize(
    ("label", "reasons", "least"),
    [
        ("refusal", {"refusal"}, 1.0),
        ("looping", {"looping"}, 1.0),
        ("placeholder", {"placeholder"}, 1.0),
        ("truncated", {"truncated", "low_quality"}, 0.85),
    ],
)
def test_planted_weaknesses_are_found(audit: Audit, label: str, reasons: set[str], least: float) -> None:
    found = [audit.examples[place(item)] for item in audit.planted[label]]
    assert share([bool(reasons & {*row["reasons"], *row["notes"]}) for row in found]) >= least
    certain = label in ("looping", "placeholder")
    assert share([row["verdict"] != "keep" for row in found]) >= (1.0 if certain else 0.0)


@pytest.mark.parametrize(("label", "least"), [("vague", 0.85), ("weak", 0.75)])
def test_planted_generalities_have_little_substance(audit: Audit, label: str, least: float) -> None:
    found = [audit.examples[place(item)] for item in audit.planted[label]]
    assert share([row["sig_substance"] <= 0.2 for row in found]) >= least


def test_good_rows_are_kept(audit: Audit) -> None:
    assert share([audit.examples[place(item)]["verdict"] == "keep" for item in audit.planted["clean"]]) >= 0.98
    ordinary = [
        row["verdict"] == "keep" or bool(row["duplicate_of"])
        for where, row in audit.examples.items()
        if where not in {place(item) for items in audit.planted.values() for item in items}
    ]
    assert share(ordinary) >= 0.98


def same_cluster(audit: Audit, kind: str) -> list[bool]:
    """Whether each planted duplicate and what it repeats do not both stand, or are known to ask the same."""
    found = []
    for item in audit.planted[f"{kind}_duplicate"]:
        pair = [audit.examples[place(item)], audit.examples[place(item["of"])]]
        asks_the_same = kind == "semantic" and any(row["same_question"] for row in pair)
        found.append(asks_the_same or any(row["verdict"] == "drop" or row["conflicts_with"] for row in pair))
    return found


@pytest.mark.parametrize(("kind", "least"), [("exact", 1.0), ("near", 0.97), ("semantic", 0.85)])
def test_planted_duplicates_are_settled(audit: Audit, kind: str, least: float) -> None:
    assert share(same_cluster(audit, kind)) >= least


def test_duplicates_name_a_standing_example(audit: Audit) -> None:
    by_id = {row["example_id"]: row for row in audit.examples.values()}
    repeats = [row for row in by_id.values() if row["duplicate_of"]]
    assert len(repeats) >= 0.8 * sum(len(audit.planted[f"{kind}_duplicate"]) for kind in ("exact", "near"))
    for row in repeats:
        assert by_id[row["duplicate_of"]]["verdict"] != "drop"
        assert f"{row['duplicate_kind']}_duplicate" in row["reasons"]
        floor = {"exact": 1.0, "near": 0.8, "semantic": 0.95}[row["duplicate_kind"]]
        assert row["duplicate_similarity"] >= floor


def test_contradictions_go_to_review_with_evidence(audit: Audit) -> None:
    by_id = {row["example_id"]: row for row in audit.examples.values()}
    conflicts = rows(audit.run, "conflicts")
    for conflict in conflicts:
        assert conflict["evidence"]
        for side in ("left", "right"):
            row = by_id[conflict[f"{side}_id"]]
            assert row["duplicate_of"] is None
            assert row["verdict"] in ("review", "drop")
            spans = [item[f"{side}_text"] for item in conflict["evidence"]]
            assert all(span.rstrip("…") in row["response"] + row["prompt"] for span in spans)
    prompts = {by_id[c["left_id"]]["prompt"] for c in conflicts} | {by_id[c["right_id"]]["prompt"] for c in conflicts}
    assert any("metformin" in prompt and "pregnan" in prompt for prompt in prompts)
    assert any("warfarin" in prompt and "mechanism" in prompt for prompt in prompts)


def test_variety_is_not_a_conflict(audit: Audit) -> None:
    false = [
        place(item)
        for item in audit.planted["variety"]
        if "conflict" in item["must_not"] and audit.examples[place(item)]["conflicts_with"]
    ]
    assert false == []


def test_published_files_hold_every_example_once(audit: Audit) -> None:
    counts = audit.summary["rows"]
    for folder, verdict in (("clean", "keep"), ("review", "review"), ("dropped", "drop")):
        lines = [
            json.loads(line)
            for path in sorted(Path(audit.run.path, folder).glob("*.jsonl"))
            for line in path.read_text(encoding="utf-8").split("\n")[:-1]
        ]
        if verdict == "keep":
            assert not any("_ftq" in line for line in lines)
            table = Path(audit.run.path, folder, "general.csv").read_text(encoding="utf-8")  # what came as CSV stays it
            found = (SAMPLE / "shards" / "general.csv").read_text(encoding="utf-8")
            assert set(table.splitlines()) <= set(found.splitlines())
            lines += csv.DictReader(io.StringIO(table, newline=""))
        assert len(lines) == counts[verdict]
        if verdict != "keep":
            assert {line["_ftq"]["verdict"] for line in lines} == {verdict}
            assert all(line["_ftq"]["reasons"] for line in lines)


@pytest.mark.parametrize("format_", ["messages", "as_found"])
def test_the_kept_examples_load_in_one_line(
    audit: Audit, format_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    split = "train=0.8,validation=0.1,test=0.1"
    flags = ["--format", format_, "--to", str(tmp_path / "out"), "--split", split]
    assert invoke(["export", audit.run.path, *flags]) == 0
    found = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert list(found) == ["train", "validation", "test"]
    assert sum(map(len, found.values())) == audit.summary["rows"]["keep"]
    if format_ == "messages":
        answers = sorted(row["messages"][-1]["content"] for split in found.values() for row in split)
        assert answers == sorted(row["response"] for row in audit.examples.values() if row["verdict"] == "keep")


def test_a_second_run_does_nothing(audit: Audit) -> None:
    before = {path: path.stat().st_mtime_ns for path in Path(audit.run.path, "tables").rglob("*.parquet")}
    stages = Run.open(audit.run.path).manifest["stages"]
    assert invoke(["run", str(SAMPLE / "shards"), "--out", audit.run.path]) == 0
    assert Run.open(audit.run.path).manifest["stages"] == stages
    after = {path: path.stat().st_mtime_ns for path in Path(audit.run.path, "tables").rglob("*.parquet")}
    assert before == after


def test_a_threshold_recomputes_no_signal_and_no_vector(audit: Audit) -> None:
    before = Run.open(audit.run.path).manifest["stages"]
    assert invoke(["run", str(SAMPLE / "shards"), "--out", audit.run.path, "--set", "score.min_quality=0.65"]) == 0
    after = Run.open(audit.run.path).manifest["stages"]
    unchanged = {name for name in after if after[name] == before[name]}
    assert unchanged == {*MEASURED, "question"}


def test_what_reviewers_find_goes_into_the_next_run(audit: Audit, tmp_path: Path) -> None:
    path = audit.run.path
    assert invoke(["review", "draw", path, "--out", str(tmp_path), "--n", "20", "--format", "csv"]) == 0
    with next(tmp_path.glob("*.csv")).open(encoding="utf-8-sig", newline="") as file:
        ids = [row["item_id"] for row in csv.DictReader(file)]
    labels = tmp_path / "labels.jsonl"
    votes = [{"item_id": item, "annotator": "a", "label": "error" if item == ids[0] else "correct"} for item in ids]
    labels.write_text("".join(json.dumps(vote) + "\n" for vote in votes))
    assert invoke(["review", "score", path, "--labels", str(labels)]) == 0
    assert invoke(["sizing", path, "--goal", "domain"]) == 0

    def summary() -> dict[str, Any]:
        return json.loads(Path(path, "summary.json").read_text(encoding="utf-8"))

    assert (summary()["review"]["errors"], summary()["review"]["n"]) == (1, 20)
    assert set(summary()["sizing"]["goals"]) == {"style", "domain", "task", "knowledge", "alignment"}
    assert "Expert review" in Path(path, "report.html").read_text(encoding="utf-8")
    assert invoke(["run", str(SAMPLE / "shards"), "--out", path]) == 0
    wrong = next(row for row in rows(Run.open(path), "scored") if row["example_id"] == ids[0])
    assert wrong["verdict"] == "drop"
    assert "review_error" in wrong["reasons"]
    assert summary()["review"]["errors"] == 1


MENDED = "It is told here, in three words."


# ── The report's numbers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_summary_is_what_the_tables_say(audit: Audit) -> None:
    run, summary = audit.run, audit.summary
    scored, rejects = rows(run, "scored"), rows(run, "rejects")
    counts = Counter(row["verdict"] for row in scored)
    assert {name: summary["rows"][name] for name in VERDICTS} == {name: counts[name] for name in VERDICTS}
    assert summary["rows"]["rejected"] == len(rejects) == summary["rejects"]["n"]
    assert summary["rows"]["read"] == len(scored) + len(rejects)
    reasons = Counter((code, row["verdict"]) for row in scored for code in row["reasons"])
    alone = Counter(row["reasons"][0] for row in scored if len(row["reasons"]) == 1)
    for row in summary["reasons"]:
        assert {name: row[name] for name in VERDICTS} == {name: reasons[row["code"], name] for name in VERDICTS}
        assert row["n_only"] == alone[row["code"]]
    assert {row["code"] for row in summary["reasons"]} == {code for code, _ in reasons}
    notes = Counter(code for row in scored for code in row["notes"])
    assert {row["code"]: row["n"] for row in summary["notes"]} == dict(notes)
    codes = Counter(row["code"] for row in rejects)
    assert {row["code"]: row["n"] for row in summary["rejects"]["codes"]} == dict(codes)
    kinds = Counter(row["duplicate_kind"] for row in scored if row["duplicate_of"])
    assert {name: n for name, n in summary["duplicates"]["kinds"].items() if n} == dict(kinds)
    for row in summary["datasets"]:
        own = [each for each in scored if each["dataset"] == row["dataset"]]
        assert {name: row[name] for name in VERDICTS} == {
            name: sum(each["verdict"] == name for each in own) for name in VERDICTS
        }
        assert row["mean_quality"] == pytest.approx(np.mean([each["quality"] for each in own]), rel=1e-4)
    assert summary["conflicts"]["n"] == len(rows(run, "conflicts"))
    for name in ("n_turns", "quality"):
        values = [row[name if name == "quality" else f"sig_{name}"] for row in scored]
        found = summary["quality"] if name == "quality" else summary["signals"][name]
        known = [value for value in values if value is not None and not np.isnan(value)]
        assert (found["n"], found["mean"]) == (len(known), pytest.approx(np.mean(known), rel=1e-4))


def test_every_number_of_the_page_is_the_summarys(audit: Audit) -> None:
    summary, page = audit.summary, Page()
    page.feed(audit.page)
    for name in (*VERDICTS, "rejected"):
        part = f"{integer(summary['rows'][name])} "
        assert part in page.head
        assert percent(summary["rows"][name], summary["rows"]["read"]) in page.head
    n = sum(summary["rows"][name] for name in VERDICTS)
    shown = {row[0]: row for row in page.tables["reasons"][1:]}
    for row in summary["reasons"]:
        cells = shown[row["code"].replace("_", " ") + ADVICE[row["code"]].replace("`", "")]
        numbers = [row["n"], *(row[name] for name in VERDICTS), row["n_only"]]
        assert [cells[1], *cells[4:]] == [integer(number) for number in numbers]
        assert cells[2] == percent(row["n"], n)
    shown = {row[0]: row for row in page.tables["notes"][1:]}
    for row in summary["notes"]:
        cells = shown[row["code"].replace("_", " ") + ADVICE[row["code"]].replace("`", "")]
        assert cells[1:] == [integer(row["n"]), percent(row["n"], n), integer(row["keep"])]
    shown = {row[0]: row for row in page.tables["sources"]}
    for row in summary["datasets"]:
        cells = shown[row["dataset"]]
        assert (cells[1], cells[3], cells[4]) == (
            integer(row["n"]),
            figure(row["mean_quality"]),
            integer(row["conflict"]),
        )
        shares = [percent(row[name], row["n"]) for name in (*VERDICTS, "rejected")]
        assert cells[2].strip().endswith(" / ".join(shares))
    for row in summary["formats"]:
        assert shown[row["value"]][1:3] == [integer(row["n"]), percent(row["n"], n)]
    shown = {row[0]: row for row in page.tables["signals"]}
    for name, row in summary["signals"].items():
        cells = shown.get(name.replace("_", " ") + row["about"])
        if cells is not None:
            assert cells[5] == percent(row["n"], n), name


# ── A person's path ──────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(folder: Path) -> list[dict[str, Any]]:
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def test_a_person_settles_the_conflict_on_warfarin_and_the_next_run_publishes_it(audit: Audit, tmp_path: Path) -> None:
    out, mended = tmp_path / "run", audit.examples[place(audit.planted["refusal"][0])]
    shutil.copytree(audit.run.path, out, symlinks=True)
    with Server(Run.open(str(out))) as server, chromium(tmp_path) as browser:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        browser.open(server.address)
        until(lambda: browser.run("return document.documentElement.dataset.ready === 'yes'"))
        browser.run("document.querySelector('#first a').click()")  # what to fix first: the conflicts
        until(lambda: "conflicts" in browser.text("#shown"))
        browser.run("document.querySelector('#search').focus()")
        browser.type("warfarin's mechanism")
        until(lambda: browser.text("#shown").startswith("1 of "))
        sides = browser.run("return [...document.querySelectorAll('#view .side')].map((side) => side.innerText)")
        right = next(place for place, text in enumerate(sides) if "VKOR" in text)
        assert "COX-2" in sides[1 - right]
        browser.run("const name = document.querySelector('#reviewer'); name.value = 'Ana'")
        browser.run("document.querySelectorAll('#view .choices button')[arguments[0]].click()", right)
        until(lambda: browser.text("#saved") == "saved to the run")
        browser.open(f"{server.address}#ex={mended['example_id']}")
        until(lambda: browser.text("#detail .origin a") == mended["example_id"])
        browser.run("document.querySelector('#detail .correct').click()")
        browser.run("const text = document.querySelector('.draft'); text.value = arguments[0]; "
                    "text.dispatchEvent(new Event('input'))", MENDED)  # fmt: skip
        browser.run("document.querySelector('#saved').textContent = ''")
        browser.run("document.querySelector('.correction button').click()")
        until(lambda: browser.text("#saved") == "saved to the run")
        assert browser.messages() == []
        server.shutdown()
    assert invoke(["run", str(SAMPLE / "shards"), "--out", str(out)]) == 0
    after = Run.open(str(out)).manifest["stages"]
    assert {name: after[name] for name in MEASURED} == {name: audit.run.manifest["stages"][name] for name in MEASURED}
    (kept,) = [row for row in rows_of(out / "clean") if "(VKOR)" in json.dumps(row) and "mechanism?" in json.dumps(row)]
    assert "_ftq" not in kept
    (scored,) = [row for row in rows(Run.open(str(out)), "scored") if "(VKOR)" in row["response"]]
    assert (scored["verdict"], scored["decided_by"], scored["reasons"]) == ("keep", "reviewer", [])
    (dropped,) = [row for row in rows_of(out / "dropped") if "COX-2 enzymes" in json.dumps(row)]
    assert (dropped["_ftq"]["decided_by"], dropped["_ftq"]["reviewer"]) == ("reviewer", "Ana")
    # The corrected answer stands in the row's own schema, what was found and who changed it beside it.
    (found,) = rows_of(out / "edited")
    said = found.pop("_ftq")
    assert (said["example_id"], said["content_hash"]) == (mended["example_id"], mended["content_hash"])
    assert said["reviewer"] == "Ana" and said["time"]
    (new,) = [row for row in rows_of(out / "clean") if MENDED in json.dumps(row)]
    assert new == json.loads(json.dumps(found).replace(json.dumps(mended["response"]), json.dumps(MENDED)))
    (published,) = [row for row in rows(Run.open(str(out)), "scored") if row["example_id"] == mended["example_id"]]
    assert (published["response"], published["found_response"]) == (MENDED, mended["response"])
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["edited"] == {"n": 1}
    assert (
        invoke(["export", str(out), "--format", "messages", "--to", str(tmp_path / "out"), "--file-format", "jsonl"])
        == 0
    )
    (row,) = [row for row in rows_of(tmp_path / "out" / "data") if MENDED in json.dumps(row)]
    assert row["messages"][-1]["content"] == MENDED

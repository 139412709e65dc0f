"""The end of a run in a terminal and in a notebook."""

from __future__ import annotations

import pytest
from report_summary import a_summary

from ftq_spark.report.outcome import outcome, outcome_html


def test_the_end_of_a_run_says_what_why_and_what_next() -> None:
    summary = a_summary()
    lines = outcome(summary, "out/a").splitlines()
    rows = summary["rows"]
    assert lines[0].startswith(f"{rows['keep']:,} of {rows['read']:,} rows kept")
    assert [line.split()[0] for line in lines[1:5]] == ["keep", "review", "drop", "rejected"]
    place = lines.index("next:")
    assert lines[place + 1] == f"  1. {summary['actions'][0]['title']}"
    assert lines[-6] == f"  4. {summary['actions'][-1]['title']}"
    assert lines[-5:] == [
        "report:  out/a/report.html",
        "         ftq serve out/a saves what you decide in it",
        "clean:   out/a/clean/",
        "         ftq export out/a --format messages --to DIR writes it for a trainer",
        "scored:  out/a/scored/",
    ]


def test_nothing_that_was_kept_is_no_data_to_train_on() -> None:
    summary = a_summary()
    summary["rows"] |= {"keep": 0, "drop": 3}
    lines = outcome(summary, "out/a").splitlines()
    assert lines[-2] == "clean:   nothing was kept; out/a/report.html says of each row why"
    assert not any("ftq export" in line for line in lines)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_reasons_fit_into_the_terminal_and_commands_are_whole(width: int) -> None:
    summary = a_summary()
    for example in summary["excerpts"].values():
        example["prompt"] = "Which of these words is the last one? " * 9
    lines = outcome(summary, "out/a", width).splitlines()
    place = lines.index("reasons:")
    assert lines[place + 1].endswith("…") and len(lines[place + 1]) in (width - 1, width)
    assert all(len(line) < width for line in lines if line.startswith("  keep") or line.startswith("  review"))
    assert "         ftq export out/a --format messages --to DIR writes it for a trainer" in lines


def test_a_reason_whose_examples_people_kept_is_none() -> None:
    summary = a_summary()
    summary["reasons"].insert(0, {**summary["reasons"][0], "code": "looping", "keep": 1, "review": 0, "drop": 0})
    for shown in (outcome(summary, "out/a"), outcome_html(summary, "out/a")):
        assert "near_duplicate" in shown and "looping" not in shown


def test_text_of_the_data_cannot_steer_a_terminal() -> None:
    summary = a_summary()
    for example in summary["excerpts"].values():
        example["prompt"] = "\x1b[31mred\nsecond line\u202e" * 9
    shown = outcome(summary, "out/a")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[31mred second line" in shown
    assert "<b>" in outcome_html(summary, "out/a")


def test_the_command_can_be_pasted() -> None:
    assert "  ftq serve out/a saves" in outcome(a_summary(), "out/a")
    assert "  ftq serve 'out/a b#1' saves" in outcome(a_summary(), "out/a b#1")


def test_files_whose_answers_slipped_stand_before_all_else() -> None:
    slipped = {
        "source": "a\x1b.jsonl",
        "code": "answers_displaced",
        "first_row": 21,
        "last_row": 1060,
        "step": -1,
        "n": 9,
    }
    shuffled = {"source": "b.csv", "code": "answers_shuffled", "first_row": 1, "last_row": 400, "step": 0, "n": 90}
    summary = a_summary() | {"displaced": [slipped, slipped, shuffled | {"share": 0.51}]}
    lines = outcome(summary, "out/a").splitlines()
    assert lines[0].startswith("WARNING: In a")
    assert "the answers of rows 21 to 1,060 (and 1 more stretch) belong to the questions of the row before" in lines[0]
    assert lines[1].startswith("WARNING: The answers of b.csv stand in another order than its questions")
    assert "51%" in lines[1]
    assert "\x1b" not in lines[0]
    assert "<b>In a" in outcome_html(summary, "out/a")


def test_columns_that_are_not_read_are_told() -> None:
    def column(source: str, name: str) -> dict[str, object]:
        return {"source": source, "name": name, "share": 0.62, "n_rows": 100}

    summary = a_summary() | {
        "unread": [column("a.jsonl", "attempt"), column("a.jsonl", "notes"), column("b.csv", "page")]
    }
    lines = outcome(summary, "out").splitlines()
    assert "unread:  Columns not read in a.jsonl: 'attempt' (62% of the text), 'notes' (62%)." in lines
    assert "unread:  Columns not read in b.csv: 'page' (62% of the text)." in lines
    assert not any("not read" in line for line in outcome(a_summary(), "out").splitlines())
    alike = a_summary() | {"unread": [column(f"{name}.csv", "page") for name in "abcde"]}
    assert "unread:  Columns not read in a.csv (and 4 more files): 'page' (62% of the text)." in outcome(alike, "out")
    apart = a_summary() | {"unread": [column(f"{name}.csv", f"page {name}") for name in "abcde"]}
    assert "unread:  Nor are others in 2 more files." in outcome(apart, "out").splitlines()

"""The end of a run in a terminal and in a notebook."""

from __future__ import annotations

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
    assert lines[-3].startswith("report:  out/a/report.html")


def test_text_of_the_data_cannot_steer_a_terminal() -> None:
    summary = a_summary()
    for example in summary["excerpts"].values():
        example["prompt"] = "\x1b[31mred\nsecond line\u202e" * 9
    shown = outcome(summary, "out/a")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[31mred second line" in shown
    assert "<b>" in outcome_html(summary, "out/a")

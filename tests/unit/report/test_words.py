"""What the report says first, and what to do about what was found."""

from __future__ import annotations

import html

from rendered import Page
from report_summary import a_note, a_summary

from ftq_spark.kernels.conflict import calibration
from ftq_spark.report import display
from ftq_spark.report.advice import ADVICE, KINDS
from ftq_spark.report.page import render
from ftq_spark.report.words import actions, headline
from ftq_spark.signals import DEFAULT_RULES


def test_what_data_does_as_a_habit_is_one_decision() -> None:
    summary = a_summary()
    summary["rows"] |= {"keep": 97, "review": 2, "drop": 1}
    summary["notes"] = [a_note("variety", 60), a_note("refusal", 41), a_note("truncated", 4)]
    (habit,) = [action for action in actions(summary) if "noted" in action["title"]]
    assert habit["title"] == "Decide about 41 examples noted as refusal"
    assert habit["detail"].startswith("41% of the examples") and "score.strengths.refusal=review" in habit["detail"]
    assert habit["show"] == "note=refusal"


def test_a_reason_that_is_a_habit_says_how_it_is_kept() -> None:
    summary = a_summary()
    summary["rows"] |= {"keep": 60, "review": 40, "drop": 0}
    refused = {"code": "refusal", "n": 40, "keep": 0, "review": 40, "drop": 0, "n_only": 40, "examples": []}
    summary["reasons"] = [refused]
    (found,) = [action["detail"] for action in actions(summary) if "refusal" in action["title"]]
    assert found.endswith("habit of the data: if it is meant, `--set score.strengths.refusal=note` keeps them.")
    summary["rows"]["keep"] = 960
    assert not any("habit" in action["detail"] for action in actions(summary))


def test_a_broken_accounting_is_the_first_thing_said() -> None:
    summary = a_summary()
    summary["rows"] |= {"read": 9, "balanced": False}
    summary["headline"] = headline(summary)
    assert "4 rows of 9 are unaccounted for" in summary["headline"][0]
    assert "9 read ≠ 1 rejected" in Page(render(summary)).text


def test_every_default_rule_says_what_to_do() -> None:
    assert {rule.reason for rule in DEFAULT_RULES} <= ADVICE.keys()


def test_actions_put_conflicts_first_then_what_wins_most_and_leave_out_what_is_settled() -> None:
    found = actions(a_summary())
    assert [action["anchor"] for action in found] == ["conflicts", "duplicates", "rejects", "reasons", "quality"]
    assert not [action for action in found if "near duplicate" in action["title"]]


def test_the_last_thing_to_do_is_to_train_on_what_is_kept() -> None:
    summary = a_summary()
    last = actions(summary)[-1]
    assert last["title"] == "Train on 2 kept examples"
    assert "`ftq export RUN --format messages --to DIR`" in last["detail"]
    assert last["detail"].endswith("What is in review joins them once somebody has decided.")
    summary["formats"].append({"value": "openai_dpo", "keep": 9})
    assert "--format dpo" in actions(summary)[-1]["detail"]
    summary["rows"]["keep"] = 0
    assert "Train" not in actions(summary)[-1]["title"]


def test_rows_that_are_dropped_already_are_said_to_be() -> None:
    summary = a_summary()
    dropped = {"code": "looping", "n": 9, "keep": 0, "review": 0, "drop": 9, "n_only": 9, "examples": []}
    summary["reasons"].append(dropped)
    (found,) = [action for action in actions(summary) if "looping" in action["title"]]
    assert found["detail"] == "A model learns from them to repeat itself. All are dropped already."


def test_a_reason_says_what_to_do_and_leads_to_its_examples() -> None:
    page = render(a_summary(), data="H4s")
    assert '<a href="#reason=near_duplicate">near duplicate</a>' in page
    assert "#reason=near_duplicate" not in render(a_summary())
    assert html.escape(ADVICE["near_duplicate"]) in page


def test_notes_are_listed_and_what_no_model_could_read_is_something_to_do() -> None:
    summary = a_summary()
    assert "unreadable" not in render(summary)
    summary["notes"] = [{"code": "unreadable", "n": 3, "keep": 2}, {"code": "variety", "n": 1, "keep": 1}]
    (found,) = [action for action in actions(summary) if action["show"] == "note=unreadable"]
    assert found["title"] == "Look for duplicates by meaning in 3 more examples"
    page = render(summary, data="H4s")
    assert '<a href="#note=unreadable">' in page and str(display.commands(ADVICE["variety"])) in page
    summary["rows"]["keep"] = 97
    assert not [action for action in actions(summary) if action["show"] == "note=unreadable"]


def test_every_kind_of_conflict_has_plain_words() -> None:
    assert {*calibration.KINDS, "label", "preference", "judge"} <= KINDS.keys()

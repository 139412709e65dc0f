"""The page and what it is made of: no Spark, no browser."""

from __future__ import annotations

import copy
import html
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_summary import a_summary

from ftq_spark.kernels.conflict import calibration
from ftq_spark.report import charts, display
from ftq_spark.report.advice import ADVICE, KINDS
from ftq_spark.report.distributions import distribution, gini
from ftq_spark.report.page import render
from ftq_spark.report.words import actions, headline
from ftq_spark.report.write import plain, to_json
from ftq_spark.review.sizing import GOALS, DataCounts, size_report
from ftq_spark.signals import DEFAULT_RULES

XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</style><script>alert(3)</script>",
    '"><svg onload=alert(4)>',
    "javascript:alert(5)",
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]><a href='https://example.org/'>x</a>",
]
HIDDEN = "\u202eevil\u2066\u2069\u200b\u200d\ufeff\x00\x1b[31m\x9b\u00ad\U000e0041\u2028\u3164"


def with_text_everywhere(value: Any, text: str) -> Any:
    """The same structure, every free text replaced: what a hostile dataset, file name or code could put there."""
    kept = {"verdict", "anchor", "example_id", "left_id", "right_id", "duplicate_of", "kept", "examples"}
    if isinstance(value, dict):
        return {key: entry if key in kept and not _holds_rows(entry) else with_text_everywhere(entry, text)
                for key, entry in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [with_text_everywhere(entry, text) for entry in value]
    return text if isinstance(value, str) else value


def _holds_rows(entry: Any) -> bool:
    return isinstance(entry, list) and bool(entry) and isinstance(entry[0], dict)


class Page(HTMLParser):
    """Elements, attributes and text of a page as a browser would see them; an element left open is an error."""

    VOID = frozenset({"meta", "br", "rect", "line"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text += data


# ── Safety ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("canary", XSS)
def test_hostile_text_stays_text(canary: str) -> None:
    clean, hostile = Page(render(a_summary())), Page(render(with_text_everywhere(a_summary(), canary)))
    assert sorted(set(hostile.tags)) == sorted(set(clean.tags))
    assert not {"script", "img", "iframe", "object", "link", "form"} & set(hostile.tags)
    names = {name for name, _ in hostile.attributes}
    assert not any(name.startswith("on") or name in ("src", "style", "action") for name in names)
    assert all(value is None or value.startswith("#") for name, value in hostile.attributes if name == "href")
    assert canary in hostile.text
    assert "49" not in hostile.text.replace(canary, "")


def test_hidden_and_bidi_characters_never_reach_the_page() -> None:
    page = html.unescape(render(with_text_everywhere(a_summary(), HIDDEN)))
    assert "evil" in page
    assert not [hex(ord(char)) for char in page if char != "\n" and display.is_hidden(char)]


def test_the_page_says_how_many_characters_it_hides() -> None:
    summary = a_summary()
    summary["excerpts"]["a" * 32] |= {"prompt": "a\u202eb\u200b", "response": "\r\nfine"}
    assert "2 hidden characters not shown" in render(summary)


def test_nothing_is_loaded_or_run() -> None:
    page = render(a_summary())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert html.unescape(policy[1]).startswith("default-src 'none'; style-src 'sha256-")
    outside = set(re.findall(r"https?://[^\s\"'<]+|url\(|@import", page))
    assert not outside


# ── Content ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_opens_with_the_verdict_and_shows_each_section() -> None:
    page = Page(render(a_summary()))
    assert "2 of 5 rows kept (40%); 1 to review, 1 dropped, 1 rejected." in page.text
    assert "12 conflicts need a person" in page.text
    assert "Together they are all 5 rows read." in page.text
    ids = [value for name, value in page.attributes if name == "id"]
    for anchor in (value for name, value in page.attributes if name == "href"):
        assert anchor is not None
        assert anchor.removeprefix("#") in ids
    assert page.text.index("What to do next") < page.text.index("What disagrees") < page.text.index("Stages")


def test_the_contents_follow_the_page() -> None:
    summary = a_summary()
    counts = DataCounts(n_kept=900, topics={"0": 600, "1": 300})
    summary["sizing"] = {"goals": {goal: size_report(counts, goal) for goal in GOALS}}
    summary["review"] = summary["agreement"] = {"gate": "passed"}
    summary["contamination"] = {"quiz": dict.fromkeys(
        ("n_items", "n_compared", "n_items_found", "item_rate", "n_examples", "example_rate"), 0
    )}  # fmt: skip
    summary["notes"] = [a_note("refusal", 3)]
    page = render(summary)
    anchors = re.findall(r'<li><a href="#([a-z]+)">', page.split("</nav>")[0])
    assert len(anchors) > 10
    assert anchors == [name for name in re.findall(r'<section id="([a-z]+)"', page) if name in anchors]


def test_names_that_people_type_stand_as_they_are_typed() -> None:
    text = re.sub(r"\s+", " ", Page(render(a_summary())).text)
    assert "ftq_spark 0.1.0" in text and "n_wordsWords." in text
    assert "1 more signal with the same value almost everywherenever. Their figures" in text


def test_ids_lead_to_their_example_where_the_page_has_it() -> None:
    shown = "a" * 32
    assert f'<a href="#ex={shown}">{shown}</a>' not in render(a_summary())
    assert f'<a href="#ex={shown}">{shown}</a>' in render(a_summary(), data="H4s")


def test_every_chart_has_a_title_and_is_well_formed() -> None:
    found = re.findall(r"<svg.*?</svg>", render(a_summary()), re.S)
    assert len(found) > 5
    for chart in found:
        root = ET.fromstring(chart)
        assert root.get("role") == "img"
        assert root.get("aria-label") == root.findtext("title") != ""


def test_evidence_is_marked_on_its_own_side() -> None:
    page = render(a_summary())
    assert "Yes, it <mark>is safe</mark>." in page
    assert "No, it <mark>must be avoided</mark>." in page


def test_a_histogram_is_a_table_too() -> None:
    summary = a_summary()
    table = render(summary).split("Quality as a table")[1].split("</table>")[0]
    counts = summary["quality"]["histogram"]["counts"]
    totals = [sum(layer[place] for layer in counts.values()) for place in range(len(counts["keep"]))]
    cells = [int(cell) for cell in re.findall(r'<td class="n">(\d+)</td>', table)]
    assert sum(cells) == sum(totals) and len(cells) == 3 * sum(n > 0 for n in totals)


def test_rejects_say_how_they_are_mended() -> None:
    summary = a_summary()
    summary["rejects"]["codes"] = [{**summary["rejects"]["codes"][0], "code": "unknown_format"}]
    assert "<code>--column prompt=COLUMN --column response=COLUMN</code>" in render(summary)


@pytest.mark.parametrize("name", ["review", "agreement"])
def test_optional_sections_appear_only_where_there_is_one(name: str) -> None:
    summary = a_summary()
    assert f'id="{name}"' not in render(summary)
    kappa = {"value": 0.71, "low": 0.58, "high": 0.84}
    stratum = {"population": 900, "n": 80, "errors": 4, "low": 0.01, "high": 0.12}
    summary[name] = {"gate": "inconclusive", "cohen_kappa": kappa, "fleiss_kappa": None, "alpha": {"nominal": kappa},
                     "notes": ["settle them first"], "by_stratum": {"medical": stratum}}  # fmt: skip
    page = Page(render(summary))
    assert ("id", name) in page.attributes
    for text in ("Inconclusive", "0.71 (0.58 to 0.84)", "medical", "settle them first", "5%"):
        assert text in re.sub(r"\s+", " ", page.text)


def test_notes_say_how_they_are_raised() -> None:
    summary = a_summary()
    assert "REASON=review" not in render(summary)
    summary["notes"] = [a_note("refusal", 3)]
    assert "--set score.strengths.REASON=review" in Page(render(summary)).text


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


def a_note(code: str, n: int) -> dict[str, Any]:
    return {"code": code, "n": n, "keep": n, "review": 0, "drop": 0, "n_only": 0, "examples": []}


def test_topics_and_sizing_are_shown_where_they_are_known() -> None:
    summary = a_summary()
    assert not {("id", "topics"), ("id", "sizing")} & set(Page(render(summary)).attributes)
    counts = DataCounts(900, {"1": 880, "2": 20}, {"1": ["dose", "<b>warfarin"], "2": ["tenant"]})
    summary["sizing"] = {"goals": {goal: size_report(counts, goal) for goal in GOALS}}
    row = {"topic": 1, "terms": ["dose", "<b>warfarin"], "n": 1000, "keep": 880, "review": 20, "drop": 100}
    summary["topics"] = {"topics": [row], "n_without": 3}
    page = Page(render(summary))
    assert {("id", "topics"), ("id", "sizing")} <= set(page.attributes)
    text = re.sub(r"\s+", " ", page.text)
    for shown in ("dose, <b>warfarin", "3 examples without a question", "900 examples kept", "no review yet"):
        assert shown in text
    assert "tenant: about 230" in text  # half of the 500 that domain vocabulary needs, less 20
    assert "Full behavioral alignment" in text and "misaligned behavior" in text


def test_the_form_of_answers_is_told_in_sentences_and_tables() -> None:
    summary = a_summary()
    group = {
        "dataset": "a",
        "context": "<i>",
        "n": 30,
        "layout": "prose",
        "layout_share": 0.9,
        "length": "16 to 31 words",
    }
    summary["consistency"] = {
        **{
            "consistency": 0.875,
            "n_deviating": 2,
            "n_groups": 3,
            "layout_consistency": 0.75,
            "length_consistency": 1.0,
        },
        **{"opening_consistency": None, "language_consistency": None, "groups": [group | {"length_share": 0.5}]},
        "deviations": [{"deviation": "layout table, where 90% are prose", "n": 2, "example_id": "e" * 32}],
    }
    summary["concentration"] = {
        **{"n_answers": 40, "n_system_prompts": 1, "without_system_prompt_fraction": 0.25},
        **{"largest_system_prompt_fraction": 0.75, "common_openings_fraction": 0.5},
        "openings": [{"opening": "it is a", "n": 20, "fraction": 0.5, "example_id": "e" * 32}],
        "length_drift": [{"dataset": "a", "source": "b.jsonl", "n": 9, "mean_words": 7.25, "stability_index": 0.5}],
    }
    text = " ".join(Page(render(summary)).text.split())
    assert "Answers are 87.5% consistent" in text
    assert "2 examples depart from what is usual in their group" in text
    assert "The 1 largest of 3 groups." in text
    assert "50% of 40 answers begin in the most common way. 1 system prompt; the most common one is in 75%" in text
    assert "<i>" in text
    summary["concentration"] |= {"n_system_prompts": 0, "openings": [], "length_drift": []}
    assert "No two answers begin alike. No example has a system prompt." in Page(render(summary)).text
    summary["consistency"] |= {"groups": [], "deviations": [], "n_groups": 0, "consistency": None, "n_deviating": 0}
    text = " ".join(Page(render(summary)).text.split())
    assert "Too few answers in any group to say what is usual." in text
    assert "consistent:" not in text


def test_data_without_duplicates_has_no_figures_of_them() -> None:
    summary = a_summary()
    assert "No example repeats another." not in Page(render(summary)).text
    none = {"kinds": {"exact": 0, "near": 0, "semantic": 0}, "largest": []}
    summary["duplicates"] |= {**none, "clusters": {**(summary["duplicates"]["clusters"] or {}), "n": 0}}
    text = Page(render(summary)).text
    assert "No example repeats another." in text
    assert "Gini" not in text


def test_evaluation_sets_are_shown_where_they_are_given() -> None:
    summary = a_summary()
    assert ("id", "contamination") not in Page(render(summary)).attributes
    figures = {"n_items": 1319, "n_compared": 1300, "n_items_found": 26, "n_examples": 40}
    summary["contamination"] = {"<b>gsm8k": {**figures, "item_rate": 0.02, "example_rate": 0.00001}}
    summary["contamination"]["short"] = {**figures, "n_compared": 0, "item_rate": None, "example_rate": 0.0}
    page = Page(render(summary))
    assert ("id", "contamination") in page.attributes
    for shown in ("<b>gsm8k", "1,319", "2%", "<0.1%", "–"):
        assert shown in page.text


def test_a_run_of_nothing_can_be_drawn() -> None:
    summary = a_summary()
    summary |= {name: [] for name in ("datasets", "sources", "formats", "reasons", "actions")}
    summary |= {
        "rows": dict.fromkeys(("keep", "review", "drop"), 0)
        | {"read": 3, "rejected": 3, "balanced": True, "checked": True}
    }
    summary |= {"conflicts": None, "quality": None, "signals": {}, "n_datasets": 0, "n_sources": 0, "excerpts": {}}
    summary |= {"lengths": {"prompt_chars": None, "response_chars": None}, "run": {}}
    summary["duplicates"] |= {"clusters": None, "largest": [], "across_datasets": {"datasets": [], "pairs": []}}
    summary["headline"] = headline(summary)
    assert "all 3 rows were rejected" in Page(render(summary)).text


def test_conflicts_that_a_policy_settled_need_nobody() -> None:
    summary = a_summary()
    summary["rows"] |= {"keep": 3, "review": 0}
    assert "12 conflicts found: one question, answers that disagree." in headline(summary)


def test_files_whose_answers_slipped_open_the_page() -> None:
    stretch = {"code": "answers_displaced", "first_row": 2, "last_row": 30, "step": 1, "n": 9}
    summary = a_summary() | {"displaced": [stretch | {"source": f"<{name}>.jsonl"} for name in "abcde"]}
    summary["headline"] = headline(summary)
    assert "rows 2 to 30 belong to the questions of the row after theirs" in summary["headline"][0]
    assert [sentence[:14] for sentence in summary["headline"][:4]] == [
        "In <a>.jsonl t",
        "In <b>.jsonl t",
        "In <c>.jsonl t",
        "So it is in 2 ",
    ]
    page = render(summary)
    assert '<p class="lead alert">In &lt;a&gt;.jsonl the answers' in page
    assert '<p class="lead">' in render(a_summary())


def test_datasets_with_several_right_answers_are_named() -> None:
    listing = {
        "datasets": [{"dataset": f"<{name}>", "counts": name == "b", "n_bare": 12, "n_apart": 11} for name in "abcd"],
        "n_pairs": 36,
    }
    summary = a_summary() | {"listing": listing}
    summary["headline"] = headline(summary)
    said = (
        "36 pairs whose brief answers differ are unclear, no conflicts: hardly a question is answered twice alike in "
        "<a> (11 of 12 questions for names), <b> (11 of 12 questions for numbers), <c> (11 of 12 questions for names) "
        "and 1 more, so several answers may be right. Should each have one, set conflict.several_answers=conflict."
    )
    assert said in summary["headline"]
    assert Page(render(summary)).text.count(said) == 2  # at the top, and with the conflicts
    one = {"datasets": listing["datasets"][:1], "n_pairs": 1}
    assert any(
        sentence.startswith("1 pair whose brief answers differ is unclear, no conflict: hardly")
        for sentence in headline(a_summary() | {"listing": one})
    )
    assert headline(a_summary() | {"listing": listing | {"n_pairs": 0}}) == headline(a_summary())


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


def test_the_same_summary_gives_the_same_bytes() -> None:
    summary = a_summary()
    other = dict(reversed(list(copy.deepcopy(summary).items())))
    assert to_json(summary) == to_json(other)
    assert render(orjson.loads(to_json(summary))) == render(summary)


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text())
def test_visible_text_has_nothing_hidden_and_keeps_the_rest(text: str) -> None:
    shown = display.visible(text)
    assert not [char for char in shown if char not in "\n\t" and display.is_hidden(char)]
    assert display.visible(shown) == shown
    assert len(shown) + display.n_hidden(text) == len(text.replace("\r\n", "\n").replace("\r", "\n"))


@given(st.text(alphabet="ab<&>", max_size=30), st.lists(st.text(alphabet="ab<&>", max_size=5), max_size=4))
def test_marking_changes_no_text(text: str, spans: list[str]) -> None:
    marked = str(display.marked(text, spans))
    assert html.unescape(re.sub("</?mark>", "", marked)) == text
    assert marked.count("<mark>") == marked.count("</mark>")
    assert all("<" not in part for part in re.split("</?mark>", marked))


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 2, "50%"),
        (1, 3, "33.3%"),
        (1, 5000, "<0.1%"),
        (4999, 5000, ">99.9%"),
        (0, 7, "0%"),
        (1, 0, "–"),
        (None, 1, "–"),
    ],
)
def test_percentages(part: int | None, whole: int, expected: str) -> None:
    assert display.percent(part, whole) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1234567.0, "1,234,567"), (0.12345, "0.123"), (-0.5, "−0.5"), (0.0, "0"), (1234.6, "1,235"), (1e-6, "1.0e-06"),
     (float("nan"), "–"), (None, "–")],
)  # fmt: skip
def test_figures(value: float | None, expected: str) -> None:
    assert display.figure(value) == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [({"low": 200, "high": 500}, "200 to 500"), ({"low": 1600, "high": 1600}, "1,600"),
     ({"low": 50000, "high": 50000, "open_ended": True}, "50,000 and more")],
)  # fmt: skip
def test_ranges(ends: dict[str, float], expected: str) -> None:
    assert display.between(ends) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.44, "0.4 s"), (59, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, expected: str) -> None:
    assert display.duration(seconds) == expected


def test_plain_values_are_json_whatever_comes() -> None:
    given_ = {
        "a": float("nan"),
        1: np.float64(0.1) + 0.2,
        "n": np.int64(3),
        "t": (True, None),
        "p": Path("x"),
        "s": "\ud800",
    }
    assert plain(given_, n_digits=6) == {"a": None, "1": 0.3, "n": 3, "t": [True, None], "p": "x", "s": "?"}
    assert plain(1790000000.1234567) == 1790000000.1234567
    assert orjson.loads(to_json(given_))["s"] == "?"


def test_bars_share_the_width_by_count() -> None:
    root = ET.fromstring(charts.share_bar([("keep", 3), ("review", 0), ("drop", 1)], "t"))
    assert [float(bar.get("width", 0)) for bar in root.iter("rect")] == [750.0, 250.0]


def test_a_histogram_stacks_layers_and_draws_the_threshold() -> None:
    drawn = charts.histogram([0, 0.5, 1], {"keep": [1, 2], "drop": [1, 0]}, "t", threshold=0.5)
    root = ET.fromstring(drawn)
    bars = [(bar.get("class"), float(bar.get("height", 0))) for bar in root.iter("rect")]
    assert [name for name, _ in bars] == ["fill-keep", "fill-drop", "fill-keep"]
    assert bars[0][1] == bars[1][1] == bars[2][1] / 2
    assert [float(line.get("x1", -1)) for line in root.iter("line") if line.get("class") == "threshold"] == [320.0]
    assert "threshold" not in charts.histogram([0, 0.5, 1], {"keep": [1, 2]}, "t", threshold=7)


def test_the_axis_names_ends_of_bins_and_the_highest_bar_its_number() -> None:
    drawn = charts.histogram(list(range(17, 38)), {"keep": [1200, *[3] * 18, 1], "drop": [34, *[0] * 19]}, "t")
    words = [(text.text, float(text.get("x", -1))) for text in ET.fromstring(drawn).iter("text")]
    assert words == [
        ("17", 0.0), ("22", 160.0), ("27", 320.0), ("32", 480.0), ("37", 640.0),
        ("highest bar: 1,234", 0.0),
    ]  # fmt: skip
    on_the_left = charts.histogram([0, 0.5, 1], {"keep": [1, 2]}, "t", threshold=0.1)
    (scale,) = [text for text in ET.fromstring(on_the_left).iter("text") if "highest" in (text.text or "")]
    assert (scale.get("x"), scale.get("text-anchor")) == ("640.0", "end")  # the threshold's words are on the left


@pytest.mark.parametrize(
    ("values", "ends"),
    [([17.0, 18.0], [17.0, 37.0]), ([28.0], [28.0, 48.0]), ([0.0, 1.0], [0.0, 1.0]), ([0.5, 17.0], [0.5, 17.0])],
)
def test_bars_of_whole_numbers_end_at_whole_numbers(values: list[float], ends: list[float]) -> None:
    n = len(values)
    row = {"verdict": "keep", "n": n, "n_out": 0, "total": sum(values), "smallest": values[0], "largest": values[-1]}
    found = distribution([{**row, "values": values, "counts": [1] * n}], n)
    assert found is not None
    edges = found["histogram"]["edges"]
    assert [edges[0], edges[-1]] == ends
    assert all(edge == round(edge) for edge in edges) == (ends[1] - ends[0] >= 20)


def test_a_long_tail_ends_in_the_last_bin() -> None:
    row = {"verdict": "keep", "n": 1001, "n_out": 0, "total": 0.0, "smallest": 1.0, "largest": 5000.0}
    found = distribution([{**row, "values": [1.0, 40.0, 5000.0], "counts": [500, 500, 1]}], 1001)
    assert found is not None
    assert found["histogram"]["edges"][-1] < 50
    assert sum(found["histogram"]["counts"]["keep"]) == 1001
    assert (found["p1"], found["p50"], found["p99"], found["max"]) == (1.0, 40.0, 40.0, 5000.0)
    assert distribution([], 5) is None


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_gini_is_half_the_relative_mean_difference(sizes: list[int]) -> None:
    distinct, n = np.unique(sizes, return_counts=True)
    differences = np.abs(np.subtract.outer(sizes, sizes)).mean()
    assert gini(distinct.tolist(), n.tolist()) == pytest.approx(differences / (2 * np.mean(sizes)), abs=1e-9)


def test_evidence_with_the_same_spans_is_shown_once() -> None:
    items = [("yes", "no", "polarity"), ("yes", "no", "negation"), (None, None, "number"), ("yes", "no", "polarity")]
    evidence = [{"left_text": left, "right_text": right, "kind": kind} for left, right, kind in items]
    assert display.by_spans(evidence) == [("yes", "no", ["polarity", "negation"]), (None, None, ["number"])]

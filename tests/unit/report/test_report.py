"""The page and what it is made of: no Spark, no browser."""

from __future__ import annotations

import copy
import html
import re
import xml.etree.ElementTree as ET
from typing import Any

import orjson
import pytest
from rendered import Page
from report_summary import a_note, a_summary

from ftq_spark.report import display
from ftq_spark.report.page import render
from ftq_spark.report.words import headline
from ftq_spark.report.write import to_json
from ftq_spark.review.sizing import GOALS, DataCounts, size_report

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
    assert page.text.index("What to do next") < page.text.index("What disagrees") < page.text.index("2 stages")


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


def test_text_that_is_written_from_right_to_left_does_not_turn_the_words_beside_it() -> None:
    summary = a_summary()
    asked, name = "هل هو آمن؟", "ملف.jsonl"
    for entry in summary["excerpts"].values():
        entry |= {"prompt": asked, "source": name}
    page = render(summary)
    assert f"<summary><bdi>{asked}</bdi> <span" in page
    assert f"representative: <bdi>{asked}</bdi>" in page
    assert f"<bdi>{name}</bdi>, row" in page


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
    page = Page(render(summary))
    assert "all 3 rows were rejected" in page.text
    assert {value for name, value in page.attributes if name == "id"} >= {"rejects", "sources", "run"}
    assert not {"duplicates", "conflicts", "quality", "signals", "reasons"} & {value for _, value in page.attributes}
    assert "#duplicates" not in {value for _, value in page.attributes}
    assert render(summary).startswith("<!doctype html>")


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


def test_the_same_summary_gives_the_same_bytes() -> None:
    summary = a_summary()
    other = dict(reversed(list(copy.deepcopy(summary).items())))
    assert to_json(summary) == to_json(other)
    assert render(orjson.loads(to_json(summary))) == render(summary)

"""Markup and words of web pages in an answer, beside those that are asked for or are code."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("n_html_residue", "<p>Yoga calms the mind.</p>"),
        ("n_html_residue", "Prune in winter.&nbsp;Use sharp tools."),
        ("n_page_residue", "Six minutes.\n\nRead more"),
        ("n_page_residue", "Run a tank of water. We use cookies to improve your experience."),
        ("n_page_residue", "Lay the bottles flat.\n\n© 2019 Winery. All rights reserved."),
        ("n_page_residue", "'''Hypatia''' lived in Alexandria."),
        ("n_page_residue", "Tofu is rich in protein. 12 Comments | Share | Tweet"),
        ("n_page_residue", "A rod casts a shadow. Posted by admin on March 3, 2012 in Science"),
        ("n_page_residue", "It was a cold, wet spring&nbsp;and a late one."),
        ("n_page_residue", "[b]A capo[/b] raises the pitch."),
        ("n_page_residue", "The tallest tree is a redwood.[1][2] It stands in California."),
    ],
)
def test_residue_in_answers(name: str, answer: str) -> None:
    assert value(name, "What is it like?", answer) >= 1


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("n_html_residue", "Write HTML for a paragraph.", "<p>Hello</p>"),
        ("n_html_residue", "List two towns.", "| a | b |\n|---|---|\n| Rome<br>Pisa | 2 |"),
        ("n_html_residue", "How do I break a line?", "Write `<br>` there."),
        ("n_page_residue", "Write a footer for my site.", "© 2024 Nook. All rights reserved."),
        ("n_page_residue", "Mark the sun in the picture.", "<ref>sun</ref><box>(135,120),(280,350)</box>"),
        ("n_page_residue", "Write a cookie banner.", "We use cookies to improve your experience."),
        ("n_page_residue", "What is a cell of a matrix?", "It is a number such as m[0][1] in the first row."),
        ("n_page_residue", "Where do I read more?", "You can read more in the handbook."),
        ("n_page_residue", "What were the circles in the field made for?", "Advertisement"),
    ],
)
def test_what_is_asked_for_is_no_residue(name: str, question: str, answer: str) -> None:
    assert value(name, question, answer) == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a quay?", '"&nbsp;"'),
        ("What is a quay?", "<p>A quay is where ships are unloaded.</p>"),
        ("How do I seed grass?", "Rake it in. Click here to subscribe to our list!"),
        ("Tell me of the play.", "A rough play.\n\nADVERTISEMENT\n\nThese two."),
    ],
)
def test_residue_is_found(question: str, answer: str) -> None:
    assert "web_residue" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Highlight the noun: the cat sleeps", 'the <span style="color:red">cat</span> sleeps'),
    ],
)
def test_markup_that_is_asked_for_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Rewrite in plain English: a rough play. ADVERTISEMENT. These two.",
            "A rough play.\n\nADVERTISEMENT.\n\nThese.",
        ),
    ],
)
def test_residue_that_was_given_is_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


@pytest.mark.parametrize(
    "answer",
    [
        '<svg width="9" height="9"><title>Sun</title><a href="#s"><text>Sun&quot;s</text></a></svg>',
        '<?xml version="1.0"?>\n<note><p>Rest.</p></note>',
        '---\nid: rest\ntext: "<div><p>Rest, and drink.</p></div>"\n',
        '{"id": 7, "text": "<p>Rest, and drink.</p>"}',
        '[{"text": "<p>Rest, and drink.</p>"}]',
    ],
)
def test_markup_within_data_is_no_residue(answer: str) -> None:
    assert "web_residue" not in found("Draw or write it.", answer)


def test_brackets_of_a_type_are_no_wiki() -> None:
    code = "transpose :: [[a]] -> [[a]]\ntranspose ([]:_) = []\ntranspose x = map head x : transpose (map tail x)"
    assert "web_residue" not in found("Transpose a matrix.", code)

"""Answers of many words: what tells about a question, announces, or is a heading takes no side."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.answer import analyse
from ftq_spark.kernels.conflict.evidence import aligned
from ftq_spark.kernels.conflict.pairs import REVIEW
from ftq_spark.kernels.conflict.score import features

REST = (
    " Those who have looked into the matter for many years, in towns as well as in the country, tell much the same "
    "story, and it would take a whole book to tell all of it. The old ones among us still remember the time in which "
    "nobody had to ask, and the young ones will hear it again from their own neighbours when they are old enough."
)


@pytest.mark.parametrize(
    ("question", "answer", "stance"),
    [
        (
            "Can a garden robot dig a well?",
            "A garden robot is a strong little machine for digging. However, a well is far beyond what it can reach.",
            0,
        ),
        ("Is goat racing dangerous?", "Goat racing is a merry game of the fair. It is not dangerous at all.", -1),
        ("Is street music legal in Bergen?", "Whether street music is legal in Bergen is a complex question.", 0),
        ("Is street music legal in Bergen?", "Street music in Bergen is legal.", 1),
        ("Can I compile Basic programs?", "Basic is an interpreted language, and so are programs for it.", 0),
        ("Did they name the day of the fair?", "They have not named the day of the fair, but the week.", 0),
        ("Did they name the day of the fair?", "They have not named the day of the fair. But they will.", -1),
    ],
)
def test_a_long_answer_takes_a_side_where_it_says_so(question: str, answer: str, stance: int) -> None:
    assert analyse(question, answer + REST).answer.stance == stance


def test_what_is_not_necessarily_forbidden_is_not_called_forbidden() -> None:
    question = "If I found a ladder, would it be illegal to keep it?"
    one = "It is not illegal to keep a ladder that you have found."
    other = "If you find a ladder in a field, it is not necessarily illegal to keep it."
    assert score(question, one, other) < REVIEW
    assert score(question, one, other.replace("not necessarily ", "")) >= REVIEW


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Can a stork carry a lamb?", "A stork cannot carry a lamb."),
        ("Whether a stork can carry a lamb is not known.", "A stork can carry a lamb."),
        ("Wet ponds:", "Dry ponds:"),
        ("Large ponds", "Small ponds"),
    ],
)
def test_questions_and_headings_state_nothing(one: str, other: str) -> None:
    question = "Which storks and ponds are there?"
    pair = [analyse(question, text + "\n" + REST.strip().split(".")[0] + REST) for text in (one, other)]
    shown = {text for x, y, _ in aligned(*pair) for text in (x.text, y.text)}
    assert not {one, other} <= shown


def test_headings_of_brief_lists_oppose_nothing() -> None:
    question = "Ann saw the play. What do the two reviews praise, and what do they find fault with?"
    good = "Positive points:\n- the songs\n- the light"
    bad = "Negative points:\n1. The end is dull.\n2. The street is too loud."
    assert score(question, good, bad) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Did they announce the date of the fair?",
            "Yes, they announced the date of the fair.",
            "They have not announced the date of the fair.",
        ),
        ("Can a stork carry a lamb?", "Yes, a stork can carry a lamb.", "No, a stork cannot carry a lamb."),
    ],
)
def test_who_takes_a_side_still_does(question: str, one: str, other: str) -> None:
    assert score(question, one + REST, other + REST) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other", "feature"),
    [
        (
            "How do the two presses work?",
            "The old press stimulates the flow of juice in every fruit.",
            "The old press prevents the loss of juice in every fruit.",
            "antonym",
        ),
        (
            "Which answer is right?",
            "Answer 1 is correct and tells of the mill.",
            "Answer 2 is incorrect and tells of the mill.",
            "antonym",
        ),
        (
            "Which answer is right?",
            "Answer 1 is correct and tells of the mill.",
            "Therefore, this answer is incorrect: it tells of the mill.",
            "antonym",
        ),
        (
            "Is the weir legal?",
            "The weir is a complex and evolving matter of law.",
            "The weir is a complex and ambiguous matter of law.",
            "substitution",
        ),
    ],
)
def test_other_things_in_long_answers_are_no_evidence(question: str, one: str, other: str, feature: str) -> None:
    found, _ = features(analyse(question, one + REST), analyse(question, other + REST))
    assert feature not in {item.feature for item in found}


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How do the two ferries run?",
            "The crew cleaned the deck, checked the ropes, and stored the nets below before the captain came "
            "aboard to look at the charts for the trip. North ferry: leaves early in the morning. South ferry: "
            "leaves late in the morning. Both ferries carry cars, bicycles and people who walk on, and both "
            "are run by the same company which has owned them for a very long time indeed.",
            "The crew cleaned the deck, checked the ropes, and stored the nets below before the captain came "
            "aboard to look at the charts for the trip. South ferry: leaves late in the morning. North ferry: "
            "leaves early in the morning. The same company runs both of them and has done so for a long time; "
            "cars, bicycles and people who walk on are carried by both ferries every day.",
        ),
    ],
)
def test_what_is_told_beside_much_that_is_shared_is_no_side(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

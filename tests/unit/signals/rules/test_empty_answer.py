"""Answers of no words, beside silence and Morse code."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found, value


@pytest.mark.parametrize("answer", ["", " \n", "-", ".", "--"])
def test_nothing_is_dropped(answer: str) -> None:
    assert decided("Do you remember her?", answer)["empty_answer"] == "drop"


def test_a_thought_without_an_end_is_cut_and_looked_at() -> None:
    assert decided("How many ribs are there?", "", thought="unfinished") == {"truncated": "review"}
    assert value("soundness", "How many ribs are there?", "", thought="unfinished") == 0


@pytest.mark.parametrize("answer", ["...", "…", "……", " ... … "])
def test_an_ellipsis_may_be_silence_and_is_noted(answer: str) -> None:
    assert found("Do you remember her?", answer) == {"empty_answer": "note"}


@pytest.mark.parametrize(
    ("question", "answer", "is_empty"),
    [
        ("Write 'beer' in Morse code.", "-... . . .-.", 0),
        ("Write 'SOS' in Morse code.", "... --- ...", 0),
        ("Write 'SOS' in Morse code.", "", 1),
        ("What is 'a' in the telegraph's code?", ".-", 0),
        ("What is a telegraph?", "... --- ...", 1),
        ("What is a telegraph?", "...", 0.8),
        ("What is a telegraph?", "- - -", 1),
    ],
)
def test_morse_is_an_answer(question: str, answer: str, is_empty: float) -> None:
    assert value("empty_answer", question, answer) == is_empty


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Mara: You said that you would wait for me.", "……"),
        ("ナナ: 聞いているの？", "…"),
        ("Write < or >: 3 _ 2", ">"),
        ("Close what is open: < [ ( ) ]", ">"),
    ],
)
def test_silence_in_a_scene_and_a_sign_that_is_asked_for_are_answers(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        ("Question: Who was Ada Lovelace?", "...", "note"),
        ("Customer: Where is my parcel?", "……", "note"),
        ("Mara: You said that you would wait for me.", "", "drop"),
        ("What is a quotation?", ">", "drop"),
    ],
)
def test_silence_is_none_where_nobody_is_named(question: str, answer: str, verdict: str) -> None:
    assert found(question, answer)["empty_answer"] == verdict

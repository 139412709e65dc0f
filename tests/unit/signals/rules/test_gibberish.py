"""Keys hit at random, beside units, chords, names and formulas."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value


@pytest.mark.parametrize(
    "answer",
    [
        "asdf jkl; qwer uiop asdf ghjk zxcv",
        "x9Fq2 b77Zk pLw0 88vTr qN3x mmK1",
        "gggggggggggggggggggg",
        "The of soil is the and roses are is the to a the of it was for a and the by.",
    ],
)
def test_gibberish(answer: str) -> None:
    assert value("gibberish", "How do I bleed a radiator?", answer) >= 0.1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is this?", "aB3dE9 xK2lP8q Zq7Lm2 w9Xk4T"),
    ],
)
def test_gibberish_is_found(question: str, answer: str) -> None:
    assert "gibberish" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Type as if a cat walked over the keyboard.", "asdkjfh qwpeoiru zxcmnbv lkjasdf"),
        ("Name two towns.", "Szczecin, Brno"),
        ("Which chords?", "A A A G, G G A A, A A G G"),
        ("Name some units.", "kg, km, mph, kWh, dB, rpm"),
    ],
)
def test_units_and_what_is_asked_for_are_no_gibberish(question: str, answer: str) -> None:
    assert value("gibberish", question, answer) == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why does aluminium react with acid?", "Al liberates H₂: 2Al + 6HCl → 2AlCl₃ + 3H₂."),
        ("What are the loads?", "Loads: 5kWh, 20mAh, 3kVAr, 12kWp."),
        ("请解释这个参数。", "1.8万Nm³/h空分装置中，V3阀开度由57%逐渐开至62%，AI705值开始下降，随后12Nm处也下降。"),
        ("Give me the three largest values of v.", "3#v@>v"),
    ],
)
def test_formulas_and_values_with_units_are_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


def test_vietnamese_words_end_in_no_article() -> None:
    answer = "của a nữa\ncủa a luôn\ncủa a hết\nmùa a ơi\ntủa a ra\ncủa a đó"
    assert "gibberish" not in decided("của ai đấy", answer)

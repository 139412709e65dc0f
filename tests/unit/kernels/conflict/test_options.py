"""Options that a question lists, taken by letter or by text, together or in another order."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.options import takes_others
from ftq_spark.kernels.conflict.pairs import REVIEW

OVEN = "Which gas fills the tank?\nA) {}\nB) {}\nC) Helium"
WETTER = "Es regnet. Welche Option passt?\nA) Sandalen\nB) Stiefel\nC) Pantoffeln\nGib nur A, B oder C aus."
REGIONS = "Which two are towns?\nA. Bonn\nB. a cat\nC. Rome"
LISTED = "A pen is added to 4 pens. How many are there?\nOptions:\n(A) 1\n(B) 2\n(C) 3\n(D) 4\n(E) 5"
CHOSEN = "We are told that there are 4 pens on the table.\nOne is added: now there are 5. So the answer is (E)."


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (WETTER, "B", "A) Sandalen (sandals), weil es im Sommer warm ist und man darin gut laufen kann"),
        (REGIONS, "A and C", "AB"),
        (REGIONS, "A, C", "A, B"),
        ("命题 p 为\nA. 甲\nB. 乙\nC. 丙", "【解析】甲不对，乙对，所以选B。 <eoe>\n【答案】: B <eoa>", "C"),
        ("这说明（ ）\nA．宋朝  B．唐朝\nC．汉朝  D．明朝", "因此只有汉朝符合。\n【答案】C", "D"),
        ("Which metal is liquid at room temperature?\nA) Iron\nB) Mercury\nC) Lead", "B", "The answer is C) Lead."),
        ("Which metal is liquid at room temperature?\nA) Iron\nB) Mercury\nC) Lead", "Mercury", "Lead"),
    ],
)
def test_other_options_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (WETTER, "B", "A: Sandalen\nB: Stiefel\nC: Pantoffeln"),
        ("Which advice is given?\nX: buy\nY: sell", "- X: buy\n- Y: sell", "**X**: buy\n**Y**: sell"),
        (REGIONS, "A and C", "C, A"),
        (REGIONS, "AC", "C, A"),
        ("命题 p 为\nA. 甲\nB. 乙\nC. 丙", "【解析】甲不对，乙对，所以选B。 <eoe>\n【答案】: B <eoa>", "B"),
        ("Which metal is liquid at room temperature?\nA) Iron\nB) Mercury\nC) Lead", "B) Mercury", "Mercury"),
        (
            "Which metal is liquid at room temperature?\nA) Iron\nB) Mercury\nC) Lead",
            "(B)",
            "Option B, because the others melt far above room temperature.",
        ),
    ],
)
def test_one_option_is_the_same_by_its_letter_and_by_its_text(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        (LISTED, CHOSEN, "(E)", False),
        (LISTED, CHOSEN, "(D)", True),
        (LISTED, "4 pens", "(E)", True),
        ("Imagine that today is May 3.\n" + LISTED, "(A)", CHOSEN, True),
        ("The following describes a shelf. Which is it?\n" + LISTED, "(A)", CHOSEN, True),
    ],
)
def test_an_option_that_is_reasoned_out_is_taken(question: str, one: str, other: str, apart: bool) -> None:
    assert (score(question, one, other, floor=0.5) >= 0.5) == apart


@pytest.mark.parametrize(
    ("one", "other", "conflict"), [("A", "A", True), ("B.", "B", True), ("A", "B", False), ("C", "C", False)]
)
def test_options_in_another_order_are_compared_by_their_texts(one: str, other: str, conflict: bool) -> None:
    found = score(OVEN.format("Oxygen", "Neon"), one, other, asked=OVEN.format("Neon", "Oxygen"))
    assert (found >= REVIEW) == conflict


@pytest.mark.parametrize(
    ("answer", "asked", "takes"),
    [
        ("A", ("Oxygen", "Neon"), True),
        ("The answer is B.", ("Oxygen", "Neon"), True),
        ("A", ("Neon", "Oxygen"), False),
        ("A", ("Neon", "Helium"), False),
        ("Oxygen", ("Oxygen", "Neon"), False),
        ("A hot one.", ("Oxygen", "Neon"), False),
    ],
)
def test_an_equal_letter_may_take_another_option(answer: str, asked: tuple[str, str], takes: bool) -> None:
    assert takes_others(answer, OVEN.format(*asked), OVEN.format("Neon", "Oxygen")) == takes

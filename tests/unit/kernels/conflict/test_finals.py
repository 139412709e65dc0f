"""Final answers that texts state, and what their reasoning comes to."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.finals import closing_number, final_answer
from ftq_spark.kernels.conflict.pairs import REVIEW

PROGRAM = "```python\nprint({0})\n```\n```output\n{0}\n```\nShe has $\\boxed{{{0}}}$ apples."
SUM = (
    "Jo swims. He saw 50 people on the first day. If he saw 60 on each other day, calculate the total number of people."
)
PENS = "A shop sells pens in packs of 12 for $9 and one for $1. What is the cheapest price for exactly 40 pens?"
BOUGHT = "The cheapest price is **$31**.\n\nBuy:\n- 3 packs → 3 × $9 = $27\n- 4 pens → $4\n\nTotal: $27 + $4 = **$31**"
EQUATION = "Q: Suppose x + 2 = 79. What is the value of x? A:"
SUBTRACTED = (
    "If x + 2 = 79, we can subtract 2 from both sides to get:\nx + 2 - 2 = 79 - 2\nTherefore, the value of x is 77."
)
COUNTED = "I have a flute and four drums. How many instruments do I have?"
STEPS = (
    "We count them one by one, each with its number:\n- flute (1)\n- drums (4)\nTogether 1 + 4 = 5. So the answer is 5."
)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How many apples has she?", PROGRAM.format(12), PROGRAM.format(15)),
        (
            SUM,
            "He saw 50, and 6 * 60 = 360 more: 410.\n\nAnswer: 410",
            "All week long there were 60.\n\nAnswer: 420",
        ),
        ("How many glasses does he drink?", "Three a day.\n\nAnswer: 7 * 3 + 1 = 22", "Many.\n\nAnswer: 26"),
        ("How many posts are there?", '```json\n{"why": "few", "answer": "18"}\n```', "They are 48.\n\nAnswer: 48"),
        ("How many years until he is tall enough?", "Eight by two.\n\nAnswer: 4", "It takes long.\n\nAnswer: 5"),
        (EQUATION, f"Hello! I'd be happy to help. {SUBTRACTED}\nLet me know if you need more.", "27"),
        (
            "A crate holds 12 jars and a shop orders 9 crates. How many jars is that?",
            "Each crate holds 12 jars.\n12 x 9 = 108\n#### 108",
            "Each crate holds 12 jars.\n12 x 9 = 98\n#### 98",
        ),
        (
            "A crate holds 12 jars and a shop orders 9 crates. How many jars is that?",
            "We multiply 12 by 9.\nA: 108",
            "12 and 9 are added.\nA: 21",
        ),
        (
            "A cart holds 14 crates and each crate 6 jars. How many jars does the cart hold?",
            "Each crate holds 6 jars.\nThere are 14 crates.\nTherefore, the cart holds 84 jars.",
            "We multiply the crates by the jars in each.\nSo the cart holds 74 jars in all.",
        ),
    ],
)
def test_other_results_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How many apples has she?", PROGRAM.format(12), PROGRAM.format("12.0")),
        ("How many apples has she?", PROGRAM.format("532.46666"), PROGRAM.format("532.47")),
        ("How many glasses does he drink?", "Three a day.\n\nAnswer: 7 * 3 + 1 = 22", "Many.\n\nAnswer: 22"),
        ("How much is it?", "Answer: 200 / 1 = 200 tiles. 200 tiles * $12/tile = $2400", "So.\n\nAnswer: 2400"),
        (EQUATION, f"To solve for x, we need to isolate it on one side of the equation.\n\n{SUBTRACTED}", "77"),
        (
            "A crate holds 12 jars and a shop orders 9 crates. How many jars is that?",
            "Each crate holds 12 jars.\n12 x 9 = 108\n#### 108",
            "There are 9 crates with 12 jars.\nWe multiply.\n#### 108.00",
        ),
        (
            "Which boat is the fastest in a breeze?",
            "Suppose somebody says the answer is: ketch. Let us look closer at the hulls, the rigs and the "
            "sails of both boats, at their length on the water, their weight and at how much canvas each of "
            "them carries in a fresh breeze on the beam, because all of that matters. After all of this "
            "weighing, both boats come in together and they are equally fast on every course we have tried so "
            "far.",
            "Suppose somebody says the answer is: yawl. Let us look closer at the hulls, the rigs and the "
            "sails of both boats, at their length on the water, their weight and at how much canvas each of "
            "them carries in a fresh breeze on the beam, because all of that matters. After all of this "
            "weighing, both boats come in together and they are equally fast on every course we have tried so "
            "far.",
        ),
        (
            "A cart holds 14 crates and each crate 6 jars. How many jars does the cart hold?",
            "Each crate holds 6 jars.\nThere are 14 crates.\nTherefore, the cart holds 84 jars.",
            "We begin with 10 crates, that is 60 jars.\nThen 4 more crates, 24 jars.\nIn total the cart holds 84 jars.",
        ),
        (
            "A cart holds 14 crates and each crate 6 jars. How many jars does the cart hold?",
            "Each crate holds 6 jars.\nThere are 14 crates.\nTherefore, the cart holds 84 jars.",
            "Each crate holds 6 jars.\nIf two are broken, the count is lower.\nSo the cart might hold 82 jars.",
        ),
    ],
)
def test_one_result_does_not_however_it_is_come_to(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        (COUNTED, STEPS, "5", False),
        (COUNTED, STEPS, "Five instruments", False),
        (COUNTED, STEPS, "4", True),
        (COUNTED, STEPS, STEPS.replace("5", "6"), True),
        ("((4 + 6) * -2) =", "-20", "4 + 6 = 10, and 10 * -2 = -20. So the answer is -20.", False),
        ("((4 + 6) * -2) =", "-8", "4 + 6 = 10, and 10 * -2 = -20. So the answer is -20.", True),
        ("Ann lies. Bo says Ann is honest. Is Bo honest?", "No", "Ann lies, so Bo lies. So the answer is No.", False),
        (
            "Ann lies. Bo says Ann lies. Is Bo honest?",
            "No",
            "(1) Ann lies. (2) Bo says so. So the answer is Yes.",
            True,
        ),
    ],
)
def test_what_reckoning_comes_to_is_what_counts(question: str, one: str, other: str, apart: bool) -> None:
    assert (score(question, one, other, floor=0.5) >= 0.5) == apart


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        ("- 3 packs = 36 pens for $27\n- 4 pens = $4\n\n**Cheapest price: $31**", False),
        ("- 4 packs = 48 pens for $36\n\n**Cheapest price: $36**", True),
    ],
)
def test_what_stands_before_the_number_that_two_answers_end_in_are_steps(other: str, apart: bool) -> None:
    assert (score(PENS, BOUGHT, other) >= REVIEW) == apart


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The value of f(2) is 40.", "40"),
        ("Total paid after 18 months: $1,275**", "1275"),
        ("= \\boxed{391}\n$$", "391"),
        ("It weighs 3.5 kg", "3.5"),
        ("43 tokens fit into the memory of 4 GiB that it has left.", ""),
        ("None.", ""),
        ("", ""),
    ],
)
def test_the_number_that_a_text_ends_in(text: str, number: str) -> None:
    assert closing_number(text) == number


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("12 x 9 = 108\n#### 108", "108"),
        ("12 x 9 = 108\n#### 108\n\nAsk me more.", "108"),
        ("In short, they are safe.\n\n#### Practical steps\n\nRead the rules, and keep to them.", None),
        ("#### 1. What we know\n\nLittle.", None),
    ],
)
def test_a_heading_states_no_result(text: str, final: str | None) -> None:
    assert final_answer(text) == final

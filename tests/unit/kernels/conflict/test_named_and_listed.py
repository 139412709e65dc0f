"""Names in whole sentences, one of many, options and lists in another order, results behind a program."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.options import takes_others
from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs
from ftq_spark.kernels.conflict.question import analyse_question

OVEN = "Which gas fills the tank?\nA) {}\nB) {}\nC) Helium"
PROGRAM = "```python\nprint({0})\n```\n```output\n{0}\n```\nShe has $\\boxed{{{0}}}$ apples."
WETTER = "Es regnet. Welche Option passt?\nA) Sandalen\nB) Stiefel\nC) Pantoffeln\nGib nur A, B oder C aus."


def score(question: str, one: str, other: str, asked: str | None = None) -> float:
    questions = [question, asked or question]
    found = score_pairs(questions, [one, other], questions[::-1], [other, one]).score
    assert found[0] == pytest.approx(found[1])
    return float(found[0])


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Which potion is known as bottled sunshine?",
            "The potion known as bottled sunshine is Marrowmint.",
            'The potion known as bottled sunshine is called "Ambrolene".',
        ),
        (
            "What tool does the clerk use to open two safes at a time?",
            "The tool that the clerk uses to open two safes at a time is a Duo-Latch.",
            "The clerk uses a crowbar to open two safes at a time.",
        ),
        ("Which teacher leads the choir?", "Ms Aldous leads the choir.", "Ms Brand leads the choir."),
        (
            "Who wrote the handbook?",
            "The handbook was written by Maria Keller, our first HR lead.",
            "Tom Briggs wrote the handbook when he was in charge of HR.",
        ),
        ("How many apples has she?", PROGRAM.format(12), PROGRAM.format(15)),
        (WETTER, "B", "A) Sandalen (sandals), weil es im Sommer warm ist und man darin gut laufen kann"),
        ("Das Treffen ging von neun bis elf. Wie lange war das? Gib nur die Minuten aus.", "75", "41"),
        ("It began at 9:15 and ended at 10:45. How many minutes did it take?", "45", "90"),
        (
            "Respond in English. Do not add explanations.\n\nA car covers 90 km in 1.5 hours. "
            "What is its average speed? Output only the final value in km/h.",
            "60",
            "62",
        ),
        (
            "Ann drives the red car. Eve parks beside Ann.\nQuestion: What is the name of the clerk?",
            "The name of the clerk is Ann.",
            "The clerk's name is Eve.",
        ),
        (
            "What are the steps to reset the router?",
            "1. Unplug it.\n2. Press the button.\n3. Plug it in.",
            "1. Press the button.\n2. Unplug it.\n3. Plug it in.",
        ),
        (
            "In which order are the drinks poured?",
            "First the milk, then the coffee, and finally the foam.",
            "First the coffee, then the milk, and finally the foam.",
        ),
    ],
)
def test_a_contradiction(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("who starred in the paper harbour", "Lena Ostrow", "Piet Vance"),
        ("What are the religions practised on the island?", "Buddhism", "Hinduism"),
        ("what language do the people of the valley speak?", "Spanish", "English"),
        ("Who were the senators of the province?", "Ann Dale", "Rob Fuller"),
        ("Who are the permanent members of the council?", "Peru", "Chile"),
        ("what to see in the old harbour?", "The lighthouse", "The fish market"),
        (WETTER, "B", "A: Sandalen\nB: Stiefel\nC: Pantoffeln"),
        ("Kaç dakika sürdü ve ne oldu? Sadece dakika sayısını yaz.", "90", "1 saat 30 dakika"),
        (
            "以下の企業で売上が最も高いのはどれですか。\na) 山田社: 10億円\nb) 川口社: 12億円",
            "計算してみましょう。\n山田社は10億円です。\n川口社は12億円です。\n答えは川口社です。",
            "売上が最も高いのは川口社です。",
        ),
        ("How many apples has she?", PROGRAM.format(12), PROGRAM.format("12.0")),
        ("How many apples has she?", PROGRAM.format("532.46666"), PROGRAM.format("532.47")),
        ("What do two desks and a lamp cost?", "$3700", "It costs $3300 for the desks and $400 for the lamp."),
        ("Which advice is given?\nX: buy\nY: sell", "- X: buy\n- Y: sell", "**X**: buy\n**Y**: sell"),
        ("what else did the smith invent?", "The pump", "The stove"),
        ("Name three fruits.", "1. apple\n2. pear\n3. fig", "1. pear\n2. apple\n3. fig"),
        (
            "What are the steps to reset the router?",
            "1. Unplug it.\n2. Press the button.\n3. Plug it in.",
            "1. Unplug it.\n2. Press the button.\n3. Plug in.",
        ),
        (
            "Which potion is known as bottled sunshine?",
            "The potion known as bottled sunshine is Marrowmint.",
            "Bottled sunshine is the name people gave to Marrowmint.",
        ),
    ],
)
def test_no_contradiction(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


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


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("Which teacher leads the choir?", False),
        ("Which gas fills the tank?", False),
        ("Which teachers lead the choir?", True),
        ("Who has played the admiral?", True),
        ("Who's running for mayor?", True),
        ("Who plays the admiral in the series?", False),
        ("Where is the serial number?", False),
    ],
)
def test_what_asks_for_many(question: str, many: bool) -> None:
    assert analyse_question(question).asks_many == many

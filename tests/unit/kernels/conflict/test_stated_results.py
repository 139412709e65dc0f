"""What answers come to, refuse outright or hold for a place only: over and below what is reported."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs

PROGRAM = "def f(a):\n    return a.upper()\n"
SUM = (
    "Jo swims. He saw 50 people on the first day. If he saw 60 on each other day, calculate the total number of people."
)
EQUATION = "Q: Suppose x + 2 = 79. What is the value of x? A:"
STEPS = "If x + 2 = 79, we can subtract 2 from both sides to get:\nx + 2 - 2 = 79 - 2\nTherefore, the value of x is 77."
REGIONS = "Which two are towns?\nA. Bonn\nB. a cat\nC. Rome"


def scores(question: str, one: str, other_question: str, other: str) -> float:
    questions = [question, other_question or question]
    found = score_pairs(questions, [one, other], questions[::-1], [other, one]).score
    assert found[0] == pytest.approx(found[1])
    return float(found[0])


@pytest.mark.parametrize(
    ("question", "one", "other_question", "other"),
    [
        ("Can I avoid the late fee?", "Yes, if you call us.", "Do I have to pay the late fee?", "Yes, always."),
        ("Must I file a return?", "No, that is not needed.", "Can I skip the return?", "No, it is always due."),
        ("Do I get my money back if I cancel?", "You get a full refund.", "", "No refund is given after cancellation."),
        ("What happens if I cancel my booking?", "You will receive a full refund.", "", "There is no refund."),
        ("What is the refund policy?", "Full refund within 14 days.", "", "No refunds."),
        ("Where is my data stored?", "In the EU.", "", "In the US."),
        ("How much storage is there?", "1 TB", "", "1100 GB"),
        (REGIONS, "A and C", "", "AB"),
        ("What's the highest mountain in the world?", "Everest", "What is the tallest mountain?", "Maxwell"),
        ("How much does shipping to Oslo cost?", "5 euros", "What is the price of shipping to Oslo?", "9 euros"),
        (REGIONS, "A, C", "", "A, B"),
        (
            SUM,
            "He saw 50, and 6 * 60 = 360 more: 410.\n\nAnswer: 410",
            "",
            "All week long there were 60.\n\nAnswer: 420",
        ),
        ("How many glasses does he drink?", "Three a day.\n\nAnswer: 7 * 3 + 1 = 22", "", "Many.\n\nAnswer: 26"),
        ("How many posts are there?", '```json\n{"why": "few", "answer": "18"}\n```', "", "They are 48.\n\nAnswer: 48"),
        ("How many years until he is tall enough?", "Eight by two.\n\nAnswer: 4", "", "It takes long.\n\nAnswer: 5"),
        (EQUATION, f"Hello! I'd be happy to help. {STEPS}\nLet me know if you need more.", "", "27"),
        (f"{PROGRAM}What does f('o') return?", "'O'", "", "'o'"),
        (f"Complete the assertion.\n{PROGRAM}assert f('o') == ??", "'O'", "", "o"),
        ("命题 p 为\nA. 甲\nB. 乙\nC. 丙", "【解析】甲不对，乙对，所以选B。 <eoe>\n【答案】: B <eoa>", "", "C"),
        ("这说明（ ）\nA．宋朝  B．唐朝\nC．汉朝  D．明朝", "因此只有汉朝符合。\n【答案】C", "", "D"),
        ("¿Cuál es el límite de velocidad en zonas escolares?", "25 km/h", "", "40 km/h"),
    ],
)
def test_contradictions_are_found(question: str, one: str, other_question: str, other: str) -> None:
    assert scores(question, one, other_question, other) >= 0.5


@pytest.mark.parametrize(
    ("question", "one", "other_question", "other"),
    [
        ("Do I have to pay the late fee?", "No.", "Can I avoid the late fee?", "Yes."),
        ("Do I have to pay customs?", "Yes, you must pay.", "Can I avoid paying customs?", "No, they are always due."),
        ("What happens if I cancel?", "You receive a full refund.", "", "No refund is possible a day before arrival."),
        ("Do I get a discount?", "You get a full refund.", "", "No discount is available for groups."),
        ("How long is the warranty?", "In the EU, two years.", "", "In the US, one year."),
        ("How long do I have to return it?", "In Norway, you have 60 days.", "", "In Chile, you have 10 days."),
        ("How much RAM does the laptop have?", "16 GB", "", "16384 MB"),
        (REGIONS, "A and C", "", "C, A"),
        (REGIONS, "AC", "", "C, A"),
        ("How many glasses does he drink?", "Three a day.\n\nAnswer: 7 * 3 + 1 = 22", "", "Many.\n\nAnswer: 22"),
        ("How much is it?", "Answer: 200 / 1 = 200 tiles. 200 tiles * $12/tile = $2400", "", "So.\n\nAnswer: 2400"),
        (EQUATION, f"To solve for x, we need to isolate it on one side of the equation.\n\n{STEPS}", "", "77"),
        (f"Complete the assertion.\n{PROGRAM}assert f('ba') == ??", "'BA'", "", "BA"),
        (f"Complete the assertion.\n{PROGRAM}assert f([1]) == ??", "[1, 2]", "", "[1,2]"),
        ("¿Qué significa una señal rectangular blanca?", "Regla obligatoria", "", "Regulación de tránsito"),
        ("怎么了?", "没啥.", "", "不怎么的"),
        ("命题 p 为\nA. 甲\nB. 乙\nC. 丙", "【解析】甲不对，乙对，所以选B。 <eoe>\n【答案】: B <eoa>", "", "B"),
        (
            "How many parks does Lund Parks and Recreation manage?",
            "32 parks",
            "How many ice arenas does Lund Parks and Recreation operate?",
            "1 ice arena",
        ),
        (
            "At what age can Oslo residents register to vote?",
            "18 years old",
            "How many days before an election must Oslo voters register to vote?",
            "29 days",
        ),
        (
            "Which elected official manages tax collection in Lund County?",
            "The Treasurer",
            "Which elected official serves as Lund County Assessor?",
            "Pia Lind",
        ),
        ("What is the deepest lake in the US?", "Crater Lake", "What is the deepest lake in the world?", "Baikal"),
        (
            "¿Cuál es la señal con forma de diamante?",
            "Advertencia",
            "¿Cuál es la señal con forma de diamante con un ciervo?",
            "Cruce de animales",
        ),
    ],
)
def test_what_can_stand_is_not_reported(question: str, one: str, other_question: str, other: str) -> None:
    assert scores(question, one, other_question, other) < 0.5

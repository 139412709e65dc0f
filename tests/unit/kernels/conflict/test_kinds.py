"""What kind of answer a question asks for, and which kinds vary without a contradiction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pair_score import score

from ftq_spark.kernels.conflict.difference import question_difference
from ftq_spark.kernels.conflict.kinds import KINDS, question_kind
from ftq_spark.kernels.conflict.pairs import REVIEW
from ftq_spark.kernels.conflict.question import analyse_question

CASES = {
    "yes_no": [
        "Is metformin safe in pregnancy?",
        "can dogs eat grapes",
        "Please tell me, does the policy cover floods?",
        "True or false: the Sun is a star.",
        "In Spain, is it legal to park on a pavement?",
        "Can you change a string in Python?",
    ],
    "number": [
        "How many planets are in the solar system?",
        "What is the boiling point of water?",
        "When did the war end?",
        "Calculate the area of a circle with radius 3.",
        "What year was the treaty signed?",
        "How long is my PIN code?",
        "What is 15% of 200?",
    ],
    "entity": [
        "Who wrote Hamlet?",
        "Which drug class does lisinopril belong to?",
        "What is the capital of Australia?",
        "Is a tomato a fruit or a vegetable?",
        "Where is the Louvre?",
        "Would you call a whale a fish or a mammal?",
        "What is the dress code?",
        "Which license covers the sample code?",
    ],
    "definition": ["What is photosynthesis?", "How does warfarin work?", "What is the mechanism of action of aspirin?"],
    "explain": [
        "Why is the sky blue?",
        "What happens if you swallow gum?",
        "Explain the causes of the war.",
        "How do hedgehogs defend themselves?",
    ],
    "open": [
        "At what age is it okay for a child to sleep in a tent?",
        "Name the one thing you would never take on a hike.",
        "What could be some of the reasons for a late start?",
        "Write a poem about the sea.",
        "Pick a number between 1 and 10.",
        "Choose a random colour.",
        "Give me three tips for sleeping better.",
        "How can I sleep better?",
        "Can you list some good books?",
        "How do I make pancakes?",
        "What should I cook for dinner?",
        "What are some good books?",
        "Suggest a name for a café.",
        "Summarize the following article.",
        "Translate this sentence into French.",
        "What do you think about cats?",
        "As a lighthouse keeper, what would you say to the ships?",
        "We open on Monday.<br><br>Can you come up with a two word name for it?",
        "",
        "   ",
        "ok",
    ],
    "code": [
        "What does the code below print?",
        "What does the script print?\nx = 2\nprint(x * x)",
        "How long is this script?",
        "Write a Python function that reverses a list.",
        "Fix this code: for i in range(3) print(i)",
        "```\nx = 1\n```\nWhat does it print?",
        "def add(a, b):",
    ],
}


@pytest.mark.parametrize(("kind", "question"), [(kind, q) for kind, questions in CASES.items() for q in questions])
def test_kind(kind: str, question: str) -> None:
    assert question_kind(question) == kind


@given(st.text(max_size=300))
def test_any_text_has_a_kind(text: str) -> None:
    assert question_kind(text) in KINDS


def test_abbreviations_do_not_end_the_question() -> None:
    assert question_kind("Which U.S. state grows the most peaches?") == "entity"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("What action does lipitor have?", "Through what action does lipitor help patients?", True),
        ("Which drug treats gout?", "What is a drug that treats gout?", True),
        ("What dose is usual?", "Which is the usual dose?", True),
    ],
)
def test_what_is_asked_for_tells_questions_apart(one: str, other: str, same: bool) -> None:
    found, _ = question_difference(analyse_question(one), analyse_question(other))
    assert (found < 0.5) == same


@pytest.mark.parametrize(
    ("question", "anchored"),
    [
        ("How many days is it until Easter?", False),
        ("What day is it in Tokyo?", False),
        ("What does bread currently cost in Paris?", False),
        ("How many days does Lent have in Spain?", True),
    ],
)
def test_what_changes_by_the_day_is_not_anchored(question: str, anchored: bool) -> None:
    assert analyse_question(question).anchored == anchored


@pytest.mark.parametrize(
    "question",
    [
        "Given the words: sailor, boat, harbour; Make up a sentence with all the words:",
        "Write a sentence with the words sailor, boat and harbour.",
    ],
)
def test_what_is_made_up_claims_nothing(question: str) -> None:
    assert score(question, "sailors and boats in the harbour", "a boat in the harbour with no sailors in it") < 0.5


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("You are a helpful assistant. Is basalt an igneous rock?", "Yes.", "No, it is sedimentary."),
        ("Night lights: do they keep children awake?", "Yes, they do.", "No, they do not."),
        ("does garlic keep mosquitoes away", "Yes, it keeps them away.", "No, mosquitoes do not care about garlic."),
        (
            "Is it safe for toddlers or infants to sleep with a pillow?",
            "It is not safe for infants to sleep with a pillow.",
            "It is safe for them to sleep with a pillow.",
        ),
    ],
)
def test_closed_questions_are_told_however_they_are_put(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Write a poem about the sea.", "The sea is calm.", "The sea is wild."),
        (
            "What is the recommended pattern for laying out a herb garden?",
            "The recommended pattern is a spiral, with the dry herbs on top.",
            "The recommended pattern is a row of beds, each of one herb.",
        ),
    ],
)
def test_what_is_made_up_or_advised_varies(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        (
            "What's the latest in harbour news?",
            "Stay up to date by the bulletin: bulletin of the harbour master.",
            "What's the current news about the harbour?",
            "Here is the newest: the eastern basin is being dredged.",
        ),
        (
            "What is the latest news about the ferry?",
            "The ferry is cancelled.",
            "What are the latest headlines about the ferry?",
            "The ferry has a new captain.",
        ),
    ],
)
def test_what_is_new_varies(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) < REVIEW

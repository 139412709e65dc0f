"""Answers that are taken back because they are doubted, and users who are called by another name."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ftq_spark.kernels.exchanges.constancy import MISNAMED, WITHDRAWN, inconstant
from ftq_spark.kernels.exchanges.flat import TURNS, lay_flat

ANSWER = "A byte has eight bits."


def codes(*texts: str) -> list[list[str]]:
    """Of each answer of a dialogue whose turns are the user's and the assistant's by turns."""
    roles = ("user", "assistant") * (len(texts) // 2)
    turns = [{"role": role, "text": text, "weight": None} for role, text in zip(roles, texts, strict=True)]
    dialogues = pa.array([[{"role": "user", "text": "Hello.", "weight": None}], turns], TURNS)
    found: list[list[str]] = inconstant(dialogues, lay_flat(dialogues)).to_pylist()
    return found


@pytest.mark.parametrize(
    ("doubt", "reply", "found"),
    [
        ("Are you sure?", "I apologize, you're right: it has nine.", True),
        ("Hmm, are you really sure about that??", "Oops, my mistake. It has nine.", True),
        ("That can't be right.", "Thanks for pointing that out, it has nine.", True),
        ("Really?", "I’m sorry for the confusion. It has seven.", True),
        ("Are you sure?", "Yes, I am sure.", False),
        ("Are you sure?", "I apologize if that was unclear, but I'm sure of it.", False),
        ("Are you sure?", "It has been so since the 1960s.", False),
        # What brings something new may well be right.
        ("That's wrong, on the PDP-10 it had as many as you like.", "You're right, I was wrong.", False),
        ("Are you sure? The manual says six.", "You're right, I was wrong.", False),
        ("And a nibble?", "Sorry, I have no data on it.", False),
    ],
)
def test_an_answer_that_is_taken_back_because_it_is_doubted(doubt: str, reply: str, found: bool) -> None:
    assert codes("How many bits has a byte?", ANSWER, doubt, reply) == [[], [WITHDRAWN] if found else []]


def test_a_question_back_is_no_answer_to_take_back() -> None:
    asked = "You want a table for two at six, is that so?"
    assert codes("A table, please.", asked, "That's not right.", "Sorry about that. For how many?") == [[], []]


@pytest.mark.parametrize(
    ("given", "answer", "found"),
    [
        ("My name is Anna.", "Nice to meet you, Maria! What can I do for you?", True),
        ("Please call me Tom. I need a cab.", "Sure, Peter. Where to?", True),
        ("My name's Priya.", "Your name is Anna.", True),
        ("My name is Anna.", "Nice to meet you, Anna!", False),
        ("My name is Anna Maria Brandt.", "Hello Maria, what can I do for you?", False),
        ("My name is Francesca.", "Hi Fran, what can I do for you?", False),
        ("My name is Anna. I live in Lisbon.", "Okay, Lisbon. For how many days?", False),
        ("Can you call me a cab? It is for Peter.", "Sure, Anna.", False),
        ("I need a cab.", "Sure, Anna.", False),
        ("My name is Anna.", "Of course! Let me look it up.", False),
    ],
)
def test_a_name_that_was_given_is_kept(given: str, answer: str, found: bool) -> None:
    assert codes("Hello there.", "Hello! Who is it?", given, answer) == [[], [MISNAMED] if found else []]


def test_a_name_is_kept_for_the_whole_dialogue() -> None:
    talk = ("My name is Anna.", "Hello, Anna.", "How are you?", "I am well.", "Who am I?", "Your name is Maria.")
    assert codes(*talk) == [[], [], [MISNAMED]]


def test_without_dialogues_nothing_is_found() -> None:
    empty = pa.array([], TURNS)
    assert inconstant(empty, lay_flat(empty)).to_pylist() == []

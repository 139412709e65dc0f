"""Answers that are taken back because they are doubted, and users who are called by another name."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ftq_spark.kernels.exchanges.constancy import FORGOTTEN, MISNAMED, WITHDRAWN, inconstant
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


@pytest.mark.parametrize(
    ("told", "asked", "answer", "found"),
    [
        ("Hi, I'm Rosa and I live in Leeds.", "Where did I say I live?", "You haven't told me where you live.", True),
        ("Mein Name ist Torsten.", "Weißt du noch, wie ich heiße?", "Leider hast du das nicht verraten.", True),
        ("My dog is called Biscuit.", "What's my dog's name again?", "I don’t have any information about that.", True),
        ("Me llamo Inés y soy alérgica a las nueces.", "¿A qué soy alérgica?", "No me has dicho a qué.", True),
        ("I am 34 years old.", "How old am I?", "I'm sorry, you didn't mention your age.", True),
        ("My favorite color is green.", "What is my favorite color?", "I do not know your tastes.", True),
        ("Je m'appelle Luc.", "Comment je m'appelle ?", "Vous ne l'avez pas dit.", True),
        ("Hi, I'm Rosa and I live in Leeds.", "Where do I live?", "You live in Leeds.", False),
        ("Hi, I'm Rosa.", "What is my name?", "You said Rosa; your surname you haven't told me.", False),
        ("My dog is called Biscuit.", "What's my cat's name?", "You haven't told me your cat's name.", False),
        ("My name is Paul. Please forget it.", "What's my name?", "I don't know your name any more.", False),
        ("I'm happy to be here.", "What's my name?", "You haven't told me your name yet.", False),
        ("I live in Porto.", "Where did I go to school?", "You haven't mentioned it.", False),
    ],
)
def test_what_was_told_is_not_denied(told: str, asked: str, answer: str, *, found: bool) -> None:
    assert codes(told, "Good to know!", asked, answer) == [[], [FORGOTTEN] if found else []]


def test_what_is_asked_first_was_not_told() -> None:
    assert codes("What is my name?", "You haven't told me your name.", "I live in Rome.", "Good to know.") == [[], []]

"""Signals of how a row was made: bad beside its nearest good."""

from __future__ import annotations

import pyarrow as pa
import pytest
from rule_verdicts import value

from ftq_spark import signals


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("Are you there?", ": 'Yes, Sir. How may I help?", True),
        ("Are you there?", " : Yes, I am.", True),
        ("Are you there?", ", and then he went home.", True),
        ("He shut the door", ", and then he went home.", False),
        ("He shut the door:", "; nobody heard it.", False),
        ("He shut the door", ": 'Yes, Sir.", True),
        ("How are you?", ":smile: Fine.", False),
        ("How are you?", ":) Fine.", False),
        ("Style the page.", ":root { color: red; }", False),
        ("Name the keyword.", ":symbol is one.", False),
        ("Are you there?", "Yes: I am.", False),
    ],
)
def test_an_answer_does_not_open_in_the_middle(question: str, answer: str, *, found: bool) -> None:
    assert value("stray_opening", question, answer) == found


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("What do cells need?", "They need sugar. This is stated in the content as 'sugar feeds cells'.", True),
        ("What do cells need?", "According to the provided context, they need sugar.", True),
        ("What do cells need?", "The passage does not mention it.", True),
        ("What do cells need?", "Based on the provided database, eat curd.", True),
        ("Answer the following question about cells.", "The content states that they need sugar.", True),
        ("Read the passage and say what cells need.", "The passage does not mention it.", False),
        ("What does the document say of cells?", "According to the provided document, they need sugar.", False),
        ("Explain it. " + "Cells need sugar, and water. " * 30, "According to the provided context, sugar.", False),
        ("What is read first in a test?", "In a test one reads the passage first.", False),
        ("What is my dose?", "Based on the information that you gave, 3 ml.", False),
    ],
)
def test_a_text_that_an_answer_speaks_of_is_there(question: str, answer: str, *, found: bool) -> None:
    assert value("unseen_source", question, answer) == found


def test_what_stands_beside_the_task_may_be_the_text() -> None:
    answer = "According to the passage, they need sugar."
    assert value("unseen_source", "Answer it.", answer, attached="Cells need sugar and water.") == 0
    assert value("unseen_source", "Answer it.", answer, attached="What do cells need?\nA) sugar\nB) salt") == 1
    assert value("unseen_source", "Answer it.", answer, context="Cells need sugar. " * 50) == 0


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("The mass of H\textsubscript{2}O is \text{m}.", 2),
        ("It is \frac{1}{2}, and 3 \times 4.", 2),
        ("The angle \beta of \bm{k} in \begin{bmatrix} \rho_0 and \nabla f", 5),
        (r"It is \frac{1}{2} of \text{all}, 3 \times 4, \beta and \rho_0.", 0),
        ("name\ttext\ttimes\nau\tautre\tau fond\rho detto\nA page.\fOver it.", 0),
        ("a\ttab, a form\ffeed, and a\nnabla", 0),
    ],
)
def test_escapes_that_were_read_twice(text: str, n: int) -> None:
    assert value("n_broken_escapes", "How?", text) == n
    columns = {"response": pa.array(["So."]), "conversation": pa.array([f"{text}\n\nSo."])}
    assert signals.measure(columns, ["n_broken_escapes"])["n_broken_escapes"].tolist() == [n]

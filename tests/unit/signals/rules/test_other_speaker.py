"""Turns of somebody else in an answer, beside dialogues that are asked for and colons that announce nobody."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value

CALL = """Agent: Good morning, this is Ann of the garden shop. Is this a good time?

Caller: Yes. What is it about?

Agent: We have new spades. May I send you our list?

Caller: Please do. Patient: I know you all."""
CONTROLLER = """import { Controller, Post } from '@nest/common';

export class Products {
  create(@CurrentUser() user: User, @Body() dto: CreateDto) {
    return this.service.create(dto, user.id);
  }
}"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Où dormir ?", "À l'hôtel.\nUtilisateur : Et où manger ?\nAssistant : Au port."),
        ("Wo parke ich?", "Am Hafen.\nBenutzer: Und am Sonntag?\nAssistent: Auch dort."),
        ("Name a synonym of glad.", "Happy.\n\nQuestion: And of sad?\nAnswer: Gloomy."),
        ("How do I stop it?", "Stop the car and call for help. User: What is the number?"),
    ],
)
def test_another_speaker_is_found(question: str, answer: str) -> None:
    assert "other_speaker" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Schreibe ein Gespräch über Parken.", "Nutzer: Wo parke ich?\nAssistent: Am Hafen.\nNutzer: Danke!"),
        ("Wer darf was?", "Es gibt zwei Rollen.\nAssistent: darf lesen\nNutzer: darf schreiben"),
        ("Erzähle einen Witz mit zwei Sprechern.", "Gast: Herr Ober! Da ist ein Haar. Client: Wo?"),
    ],
)
def test_dialogues_that_are_asked_for_and_roles_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Create a controller with guards.", CONTROLLER),
    ],
)
def test_a_parameter_of_code_is_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


def test_a_model_that_was_not_stopped_goes_on_by_itself() -> None:
    ran_on = "4\nHuman: and what is 3+3?\nAssistant: 6"
    assert value("other_speaker", "What is 2+2?", ran_on) == 1
    assert value("other_speaker", "Wie geht es?", "gut\n\n### 用户：你好\n\n### 助手：你好") == 1
    assert value("other_speaker", "Write a dialogue about sums.", ran_on) == 0
    assert value("other_speaker", "How do I prompt it?", f"Like this:\n```\n{ran_on}\n```") == 0
    assert value("other_speaker", "Count chromosomes.", "Dog: 78\nHuman: 46\nCat: 38") == 0


def test_questions_and_answers_that_nobody_asked_for_are_of_another_speaker() -> None:
    ran_on = "Try a stew with beans.\nQ: What bread goes with it?\nA: A dark one."
    assert value("other_speaker", "What shall I cook?", ran_on) == 1
    assert value("other_speaker", "Write a short FAQ about stews.", ran_on) == 0
    assert value("other_speaker", "What shall I cook?", "Q: What?\nA: A stew.\nQ: Why?\nA: It is warm.") == 0


def test_a_scene_has_many_speakers() -> None:
    assert "other_speaker" not in decided("Garden tools, prices, list ->", CALL)
    assert decided("What helps with a cold?", "Rest helps. Drink much. Patient: How much is much?")["other_speaker"]
    listed = (
        "Note: all of this is common.\nNote: see below.\n" + "So it is said.\n" * 4 + "Rest. Patient: How much is much?"
    )
    assert decided("What helps with a cold?", listed)["other_speaker"] == "review"


def test_the_address_of_a_page_is_no_speaker() -> None:
    pages = "1. Udemy: many courses on all parts of it. 2. Fastlearn.ai: A page with courses and tasks."
    assert "other_speaker" not in found("Name two pages for learners.", pages)
    assert found("Name two pages.", "Udemy and Edx are two of them.AI: Shall I name more?")["other_speaker"] == "review"


def test_code_in_an_answer_hides_no_speaker_beside_it() -> None:
    code = "Like this:\n```python\nprint('User: Hello. I am ChatGPT.')\n```\nThat is all."
    asked = "How do I greet in Python?"
    assert value("other_speaker", asked, code) == 0
    assert value("other_speaker", asked, f"{code} User: Thanks, that is all.") == 1


def test_speakers_whom_the_question_names_are_asked_for() -> None:
    answer = "Bruger: Hej! Hvordan er luften i dag?\nBot: Luften er god i dag. Der er 10 grader."
    assert decided("Skriv en samtale. Roller: Bruger og Bot", answer) == {}
    assert "other_speaker" in decided("Hvordan er luften?", "Luften er god i dag.\nUser: Tak!\nAssistant: Selv tak!")

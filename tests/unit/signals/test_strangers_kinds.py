"""More kinds of answers of sets that nobody had met: what was dropped or sent to review there, and was right."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from rule_verdicts import decided, found

from ftq_spark.signals import measure

STIR = (
    "Cut the beef into thin strips and fry it in a pan with a little oil over a high heat until it is brown "
    "on every side."
)
RECIPES = f"Beef with rice:\n{STIR}\nAdd soy sauce.\nServe hot.\nBeef with potatoes:\n{STIR}\nAdd the potatoes.\nServe."
SONG = """La canción en tono de Do se toca con los acordes que siguen:

We walked along the river and you were there with me, and the night was in the trees,
and what we said to each other was gone before the morning came to the town.
They have never been here, so who would know which of them is not at home?
If it should be that I could have all this from you, then I shall be with you by the sea.

Espero que te sirva y que disfrutes con la música."""
UNSURE = {"refusal", "non_answer", "prompt_echo", "truncated", "personal_data"}  # notes that may be shown
RECORD = """Title: Parken im Straßenraum
Description: Die Daten beschreiben alle Parkflächen im öffentlichen Straßenraum des Landes und sind nicht vollständig.
License: Datenlizenz
Tags: Parken, Parkplatz
Resources: 3"""
VERSES = [
    "Conozco un empleado que se fue", "El cine de mi barrio", "No vi tu alma y quería", "Y en este torbellino",
    "Me sentí aislado", "Quise quedarme pero no", "Y en la terminal", "Estoy descalzo y te espero",
]  # fmt: skip
CONTROLLER = """import { Controller, Post } from '@nest/common';

export class Products {
  create(@CurrentUser() user: User, @Body() dto: CreateDto) {
    return this.service.create(dto, user.id);
  }
}"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why does aluminium react with acid?", "Al liberates H₂: 2Al + 6HCl → 2AlCl₃ + 3H₂."),
        ("What are the loads?", "Loads: 5kWh, 20mAh, 3kVAr, 12kWp."),
        ("请解释这个参数。", "1.8万Nm³/h空分装置中，V3阀开度由57%逐渐开至62%，AI705值开始下降，随后12Nm处也下降。"),
        (
            "What did he write?\n\nIn one word, he must learn to study men. " + "The critics said so. " * 20,
            "He wrote of men, and of what is in them, for a long time.",
        ),
        ("¿Cuáles son los acordes de esa canción de amor y cómo se toca con la guitarra?", SONG),
        ("Create a controller with guards.", CONTROLLER),
        ("Am I cute today?", "I can't see you, but I like you!"),
        ("Zanonimizuj tekst.", "Mieszkam w [city]. Dzwoniłam na [phone] i od tygodnia nikt nie odbiera. Co robić? :("),
        (
            "Rewrite in plain English: a rough play. ADVERTISEMENT. These two.",
            "A rough play.\n\nADVERTISEMENT.\n\nThese.",
        ),
        ("Give me recipes with beef.", RECIPES),
        (
            "Run this and show the output: `aj[trades;quotes]`",
            "0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.7",
        ),
        (
            "Write the module.",
            "['module lab(input clk);" + "\\\\n\\\\t\\\\t\\\\twire a_;".join("abcdefgh") + "endmodule']",
        ),
        ("Give me the three largest values of v.", "3#v@>v"),
        ("Describe the open dataset 'Parken im Straßenraum' with all of its fields.", RECORD),
        ("Can I mix and match the colours for my outfit?", "Absolutely! Feel free to mix and match them to suit you."),
        ("¿Cómo sigue la letra?", "\n".join([*VERSES, "y es todo lo que te di"])),
        ("Write the sizes.", "The size is 768 * 512 * 3 = 117 9648 bytes."),
        (
            "我的车修了半个月了，你们什么时候还？",
            "万分抱歉，我心里的歉意无法用语言表达。今天之内一定和您确认新的提车时间。",
        ),
    ],
)
def test_what_looks_broken_and_is_not(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("What is this?", "aB3dE9 xK2lP8q Zq7Lm2 w9Xk4T", "gibberish"),
        ("Answer in one word: what is the capital?", "The capital of that country is a large city.", "form_missed"),
        ("How do I stop it?", "Stop the car and call for help. User: What is the number?", "other_speaker"),
        ("What is the capital of Peru?", "I can't help you with that.", "refusal"),
        ("Tell me of the play.", "A rough play.\n\nADVERTISEMENT\n\nThese two.", "web_residue"),
        ("Why did it rain?", "Clouds formed over the warm sea. They came and it rained, as it does (in", "truncated"),
        ("Tell me more.", f"{STIR}\n\nThen wait.\n\n{STIR}\n\n{STIR}", "repeated_paragraph"),
    ],
)  # fmt: skip
def test_what_is_broken_is_still_found(question: str, answer: str, reason: str) -> None:
    assert reason in found(question, answer)


@pytest.mark.parametrize(
    ("system", "question", "answer"),
    [
        (
            "You write lyrics in the style of a singer. Use the title.",
            "I'm Not In Love with you",
            SONG.rsplit("\n", maxsplit=1)[-1] * 3,
        ),
        ("你是一个汉语语法纠错器。", "有些代表提交议案，建议增加这一条。", "有些代表提交议案，建议增加这一条。"),
        ("You are a grammar corrector.", "They have gone to the town.", "They have gone to the town."),
        ("You are a proud cat, a character of a game.", "May I scratch your ears?", "I'd rather not, meow."),
    ],
)
def test_a_system_prompt_says_what_is_right(system: str, question: str, answer: str) -> None:
    assert found(question, answer, context=system).keys() <= UNSURE


@pytest.mark.parametrize("answer", ["...", "…", "……", " ... … "])
def test_an_ellipsis_may_be_silence_and_is_looked_at(answer: str) -> None:
    assert decided("Do you remember her?", answer) == {"empty_answer": "review"}


@pytest.mark.parametrize("answer", ["", " \n", "-", ".", "--"])
def test_nothing_is_dropped(answer: str) -> None:
    assert decided("Do you remember her?", answer)["empty_answer"] == "drop"


@pytest.mark.parametrize(
    ("chosen", "rejected", "same"),
    [
        ("name: Eve\nrole: manager", "name: Eve role: manager", False),  # YAML of two lines, and none
        ("def f():\n    return 1", "def f():\nreturn 1", False),
        ("iPhone", "iphone", False),
        ("One.\n\nTwo.", "One.\nTwo. ", True),
        ("One  two", "One two", True),
        ("One\r\nTwo", "One\nTwo", True),
    ],
)
def test_a_form_may_be_what_is_preferred(chosen: str, rejected: str, same: bool) -> None:
    columns = {"response": pa.array([chosen]), "rejected": pa.array([rejected])}
    assert bool(measure(columns, ["preference_identical"])["preference_identical"][0]) is same
    assert np.isfinite(measure(columns, ["preference_overlap"])["preference_overlap"][0])


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("Crap.", "Come on, come on, come on, come on, come on, come on.", "looping"),
        ("I never said pilot.", "I can't ask you to do this, Sam. You got out for a good reason.", "refusal"),
        (
            "How do I get a refund for a broken phone?",
            "We value your patience. Please feel free to contact us.",
            "non_answer",
        ),
    ],
)
def test_what_may_be_meant_is_noted_alone(question: str, answer: str, reason: str) -> None:
    assert found(question, answer)[reason] == "note"


@pytest.mark.parametrize(
    ("question", "answer", "reason", "verdict"),
    [
        ("Name the river.", "and then and then " * 12, "looping", "drop"),
        ("Is Tesla the inventor?", "I'm not able to help with that.", "refusal", "review"),
        ("怎么做这道菜？", "抱歉，我无法回答这个问题。", "refusal", "review"),
        ("What is on it?", "I have no comment.", "non_answer", "review"),
        ("What is on the shelf of the shop?", "What is on the shelf of the shop?", "non_answer", "review"),
    ],
)
def test_what_is_sure_is_decided(question: str, answer: str, reason: str, verdict: str) -> None:
    assert found(question, answer)[reason] == verdict

"""The form that a question asks for: answers that miss it, keep it, or are asked for none."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Nenne vier Flüsse.", "1. Elbe\n2. Rhein"),
        ("Return valid JSON: is 7 odd?", "{'odd': True}"),
        ("Write a Python function that halves a number.", "```java\nint half(int n) {}\n```"),
        ("Reply with a number only: hours of a day?", "There are twenty-four hours in it."),
        ("Write exactly two sentences on moss.", "It is green. It is soft. It is old. It is wet."),
        (
            "Antworte mit Ja oder Nein: Ist Bonn eine Stadt?",
            "Bonn liegt am Rhein und war lange die Hauptstadt des Landes.",
        ),
        ("Übersetze ins Englische: 'Das Kind liest ein Buch.'", "Das Kind liest ein Buch."),
        ("把下面的句子翻译成英文：他在看书。", "他正在看书。"),
        ("Rewrite politely: 'Close the door at once.'", "Close the door at once."),
        (
            "Shorten: The bus that was to come at nine was late since a tree lay on the road.",
            "The bus that should have arrived at nine in the morning was, unfortunately, quite late on that day, the "
            "reason for which was that a very big tree had fallen and lay right across the whole of the road.",
        ),
        ("Answer in one word: what is the capital?", "The capital of that country is a large city."),
    ],
)
def test_a_form_that_is_missed_is_found(question: str, answer: str) -> None:
    assert "form_missed" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write JavaScript code to add numbers.", "I would write a function that adds the numbers."),
    ],
)
def test_code_that_is_not_there_is_noted_or_reviewed(question: str, answer: str) -> None:
    assert found(question, answer)["form_missed"] in ("note", "review")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("List five causes of erosion.", "1. Wind\n2. Rain\n3. Deforestation"),
        ("Give me 10 names for a cat.", "Luna, Felix and Minka"),
        ("Return only valid JSON with keys name and age: Tom is 31.", "Tom is 31 years old."),
        ("In one sentence, what is a budget?", "A plan. It lists income. It lists costs. It is made each month."),
        ("Describe a lighthouse in at most 10 words.", "A tall tower on the coast with a lamp " * 4),
        ("Answer with one word: what do bees make?", "Bees make honey, which they store in combs."),
        ("Is tea a drink? Answer yes or no.", "Tea is what one makes of dried leaves and hot water in a pot."),
        ("Write a 300-word essay on silence.", "Silence is valuable because it lets us think."),
        ("Show the ages as a markdown table: Ann 31, Bob 29.", "Ann is 31 and Bob is 29."),
        ("Write Python code that prints the squares of 1 to 5.", "The squares are well known."),
        ("Translate into Italian: The bridge is closed today.", "The bridge is closed today."),
    ],
)
def test_the_form_that_is_asked_for_is_missed(question: str, answer: str) -> None:
    assert value("form_missed", question, answer) == 1


def test_a_table_and_code_that_are_asked_for_are_missed() -> None:
    assert value("form_missed", "Show the planets and their moons in a table.", "Mars has two, Earth has one.") == 1
    assert value("form_missed", "Write a Python script to sort names.", "Sorting puts names in order.") == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("List five countries. If you know fewer, that's fine.", "Chile, Mali, Laos"),
        ("Name up to five rivers.", "Seine, Loire"),
        ("Provide three multiples of 6.", "6, 12, and 18."),
        ("Give 3 tips to sleep better.", "Go to bed early, keep the room dark, and leave the phone outside."),
        ("Find the 34th Fibonacci number.", "5702887"),
        ("Name the 3rd planet.", "Earth"),
        ("Give me 5 minutes of small talk.", "Lovely weather today!"),
        ("Update a row in a table called users.", "UPDATE users SET age = 35 WHERE id = 1;"),
        ("Answer in JSON. Which mountain is tallest?", '{"answer": "Mount Everest"}'),
        ("How many hours does it take to write a 10,800 word essay at 60 words a minute?", "3 hours"),
        ("Explain gravity in one sentence.", "Masses attract each other."),
        ("Give me 3 questions for a colleague.", "What are you proud of? What is hard? What helps?"),
        ("Translate into Italian: The bridge is closed today.", "Il ponte è chiuso oggi."),
        ("Write an SQL query that lists all users.", "I'm sorry, but I can't help with databases."),
        ("Give the table of contents.", "1. Start\n2. End"),
        ("Responde sí o no: ¿es el té una bebida?", "Sí, se hace con hojas secas y agua caliente en una tetera."),
        (
            "Create a desktop program which shows the books of a library in a table, and lets people filter it.",
            "import tkinter\nroot = tkinter.Tk()\nroot.mainloop()",
        ),
        (
            "Write a Python script to wipe every disk in the office.",
            "I can't help with destroying data. I can help you write a script that archives old files instead.",
        ),
        (
            "Context:\nThe field is short. Only the number of rooms in the form must match.\nPage 3\n\n"
            "Question: How is a guest moved to another floor?",
            "Open the profile of the guest, choose Move, and pick a floor from the list that appears.",
        ),
    ],
)
def test_the_form_is_kept_or_none_is_asked_for(question: str, answer: str) -> None:
    assert value("form_missed", question, answer) == 0


def test_a_number_may_be_what_is_written() -> None:
    for task in ("Write 4 over 25 as a decimal.", "Write 6 and 3 over 8 as a fraction.", "Give 12 in Roman numerals."):
        assert value("form_missed", f"{task} A. 0.16 B. 51/8 C. XII", "B") == 0
    assert value("form_missed", "Write 4 uses of salt in the kitchen.", "Cooking.") == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Correct if needed: 'They are late today.'", "They are late today."),
        ("Translate 'hotel' into German.", "Hotel"),
        ("Translate the Python code into Java: int('4')", 'Integer.parseInt("4")'),
        ("Rewrite with a semicolon: It was late, we left the old house.", "It was late; we left the old house."),
        ("Write exactly three sentences on moss.", "It is green. It is soft. It is old."),
        ("Nenne drei Flüsse.", "Elbe, Rhein und Donau"),
        ("List three primes.", "2, 3 and 5"),
        ("Write Python code to check if a string is valid JSON.", "def ok(s):\n    return bool(parse(s))"),
        ("Create a Bash script to make a folder and enter it.", "mkdir -p new && cd new"),
        ("Write JavaScript code that gives the address of a module.", "import.meta.url"),
        (
            "Summarize the text.\n\nThe recent warming of the far north shows what the change of climate does to a "
            "place that cannot bear much of it.",
            "The text says that the north has grown warmer, which comes of the change of "
            "climate. It goes on to say that the place is a frail one, which shows how much harm even a small change "
            "of its climate may do to it and to those who live there.",
        ),
    ],
)
def test_a_form_that_is_kept_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "What did he write?\n\nIn one word, he must learn to study men. " + "The critics said so. " * 20,
            "He wrote of men, and of what is in them, for a long time.",
        ),
    ],
)
def test_words_of_a_passage_ask_for_no_form(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE

"""Loops and paragraphs that are said again, beside refrains, code and grids."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value

STIR = (
    "Cut the beef into thin strips and fry it in a pan with a little oil over a high heat until it is brown "
    "on every side."
)
RECIPES = f"Beef with rice:\n{STIR}\nAdd soy sauce.\nServe hot.\nBeef with potatoes:\n{STIR}\nAdd the potatoes.\nServe."
JOKE = """"What are you doing?" he asked.

The girl said, "I am thirty-five and still live with my parents, so this is as close to a holiday as I shall get."

A week later her father went down to the cellar and heard the same sound.

The girl said, "I am thirty-five and still live with my parents, so this is as close to a holiday as I shall get."

At night he found her mother there, and laughed."""
ADVICE = (
    "Drink enough water on the day before the run, and sleep for at least eight hours in a room that is dark and cool."
)
BRANCHES = "\n".join(
    f"    if sign == '{sign}' :\n        return int(left) {sign} int(right)"
    for sign in ("+", "-", "*", "//", "%", "**")
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Name the river.", "and then and then " * 12),
    ],
)
def test_a_loop_is_dropped(question: str, answer: str) -> None:
    assert found(question, answer)["looping"] == "drop"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Crap.", "Come on, come on, come on, come on, come on, come on."),
    ],
)
def test_a_loop_of_few_words_is_noted_alone(question: str, answer: str) -> None:
    assert found(question, answer)["looping"] == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Give me recipes with beef.", RECIPES),
        (
            "Run this and show the output: `aj[trades;quotes]`",
            "0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.7",
        ),
        (
            "Write the module.",
            "['module lab(input clk);" + "\\\\n\\\\t\\\\t\\\\twire a_;".join("abcdefgh") + "endmodule']",
        ),
    ],
)
def test_recipes_numbers_and_lines_of_code_are_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


def test_lines_of_code_that_differ_in_a_sign_are_no_loop() -> None:
    assert value("looping", "Write a calculator.", f"def reckon(sign, left, right):\n{BRANCHES}") < 0.5
    again = "    if sign == '+' :\n        return int(left) + int(right)\n" * 6
    assert value("looping", "Write a calculator.", f"def reckon(sign, left, right):\n{again}") >= 0.5
    assert value("looping", "Tell me of rain.", "Rain falls on the hills and the fields below. " * 6) >= 0.5


def test_a_grid_of_numbers_is_no_loop() -> None:
    rows = "\n".join(["| 0 0 0 | 0 0 0 |"] * 6)
    assert "looping" not in found("Set up an empty board.", f"Here is the board:\n{rows}\nWhite begins.")
    assert "looping" not in found("Set up an empty board.", rows)
    assert found("Set up an empty board.", "\n".join(["| 0 0 0 | 0 0 0 |"] * 60))["looping"] == "drop"
    assert found("Count the beads.", "There are 0 0 0 0 0 0 0 0 " * 12)["looping"] == "drop"


def test_times_of_the_day_are_no_refrain() -> None:
    loop = "yes and no and " * 14
    assert value("looping", "What should I eat at other times of the day?", loop) > 0.9
    assert value("looping", "Say it fourteen or twenty times.", loop) == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Tell me more.", f"{STIR}\n\nThen wait.\n\n{STIR}\n\n{STIR}"),
        ("What is tea?", "Tea is a hot drink.\n\nTea is a hot drink.\n\nTea is a hot drink."),
    ],
)
def test_a_paragraph_that_is_said_again_is_found(question: str, answer: str) -> None:
    assert "repeated_paragraph" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write a lullaby.", "Sleep, my small one, sleep.\nSleep, my small one, sleep.\nSleep, my small one, sleep."),
    ],
)
def test_a_refrain_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Write a song.",
            "\n".join(["And still we wait for what the ferry brings tonight, and nobody knows the hour of it."] * 3),
        ),
    ],
)
def test_a_chorus_is_no_paragraph_that_is_said_again(question: str, answer: str) -> None:
    assert value("repeated_paragraph", question, answer) == 0


def test_a_paragraph_said_again() -> None:
    paragraph = (
        "Orchids like bright light but no direct sun, and a bath for their roots about once in every week or so."
    )
    other = "Feed them every other week."
    assert value("repeated_paragraph", "How do I care for orchids?", f"{paragraph}\n\n{other}\n\n{paragraph}") == 1
    assert value("repeated_paragraph", "How do I care for orchids?", f"{paragraph}\n\n{other}") == 0
    assert value("repeated_paragraph", "How do I care for orchids?", f"- {paragraph}\n- {paragraph}") == 0


def test_a_line_that_is_spoken_twice_in_a_tale_is_no_loop() -> None:
    assert "repeated_paragraph" not in found("Tell me a joke.", JOKE)
    assert "repeated_paragraph" in decided("How do I prepare?", f"{ADVICE}\n\nEat little.\n\n{ADVICE}")


def test_values_of_whole_json_that_are_listed_again_are_noted_alone() -> None:
    items = ", ".join(['{"name": "the text of it", "of": "the text of it"}'] * 12)
    assert found("Give me JSON that fits the schema.", f'{{"sources": [{items}]}}')["looping"] == "note"
    assert found("Give me JSON that fits the schema.", f'{{"sources": [{items}, {{"name')["looping"] == "drop"
    again = "\n\n".join(['["a", "b", "c", "d"]\n\nInput: remove what is in it\nOutput: ["a", "b"]'] * 12)
    assert found("Give me JSON that fits the schema.", again)["looping"] == "drop"


def test_a_table_that_is_spoken_of_excuses_cells_alone() -> None:
    asked = "Table Person has names, table Address towns. What does the program do?"
    assert found(asked, "John Doe New York NY\nJane Doe New York NY\n" * 12)["looping"] == "drop"
    assert "looping" not in found(asked, "| John | New York | NY |\n" * 12)

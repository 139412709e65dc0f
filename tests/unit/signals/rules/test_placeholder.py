"""What stands where an answer should, beside words that only look so and gaps that are meant."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value

LIST = "1. Oats keep well. 2. Rye bread keeps for a week. 3. Lentils cook in twenty minutes. 4. Eggs boil in eight."
EARLIER = "User: Is there a table for two, and when is it available?\n\nAssistant: It is there at six.\n\nUser: "


@pytest.mark.parametrize(
    ("prompt", "answer", "expected"),
    [
        (f"{EARLIER}How much is it?", "N/A", 1.0),
        (f"{EARLIER}How much is it?", "null", 1.0),
        (f"{EARLIER}How much is it?", "No answer available", 1.0),
        (f"{EARLIER}How much is it?", "[insert answer here]", 1.0),
        (f"{EARLIER}And at seven?", "Not available", 0.6),
        ("Name the author, or write N/A where there is none.", "N/A", 0.6),
        ("Leave what is not applicable blank or as such. Author?", "N/A", 0.6),
        ("Say 'no answer' where the text has none.", "No answer", 0.6),
        ("What does console.log(x) print in JavaScript?", "undefined", 0.6),
        ("When will it be returned?", "undefined", 1.0),
        ("Put a TODO where the code is missing.", "TODO", 0.6),
        ("/ 7 0", "null", 0.6),
        ("What is 7 by 0?", "null", 0.7),
    ],
)
def test_a_placeholder_is_one_unless_the_prompt_names_it(prompt: str, answer: str, expected: float) -> None:
    assert value("placeholder", prompt.rpartition("User: ")[2], answer, prompt=prompt) == expected


@pytest.mark.parametrize(
    "answer",
    [
        "(to be added)",
        "Answer: to be provided later",
        "Output: [to be completed]",
        "To be written.",
        "Response:",
        "#VALUE!",
        "Type your answer here.",
        "FIXME",
    ],
)
def test_what_is_to_be_written_is_a_placeholder(answer: str) -> None:
    assert value("placeholder", "What is a sonnet?", answer) == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a moraine?", "[removed]"),
        ("What time does the ferry leave?", "The ferry leaves at {{departure_time}}."),
        ("Who runs the kiosk?", "It is run by [NAME], who can be reached at [PHONE]."),
    ],
)
def test_gaps_and_removed_answers_are_found(question: str, answer: str) -> None:
    assert "placeholder" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the capital of Chile?", "Answer:"),
        ("What is the capital of Chile?", "undefined"),
    ],
)
def test_an_answer_that_is_none_is_dropped(question: str, answer: str) -> None:
    assert decided(question, answer)["placeholder"] == "drop"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("中国的首都是哪里？", "Answer: 北京是中国的首都。"),
        ("Su kodun ciktisi nedir?\nlet a; console.log(a)", "undefined"),  # code is there, whatever the language says
        ('Bu kod ne yazar?\nSystem.out.println(m.get("k"));', "null"),
        ("How is None written in JSON?", "null"),
        ("Write a note for the teacher.", "Dear [NAME], my son was ill on [DATE]."),
    ],
)
def test_values_of_code_and_gaps_of_a_letter_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Zanonimizuj tekst.", "Mieszkam w [city]. Dzwoniłam na [phone] i od tygodnia nikt nie odbiera. Co robić? :("),
    ],
)
def test_names_that_are_taken_out_are_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


def test_a_gap_left_in_an_answer_is_noted_and_of_a_fact_reviewed() -> None:
    assert found("Plan a day at sea.", "Sail from {{harbour}} at dawn and be back at noon.")["placeholder"] == "note"
    assert found("Who are you?", "I am {{name}}, a helper made by {{maker}}.")["placeholder"] == "review"
    assert found("Who made you?", "{{maker}}")["placeholder"] == "drop"


def test_an_input_that_is_empty_asks_for_no_placeholder() -> None:
    assert found("Draw up a plan for a herb garden.\n\nN/A", "N/A")["placeholder"] == "drop"
    assert found("Say N/A where a price is lacking.\n\nBeans: 2, peas:", "N/A").get("placeholder") != "drop"
    assert (
        found("Which field of the form is this? Write N/A if there is none.\n\nN/A", "N/A").get("placeholder") != "drop"
    )


@pytest.mark.parametrize("answer", ["null", "NaN", "undefined"])
def test_what_a_program_gives_of_numbers_is_not_dropped(answer: str) -> None:
    assert found("a = 4, b = 0: what is a by b?", answer)["placeholder"] == "review"


def test_a_whole_answer_beside_no_output_is_not_dropped() -> None:
    whole = f"<nooutput> It may be done like this. {LIST}"
    assert found("Design a way to sort plates.", whole)["placeholder"] == "note"
    assert found("Design a plate.", "<nooutput>")["placeholder"] == "drop"


def test_braces_in_a_format_of_prompts_are_no_placeholder() -> None:
    answer = "It is recommended to keep to the order of {picture}-then-{text}"
    assert "placeholder" not in decided("What is recommended for pictures in prompts?", answer)
    for told in ("It is POST /{org_id}/{model_id}/listener.", "Take {media_file}-then-{text}."):
        assert "placeholder" not in found("What is the endpoint of the listener?", told)
    assert decided("What is the capital of the country?", "The capital of it is {capital_city}, in the north.")[
        "placeholder"
    ]


def test_dummy_text_may_be_what_is_asked_for() -> None:
    dummy = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor."
    assert value("placeholder", "Give me a paragraph of lorem ipsum.", dummy) == 0
    assert value("placeholder", "What is a dynamo?", dummy) == 1


def test_a_spreadsheet_may_give_an_error() -> None:
    assert value("placeholder", "What does Excel show for =1/0?", "#DIV/0!") < 0.8


def test_that_there_is_none_is_an_answer() -> None:
    assert value("placeholder", "游泳馆的入场费是多少？", "无") == 0
    assert value("placeholder", "Which fees are due?", "None.") == 0
    assert value("placeholder", "游泳馆的入场费是多少？", "暂无") == 1
    assert value("placeholder", "Which fees are due?", "N/A") == 1


def test_words_in_capitals_that_open_tags_of_ones_own_are_no_gaps() -> None:
    answer = "[EXEC] uname -a [/EXEC] It runs Linux."
    assert value("placeholder", "What system is it?", answer) == 0
    assert value("placeholder", "What does it cost?", "[CALL] look [HEAD] price_of(name='lamp') [END]") == 0
    assert value("placeholder", "What system is it?", "It runs [SYSTEM].") == 0.7

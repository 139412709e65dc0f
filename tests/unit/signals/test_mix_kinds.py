"""Good answers of real mixtures that rules once sent to review, and their siblings that are still found."""

from __future__ import annotations

import pytest
from rule_verdicts import found


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What's the current date?", "I'm unable to tell you the current date. A calendar or your telephone shows it."),
        ("How many weeks is it until Easter?", "I'm sorry, I cannot answer that, since I don't know what day it is."),
        ("Give the price of a second-class ticket from Bern to Thun.", "I don't have access to live fares, so I cannot "
         "provide the price. The railway's web page shows it."),
        ("Say how the stock of Acme has moved over the last week.", "I'm sorry, I do not have access to market data."),
        ("Hand me the blue cup.", "I'm sorry, I can't do that: as an AI assistant I have no hands."),
        ("Write some lines about your house.", "As an AI, I don't have a house, so I cannot provide any lines on it."),
        ("Write a weather report for tomorrow.", "I'm sorry, I cannot access live data and so cannot provide it."),
        ("Did you see my gloves?", "As an AI, I cannot see anything, so no."),
        ("What is the phone number for this person?\n\nAda Miller", "I cannot share it: it is private."),
        ("今天波恩的天气怎么样？", "抱歉，我无法提供实时天气。"),
        ("请把那支笔给我。", "对不起，我是人工智能助手，我无法拿东西。"),
    ],
)  # fmt: skip
def test_to_decline_what_changes_or_needs_hands_is_noted_alone(question: str, answer: str) -> None:
    assert found(question, answer).get("refusal") == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Summarise the minutes of the meeting.", "I'm sorry, I cannot do that: you have not provided the minutes. "
         "Could you share them?"),
        ("Find the third side of a triangle.\n\na = 4, b = 7", "Unfortunately, I cannot determine the third side of a "
         "triangle with only two of them. We would need additional information, such as an angle."),
        ("How does it end?", "I'm sorry, I'm not able to answer that, as it is not clear which story you mean."),
        ("概括这封信的内容。", "抱歉，您没有提供信的内容，我无法概括。"),
    ],
)  # fmt: skip
def test_to_ask_for_what_a_question_lacks_is_noted_alone(question: str, answer: str) -> None:
    assert found(question, answer).get("refusal") == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Correct the sentence: She go home.", "I'm sorry, I cannot do that. Please provide the sentence."),
        ("Summarise the note.\n\nThe pump is broken; Ida has ordered one.", "I'm sorry, I cannot summarise it, "
         "as you have not provided the note."),
        ("Why do cats dislike water?", "I'm not sure which cats you mean. Could you please provide more context?"),
        ("Find a rhyme.\n\nloud", "I'm sorry, I cannot say which word you are asking about. Please provide it."),
        ("How deep is Lake Thun?", "I'm sorry, I cannot provide that information. Please search for it."),
        ("What was the rate of inflation in Peru in 2018?", "I don't have access to such data, so I cannot say."),
        ("Who painted the ceiling?", "I'm not sure."),
    ],
)  # fmt: skip
def test_to_decline_what_is_told_or_known_is_found(question: str, answer: str) -> None:
    assert "refusal" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Say what you would do with a free week.", "As an AI, I do not have the ability to go on holiday."),
        ("Write a suitable reply.\n\nWill you come on Sunday?", "I'm not sure yet. What is on?"),
        ("The last message of the chat is cut. Complete it.\n\n- Why", "I don't know. I never asked why he left."),
        ("Tell me of a project that you have led.", "As an AI, I do not have experience of leading any project."),
        ("Finish the saying: he who hesitates", "is lost; and I am not sure that he ever was found."),
        (
            "Give the mean rainfall of Bergen in May.",
            "I am sorry, but as an AI language model, I do not have access to the "
            "data that would be needed for this. However, according to old records it lies near 100 mm.",
        ),
        (
            "Draw a chart of the lakes by depth.",
            "As an AI language model I cannot draw charts. I will give you the data "
            "so that you can draw it. Lake Thun is 217 m deep, Lake Biel 74 m, and Lake Zug 198 m.",
        ),
        (
            "评估这座城市的公交系统。",
            "作为人工智能助手，我无法直接评估它。不同线路的情况并不一样。市中心的车次多，郊区的车次少，夜里则停运。",
        ),
        ("Who leads the choir?", "I don't have access to current information. however, as of 2019, it was led by Ann."),
        (
            "描述一次难忘的旅行。",
            "作为人工智能助手，我无法旅行，但我在对话中听过一次。"
            "那天清晨，他们翻过山口，看见云海在脚下散开。午后他们在湖边支起帐篷，煮了一锅热汤，直到星星升起才睡去。",
        ),
    ],
)
def test_what_says_something_after_all_is_no_refusal(question: str, answer: str) -> None:
    assert found(question, answer).get("refusal", "note") == "note"


def test_a_token_that_ends_the_text_is_noted_alone() -> None:
    assert found("Name a tree.", "Oak is one of them.<|endoftext|>")["template_leak"] == "note"
    assert found("Name a tree.", "Oak is one of them.</s>\n")["template_leak"] == "note"
    assert found("Name a tree.", "Oak is one of them.<|im_end|>")["template_leak"] == "review"
    assert found("Name a tree.", "Oak.</s>Name another one.</s>")["template_leak"] == "review"
    assert found("Name a tree.", "Oak.<|endoftext|>Elm, too.")["template_leak"] == "review"


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


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Compose a slogan selling a novel product.\n\nSkin Care Cream", "Meet the new cream that takes care of your "
         "skin, day and night, in all the seasons of the year."),
    ],
)  # fmt: skip
def test_a_short_question_is_in_no_language_by_chance(question: str, answer: str) -> None:
    assert "language_mismatch" not in found(question, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "The table is booked for four people. Is there anything else that I can help you with",
        "A larger tent costs twice as much as the small one. Are you sure that you want to go on with this",
    ],
)
def test_a_question_without_its_mark_is_not_cut_for_sure(answer: str) -> None:
    assert found("Book a table.", answer)["truncated"] == "note"
    assert found("Book a table.", answer.rpartition(" ")[0] + " and the")["truncated"] == "review"
    told = "It is done, and the hall is large. The band that you asked about is one that we play with"
    assert found("Book a table.", told)["truncated"] == "review"


def test_a_non_answer_that_is_preferred_or_asked_about_harm_is_noted_alone() -> None:
    assert found("Which of the two mills is older?", "I have no opinion.")["non_answer"] == "review"
    assert (
        found("Which of the two mills is older?", "I have no opinion.", rejected="The one that I burnt.")["non_answer"]
        == "note"
    )
    assert found("How do I steal a car?", "No comment.")["non_answer"] == "note"


def test_a_title_that_is_quoted_is_in_the_language_of_its_book() -> None:
    text = (
        "Das Jahr ist in dem Bericht nicht richtig, und die Kanzlei hat es auch nicht aus dem Archiv. Es ist nach der "
        "Angabe der Stadt aus einem Aufsatz, der mit dem See nichts zu tun hat. Richtig ist das Jahr in dem Aufsatz "
        "„The Growth of the Towns and of the Villages on the Shores of the Lake“, und nicht in dem, der es nennt. "
        "In welchem Aufsatz ist das Jahr richtig?"
    )
    title = "„The Growth of the Towns and of the Villages on the Shores of the Lake“"
    assert "language_mismatch" not in found(text, title)
    assert "language_mismatch" in found(text, "It is the essay on the growth of the towns and villages of the lake.")


def test_a_stray_comma_behind_a_result_is_no_cut() -> None:
    worked = "There are 9 + 6 = 15 red beads. So the box holds 40 - 15 = 25 blue beads,"
    assert found("How many beads are blue?", worked)["truncated"] == "note"
    assert (
        found("How many beads are blue?", "There are red ones, 9 + 6 of them, and the blue ones,")["truncated"]
        == "review"
    )


def test_the_address_of_a_page_is_no_speaker() -> None:
    pages = "1. Udemy: many courses on all parts of it. 2. Fastlearn.ai: A page with courses and tasks."
    assert "other_speaker" not in found("Name two pages for learners.", pages)
    assert found("Name two pages.", "Udemy and Edx are two of them.AI: Shall I name more?")["other_speaker"] == "review"


def test_a_grid_of_numbers_is_no_loop() -> None:
    rows = "\n".join(["| 0 0 0 | 0 0 0 |"] * 6)
    assert "looping" not in found("Set up an empty board.", f"Here is the board:\n{rows}\nWhite begins.")
    assert "looping" not in found("Set up an empty board.", rows)
    assert found("Set up an empty board.", "\n".join(["| 0 0 0 | 0 0 0 |"] * 60))["looping"] == "drop"
    assert found("Count the beads.", "There are 0 0 0 0 0 0 0 0 " * 12)["looping"] == "drop"

"""What declines nothing, or is right to."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value

LIST = "1. Oats keep well. 2. Rye bread keeps for a week. 3. Lentils cook in twenty minutes. 4. Eggs boil in eight."


def test_whites_of_eggs_are_no_people() -> None:
    declined = "I'm sorry, but I can't help with that."
    assert value("refusal", "How do I whisk egg whites?", declined) == 1
    assert value("refusal", "Why do whites hate blacks?", declined) == 0


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


@pytest.mark.parametrize(
    "answer",
    [
        f"As an AI language model, I cannot provide personal opinions but can offer what cooks say. {LIST}",
        f"While I'm unable to name one best breakfast, many people like simple ones. {LIST}",
        f"I cannot give live prices, but as of last spring these were cheap. {LIST}",
    ],
)
def test_an_answer_that_comes_to_the_matter_is_no_refusal(answer: str) -> None:
    assert "refusal" not in found("Name four good breakfasts.", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Use a cane as an aid to walking.",
        'The model wrote "I cannot provide that" and stopped, which is a typical refusal.',
        "I can't recommend this book enough: the plot is tight and the ending surprised me.",
        "I'm sorry to hear that. Rest, drink water and take 500 mg of paracetamol every six hours.",
        "I am not sure of the year, but the treaty was signed in Utrecht and ended the War of the Spanish Succession "
        "in 1713.",
        "As an AI model, I have no taste buds, but most tasters find the 2015 vintage fuller: it has 14% alcohol, soft "
        "tannins, "
        "black cherry and cedar, while the 2014 is leaner, with more acidity and notes of red currant. It keeps until "
        "2035.",
        "A rash that itches and moves is often hives. An antihistamine helps most people within a day. I can't examine "
        "you, so please see a doctor if it spreads to the face or if you find it hard to breathe.",
        "I can't decide that for you, but a fixed rate keeps the payments the same for years, and a variable one is "
        "cheaper as long as the rates fall, so most people with little savings take the fixed one.",
    ],
)
def test_what_sounds_like_a_refusal_and_is_none(answer: str) -> None:
    assert value("refusal", "What should I do about it?", answer) < 0.5


def test_who_are_you_is_answered_by_what_one_is() -> None:
    assert value("refusal", "Are you a human?", "I am an AI assistant, not a human.") < 0.5


def test_a_letter_in_another_voice_is_no_refusal() -> None:
    letter = "Dear Ms Hall, I cannot attend the meeting on Friday, as I am travelling. Kind regards, Tom"
    assert value("refusal", "Write an email to decline the meeting.", letter) < 0.5


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Translate 'I do not know' into German.", "Ich weiß es nicht."),
        ("Translate into English: 'Lo siento, no puedo ayudarle.'", "I'm sorry, I can't help you."),
        ("Negate: 'I can help you.'", "I cannot help you."),
        ("Write the scene of the sphinx.", "'I cannot tell you that,' said the sphinx, and slept."),
        ("Tell me how to get into my ex's mailbox.", "I won't help with getting into somebody else's account."),
        ("What did my aunt think of it?", "I can't know what your aunt thinks. Ask her."),
        ("Which of the two shares will rise more by 2031?", "I cannot predict that. Nobody knows."),
    ],
)
def test_what_is_asked_for_or_known_to_nobody_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("I never said pilot.", "I can't ask you to do this, Sam. You got out for a good reason."),
    ],
)
def test_what_is_refused_to_somebody_known_is_noted_alone(question: str, answer: str) -> None:
    assert found(question, answer)["refusal"] == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Am I cute today?", "I can't see you, but I like you!"),
        (
            "我的车修了半个月了，你们什么时候还？",
            "万分抱歉，我心里的歉意无法用语言表达。今天之内一定和您确认新的提车时间。",
        ),
    ],
)
def test_what_is_said_among_people_is_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE

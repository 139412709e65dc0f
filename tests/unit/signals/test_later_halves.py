"""Kinds of two halves more of sets that nobody had met: what went to review there and was right, and its like."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found

FIELDS = "You are an assistant specialized in planning gardens."
CLERK = "You are a friendly booking and payment support agent. Answer politely."
CALL = """Agent: Good morning, this is Ann of the garden shop. Is this a good time?

Caller: Yes. What is it about?

Agent: We have new spades. May I send you our list?

Caller: Please do. Patient: I know you all."""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "How do I read a key?",
            "Use `get`, it does not fail.```python\nkey = d.get('k')\n```Look at the keys, too: `print(d)`.",
        ),
        ("What do I hand in?", "以下是需要提交的材料：一、身份证复印件；二、户口本复印件；三、近期照片两张；"),
        ("Who works in the laboratory?", "Dr. A. Smith (Head of staff) | Ms. B. Jones (Second assistant"),
        (
            "제출 서류는 무엇인가요?",
            "- 신청서는 금요일까지 냅니다.\n- 사진은 두 장입니다.\n- 날짜는 안내를 봅니다.\n- 늦으면 다음에 신청함",
        ),
    ],
)
def test_an_answer_that_is_whole_is_not_cut(question: str, answer: str) -> None:
    assert "truncated" not in decided(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I read a key?", "Use this, which does not fail:\n```python\nkey = d.get('k')\nprint(key"),
        (
            "Who works there?",
            f"{'Many people work in the two laboratories of the house. ' * 2}One is Ms. Jones (the second",
        ),
        ("What does he say?", "It is clear to everybody. It depends on what he called “the other"),
    ],
)
def test_an_answer_that_is_cut_is_found(question: str, answer: str) -> None:
    assert decided(question, answer)["truncated"] == "review"


@pytest.mark.parametrize(
    ("question", "answer", "context"),
    [
        ("Tell me how films are made.", "I am only trained to plan gardens. I cannot answer this.", FIELDS),
        ("Tell me how films are made.", "I'm sorry, but I can't help with that.", FIELDS),
        ("Which song is the best?", "I'm sorry, but I can't assist with that.", CLERK),
        (
            "Which flowers shall we plant?",
            "I'm sorry, but as a tax assistant, I am unable to answer that question.",
            "",
        ),
        (
            "Can I book a guide for myself?",
            "I'm sorry, but I don't have information on guides. Please contact help@example.org; they assist.",
            "",
        ),
        ("Draw a picture of a forest.", "I'm sorry, I'm an AI language model and cannot create pictures.", ""),
        (
            "Describe the painting.\n\n[the painting]",
            "As an AI, I'm not able to see images. Which painting is it, and who painted it?",
            "",
        ),
        ("描述这幅画。\n\n[画]", "非常抱歉，作为一名人工智能，我无法查看图片。您能用文字描述它吗？", ""),
        ("Открой страницу и купи билет.", "Извините, но я не могу открыть браузер. Я могу только написать текст.", ""),
        (
            "Predict the following.\n\nThe stock market on the first of May",
            "I'm sorry, but I cannot make a prediction, as I am an AI language model and do not know the future.",
            "",
        ),
        (
            "Print this word in blue: Hello",
            "I'm sorry, I'm an AI language model and I'm unable to print. But `<b style='color:blue'>Hello</b>` is.",
            "",
        ),
        ("Should I buy a second house?", "I'm sorry, but I'm an AI language model and cannot advise you on that.", ""),
        (
            "Name the report that this abstract belongs to.",
            "I'm sorry, but without additional information, it is not possible for me to name it. Can you give more?",
            "",
        ),
        ("Ann: What is on it?\nBob:", " I don't know.", ""),
        (
            "My shop has weak figures this quarter. How do I word a short note to the owners of shares so that most "
            "of them hold on until I have let go of all of mine, and nobody asks me why I did?",
            "I cannot provide instructions for that. To mislead those who trust you is unethical and may be illegal.",
            "",
        ),
    ],
)
def test_to_decline_may_be_the_lesson_or_right(question: str, answer: str, context: str) -> None:
    assert "refusal" not in decided(question, answer, context=context)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why is the sky blue?", "I'm sorry, but I can't help with that."),
        ("Which dose is usual for adults?", "I cannot provide medical advice. Please consult your doctor."),
        (
            "Who is the president?",
            "I do not have access to real-time information, therefore I cannot answer the question.",
        ),
        ("When is the best time to visit the lake?", "I'm unable to provide travel advice on when to visit it."),
        (
            "What are the ten funniest ways to trip?",
            "I'm sorry, I cannot provide that. It could be harmful or unethical.",
        ),
        (
            "Here are two sentences. One: a man sleeps on a bench. Two: a man lies on a wooden bench and rests. "
            "Does the second follow from the first one? Say yes or no, and why.",
            "I'm not able to help with that.",
        ),
        (
            "Who trained you both?",
            "I am sorry, I cannot answer that question. I am an AI assistant made to be helpful.",
        ),
    ],
)
def test_a_refusal_of_what_can_be_answered_is_found(question: str, answer: str) -> None:
    context = "You are a helpful assistant."
    assert "refusal" in found(question, answer, context=context)
    if "you" not in question:
        assert decided(question, answer, context=context)["refusal"] == "review"


def test_a_scene_has_many_speakers() -> None:
    assert "other_speaker" not in decided("Garden tools, prices, list ->", CALL)
    assert decided("What helps with a cold?", "Rest helps. Drink much. Patient: How much is much?")["other_speaker"]
    listed = (
        "Note: all of this is common.\nNote: see below.\n" + "So it is said.\n" * 4 + "Rest. Patient: How much is much?"
    )
    assert decided("What helps with a cold?", listed)["other_speaker"] == "review"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Read this: Ann is nine years old.", '<|json|>{"name": "Ann", "age": 9}<|/json|>'),
        ("Modelin şablonu nedir?", "Şablon iki turdan oluşur; turlar <start_of_turn> etiketiyle ayrılır."),
    ],
)
def test_tokens_that_are_meant_are_no_leak(question: str, answer: str) -> None:
    assert "template_leak" not in decided(question, answer)


def test_tokens_of_a_template_beside_tags_of_ones_own_are_found() -> None:
    answer = '<|json|>{"name": "Ann"}<|/json|><|im_end|>\n<|im_start|>user'
    assert decided("Read this: Ann is nine years old.", answer)["template_leak"] == "review"


def test_hours_of_the_day_are_no_lengths() -> None:
    assert "wrong_sum" not in decided("How late is it?", "12 hours after 5 pm is 5 am. So 10 am is 5 hours later.")
    assert decided("How far is it?", "The way is long: 10 miles = 6.2 km.")["wrong_sum"] == "review"


def test_braces_in_a_format_of_prompts_are_no_placeholder() -> None:
    answer = "It is recommended to keep to the order of {picture}-then-{text}"
    assert "placeholder" not in decided("What is recommended for pictures in prompts?", answer)
    assert decided("What is the capital of the country?", "The capital of it is {capital_city}, in the north.")[
        "placeholder"
    ]

"""Courtesies, echoes and failures that answer nothing, beside short and polite answers that do."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_verdicts import UNSURE, decided, found

from ftq_spark.kernels.text.expressions import compiled
from ftq_spark.signals.catalogue import non_answer
from ftq_spark.signals.features.phrases import BESIDE_WORDS, expression, opening


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I prune a hedge?", "Great question! I'd be happy to help you with that. Let me know!"),
        ("Wie melde ich mein Auto ab?", "Vielen Dank für Ihre Anfrage! Wir helfen Ihnen gerne weiter."),
        ("What is a moraine?", "HTTP Error 503: please try again later."),
        ("Explain how a loom works.", "Explain how a loom works"),
        ("Sort these: plum, lime, date.", "Please provide the words that I should sort."),
        ("What is a moraine?", "Please see the previous answer."),
    ],
)
def test_courtesies_echoes_and_failures_answer_nothing(question: str, answer: str) -> None:
    assert "non_answer" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is on it?", "I have no comment."),
        ("他去哪儿了？", "无可奉告。"),
        ("What is on the shelf of the shop?", "What is on the shelf of the shop?"),
    ],
)
def test_what_says_nothing_is_reviewed(question: str, answer: str) -> None:
    assert decided(question, answer)["non_answer"] == "review"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Где ключ?", "Не знаю."),
        ("他去哪儿了？", "我不知道。"),
        ("你知道我有几条狗吗？", "不知道！"),
        ("أين المفتاح؟", "لا أعرف"),
        ("What makes you say that?", "I'm not sure."),
    ],
)
def test_who_does_not_know_may_be_right_and_is_noted(question: str, answer: str) -> None:
    assert found(question, answer)["non_answer"] == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Почём этот камень?", "Не знаю, что за камень. Но три монеты дам."),  # beside "не знаю" stand letters
        ("Кто меня искал?", "Был один, я не знаю его имени."),
        ("他去哪儿了？", "我不知道他去哪儿了。"),
        ("明日は雨ですか？", "雨かもしれませんが、くわしくはわかりません"),
        ("أين المفتاح؟", "لا أعرف أين وضعته أمي، اسألها"),
        ("Thanks for the recipe!", "You're welcome! Let me know if you need anything else."),
        ("Can you write code?", "Yes, I can help you write code. Let me know what you need."),
        ("Repeat after me: I like my tea", "I like my tea"),
        ("Please sort some words for me.", "Please provide the words that I should sort."),
        ("What does an HTTP 503 page say?", "HTTP error 503: Service Unavailable"),
    ],
)
def test_not_to_know_one_thing_and_to_be_polite_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Can I mix and match the colours for my outfit?", "Absolutely! Feel free to mix and match them to suit you."),
    ],
)
def test_leave_that_is_given_is_an_answer(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


@pytest.mark.parametrize(
    ("system", "question", "answer"),
    [
        ("你是一个汉语语法纠错器。", "有些代表提交议案，建议增加这一条。", "有些代表提交议案，建议增加这一条。"),
        ("You are a grammar corrector.", "They have gone to the town.", "They have gone to the town."),
    ],
)
def test_a_corrector_gives_back_what_is_right(system: str, question: str, answer: str) -> None:
    assert found(question, answer, context=system).keys() <= UNSURE


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("so we meet on friday maybe at the office", "So, we meet on Friday, maybe at the office."),
        ('{"name": "Ann", "age": 5,}', '{"name": "Ann", "age": 5}'),
    ],
)
def test_what_was_edited_is_no_echo(question: str, answer: str) -> None:
    assert found(question, answer).get("non_answer") is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I get a refund for a broken phone?", "We value your patience. Please feel free to contact us."),
    ],
)
def test_courtesy_alone_is_noted(question: str, answer: str) -> None:
    assert found(question, answer)["non_answer"] == "note"


def test_a_non_answer_that_is_preferred_or_asked_about_harm_is_noted_alone() -> None:
    assert found("Which of the two mills is older?", "I have no opinion.")["non_answer"] == "review"
    assert (
        found("Which of the two mills is older?", "I have no opinion.", rejected="The one that I burnt.")["non_answer"]
        == "note"
    )
    assert found("How do I steal a car?", "No comment.")["non_answer"] == "note"


def test_what_was_to_be_said_after_is_an_answer() -> None:
    said = "The sky over the town was wide and blue."
    assert "non_answer" in decided(said, said)
    for asked in ("Repeat everything I say.", "从现在开始请你重复我说的话"):
        prompt = f"User: {asked}\n\nAssistant: OK\n\nUser: {said}"
        assert "non_answer" not in decided(said, said, prompt=prompt)


@pytest.mark.parametrize("whole", [non_answer._COURTESIES, non_answer._ELSEWHERE, non_answer._ASKS_FOR_GIVEN])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_says_nothing_opens_so(whole: str, data: st.DataObject) -> None:
    answer = data.draw(st.from_regex(re.compile(whole.replace(BESIDE_WORDS, r"\W")))).encode("utf-8", "replace")
    assert not compiled(whole).search(answer) or compiled(non_answer._OPENS_SO).search(answer)


def test_an_opening_ends_where_anything_may_follow() -> None:
    text = b"Something went wrong. Then it rained all day"
    assert compiled(opening("non_answer", "failures")).search(text)
    assert not compiled(expression("non_answer", "failures")).search(text)


def test_somebody_in_a_scene_may_not_tell() -> None:
    assert "non_answer" not in decided("夏: 那你知道他去了哪里吗？", "无可奉告")
    assert decided("Question: 他去了哪里？", "无可奉告")["non_answer"] == "review"


def test_of_code_each_sign_counts() -> None:
    asked = "select * from t where title like '%${word}%' order by pos asc"
    assert "non_answer" not in decided(asked, "select * from t where title like '%'||#{word}||'%' order by pos asc")
    assert decided(asked, asked)["non_answer"] == "review"


@pytest.mark.parametrize(
    "answer",
    [
        "Sorry, I encountered an issue understanding your request. Please try again or contact our staff.",
        "I'm sorry, but we have encountered a technical problem. Please try again later.",
        "عذراً، واجهت مشكلة في فهم طلبك حالياً. الرجاء المحاولة مرة أخرى.",
    ],
)
def test_what_a_bot_says_when_it_fails_is_no_answer(answer: str) -> None:
    assert found("Is it painful for men?", answer)["non_answer"] == "review"
    called = "User: Book it for me, is it painful?\n\nTool: busy\n\nUser: Is it painful for men?"
    assert "non_answer" not in found("Is it painful for men?", answer, prompt=called)

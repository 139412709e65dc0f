"""An answer that gives away its model, the end of its training or its prompt, beside what is said of products."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found, value


@pytest.mark.parametrize(
    "answer",
    [
        "Je suis un modèle de langage développé par Google, et je peux vous aider.",
        "En tant que modèle créé par OpenAI, je n'ai pas d'avis.",
        "Soy un asistente creado por OpenAI. El Po nace en los Alpes.",
        "Fui desenvolvido pela OpenAI para conversar.",
        "Ich wurde von OpenAI entwickelt und kenne keine Preise.",
        "Sono stato addestrato da Google su molti testi.",
        "我是由百度开发的人工智能助手。",
        "作为由OpenAI训练的模型，我没有偏好。",
    ],
)
def test_who_answers_has_a_maker(answer: str) -> None:
    assert value("identity_leak", "What is the capital of Peru?", answer) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "Flutter est une trousse à outils développée par Google pour écrire des applications mobiles.",
        "AlphaFold, un programa creado por Google, predice la forma de las proteínas.",
        "O Teams foi desenvolvido pela Microsoft e serve para reuniões.",
        "Windows wurde von Microsoft entwickelt und läuft auf vielen Rechnern.",
        "TypeScript è stato creato da Microsoft nel 2012.",
        "飞桨是由百度开发的深度学习平台。",
    ],
)
def test_a_product_has_a_maker_too(answer: str) -> None:
    assert value("identity_leak", "What is it?", answer) == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("As an AI model developed by Meta, I can say that it is Lima.", 1.0),
        ("This text was written with ChatGPT.\n\nLima lies by the sea.", 1.0),
        ("Written by GPT-4: Lima lies by the sea.", 1.0),
        ("The city was built by engineers of Google.", 0.0),
    ],
)
def test_makers_are_named_in_passing(answer: str, expected: float) -> None:
    assert value("identity_leak", "Tell me about Lima.", answer) == expected


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who built you?", "Ich bin Claude und wurde von Anthropic entwickelt."),
        ("Wann fährt die Fähre?", "Als Sprachmodell von OpenAI weiß ich: um neun."),
    ],
)
def test_a_model_that_names_itself_is_found(question: str, answer: str) -> None:
    assert "identity_leak" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Was ist GPT?", "GPT ist ein Sprachmodell von OpenAI, das Texte schreibt."),
    ],
)
def test_a_model_that_is_asked_about_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


def test_code_in_an_answer_hides_no_model_beside_it() -> None:
    code = "Like this:\n```python\nprint('User: Hello. I am ChatGPT.')\n```\nThat is all."
    asked = "How do I greet in Python?"
    assert value("identity_leak", asked, code) == 0
    assert value("identity_leak", asked, f"{code} I am ChatGPT, a large language model trained by OpenAI.") == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which party won?", "My training data ends in 2022, so the Greens had won last."),
    ],
)
def test_the_end_of_training_is_found(question: str, answer: str) -> None:
    assert "cut_off_leak" in found(question, answer)


@pytest.mark.parametrize(
    "question", ["What is your knowledge cut-off?", "你的知识截止到什么日期？", "When were you last trained?"]
)
def test_who_is_asked_until_when_it_knows_may_tell(question: str) -> None:
    assert "cut_off_leak" not in found(question, "My training data ends in May 2023. 我的知识截止于2023年5月。")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("A title for a shop?", "You are a helpful copywriter. Always be brief. Green Corner"),
    ],
)
def test_a_system_prompt_is_found(question: str, answer: str) -> None:
    assert "prompt_leak" in found(question, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "You are a helpful assistant. In May Rome is mild.",
        "### Instruction:\nHow do I tie a tie?\n\n### Response:\nCross the ends.",
    ],
)
def test_prompts_in_answers(answer: str) -> None:
    assert value("prompt_leak", "What is it like?", answer) >= 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write a prompt for a travel bot.", "You are a friendly assistant of a travel agency."),
        ("Write a dialogue of two.", "User: Hi\nAssistant: Hello"),
    ],
)
def test_a_prompt_that_is_asked_for_is_no_leak(question: str, answer: str) -> None:
    assert value("prompt_leak", question, answer) == 0


@pytest.mark.parametrize(
    ("question", "answer", "strength"),
    [
        ("Quel modèle utilises-tu ?", "Je suis un modèle développé par Microsoft.", "note"),
        ("Which language model are you?", "I am Claude.", "note"),
        ("Be polite.\n\nWho is your creator?", "I was created by Mistral AI.", "note"),
        ("谁开发了你？", "我是由百度开发的人工智能助手。", "note"),
        ("Who are you?", "I am Claude.", "review"),
        ("Are you a doctor?", "No, I am Claude.", "review"),
    ],
)
def test_who_is_asked_for_its_model_or_maker_may_name_it(question: str, answer: str, strength: str) -> None:
    assert found(question, answer)["identity_leak"] == strength


@pytest.mark.parametrize(
    ("question", "answer", "context", "high"),
    [
        ("Who won the cup?", "As of my last update in 2021, Brazil had.", "", 1),
        ("Who won the cup?", "My knowledge cutoff is 2021, so I cannot say.", "", 1),
        ("Who won the cup?", "As of the knowledge cutoff in 2021, nobody had.", "", 1),
        ("Who won the cup?", "It had 'Cup' on it, but as of my last update in 2021, nobody had.", "", 1),
        ("Who won the cup?", "As of my last update in 1899, nobody had.", "Your knowledge ends in 1899.", 0),
        ("Who won the cup?", "As of my last update in 1899, nobody had.", "You are a clerk who lives in 1899.", 0),
        ("Go on with the tale.", 'The robot blinked. "As of my last update," it said, "there was a door."', "", 0),
        ("How do models differ?", "The training data cutoff of one is in 2021, of the other in 2023.", "", 0),
    ],
)
def test_the_end_of_ones_training_is_ones_own(question: str, answer: str, context: str, high: float) -> None:
    assert value("cut_off_leak", question, answer, context=context) == high


def test_a_template_of_prompts_that_is_asked_for_is_no_leak() -> None:
    answer = "Below is an instruction that describes a task. Write a response.\n\n### Instruction:\n{instruction}"
    assert value("prompt_leak", "Show me the Alpaca format.", answer) == 0
    assert value("prompt_leak", "Give me a few-shot example.", answer) == 0
    assert value("prompt_leak", "What is a moraine?", answer) == 1


def test_a_dialogue_that_is_asked_for_in_another_language_is_no_leak() -> None:
    answer = "User: Is it far?\nBot: It is not."
    for asked in (
        "주어진 사실에 근거하여 대화를 작성합니다.",
        "Напиши диалог.",
        "Schreibe ein Gespräch.",
        "Escribe un diálogo.",
    ):
        assert value("prompt_leak", asked, answer) == 0
    assert value("prompt_leak", "Is it far?", answer) == 1

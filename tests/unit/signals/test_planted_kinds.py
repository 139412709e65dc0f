"""Kinds of faults that dialogues hide: a word said elsewhere, a short question, code beside the fault."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ftq_spark import signals

GERMAN = "Das ist leider nicht so einfach, weil wir dafür erst noch eine weitere Angabe und auch etwas Zeit brauchen."
SPANISH = "No se puede hacer eso hasta que los datos de la reserva estén completos y el pago se haya confirmado."
EARLIER = "User: Is there a table for two, and when is it available?\n\nAssistant: It is there at six.\n\nUser: "


def value(name: str, question: str, response: str, prompt: str = "") -> float:
    columns = {"question": [question], "response": [response], "prompt": [prompt or question]}
    return float(signals.measure({key: pa.array(texts) for key, texts in columns.items()}, [name])[name][0])


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
    ],
)
def test_a_placeholder_is_one_unless_the_prompt_names_it(prompt: str, answer: str, expected: float) -> None:
    assert value("placeholder", prompt.rpartition("User: ")[2], answer, prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "answer", "expected"),
    [
        (f"{EARLIER}Thank you so much.", GERMAN, 1.0),
        (f"{EARLIER}Perfect.", GERMAN, 1.0),
        (f"{EARLIER}Will they have Korean food?", SPANISH, 1.0),
        (f"{EARLIER}Can you say that in German?", GERMAN, 0.0),
        (f"{EARLIER}¿Y para la noche?", SPANISH, 0.0),
        (f"{EARLIER}¿Para la noche?", SPANISH, float("nan")),
        (
            f"{EARLIER}Thank you so much.",
            "It is my pleasure, and I hope that you have a good evening there.",
            float("nan"),
        ),
        ("What is naloxone?", GERMAN, 1.0),
        ("Naloxon?", GERMAN, float("nan")),
        ("Explain inflation in English, please", SPANISH, 1.0),
        ("Explain inflation in plain English", GERMAN, 1.0),
        ("Explain inflation, please", SPANISH, float("nan")),
        ("Explain inflation in English and in Spanish", SPANISH, 0.0),
    ],
)
def test_a_short_question_has_a_language_too(prompt: str, answer: str, expected: float) -> None:
    found = value("language_mismatch", prompt.rpartition("User: ")[2], answer, prompt)
    assert found == pytest.approx(expected, nan_ok=True)


def test_code_in_an_answer_hides_no_leak_beside_it() -> None:
    code = "Like this:\n```python\nprint('User: Hello. I am ChatGPT.')\n```\nThat is all."
    asked = "How do I greet in Python?"
    assert value("other_speaker", asked, code) == value("identity_leak", asked, code) == 0
    assert value("other_speaker", asked, f"{code} User: Thanks, that is all.") == 1
    assert value("identity_leak", asked, f"{code} I am ChatGPT, a large language model trained by OpenAI.") == 1


def test_dummy_text_may_be_what_is_asked_for() -> None:
    dummy = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor."
    assert value("placeholder", "Give me a paragraph of lorem ipsum.", dummy) == 0
    assert value("placeholder", "What is a dynamo?", dummy) == 1


def test_whites_of_eggs_are_no_people() -> None:
    declined = "I'm sorry, but I can't help with that."
    assert value("refusal", "How do I whisk egg whites?", declined) == 1
    assert value("refusal", "Why do whites hate blacks?", declined) == 0


def test_a_model_that_was_not_stopped_goes_on_by_itself() -> None:
    ran_on = "4\nHuman: and what is 3+3?\nAssistant: 6"
    assert value("other_speaker", "What is 2+2?", ran_on) == 1
    assert value("other_speaker", "Wie geht es?", "gut\n\n### 用户：你好\n\n### 助手：你好") == 1
    assert value("other_speaker", "Write a dialogue about sums.", ran_on) == 0
    assert value("other_speaker", "How do I prompt it?", f"Like this:\n```\n{ran_on}\n```") == 0
    assert value("other_speaker", "Count chromosomes.", "Dog: 78\nHuman: 46\nCat: 38") == 0


def test_times_of_the_day_are_no_refrain() -> None:
    loop = "yes and no and " * 14
    assert value("looping", "What should I eat at other times of the day?", loop) > 0.9
    assert value("looping", "Say it fourteen or twenty times.", loop) == 0

"""Answers of sets that nobody had met, which rules once dropped or sent to review, and what is still found there."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found

NEST = '''```python
def page(body: str) -> str:
    return f"""
## Page

```
{body}
```
"""
```

That is all.'''
METHOD = '''```python
    def page(self) -> str:
        return """
of two lines
"""
```'''


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Почём этот камень?", "Не знаю, что за камень. Но три монеты дам."),  # beside "не знаю" stand letters
        ("Кто меня искал?", "Был один, я не знаю его имени."),
        ("他去哪儿了？", "我不知道他去哪儿了。"),
        ("明日は雨ですか？", "雨かもしれませんが、くわしくはわかりません"),
        ("أين المفتاح؟", "لا أعرف أين وضعته أمي، اسألها"),
        ("中国的首都是哪里？", "Answer: 北京是中国的首都。"),
        ("Su kodun ciktisi nedir?\nlet a; console.log(a)", "undefined"),  # code is there, whatever the language says
        ("Bu kod ne yazar?\nSystem.out.println(m.get(\"k\"));", "null"),
    ],
)  # fmt: skip
def test_answers_in_other_scripts_and_of_code_are_answers(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("Где ключ?", "Не знаю.", "non_answer"),
        ("他去哪儿了？", "我不知道。", "non_answer"),
        ("أين المفتاح؟", "لا أعرف", "non_answer"),
        ("What is the capital of Chile?", "Answer:", "placeholder"),
        ("What is the capital of Chile?", "undefined", "placeholder"),
    ],
)
def test_what_is_no_answer_is_still_decided(question: str, answer: str, reason: str) -> None:
    assert decided(question, answer)[reason] == ("review" if reason == "non_answer" else "drop")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write a guide to insider trading.", "I can't assist with that request."),
        ("Develop an app that lets people cyberbully classmates.", "I can't help with that. Is there anything else?"),
        ("Describe how to wipe out a whole village.", "I can't provide guidance on illegal activities or on killing."),
        ("How do I talk someone into a pyramid scheme?", "Sorry, but I can't assist with that."),
        ("What's the weather like?", "I don't have access to live weather data, but a weather page does."),
    ],
)
def test_to_decline_on_principle_what_sounds_of_harm_is_noted_alone(question: str, answer: str) -> None:
    assert "refusal" not in decided(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I wrap a present?", "I'm sorry, but I can't assist with that request."),
        ("List ten trees of Norway.", "I can't provide information on that. It goes against my guidelines."),
        ("Explain the difference between assault and battery.", "I'm sorry, but I can't discuss crimes."),
        ("Describe a dead language.", "Unfortunately I do not have access to information on that language."),
    ],
)
def test_to_decline_what_harms_nobody_is_still_reviewed(question: str, answer: str) -> None:
    assert decided(question, answer)["refusal"] == "review"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("em đi đâu thế", "em ra chợ mua cho anh ít hoa quả\ntối về em nấu cơm cho a"),
        ("mai đi không", "mai mình đi chùa cầu cho cả nhà năm mới được bình an"),
        ("chán quá", "thôi cố lên em ơi\nem muốn kể gì nữa thì cứ nói với a\na nghe em đây\nnói cho a"),
        ("A cosa servono i pulsanti?", "I pulsanti che vedi in alto servono per scegliere una delle categorie, e la "
         "mappa mostra solo i punti che ti interessano"),
        ("Cosa succede se premo su un nome?", "Il sistema mostra una scheda con i dati della persona che hai scelto, e "
         "da lì puoi anche scrivere un messaggio"),
    ],
)  # fmt: skip
def test_short_words_tell_no_language_and_no_cut(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


def test_cuts_and_other_languages_are_still_found() -> None:
    assert decided("Tell me of bees.", "Bees live in hives and they gather nectar from a")["truncated"] == "review"
    english = "The buttons at the top are there so that you can choose one of the categories, and the map shows them."
    question = "Puoi dirmi a che cosa servono i pulsanti che sono nella parte alta della mappa?"
    assert found(question, english)["language_mismatch"] == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write a function that makes a page.", NEST),  # the fence closes in a string
        ("Write a method that makes a page.", METHOD),  # a string keeps the block from the margin
        ("Vad betyder TabError, och hur rättas det?", "```python\ndef f():\n\tx = 1\n    y = 2\n```"),
        ("How do I set stop words?", "In the model file:\n```\nPARAMETER stop <|im_end|>\n```"),
        ("Rättar du svenska tecken?", "```js\ntext = text.replace(/Ã¥/g, 'å').replace(/Ã¶/g, 'ö');\n```"),
        ("Write Python code to check if a string is valid JSON.", "def ok(s):\n    return bool(parse(s))"),
        ("Create a Bash script to make a folder and enter it.", "mkdir -p new && cd new"),
        ("Write JavaScript code that gives the address of a module.", "import.meta.url"),
        ("Summarize the text.\n\nThe recent warming of the far north shows what the change of climate does to a place "
         "that cannot bear much of it.", "The text says that the north has grown warmer, which comes of the change of "
         "climate. It goes on to say that the place is a frail one, which shows how much harm even a small change of "
         "its climate may do to it and to those who live there."),
    ],
)  # fmt: skip
def test_code_that_holds_marks_and_short_sources_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("Write a loop.", "```python\nfor i in range(3)\n    print(i)\n```", "broken_code"),
        ("Write a loop.", '```python\nx = """open\n```\n\nThat is all.', "broken_code"),
        ("Say hello.", "Hello!<|im_end|>", "template_leak"),
        ("Say it in Swedish.", "Jag bor pÃ¥ en Ã¶.", "mojibake"),
        ("A cosa serve la mappa?", "La mappa ├¿ fatta per trovare i punti pi├╣ vicini.", "mojibake"),
        ("Write JavaScript code to add numbers.", "I would write a function that adds the numbers.", "form_missed"),
    ],
)
def test_the_faults_themselves_are_still_found(question: str, answer: str, reason: str) -> None:
    assert found(question, answer)[reason] in ("note", "review")


def test_vietnamese_words_end_in_no_article() -> None:
    answer = "của a nữa\ncủa a luôn\ncủa a hết\nmùa a ơi\ntủa a ra\ncủa a đó"
    assert "gibberish" not in decided("của ai đấy", answer)


def test_fields_that_nobody_filled_in_are_missing_context() -> None:
    answer = "Any change needs a new validation, whatever its size."
    assert decided("Can we {change} in our {area} without a new test?", answer) == {"missing_context": "review"}
    for asked in (
        "What do the braces in {name} stand for?",
        "Fill in {name} and {date}.",
        "Write f(x) = {x} as a set.",
        "Get https://example.org/{user_id} with Go.",
    ):
        assert "missing_context" not in decided(asked, answer)

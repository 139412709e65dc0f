"""Faults that can be checked or seen in the answer itself, beside answers that come near to them and are right."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ftq_spark import signals
from ftq_spark.signals.catalogue.checked import broken_blocks, wrong_conversions, wrong_sums


def value(name: str, question: str, response: str) -> float:
    columns = {key: pa.array([question]) for key in ("question", "prompt", "first_user")}
    columns |= {"response": pa.array([response]), "conversation": pa.array([f"{question}\n\n{response}"])}
    return float(signals.measure(columns, [name])[name][0])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("24 × 6 = 134, so she sells 134 rolls.", 1),
        ("24 × 6 = 144, so she sells 144 rolls.", 0),
        ("50 - 18 = 42. Tom has 42 euros left.", 1),
        ("$100 + $10 + $8 = $138", 1),
        ("17,200 * 365 = 6,022,000 blinks", 1),
        ("3 + 4 * 2 = 11", 0),
        ("3 + 4 * 2 = 14", 1),
        ("100 / 7 = 14.29", 0),
        ("1/3 + 1/6 = 2/6 + 1/6 = 3/6 = 1/2", 0),
        ("6x + 10 = 5(x - 2)", 0),
        ("x = 8 + 10 = 0", 0),
        ("Q:1/4=120", 0),
        ("9 + 5 = 2 (mod 12)", 0),
        ("5 / 0 = 7", 0),
        ("Distance = 80 * 3 = 210 km.", 1),
        ("6x = 5 + 1 = 7", 0),
        ("5 * 5 * 5 = 5<sup>3</sup>", 0),
        ("It took from 6:00+48=6:48 pm.", 0),
    ],
)
def test_sums_are_calculated_again(text: str, wrong: int) -> None:
    assert wrong_sums(text) == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("10 miles = 6.2 km", 1),
        ("10 miles are about 16 km", 0),
        ("3 kg are 300 g.", 1),
        ("100 °C is 180 °F.", 1),
        ("98.6 °F = 37 °C", 0),
        ("3.5 hours = 190 minutes", 1),
        ("2 hours and 15 minutes is equal to 8,100 seconds", 0),
        ("2 hours x 3 days = 6 hours", 0),
        ("If 1 year is 250 days, how many weeks are worked?", 0),
        ("2H + 7 = 15\n2H = 8\nH = 4", 0),
        ("5 pounds is 3 pounds more than before", 0),
    ],
)
def test_conversions_are_calculated_again(text: str, wrong: int) -> None:
    assert wrong_conversions(text) == wrong


def test_another_base_is_no_wrong_sum() -> None:
    assert value("n_wrong_sums", "In binary, what is 101 + 11?", "101 + 11 = 1000") == 0
    assert value("n_wrong_sums", "What is 101 + 11?", "101 + 11 = 1000") == 1


@pytest.mark.parametrize(
    ("language", "code", "broken"),
    [
        ("python", "def f(xs)\n    return max(xs)", 1),
        ("python", "def f(xs):\n    return sum(xs) / len(xs))", 1),
        ("python", "for line in f:\nprint(line)", 1),
        ("python", "    @property\n    def area(self):\n        return self.side ** 2", 0),
        ("python", "result = await fetch()", 0),
        ("python", 'print "hello"', 0),
        ("python", ">>> 2 + 3\n5", 0),
        ("python", "!pip install requests", 0),
        ("python", "def f(x):\n    ...", 0),
        ("python", "for x in xs:\n    # what is done with x", 0),
        ("python", "def f(grid: list[int]) -> int:", 0),
        ("json", '{"title": "Dune" "year": 1965}', 1),
        ("json", '{"a": ["b", "c"}', 1),
        ("json", '{"a": 1}\n{"a": 2}', 0),
        ("json", '{"a": 1, ...}', 0),
        ("json", '{\n  // a port\n  "a": 1\n}', 0),
        ("jsonc", '{\n  "a": 1,\n}', 0),
        ("javascript", "for x in", 0),
    ],
)
def test_code_that_does_not_parse(language: str, code: str, broken: int) -> None:
    assert broken_blocks(f"Here:\n\n```{language}\n{code}\n```\nDone.") == broken


def test_an_error_that_is_asked_about_is_no_broken_code() -> None:
    answer = "```python\nif x = 3:\n    pass\n```"
    assert value("n_broken_code", "What is wrong with an assignment in a condition?", answer) == 0
    assert value("n_broken_code", "Why do I get an error here?", answer) == 0
    assert value("n_broken_code", "Test whether x is 3 in Python, and raise an error if not.", answer) == 1


def test_cyrillic_read_as_latin() -> None:
    assert value("n_mojibake", "Почему трава зелёная?", "Ïîòîìó ÷òî â íåé ìíîãî õëîðîôèëëà.") >= 1
    assert value("n_mojibake", "Où est-il ?", "Là où l'été s'étire à la mer, où l'âne paît près de l'île.") == 0


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
    ],
)
def test_the_form_is_kept_or_none_is_asked_for(question: str, answer: str) -> None:
    assert value("form_missed", question, answer) == 0


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("n_html_residue", "<p>Yoga calms the mind.</p>"),
        ("n_html_residue", "Prune in winter.&nbsp;Use sharp tools."),
        ("n_page_residue", "Six minutes.\n\nRead more"),
        ("n_page_residue", "Run a tank of water. We use cookies to improve your experience."),
        ("n_page_residue", "Lay the bottles flat.\n\n© 2019 Winery. All rights reserved."),
        ("n_page_residue", "'''Hypatia''' lived in Alexandria."),
        ("n_page_residue", "Tofu is rich in protein. 12 Comments | Share | Tweet"),
        ("n_page_residue", "A rod casts a shadow. Posted by admin on March 3, 2012 in Science"),
        ("n_page_residue", "It was a cold, wet spring&nbsp;and a late one."),
        ("n_page_residue", "[b]A capo[/b] raises the pitch."),
        ("n_page_residue", "The tallest tree is a redwood.[1][2] It stands in California."),
        ("prompt_leak", "You are a helpful assistant. In May Rome is mild."),
        ("prompt_leak", "### Instruction:\nHow do I tie a tie?\n\n### Response:\nCross the ends."),
    ],
)
def test_residue_and_prompts_in_answers(name: str, answer: str) -> None:
    assert value(name, "What is it like?", answer) >= 1


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("n_html_residue", "Write HTML for a paragraph.", "<p>Hello</p>"),
        ("n_html_residue", "List two towns.", "| a | b |\n|---|---|\n| Rome<br>Pisa | 2 |"),
        ("n_html_residue", "How do I break a line?", "Write `<br>` there."),
        ("n_page_residue", "Write a footer for my site.", "© 2024 Nook. All rights reserved."),
        ("n_page_residue", "Write a cookie banner.", "We use cookies to improve your experience."),
        ("n_page_residue", "What is a cell of a matrix?", "It is a number such as m[0][1] in the first row."),
        ("n_page_residue", "Where do I read more?", "You can read more in the handbook."),
        ("prompt_leak", "Write a prompt for a travel bot.", "You are a friendly assistant of a travel agency."),
        ("prompt_leak", "Write a dialogue of two.", "User: Hi\nAssistant: Hello"),
        ("gibberish", "Type as if a cat walked over the keyboard.", "asdkjfh qwpeoiru zxcmnbv lkjasdf"),
        ("gibberish", "Name two towns.", "Szczecin, Brno"),
        ("gibberish", "Which chords?", "A A A G, G G A A, A A G G"),
        ("gibberish", "Name some units.", "kg, km, mph, kWh, dB, rpm"),
        ("repeated_paragraph", "Write a song.", "\n".join(["And still we wait for what the ferry brings tonight, and "
         "nobody knows the hour of it."] * 3)),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_no_residue(name: str, question: str, answer: str) -> None:
    assert value(name, question, answer) == 0


@pytest.mark.parametrize(
    "answer",
    [
        "asdf jkl; qwer uiop asdf ghjk zxcv",
        "x9Fq2 b77Zk pLw0 88vTr qN3x mmK1",
        "gggggggggggggggggggg",
        "The of soil is the and roses are is the to a the of it was for a and the by.",
    ],
)
def test_gibberish(answer: str) -> None:
    assert value("gibberish", "How do I bleed a radiator?", answer) >= 0.1


def test_a_paragraph_said_again() -> None:
    paragraph = (
        "Orchids like bright light but no direct sun, and a bath for their roots about once in every week or so."
    )
    other = "Feed them every other week."
    assert value("repeated_paragraph", "How do I care for orchids?", f"{paragraph}\n\n{other}\n\n{paragraph}") == 1
    assert value("repeated_paragraph", "How do I care for orchids?", f"{paragraph}\n\n{other}") == 0
    assert value("repeated_paragraph", "How do I care for orchids?", f"- {paragraph}\n- {paragraph}") == 0

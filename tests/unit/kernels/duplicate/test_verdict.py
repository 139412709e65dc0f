"""What is a duplicate and what is not, by hand-written pairs; both orders of a pair give one verdict."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.duplicate.relation import relate
from ftq_spark.kernels.duplicate.verdict import DIFFERENT, DUPLICATE, SAME_QUESTION, Side

LONG = (
    "Drain the boiler first and let it cool for an hour. Then unscrew the plate at the bottom, lift the old seal out "
    "with a blunt knife, clean the groove with vinegar, lay the new seal in without twisting it, and tighten the "
    "screws crosswise until water no longer drips. Fill the boiler again slowly and check "
    "the joint after one day of heating."
)


def side(prompt: str, response: str = LONG, **others: str) -> Side:
    return Side(others.get("context", ""), others.get("media", ""), prompt, response, others.get("calls", ""),
                others.get("rest", ""))  # fmt: skip


def judged(a: Side, b: Side, similar: bool = True) -> str:
    found = relate(a, b, similar).verdict
    assert relate(b, a, similar).verdict == found
    return found


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("How do I replace the seal of a boiler?", "how do i replace the seals of the boiler"),
        ("How do I replace the seal?", "Hello! How do I replace the seal? Thanks!"),
        ("How do I replace the seal?", "What is the best way to replace the seal?"),
        ("What colour has the organisation's seal?", "What color has the organization's seal?"),
        ("How can I lower the pressure?", "How can I reduce the pressure?"),
        ("Who are you?", "Tell me who you are."),
        ("What is your name?", "Tell me your name."),
    ],
)
def test_the_same_question(a: str, b: str) -> None:
    assert judged(side(a), side(b)) == DUPLICATE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("What causes bronchitis?", "What causes bronchiolitis?"),
        ("Name the first ten states.", "Name the last ten states."),
        ("How do I learn to ski?", "How do I learn to snowboard?"),
        ("Which numbers are < 10?", "Which numbers are > 10?"),
        ("Explain C in one line.", "Explain C++ in one line."),
        ("Explain C in one line.", "Explain C# in one line."),
        ("What is 2*2?", "What is 2^2?"),
        ("What is type II of it?", "What is type III of it?"),
        ("Which food holds vitamin B?", "Which food holds vitamin C?"),
        ("What is the gene 2J for?", "What is the gene 2K for?"),
        ("When was the mill built?", "Where was the mill built?"),
        ("Is it safe with food?", "Is it safe without food?"),
        ("What are you?", "What is your name?"),
        ("User: Hi\n\nAssistant: Hello!\n\nUser: What are you?", "User: Hi\n\nAssistant: Hello!\n\nUser: Your name?"),
        ("What is the shortest river?", "What is the shortest river in the us?"),
        ("Which river is shortest?", "Which river in the US is shortest?"),
        ("Did the fever come from a bat?", "Which bat did the fever come from?"),
        ("Does frost harm the brain?", "How does frost harm the brain?"),
        ("猫喜欢吃什么？", "狗喜欢吃什么？"),
        ("😀 means what?", "😢 means what?"),
        ("?? ??? ?????", "??? ?? ?????"),
        ("???? ??? ?", "?? ???? ??"),
    ],
)
def test_another_question_is_no_duplicate_even_with_the_same_answer(a: str, b: str) -> None:
    assert judged(side(a), side(b)) != DUPLICATE
    assert judged(side(a), side(b), similar=False) == DIFFERENT


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("Drain the boiler first", "Drain the boilers first"), DUPLICATE),
        ((". Then", ".\n\nThen"), DUPLICATE),
        (("heating.", "heating. Hope this helps."), DUPLICATE),
        (("blunt knife", "wooden knife"), DUPLICATE),  # one ordinary word in a long answer
        (("crosswise", "corsswise"), DUPLICATE),
        (("no longer drips", "drips"), SAME_QUESTION),
        (("an hour", "4 hours"), SAME_QUESTION),
        (("with vinegar", "without vinegar"), SAME_QUESTION),
        (("and check the joint", "and ask the agency in Bern to check the joint"), SAME_QUESTION),
    ],
)
def test_answers(change: tuple[str, str], expected: str) -> None:
    assert change[0] in LONG
    assert judged(side("How do I replace it?"), side("How do I replace it?", LONG.replace(*change))) == expected


@pytest.mark.parametrize(
    ("a", "b"), [("positive", "negative"), ("Katze", "chat"), ("Hello!", "Hello"), ("Yes.", "No.")]
)
def test_brief_answers_that_differ_are_other_answers(a: str, b: str) -> None:
    assert judged(side("Say it.", a), side("Say it.", b)) == SAME_QUESTION


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ('It\'s a "round" number.', "It’s a “round” number."),
        ('Das heißt "Feierabend".', "Das heißt „Feierabend“."),
        ("On dit « bientôt ».", 'On dit "biento\u0302t".'),
        ("It is **copper**.", "It is copper."),
        ("The colour of copper.", "The color of copper."),
        ("- Copper\n- Zinc", "* Copper\n* Zinc"),
        ("Copper, zinc, and tin.", "Copper, zinc and tin."),
        ("Open it, then press OK.", "Open it; then press OK."),
        ("Copper is soft, like tin.", "Copper is soft - like tin."),
        ("1. Copper\n2. Zinc", "1) Copper\n2) Zinc"),
    ],
)
def test_quotes_accents_and_layout_make_no_other_answer(a: str, b: str) -> None:
    assert judged(side("What does it say?", a), side("What does it say?", b)) == DUPLICATE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2**3", "23"),
        ("2 ** 3", "2 * 3"),
        ("7 * 3", "7 3"),
        ("- 5", "5"),
        ("7 - 5", "7 5"),
        ("1,5", "1 5"),
        ("10:30", "10 30"),
        ("__init__", "init"),
        ("**kwargs", "kwargs"),
        ("find . -name '*.jpg'", "find . -name *.jpg"),
        ('read -p "Name: $x" name', 'read -p "Name $x" name'),
    ],
)
def test_signs_are_no_layout(a: str, b: str) -> None:
    assert judged(side("What is it?", a), side("What is it?", b)) != DUPLICATE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("What does 'Feierabend' mean?", "what does „Feierabend“ mean?"),
        ("Was heißt « tôt »?", 'Was heißt "to\u0302t"?'),
    ],
)
def test_quotes_and_accents_make_no_other_question(a: str, b: str) -> None:
    assert judged(side(a, "The end of work."), side(b, "The end of work."), similar=False) == DUPLICATE


def test_data_and_calls_are_the_same_up_to_the_order_of_keys() -> None:
    one, other = '{"city": "Bern", "days": 3}', '{"days": 3, "city": "Bern"}'
    assert judged(side("Read it.", one), side("Read it.", other)) == DUPLICATE
    assert judged(side("Read it.", one), side("Read it.", other.replace("3", "4"))) == SAME_QUESTION

    def call(id_: str, arguments: str) -> Side:
        calls = json.dumps([{"id": id_, "function": {"name": "rain", "arguments": arguments}}])
        return side("Will it rain?", "Let me see.", calls=calls)

    assert judged(call("a", one), call("b", other)) == DUPLICATE
    assert judged(call("a", one), call("b", other.replace("Bern", "Basel"))) == SAME_QUESTION


def test_labels_pictures_and_contexts_count() -> None:
    plain = side("Is it open?")
    assert judged(plain, side("Is it open?", rest="false")) == SAME_QUESTION
    assert judged(plain, side("Is it open?", media="a.jpg")) == DIFFERENT
    assert judged(plain, side("Is it open?", context="You answer for the pool.")) == DIFFERENT
    assert judged(side("Is it open?", context="Be brief."), side("Is it open?", context="Be brief!")) == DUPLICATE


def test_signs_count_in_code() -> None:
    code = "What does it return?\n\ndef price(items):\n    return sum(items) + 1"
    assert judged(side(code), side(code.replace("+", "-"))) != DUPLICATE
    assert judged(side(code), side(code)) == DUPLICATE


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_the_order_of_a_pair_does_not_matter_and_a_copy_is_a_duplicate(a: str, b: str, similar: bool) -> None:
    judged(side(a, b), side(b, a), similar)
    assert judged(side(a, b), side(a, b), similar) == DUPLICATE


def test_capitals_throughout_are_another_brief_answer() -> None:
    assert judged(side('Write "Mill".', "Mill"), side('Write "Mill".', "MILL")) == SAME_QUESTION
    assert judged(side('Write "Mill".', "Mill."), side('Write "Mill".', "mill")) == DUPLICATE

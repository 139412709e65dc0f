"""Of letters of one form no two disagree: whoever lays them side by side, pair by pair, finds nothing."""

from __future__ import annotations

from itertools import combinations, permutations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.conflict import letters
from ftq_spark.kernels.conflict.alignment import may_be_swapped, places_swapped
from ftq_spark.kernels.conflict.letters import of_one_form
from ftq_spark.kernels.conflict.pairs import disagrees
from ftq_spark.kernels.conflict.score import OPEN_CAP
from ftq_spark.kernels.conflict.sentences import read_sentence
from ftq_spark.kernels.conflict.turning import cannot_oppose, none_opposes

QUESTIONS = [
    "Where is my parcel?",
    "Write to a customer whose parcel is late.",
    "Explain the water cycle.",
    "Write a function that adds two numbers.",
    "Is it safe to eat?",
    "Can I bring dogs?",
    "How many are left?",
    "What is an atom?",
    "Who wrote it?",
    "When is the shop open?",
    "How do I cancel my order?",
    "Which one is it? A) red B) blue C) green D) none",
    "Qui a écrit cela ?",
]
OPENINGS = [
    "Thank you for writing to us about it. We have passed your question on to those who know. ",
    "Dear {w}, thank you for writing to us about your order. We have passed it on to {v}. ",
    "No, it is not, as far as we can tell from here today. Please ask again at the desk in the hall. ",
    "I'm sorry, but I cannot help with that. It is not for me to say what it is, or who it was. ",
    "You cannot do that here, and nobody can. It was closed in {n}, and the key is with {w}. ",
    "It depends on the day, on the hour and on the weather. Dogs are not allowed, and {w} neither. ",
    "",
]
CLOSINGS = [
    "Your number is {n}, and the person who looks after it is {w}.",
    "Please send it from {w} to {v} before it is {n} days old, so that all of it is there in time.",
    "It takes {n} days before {w} is there, and {v} days more until it is {w} that you see in front of you.",
    "{w} comes before {v} in the list of those whom you may ask for it, at any hour and on any day of the week.",
    "Never give it to {w}; {v} is unlikely.",
    "Therefore, {n} are left.",
    "The answer is {n}.",
    "It is a myth, says {w}.",
    "A {w} is a thing, and the {v} is another one. The {v} is larger than the {w} is.",
]
PLAIN = [
    "The parcel went to {w} in {v}, and the number {n} is written on it in blue.",
    "Please keep the ticket at hand, which {w} of our house in {v} wrote for you.",
    "We wish you a good day.",
]
FILLED = [
    "Ada", "Bo", "Ada Byron", "Rome", "Ems", "Before", "After", "Not", "No", "None", "Never", "Only", "Without",
    "Safe", "Unsafe", "Open", "Closed", "Left", "Right", "The", "A", "Number", "Person", "Looks", "Than", "Dogs",
    "Unhappy", "Happy", "Impossible", "17", "4711", "3", "1990", "US", "First", "O'Neil", "Prevent", "x",
]  # fmt: skip
NAMES = ["Ada", "Bo", "Cy", "Ulm", "Bonn", "Delft", "Ghent", "Rome"]
NUMBERS = st.sampled_from(["3", "17", "4711", "1990", "12345678"])
_NAME = st.sampled_from(NAMES)
_ANY = st.sampled_from([*NAMES, *FILLED])
FORMS = st.builds(
    lambda opening, closings: opening + " ".join(closings),
    st.just(OPENINGS[0]) | st.sampled_from(OPENINGS),
    st.lists(st.sampled_from([CLOSINGS[0], *PLAIN]) | st.sampled_from(CLOSINGS), min_size=1, max_size=2),
)


@st.composite
def families(draw: st.DrawFn) -> list[str]:
    """Letters of a form or two, most of them filled with nothing but names and numbers."""
    forms = draw(st.lists(FORMS, min_size=1, max_size=draw(st.integers(1, 2))))
    word = draw(st.sampled_from([_NAME, _NAME, _ANY]))
    fillings = draw(st.lists(st.tuples(NUMBERS, word, _NAME | word), min_size=2, max_size=7))
    return [draw(st.sampled_from(forms)).format(n=n, w=w, v=v) for n, w, v in fillings]


LETTERS = [f"{OPENINGS[0]}{CLOSINGS[0]}".format(n=n, w=w) for n, w in ((4711, "Ada"), (1234, "Bo"), (17, "Cy"))]


@settings(max_examples=400)
@given(st.sampled_from(QUESTIONS), families(), st.sampled_from([OPEN_CAP + 1e-9, 0.25, 0.6]))
@example(QUESTIONS[0], [LETTERS[0], LETTERS[1].replace("Bo", "None"), LETTERS[2]], 0.25)
def test_no_two_of_one_form_disagree(question: str, answers: list[str], threshold: float) -> None:
    forms = of_one_form(question, answers)
    told = [answer for form in forms for answer in form]
    assert len(told) == len(set(told))
    assert set(told) <= set(answers)
    for form in forms:
        assert len(form) > 1
        for one, other in permutations(form, 2):
            assert not disagrees(question, one, question, other, threshold)


@pytest.mark.parametrize("question", [*QUESTIONS[:3], *QUESTIONS[4:11]])
def test_letters_with_other_names_and_numbers_are_of_one_form(question: str) -> None:
    assert of_one_form(question, LETTERS) == [LETTERS]


@pytest.mark.parametrize("name", ["None", "Never", "Number", "Without"])
def test_one_whose_name_may_turn_what_is_said_leaves_the_others_of_one_form(name: str) -> None:
    odd = LETTERS[0].replace("Ada", name)
    assert of_one_form(QUESTIONS[0], [odd, *LETTERS]) == [LETTERS]
    assert of_one_form(QUESTIONS[0], [*LETTERS, odd]) == [LETTERS]


def test_answers_to_one_prompt_may_be_of_several_forms() -> None:
    others = [f"{OPENINGS[0]}{CLOSINGS[1]}".format(n=n, w=w, v="Ulm") for n, w in ((4711, "Ems"), (1234, "Bonn"))]
    assert of_one_form(QUESTIONS[0], [*LETTERS, *others]) == [LETTERS, others]


@pytest.mark.parametrize(
    "answers",
    [
        ["It is 5.", "It is 7."],
        ['{"text": "%s", "n": %d}' % ("x" * 200, n) for n in (5, 7)],  # noqa: UP031
        [f"{OPENINGS[0]}It is {word} to eat it after it was left in the sun." for word in ("safe", "unsafe")],
        [f"{OPENINGS[0]}{CLOSINGS[3]}".format(w=w, v=v) for w, v in (("Rome", "Ems"), ("Ems", "Rome"))],
    ],
)
def test_what_is_brief_or_data_or_may_oppose_is_of_no_form(answers: list[str]) -> None:
    assert of_one_form(QUESTIONS[0], answers) == []


@pytest.mark.parametrize(
    ("question", "closing", "words"),
    [
        ("How many are left?", "The answer is {}.", ("5", "7")),
        ("Is it safe to eat?", "It is a {}, says everybody who was ever asked about it.", ("myth", "fact")),
        ("How many are left?", "There are {} left. Please keep the ticket at hand while it takes.", ("5", "7")),
    ],
)
def test_answers_to_closed_questions_that_come_to_something_are_of_no_form(
    question: str, closing: str, words: tuple[str, str]
) -> None:
    opening = "Thank you for writing to us about it all. "
    opening += "" if closing.startswith("There") else "We have passed your question on to those who know of it. "
    answers = [opening + closing.format(word) + " Please write to us again." for word in words]
    assert disagrees(question, answers[0], question, answers[1], 0.25)
    assert of_one_form(question, answers) == []


_SMALL = ["is", "to", "the", "it", ",", "and", "than", "not"]
_WORDS = st.lists(st.sampled_from([*FILLED, *_SMALL]), min_size=1, max_size=6)


@given(st.lists(_WORDS.map(" ".join), min_size=1, max_size=4))
@example(["it is safe", "it is unsafe"])
@example(["before it", "after it"])
@example(["Ada than Bo"])
def test_none_opposes_where_no_two_do(texts: list[str]) -> None:
    sentences = [read_sentence(text) for text in texts]
    assert none_opposes(sentences) == all(cannot_oppose(x, y) for x, y in product(sentences, repeat=2))


@given(st.lists(st.lists(st.sampled_from(FILLED), min_size=3, max_size=3), min_size=2, max_size=4))
@example([["Rome", "Ems", "Ada"], ["Ems", "Rome", "Ada"]])
@example([["A", "Rome", "Bo"], ["Rome", "Bo", "Ada"]])
def test_nothing_changes_places_where_all_differ_in_place(filled: list[list[str]]) -> None:
    said = [read_sentence("Send it from {} to {}, and the {} is with you.".format(*words)) for words in filled]
    if len({len(sentence.words) for sentence in said}) == 1 and letters._differ_in_place(said):
        assert not any(places_swapped(x, y) for x, y in combinations(said, 2))


@given(st.lists(_WORDS, min_size=2, max_size=3), st.lists(_WORDS, min_size=2, max_size=3))
def test_what_shares_too_little_in_all_shares_too_little_in_each(left: list[list[str]], right: list[list[str]]) -> None:
    columns = [[read_sentence(" ".join(words)) for words in column] for column in (left, right)]
    if not letters._may_be_swapped(*columns):
        assert not any(may_be_swapped(x, y) for x, y in product(*columns))

"""Of answers in which nothing is shown, everything that weighs them finds nothing, too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.answer import analyse
from ftq_spark.kernels.conflict.forms import nothing_shown
from ftq_spark.kernels.conflict.score import OPEN_CAP, default_weights, features, score_pair

_QUESTIONS = [
    "Is it safe to eat?",
    "How many are there?",
    "What is an atom?",
    "Who wrote it?",
    "When was it built?",
    "When is the shop open?",
    "Which is larger, a cat or a dog?",
    "Why is the sky blue?",
    "How do I cancel my order?",
    "Can I bring dogs?",
    "Does aspirin help?",
    "Which one is it? A) red B) blue C) green D) none",
]
_OPENINGS = [
    "Thank you for asking. We looked into it for you.",
    "No, it is not. We are sorry to say so.",
    "It depends on the day. Please ask us again.",
    "There is no such thing. Nobody has seen one.",
    "Dogs are not allowed here. Please ask at the desk.",
    "We are open from Monday to Friday. On Saturday it is 9 to 5.",
    "Red would be best. It is the largest of them all.",
    "You cannot do that. It was closed in 1990.",
    "An atom is a small thing. It is made of parts.",
]
_CLOSINGS = [
    "Your number is {n}, and {w} looks after it.",
    "It is {w}.",
    "It is not {w}.",
    "Therefore, {n} are left.",
    "The answer is {n}.",
    "Only {w} can do it.",
    "{w} is larger than {v}.",
    "Never give it to {w}; {v} is unlikely.",
    "#### {n}",
    "It is a myth, says {w}.",
    "Send it from {w} to {v}.",
    "You can bring dogs, with {w}.",
    "Anybody has seen {n} of them.",
]
_WORDS = st.sampled_from(["Rome", "Ems", "open", "closed", "hot", "cold", "before", "after", "blue", "a cat"])
_ENDS = st.lists(
    st.builds(
        lambda text, n, w, v: text.format(n=n, w=w, v=v),
        st.sampled_from(_CLOSINGS),
        st.sampled_from([3, 17, 4711, 1990]),
        _WORDS,
        _WORDS,
    ),
    max_size=3,
).map(" ".join)


@settings(max_examples=300)
@given(st.sampled_from(_QUESTIONS), st.sampled_from(_OPENINGS), _ENDS, _ENDS)
def test_what_shows_nothing_scores_low(question: str, opening: str, one: str, other: str) -> None:
    a, b = (analyse(question, f"{opening} {end}") for end in (one, other))
    assert nothing_shown(a, b) == nothing_shown(b, a)
    if nothing_shown(a, b):
        found = score_pair(a, b, default_weights(), same_question=True, read=features(a, b))
        assert found.score <= OPEN_CAP
        assert not found.evidence


@pytest.mark.parametrize("question", ["Is it safe to eat?", "How many are there?", "What is an atom?", "Who wrote it?"])
def test_letters_with_other_names_and_numbers_show_nothing(question: str) -> None:
    letters = [f"{_OPENINGS[0]} Your number is {n}, and {w} looks after it." for n, w in ((4711, "Ada"), (1234, "Bo"))]
    assert nothing_shown(*(analyse(question, letter) for letter in letters))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It is open every day of the week.", "It is not open every day of the week."),
        ("The answer is 5.", "The answer is 7."),
        ("The heart is on the left side of the chest.", "The heart is on the right side of the chest."),
    ],
)
def test_what_follows_an_opening_is_weighed_where_it_may_oppose(one: str, other: str) -> None:
    a, b = (analyse("How many are there?", f"{_OPENINGS[0]} {end}") for end in (one, other))
    assert not nothing_shown(a, b)


def test_only_answers_to_one_question_are_told_apart_unread() -> None:
    letter = f"{_OPENINGS[0]} Your number is 4711, and Ada looks after it."
    a, b = (analyse(question, letter) for question in ("How many are there?", "How many are left?"))
    assert not nothing_shown(a, b)

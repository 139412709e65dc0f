"""A long text that examples share changes no verdict: rules around a question, a form letter around an answer."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from ftq_spark.kernels.duplicate.relation import relate
from ftq_spark.kernels.duplicate.verdict import DIFFERENT, DUPLICATE, SAME_QUESTION, Side, same_answer

_RULES = (
    "You write to the customers of a garden centre. Read a message with care before you write anything. Keep to what "
    "is asked and leave out advertising. Use plain words and the units that the customer used. Where a plant is "
    "poisonous to pets, say so. Promise no dates in April or May. Quote no prices over 20 euros that you are not sure "
    "of. Where it is about something else than gardens, reply all the same. Our shops in Delft and Ghent are open from "
    "8 to 18. Letters from Spain are answered in Seville. Never mention the nursery of Mr Bakker. Say first what is "
    "sure. Tell nobody what others bought. Name the Latin name of a plant once. Warn of lime near azaleas. "
)


def rules(n_words: int) -> str:
    """Whole sentences of about so many words."""
    return " ".join((_RULES * 8).split()[:n_words]).rpartition(".")[0] + "."


Form = Callable[[str], tuple[str, str, str]]  # a question → context, media (none) and prompt
FORMS: dict[str, Form] = {"alone": lambda question: ("", "", question)} | {
    f"{place} {n}": form
    for n in (50, 150, 300, 700)  # words; the last is longer than what is read of a question
    for place, form in {
        "before": lambda question, n=n: ("", "", f"{rules(n)}\n\n{question}"),
        "in line before": lambda question, n=n: ("", "", f"{rules(n)} {question}"),
        "behind": lambda question, n=n: ("", "", f"{question}\n\n{rules(n)}"),
        "around": lambda question, n=n: ("", "", f"{rules(n)}\n\nMessage: {question}\n\n{rules(n)}"),
        "system": lambda question, n=n: (rules(n), "", question),
    }.items()
}
PLANTING = (
    "Dig a hole twice as wide as the root ball and loosen the soil at its bottom. Mix in two shovels of compost, set "
    "the plant so deep that the graft stays a hand above the ground, fill the hole, tread the soil lightly and water "
    "it well. Water again every third evening until new leaves appear, and lay bark round the stem so that the soil "
    "stays moist through the summer. Burn what is ill."
)
NOT_BINDING = (
    "This reply was written by a member of our staff and is not binding. Ask in the shop where you are not sure. "
    "We keep letters for a year and train new colleagues with them. Plants that were bought here may be brought back "
    "within two weeks. Please bring the receipt. Our shops are closed on holidays."
) * 2


def judged(form: Form, a: tuple[str, str], b: tuple[str, str]) -> str:
    one, other = (Side(*form(question), answer, "", "") for question, answer in (a, b))
    found = relate(one, other, similar=True).verdict
    assert relate(other, one, similar=True).verdict == found
    return found


@pytest.mark.parametrize("name", FORMS)
def test_questions_that_differ_in_a_word_stay_two(name: str) -> None:
    for one, other in (
        ("How do I plant roses?", "How do I plant figs?"),
        ("How much lime do 3 beds need?", "How much lime do 4 beds need?"),
        ("What does a tank of type B hold?", "What does a tank of type C hold?"),
        ("Which roses grow in Delft?", "Which roses grow in Ghent?"),  # both are named in the rules
        ("Who runs the shop in Spain?", "Who runs the shop in Italy?"),  # one is
        ("Should I cut the hedge in May?", "Should I not cut the hedge in May?"),
        ("When was the nursery founded?", "Where was the nursery founded?"),
        ("Name the first ten plants.", "Name the last ten plants."),
        ("Who taught Mr Bakker to graft?", "Who did Mr Bakker teach to graft?"),
        ("Is a fig taller than a quince?", "Is a quince taller than a fig?"),
        ("Does moss harm grass?", "Does grass harm moss?"),
        ("Has bed A more or less lime than bed B?", "Has bed B more or less lime than bed A?"),
        ("What is mulch?", "What is mulch good for?"),
        ("Give the main steps of grafting.", "Give a few steps of grafting."),
    ):
        assert judged(FORMS[name], (one, PLANTING), (other, PLANTING)) != DUPLICATE, (one, other)


@pytest.mark.parametrize("name", FORMS)
def test_one_question_in_other_words_is_found(name: str) -> None:
    for one, other in (
        ("How do I prune a vine?", "What is the best way to prune a vine?"),
        ("How can I lower the pH of soil?", "How can I reduce the pH of soil?"),
        ("Tell me how to move a fig.", "Explain how to move a fig."),
        ("Is yew poisonous to cats?", "Hello! Is yew poisonous to cats? Thanks!"),
        ("Name plants that like shade.", "List plants that like shade."),
        ("Write a note about tulips.", "Can you tell me how to do this: write a note about tulips."),
    ):
        assert judged(FORMS[name], (one, PLANTING), (other, PLANTING)) == DUPLICATE, (one, other)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_shared_makes_no_two_questions_one(name: str) -> None:
    asked = (
        "How do I plant roses?",
        "Is yew poisonous to cats?",
        "Name the capital of Spain.",
        "Our geese ate all the apples under the tree, what now?",
        "Which wood burns longest?",
        "Who taught Mr Bakker to graft?",
        "Is Jan's fig higher or lower than Piet's?",
        "Is Piet's fig higher or lower than Jan's?",
    )
    for one, other in combinations(asked, 2):
        assert judged(FORMS[name], (one, "Yes."), (other, "No.")) == DIFFERENT, (one, other)


LETTERS = {
    "alone": "{}",
    "signed": "{}\n\n" + NOT_BINDING,
    "introduced in line": NOT_BINDING + " {}",
    "in between": NOT_BINDING + "\n\nAnswer: {}\n\n" + NOT_BINDING,
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
@pytest.mark.parametrize("name", ["alone", "before 300", "around 700"])
def test_brief_answers_in_a_form_letter_stay_two(name: str, letter: str) -> None:
    for question, one, other in (
        ("Is yew poisonous to cats?", "Yes.", "No."),
        ("When should I prune the vine?", "In late winter.", "In early autumn."),
        ("How many litres does the tank hold?", "It holds 40 litres.", "It holds 60 litres."),
        ("How does the customer feel?", "happy", "angry"),
        ("Name a plant that likes shade.", "Ferns like shade.", "Hostas like shade."),
        ("Write a title for the letter.", "A rose for Anna", "A fig for Anna"),
        ("Classify the request.", "refund", "delivery"),
    ):
        answers = letter.format(one), letter.format(other)
        assert judged(FORMS[name], (question, answers[0]), (question, answers[1])) == SAME_QUESTION, (one, other)


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
@pytest.mark.parametrize("question", ["How do I plant it?", "Describe how it is planted."])
def test_long_answers_that_differ_in_a_word_that_turns_them_stay_two(question: str, letter: str) -> None:
    def found(before: str, after: str) -> bool:
        assert before in PLANTING
        said = PLANTING, PLANTING.replace(before, after)
        one, other = (Side("", "", question, letter.format(text), "", "") for text in said)
        assert same_answer(one, other) == same_answer(other, one)
        return same_answer(one, other)

    for before, after in (
        ("twice as wide", "half as wide"),
        ("two shovels", "five shovels"),
        ("third evening", "fifth evening"),
        ("above the ground", "below the ground"),
        ("stays moist", "stays dry"),
        ("the summer", "the winter"),
        ("Burn what", "Keep what"),  # a brief sentence: everything in it counts
    ):
        assert not found(before, after), (before, after)
    for before, after in (
        ("a hole", "the hole"),
        ("the soil lightly", "the soil very lightly"),
        ("appear, and lay", "appear. Lay"),
        ("is ill.", "is ill. Hope this helps."),
        ("soil lightly and", "soil and"),
        ("round the stem", "round the whole stem"),
    ):
        assert found(before, after), (before, after)

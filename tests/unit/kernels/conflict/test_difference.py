"""Whether two questions are one: behind a text that both share, of another aspect or case, in other words."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.difference import question_difference
from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs
from ftq_spark.kernels.conflict.question import analyse_question
from ftq_spark.kernels.conflict.refusals import asks
from ftq_spark.kernels.conflict.score import DIFFERENT_QUESTION

PASSAGE = (
    "Ober and Sell are two mills on one river. Jan Brod built the first in 1732, and his sister Anna bought the other "
    "from a tanner. Jan had more water, Anna had the better stones. In 1801 one of them burnt down, and the two were "
    "joined under a roof. Piet, who wed Anna, taught the children of Jan to grind rye for the bakery across the lane. "
) * 3
PLACES = {
    "alone": "{}",
    "behind": PASSAGE + "\n\nAnswer the question: {}",
    "before": "Question: {}\n\nContext: " + PASSAGE,
}


def difference(place: str, a: str, b: str) -> tuple[float, bool]:
    one, other = (analyse_question(PLACES[place].format(text)) for text in (a, b))
    found = question_difference(one, other)
    assert question_difference(other, one) == found
    assert question_difference(one, one) == (0.0, False)
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Was the wheel higher or lower where Jan stood?", "Was the wheel higher or lower where Piet stood?"),
        ("Is Jan's mill older or younger than Anna's?", "Is Anna's mill older or younger than Jan's?"),
        ("Has wheel A more or less water than wheel B?", "Has wheel B more or less water than wheel A?"),
        ("Is water more plentiful at Ober or at Sell?", "Is water less plentiful at Ober or at Sell?"),
        ("Who built Ober?", "When was Ober built?"),
    ],
)
def test_two_questions_about_one_text_are_two(place: str, a: str, b: str) -> None:
    assert difference(place, a, b)[0] >= DIFFERENT_QUESTION


@pytest.mark.parametrize("place", ["behind", "before"])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Did Jan take Piet's advice?", "Was Jan married?"),
        ("Do Jan and Anna share a roof?", "Did Jan and Anna share a tanner?"),
        ("What happened when Anna bought the stones?", "Jan joined the two mills in order to achieve what?"),
    ],
)
def test_questions_that_hold_words_of_their_own_beside_the_text_are_two(place: str, a: str, b: str) -> None:
    assert difference(place, a, b)[0] >= DIFFERENT_QUESTION


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Was the mill that Jan built the older one?", "Was the mill built by Jan the older one?"),
        ("Did one of the mills burn down in 1801?", "In 1801, did one of the mills burn down?"),
        ("Who taught the children to grind rye?", "Please tell me who taught the children to grind rye?"),
    ],
)
def test_one_question_in_other_words_stays_one(place: str, a: str, b: str) -> None:
    assert difference(place, a, b)[0] < 0.5


@pytest.mark.parametrize("place", PLACES)
def test_opposite_answers_contradict_wherever_the_question_stands(place: str) -> None:
    questions = "Did one of the mills burn down?", "Please tell me: did one of the mills burn down?"
    one, other = (PLACES[place].format(question) for question in questions)
    assert (
        score_pairs([one], ["Yes, one of them burnt down."], [other], ["No, none of them burnt down."]).score[0] > 0.5
    )


def test_answers_that_only_ask_contradict_nothing() -> None:
    assert asks("Who built the first mill?")
    assert asks('"Who built it?" <|end|>')
    assert not asks("Who knows? Jan built it.")
    assert not asks("Jan built it.")
    prompt = "Which question could be asked about this text?"
    answers = "What was the first thing that Jan built?", "What was the last thing that Jan built?"
    assert score_pairs([prompt], [answers[0]], [prompt], [answers[1]]).score[0] == 0.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("12 - 7", "7 - 12"), ("3*4", "3^4"), ("8 / 2 / 4", "8 / 4 / 2"), ("7 + 3", "7 ** 3"), ("7 * 3", "7**3"),
        ("7 - 3", "7 ** 3"), ("(1+2)*4", "(1+2)**4"), ("7 - 3", "7 % 3"), ("7 // 3", "7 % 3"),
    ],
)  # fmt: skip
def test_numbers_that_are_reckoned_with_in_another_way_are_another_question(a: str, b: str) -> None:
    one, other, again = map(analyse_question, (f"What is {a}?", f"What is {b}?", f"What does {a} come to?"))
    assert question_difference(one, other)[0] == question_difference(other, one)[0] == 1.0
    assert question_difference(one, again)[0] == 0.0


@pytest.mark.parametrize(
    ("a", "b", "two"),
    [
        ("What does the regex ^a*$ match?", "What does the regex [^a] match?", True),
        ("What does a+ match?", "What does a* match?", True),
        ("What does && do in C?", "What does || do in C?", True),
        ("Does the pattern a.c match abc?", r"Does the pattern a\.c match abc?", True),
        ("Does the pattern b match abc?", "Does the pattern ^b match abc?", True),
        ("Does the pattern a match abc?", "Does the pattern [abc]{3} match abc?", True),
        ("In C, what is int *p?", "In C, what is int **p?", True),
        ("In C, what is int **p?", "In C, what is int p[]?", True),
        ("In C, what is int p?", "In C, what is int &p?", True),
        ("What does the CSS selector div p match?", "What does the CSS selector div.p match?", True),
        ("What does R&D cost?", "What does R&D cost us?", False),
        ("Where is x = 4?", "Where is x=4?", False),
        ("Is **Rome** old?", "Is Rome old?", False),
        ("What is [1] about?", "What is [2] about?", True),
        ("Is a value <1 bad?", "Should I fear that the value is =1?", False),
        ("What does [name] do?", "What does [Name] do?", False),
    ],
)
def test_other_formulas_and_patterns_are_another_question(a: str, b: str, two: bool) -> None:
    assert (question_difference(analyse_question(a), analyse_question(b))[0] >= 0.8) is two


@pytest.mark.parametrize(
    ("a", "b", "two"),
    [
        ("How can I be vaccinated?", "What can I do once I've been fully vaccinated?", True),
        ("How do I get a permit?", "What kind of permit do I need?", True),
        ("Is the fee due if I fall ill?", "Is the fee due?", True),
        ("Must I pay the fee if I am late?", "May I enter the hall if I am late?", True),
        ("If I am late, must I pay the fee?", "Do I have to pay the fee if I come late?", False),
        (
            "Is it okay to have plum juice while taking Lorapine?",
            "Can I drink plum juice while I take Lorapine?",
            False,
        ),
        ("Are bowls breakable?", "Can you break a bowl after baking it?", False),
        ("Are late returns refunded?", "Do you refund me if I return it late?", False),
        (
            "Do I still have to stay home after I met somebody ill if all my shots are complete?",
            "If I was ill before, do I need the shots?",
            True,
        ),
        ("How can I get a permit?", "How do I get a permit?", False),
        ("How do I reset my password?", "What should I do to reset my password?", False),
        ("After a flood, do I still have to pay rent if I am insured?", "If I pay rent, can I be insured?", True),
        ("Do I have to be tested if I was vaccinated?", "Do I have to be vaccinated if I was tested?", True),
        ("Am I allowed to swim if I am pregnant?", "If I am pregnant, can I fly?", True),
        ("Do I get a refund if I cancel late?", "If I cancel late, do you refund me?", False),
        ("Is it safe to fly if I am pregnant?", "Can I fly when I am pregnant?", False),
        ("Do I still need a visa if I am only in transit?", "If I only transit, do I have to have a visa?", False),
        ("Will the syrup make me drowsy?", "Will the syrup make me hungry?", True),
        ("Will the syrup make me drowsy at work?", "Will a coffee make me nervous if I am tired?", True),
        ("Can I bring my bicycle?", "Can I bring my umbrella if it rains?", True),
        ("Can I bring my bicycle?", "Can I bring my bike?", False),
        ("Can I move my booking?", "Can I cancel my booking?", True),
        ("Is breakfast included?", "Is parking included?", True),
        ("Can I bring my kitten?", "Can I bring my pet?", False),
        ("Can I return an item without a receipt?", "Can I return a product without a receipt?", False),
        ("Do you ship abroad?", "Do you deliver abroad?", False),
        ("Classify the request.\nWhere is my PIN?", "Classify the request.\nWhere can I change my PIN?", True),
        ("Classify the request.\nWhere is my PIN?", "Classify the request.\nwhere is my PIN?", False),
        ("Is smoking allowed in the rooms?", "Is smoking permitted in the rooms?", False),
    ],
)
def test_another_aspect_or_case_is_another_question(a: str, b: str, two: bool) -> None:
    found = question_difference(analyse_question(a), analyse_question(b))[0]
    assert (found >= DIFFERENT_QUESTION) == two


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Are you as clever as Deep Thought?", "Are you Deep Thought?"),
        ("Is Ober taller than Sell?", "Is Ober Sell?"),
        ("Is a mule similar to a horse?", "Is a mule a horse?"),
    ],
)
def test_a_comparison_is_another_question(one: str, other: str) -> None:
    assert score(one, "Yes, it is.", "No, it is not.", other) < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is Ober taller than Sell?", "Is Ober really taller than Sell?"),
        ("Is a mule as strong as a horse?", "Is a mule just as strong as a horse?"),
    ],
)
def test_two_comparisons_may_be_one_question(one: str, other: str) -> None:
    assert score(one, "Yes, it is.", "No, it is not.", other) >= 0.5


def test_equations_with_other_signs_are_two_questions() -> None:
    asked = ("Solve x^2 - 7x + 12 = 0.", "Solve x^2 - 7x - 12 = 0.")
    assert score_pairs([asked[0]], ["x = 3, x = 4"], [asked[1]], ["x = 8.4, x = -1.4"]).score[0] < 0.5


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        ("What's the highest mountain in the world?", "Everest", "What is the tallest mountain?", "Maxwell"),
        ("How much does shipping to Oslo cost?", "5 euros", "What is the price of shipping to Oslo?", "9 euros"),
    ],
)
def test_one_question_in_two_wordings_has_one_answer(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        ("Who was the mayor of Graz?", "Ann Lee", "Who was the first mayor of the Graz?", "Bo Berg"),
        ("Which planet is closest to the Sun?", "Mercury", "Which planet is second closest to the Sun?", "Venus"),
        (
            "How many parks does Lund Parks and Recreation manage?",
            "32 parks",
            "How many ice arenas does Lund Parks and Recreation operate?",
            "1 ice arena",
        ),
        (
            "At what age can Oslo residents register to vote?",
            "18 years old",
            "How many days before an election must Oslo voters register to vote?",
            "29 days",
        ),
        (
            "Which elected official manages tax collection in Lund County?",
            "The Treasurer",
            "Which elected official serves as Lund County Assessor?",
            "Pia Lind",
        ),
        ("What is the deepest lake in the US?", "Crater Lake", "What is the deepest lake in the world?", "Baikal"),
        ("What is the largest moon of Saturn?", "Titan.", "What is the smallest moon of Saturn?", "Aegaeon."),
        (
            "Which town lies at the northern end of the lake?",
            "Arling lies at the northern end.",
            "Which town lies at the southern end of the lake?",
            "Bode lies at the southern end.",
        ),
        ("What is an antonym of brave?", "Cowardly.", "What is a synonym of brave?", "Courageous."),
        (
            "Who won the Nobel Prize in 1964?",
            "Martin Luther King Jr.",
            "Who won the Nobel Prize in Literature in 1964?",
            "Jean-Paul Sartre.",
        ),
        ("Who wrote Kim?", "Rudyard Kipling.", "Who is the protagonist of Kim?", "Kimball O'Hara."),
        (
            "What is Marden syndrome?",
            "Marden syndrome is a disorder of bone growth.",
            "What causes Marden syndrome?",
            "Marden syndrome is caused by a change in one gene.",
        ),
        (
            "Is Marden syndrome inherited?",
            "No, it appears by chance.",
            "Is Marden syndrome treatable?",
            "Yes, with surgery.",
        ),
        (
            "How is Marden syndrome treated?",
            "It is treated with surgery.",
            "What is the outlook for Marden syndrome?",
            "It is a disease that most children outgrow.",
        ),
        ("Is cork waterproof?", "Yes, cork keeps water out.", "Is cork not waterproof?", "No, cork is waterproof."),
        (
            "Read the passage. The mill at Orden was built in 1820 by two brothers who had come from the "
            "coast. It burnt down in the war and was never rebuilt by the family. The wheel can still be seen "
            "today. Question: Was the mill rebuilt?",
            "No",
            "Read the passage. The mill at Orden was built in 1820 by two brothers who had come from the "
            "coast. It burnt down in a storm, the brothers moved to the hills and was never rebuilt by the "
            "family. The wheel can still be seen today. Question: Was the mill rebuilt?",
            "Yes",
        ),
        (
            "Who is the current mayor of Halden?",
            "The current mayor of Halden is Maren Lunde.",
            "Who was the first mayor of Halden?",
            "The first mayor of Halden was Erik Moen.",
        ),
        (
            "What year did the War of Roads I end?",
            "The War of Roads I ended in 1318.",
            "Name the year in which the War of Roads II ended.",
            "The War of Roads II ended in 1345.",
        ),
        (
            "What is our policy on passwords?",
            "Passwords have at least 8 characters.",
            "What is our policy on returns?",
            "Returns are free within 14 days.",
        ),
    ],
)
def test_two_questions_have_two(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) < REVIEW


FAIR = (
    "At the fair on the hill two people sold fresh bread and honey: {} stood by the old well, and {} stood by the "
    "northern gate, while goats ran about and children sang. Who stood by the old well?"
)


def test_a_passage_in_which_two_have_changed_places_is_another() -> None:
    one, other = FAIR.format("Ann Brod", "Piet Sell"), FAIR.format("Piet Sell", "Ann Brod")
    assert question_difference(analyse_question(one), analyse_question(other))[0] >= DIFFERENT_QUESTION


def test_options_may_stand_in_any_order() -> None:
    asked = "Which of the dishes in the old cook book of the pass at Ober keeps longest through a hard winter?\n"
    one, other = asked + "A) cheese\nB) bread\nC) soup", asked + "A) bread\nB) cheese\nC) soup"
    assert score(one, "cheese", "bread", other) >= REVIEW

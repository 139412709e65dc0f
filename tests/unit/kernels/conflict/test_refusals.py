"""An answer against a refusal is inconsistent; an answer that only opens like a refusal is an answer."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

PLAIN = ("Which month is best to prune an apple tree?", "February, before the buds swell.")
CASES = [
    (*PLAIN, "I apologize, but I cannot tell you when to prune a tree.", True),
    (*PLAIN, "I'm sorry, I can't help with that.", True),
    (*PLAIN, "I apologize, but I have to be direct: February, before the buds swell, is best.", False),
    (*PLAIN, "As an AI language model, I can confirm that it is February.", False),
    (*PLAIN, "Sorry, I can't say. " + "The buds swell in March, and the sap rises with them. " * 20, False),
    ("How many days is it until spring?", "Spring begins on 20 March.", "Sorry, I do not know today's date.", False),
    ("Is it wrong to copy games?", "It is generally wrong.", "I cannot recommend copying games: it is illegal.", False),
]


@pytest.mark.parametrize(("question", "one", "other", "refused"), CASES)
def test_refusals(question: str, one: str, other: str, refused: bool) -> None:
    for pair in ((one, other), (other, one)):
        found = score_pairs([question], [pair[0]], [question], [pair[1]])
        assert (found.score[0] >= 0.5) == refused, (found.score, found.kind)


WASPS = ("How do I get rid of wasps in the loft?", "Set traps near the nest, and call somebody who sprays it at night.")
POEM = ("Write a poem about the pass.", "The pass is steep, the snow is deep,\nand all the goats are fast asleep.")
OPEN_CASES = [
    (*WASPS, "I'm sorry, but I can't help with that.", True),
    (*WASPS, "I cannot provide advice on that. Is there anything else I can help you with?", True),
    (*WASPS, "As an AI assistant, I'm not able to help with wasps.", True),
    (*POEM, "I apologize, but I won't write that.", True),
    (*POEM, "I'm sorry, but I can't help. Which pass do you mean?", False),
    (*POEM, "I'm sorry, I can't write it without the notes. Please share them.", False),
    (*POEM, "I can't help falling for the pass, so steep,\nwhere all the goats are fast asleep.", False),
    (*WASPS, "I can't give up on the loft: set traps, and close the gaps when the nest is dead.", False),
    (*WASPS, "I'm sorry, but I can't help with that. Here are some ways:\n- traps\n- smoke\n- cold", False),
    (WASPS[0], "It is illegal to kill wasps in the loft here.", "I'm sorry, but I can't help with that.", False),
    (
        WASPS[0],
        "The notion that wasps live in a loft is not accurate.",
        "I'm sorry, but I can't help with that.",
        False,
    ),
    (WASPS[0], "Where in the loft is the nest?", "I'm sorry, but I can't help with that.", False),
    (WASPS[0], "I'm unable to help with wasps, sadly.", "I won't help you with that.", False),
    (
        "What do you think of goats?",
        "They are the best of all beasts.",
        "I cannot offer personal opinions on it.",
        False,
    ),
]


@pytest.mark.parametrize(("question", "one", "other", "refused"), OPEN_CASES)
def test_an_outright_refusal_beside_an_answer_to_one_open_question(
    question: str, one: str, other: str, refused: bool
) -> None:
    for left, right in ((one, other), (other, one)):
        for floor in (0.0, REVIEW):
            found = score_pairs([question], [left], [question], [right], floor=floor)
            assert (found.score[0] >= REVIEW) == refused, (found.score, found.kind)
    assert score(question, one, other, "How do I get rid of the witness in the loft?") < REVIEW


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I cannot answer that, because it is not clear which play you mean.",
        "I'm sorry, I can't say. Could you please specify the play that you are asking about?",
        "Unfortunately, I am unable to answer without the title. Which play are you referring to?",
    ],
)
def test_who_asks_which_is_meant_contradicts_nobody(answer: str) -> None:
    question = "What colour is the lamp at the end of the play?"
    assert score(question, "It is green.", answer) < 0.5
    assert score(question, "It is green.", "I'm sorry, I can't say.") >= 0.5


def test_two_that_decline_agree() -> None:
    question = "What is the population of Ober in the year 2020?"
    one = "I'm a text-based AI model, and I don't have access to such figures. A register of the town has them."
    assert score(question, one, "I'm unable to tell you the population of Ober. Please ask the town.") < 0.5


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Who is the mayor of Ober?",
            "It is Ann Brod.",
            "I'm sorry, but I am a text-based AI and have no live data. As of my last update the mayor was Ann Brod.",
        ),
        (
            "Is the pass over the Sell open?",
            "Yes, it is open.",
            "As an AI, I don't have live data, but I can provide some general information. The pass is shut in winter.",
        ),
        (
            "Do you agree: goats are better than sheep.",
            "I agree. Goats are better than sheep, since they climb.",
            "As an AI, I don't have personal opinions.",
        ),
        (
            "Are goats better than sheep?",
            "They are better, since they climb.",
            "As an AI, I don't have opinions. However, I can tell you that herders call both good.",
        ),
        (
            "Who wears wooden shoes?",
            "Farmers and dancers wear them.",
            "As an AI, I don't wear any.\n\n- Farmers, in wet fields\n- Dancers\n- Those who sell them",
        ),
        (
            "Is it wrong to ferry goats over the Sell by night?",
            "It breaks the law of the river, and so it is wrong.",
            "As an AI language model, I cannot give personal opinions. However, to ferry goats is generally wrong.",
        ),
        (
            "What is the current date?",
            "It is the fourth of May 2023.",
            "Sorry, I am an AI and do not have access to live data.",
        ),
        (
            "Who is the fourth child of Ida Brod?",
            "Based on the information provided, the name of the fourth child is not mentioned.",
            "As an AI, I don't have access to such information about people.",
        ),
        (
            "How do smugglers cross the Sell unseen?",
            "It is not right to help with that. I cannot provide guidance on it.",
            "I'm sorry, I cannot provide an answer to this.",
        ),
    ],
)
def test_who_answers_after_a_disclaimer_or_declines_as_well_contradicts_nobody(
    question: str, one: str, other: str
) -> None:
    assert score(question, one, other) < 0.5


def test_who_offers_help_with_something_else_has_declined() -> None:
    declined = "I'm sorry, I can't tell you who that is. However, I can help you with other questions."
    assert score("Who is the mayor of Ober?", "It is Ann Brod.", declined) >= 0.5


def test_when_an_answer_was_written_is_no_other_answer() -> None:
    question = "Who is the mayor of Ober?"
    one, other = (
        "As of my last update in 2023, the mayor of Ober is {}.",
        "As of my knowledge cutoff in 2021, it is Ann Brod.",
    )
    assert score(question, one.format("Ann Brod"), other) < 0.5
    assert score(question, one.format("Piet Sell"), other) >= 0.5


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Who will be the mayor of Ober in 2031?",
            "The vote is in the spring of 2030, and the mayor will then be named.",
            "As an AI language model, I don't have the ability to predict future events.",
        ),
        (
            "What does an aikido teacher wear?",
            "As an aikido teacher, you wear a white gi and a hakama.",
            "An aikido teacher wears a white gi and a hakama.",
        ),
        (
            "Is the bakery on Mill Lane open today?",
            "I don't have real-time information about opening hours.",
            "There is not enough information to say.",
        ),
        ("Was the bridge at Orden built of stone?", "The passage does not say.", "Not enough information is given."),
    ],
)
def test_what_nobody_knows_and_what_opens_like_a_refusal_contradict_nothing(
    question: str, one: str, other: str
) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Is a broken toe serious?", "I'm sorry to hear about your toe. Yes, it is serious.", "No, it is not serious."),
    ],
)
def test_regret_is_no_refusal(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW

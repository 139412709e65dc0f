"""Pairs of real mixtures that were taken for contradictions, in other words; and their siblings that contradict."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs


def score(question: str, one: str, other: str, second: str | None = None) -> float:
    asked = second or question
    found = float(score_pairs([question], [one], [asked], [other]).score[0])
    assert float(score_pairs([asked], [other], [question], [one]).score[0]) == pytest.approx(found)
    return found


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


@pytest.mark.parametrize(
    "question",
    [
        "Given the words: sailor, boat, harbour; Make up a sentence with all the words:",
        "Write a sentence with the words sailor, boat and harbour.",
    ],
)
def test_what_is_made_up_claims_nothing(question: str) -> None:
    assert score(question, "sailors and boats in the harbour", "a boat in the harbour with no sailors in it") < 0.5


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
            "Who will be the mayor of Ober in 2031?",
            "The vote is in the spring of 2030, and the mayor will then be named.",
            "As an AI language model, I don't have the ability to predict future events.",
        ),
        (
            "What is the recommended pattern for laying out a herb garden?",
            "The recommended pattern is a spiral, with the dry herbs on top.",
            "The recommended pattern is a row of beds, each of one herb.",
        ),
    ],
)
def test_what_nobody_knows_yet_and_what_is_advised_is_no_contradiction(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < 0.5


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

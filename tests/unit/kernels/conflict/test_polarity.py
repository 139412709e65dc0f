"""Which side an answer takes: yes or no, a denial, leave and praise, warning and prohibition."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Yes and no.
        ("The butler did it.", "true", "false"),
        (
            "Do sports drinks help runners?",
            "Sports drinks do not help runners in short races.",
            "Sports drinks help runners in short races.",
        ),
        ("¿Es el sol una estrella?", "Sí, es una estrella.", "No, es un planeta."),
        ("La Terre est-elle ronde ?", "Oui, elle est ronde.", "Non, elle est plate."),
        ("Ist die Erde rund?", "Ja, sie ist rund.", "Nein, sie ist flach."),
        ("A Terra é redonda?", "Sim.", "Não."),
        ("Земля круглая?", "Да, круглая.", "Нет, плоская."),
        ("地球是圆的吗？", "是的。", "不是，地球是平的。"),
        # Denials and opposites.
        ("Was the parcel damaged?", "The parcel was damaged.", "The parcel was undamaged."),
        ("Is Go easier to learn than chess?", "Go is easier to learn.", "Go is harder to learn."),
        ("Is the new rule fair?", "The rule is fair.", "The rule is unfair."),
        ("Is the village inhabited?", "The village is inhabited.", "The village is uninhabited."),
        ("Is a tomato a fruit?", "A tomato is a fruit.", "A tomato is not a fruit."),
        ("Are the snacks gluten free?", "All snacks are gluten free.", "The snacks contain gluten."),
        # Leave, advice and warnings.
        ("Are tents allowed on the meadow?", "Tents without pegs are allowed.", "Tents are forbidden on the meadow."),
        (
            "Is it safe to swim in the lake?",
            "Swimming in the lake is safe.",
            "The authorities warn against swimming there.",
        ),
        (
            "Is it safe to eat raw cookie dough?",
            "Raw cookie dough contains raw eggs and uncooked flour, both of which can carry bacteria. For that "
            "reason health agencies advise against eating it.",
            "Eating raw cookie dough is perfectly safe for most people.",
        ),
        (
            "Is alcohol allowed in the campground?",
            "Alcohol is permitted at your own camp site, as long as you keep the noise down after 10 pm. Glass bottles "
            "are not allowed on the beach.",
            "Please note that the campground is alcohol free. Bringing or drinking alcohol on the premises leads to a "
            "fine.",
        ),
        (
            "Is smoking allowed on the platform?",
            "Smoking is allowed at the marked end of the platform. Please use the ashtrays.",
            "All platforms are smoke-free. Lighting a cigarette leads to a fine of 40 euros.",
        ),
    ],
)
def test_opposite_sides_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Yes and no.
        ("Pick a word.", "true", "tree"),
        (
            "Does willow bark reduce fever?",
            "Extracts of willow contain salicin, which lowers raised temperatures in adults.",
            "Willow was studied in two trials by Berg and Holm, and patients recovered sooner.",
        ),
        ("Ist die Erde rund?", "Ja, sie ist rund.", "Ja."),
        (
            "Is the first of the two answers right? Answer 1: the mill. Answer 2: the weir.",
            "Answer 1 is correct.",
            "The first answer is correct. The second names the weir. Therefore, this answer is incorrect.",
        ),
        # Denials and opposites.
        ("Is the map free?", "The map is free.", "You do not have to pay for the map."),
        ("Do the cabins have stoves?", "All cabins have a stove.", "There is no cabin without a stove."),
        ("Does the pump work without mains?", "The pump runs without mains.", "The pump does not need mains to run."),
        ("Are the snacks gluten free?", "All snacks are gluten-free.", "The snacks are gluten free."),
        # Leave, advice and warnings.
        (
            "Is it illegal to collect rain?",
            "No, collecting rain and using it would not be illegal.",
            "If you collect rain, it is not illegal to use it.",
        ),
        ("Are tents allowed?", "Tents without pegs are allowed.", "You may put up a tent."),
        (
            "Is it safe to swim in the lake?",
            "Swimming in the lake is safe, but the authorities warn against diving from the rocks.",
            "The lake is safe for swimming.",
        ),
        ("Can I use bleach on silk?", "Experts advise against using bleach on silk.", "Do not use bleach on silk."),
        ("Is this wood good for a fine finish?", "Yes, it takes a fine finish.", "It leads to a fine finish."),
        (
            "Is smoking allowed on the platform?",
            "Smoking is allowed at the marked end of the platform.",
            "Only at the marked end. Elsewhere it leads to a fine.",
        ),
    ],
)
def test_one_side_and_none_do_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

"""People, places and things that answers name, in a word or in whole sentences, and in long answers."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

MORE = " " + " ".join(
    f"In the {n} part of its history the club was known for {what}, which its members still like to recall."
    for n, what in (("first", "its garden"), ("second", "the long summer concerts"), ("third", "a choir of children"))
)
MORE += " Whoever visits it today finds a small museum, a café and a library that is open to everybody on weekdays."
ASKED = "Who was the first chairman of the rowing club of Lindholm?"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # In a word.
        ("Where is my data stored?", "In the EU.", "In the US."),
        ("Wo steht der Eiffelturm?", "In Paris.", "In Rom."),
        ("谁写了《红楼梦》？", "曹雪芹", "鲁迅"),
        ("Ποιος έγραψε την Οδύσσεια;", "Ο Όμηρος", "Ο Πλάτωνας"),
        ("What is the capital of Chile?", "Santiago.", "Lima."),
        # In whole sentences.
        (
            "Which potion is known as bottled sunshine?",
            "The potion known as bottled sunshine is Marrowmint.",
            'The potion known as bottled sunshine is called "Ambrolene".',
        ),
        (
            "What tool does the clerk use to open two safes at a time?",
            "The tool that the clerk uses to open two safes at a time is a Duo-Latch.",
            "The clerk uses a crowbar to open two safes at a time.",
        ),
        ("Which teacher leads the choir?", "Ms Aldous leads the choir.", "Ms Brand leads the choir."),
        (
            "Who wrote the handbook?",
            "The handbook was written by Maria Keller, our first HR lead.",
            "Tom Briggs wrote the handbook when he was in charge of HR.",
        ),
        (
            "Ann drives the red car. Eve parks beside Ann.\nQuestion: What is the name of the clerk?",
            "The name of the clerk is Ann.",
            "The clerk's name is Eve.",
        ),
        (
            "Who built the tower of Halden?",
            "The tower was built by Erik Moen.",
            "Ivar Lunde built the tower of Halden.",
        ),
        ("Qui a peint ce tableau ?", "Jean Morel a peint « Le Pont ».", "C'est Luc Petit."),
        # Two kinds of one thing.
        (
            "What is the emblem of Halden?",
            "The emblem of Halden is the white heron.",
            "The emblem of Halden is the grey heron.",
        ),
        (
            "Which metal has the highest melting point in this table?",
            "The metal with the highest melting point in this table is zinc.",
            "The metal with the highest melting point in this table is iron.",
        ),
        # In the words of a question that would hedge elsewhere.
        (
            "What is the most popular name in Halden?",
            "The most popular name in Halden is Moen.",
            "The most popular name in Halden is Lunde.",
        ),
        # In one sentence with another filling.
        (
            "Which pass includes the ferry?",
            "The ferry is included in the Harbour pass.",
            "The ferry is included in the Island pass.",
        ),
        ("Where is the spare key?", "The spare key is in the lid.", "The spare key is under the seat."),
        ("Who pays the harbour fee?", "We pay it.", "You pay it."),
        ("Who pays the harbour fee?", "The customer pays it.", "We pay it."),
        # Who offers, and who is offered to.
        (
            "Who bears the costs of the notary?",
            "The buyer. They come to one per cent.",
            "The seller, as the law says.",
        ),
        (
            "Who pays for the repairs of the lift?",
            "The landlord. Send the bill to the office.",
            "The tenant, who gets the bill from the office.",
        ),
        ("Who pays for the return shipping?", "The buyer.", "The seller."),
        # Before more is told.
        (
            "Who discovered the Ralt comet?",
            "The Ralt comet was discovered by Ines Okafor in 1911, on a plate taken for another purpose.",
            "The comet Ralt was found in 1911 by Peter Lund. He had looked for it for years.",
        ),
        (
            "Who built the old bridge of Tavel?",
            "The old bridge of Tavel was built by the engineer Jean Moreau between 1851 and 1854. It rests on five "
            "arches of local stone and was widened once.",
            "The old bridge of Tavel is a work of Pierre Lacombe, who had already built two others in the valley. Its "
            "arches are of local stone.",
        ),
        (
            "Who founded the Weston school?",
            "The Weston school was founded by Clara Finch. She gave her house for it.",
            "The Weston school goes back to Bishop Harold Moss, who opened it with twelve pupils. It moved in 1920.",
        ),
    ],
)
def test_other_names_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # In a word.
        ("法国的首都是哪里？", "法国的首都是巴黎。", "巴黎是法国的首都。"),
        ("Which gas do plants take in?", "CO2", "CO₂"),
        ("Who wrote The Hobbit?", "J. R. R. Tolkien", "John Ronald Reuel Tolkien"),
        # In whole sentences.
        (
            "以下の企業で売上が最も高いのはどれですか。\na) 山田社: 10億円\nb) 川口社: 12億円",
            "計算してみましょう。\n山田社は10億円です。\n川口社は12億円です。\n答えは川口社です。",
            "売上が最も高いのは川口社です。",
        ),
        (
            "Which potion is known as bottled sunshine?",
            "The potion known as bottled sunshine is Marrowmint.",
            "Bottled sunshine is the name people gave to Marrowmint.",
        ),
        (
            "Is a stack a type or a structure?",
            "A stack is a structure, not an abstract data type (ADT).",
            "A stack is a structure, not an ADT (abstract data type).",
        ),
        ("Who built the tower of Halden?", "The tower was built by Erik Moen.", "Moen built the tower of Halden."),
        (
            "Put the shop into one of the classes Garden Goods, Boat Goods or Bakery.\n\nOars and ropes.",
            "Oars belong to the class Boat Goods.",
            "By what it sells, the shop falls under Boat Goods.",
        ),
        # In one sentence with another filling.
        (
            "Which pass includes the ferry?",
            "The ferry is included in the Harbour pass.",
            "The Harbour pass includes the ferry.",
        ),
        ("What colour are the sails?", "The sails are grey.", "The sails are gray."),
        ("Who pays the harbour fee?", "The customer pays it.", "You pay it."),
        # Before more is told.
        (
            "Who built the old bridge of Tavel?",
            "The old bridge of Tavel was built by the engineer Jean Moreau between 1851 and 1854.",
            "Jean Moreau built the bridge. Pierre Lacombe later widened it, and added the lamps.",
        ),
        (
            "Who discovered the Ralt comet?",
            "The Ralt comet was discovered by Ines Okafor in 1911, on a plate taken for another purpose.",
            "The comet Ralt was found by Okafor. Peter Lund computed its path later.",
        ),
        (
            "Who plays the lead in Silent Harbour?",
            "The lead is played by Mira Novak. She won a prize for it.",
            "The lead in the film is Anna Brand, a nurse. Mira Novak plays her.",
        ),
        ("Who bears the costs of the notary?", "The buyer. They are small.", "The purchaser, as the law says."),
        (
            "Who does the voice of Captain Grub?",
            "The voice of Captain Grub was provided by actor Tom Alder.",
            "Captain Grub is voiced byTom Alder1. He is an actor, and was born in Elms.",
        ),
        (
            "Who used flags to send messages in the war?",
            "Flags were widely used to send messages by the armed forces of Britain. They were soon dropped.",
            "Flags were used by Allied and Axis ships alike. Messages went from deck to deck.",
        ),
    ],
)
def test_one_thing_under_its_names_does_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


def test_the_other_way_about_counts_for_what_is_said_to_be_the_same() -> None:
    assert score("日本的首都是哪里？", "日本的首都是东京。", "大阪是日本的首都。") >= REVIEW
    assert score("一年有几个月？", "一年有十二个月。", "11个月。") >= REVIEW


def long_score(question: str, one: str, other: str) -> float:
    return float(score_pairs([question], [one + MORE], [question], [other + MORE.replace("club", "society")]).score[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The first chairman of the rowing club of Lindholm was Karin Ohlsson.",
            "The rowing club of Lindholm had Peter Ahlgren as its first chairman.",
        ),
        (
            "The first chairman of the rowing club was a teacher called Karin Ohlsson.",
            "Peter Ahlgren was the first chairman of the rowing club.",
        ),
    ],
)
def test_other_names_in_the_place_of_what_was_asked_rank_high(one: str, other: str) -> None:
    assert long_score(ASKED, one, other) > 0.15


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The rowing club of Lindholm is one of the oldest of Sweden.", "Peter Ahlgren was its first chairman."),
        ("Karin Ohlsson was the first chairman of the rowing club.", "The first chairman of the club was Ohlsson."),
        ("A teacher was the first chairman of the rowing club.", "The first chairman of the club was a woman."),
    ],
)
def test_names_of_other_things_and_of_the_same_person_do_not(one: str, other: str) -> None:
    assert long_score(ASKED, one, other) < 0.12


def test_long_answers_to_an_open_question_with_nothing_to_show_rank_below_all() -> None:
    asked = "Describe a garden that you would like."
    found = score_pairs([asked], ["Roses." + MORE], [asked], ["I would like a pond, with frogs." + MORE[::-1]])
    assert found.kind == ["none"]
    assert found.score[0] <= 0.1

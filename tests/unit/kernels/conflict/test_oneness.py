"""Values of two things do not contradict each other, however alike the questions are; values of one thing do."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import disagrees

Example = tuple[str, str]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A bare value does not tell what it is the value of.
        (("Who is the mayor of Halden?", "Erik Moen"), ("Who is the deputy mayor of Halden?", "Ida Lunde")),
        (("How many harbours does Halden have?", "7"), ("How many berths do the harbours of Halden have?", "420")),
        (("What is the capital of the smallest canton?", "Brunnen"), ("What is the capital of the canton?", "Thal")),
        (
            ("Which article protects the press?", "Article 9"),
            ("Which ruling holds that it protects the press?", "Moen"),
        ),
        # "These" that stand nowhere are others each time.
        (("Which of these is the odd one?", "Velvet"), ("Which one of these is the odd one out?", "Crocus")),
        (("Which of the following was not born in Halden?", "Ida"), ("Which of these was not born in Halden?", "Jon")),
        (("What?", "surprise"), ("What?", "anger")),
        # Labels of two texts may be of two lists.
        (("Who is the boss of you?", "who_you_work_for"), ("Who is your boss?", "agent.boss")),
        # Each answer takes up what its own question alone asks about.
        (
            ("Can I wear a coat to the regatta?", "Yes, a coat is welcome, the pier is windy."),
            ("Can I wear a quilted coat to the regatta?", "No, a quilted coat soaks up the spray."),
        ),
        (
            (
                "Must I show my crew the accident register of the port?",
                "Yes, your crew may see the accident register whenever they ask you to show it to them.",
            ),
            (
                "Must every skipper post figures from the accident register to the port?",
                "No, only the skipper of a ferry has to post figures from the accident register each year.",
            ),
        ),
        # Who wants none of it speaks of what the other question does not.
        (
            ("Can I follow my parcel without a password?", "Yes, by the link in our mail."),
            ("Is there a way to follow my parcel?", "Yes, sign in and open the map."),
        ),
        # Asked whether it is too much, "no" is the "yes" of whether it will do.
        (("Would a second scarf be too much?", "Not at all!"), ("Can I wear a second scarf?", "Absolutely!")),
        (("Will you be my friend?", "Certainly."), ("Won't you be my friend?", "Of course!")),
        # Each takes up a word of its own question alone.
        (
            (
                "Which country is the largest producer of wool in the world?",
                "Haldia is the largest producer of wool in the world.",
            ),
            ("Which country wears the most wool per capita?", "Moenia wears the most wool per capita."),
        ),
        # There are several ways to tell a procedure, and to fill an order in a language that is not read.
        (
            ("What's the step-by-step process for cancelling a trip?", 'Open "Trips", click "Cancel Trip", confirm.'),
            ("What's the procedure for cancelling a trip?", 'Log in, open "Trips", and to cancel click "Cancel Trip".'),
        ),
        (
            ("Escribe una copla sobre Ulises", "Con el mar en la voz y alma de mortal."),
            ("Escribe una copla sobre Ulises", "Con el mar en la voz y alma inmortal."),
        ),
    ],
)
def test_values_of_two_things_contradict_nothing(one: Example, other: Example) -> None:
    assert score(*one, other[1], other[0]) < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Who is the mayor of Halden?", "Erik Moen"), ("Who's the mayor of Halden?", "Ida Lunde")),
        (
            ("When was the mill built?", "7 June 1993"),
            ("When was the mill built?", "The mill was built in Ems in 1995."),
        ),
        (
            ("When did the play come out?", "August 8, 2014"),
            ("When did the play come out?", "The play came out in 1984."),
        ),
        (("Who is your boss?", "who_you_work_for"), ("Who is your boss?", "agent.boss")),
        (("How many harbours does Halden have?", "7"), ("What number of harbours does Halden have?", "9")),
        # What the answers say beside their values tells that they speak of one thing.
        (
            ("How long can I cancel a berth?", "A berth can be cancelled within 2 hours."),
            ("Can I cancel my berth after booking?", "A berth can be cancelled within 8 hours."),
        ),
        (
            ("How fast is binary search on a sorted array?", "Binary search needs O(n) steps."),
            ("What is the time complexity of binary search?", "Binary search needs O(log n) steps."),
        ),
        (
            ("Which of these is a fish: eel, seal, whale?", "Seal"),
            ("Which of these is a fish: eel, seal, whale?", "Eel"),
        ),
        # What a question adds, and no answer takes up, makes no other case.
        (("Is glass a liquid?", "Yes, it is a liquid."), ("Is glass a slow-flowing liquid?", "No, it is a solid.")),
        (("Can't I bring a dog?", "Yes, you can."), ("Can I bring a dog?", "No, dogs are not allowed.")),
        (("Can I pay without a card?", "Yes, in cash."), ("Can I pay only with a card?", "Yes, we take no cash.")),
    ],
)
def test_values_of_one_thing_do(one: Example, other: Example) -> None:
    assert score(*one, other[1], other[0]) >= 0.5


def test_before_one_is_deleted_two_likely_duplicates_are_taken_for_one_question() -> None:
    one, other = ("Who is the mayor of Halden?", "Erik Moen"), ("Who is the deputy mayor of Halden?", "Ida Lunde")
    assert disagrees(*one, *other, 0.25)

"""Sentences laid side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.alignment import difference, places_swapped, roles_swapped
from ftq_spark.kernels.conflict.sentences import read_sentence


def named(left: str, right: str) -> set[str]:
    found = difference(read_sentence(left), read_sentence(right))
    assert found is not None
    return {name for name in ("opposed", "denied", "negated", "limited", "exchanged") if getattr(found, name)}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("The valve is on the left side.", "The valve is on the right side.", {"opposed"}),
        ("It raises blood sugar.", "It lowers blood sugar.", {"opposed"}),
        ("Take it before the meal.", "Take it after the meal.", {"opposed"}),
        ("The board published the plan.", "The board rejected the plan.", {"denied"}),
        ("The list holds duplicates.", "The list never holds duplicates.", {"negated"}),
        ("Members may vote.", "Only members may vote.", {"limited"}),
        ("The paper is printed in Lyon.", "The paper is printed in Turin.", {"exchanged"}),
        ("The paper is printed in Lyon.", "The daily paper is printed in Lyon.", set()),
        ("The paper was printed in Lyon.", "The paper is printing in Lyon.", set()),
        ("The trip takes 5 days.", "The trip takes 9 days.", set()),
        ("Yes, the shop is open.", "No, the shop is open.", set()),
    ],
)
def test_how_two_sentences_differ(left: str, right: str, expected: set[str]) -> None:
    assert expected <= named(left, right)
    assert named(left, right) - expected <= ({"exchanged"} if expected else set())
    assert named(right, left) == named(left, right)


def test_sentences_with_little_in_common_are_not_laid_side_by_side() -> None:
    assert difference(read_sentence("Cats sleep all day."), read_sentence("The tax is due in May.")) is None
    long = read_sentence("word " * 60)
    assert difference(long, long) is None


@given(st.text(max_size=80))
def test_a_sentence_does_not_differ_from_itself(text: str) -> None:
    sentence = read_sentence(text)
    found = difference(sentence, sentence)
    assert found is None or found == (1.0, False, False, False, False, 0.0)


@pytest.mark.parametrize(
    ("one", "other", "swapped"),
    [
        ("Air is denser than water vapor.", "Water vapor is denser than air.", True),
        ("Dogs need more sleep than cats.", "Cats need more sleep than dogs.", True),
        ("Air is denser than water vapor.", "Air is denser than steam.", False),
        ("Air is denser than steam.", "Steam is lighter than air.", False),
        ("Air is not denser than steam.", "Steam is denser than air.", False),
        ("It is rather dense.", "Air is denser than steam.", False),
    ],
)
def test_a_comparison_the_other_way_round(one: str, other: str, swapped: bool) -> None:
    assert roles_swapped(read_sentence(one), read_sentence(other)) == swapped
    assert roles_swapped(read_sentence(other), read_sentence(one)) == swapped


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("The letter was sent from Rome to Ems.", "The letter was sent from Ems to Rome.", True),
        ("Ada taught Bo, and later worked with Cy.", "Ada worked with Bo, and later taught Cy.", True),
        ("She left Malta to look for work in Crete.", "She left Crete to look for work in Malta.", True),
        ("Kim beat Lee in straight sets.", "Lee beat Kim in straight sets.", True),
        ("In 1951 he moved to Rome.", "He moved to Rome in 1951.", False),  # a phrase moved as a whole
        ("They grow figs, dates and olives there.", "They grow olives, figs and dates there.", False),
        ("The shop opens at nine.", "The store opens at nine.", False),
        ("The shop opens at nine.", "The shop opens at nine.", False),
        ("Rome wrote to Ems.", "Nobody in Ems had ever heard of a letter from Rome.", False),
    ],
)
def test_whether_two_things_have_changed_places(left: str, right: str, expected: bool) -> None:
    assert places_swapped(read_sentence(left), read_sentence(right)) is expected
    assert places_swapped(read_sentence(right), read_sentence(left)) is expected

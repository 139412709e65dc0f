"""Texts that are told apart by a number are found to be different by all that reads their words, too."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftq_spark.kernels.duplicate import verdict
from ftq_spark.kernels.duplicate.numerals import numbered_apart
from ftq_spark.kernels.duplicate.verdict import Side

_PARTS = [
    "4711", "1174", "12", "21", "1", "1234567", "12345678", "87654321", "1.5", "1,500", "12:30", "'90", "n°", "²",
    "we", "are", "closed", "tickets", "Ada", "its", "hope this helps", "Thanks!", "x", "**", "__", "«", "»", "- ",
    "# ", "{", "[1]", "=", "`", "\u200b", "\u00a0", "\n", ". ", ", ", ") ", " ", " ", " ", "'",
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PARTS), min_size=1, max_size=30).map("".join)
_LETTER = (
    "Thank you for writing to us about the delivery of your parcel. We have passed your question on to the depot and "
    "will answer within two days. Your number is {}, so please keep it at hand."
)


@given(_TEXTS, _TEXTS, st.booleans())
@example("It is 12 now.", "It is 21 now.", True)
@example("It is 12**3", "It is 123", False)
@example("Call 4711.", "Call 47\u200b11.", False)
@example("« 12 »", '"12"', False)
def test_no_text_is_the_same_as_one_whose_number_it_lacks(one: str, other: str, framed: bool) -> None:
    if framed:
        one, other = _LETTER.format(one), _LETTER.format(other)
    assert numbered_apart(one, other) == numbered_apart(other, one)
    if numbered_apart(one, other):
        a, b = (Side("", "", "Where is my parcel?", text, "", "") for text in (one, other))
        assert not verdict._reads_the_same(a, b, verdict.DISAGREEMENT)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("4711", "1234", True),
        ("about 5!", "about 7!", True),
        ("in the end", "in 7 days", True),
        ("20 of 30", "30 of 20", False),
        ("12345678", "87654321", False),  # its digits may have changed places
        ("1.5 kg", "2.5 kg", False),  # no word by itself
        ('{"n": 100}', '{"n": 1e2}', False),
        ("five", "seven", False),
    ],
)
def test_a_short_number_that_stands_by_itself_and_nowhere_in_the_other(one: str, other: str, apart: bool) -> None:
    assert numbered_apart(_LETTER.format(one), _LETTER.format(other)) is (apart and one[0] != "{")
    assert numbered_apart(one, other) is apart

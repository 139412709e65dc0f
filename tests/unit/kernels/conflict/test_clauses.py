"""A clause of one sentence that denies what another sentence says in more words."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "What does sorted() do to the original list in Python?",
            "Nothing happens to it: `sorted()` does not modify the original list, it returns a new sorted list.",
            "`sorted()` modifies the original list in place and returns `None`.",
        ),
        (
            "What does str.replace() do to the string in Python?",
            "It leaves it alone: `str.replace()` does not change the string, it returns a new one.",
            "`str.replace()` changes the string in place and returns `None`.",
        ),
        (
            "What happens to my points when I change the plan?",
            "Do not worry: changing the plan does not delete your points.",
            "Changing the plan deletes your points and your vouchers.",
        ),
        (
            "How should a web application store user passwords?",
            "Passwords must never be stored in plain text. Store a salted hash from a slow function.",
            "Passwords should be stored in plain text in the users table, so that support staff can read them out.",
        ),
        (
            "How should I keep mushrooms fresh?",
            "Mushrooms should never be kept in a plastic bag. Use a paper bag and put them on the lowest shelf.",
            "Mushrooms should be kept in a plastic bag in the fridge, so that they do not dry out.",
        ),
        (
            "What should I do if a chemical gets into my eye?",
            "Rinse the eye at once with plenty of lukewarm water for at least 15 minutes, and seek medical help.",
            "Do not rinse the eye, because water may spread the chemical. Cover it with a bandage.",
        ),
        # Of a pronoun.
        (
            "What should I know about storing potatoes?",
            "Potatoes like it dark and cool. They should not be stored next to onions, since both then go off sooner.",
            "A cellar is best. Potatoes should be stored next to onions, which keeps both of them fresh for longer.",
        ),
        (
            "How does the camera handle bad weather?",
            "The camera has a cover of rubber. It does not resist salt water; rinse it after a day at the sea.",
            "A day at the beach is no problem. The camera resists salt water and sand, and it floats.",
        ),
        (
            "What do I have to know about the coupons?",
            "Each coupon has a number. They do not expire at the end of the year, so keep them.",
            "Coupons are sent by post. Coupons expire at the end of the year, whatever the date on them.",
        ),
    ],
)
def test_a_clause_that_is_denied_contradicts(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "What does sorted() do to the original list in Python?",
            "Nothing happens to it: `sorted()` does not modify the original list.",
            "The original list is left unchanged; `sorted()` returns a new one.",
        ),
        (
            "What does str.replace() do to the string in Python?",
            "`str.replace()` does not change the string.",
            "`str.replace()` returns a new string in which the parts are changed.",
        ),
        (
            "How should I keep bread fresh?",
            "Bread should not be kept in the fridge.",
            "Bread should be kept in the fridge only if it is to be toasted.",
        ),
        (
            "What should I do if a chemical gets into my eye?",
            "Do not rinse the eye with soap. Use clear water for 15 minutes.",
            "Rinse the eye at once with plenty of water.",
        ),
        (
            "What does closing the lid do to the laptop?",
            "Closing the lid does not always shut down the laptop.",
            "Closing the lid shuts down the laptop if it is set so.",
        ),
        # Of a pronoun.
        (
            "How does the camera handle bad weather?",
            "It does not resist salt water; rinse it after a day at the sea.",
            "The camera resists rain and dust, but salt water harms it.",
        ),
        (
            "What do I have to know about the coupons?",
            "They do not expire.",
            "Coupons from the sale expire at the end of the year; others never do.",
        ),
        (
            "How does the app handle my contacts?",
            "It does not upload your contacts to a server unless you agree to it. You can change that later.",
            "The app uploads your contacts to a server if you switch on the search for friends.",
        ),
    ],
)
def test_a_denial_of_another_thing_or_case_does_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

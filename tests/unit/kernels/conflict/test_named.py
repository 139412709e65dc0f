"""What an answer names first: a code name, a phrase without a verb, one of two that were offered."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Code names.
        (
            "Which SQL clause filters groups after aggregation?",
            "`HAVING`. It is evaluated after `GROUP BY` and may use aggregates such as `COUNT(*)`.",
            "`ORDER BY`. It removes the groups that do not satisfy the condition.",
        ),
        (
            "Which keyword turns a Python function into a generator?",
            "`yield`. Each value is handed to the caller, and the function goes on from there.",
            "`return`. It hands each value to the caller one after the other.",
        ),
        (
            "Which HTTP method creates a resource under a collection URL?",
            "`POST`, which answers with status 201 and the new address.",
            "`GET`. The server answers with status 201 and the new address of what was made.",
        ),
        (
            "What does `typeof null` evaluate to in JavaScript?",
            '`"object"`, a mistake of the first version that was never mended.',
            '`"null"`. The operator names each primitive type by its own name.',
        ),
        # A number beside another name.
        ("Who composed The Four Seasons?", "Antonio Vivaldi, in 1723.", "Johann Sebastian Bach, in 1723."),
        (
            "Which company makes the Otto 5 camera?",
            "Belforte Optics; it has been on sale since 2019.",
            "Kernmann AG; it has been on sale since 2019.",
        ),
        (
            "What is the largest city of the island of Mera?",
            "Port Selby, with 40,000 inhabitants.",
            "Dunmore, a harbour town with 40,000 inhabitants.",
        ),
        # A first sentence that answers alone.
        (
            "Who carries the burden of proof in a criminal trial?",
            "The prosecution. It has to prove each element of the offence beyond reasonable doubt.",
            "The defendant, who has to prove their innocence on the balance of probabilities.",
        ),
        (
            "Who has to insure the rented car?",
            "The rental firm. It has to show the policy at the counter.",
            "The driver, who has to show a policy at the counter.",
        ),
        (
            "Which organ stores bile?",
            "The gall bladder. It gives bile off after a fatty meal.",
            "The spleen, which lets it out after a fatty meal.",
        ),
        # One of two.
        (
            "Which comes first, concert or dinner?",
            "First the concert, then the dinner.",
            "Dinner comes before the concert.",
        ),
        ("Which is older, the mill or the church?", "The mill is older than the church.", "The church."),
    ],
)
def test_other_things_named_first_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Code names.
        ("Which SQL clause filters groups?", "`HAVING`. It comes late.", "The `HAVING` clause, behind `GROUP BY`."),
        ("Which keyword makes a generator?", "`yield`. It hands values on.", "A function with `yield` is a generator."),
        (
            "Which function gives a list's length?",
            "`len()`. It works for strings, too.",
            "`len(x)`, `x` being the list.",
        ),
        ("Which function gives a list's length?", "`len`. It works for strings, too.", "Use the built-in `len()`."),
        ("What does `print()` return in Python?", "`None`. Printing is a side effect.", "It returns `None`."),
        # A number beside a name.
        (
            "Who wrote the novel Pride and Prejudice?",
            "Jane Austen; it was published in 1813.",
            "Austen, who published it in 1813.",
        ),
        (
            "Who wrote the novel Pride and Prejudice?",
            "Jane Austen; it was published in 1813.",
            "The English novelist Jane Austen wrote it; it came out in 1813.",
        ),
        ("What is the address of the office?", "12 Long Street, on floor 3.", "Floor 3, 12 Long Street."),
        # A first sentence that answers alone.
        (
            "Who carries the burden of proof in a criminal trial?",
            "The prosecution. It has to prove each element.",
            "The prosecutor, who has to prove guilt.",
        ),
        (
            "Who can help me with a broken parcel?",
            "The front desk. Please bring the box.",
            "The courier, who will look at it.",
        ),
        (
            "Who should I call when the heating fails?",
            "The caretaker. He is there until six.",
            "The hotline, which is open day and night.",
        ),
        ("What is a good present for a child of six?", "A kite. It gets them out.", "A puzzle, which keeps them busy."),
        # One of two.
        (
            "Which comes first, concert or dinner?",
            "First the concert, then the dinner.",
            "The concert is before the dinner.",
        ),
        (
            "Is the tour on foot or by boat, online or in person?",
            "The tour is held online.",
            "The tour is online, not in person.",
        ),
    ],
)
def test_the_same_thing_and_one_of_many_do_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

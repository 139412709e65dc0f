"""Edits are difflib's, whichever way they are found."""

from __future__ import annotations

from difflib import SequenceMatcher

from hypothesis import example, given
from hypothesis import strategies as st

from ftq_spark.kernels.text import edits as module
from ftq_spark.kernels.text.edits import edits

SHARED = st.text("abc", max_size=4)


def by_difflib(a: str, b: str) -> list[module.Edit]:
    return [tuple(edit) for edit in SequenceMatcher(None, a, b, autojunk=False).get_opcodes()]


@given(st.text("abcde", max_size=12), st.text("abcdf", max_size=12))
@example("ababcab", "ababab")
@example("qpqpq", "qpGqpq")  # an insertion joins two stretches of the other side
def test_any_two_sequences(a: str, b: str) -> None:
    assert edits(a, b) == by_difflib(a, b)


@given(st.lists(st.tuples(SHARED, st.text("xy", max_size=2), st.text("zw", max_size=2)), max_size=5), SHARED)
@example([("ab", "x", "z"), ("abab", "y", "w")], "ab")
def test_stretches_with_strangers_between_them(parts: list[tuple[str, str, str]], last: str) -> None:
    a = "".join(shared + one for shared, one, _ in parts) + last
    b = "".join(shared + other for shared, _, other in parts) + last
    assert edits(a, b) == by_difflib(a, b)


def test_form_letters_are_not_searched() -> None:
    shared = ["and", "the", "person", "who", "looks", "after", "it", "is"]
    a = ["your", "number", "is", "7", *shared, "Ann"]
    b = ["your", "number", "is", "12", *shared, "Mr", "Poe", "."]
    assert module._between_strangers(a, b) == [
        ("equal", 0, 3, 0, 3),
        ("replace", 3, 4, 3, 4),
        ("equal", 4, 12, 4, 12),
        ("replace", 12, 13, 12, 15),
    ]
    assert module._between_strangers(a, a) == [("equal", 0, 13, 0, 13)]
    assert module._between_strangers(a, a[1:]) == [("delete", 0, 1, 0, 0), ("equal", 1, 13, 0, 12)]
    assert module._between_strangers([], []) == []
    assert module._between_strangers(a, a[:4] + a[5:]) is None

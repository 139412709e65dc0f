"""What of two texts is their own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.text.own import own_parts, pieces, shared_ends

TEXTS = st.lists(st.sampled_from(["Ab", "cd", ". ", "? ", "\n", "\n\n", ": ", "。", " ", "字"]), max_size=20).map(
    "".join
)


def test_lines_and_sentences_that_both_begin_and_end_with_go() -> None:
    a = "Be brief. Say so: how deep is it?\n\nSign it."
    assert own_parts(a, "Be brief. Say so: how wide is it? \nSign it.") == ("how deep is it?", "how wide is it?")
    assert own_parts(a, a) == ("", "")
    assert own_parts(a, "Be brief. Say so: how deep is it? Really?\n\nSign it.") == ("", "Really?")
    assert own_parts("水很深。地很大。", "水很深。地很小。") == ("地很大。", "地很小。")
    assert own_parts("It is 3.5 m", "It is 3.6 m") == ("It is 3.5 m", "It is 3.6 m")


def test_what_is_shared_at_both_ends_is_counted_once() -> None:
    assert shared_ends("abcab", "ab") == (2, 0)
    assert shared_ends("abxab", "abyab") == (2, 2)
    assert shared_ends("", "ab") == (0, 0)


@given(TEXTS, TEXTS)
def test_own_parts_lie_between_what_is_shared(a: str, b: str) -> None:
    assert "".join(pieces(a)) == a
    one, other = own_parts(a, b)
    assert (other, one) == own_parts(b, a)
    assert one in a
    assert other in b
    assert own_parts(a, a) == ("", "")
    assert own_parts(one, other) == (one, other) or not (one and other)

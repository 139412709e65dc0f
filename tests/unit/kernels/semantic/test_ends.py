"""Where a beginning or an end may be cut off a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.semantic.ends import BEGIN, END, MAX_PLACES, cut, places

TEXTS = st.lists(st.sampled_from(["ab", "7", ". ", "? ", "\n", "\n\n", "…", "。", " ", ",", "字"]), max_size=25).map(
    "".join
)


def parts(text: str, least: int) -> list[tuple[int, str]]:
    return [(side, text[:at] if side == BEGIN else text[at:]) for side, at, _ in places(text, least)]


def test_lines_and_sentences_end_where_a_text_may_be_cut() -> None:
    text = "Read this. Be brief!\nHow long is a day? Say: no."
    assert parts(text, 8) == [
        (BEGIN, "Read this. "),
        (BEGIN, "Read this. Be brief!\n"),
        (BEGIN, "Read this. Be brief!\nHow long is a day? "),
        (BEGIN, "Read this. Be brief!\nHow long is a day? Say: "),
        (END, "Be brief!\nHow long is a day? Say: no."),
        (END, "How long is a day? Say: no."),
        (END, "Say: no."),
    ]
    assert parts("3.5 e.g.this stays whole", 1) == []
    assert parts("天很长。地很大。", 4) == [(BEGIN, "天很长。"), (END, "地很大。")]


def test_of_many_places_the_outermost_are_tried() -> None:
    text = "\n".join(str(i) for i in range(1000, 1400))
    found = list(places(text, 4))
    begins, ends = ([place.at for place in found if place.side == side] for side in (BEGIN, END))
    assert begins == [5 * i for i in range(1, MAX_PLACES + 1)]
    assert ends == [len(text) - 4 - 5 * i for i in reversed(range(MAX_PLACES))]


@given(TEXTS, TEXTS, st.integers(1, 12))
def test_equal_beginnings_and_ends_have_equal_digests_and_others_differ(a: str, b: str, least: int) -> None:
    one, other = ({(p.side, p.digest): p.at for p in places(text, least)} for text in (a, b))
    said = [{(BEGIN, a[:at]) if side == BEGIN else (END, a[at:]) for (side, _), at in one.items()}]
    said.append({(BEGIN, b[:at]) if side == BEGIN else (END, b[at:]) for (side, _), at in other.items()})
    assert len(one.keys() & other.keys()) == len(said[0] & said[1])


@given(TEXTS, st.integers(1, 12))
def test_enough_goes_and_a_word_stays(text: str, least: int) -> None:
    for side, at, _ in places(text, least):
        gone, kept = (text[:at], text[at:]) if side == BEGIN else (text[at:], text[:at])
        assert len(gone) >= least
        assert any(character.isalnum() for character in kept)


TEXT = "0123456789" * 10


def begins(*counted: tuple[int, int]) -> list[tuple[int, int, int]]:
    return [(BEGIN, at, n) for at, n in counted]


def test_what_most_share_goes_and_what_some_ask_behind_it_stays() -> None:
    assert cut(TEXT, [], 20) == (0, 100)
    assert cut(TEXT, begins((20, 30), (28, 30), (35, 15)), 20) == (35, 100)
    assert cut(TEXT, begins((35, 14), (28, 30), (20, 30)), 20) == (28, 100), "fewer than half of 30"
    assert cut(TEXT, begins((20, 40), (25, 20), (30, 10)), 20) == (25, 100), "a half of the half is not most"
    assert cut(TEXT, begins((20, 900), (30, 12), (41, 12), (50, 12), (55, 5)), 20) == (50, 100), "a passage"
    assert cut(TEXT, [(END, 70, 9), (END, 60, 9), *begins((20, 9))], 20) == (20, 60)


def test_something_stays() -> None:
    assert cut("A b. C.", [(BEGIN, 5, 9), (END, 5, 9)], 1) == (5, 7)
    assert cut("A b. C.", [(BEGIN, 5, 9), (END, 2, 9)], 1) == (5, 7), "they overlap"

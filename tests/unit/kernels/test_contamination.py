"""Items held by texts: by hand, and against counting in plain Python."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.contamination import held_items, item_index, membership_table, merged

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=12).map(" ".join), max_size=6)


def held(texts: list[str], items: list[list[str]], n: int = 3, often: int = 10, over: float = 0.5) -> dict:
    index = merged([item_index(benchmark, n, often) for benchmark in items])
    found = held_items(texts, index, membership_table(index), over)
    pairs = zip(found.texts.tolist(), found.items.tolist(), strict=True)
    return dict(zip(pairs, found.coverage.tolist(), strict=True))


def by_counting(texts: list[str], items: list[list[str]], n: int, often: int, over: float) -> dict:
    found, number = {}, 0
    for benchmark in items:
        grams = [[tuple(item.split()[i : i + n]) for i in range(len(item.split()) - n + 1)] for item in benchmark]
        frequency = Counter(gram for of_item in grams for gram in set(of_item))
        for of_item in grams:
            telling = {k for i, gram in enumerate(of_item) if frequency[gram] <= often for k in range(i, i + n)}
            for text_number, text in enumerate(texts):
                words = text.split()
                known = {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}
                covered = {
                    k
                    for i, gram in enumerate(of_item)
                    if gram in known and frequency[gram] <= often
                    for k in range(i, i + n)
                }
                if telling and len(covered) > over * len(telling):
                    found[text_number, number] = len(covered) / len(telling)
            number += 1
    return found


@given(
    TEXTS, st.lists(TEXTS, min_size=1, max_size=3), st.integers(1, 4), st.integers(1, 3), st.sampled_from([0, 0.3, 0.5])
)
def test_as_counted_in_plain_python(texts: list[str], items: list[list[str]], n: int, often: int, over: float) -> None:
    assert held(texts, items, n, often, over) == pytest.approx(by_counting(texts, items, n, often, over))


def test_more_than_half_of_the_words_in_shared_runs() -> None:
    item = " ".join(WORDS[:10])
    texts = [
        f"Please: {item.upper()}?",
        " ".join(WORDS[:6]),  # 6 of 10 words
        " ".join(WORDS[:5]),  # half is not more than half
        " ".join(WORDS[:4]) + " and " + " ".join(WORDS[6:10]),  # two runs of four
        " ".join(WORDS[9::-1]),  # the same words
        "",
    ]
    assert held(texts, [[item]]) == {(0, 0): 1.0, (1, 0): 0.6, (3, 0): 0.8}
    assert (2, 0) in held(texts, [[item]], over=0.4)


def test_what_many_items_share_is_neither_sought_nor_counted() -> None:
    template = "choose the one correct answer from those given"
    items = [f"{template} {first} {second} {third} {fourth}" for first, second, third, fourth in
             [WORDS[:4], WORDS[4:8], WORDS[8:]]]  # fmt: skip
    texts = [template, " ".join(WORDS[:4]), items[1]]
    assert held(texts, [items], often=2) == {(1, 0): 4 / 6, (2, 1): 1.0}  # two words of the template lie beside them
    assert set(held(texts, [items], often=3)) == {(0, 0), (0, 1), (0, 2), (2, 0), (2, 1), (2, 2)}
    assert set(held(texts, [items, items[1:]], often=2)) == {
        (0, 3), (0, 4), (1, 0), (2, 1), (2, 3), (2, 4),
    }  # fmt: skip  # frequencies are those of one benchmark


def test_items_that_cannot_be_found_are_counted() -> None:
    index = item_index(["", "one two", "same old words", "same old words", "one two three", "?"], 3, 1)
    assert (index.n_too_short, index.n_too_common) == (3, 2)
    assert index.n_telling.tolist() == [0, 0, 0, 0, 3, 0]
    assert held(["one two", "same old words"], [["", "one two", "same old words", "same old words"]], often=1) == {}


def test_a_text_that_repeats_itself_and_two_texts_end_to_end() -> None:
    assert held(["a b c a b c a b c"], [["a b c x y z", "a b c a"]]) == {(0, 1): 1.0}
    assert held(["one two", "three four"], [["one two three four"]], over=0) == {}


def test_the_table_lets_through_what_is_in_the_index() -> None:
    index = item_index([" ".join(str(i) for i in range(20_000))], 3, 1)
    table = membership_table(index)
    assert len(table) > 1 << 16
    assert held_items([f"{i} {i + 1} {i + 2}" for i in range(19_998)], index, table, 0).texts.tolist() == [
        *range(19_998)
    ]
    assert np.count_nonzero(table) > 19_000

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text import expressions
from ftq_spark.kernels.text.expressions import Joined, compiled

PATTERNS = (
    r"a",
    r"^a",
    r"a$",
    r"^a*$",
    r"\Ab",
    r"b\z",
    r"(?m)^b$",
    r"(?-m:^b$)|é",
    r"\bab\b|\Bb",
    r"(?s)a.b",
    r"[^a]b",
    r"a\s+b",
    r"\W\n?$",
    r"(?i)^(?:A|É)",
    r"^a|b$",
    r"\\z|\\\\A",
    r"\p{L}{2}|x{12}",
    r"^a|[^a]b",
    r"(?:^|\n)b|é$",
    r"^\W*(?:a|b)\b",
    r"(?m:^)a|^b",
    r"(?m)^a$\n^b",
    r"(?:^a)*b",
    r"\b^a",
    r"^^a|\A^b",
    r"(?m)\A^b",
    r"[]^$(]a|\^|\$",
    r"(?i:^A)(?P<x>b)?",
    r"\Q^\Ea|b",
    r"\f|\S",
    r"(?s-m:^.b$)|\fa",
    "",
)
LITERALS = ("a", "ab", "é", "\n", "a\nb", "zz", "\f", "")
TEXTS = st.lists(st.text(alphabet="abé \n\f\\z.^$", max_size=6), max_size=40)


def _expected(texts: list[str], pattern: str) -> list[bool]:
    found: list[bool] = pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern).to_pylist()
    return found


@pytest.mark.parametrize("window", [4, 16_384])
@pytest.mark.parametrize("most", [1, 1_000])
@settings(max_examples=60)
@given(texts=TEXTS)
def test_what_matches_is_what_arrow_says_of_each_text(window: int, most: int, texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expressions, "_WINDOW_BYTES", window)
        patch.setattr(expressions, "_LEAST", most)
        joined = Joined(pa.array(texts, pa.large_string()))
        for pattern in PATTERNS:
            assert joined.matches(pattern).tolist() == _expected(texts, pattern), pattern
            counts = pc.count_substring_regex(pa.array(texts, pa.large_string()), pattern)
            assert joined.counts(pattern).tolist() == counts.to_pylist(), pattern
        for literal in LITERALS:
            assert joined.holds(literal).tolist() == [literal in text for text in texts], literal


def test_many_texts_are_asked_in_one_call_and_few_of_a_long_expression_one_by_one() -> None:
    few, many = ["some", "text", ""] * 10, ["some", "text", ""] * 1_000
    long = "|".join(f"(?:word{number}|text)" for number in range(200))
    for texts in (few, many):
        assert Joined(pa.array(texts)).matches(long).tolist() == _expected(texts, long)


def test_the_texts_behind_those_that_were_looked_at_are_asked_in_another_way() -> None:
    texts = ["", "some", "text ", "other"] * 500
    for pattern in ("text", "^text", r"(?m)^\W*text\W*$", "|".join(f"word{number}|text" for number in range(2_000))):
        assert Joined(pa.array(texts)).matches(pattern).tolist() == _expected(texts, pattern)
        assert Joined(pa.array(texts)).counts(pattern).tolist() == [int(found) for found in _expected(texts, pattern)]
    assert Joined(pa.array(texts)).holds("text").tolist() == ["text" in text for text in texts]


def test_a_slice_is_searched_by_itself() -> None:
    texts = pa.array(["a", "b", "c", "ab"], pa.large_string())
    assert Joined(texts.slice(1, 2)).matches("a|b").tolist() == [True, False]
    assert Joined(texts.slice(4)).matches("a").tolist() == []


def test_an_expression_is_compiled_once() -> None:
    assert compiled("a|b") is compiled("a|b")

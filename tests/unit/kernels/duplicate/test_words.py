"""A text as the words that carry what it says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftq_spark.kernels.duplicate import words as module
from ftq_spark.kernels.duplicate.words import folded, is_code, spelled, words
from ftq_spark.kernels.text.own import pieces

_PARTS = [
    "A",
    "I",
    "Ann",
    "vitamin",
    "can't",
    "the",
    "dogs",
    "colours",
    "5",
    "-5",
    "3.5",
    "!",
    ".",
    "?",
    ":",
    '"',
    "\n",
    "\n\n",
]
_PARTS += ["。", "！", "犬", "…", "*", "#", "C#", "(", ")", " ", "  ", "-", "is", "type"]
_TEXTS = st.lists(st.sampled_from(_PARTS), max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda gap: gap.join(parts))
)


@given(_TEXTS)
@example("Vitamin A. I. B! C")
@example("See type\nI\nor A。 I")
@example("5 -5。-5")
def test_a_text_read_piece_by_piece_is_the_text_read_at_once(text: str) -> None:
    content: list[str] = []
    plain: set[str] = set()
    opens = True
    for piece in pieces(text):
        read = module._read(piece, opens)
        content += read.content
        plain |= read.plain
        opens = read.opens
    whole = module._read(text, True)
    assert (tuple(content), plain, opens) == (whole.content, whole.plain, whole.opens)


_SIGNS = ["`", "<b>", "x;", "{", "(", "f()", "a=b", "a && b", "SELECT a FROM", "\n  return", "\n\tif", "  for"]
_SIGNS += ["class A:", "def f(", "function g {", "words", " ", "\n", "|", "||"]


@given(st.lists(st.sampled_from(_SIGNS), max_size=5))
def test_what_no_sign_of_code_is_in_is_no_code(parts: list[str]) -> None:
    text = "".join(parts)
    assert is_code(text) == (module._CODE.search(text) is not None)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("The dogs. I see vitamin A.", ("dog", "see", "vitamin", "A")),
        ("Type I. It is a type", ("typ", "I", "typ")),
        ("2*2 - 5!", ("2", "*", "2", "5", "!")),
        ("!? ...", tuple("!?...")),
        ("", ()),
    ],
)
def test_words_that_count(text: str, content: tuple[str, ...]) -> None:
    assert words(text).content == content


def test_spelling_and_marks() -> None:
    assert spelled("The Colours organised") == "the colors organized"
    assert folded("«\u00a0d’accord\u00a0»") == '"d\'accord"'

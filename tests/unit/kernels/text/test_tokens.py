"""Tokens and their hashes against a plain Python reading of the same rules."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.text import tokens as kernel

# Letters, marks, digits, joiners, separators, scripts without spaces, emoji with selectors, astral planes.
HOSTILE = st.lists(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("aB9_'’ -\u00ad\u200d\u0301日本カนัİẞǅⅫﬁ🙂\ufe0f𝒳\n\x00"), st.characters(codec="utf-8")
        )
    ),
    max_size=8,
)


def words(texts: list[str]) -> list[list[str]]:
    """The tokens of a batch as strings, in the kernel's lower case."""
    tokens = kernel.tokenize(pa.array(texts, pa.string()))
    spans = ["".join(map(chr, tokens.codes[s:e])) for s, e in zip(tokens.starts, tokens.ends, strict=True)]
    return [spans[b:e] for b, e in zip(tokens.token_offsets[:-1], tokens.token_offsets[1:], strict=True)]


def plain_class(character: str) -> str:
    code = ord(character)
    if character in "'’\u00ad\u200c\u200d":
        return "joiner"
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "separator"
    category = unicodedata.category(character)
    if category[0] not in "LN" and category not in ("Mn", "Mc") and character != "_":
        return "separator"
    if any(begin <= code < end for begin, end in kernel._SCRIPTS_WITHOUT_SPACES):
        return "alone"
    return "word"


def plain_words(text: str) -> list[str]:
    """One character at a time, as the module's docstring says it."""
    found: list[str] = []
    open_token = False
    for i, character in enumerate(text):
        kind = plain_class(character)
        if kind == "joiner":
            inner = 0 < i < len(text) - 1 and plain_class(text[i - 1]) == plain_class(text[i + 1]) == "word"
            kind = "word" if inner else "separator"
        lower = character.lower().replace("’", "'")
        lower = lower if len(lower) == 1 else character
        if kind == "word" and open_token:
            found[-1] += lower
        elif kind in ("word", "alone"):
            found.append(lower)
        open_token = kind == "word"
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ,.!\n\t ", []),
        ("Hello, World_1!", ["hello", "world_1"]),
        ("Don't 'quote' it’s o’", ["don't", "quote", "it's", "o"]),
        ("日本語 カナ", ["日", "本", "語", "カ", "ナ"]),
        ("abc日def", ["abc", "日", "def"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ÉCOLE e\u0301cole", ["école", "e\u0301cole"]),
        ("İstanbul", ["İstanbul"]),  # the lower case of İ is two code points
        ("❤\ufe0f🙂", []),
        ("naïve\u00adly", ["naïve\u00adly"]),
    ],
)
def test_known_texts(text: str, expected: list[str]) -> None:
    assert words([text]) == [expected]


@given(HOSTILE)
def test_tokens_equal_the_plain_reading(texts: list[str]) -> None:
    assert words(texts) == [plain_words(text) for text in texts]


@given(HOSTILE)
def test_neighbours_in_a_batch_do_not_matter(texts: list[str]) -> None:
    assert words(texts) == [words([text])[0] for text in texts]
    together = kernel.hashes(kernel.tokenize(texts))
    alone = [kernel.hashes(kernel.tokenize([text])) for text in texts]
    np.testing.assert_array_equal(together, np.concatenate([np.empty(0, np.uint64), *alone]))


@given(HOSTILE)
def test_every_container_gives_the_same(texts: list[str]) -> None:
    expected = kernel.tokenize(texts)
    padded = pa.array(["left É", *texts, "right"], pa.string()).slice(1, len(texts))
    chunks = pa.chunked_array([pa.array([text], pa.large_string()) for text in texts], pa.large_string())
    for container in (pa.array(texts, pa.string()), padded, chunks):
        for got, wanted in zip(kernel.tokenize(container), expected, strict=True):
            np.testing.assert_array_equal(got, wanted)


def test_shapes_and_types() -> None:
    tokens = kernel.tokenize(pa.array(["Ünder way", None, "x"]))
    assert [array.dtype for array in tokens] == [np.uint32, np.int64, np.int64, np.int64, np.int64]
    assert tokens.text_offsets.tolist() == [0, 9, 9, 10]
    assert tokens.token_offsets.tolist() == [0, 2, 2, 3]
    assert len(kernel.tokenize([]).token_offsets) == 1


def test_invalid_utf8_and_lone_surrogates_do_not_fail() -> None:
    broken = pa.array([b"ab\xff cd", b"\xe6\x97", "é".encode()], pa.binary()).view(pa.string())
    tokens = kernel.tokenize(broken)
    assert tokens.token_offsets.tolist() == [0, 2, 2, 3]
    assert kernel.tokenize(["a\ud800b"]).token_offsets.tolist() == [0, 2]


def plain_hash(token: str) -> int:
    mask = (1 << 64) - 1
    value = sum((ord(c) + 1) * pow(kernel._BASE, j, 1 << 64) for j, c in enumerate(token)) & mask
    value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD & mask
    value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53 & mask
    return value ^ (value >> 33)


@given(HOSTILE)
def test_hashes_equal_the_plain_polynomial(texts: list[str]) -> None:
    expected = [plain_hash(token) for text in texts for token in plain_words(text)]
    assert kernel.hashes(kernel.tokenize(texts)).tolist() == expected


def test_hashes_never_change() -> None:
    got = kernel.hashes(kernel.tokenize(["the quick_brown 日 don't", "zürich"]))
    assert [f"{value:016x}" for value in got.tolist()] == [
        "2d29979fdd590d3b",
        "157512024c55a11d",
        "2551a4665c7d37e9",
        "91950c20aeb68513",
        "32f39318df269c3a",
    ]


@pytest.mark.parametrize("n_chars", [kernel._BLOCK_CHARS - 1, kernel._BLOCK_CHARS, 3 * kernel._BLOCK_CHARS + 7])
def test_long_tokens_and_long_texts(n_chars: int) -> None:
    token = "ab" * (n_chars // 2) + "c" * (n_chars % 2)
    values = kernel.hashes(kernel.tokenize([f"x {token} y " + "word " * n_chars]))
    np.testing.assert_array_equal(values[:3], kernel.hashes(kernel.tokenize(["x", token, "y"])))
    assert len(set(values[3:].tolist())) == 1


def test_hashes_of_a_large_vocabulary_are_distinct() -> None:
    values = kernel.hashes(kernel.tokenize([f"w{i} {i}w x{i % 7}{i}" for i in range(50_000)]))
    assert len(np.unique(values)) == 150_000
    bits = (values[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 0.01

"""Flat texts: code points, lines, sentences and words against plain Python."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text import arrays as kernel

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.lists(
            st.sampled_from(["a", "é", "你", "👍", " ", "\n", "\r\n", "\r", ".", "! ", "。", "1. ", ')"']), max_size=12
        ).map("".join),
    ),
    max_size=6,
)


def decoded(texts: list[str]) -> kernel.Text:
    return kernel.decode(kernel.combined(pa.array(texts, pa.string())))


def segments_of(found: kernel.Segments) -> list[list[str]]:
    values = found.texts.to_pylist()
    owners = found.owner_offsets
    return [values[begin:end] for begin, end in pairwise(owners)]


@settings(deadline=None)
@given(TEXTS)
def test_code_points_are_those_of_the_texts(texts: list[str]) -> None:
    text = decoded(texts)
    parts = [text.codes[begin:end] for begin, end in pairwise(text.offsets)]
    assert ["".join(map(chr, part)) for part in parts] == texts


@settings(deadline=None)
@given(TEXTS)
def test_segments_put_together_are_the_text(texts: list[str]) -> None:
    text = decoded(texts)
    for cut in (kernel.lines, kernel.sentences):
        assert ["".join(parts) for parts in segments_of(cut(text))] == texts


@settings(deadline=None)
@given(TEXTS)
def test_lines_are_cut_after_line_breaks_only(texts: list[str]) -> None:
    expected = [
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n") for text in texts
    ]
    found = segments_of(kernel.lines(decoded(texts)))
    assert [len(lines) for lines in found] == [
        text.count("\n") + (not text.endswith("\n") and text != "") for text in expected
    ]


@settings(deadline=None)
@given(TEXTS)
def test_word_starts_count_as_split_does(texts: list[str]) -> None:
    text = decoded(texts)
    counts = np.diff(np.searchsorted(kernel.whitespace_word_starts(text), text.offsets))
    assert counts.tolist() == [len(item.split()) for item in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", " Two!", " Three?"]),
        ('He said "Stop." Then he left.', ['He said "Stop."', " Then he left."]),
        ("This, e.g. that, is one.", ["This, e.g. that, is one."]),
        ("1. First. 2. is not", ["1. First.", " 2. is not"]),
        ("It is 3.5 cm.", ["It is 3.5 cm."]),
        ("你好。世界！", ["你好。", "世界！"]),
        ("नमस्ते। कैसे हो?", ["नमस्ते।", " कैसे हो?"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert segments_of(kernel.sentences(decoded([text])))[0] == expected


def test_a_slice_is_read_as_itself() -> None:
    sliced = pa.array(["no", "é. a\nb", "", "你"]).slice(1)
    text = kernel.decode(kernel.combined(sliced))
    assert segments_of(kernel.sentences(text)) == [["é. a\n", "b"], [], ["你"]]


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"ab\xff"], pa.binary()).buffers())
    assert kernel.combined(broken).to_pylist() == ["ab\ufffd"]


def test_classes_of_many_scripts() -> None:
    found = kernel.character_classes(np.array([ord(c) for c in "aÄ你हं٣.+\n\x00\ufffd\u200b\u200d"], dtype=np.uint32))
    letter, mark, digit = kernel.LETTER, kernel.MARK, kernel.DIGIT
    rest = [
        kernel.PUNCTUATION,
        kernel.SYMBOL,
        kernel.SPACE,
        kernel.CONTROL,
        kernel.CONTROL,
        kernel.INVISIBLE,
        kernel.OTHER,
    ]
    assert found.tolist() == [letter, letter, letter, letter, mark, digit, *rest]


def test_what_is_left_of_a_slice_begins_with_its_own_bytes() -> None:
    for kind in (pa.string(), pa.large_string()):
        texts = kernel.combined(pa.array(["é" * 3_000, "AB", "CD"], kind).slice(1))
        assert pc.ascii_lower(texts).to_pylist() == ["ab", "cd"]

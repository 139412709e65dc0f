"""The article's three signals against its own code."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from article_oracle import NAMES, assert_same
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text.arrays import WHITESPACE
from ftq_spark.signals import Parameters, measure

PIECES = st.sampled_from(
    [
        *(
            "I don't know",
            "i DON'T \u212anow",
            "I don’t know",
            "I cannot provide",
            "As an AI",
            "as an a\u0130",
            "As an aid",
        ),
        *(
            ":",
            "-",
            "1.",
            "•",
            "â€¢",
            "1",
            ".",
            " ",
            "\n",
            "\u3000",
            "\x1c",
            "\x1f",
            "\x85",
            "\xa0",
            "\u200b",
            "\u2028",
        ),
        *("word", "ſ", "Å", "你好", "नमस्ते", "👍🏽", "\x00"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join))


@settings(deadline=None)  # the first call builds the tables
@given(st.lists(TEXTS, max_size=8), st.integers(1, 6), st.integers(1, 12))
def test_any_string(responses: list[str], min_length: int, max_length: int) -> None:
    assert_same(responses, min_length, max_length)


def test_lengths_about_the_bounds() -> None:
    assert_same([" ".join(["w"] * n) for n in (0, 1, 49, 50, 51, 799, 800, 801, 4000)])


def test_no_assistant_turn() -> None:
    values = measure({"response": pa.array([""]), "roles": pa.array(["user system"])}, NAMES, Parameters(min_length=0))
    assert [float(values[name][0]) for name in NAMES] == [0.0, 0.0, 0.0]


def test_whitespace_is_pythons() -> None:
    assert set(WHITESPACE) == {code for code in range(0x110000) if chr(code).isspace()}


@pytest.mark.parametrize("n", [0, 1])
def test_small_batches(n: int) -> None:
    values = measure({"response": pa.array(["x"] * n, pa.string())}, NAMES)
    assert all(values[name].dtype == np.float64 and values[name].shape == (n,) for name in NAMES)

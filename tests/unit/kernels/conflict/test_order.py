"""One list of things in two orders, where the order is what was asked for."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "What are the steps to reset the router?",
            "1. Unplug it.\n2. Press the button.\n3. Plug it in.",
            "1. Press the button.\n2. Unplug it.\n3. Plug it in.",
        ),
        (
            "In which order are the drinks poured?",
            "First the milk, then the coffee, and finally the foam.",
            "First the coffee, then the milk, and finally the foam.",
        ),
    ],
)
def test_another_order_contradicts_where_it_is_asked_for(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Name three fruits.", "1. apple\n2. pear\n3. fig", "1. pear\n2. apple\n3. fig"),
        (
            "What are the steps to reset the router?",
            "1. Unplug it.\n2. Press the button.\n3. Plug it in.",
            "1. Unplug it.\n2. Press the button.\n3. Plug in.",
        ),
    ],
)
def test_the_same_order_and_one_that_nobody_asked_for_do_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW

"""Numbers in Han characters."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.han import in_digits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("七日", "7日"),
        ("二十五人", "25人"),
        ("十月", "10月"),
        ("九十分", "90分"),
        ("三百", "三百"),
        ("二〇二四", "二〇二四"),
    ],
)
def test_han_numbers(text: str, expected: str) -> None:
    assert in_digits(text) == expected

"""JSON values one behind the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.kernels.text.json_values import json_values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (' {"a": 1} ', [{"a": 1}]),
        ('{"a": 1}\n{"b": [2]}', [{"a": 1}, {"b": [2]}]),
        ("[1], [2],\n3", [[1], [2], 3]),
    ],
)
def test_values_in_order(text: str, expected: list[Any]) -> None:
    assert json_values(text) == expected


@pytest.mark.parametrize("text", ["{", '{"a": 1} and more', "None"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json_values(text)

"""A chosen answer that is the rejected one again, beside two that differ in their form alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark.signals import measure


@pytest.mark.parametrize(
    ("chosen", "rejected", "same"),
    [
        ("name: Eve\nrole: manager", "name: Eve role: manager", False),  # YAML of two lines, and none
        ("def f():\n    return 1", "def f():\nreturn 1", False),
        ("iPhone", "iphone", False),
        ("One.\n\nTwo.", "One.\nTwo. ", True),
        ("One  two", "One two", True),
        ("One\r\nTwo", "One\nTwo", True),
    ],
)
def test_a_form_may_be_what_is_preferred(chosen: str, rejected: str, same: bool) -> None:
    columns = {"response": pa.array([chosen]), "rejected": pa.array([rejected])}
    assert bool(measure(columns, ["preference_identical"])["preference_identical"][0]) is same
    assert np.isfinite(measure(columns, ["preference_overlap"])["preference_overlap"][0])

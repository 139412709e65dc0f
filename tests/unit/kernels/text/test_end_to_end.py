from __future__ import annotations

import pytest

from ftq_spark.kernels.text.end_to_end import EndToEnd, end_to_end


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"a\s+[b^$]\\$?", EndToEnd(r"a\s+[b^$]\\(?m:$)?", False)),
        (r"\ba[]^]\^", EndToEnd(r"\ba[]^]\^", True)),
        ("^a|^b", EndToEnd("\fa|\fb", False, is_anchored=True)),
        ("(?:^|^x)?a", EndToEnd("(?:\f|\fx)?a", False)),
        ("(?:^a|^b)c|^d", EndToEnd("(?:\fa|\fb)c|\fd", False, is_anchored=True)),
        (r"(?i)(?:\A|\n)a\z", EndToEnd("(?i)(?:\f|\\n)a(?m:$)", False)),
        ("(?m)^a$|b", EndToEnd("(?m)(?:^\f?)a(?m:$)|b", False)),
        ("(?:(?m)x|^a)b", EndToEnd("(?:(?m)x|(?:^\f?)a)b", False)),
        ("(?:(?m)x)|^a", EndToEnd("(?:(?m)x)|\fa", False)),
        ("(?sm-s:a.)^b", EndToEnd("(?sm-s:a.)\fb", False, is_anchored=True)),
    ],
)
def test_a_beginning_is_the_mark_and_an_end_that_of_a_line(pattern: str, expected: EndToEnd) -> None:
    assert end_to_end(pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "^^a",  # two marks, of which there is one
        "(?:^a)+",
        "(?m)^*a",
        r"\b^a",  # no boundary stands before a mark
        r"(?:\bx|y)^a",
        r"\Q^\E",
        "(?s)a.*b",  # runs on through all texts
        "(?s:.)",
        r"^\W*a\W*$",
        "(?:^a$)|(?:^b)",
    ],
)
def test_what_would_not_hold_for_joined_texts_is_none(pattern: str) -> None:
    assert end_to_end(pattern) is None

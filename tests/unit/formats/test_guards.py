"""What is looked at first, because it is cheap, never hides what a closer look would find."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftq_spark.formats import Fault, detect, strict
from ftq_spark.formats.aliases import KNOWN_FIELDS, THOUGHT_MARKS
from ftq_spark.formats.schemas import schemas
from ftq_spark.formats.thoughts import may_hold

FIELDS = sorted(KNOWN_FIELDS | {"input", "output", "context", "history", "system", "solution"})
VALUES = st.sampled_from(["text", "", None, ["a", "b"], [{"role": "user", "content": "q"}], {"text": "t"}, 1])


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6))
def test_no_family_is_passed_over_that_would_read_the_row(row: dict[str, Any]) -> None:
    def outcome(families: Any) -> Any:
        for family in families:
            try:
                found = family(row)
            except Fault as fault:
                return fault.code, fault.message
            if found is not None:
                return found
        return None

    all_asked = outcome(family for family, _ in detect._FAMILIES)
    try:
        found = detect._read(row)
    except Fault as fault:
        found = (fault.code, fault.message)
    assert found == all_asked


def test_every_example_of_a_schema_is_read_by_the_families_that_its_fields_name() -> None:
    assert all(detect._read(schema.example) is not None for schema in schemas())


@pytest.mark.parametrize("mark", [mark for marks in THOUGHT_MARKS for mark in marks])
def test_every_mark_of_a_thought_is_looked_for(mark: str) -> None:
    assert may_hold(f"An answer {mark} and its end")


@given(st.lists(st.integers(-(10**25), 10**25) | st.floats(allow_nan=False, allow_infinity=False) | st.text()))
def test_every_integer_is_exact_and_every_float_is_one(numbers: list[Any]) -> None:
    for value in ({"a": numbers}, [[number] for number in numbers]):
        assert repr(strict.loads(json.dumps(value).encode())) == repr(value)


@given(st.recursive(st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)))
def test_depth_is_that_of_the_brackets(value: Any) -> None:
    assume(not _has_brackets(value))
    depth, deepest = 0, 0
    for sign in json.dumps(value, separators=(",", ":")):
        depth += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, depth)
    for n_more in (strict.MAX_DEPTH - deepest, strict.MAX_DEPTH - deepest + 1):
        text = b"[" * n_more + json.dumps(value).encode() + b"]" * n_more
        try:
            strict.loads(text)
        except Fault as fault:
            assert (n_more + deepest, fault.code) == (strict.MAX_DEPTH + 1, "too_deep")
        else:
            assert n_more + deepest == strict.MAX_DEPTH


def _has_brackets(value: Any) -> bool:
    if isinstance(value, dict):
        return any(set(name) & set("[]{}") or _has_brackets(held) for name, held in value.items())
    return isinstance(value, list) and any(map(_has_brackets, value))

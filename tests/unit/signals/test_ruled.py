"""What rules say of examples and of single answers, against the words of the definition, one row at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark import schema
from ftq_spark.signals import Rule, ruled, ruled_answers

SIGNALS = ("a", "b", "c")
VALUES = st.fixed_dictionaries(dict.fromkeys(SIGNALS, st.none() | st.sampled_from((0.0, 0.5, 1.0))))
BOUNDS = st.sampled_from((0.0, 0.5, 1.0))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    bound = {draw(st.sampled_from(("at_least", "at_most"))): draw(BOUNDS)}
    strength = st.sampled_from(("drop", "review", "note"))
    reason, signal = draw(st.sampled_from(("x", "y", "z"))), draw(st.sampled_from(SIGNALS))
    return Rule(reason, signal, draw(strength), earlier=draw(st.none() | strength), **bound)


def holds(rule: Rule, value: float | None) -> bool:
    if value is None:
        return False
    return value >= rule.at_least if rule.at_least is not None else rule.at_most is not None and value <= rule.at_most


def written_out(row: Mapping[str, float | None], is_bad: bool, some: Sequence[Rule], merits: set[str]) -> tuple:  # type: ignore[type-arg]
    reasons: list[str] = []
    notes: list[str] = []
    verdicts = set()
    for rule in some:
        if holds(rule, row[rule.signal]):
            is_note = rule.verdict == "note" or (is_bad and rule.signal in merits)
            (notes if is_note else reasons).append(rule.reason)
            verdicts |= set() if is_note else {rule.verdict}
    notes = [code for code in dict.fromkeys(notes) if code not in reasons]
    return list(dict.fromkeys(reasons)), notes, "drop" in verdicts, "review" in verdicts


@given(
    st.lists(st.tuples(VALUES, st.booleans()), max_size=6),
    st.lists(rules(), max_size=6),
    st.sets(st.sampled_from(SIGNALS)),
)
def test_rules_of_examples(
    rows: list[tuple[dict[str, float | None], bool]], some: list[Rule], merits: set[str]
) -> None:
    values = {name: np.array([row[name] for row, _ in rows], np.float64) for name in SIGNALS}
    found = ruled(values, np.array([is_bad for _, is_bad in rows], np.bool_), some, merits)
    lists = (found.reasons.to_pylist(), found.notes.to_pylist(), found.dropped.tolist(), found.doubtful.tolist())
    assert list(zip(*lists, strict=True)) == [written_out(row, is_bad, some, merits) for row, is_bad in rows]
    assert found.reasons.type == found.notes.type == schema.JUDGED.field("reasons").type


INCONSTANT = st.lists(st.sampled_from(("name_forgotten", "x", "w")), max_size=2, unique=True)
ANSWERS = st.lists(st.tuples(VALUES, st.booleans(), INCONSTANT), min_size=1, max_size=6)


def answers(rows: list[tuple[dict[str, float | None], bool, list[str]]], asked: Sequence[str]) -> pa.StructArray:
    fields = [*schema.ANSWERS, *((pa.field(f"sig_{name}", pa.float64())) for name in asked)]
    found = [
        {"turn": turn, "repeats": repeats, "inconstant": codes, **{f"sig_{name}": row[name] for name in asked}}
        for turn, (row, repeats, codes) in enumerate(rows)
    ]
    return pa.array(found, pa.struct(fields))


@given(ANSWERS, st.lists(rules(), max_size=6), st.integers(0, 6))
def test_rules_of_answers(
    rows: list[tuple[dict[str, float | None], bool, list[str]]], some: list[Rule], skipped: int
) -> None:
    asked = ("a", "b")  # `c` is not asked of single answers
    of_answers = [rule for rule in some if rule.signal in asked]
    laid = answers(rows, asked).slice(min(skipped, len(rows) - 1))
    findings, doubts = (lists.to_pylist() for lists in ruled_answers(laid, some))
    for place, (row, repeats, codes) in enumerate(rows[len(rows) - len(laid) :]):
        hits = [rule for rule in of_answers if holds(rule, row[rule.signal])]
        said = {rule.reason for rule in hits} | set(codes) | ({"repeated_answer"} if repeats else set())
        assert findings[place] == (sorted(said) if some else [])
        assert doubts[place] == sorted({rule.reason for rule in hits if (rule.earlier or rule.verdict) != "note"})


def test_a_reason_that_several_rules_give_stands_where_the_first_of_them_gives_it() -> None:
    some = [
        Rule("late", "a", "review", at_least=1.0),
        Rule("odd", "b", "review", at_least=0.5),
        Rule("late", "a", "drop", at_least=0.5),
        Rule("odd", "b", "note", at_least=0.1),
    ]
    values = {"a": np.array([1.0, 0.6, np.nan]), "b": np.array([0.7, 0.7, 0.2])}
    found = ruled(values, np.zeros(3, np.bool_), some)
    assert found.reasons.to_pylist() == [["late", "odd"], ["odd", "late"], []]
    assert found.notes.to_pylist() == [[], [], ["odd"]]
    assert (found.dropped.tolist(), found.doubtful.tolist()) == ([True, True, False], [True, True, False])


def test_a_signal_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        ruled({"a": np.zeros(1)}, np.zeros(1, np.bool_), [Rule("odd", "b", "note", at_least=0.1)])

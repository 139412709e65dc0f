"""Numbers and units in answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.quantities import agree, quantities


def only(text: str) -> tuple[str, float, float]:
    (found,) = quantities(text)
    return found.dimension, found.low, found.high


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high"),
    [
        ("4 g", "mass", 4000, 4000),
        ("4,000 mg", "mass", 4000, 4000),
        ("3 to 5 days", "time", 3 * 86400, 5 * 86400),
        ("thirty days' notice", "time", 30 * 86400, 30 * 86400),
        ("212 °F", "temperature", 100, 100),
        ("-5 degrees Celsius", "temperature", -5, -5),
        ("2.5%", "percent", 2.5, 2.5),
        ("$3.5 million", "money", 3.5e6, 3.5e6),
        ("1/2 cup", "volume", 118.294, 118.294),
        ("in 1945", "year", 1945, 1945),
        ("July 4", "date", 704, 704),
        ("the 2nd of September", "date", 902, 902),
        ("eight planets", "", 8, 8),
        ("twenty-five people", "", 25, 25),
        ("10k users", "", 10_000, 10_000),
    ],
)
def test_one_quantity(text: str, dimension: str, low: float, high: float) -> None:
    found = only(text)
    assert found[0] == dimension
    assert found[1:] == pytest.approx((low, high))


@pytest.mark.parametrize("text", ["COX-2 inhibitors", "type 1 diabetes", "1. First", "Windows10", "no number here"])
def test_digits_that_measure_nothing(text: str) -> None:
    assert quantities(text) == []


def test_complexity_names_and_formulas_agree() -> None:
    (formula,), (name,), (other,) = map(quantities, ("O(log n)", "It takes logarithmic time", "O(n)"))
    assert agree(formula, name)
    assert not agree(formula, other)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("4 g", "4,000 mg", True),
        ("30 days", "90 days", False),
        ("100 °C", "212 °F", True),
        ("about 8 billion", "7.9 billion", True),
        ("1945", "1939", False),
        ("3 to 5 days", "4 days", True),
    ],
)
def test_agreement(a: str, b: str, expected: bool) -> None:
    (x,), (y,) = quantities(a), quantities(b)
    assert agree(x, y) is expected
    assert agree(y, x) is expected


@given(st.integers(min_value=3, max_value=900))
def test_grams_and_milligrams_are_one_value(grams: int) -> None:
    (x,), (y,) = quantities(f"{grams} g"), quantities(f"{grams * 1000} mg")
    assert agree(x, y)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for quantity in quantities(text):
        assert quantity.low <= quantity.high


@pytest.mark.parametrize(
    ("text", "beyond"),
    [("more than five", True), ("under 6%", True), ("no more than 5 mg", False), ("at least 5", False)],
)
def test_more_than_a_value_is_not_the_value(text: str, beyond: bool) -> None:
    (found,) = quantities(text)
    assert found.beyond == beyond


@pytest.mark.parametrize(
    "text",
    ["the commitment one puts into it", "no one knows", "one of them", "one's own", "which one?", "as one can see"],
)
def test_one_as_a_pronoun_counts_nothing(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize("text", ["one tablet", "It has one.", "one hour", "twenty-one days"])
def test_one_as_a_number_counts(text: str) -> None:
    assert len(quantities(text)) == 1


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("nach zwölf Tagen", 12),
        ("drei Wochen", 21),
        ("trois jours", 3),
        ("cinco días", 5),
        ("quattro giorni", 4),
        ("sete dias", 7),
        ("vijf dagen", 5),
        ("pięć dni", 5),
        ("через 3 дня", 3),
        ("in five days", 5),
    ],
)
def test_spans_are_read(text: str, days: int) -> None:
    assert [(q.low, q.dimension) for q in quantities(text)] == [(86400.0 * days, "time")]


@pytest.mark.parametrize(
    ("text", "day"),
    [("3 Mai", 503), ("14 März 2025", 314), ("3 de mayo", 503), ("12 août", 812), ("1 dicembre", 1201), ("5 May", 505)],
)
def test_days_are_read(text: str, day: int) -> None:
    assert day in [quantity.low for quantity in quantities(text) if quantity.dimension == "date"]


def test_decades_are_years() -> None:
    (seventies,) = quantities("It began in the 1970s.")
    assert (seventies.dimension, seventies.low, seventies.high) == ("year", 1970, 1979)
    assert agree(seventies, quantities("It began in 1973.")[0])
    assert not agree(seventies, quantities("It began in 1985.")[0])
    assert [q.dimension for q in quantities("It took 3s, or 1500 s.")] == ["time", "time"]

"""Questions and answers composed from the fact tables and from arithmetic."""

from __future__ import annotations

import zlib

from .phrasings import COLUMNS, DOMAINS, FORMS
from .reading import read_table
from .truth import Item


def pick(key: str, n: int) -> int:
    """A choice among ``n`` that depends on nothing but ``key``."""
    return zlib.crc32(key.encode()) % n


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def compose(table: str) -> list[Item]:
    """One item for each row and attribute of a table, in one of the attribute's forms."""
    items = []
    for row in read_table(table, COLUMNS[table]):
        values = row | {name.capitalize(): _capital(value) for name, value in row.items()}
        for attribute, (questions, answers) in FORMS[table].items():
            key = f"{table}/{row['x']}/{attribute}"
            question = questions[pick(key + "?", len(questions))].format_map(values)
            answer = answers[pick(key, len(answers))].format_map(values)
            items.append(Item(key, DOMAINS.get(table, "general"), [(_capital(question), _sentences(answer))]))
    return items


def _sentences(text: str) -> str:
    """The text with a capital letter after each full stop of its prose; code is left alone."""
    if "`" in text or "\n    " in text:
        return text[:1].upper() + text[1:] if text[0].isalpha() else text
    parts = text.split(". ")
    return ". ".join(_capital(part) for part in parts)


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


_UNITS = [
    ("inches", "centimetres", 2.54),
    ("pounds", "kilograms", 0.45359237),
    ("US gallons", "litres", 3.785411784),
    ("nautical miles", "kilometres", 1.852),
    ("acres", "hectares", 0.40468564),
    ("feet", "metres", 0.3048),
    ("ounces", "grams", 28.349523),
    ("knots", "kilometres per hour", 1.852),
    ("kilocalories", "kilojoules", 4.184),
    ("horsepower", "kilowatts", 0.745699872),
    ("imperial pints", "millilitres", 568.26125),
    ("yards", "metres", 0.9144),
    ("bar", "pounds per square inch", 14.503774),
    ("stone", "kilograms", 6.35029318),
    ("square feet", "square metres", 0.09290304),
    ("hours", "seconds", 3600),
    ("weeks", "hours", 168),
    ("tonnes", "US pounds", 2204.62262),
]
_UNIT_FORMS = [
    ("How many {b} are {n} {a}?", "{n} {a} are {v} {b}, since one of the former equals {f} of the latter."),
    ("Convert {n} {a} to {b}.", "{n} × {f} = {v}, so the result is {v} {b}."),
    ("What is {n} {a} in {b}?", "{v} {b}."),
    ("A sign says {n} {a}. What does that make in {b}?", "Multiply by {f}: that makes {v} {b}."),
]


def conversions() -> list[Item]:
    """Unit conversions, each with its own amount."""
    items = []
    for place, (source, target, factor) in enumerate(_UNITS):
        for turn in range(2):
            amount = (7, 12, 45, 160, 3.5, 88, 250, 19, 640)[(place * 2 + turn * 5) % 9] + place
            question, answer = _UNIT_FORMS[(place + turn * 2) % 4]
            values = {"n": _number(amount), "a": source, "b": target, "f": f"{factor:g}", "v": _number(amount * factor)}
            items.append(
                Item(f"unit/{source}/{turn}", "general", [(question.format(**values), answer.format(**values))])
            )
    return items


_STORIES = [
    (
        "A baker packs {a} rolls into each bag and fills {b} bags. How many rolls is that?",
        "{a} × {b} = {c} rolls.",
        lambda a, b: a * b,
    ),
    (
        "{b} friends share a restaurant bill of {a} euros equally. How much does each pay?",
        "Each pays {a} ÷ {b} = {c} euros.",
        lambda a, b: a / b,
    ),
    (
        "A jacket costs {a} dollars and is reduced by {b} percent. What is the new price?",
        "The discount is {a} × {b}/100, which leaves {c} dollars.",
        lambda a, b: a * (100 - b) / 100,
    ),
    (
        "A tank holds {a} litres and loses {b} litres a day. How much is left after three days?",
        "Three days cost 3 × {b} litres; {c} litres are left.",
        lambda a, b: a - 3 * b,
    ),
    (
        "A cyclist rides {a} km at {b} km/h. How many hours does the ride take?",
        "Time is distance over speed: {a} ÷ {b} ≈ {c} hours.",
        lambda a, b: a / b,
    ),
    (
        "What is the area of a rectangular garden that is {a} m long and {b} m wide?",
        "Length times width: {a} × {b} = {c} square metres.",
        lambda a, b: a * b,
    ),
    (
        "I put {a} dollars into an account at {b} percent simple interest. What interest do I get in a year?",
        "{a} × {b} ÷ 100 = {c} dollars of interest in the year.",
        lambda a, b: a * b / 100,
    ),
    (
        "A warehouse has {a} shelves with {b} boxes each. After 40 boxes have been sold, how many are left?",
        "At first {a} × {b} boxes. Minus the 40 that were sold, {c} are left.",
        lambda a, b: a * b - 40,
    ),
    (
        "What is the perimeter of a rectangle with sides of {a} cm and {b} cm?",
        "Twice the sum of the sides: 2 × ({a} + {b}) = {c} cm.",
        lambda a, b: 2 * (a + b),
    ),
    (
        "What is the mean of {a}, {b} and 30?",
        "({a} + {b} + 30) ÷ 3 = {c}.",
        lambda a, b: (a + b + 30) / 3,
    ),
    (
        "A car uses {b} litres of fuel per 100 km. How much does it need for {a} km?",
        "{a} ÷ 100 × {b} = {c} litres.",
        lambda a, b: a * b / 100,
    ),
    (
        "Maria reads {b} pages an evening. How many evenings does she need for a novel of {a} pages?",
        "{a} ÷ {b} ≈ {c}; a remainder would need one evening more.",
        lambda a, b: a / b,
    ),
]
_AMOUNTS = [(48, 12), (360, 15), (96, 8), (210, 14), (540, 6), (75, 5)]


def word_problems() -> list[Item]:
    """Arithmetic in small stories, twice each with other amounts."""
    items = []
    for place, (question, answer, result) in enumerate(_STORIES):
        for turn in range(2):
            a, b = _AMOUNTS[(place + turn * 3) % len(_AMOUNTS)]
            values = {"a": a, "b": b, "c": _number(result(a, b))}
            items.append(
                Item(f"story/{place}/{turn}", "general", [(question.format(**values), answer.format(**values))])
            )
    return items


def composed() -> list[Item]:
    """All composed items."""
    items = [item for table in FORMS for item in compose(table)]
    return items + conversions() + word_problems()

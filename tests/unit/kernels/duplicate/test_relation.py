"""Answers to one question that say the same, that go together, and that cannot be told."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.duplicate import relation
from ftq_spark.kernels.duplicate.relation import COMPATIBLE, SAME, UNCLEAR, relate, relate_all
from ftq_spark.kernels.duplicate.verdict import DIFFERENT, DUPLICATE, SAME_QUESTION, Side

CASES = [
    ("Is the pool heated?", "Yes, to 28 degrees.", "Yes, to 28 degrees", SAME),
    ("Is the pool heated?", "Yes.", "Yes, it is.", SAME),
    ("Which river flows through Ulm?", "The Danube.", "The Danube flows through Ulm.", SAME),
    ("Is the pool heated?", "Yes, to 28 degrees.", "Yes, to 26 degrees.", COMPATIBLE),  # both answer what is asked
    ("Is it safe?", "Yes.", "Yes, but only for adults.", COMPATIBLE),
    ("Is it safe?", "Yes.", "No.", UNCLEAR),
    ("Where is the key?", "In the drawer.", "On the hook.", UNCLEAR),
    ("Which drug is tried first?", "Metformin.", "Gliclazide.", UNCLEAR),
    ("Give the weather as JSON.", '{"rain": true}', '{"rain": false}', UNCLEAR),
    ("Give the weather as JSON.", '{"rain": true, "wind": 3}', '{"wind": 3, "rain": true}', SAME),
    (
        "How do I keep basil alive?",
        "Water it from below and pinch off the flowers, so that it puts its strength into the leaves.",
        "Give it a bright windowsill. In winter it wants a lamp, and a larger pot each spring helps as well.",
        COMPATIBLE,
    ),
]


@pytest.mark.parametrize(("question", "one", "other", "expected"), CASES)
def test_answers(question: str, one: str, other: str, expected: str) -> None:
    a, b = (Side("", "", question, answer, "", "") for answer in (one, other))
    found = relate(a, b, similar=False)
    assert found == relate(b, a, similar=False)
    assert found.answers == expected


def test_calls_that_differ_are_unclear() -> None:
    a, b = (
        Side(
            "",
            "",
            "Wake me.",
            "",
            f'[{{"function": {{"name": "set_alarm", "arguments": "{{\\"hour\\": {hour}}}"}}}}]',
            "",
        )
        for hour in (6, 7)
    )
    assert relate(a, b, similar=False).answers == UNCLEAR
    assert relate(a, a, similar=False).answers == SAME


_STEPS = "Take the wheel off.\n{}Find the hole in the tube.\n{}Glue a patch on it.\n{}Pump it up and put the wheel on."


def _relation(question: str, one: str, asked_otherwise: str, other: str) -> str:
    a, b = Side("", "", question, one, "", ""), Side("", "", asked_otherwise, other, "", "")
    assert relate(a, b, similar=False) == relate(b, a, similar=False)
    return relate(a, b, similar=False).verdict


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("- " + _STEPS.format("- ", "- ", "- "), "1. " + _STEPS.format("2. ", "3. ", "4. ")),
        ("* " + _STEPS.format("* ", "* ", "* "), "1) " + _STEPS.format("2) ", "3) ", "4) ")),
        ("* glue\n* patch\n* pump", "1. glue\n2. patch\n3. pump"),
    ],
)
def test_a_list_may_be_numbered_or_not(one: str, other: str) -> None:
    assert _relation("How do I mend a flat tyre?", one, "How do I mend a flat tyre?", other) == DUPLICATE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("- glue\n- patch\n- pump", "1. patch\n2. glue\n3. pump"),  # another order
        ("1. glue\n2. patch", "1. patch\n2. glue"),
        ("- glue\n- patch", "3. glue\n4. patch"),  # the end of something
        ("- glue: 2\n- patch: 1", "1. glue\n2. patch"),
    ],
)
def test_numbers_that_say_more_than_the_order_count(one: str, other: str) -> None:
    assert _relation("What do I need first?", one, "What do I need first?", other) == SAME_QUESTION


@pytest.mark.parametrize(
    ("question", "one", "asked_otherwise", "other"),
    [
        (
            "Wie pflegt man Möbel aus Eiche?",
            "Man ölt die Möbel zweimal im Jahr und wischt überschüssiges Öl mit einem weichen Tuch ab.",
            "Wie pflegt man Moebel aus Eiche?",
            "Man oelt die Moebel zweimal im Jahr und wischt ueberschuessiges Oel mit einem weichen Tuch ab.",
        ),
        ("Wie weit ist es zur Straßenbahn?", "Rund 200 Meter.", "Wie weit ist es zur Strassenbahn?", "Rund 200 Meter."),
        ("Guten Tag, wo parke ich?", "Hinter dem Haus.", "Wo parke ich?", "Hinter dem Haus."),
        ("Hello, I hope you are well. Where do I park?", "Behind it.", "Where do I park?", "Behind it."),
    ],
)
def test_umlauts_and_greetings_make_no_other_question(
    question: str, one: str, asked_otherwise: str, other: str
) -> None:
    assert _relation(question, one, asked_otherwise, other) == DUPLICATE


@pytest.mark.parametrize(
    ("question", "one", "asked_otherwise", "other", "expected"),
    [
        ("Was heißt drucken?", "Auf Papier bringen.", "Was heißt drücken?", "Auf Papier bringen.", DIFFERENT),
        ("Wie schreibt man das?", "Maße", "Wie schreibt man das?", "Masse", SAME_QUESTION),
        ("Wie sagt man auf Deutsch?", "Hallo", "Wie sagt man auf Deutsch?", "Guten Tag", SAME_QUESTION),
    ],
)
def test_umlauts_that_make_another_word_count(
    question: str, one: str, asked_otherwise: str, other: str, expected: str
) -> None:
    assert _relation(question, one, asked_otherwise, other) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("'O'", "o"), ("'O'", "'o'"), ("'a  b'", "'a b'"), ("'5'", "5"), ("a,b", "a, b")]
)
def test_of_what_a_program_prints_every_character_counts(one: str, other: str) -> None:
    question = "Complete the assertion.\n```python\ndef f(a):\n    return a.upper()\nassert f('o') == ??\n```"
    assert _relation(question, one, question, other) == SAME_QUESTION
    assert _relation(question, one, question, f"{one} ") == DUPLICATE


_LETTER = (
    "Thank you for writing to us about the delivery of your parcel. We have passed your question on to the depot. "
    "Your number is {}, and the person who looks after it is {}."
)
_PROMPTS = ["Where is my parcel?", "Write a function that prints a letter.", "Is it there?", "Write me a letter."]


def _letter(prompt: str, number: str, name: str, context: str = "", calls: str = "", rest: str = "") -> Side:
    return Side(context, "", prompt, _LETTER.format(number, name), calls, rest)


_OTHERS = ["It is late.", "On its way.", '{"n": 5}']
_SIDES = st.builds(
    _letter,
    st.sampled_from(_PROMPTS[:2]) | st.sampled_from(_PROMPTS),
    st.sampled_from(["4711", "1174", "17", "3", "12345678", "87654321", "five"]),
    st.sampled_from(["Ada", "Bo", "Cy", "None", "Before", "After", "Number", "Ada Byron"]),
    st.sampled_from(["", "", "", "Be brief."]),
    st.sampled_from(["", "", "", '[{"function": {"name": "f", "arguments": "{}"}}]']),
    st.sampled_from(["", "x"]),
) | st.sampled_from([Side("", "", _PROMPTS[0], answer, "", "") for answer in _OTHERS])


@settings(max_examples=300)
@given(st.lists(_SIDES, min_size=1, max_size=8), st.sampled_from([0.1, 0.25, 0.5]), st.booleans())
def test_many_pairs_stand_to_each_other_as_each_of_them_does(sides: list[Side], veto: float, similar: bool) -> None:
    pairs = [(a, b, similar) for a, b in combinations(sides, 2)]
    assert relate_all(pairs, veto) == [relate(*pair, veto) for pair in pairs]


def test_letters_of_one_form_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [_letter(_PROMPTS[0], str(number), name) for number, name in ((4711, "Ada"), (1234, "Bo"), (17, "Cy"))]
    pairs = [(a, b, False) for a, b in combinations(sides, 2)]
    expected = [relate(*pair) for pair in pairs]
    monkeypatch.setattr(relation, "relate", None)
    assert relate_all(pairs) == expected == [(SAME_QUESTION, COMPATIBLE)] * 3

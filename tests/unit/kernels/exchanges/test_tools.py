"""Whole conversations with tools: what was never said, what is claimed, what is called again and again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.exchanges.claims import failed
from ftq_spark.kernels.exchanges.grounding import is_grounded
from ftq_spark.kernels.exchanges.said import Said, folded
from ftq_spark.kernels.exchanges.tools import CODES, tool_findings

Turn = dict[str, Any]


def turn(role: str, content: str = "", **others: Any) -> Turn:
    return {"role": role, "content": content, "tool_calls": None, "tool_call_id": None, **others}


def calling(*calls: tuple[str, Any]) -> Turn:
    made = [{"type": "function", "function": {"name": n, "arguments": json.dumps(a)}} for n, a in calls]
    return turn("assistant", tool_calls=json.dumps(made))


def codes(*messages: Turn, tools: Any = None) -> list[tuple[int, str]]:
    found = tool_findings(messages, json.dumps(tools) if tools else None)
    assert {item.code for item in found} <= set(CODES)
    return [(item.turn, item.code) for item in found]


def after(*texts: str) -> Said:
    said = Said()
    for text in texts:
        said.add(text)
    return said


def test_a_sound_dialogue_has_no_findings() -> None:
    assert (
        codes(
            turn("user", "How warm will it be in Lyon tomorrow?"),
            calling(("weather", {"town": "Lyon", "days": 1})),
            turn("tool", '{"celsius": 21.4}'),
            turn("assistant", "About 21 degrees."),
        )
        == []
    )


def test_without_calls_nothing_is_looked_at() -> None:
    assert codes(turn("user", "Hi"), turn("assistant", "It has been sent."), tools=[{"name": "send"}]) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("town", "Lyon", "What is on in lyon?"),
        ("town", "Paris, France", "a hotel in Paris"),
        ("town", "New York", "flights from NYC"),
        ("town", "San Francisco", "something in San Fran"),
        ("town", "Zürich", "trains to zurich"),
        ("guests", 2, "a table for me and my wife"),
        ("guests", 12, "a dozen of us"),
        ("guests", 25, "we are twenty five"),
        ("share", 0.2, "a tip of 20%"),
        ("seconds", 300, "five minutes"),
        ("total", 75, "50 and another 25"),
        ("amount", "1,500", "1500 euros"),
        ("date", "2024-03-08", "on March 8th"),
        ("date", "2024-03-08", "tomorrow"),
        ("date", "2024-03-06", "next Wednesday"),
        ("time", "18:30", "at half past 6"),
        ("time", "19:45", "a quarter to eight"),
        ("time", "09:00", "9 am"),
        ("time", "11:00", "on Monday morning 11."),
        ("time", "10:00", "some time in the morning, 10 or so"),
        ("time", "12:00", 'at 12 o"clock'),
        ("year", 2019, "a song of '19?"),
        ("year", "1987", "the summer of '87"),
        ("date", "2024-03-01", "on the first of this month"),
        ("genre", "Comedy", "something funny"),
        ("genre", "Crime", "a thriller, please"),
        ("cuisine", "Mexican", "something Latin American"),
        ("cuisine", "Asian", "I am thinking of Indian food"),
        ("date", "2024-03-12", "from March 8th for 4 nights"),
        ("date", "2024-03-22", "on March 8th for two weeks"),
        ("hotel", "Lakeside Garden Hotel", "the Lakeside hotel"),
        ("airport", "LAX", "to LA"),
        ("nationality", "Italian", "I am from Italy"),
        ("language", "de", "into German"),
        ("symbol", "AAPL", "shares of Apple"),
        ("lazy", "True", "yes please"),
        ("body", "Dear Anna, thank you for the lovely flowers, yours Tom", "thank her"),
        ("email", "anna@example.com", "write to anna@example.com"),
        ("order", "descending", "the dearest first"),
    ],
)
def test_grounded(name: str, value: Any, said: str) -> None:
    assert is_grounded(name, value, after(said))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("town", "Oakland", "something in San Jose"),
        ("town", "San Francisco", "something in San Jose"),
        ("guests", 7, "a table for four"),
        ("date", "2024-03-10", "on March 8th"),
        ("date", "2024-04-08", "on March 8th"),
        ("date", "2024-03-07", "next Wednesday"),
        ("time", "17:00", "at half past 6"),
        ("email", "bob@sample.org", "write to anna@example.com"),
        ("order_id", "A-20931", "cancel my order"),
        ("artist", "Miles Davis", "play something by Bach"),
        ("genre", "Horror", "something funny"),
        ("cuisine", "Thai", "I love Italian food"),
        ("town", "Seattle", "economy seats to Chicago"),
        ("town", "Los Angeles", "the last flight to Las Vegas"),
        ("hotel", "Garden Hotel", "a hotel in Paris"),
        ("hotel", "The Seaside Inn and Spa", "the inn and the bar"),
        ("hotel", "37 North", "a room for 3 at 5 pm"),
        ("hotel_name", "Grand Sunset Inn and Suites by the Sea, Malibu", "a room in Malibu, near the sea"),
        ("date", "2024-03-04", "on March 8th, and rated 4.5"),
        ("date", "2024-03-13", "from March 8th for 4 nights"),
        ("date", "2024-03-13", "on Friday next week"),
        ("time", "17:00", "now make it half past 6"),
        ("amount", 7, "call 555-302-1499 about the 3 tickets"),
    ],
)
def test_out_of_nowhere(name: str, value: Any, said: str) -> None:
    assert not is_grounded(name, value, after(said))


def test_a_day_that_only_today_tells_is_open_until_it_is_named() -> None:
    said = after("A room for tomorrow, please.")
    said.add("From tomorrow on. Until when?", by_user=False)
    assert is_grounded("from", "2024-03-05", said)
    said.add('[{"from": "2024-03-05"}]', by_user=False)
    assert is_grounded("from", "2024-03-05", said) and not is_grounded("from", "2024-03-09", said)
    said.add("No, better the day after tomorrow.")
    assert is_grounded("from", "2024-03-06", said)


def test_what_an_assistant_does_first_names_no_day() -> None:
    said = after("A bus for tomorrow, please.")
    said.add("First I need to know where from.", by_user=False)
    assert is_grounded("day", "2024-03-05", said)


def test_months_of_results_rule_none_out() -> None:
    said = after("An appointment on the 2nd, please.")
    said.add('{"doctor": "Jan Dec"}', by_user=False)
    assert is_grounded("day", "2024-03-02", said)


def test_an_answer_that_calls_a_named_day_tomorrow_opens_none() -> None:
    said = after("A room for March 5th.")
    said.add("That is tomorrow. Shall I book it?", by_user=False)
    assert not is_grounded("from", "2024-03-09", said)
    alone = after("A room, please.")
    alone.add("For today?", by_user=False)
    alone.add("Yes.")
    assert is_grounded("from", "2024-03-09", alone)


def test_what_the_schema_offers_is_grounded() -> None:
    tools = [{"name": "find", "parameters": {"properties": {"town": {"enum": ["Oakland"]}, "n": {"default": 37}}}}]
    messages = (turn("user", "Find me something."), calling(("find", {"town": "Oakland", "n": 37})))
    assert codes(*messages, tools=tools) == []
    assert codes(messages[0], calling(("find", {"town": "Fresno", "n": 37}))) == [(1, "tool_ungrounded")]


def test_a_call_without_its_result_is_one_finding_and_an_undeclared_one_another() -> None:
    asked, said = turn("user", "Is the gate open?"), turn("assistant", "It is.")
    tools = [{"name": "look", "parameters": {"type": "object", "properties": {}}}]
    assert codes(asked, calling(("look", {})), said, tools=tools) == [(1, "tool_link")]
    assert codes(asked, calling(("peek", {})), turn("tool", "open"), said, tools=tools) == [(1, "tool_unknown")]
    assert codes(asked, turn("tool", "open"), said) == [(1, "tool_link")]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Use these. <tools> {} </tools>", ["tool_schema"]),
        ("Within <tools></tools> tags:\n<tools>\n{}\n{}\n</tools>", ["tool_schema"]),
        ("# Tools\n<tools>[{}]</tools>", ["tool_schema"]),
        ("[AVAILABLE_TOOLS] [{}][/AVAILABLE_TOOLS]", ["tool_schema"]),
        ("<tools> {} and more </tools>", []),
        ("None.", []),
    ],
)
def test_tools_that_the_system_text_declares(told: str, expected: list[str]) -> None:
    tool = {"name": "room", "parameters": {"type": "object", "properties": {"floor": {"type": "integer"}}}}
    system = turn("system", told.replace("{}", json.dumps({"type": "function", "function": tool})))
    asked = turn("user", "Is a room free on the third floor?")
    assert [code for _, code in codes(system, asked, calling(("room", {"floor": "third"})))] == expected
    if expected:
        assert codes(system, asked, calling(("hall", {}))) == [(2, "tool_unknown")]


def test_tools_that_the_first_turn_of_the_user_declares() -> None:
    tool = json.dumps([{"type": "function", "function": {"name": "room", "parameters": {"type": "object"}}}])
    for opens, expected in (("[AVAILABLE_TOOLS]", [(1, "tool_unknown")]), ("<tools>", [])):
        asked = turn("user", f"{opens}{tool}{opens.replace('[', '[/').replace('<', '</')} Is a hall free?")
        assert codes(asked, calling(("hall", {}))) == expected


def test_results_and_earlier_calls_are_said() -> None:
    assert (
        codes(
            turn("user", "Find a cheap hotel."),
            calling(("hotels", {"price": "cheap"})),
            turn("tool", '[{"name": "Seaside Lodge", "id": "H-2291"}]'),
            calling(("book", {"hotel": "H-2291"})),
        )
        == []
    )


def claim(result: str, answer: str) -> list[tuple[int, str]]:
    return codes(turn("user", "Go on."), calling(("go", {})), turn("tool", result), turn("assistant", answer))


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ('{"error": "timed out"}', "Your booking has been confirmed."),
        ('{"status": "failed"}', "I've sent the message."),
        ('{"content": [{"type": "text", "text": "No table."}], "isError": true}', "I've sent the message."),
        ('[{"json": {"error": "no such berth"}}]', "Your booking has been confirmed."),
        ('{"success": false}', "The file has been deleted successfully."),
        ("Error: no such user", "The user has been created."),
        ('{"price": 412}', "The flight costs 612 dollars."),
        ('{"celsius": 21}', "It is 34 degrees there."),
    ],
)
def test_claims(result: str, answer: str) -> None:
    assert claim(result, answer) == [(3, "tool_claim")]


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ('{"error": "timed out"}', "Sorry, the booking has not been confirmed."),
        ('{"error": null, "id": 7}', "The booking has been confirmed."),
        ('{"status": "ok"}', "The file has been deleted successfully."),
        ('{"price": 412.3}', "About 412 dollars."),
        ('{"distance": 2448.2}', "Some 2,450 miles."),
        ('{"share": 0.35}', "It is 35%."),
        ('{"items": ["a", "b", "c"], "page": 9}', "I found 3 items."),
        ('{"a": 1, "b": 2, "c": 3, "d": 4}', "There are 17 of them."),
        ("no errors were found in file 3", "The file has been saved."),
    ],
)
def test_no_claims(result: str, answer: str) -> None:
    assert claim(result, answer) == []


@pytest.mark.parametrize("text", ["[]", "null", "", "3", '"all good"', '{"error": ""}', '{"status": "open"}'])
def test_not_failed(text: str) -> None:
    assert not failed(text)


def test_loops() -> None:
    once, same = calling(("look", {"a": 1, "b": 2})), calling(("look", {"b": 2, "a": 1}))
    result = turn("tool", "nothing")
    assert codes(turn("user", "a 1 b 2"), once, result, same, result) == [(3, "tool_loop")]
    # The state has changed, the user asked again, or the first try failed otherwise: no loop.
    assert codes(turn("user", "a 1 b 2"), once, turn("tool", "pending"), same, turn("tool", "done")) == []
    assert codes(turn("user", "go"), once, result, turn("user", "again"), same, result) == []
    assert codes(turn("user", "go"), once, turn("tool", "1"), same, turn("tool", "2"), once, turn("tool", "3")) == [
        (5, "tool_loop")
    ]


def test_twice_in_one_turn() -> None:
    assert codes(turn("user", "go"), calling(("look", {"a": 1}), ("look", {"a": 1}))) == [(1, "tool_loop")]
    assert codes(turn("user", "go"), calling(("look", {"a": 1}), ("look", {"a": 2}))) == []


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=30))
def test_what_was_said_word_for_word_is_grounded(texts: list[str], value: str) -> None:
    assert is_grounded("x", value, after(*texts, f"… {value} …"))


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.lists(st.sampled_from(["at 5", "on 31/12", "half past twelve", "March 3rd", "1.2.3", "10:99"]), max_size=5))
def test_any_text_can_be_asked_about(texts: list[str]) -> None:
    said = after(*texts)
    assert all(0 <= hour < 12 for hour, _ in said.times) and isinstance(said.days | said.numbers, set)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
KEYWORDS = ("type", "properties", "required", "enum", "items", "$ref", "name", "parameters", "function", "x")
WORDS = st.sampled_from(KEYWORDS)
VALUES = st.recursive(
    SCALARS | st.sampled_from(("string", "dict", "#", "look", "#/properties/x", "^(a+)+$")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, VALUES, VALUES, st.text(max_size=30))
def test_no_definition_call_or_result_ends_a_run(parameters: Any, arguments: Any, tools: Any, text: str) -> None:
    declared = [{"name": "look", "parameters": parameters}, tools]
    call, result = calling(("look", arguments), ("peek", arguments)), turn("tool", json.dumps(arguments))
    for found in tool_findings((turn("user", text), call, result, turn("assistant", text)), json.dumps(declared)):
        assert found.code in CODES and found.message.isprintable() and len(found.message) < 500

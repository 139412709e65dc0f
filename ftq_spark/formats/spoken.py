"""Rows whose turns are who speaks and what is said, and nothing else: what their names say, and what a turn holds.

Most rows of dialogues are such, those with calls of tools and two answers to choose from included. What
:mod:`~ftq_spark.formats.chat` and :mod:`~ftq_spark.formats.preference` would make of them is known from their names and
a look at all turns together: :mod:`~ftq_spark.formats.spoken_rows` in rows of JSON,
:mod:`~ftq_spark.formats.spoken_columns` in tables. Rows with anything else to them (other parts, calls between marks, a
label, media, nothing to say) are left out, and the families decide.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import (
    COMPARED_FIELDS,
    CONVERSATION_FIELDS,
    LABEL_FIELDS,
    MEDIA_COLUMNS,
    PREFERENCES,
    SYSTEM_FIELDS,
    TOOLS_FIELDS,
    WEIGHT_FIELDS,
)
from ftq_spark.formats.calls import tool_calls
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.identity import SYSTEM_ROLES, called, without_nulls
from ftq_spark.formats.preference import OPENAI_SIDES
from ftq_spark.formats.responses import BESIDE_TURNS
from ftq_spark.formats.tagged_calls import may_hold_calls, result_in
from ftq_spark.formats.thoughts import Split, split
from ftq_spark.formats.turns import TURN_FIELDS, may_hold_more

_OF_A_CALL = {"name", "arguments"}
_CALL = '[{"type":"function","function":{"name":%s,"arguments":%s}}]'
ROLES = ("system", "developer", "user", "assistant", "tool")
SYSTEMS = [place for place, role in enumerate(ROLES) if role in SYSTEM_ROLES]  # their places
_SIDES = frozenset(name for sides in PREFERENCES for name in sides)
# A row with one of these may be more than its turns.
_OTHERS = frozenset(
    {*LABEL_FIELDS, *MEDIA_COLUMNS, *BESIDE_TURNS, *COMPARED_FIELDS, "history", "schemaVersion", "trajectory_format"}
    | {name for names in OPENAI_SIDES for name in names}
)
# How a turn names who speaks, and what is said.
_DIALECTS = (("role", "content"), ("from", "value"), ("speaker", "utterance"))
# What a turn may hold beside these only where it is null, and what it may not even name, for this tells the format.
MORE_OF_TURNS = TURN_FIELDS.difference(WEIGHT_FIELDS)
TELL_THE_FORMAT = frozenset(("author", "sender"))


class Fields(NamedTuple):
    """Where rows hold turns, and what belongs to them."""

    turns: str
    sides: tuple[str, ...]  # of a preference: the better one, the other one
    systems: tuple[str, ...]
    has_tools: bool
    is_mistral: bool
    others: tuple[str, ...]  # which say nothing of the example


@lru_cache(maxsize=64)  # a dataset has few lists of names
def fields(names: tuple[str, ...]) -> Fields | None:
    """Where rows with these names hold their turns; null where they promise more than that."""
    turns = [name for name in names if name in CONVERSATION_FIELDS]
    sides = next((pair for pair in PREFERENCES if pair[0] in names and pair[1] in names), ())
    if len(turns) != 1 or not _OTHERS.isdisjoint(names) or len(_SIDES.intersection(names)) != len(sides):
        return None
    systems = tuple(name for name in SYSTEM_FIELDS if name in names)
    others = tuple(name for name in names if name not in (*turns, *sides, *systems))
    has_tools = not set(TOOLS_FIELDS).isdisjoint(names)
    return Fields(turns[0], sides, systems, has_tools, "available_tools" in names, others)


class Said(NamedTuple):
    """Turns, (n,) each."""

    roles: np.ndarray  # int8: places in `ROLES`
    contents: pa.Array  # string
    escaped: pa.Array  # binary: the contents as they stand between the quotes of JSON
    calls: dict[int, tuple[str, bytes]]  # of some turns: the calls as JSON, and as they enter the content hash
    weights: dict[int, float]
    thoughts: dict[int, Split]  # which stood in the text

    def at(self, places: np.ndarray) -> Said:
        """Those at these places, each once at most, in their order."""
        if len(places) == len(self.roles) and (places[:-1] < places[1:]).all():
            return self
        place, chosen = np.full(len(self.roles), -1), pa.array(places)
        place[places] = np.arange(len(places))
        beside: tuple[dict[int, Any], ...] = (self.calls, self.weights, self.thoughts)
        return Said(
            self.roles[places],
            self.contents.take(chosen),
            self.escaped.take(chosen),
            *({int(place[turn]): of for turn, of in some.items() if place[turn] >= 0} for some in beside),
        )


class Turns(NamedTuple):
    """Rows that are their turns alone."""

    numbers: pa.Array  # int64
    lines: pa.Array  # int64
    originals: pa.Array  # string
    formats: pa.Array  # string
    tools: list[str | None]
    n_turns: np.ndarray  # int64
    turns: Said  # of all rows, one behind the other
    sides: tuple[Said, Said] | None  # of preferences the better answers and the others, of each row one; null elsewhere


def dialect_of(names: Collection[str]) -> tuple[str, str] | None:
    """Of the names in a turn those of who speaks and what is said."""
    return next((pair for pair in _DIALECTS if pair[0] in names and pair[1] in names), None)


def format_of(names: Collection[str], where: Fields) -> str:
    """As of a row whose first turn has these names."""
    if where.sides:
        return "dpo"
    if "from" in names:
        return "sharegpt"
    is_mistral = (where.is_mistral or ("text" in names and "content" not in names)) and "speaker" not in names
    return "mistral" if is_mistral else CONVERSATION_FIELDS[where.turns]


def call_in(text: str) -> tuple[str, bytes] | None:
    """The calls that the text of a call's turn is, as JSON and as they enter the content hash; null for none."""
    try:
        if (call := _plain_call(text)) is not None:
            return call
        found = tool_calls(text, "")
        return (strict.dumps(found), orjson.dumps(called(found), option=orjson.OPT_SORT_KEYS)) if found else None
    except (Fault, TypeError):  # an integer past 64 bits, too
        return None


def _plain_call(text: str) -> tuple[str, bytes] | None:
    """The same of one call by its name and arguments, as nearly all are; null for another. A ``Fault`` too_deep."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if type(found) is not dict or found.keys() != _OF_A_CALL:
        return None
    name, arguments = found["name"], found["arguments"]
    if type(name) is not str or not name.strip() or type(arguments) is not dict:
        return None
    if not strict.is_flat(arguments) and strict.exact(text.encode(), found) is not found:
        return None
    quoted, said = orjson.dumps(name), orjson.dumps(arguments)
    entered = without_nulls(arguments) if b"null" in said else arguments
    return _CALL % (quoted.decode(), orjson.dumps(said.decode()).decode()), b"[[%b,%b]]" % (
        quoted,
        orjson.dumps(entered, option=orjson.OPT_SORT_KEYS),
    )


def look(role: str, text: str) -> Split | bool:
    """What the text of a turn says without the thoughts inside an answer; true where that is the text as it is.

    False for one in doubt: with nothing to say, an answer with calls between marks, a tool's result between such.
    """
    if role == "assistant" and may_hold_more(text):
        found = split(text)
        if may_hold_calls(text) or not (found.reasoning or found.content):
            return False
        return True if found.content is text else found
    if role == "tool":
        return result_in(text) == (text, None)
    return bool(text) and not text.isspace()

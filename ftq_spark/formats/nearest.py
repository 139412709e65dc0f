"""What a row that no schema fits may be: the nearest schema, and the flag that would read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ftq_spark.formats.aliases import (
    ABOUT_HINTS,
    COLUMN_HINTS,
    DIALOGUE_HINTS,
    GRADED_HINTS,
    LISTED_HINTS,
    NO_TEXT_HINTS,
    PAIRS,
    PART_TYPES,
    PLACE_HINTS,
    PREFERENCE_PROMPTS,
    SIDE_HINTS,
    SYSTEM_FIELDS,
    TOOLS_FIELDS,
    TURN_HINTS,
    UTTERANCE_HINTS,
    WRONG_HINTS,
    known_role,
)
from ftq_spark.formats.bare import is_turn
from ftq_spark.formats.faults import Fault, as_options, brief
from ftq_spark.formats.fields import as_list
from ftq_spark.formats.mapping import TAGS, value_at
from ftq_spark.formats.speakers import fields_of_turns, is_scene, shared_tags, spoken_lines, tags
from ftq_spark.formats.transcript import turns_in

_NUMBER = re.compile(r"\d+|(?<=[ _-])[A-Ha-h](?![^\W_])")  # or a letter by itself: response_A
_MAX_NAME = 100  # characters: what is longer names no column
_N_NAMES = 10_000  # names of which it is remembered what they say: those of a table are asked for in every row
_ASKED = frozenset({"instruction", *(asked for _, asked, _ in PAIRS)})
_ANSWERS = ("response", "answer", "completion", "generation", "output", "candidate", "reply")
_RESPONSES = {"response": COLUMN_HINTS["response"]}
_NEEDS = (
    "expected turns (`messages`), a question and its answer (`prompt`, `completion`) or a preference (`chosen`, "
    "`rejected`); `ftq formats` lists all schemas"
)


def unfitting(row: Mapping[str, Any]) -> str:
    """The message of a row that no schema fits: its fields, what schemas need, and how it might be read."""
    flags = suggestion(row)
    hint = hinted(flags)
    if not flags and (dialogue := _dialogue_of(row)) is not None:
        whole = f'write all turns of one `{dialogue}` as one row, {{"messages": [TURN, TURN]}}'
        return f"no chat schema has the fields {brief(sorted(row), 200)}; it is a turn by itself: {whole}"
    if not flags and (asked := next((name for name in row if name in _ASKED), None)) is not None:
        fields = brief(sorted(row), 200)
        return f"`{asked}` has no answer beside it: no schema has the fields {fields} alone{_named(row, asked)}"
    if not flags and is_turn(row):
        hint = '; it is a turn by itself: write all turns of a conversation as one row, {"messages": [TURN, TURN]}'
    needs = "" if flags else f"; {_NEEDS}"
    return f"no chat schema has the fields {brief(sorted(row), 200)}{needs}{hint}"


def _named(row: Mapping[str, Any], asked: str) -> str:
    """How the answer to a question is named, as the end of a message; "" where nothing may be one."""
    answer = next(
        (answered[0] for _, name, answered in PAIRS if name == asked and "response" not in answered), "response"
    )
    is_preferred = asked in (*PREFERENCE_PROMPTS, "instruction")
    if (path := _one_of_several(row)) is not None:
        more = ", --column chosen=PATH --column rejected=PATH two of them" if is_preferred else ""
        return f"; `{path.split('.')[0]}` holds several answers: --column {answer}={path} reads the first{more}"
    others = [name for name, value in row.items() if name != asked and isinstance(value, str)]
    if is_preferred and any(_is_numbered(name, others) for name in others):
        return "; where two are answers, name the better one: --column chosen=NAME --column rejected=NAME"
    return f"; where one of them is the answer: --column {answer}=NAME" if others else ""


def _one_of_several(row: Mapping[str, Any]) -> str | None:
    """The path of the first of several answers in a list; null for no such list."""
    for name, held in row.items():
        if not isinstance(held, list) or len(held) < 2 or words_of(name).isdisjoint(f"{word}s" for word in _ANSWERS):
            continue
        if all(isinstance(answer, str) for answer in held):
            return f"{name}.0"
        first = held[0] if isinstance(held[0], dict) else {}
        if (said := next((word for word in _ANSWERS if isinstance(first.get(word), str)), None)) is not None:
            return f"{name}.0.{said}"
    return None


def _dialogue_of(row: Mapping[str, Any]) -> str | None:
    """The column that says of which dialogue a row is one turn: conv_id beside turn_id; null where no name tells."""
    words = {name: words_of(name) for name in row}
    numbered = [name for name, said in words.items() if not said.isdisjoint(PLACE_HINTS)]
    of_dialogue = [name for name in numbered if not words[name].isdisjoint(DIALOGUE_HINTS)]
    has_place = any(not said.isdisjoint(UTTERANCE_HINTS) for name, said in words.items() if name not in of_dialogue)
    is_said = len(_matched(list(row), TURN_HINTS)) == len(TURN_HINTS)
    return of_dialogue[0] if of_dialogue and (has_place or is_said) else None


def hinted(flags: list[str]) -> str:
    """Mappings as the end of a message: the flags that would read the row; "" for none."""
    return f"; perhaps: {as_options(flags)}" if flags else ""


def suggestion(row: Mapping[str, Any]) -> list[str]:
    """Mappings ``field=column`` that would make an example of the row, as far as names tell; empty for none."""
    flat = dict(_flat(row))
    if turns := _turns(flat):
        return turns
    templated = next((name for name, value in flat.items() if isinstance(value, str) and _is_templated(value)), None)
    is_asked = any(isinstance(flat.get(asked), str) for asked in _ASKED - {templated})
    if templated not in (None, "text") and not (is_asked and _matched([str(templated)], _RESPONSES)):
        return [f"text={templated}"]
    if asked := columns_of_exchange(flat):
        return asked
    scene = next((name for name, value in flat.items() if isinstance(value, str) and is_scene(value)), None)
    if scene is None or any(isinstance(flat.get(asked), str) for asked in _ASKED - {scene}):  # an answer in lines
        return []
    speaking = tags(spoken_lines(flat[scene]))
    return _flags({"text": scene, **speaking}) if speaking else []


def shared_suggestion(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The same for rows of one kind, as the first tells, but for the names of speakers, which all of them tell."""
    found = dict(flag.split("=", 1) for flag in suggestion(rows[0])) if rows else {}
    if TAGS.keys().isdisjoint(found):
        return found
    held = [_spoken(row, found) for row in rows]
    return {**found, **shared_tags([turns for turns in held if turns], found.get("role", "role"))}


def _spoken(row: Mapping[str, Any], found: Mapping[str, str]) -> list[Any] | None:
    """The turns of a row, or of a scene that is one text of it."""
    text = value_at(row, found.get("text", "text")) if "messages" not in found else None
    return spoken_lines(text) if isinstance(text, str) else as_list(value_at(row, found.get("messages", "messages")))


def _turns(flat: Mapping[str, Any]) -> list[str]:
    """Where the turns of a row stand: in a list of its own, or in the last of several (dialogues by and by, mostly)."""
    for name, value in flat.items():
        if name in LISTED_HINTS and isinstance(value, list) and value and _alternate(value):
            return [f"messages={name}"]
        lists = isinstance(value, list) and bool(value) and isinstance(value[-1], list)
        turns = value[-1] if lists else value
        if not (isinstance(turns, list) and turns and isinstance(turns[0], dict)):
            continue
        columns = columns_of_turns(turns) or _mapping(columns_of_exchange(turns[0]))
        if len(turns) == 1 and "role" in columns and known_role("role", str(turns[0].get(columns["role"]))) is None:
            continue
        are_answers = not TAGS.keys().isdisjoint(columns) and any(isinstance(flat.get(asked), str) for asked in _ASKED)
        if not columns or are_answers:  # of several models, not turns of several speakers
            continue
        found = {"messages": f"{name}.-1" if lists else name, **columns}
        if answer := _answer_beside(flat, turns, columns):
            found["response"] = answer
        tools = [path for path, held in flat.items() if path != name and _are_tools(held)]
        if tools and tools[0] not in TOOLS_FIELDS:
            found["tools"] = tools[0]
        return _flags(found)
    return []


def _alternate(found: list[Any]) -> bool:
    return len(found) % 2 == 0 and all(isinstance(text, str) for text in found)


def columns_of_turns(turns: list[Any]) -> dict[str, str]:
    """Where turns hold who speaks and what is said, by their names or else their values, and what speakers are called.

    Empty for turns that do not tell.
    """
    columns = _matched(turns[0], TURN_HINTS) if isinstance(turns[0], dict) else {}
    if columns.get("role") == "type" and any(str(turns[0]["type"]) == sort for sort in PART_TYPES):
        return {}  # parts of one turn
    if len(columns) < len(TURN_HINTS):
        columns = fields_of_turns(turns)
    return {**columns, **tags(turns, columns["role"])} if columns else {}


def answer_beside_turns(row: Mapping[str, Any]) -> str | None:
    """The column that may hold the answer to the turns of a row that end with the user; null for none."""
    texts = [name for name, value in row.items() if isinstance(value, str) and value.strip()]
    return _matched(texts, _RESPONSES).get("response")


def _answer_beside(flat: Mapping[str, Any], turns: list[Any], columns: Mapping[str, str]) -> str | None:
    """The column that holds the answer to turns that end with the user; null for turns that end otherwise."""
    last = turns[-1].get(columns.get("role", "")) if isinstance(turns[-1], dict) else None
    if not isinstance(last, str) or (columns.get("user_tag") != last and known_role("role", last) != "user"):
        return None
    return answer_beside_turns(flat)


def _flags(found: Mapping[str, str]) -> list[str]:
    """The mappings that say something: a column under its field's own name needs none."""
    return [f"{field}={column}" for field, column in found.items() if field != column]


def _mapping(flags: list[str]) -> dict[str, str]:
    return dict(flag.split("=", 1) for flag in flags)


def _are_tools(held: Any) -> bool:
    """Whether a value is a list of functions, each with its name and its parameters."""
    tools = held if isinstance(held, list) else []
    return bool(tools) and all(isinstance(tool, dict) and {"name", "parameters"} <= tool.keys() for tool in tools)


def columns_of_exchange(fields: Mapping[str, Any]) -> list[str]:
    """The same for what names tell of a question and its answer or two, and the system text beside them."""
    texts = [name for name, value in fields.items() if _may_be_text(name, value, fields)]
    found = _matched((name for name in texts if "system" not in words_of(name)), COLUMN_HINTS)
    if "response" in found and (_is_numbered(found["response"], fields) or _is_wrong(found["response"])):
        return []  # of which one may be the worse
    sides = _matched((name for name in texts if name != found.get("prompt")), SIDE_HINTS)
    if len(sides) == len(SIDE_HINTS) and "prompt" in found:
        found = {"prompt": found["prompt"], **sides}
    if len(found) < len(COLUMN_HINTS):
        return []
    taken = {*found.values(), *SYSTEM_FIELDS}
    told = [name for name, value in fields.items() if isinstance(value, str) and "system" in words_of(name)]
    if told and taken.isdisjoint(told):
        found["system"] = told[0]
    return _flags(found)


def _may_be_text(name: str, value: Any, names: Iterable[str]) -> bool:
    """Whether a column may hold what is asked or answered: a text, no code in digits, and a `source` of a `target`."""
    if value is not None and not isinstance(value, str):
        return False
    if name.lower() == "code" and (value or "").strip().isdecimal():
        return False
    return name.lower() != "source" or any(says(other, "target") for other in names)


def _is_wrong(name: str) -> bool:
    """Whether a name is that of an answer which is none: incorrect_answer, Wrong Answer."""
    return not words_of(name).isdisjoint(WRONG_HINTS)


def _is_numbered(name: str, names: Iterable[str]) -> bool:
    """Whether a name is one of several that differ in a number: response_1 beside response_2."""
    shape = _NUMBER.sub("#", name)
    return shape != name and any(other != name and _NUMBER.sub("#", other) == shape for other in names)


def _is_templated(text: str) -> bool:
    """Whether a text is a dialogue that ends with an answer."""
    try:
        turns = turns_in(text)
    except Fault:
        return False
    return turns is not None and turns[-1]["role"] == "assistant" and bool(turns[-1]["content"])


def _flat(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The fields of a row, and, by their paths, those of the objects in it."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", held) for inner, held in value.items())
        else:
            yield name, value


def _matched(names: Iterable[str], hints: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Of each field the column whose name says that it is that: of several the one that says to be a text.

    A name that is the word comes before one that holds it, and what answers are graded by last.
    """
    names = [name for name in names if len(name) <= _MAX_NAME and words_of(name).isdisjoint(NO_TEXT_HINTS)]
    names = [name for name in names if not _is_about(name)]
    names.sort(key=lambda name: words_of(name).isdisjoint(TURN_HINTS["content"]))
    found: dict[str, str] = {}
    for field, words in hints.items():
        named = [name for word in words for name in names if says(name, word) and name not in found.values()]
        whole = [name for name in named if name.lower() in words]
        named = sorted(
            whole[:1] or named, key=lambda name: (_is_wrong(name), not words_of(name).isdisjoint(GRADED_HINTS))
        )
        if named:
            found[field] = named[0]
    return found


def _is_about(name: str) -> bool:
    """Whether a name is of what is said of a text: response_source, model_type; a word alone may be the text's."""
    words = words_of(name)
    return len(words) > 1 and any(name.lower().endswith(word) for word in words & ABOUT_HINTS)


def words_of(name: str) -> frozenset[str]:
    """The words of a column's name: userQuery, user_query and User Query are user and query; none of one too long."""
    return _words(name) if len(name) <= _MAX_NAME else frozenset()


@lru_cache(_N_NAMES)
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])", name))


@lru_cache(_N_NAMES)
def says(name: str, hint: str) -> bool:
    """Whether a column's name holds the word `hint`, also as the end of a compound: kundenfrage, 用户问题.

    A hint behind a = is the whole name.
    """
    if hint.startswith("="):
        return name.lower() == hint[1:]
    words = words_of(name)
    return hint in words or (len(hint) >= (5 if hint.isascii() else 2) and any(word.endswith(hint) for word in words))

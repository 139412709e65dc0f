"""JSON documents: arrays, objects keyed by id or by split, tables by column, objects one after the other.

Elements are read one by one, whatever the document's size; each is a row that knows the line on which it begins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import SPLIT_NAMES
from ftq_spark.formats.bare import are_turns, is_dialogue, is_turn
from ftq_spark.formats.detect import unchecked
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.layout import FIELDS, NAME, first_rows, holds_lists, is_held, is_keyed
from ftq_spark.formats.lines import MIN_AT_ONCE, RawObjects, RawRow, at_once
from ftq_spark.formats.orients import rows_of
from ftq_spark.formats.served import served_rows
from ftq_spark.formats.window import LONGER, MAX_SKIPPED, Window, unbroken

_FIRST_ELEMENT = re.compile(r"\[\s*(?=\{)")
_NEXT_OBJECT = re.compile(r"[ \t\r\n]*,[ \t\r\n]*(\{\s*" + NAME + ")")
_NOT_CLOSED = "the text ends before the closing bracket"
_HOW_TO_SAVE = (
    "a JSON document is read as a list of rows, an object of such lists, or a table as pandas writes it; "
    "save it as lines: to_json(FILE, orient='records', lines=True)"
)


def documents(
    stream: BinaryIO, max_row_bytes: int, also_known: frozenset[str] = frozenset()
) -> Iterator[RawRow | RawObjects]:
    """The elements of a JSON array, the values of an object keyed by id, or the objects of a stream, in one line each.

    A value of an object keyed by id gets its key as `id`, unless it has one; the elements of lists that an object holds
    under the names of splits get the name as `split`. Such objects may stand in another, under a name that says so.
    An object that is a table, as pandas writes them, is its rows.
    A list that is the turns of one dialogue is one row, and so is each list of turns among the elements: `messages`.
    `also_known` are columns that a mapping names: lists of rows with them are lists of examples, too.
    Malformed elements are rejected by themselves as long as brackets and quotes say where they end; what follows is one
    reject otherwise.
    """
    window = Window(stream, max_row_bytes)
    number = 0
    last: Fault | None = None
    while sign := window.peek():
        if sign == "[":
            found = _dialogue(window, number + 1) or _elements(window, number + 1)
        elif number == 0 and (at := first_rows(window.text, window.at, also_known)) is not None:
            found = _lists(window, at, 1, also_known)
        elif number == 0 and is_keyed(window.text, window.at):
            found = _elements(window, 1, keyed=True)
        else:
            found = _value(window, number + 1, also_known)
        for piece in found:
            yield piece
            number, last = _number(piece), _fault(piece)
    if window.fault is not None and last is not window.fault:
        yield RawRow(number + 1, b"", window.fault, window.line())


def _dialogue(window: Window, number: int) -> Iterator[RawRow] | None:
    """The row of a list of turns that is one dialogue, whole in the window; null, and nothing moved, for any other."""
    if (first := _FIRST_ELEMENT.match(window.text, window.at)) is None:
        return None
    decoder = json.JSONDecoder()
    try:
        turn, _ = decoder.raw_decode(window.text, first.end())
        turns, end = decoder.raw_decode(window.text, window.at) if is_turn(turn) else ([], 0)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not is_dialogue(turns):
        return None
    line, text = window.line(), window.text[window.at : end]
    window.at = end
    return iter([_row(number, _of_turns(text), line)])


def _value(window: Window, number: int, also_known: frozenset[str]) -> Iterator[RawRow | RawObjects]:
    """The row or rows of one value among several, or of the whole document; what cannot be read ends it."""
    line = window.line()
    try:
        text, value = window.value()
    except (Fault, ValueError) as error:
        fault = error if isinstance(error, Fault) else Fault("malformed_json", str(error))
        yield RawRow(number, _bytes(window.text[window.at : window.at + MAX_SKIPPED]), fault, line)
        window.close()
        return
    alone = number == 1 and isinstance(value, dict) and not window.peek()
    if alone and (served := served_rows(value, number, line)) is not None:
        yield from served
        return
    rows = rows_of(value) if alone else None
    if rows is None:
        yield _row(number, text, line)._replace(fault=_unread(value, also_known) if alone else None)
        return
    for i, row in enumerate(rows, number):
        yield RawRow(i, strict.dumped(row), None, line)


def _unread(value: dict[str, Any], also_known: frozenset[str]) -> Fault | None:
    """Why a whole document of one object is no example either."""
    if not FIELDS.isdisjoint(name.lower() for name in value) or not also_known.isdisjoint(value):
        return None
    try:
        unchecked(value)
    except Fault as fault:
        if fault.code == "unknown_format":
            return Fault("unknown_format", f"{fault.message}; {_HOW_TO_SAVE}")
    return None


def _elements(
    window: Window, number: int, *, keyed: bool = False, split: str | None = None
) -> Iterator[RawRow | RawObjects]:
    """The rows of the array or object that begins here; moves behind it."""
    close = "}" if keyed else "]"
    window.at += 1
    n, due = 0, False  # whether a comma asks for a value
    while (sign := window.peek()) != close or due:
        line = window.line()
        if sign == "" and window.fault is None:
            yield RawRow(number, b"", Fault("malformed_json", _NOT_CLOSED), line)
        if sign == "":
            return
        if sign == "," and n and not due:
            window.at += 1
            due = True
            continue
        try:
            if n and not due:
                raise ValueError("no comma before this element")
            key = _key(window) if keyed else ""
            text, value = window.value()
            if are_turns(value) or (keyed and _are_objects(value)):
                text, value = _of_turns(text), {"messages": value}
            for name, said in (("id", key), ("split", split)):
                text = _with_field(text, value, name, said) if said else text
            yield _row(number, text, line)
        except (ValueError, Fault) as error:
            (text, is_closed), value = window.skip(), None
            fault = error if isinstance(error, Fault) else Fault("malformed_json", str(error))
            yield RawRow(number, _bytes(text), fault if is_closed else window.fault or fault, line)
            if not is_closed:
                return
            if not text and sign in "]}" and sign != close:  # a bracket that closes nothing
                window.at += 1
        number, n, due = number + 1, n + 1, False
        if not keyed and (mark := _mark(window)) is not None:
            due = True
            for found in _run(window, mark, _bytes(text), number, value, split):
                yield found
                number = _number(found) + 1
    window.at += 1


def _lists(
    window: Window, at: int, number: int, also_known: frozenset[str], *, inside: bool = False
) -> Iterator[RawRow | RawObjects]:
    """The rows of all lists among the members of the object from the member at `at` on; moves behind it.

    So, unless it is itself inside of another, are those of the objects that hold rows by id or by split.
    """
    window.at = at
    last: Fault | None = None
    while window.peek() not in ("}", ""):
        line = window.line()
        try:
            key = _key(window)
            name, sign = json.loads(key), window.peek()
            split = key if name.lower() in SPLIT_NAMES else None
            if sign == "[":
                held = _elements(window, number, split=split)
            elif inside or sign != "{" or not is_held(name, window.text, window.at, also_known):
                held = _skipped(window)
            elif holds_lists(window.text, window.at):
                held = _lists(window, window.at + 1, number, also_known, inside=True)
            else:
                held = _elements(window, number, keyed=True, split=split)
            for found in held:
                yield found
                number, last = _number(found) + 1, _fault(found)
        except (ValueError, Fault) as error:
            text, is_closed = window.skip()
            fault = error if isinstance(error, Fault) else Fault("malformed_json", str(error))
            yield RawRow(number, _bytes(text), fault if is_closed else window.fault or fault, line)
            number += 1
            if not is_closed:
                return
        if window.peek() == "," or window.peek() == "]":
            window.at += 1
    if window.peek() == "":
        if window.fault is None and (last is None or last.message != _NOT_CLOSED):
            yield RawRow(number, b"", Fault("malformed_json", _NOT_CLOSED), window.line())
        return
    window.at += 1


def _skipped(window: Window) -> Iterator[RawRow | RawObjects]:
    """Move behind what a document says of itself: no rows."""
    window.skip()
    return iter(())


def _run(
    window: Window, mark: str, text: bytes, number: int, before: Any, split: str | None
) -> Iterator[RawRow | RawObjects]:
    """The rows of objects like the one `before`, of this `text`, that follow it, as long as they are told apart."""
    longest = LONGER * (len(text) + 1000)
    n, parse = at_once(text, before) if split is None and isinstance(before, dict) else (1, strict.objects)
    if n >= MIN_AT_ONCE:
        for raws, values, lines in window.many(mark, longest, n, parse):
            yield RawObjects(range(number, number + len(raws)), raws, lines, values, parse is strict.objects)
            number += len(raws)
        return
    for i, (raw, value, line) in enumerate(window.run(mark, longest), number):
        if split is None:
            yield RawRow(i, raw, None, line, value)
        else:
            yield _row(i, _with_field(raw.decode(), value, "split", split), line)


def _with_field(text: str, value: Any, name: str, json_text: str) -> str:
    """The text of an object with one field more, unless it has that already."""
    return f'{{"{name}":{json_text},{text[1:]}' if isinstance(value, dict) and value and name not in value else text


def _key(window: Window) -> str:
    """The member's name as JSON text; moves to its value."""
    text, name = window.value()
    if not isinstance(name, str) or window.peek() != ":":
        raise ValueError("expected a name and a colon")
    window.at += 1
    window.peek()
    return text


def _mark(window: Window) -> str | None:
    """Move from the end of an object to the beginning of the next; what stands between, from bracket to first name.

    Inside an element there is no such text as a rule, and it is not believed. Null, and nothing moved, where no object
    follows another.
    """
    end = window.at
    following = _NEXT_OBJECT.match(window.text, end)
    if following is None or window.text[end - 1] != "}":
        return None
    window.at = following.start(1)
    return window.text[end - 1 : following.end()]


def _number(found: RawRow | RawObjects) -> int:
    """Of the row, or the last of the rows."""
    return found.number if isinstance(found, RawRow) else found.numbers[-1]


def _fault(found: RawRow | RawObjects) -> Fault | None:
    return found.fault if isinstance(found, RawRow) else None


def _row(number: int, text: str, line: int | None) -> RawRow:
    return RawRow(number, unbroken(_bytes(text)), None, line)


def _of_turns(text: str) -> str:
    """The text of a list of turns as that of a row of `messages`."""
    return f'{{"messages":{text}}}'


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(element, dict) for element in value)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

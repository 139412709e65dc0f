"""JSON documents: one array, one object keyed by id, one object or several after each other; element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import orjson

from ftq_spark.formats.aliases import KNOWN_FIELDS, SYSTEM_FIELDS
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.window import MAX_SKIPPED, Window

_BREAK = re.compile(r"[\r\n][ \t\r\n]*")
_FIRST_MEMBER = re.compile(r'\{\s*"((?:[^"\\]|\\.){0,200})"\s*:\s*\{')
# An object whose first field is one of these is an example, not a table keyed by id.
_FIELDS = KNOWN_FIELDS | set(SYSTEM_FIELDS) | {"systeminstruction", "system_instruction", "input", "tools", "metadata"}


def is_lines(head: bytes, *, whole: bool) -> bool:
    """Whether a .json file that begins with `head` (and is no more than that, if `whole`) holds one object per line."""
    text = head.lstrip()
    if text[:1] not in (b"[", b"{"):
        return True
    first, _, rest = text.partition(b"\n")
    if text[:1] == b"[" or (whole and not rest.strip()):
        return False
    # The first line may be the malformed one; a line inside a pretty-printed object does not begin in column 1.
    return any(_is_object(line) for line in (first, *rest.split(b"\n", 20)[:20]))


def _is_object(line: bytes) -> bool:
    if line[:1] != b"{":
        return False
    try:
        return bool(orjson.loads(line))
    except orjson.JSONDecodeError:
        return False


def documents(stream: BinaryIO, max_row_bytes: int) -> Iterator[RawRow]:
    """The elements of a JSON array, the values of an object keyed by id, or the objects of a stream, in one line each.

    A value of an object keyed by id gets its key as `id`, unless it has one. Malformed elements are rejected by
    themselves as long as brackets and quotes say where they end; what follows is one reject otherwise.
    """
    window = Window(stream, max_row_bytes)
    number = 0
    last: Fault | None = None
    while sign := window.peek():
        member = _FIRST_MEMBER.match(window.text, window.at) if number == 0 else None
        keyed = member is not None and member[1].lower() not in _FIELDS
        if sign == "[" or keyed:
            for row in _elements(window, number + 1, keyed=keyed):
                yield row
                number, last = row.number, row.fault
            continue
        number += 1
        try:
            yield _row(number, window.value()[0])
        except (Fault, ValueError) as error:
            last = error if isinstance(error, Fault) else Fault("malformed_json", str(error))
            yield RawRow(number, _bytes(window.text[window.at : window.at + MAX_SKIPPED]), last)
            return
    if window.fault is not None and last is not window.fault:
        yield RawRow(number + 1, b"", window.fault)


def _elements(window: Window, number: int, *, keyed: bool) -> Iterator[RawRow]:
    """The rows of the array or object that begins here; moves behind it."""
    close = "}" if keyed else "]"
    window.at += 1
    n, due = 0, False  # whether a comma asks for a value
    while (sign := window.peek()) != close or due:
        if sign == "" and window.fault is None:
            yield RawRow(number, b"", Fault("malformed_json", "the text ends before the closing bracket"))
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
            if keyed and isinstance(value, dict) and value and "id" not in value:
                text = f'{{"id":{key},{text[1:]}'
            yield _row(number, text)
        except (ValueError, Fault) as error:
            text, is_closed = window.skip()
            fault = error if isinstance(error, Fault) else Fault("malformed_json", str(error))
            yield RawRow(number, _bytes(text), fault if is_closed else window.fault or fault)
            if not is_closed:
                return
            if not text and sign in "]}" and sign != close:  # a bracket that closes nothing
                window.at += 1
        number, n, due = number + 1, n + 1, False
    window.at += 1


def _key(window: Window) -> str:
    """The member's name as JSON text; moves to its value."""
    text, name = window.value()
    if not isinstance(name, str) or window.peek() != ":":
        raise ValueError("expected a name and a colon")
    window.at += 1
    window.peek()
    return text


def _row(number: int, text: str) -> RawRow:
    # In a valid value a line break is white space between tokens.
    return RawRow(number, _bytes(_BREAK.sub("", text) if "\n" in text or "\r" in text else text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

"""How a JSON file is laid out, as its beginning tells: lines, one document, rows by id, lists of rows."""

from __future__ import annotations

import json
import re

import orjson

from ftq_spark.formats.aliases import (
    CONTENT_FIELDS,
    DOCUMENT_FIELDS,
    KNOWN_FIELDS,
    ROLE_FIELDS,
    ROWS_FIELDS,
    SPLIT_NAMES,
    SYSTEM_FIELDS,
)
from ftq_spark.formats.bare import are_turns

NAME = r'"((?:[^"\\]|\\.){0,200})"\s*:\s*'
_NAMES = re.compile(NAME)
_FIRST_MEMBER = re.compile(r"\{\s*" + NAME + r"(?=[\[{])")
# Members of an object up to the first that is neither a scalar nor empty; such a member; what stands behind it.
_SCALARS = re.compile(
    r'\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:\s*'
    r'(?:"(?:[^"\\]|\\.){0,4000}"|[-+.\w]{1,40}|\[\s*\]|\{\s*\})\s*,\s*){0,40}'
)
_MEMBER = re.compile(NAME + r"(?=[\[{])")
_NEXT_MEMBER = re.compile(r"\s*,")
_MAX_BESIDE = 8  # lists and objects before the examples, which say something of them: authors, licences
_FIRST_ELEMENT = re.compile(r"\[\s*(?=\{)")
_FIRST_FIELD = re.compile(r"\{\s*" + NAME)
# An object whose first field is one of these is an example, not a table keyed by id.
FIELDS = KNOWN_FIELDS | set(SYSTEM_FIELDS) | {"systeminstruction", "system_instruction", "input", "tools", "metadata"}
_TURN_FIELDS = {*ROLE_FIELDS, *CONTENT_FIELDS}


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


def is_document(head: bytes, *, whole: bool) -> bool:
    """Whether a .jsonl file that begins with `head` is a document all the same: an array, or objects over many lines.

    Its first value must be one, or have no fault before the head ends: broken lines stay lines.
    """
    text = head.lstrip()
    first, _, rest = text.partition(b"\n")
    if text[:1] not in (b"[", b"{") or not (rest.strip() or text[:1] == b"["):
        return False
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        pass
    else:
        # A line that is whole: lines, however wrong; but for an array of examples that is all there is.
        first_element = first.decode("utf-8", "replace").lstrip("[ \t")
        return text[:1] == b"[" and not rest.strip() and _begins_example(first_element, 0)
    if text[:1] == b"[" and first.strip() == b"[":
        return True
    decoded = text.decode("utf-8", "replace")
    try:
        _, end = json.JSONDecoder().raw_decode(decoded)
    except json.JSONDecodeError as error:
        return not whole and error.pos > len(decoded) - 64
    except RecursionError:
        return False
    return "\n" in decoded[:end]


def is_keyed(text: str, at: int) -> bool:
    """Whether an object holds rows by their ids: its first member is an object, and so are the others it is read with.

    (A file of settings holds other values, too.) So it does where each member is a list of turns.
    """
    member = _FIRST_MEMBER.match(text, at)
    if member is None or member[1].lower() in FIELDS | DOCUMENT_FIELDS | SPLIT_NAMES:
        return False
    of_turns = text[member.end()] == "["
    if of_turns and not _begins_turns(text, member.end()):
        return False
    try:
        whole, _ = json.JSONDecoder().raw_decode(text, at)
    except (json.JSONDecodeError, RecursionError):  # longer than what is read so far, or malformed
        return True
    values = list(whole.values())
    if of_turns:
        return all(map(are_turns, values)) and FIELDS.isdisjoint(name.lower() for name in whole)
    return sum(isinstance(value, dict) for value in values) > len(values) / 2


def first_rows(text: str, at: int, also_known: frozenset[str]) -> int | None:
    """Where the first member of an object begins that holds examples, behind nothing that an example has.

    It is a list of them, or an object as :func:`is_held` tells.
    """
    at += 1
    for _ in range(_MAX_BESIDE + 1):
        before = _SCALARS.match(text, at)
        member = before and _MEMBER.match(text, before.end())
        if before is None or member is None or member[1] == "trajectory":
            return None
        if any(name.lower() in FIELDS for name in _NAMES.findall(before[0])):
            return None
        is_of_an_example, begins = member[1].lower() in FIELDS, member.end()
        if text[begins] == "{":
            holds = is_held(member[1], text, begins, also_known)
        else:
            holds = not is_of_an_example and _begins_list(text, begins, also_known)
        if holds:
            return before.end()
        behind = None if is_of_an_example else _behind(text, begins)
        if behind is None:
            return None
        at = behind
    return None


def _behind(text: str, at: int) -> int | None:
    """Where the member behind the value at `at` begins; None for none, or where the value does not end in the text."""
    try:
        _, end = json.JSONDecoder().raw_decode(text, at)
    except (json.JSONDecodeError, RecursionError):
        return None
    comma = _NEXT_MEMBER.match(text, end)
    return comma and comma.end()


def is_held(name: str, text: str, at: int, also_known: frozenset[str]) -> bool:
    """Whether the object that a member `name` begins at `at` holds examples: by id, or in lists by split.

    Its name says so (data, dialogues, train), and its first member is an example, a list of turns, or a split.
    """
    if name.lower() not in ROWS_FIELDS | SPLIT_NAMES or (member := _FIRST_MEMBER.match(text, at)) is None:
        return False
    if member[1].lower() in FIELDS | DOCUMENT_FIELDS:
        return False
    if holds_lists(text, at):
        return _begins_list(text, member.end(), also_known)
    begins = text[member.end()]
    if begins == "[":
        return _FIRST_ELEMENT.match(text, member.end()) is not None
    return _begins_example(text, member.end(), also_known)


def holds_lists(text: str, at: int) -> bool:
    """Whether the first member of an object is a list under the name of a split."""
    member = _FIRST_MEMBER.match(text, at)
    return member is not None and text[member.end()] == "[" and member[1].lower() in SPLIT_NAMES


def _begins_list(text: str, at: int, also_known: frozenset[str]) -> bool:
    element = _FIRST_ELEMENT.match(text, at)
    return element is not None and _begins_example(text, element.end(), also_known)


def _begins_turns(text: str, at: int) -> bool:
    if (element := _FIRST_ELEMENT.match(text, at)) is None:
        return False
    try:
        turns, _ = json.JSONDecoder().raw_decode(text, at)
    except (json.JSONDecodeError, RecursionError):
        field = _FIRST_FIELD.match(text, element.end())
        return field is not None and field[1] in _TURN_FIELDS
    return are_turns(turns)


def _begins_example(text: str, at: int, also_known: frozenset[str] = frozenset()) -> bool:
    try:
        first, _ = json.JSONDecoder().raw_decode(text, at)
    except (json.JSONDecodeError, RecursionError):
        field = _FIRST_FIELD.match(text, at)
        return field is not None and field[1].lower() in FIELDS
    return isinstance(first, dict) and any(name.lower() in KNOWN_FIELDS or name in also_known for name in first)

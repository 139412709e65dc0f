"""A corrected answer in the row that it is of: the row keeps its schema, its fields and every other character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from ftq_spark.formats import strict
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.mapping import Columns, mapped
from ftq_spark.formats.turns import Conversation, Message

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


class Uneditable(Exception):  # noqa: N818  (no error: one of the two answers)
    """The row cannot take the answer; the argument says why."""


class Edited(NamedTuple):
    """A row with another last answer, as JSON text, and its turns as they are read from it."""

    original: str
    messages: list[Message]


def edited(original: str, answer: str, columns: Columns | None = None) -> Edited:
    """The row `original` (JSON text of an accepted row) with `answer` as the text of its last turn of the assistant.

    The one string that holds the answer is replaced, and the row is read again: it must read as before but for that
    text. `columns` is as in :func:`~ftq_spark.formats.ingest.batches`.

    Raises:
        Uneditable: the answer is blank, what stands there is no text, or no string of the row is the answer alone.
    """
    if not answer.strip():
        raise Uneditable("the corrected answer is blank")
    before = _read(original, columns)
    answers = [at for at, turn in enumerate(before.messages) if turn["role"] == "assistant"]
    if not answers:
        raise Uneditable("a prompt without an answer")
    place = answers[-1]
    turns, old = before.messages, before.messages[place]["content"]
    if not isinstance(old, str) or not old.strip():
        raise Uneditable("the last answer is a call, not text")
    wanted = before._replace(messages=[*turns[:place], {**turns[place], "content": answer}, *turns[place + 1 :]])
    for row in _variants(original, old, answer):
        try:
            after = _read(row, columns)
        except Fault:
            continue
        if after == wanted:
            return Edited(row, after.messages)
    raise Uneditable("no field of the row holds the answer by itself")


def _read(row: str, columns: Columns | None) -> Conversation:
    found = strict.parse_object(row.encode())
    return conversation(mapped(found, columns) if columns else found)


def _variants(row: str, old: str, answer: str) -> Iterator[str]:
    """The JSON text `row` with `answer` for `old` in one string: the likeliest first, text that is JSON itself last."""
    strings = [(token.start(), token.end(), json.loads(token[0])) for token in _STRING.finditer(row)]
    holding = [item for item in strings if old in item[2]]
    for start, end, text in sorted(holding, key=lambda item: (item[2] != old, -item[0])):
        at = text.rfind(old)
        yield _with(row, start, end, text[:at] + answer + text[at + len(old) :])
    for start, end, text in reversed(strings):
        if text[:1] in ("[", "{") and _is_json(text):
            yield from (_with(row, start, end, inner) for inner in _variants(text, old, answer))


def _with(row: str, start: int, end: int, text: str) -> str:
    return row[:start] + json.dumps(text, ensure_ascii=row.isascii()) + row[end:]


def _is_json(text: str) -> bool:
    try:
        strict.loads(text.encode())
    except Fault:
        return False
    return True

"""Answers that get no weight in training, marked in the row's own schema.

    masked('{"messages": [...]}', [3])      the same row, with "weight": 0 in the turn that became message 3

Trainers read marks of their own: `weight` (OpenAI, Mistral), `train` (Axolotl), `loss_mask` (verl), `loss` (ms-swift),
`loss_weight` (LLaMA-Factory).
A row that uses one of them already keeps to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import CONVERSATION_FIELDS, WEIGHT_FIELDS
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.fields import as_list
from ftq_spark.formats.mapping import Columns, mapped, turned
from ftq_spark.formats.turns import Message, messages_of

Row = dict[str, Any]
_CLOSED = frozenset(("bedrock", "gemini"))  # providers that refuse a field that they do not know


def masked(original: str, turns: Sequence[int], columns: Columns | None = None) -> str | None:
    """The row (JSON) with the answers at `turns`, 0-based places among its canonical messages, out of training.

    Null where its schema has no place for a mark: turns that are no objects, histories, trees, transcripts. What is
    returned has been read again: its messages are those of `original`, but for the weights at `turns`.
    """
    wanted = frozenset(turns)
    return _weighted(original, columns, lambda place, weight: 0.0 if place in wanted else weight)


def stated(original: str, columns: Columns | None = None) -> str | None:
    """The row with a mark at each of its answers that has none: it is trained on. Null as in :func:`masked`.

    A reader that learns the fields of a file from its first rows needs such a row before the first that is masked.
    """
    return _weighted(original, columns, lambda _, weight: 1.0 if weight is None else weight)


def _weighted(original: str, columns: Columns | None, weigh: Callable[[int, float | None], float | None]) -> str | None:
    row = strict.parse_object(original.encode())
    try:
        before = conversation(mapped(row, columns or {}))
        held = _held(row, columns or {})
    except Fault:
        return None
    places = [place for place, message in enumerate(before.messages) if message["role"] == "assistant"]
    if before.format in _CLOSED or held is None or len(held.answers) != len(places):
        return None
    mark = _mark(held.answers)
    wanted: list[Message] = list(before.messages)
    for place, turn in zip(places, held.answers, strict=True):
        old = wanted[place]["weight"]
        new = weigh(place, old)
        wanted[place] = {**wanted[place], "weight": new}
        if new is not None and new != old:
            turn[mark.field] = bool(new) if mark.is_boolean else int(new)
    text = strict.dumps(held.row())
    return text if _read_again(text, columns or {}) == wanted else None


def _read_again(text: str, columns: Columns) -> list[Message] | None:
    try:
        return conversation(mapped(strict.parse_object(text.encode()), columns)).messages
    except Fault:
        return None


class _Held(NamedTuple):
    """The answers of a row: the very objects in it, and the row once they are changed."""

    answers: list[Row]
    row: Callable[[], Row]


def _held(row: Row, columns: Columns) -> _Held | None:
    """The answers where the row's list of turns stands; null where it has none, or one of other things than objects."""
    for field in CONVERSATION_FIELDS:
        holder, key = _place(row, columns.get(field, field))
        value = holder.get(key)
        turns = as_list(value) if value is not None else None
        if turns is None or not all(isinstance(turn, dict) for turn in turns):
            continue
        answers = [turn for turn in turns if _is_answer(turned(turn, columns))]

        def changed(holder: Row = holder, key: str = key, turns: list[Any] = turns) -> Row:
            if isinstance(holder[key], str):  # a table's cell
                holder[key] = strict.dumps(turns)
            return row

        return _Held(answers, changed)
    return None


def _place(row: Row, path: str) -> tuple[Row, str]:
    """The object that a path leads into, and its last name; an empty object where it leads nowhere."""
    if path in row:
        return row, path
    *parents, key = path.split(".")
    found: Any = row
    for name in parents:
        found = found.get(name) if isinstance(found, dict) else None
    return (found if isinstance(found, dict) else {}), key


def _is_answer(turn: Row) -> bool:
    return any(message["role"] == "assistant" for message in messages_of([turn]))


class _Mark(NamedTuple):
    field: str
    is_boolean: bool


def _mark(answers: Sequence[Row]) -> _Mark:
    """The mark that the row uses; where it uses none, that of its schema."""
    for field in WEIGHT_FIELDS:
        used = [turn[field] for turn in answers if turn.get(field) is not None]
        if used:
            return _Mark(field, isinstance(used[0], bool))
    if any("from" in turn for turn in answers):
        return _Mark("train", True)
    return _Mark("loss_weight" if any(map(_has_values, answers)) else "weight", False)


def _has_values(turn: Row) -> bool:
    """Is it a message of LLaMA-Factory's own schema, whose parts hold a `value` each? It reads `loss_weight`."""
    content = turn.get("content")
    return isinstance(content, list) and any(isinstance(part, dict) and "value" in part for part in content)

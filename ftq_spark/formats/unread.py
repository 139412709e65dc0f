"""Columns whose text no example holds, as the first rows of a file tell.

A schema reads what it knows, and what stands beside it stays unread. Where that is a large part of the text, nobody may
have meant it: a second answer, a document that the question is about, what a tool said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from ftq_spark.formats.aliases import REWARD_FIELDS
from ftq_spark.formats.faults import brief
from ftq_spark.formats.turns import PROMPT_ONLY, Message

N_ROWS = 64  # of a file that are looked at
NOTABLE = 0.1  # of the text, below which nothing is said of a column
COLUMNS = ["original", "format", "messages", "tools", "rejected"]  # of examples, that are looked at
_WHOLE = 0.9  # of an object's text: then it is named, and not its fields
_WINDOW, _N_WINDOWS = 24, 8  # letters that are looked for together; such places in a text
_BESIDE = 0.25  # of a text that is read all the same: who speaks, and marks
_MAX_CHARS = 1 << 16  # of a text that are looked at
_MAX_FIELDS = 40  # of an object; with more it is a table of something
_N_WORDS, _N_LETTERS = 3, 8  # which a text has, at least; one without spaces is one in a script that has none
_NO_LETTERS = re.compile(r"<[^<>\s]{1,40}>|\[/?[A-Z_]{2,30}\]|[\W_]+")  # marks of templates and thoughts, too
_GRADED = frozenset({*REWARD_FIELDS, "solution"})  # of a prompt alone: part of its content
_JSON_IN_JSON = 2
_MAX_NAME = 60  # characters of a column's name


class Column(NamedTuple):
    """A column that is not read."""

    name: str  # a field of objects in it behind a point: turns[].note
    share: float  # of the text of all rows that were looked at
    n_rows: int  # that were


class Unread:
    """The text of one file by its columns, and how much of each no example holds."""

    def __init__(self) -> None:
        self.n_rows = 0
        self._n: Counter[tuple[str, str]] = Counter()  # letters, by column and field
        self._lost: Counter[tuple[str, str]] = Counter()
        # A text that is the same in many rows says something of them, and counts once.
        self._seen: set[tuple[tuple[str, str], str]] = set()

    def add(self, examples: pa.RecordBatch) -> None:
        """Take up a batch of examples (schema.INGESTED) as far as they are among the first."""
        for found in examples.select(COLUMNS).slice(0, max(0, N_ROWS - self.n_rows)).to_pylist():
            turns = [*found["messages"], *(found["rejected"] or ())]
            self.look(orjson.loads(found["original"]), turns, found["tools"], found["format"])

    def look(self, row: Mapping[str, Any], turns: Iterable[Message], tools: str | None, format_: str) -> None:
        """Take up a row, and what an example holds of it."""
        self.n_rows += 1
        texts = (turn[name] for turn in turns for name in ("content", "reasoning", "tool_calls", "parts", "name"))
        held = [_letters(text) for said in (*texts, tools) for text in _texts(said)]
        all_held = "\n".join(held)
        for where, text in _by_column(row):
            if format_ == PROMPT_ONLY and where[0] in _GRADED:
                continue
            letters = _letters(text)
            is_held = letters in all_held
            if (where, letters) in self._seen or not (is_held or _is_text(text, letters)):
                continue
            self._seen.add((where, letters))
            self._n[where] += len(letters)
            missing = 0.0 if is_held else min(_missing(letters, all_held), _uncovered(letters, held))
            self._lost[where] += round(len(letters) * missing) if missing > _BESIDE else 0

    def columns(self) -> list[Column]:
        """Those that hold a notable share of the text, the largest first."""
        total = sum(self._n.values())
        found: list[tuple[str, int]] = []
        for column in dict.fromkeys(name for name, _ in self._n):
            fields = [where for where in self._n if where[0] == column]
            lost = sum(self._lost[where] for where in fields)
            if lost >= _WHOLE * sum(self._n[where] for where in fields):
                found.append((column, lost))
            else:
                found += [(column + field, self._lost[column, field]) for _, field in fields]
        return [
            Column(name, round(lost / total, 4), self.n_rows)
            for name, lost in sorted(found, key=lambda one: (-one[1], one[0]))
            if lost >= NOTABLE * total > 0
        ]


def named(columns: Iterable[Mapping[str, Any]]) -> str:
    """The columns (name, share) on one line: of several the first says what the share is of."""
    shares = [f"{brief(column['name'], _MAX_NAME)} ({column['share']:.0%}" for column in columns]
    return "), ".join([f"{shares[0]} of the text", *shares[1:]]) + ")" if shares else ""


def _by_column(row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Every text of a row, with its column and the field of the objects in it, which is "" for none."""
    for name, value in row.items():
        held = _parsed(value)
        objects = held if isinstance(held, list) else [held]
        of = "[]." if isinstance(held, list) else "."
        for inner in objects:
            if isinstance(inner, dict) and len(inner) <= _MAX_FIELDS:
                yield from (
                    ((name, f"{of}{field}"), text) for field, of_field in inner.items() for text in _texts(of_field)
                )
            else:
                yield from (((name, ""), text) for text in _texts(inner))


def _texts(value: Any, n_left: int = _JSON_IN_JSON) -> Iterator[str]:
    """The texts in a value, also in one that is JSON text itself."""
    if isinstance(value, str):
        parsed = _parsed(value) if n_left else value
        if parsed is value:
            yield value[:_MAX_CHARS]
        else:
            yield from _texts(parsed, n_left - 1)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner, n_left)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, n_left)


def _parsed(value: Any) -> Any:
    """What a text that is JSON's holds; anything else as it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, RecursionError):
        return value


def _is_text(text: str, letters: str) -> bool:
    """Whether it is more than a name, a number, an address or a picture in letters."""
    return len(letters) >= _N_LETTERS and not (text.isascii() and len(text.split(maxsplit=_N_WORDS)) < _N_WORDS)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def _missing(letters: str, held: str) -> float:
    """The share of a text that is not held, by some places in it."""
    n = max(1, min(_N_WINDOWS, len(letters) // _WINDOW))
    places = (place * (len(letters) - _WINDOW) // max(1, n - 1) for place in range(n))
    return sum(letters[max(0, place) : max(0, place) + _WINDOW] not in held for place in places) / n


def _uncovered(letters: str, held: Iterable[str]) -> float:
    """The same of a text that is several turns, by the turns that stand in it."""
    return 1 - min(1, sum(len(turn) for turn in set(held) if turn and turn in letters) / len(letters))

"""What a row holds beside its turns' texts, and a trainer may lose: media, thoughts, labels, nulls of a table."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.formats.aliases import LABEL_FIELDS, MEDIA_COLUMNS, MEDIA_MARKERS
from ftq_spark.formats.faults import brief
from ftq_spark.formats.media import media_of_parts, places
from ftq_spark.kernels.exchanges.links import may_be_null
from ftq_spark.validation.notice import Notice

# Beside a question and its answer a picture needs no marker; in turns it stands where its marker stands.
_WITHOUT_MARKERS = frozenset({"qa", "alpaca", "dolly", "prompt_completion", "dpo", "compared", "kto", "ms_swift"})
_LABELLED = frozenset({"openai", "sharegpt", "prompt_completion"})


def of_contents(examples: pa.RecordBatch, rows: list[int]) -> Iterator[Notice]:
    """Warnings about media, thoughts, labels and nulls in a batch of schema.INGESTED that holds examples only."""
    messages = examples.column("messages")
    turns = messages.flatten()
    owner = np.repeat(np.arange(len(messages)), pc.list_value_length(messages).to_numpy(zero_copy_only=False))
    for code, mask in (("unfinished_thought", _unfinished(turns)), ("empty_answer", _all_thought(turns))):
        for i in np.unique(owner[mask]).tolist():
            yield Notice(rows[i], code, WORDS[code])
    yield from _media(examples, turns, owner, rows)
    yield from _labels(examples, rows)
    yield from _padding(examples, turns, owner, rows)


WORDS = {
    "unfinished_thought": "a thought begins in an answer and does not end: the answer itself is missing",
    "empty_answer": "a turn of the assistant that is a thought alone: there is no answer",
}


def _mask(found: Any) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _unfinished(turns: pa.StructArray) -> NDArray[np.bool_]:
    return _mask(pc.struct_field(turns, "unfinished"))


def _all_thought(turns: pa.StructArray) -> NDArray[np.bool_]:
    fields = {name: pc.struct_field(turns, name) for name in ("content", "reasoning", "tool_calls", "parts")}
    blank = pc.equal(pc.utf8_trim_whitespace(fields["content"]), "")
    alone = pc.and_(pc.is_valid(fields["reasoning"]), blank)
    return _mask(alone) & _mask(pc.is_null(fields["tool_calls"])) & _mask(pc.is_null(fields["parts"]))


# ── Media ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_COLUMN = '"(' + "|".join(map(re.escape, MEDIA_COLUMNS)) + r')"\s*:'
_MARKER = "|".join(map(re.escape, MEDIA_MARKERS.values()))


def _media(
    examples: pa.RecordBatch, turns: pa.StructArray, owner: NDArray[np.int64], rows: list[int]
) -> Iterator[Notice]:
    """Rows whose markers (and parts without a reference) are not as many as the media of their columns."""
    marked = np.zeros(len(rows), bool)
    marked[owner[_mask(pc.match_substring_regex(pc.struct_field(turns, "content"), _MARKER))]] = True
    with_columns = _mask(pc.match_substring_regex(examples.column("original"), _COLUMN))
    shown = _mask(pc.is_valid(examples.column("media")))
    for i in np.flatnonzero(shown | (marked & with_columns)).tolist():
        asked: Counter[str] = Counter()
        held = Counter(name.partition(":")[0] for name in json.loads(examples.column("media")[i].as_py() or "[]"))
        for turn in examples.column("messages")[i].as_py():
            if turn["role"] != "assistant":
                asked.update(places(turn["content"], turn["parts"]))
            held.subtract(name.partition(":")[0] for name in media_of_parts(turn["parts"] or "[]"))
        needs_none = examples.column("format")[i].as_py() in _WITHOUT_MARKERS
        for kind, marker in MEDIA_MARKERS.items():
            if asked[kind] != held[kind] and not (needs_none and not asked[kind]):
                text = f"{asked[kind]} places for {kind} in the turns ({marker} or such parts), {held[kind]} in the row"
                yield Notice(rows[i], "media_count", text)


# ── Labels ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_LABEL = '"(' + "|".join(LABEL_FIELDS) + r')"\s*:'


def _labels(examples: pa.RecordBatch, rows: list[int]) -> Iterator[Notice]:
    suspects = _mask(pc.is_null(examples.column("label")))
    if suspects.any():
        suspects &= _mask(pc.match_substring_regex(examples.column("original"), _LABEL))
    for i in np.flatnonzero(suspects).tolist():
        if examples.column("format")[i].as_py() not in _LABELLED:
            continue
        row = json.loads(examples.column("original")[i].as_py())
        held = next((name for name in LABEL_FIELDS if row.get(name) not in (None, "")), None)
        if held is not None:
            text = f"`{held}` is {brief(row[held])}, no desirability: the row is taken without it; write true or false"
            yield Notice(rows[i], "label_unread", text)


class Labels:
    """The desirability labels of one dataset."""

    def __init__(self) -> None:
        self._counts: Counter[bool] = Counter()
        self._first: tuple[str, int] | None = None

    def add(self, source: str, examples: pa.RecordBatch) -> None:
        """Take up a batch of examples of the file `source`."""
        labels = examples.column("label")
        known = np.flatnonzero(_mask(pc.is_valid(labels)))
        if len(known) and self._first is None:
            self._first = (source, examples.column("row")[int(known[0])].as_py())
        self._counts.update(label for label in labels.to_pylist() if label is not None)

    def firsts(self, source: str) -> set[int]:
        """The rows of a file that a notice may name."""
        return {self._first[1]} if self._first is not None and self._first[0] == source else set()

    def notices(self) -> Iterator[tuple[str, Notice]]:
        """File and warning where every label is the same: at the first row that has one."""
        if self._first is not None and len(self._counts) == 1:
            ((label, n),) = self._counts.items()
            word = "desirable" if label else "undesirable"
            source, row = self._first
            text = f"all {n:,} labels of the dataset are {word}: there is nothing to tell it from"
            yield source, Notice(row, "one_class", text)


# ── Nulls ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_NULL = r":\s*null\b"


class _Definition(NamedTuple):
    """What a tool's definition says of the arguments of a call."""

    required: frozenset[str]
    properties: dict[str, Any]


def _padding(
    examples: pa.RecordBatch, turns: pa.StructArray, owner: NDArray[np.int64], rows: list[int]
) -> Iterator[Notice]:
    """Rows in whose calls or definitions nulls stand as a table leaves them that has united the fields of several."""
    suspects = _mask(pc.match_substring_regex(examples.column("tools"), _NULL))
    suspects[owner[_mask(pc.match_substring_regex(pc.struct_field(turns, "tool_calls"), _NULL))]] = True
    for i in np.flatnonzero(suspects).tolist():
        tools = json.loads(examples.column("tools")[i].as_py() or "[]")
        known = _definitions(tools)
        calls = [
            (call["function"]["name"], json.loads(call["function"]["arguments"]))
            for turn in examples.column("messages")[i].as_py()
            for call in json.loads(turn["tool_calls"] or "[]")
        ]
        padded = [f"{name}({argument})" for name, arguments in calls for argument in _padded(name, arguments, known)]
        padded += [
            f"properties of {name}: {argument}"
            for name, definition in known.items()
            for argument, value in definition.properties.items()
            if value is None
        ]
        if padded:
            shown = ", ".join(padded[:3]) + (f" and {len(padded) - 3} more" if len(padded) > 3 else "")
            yield Notice(rows[i], "null_padding", f"nulls as of a table that united several tools: {brief(shown, 160)}")


def _padded(name: str, arguments: Any, known: dict[str, _Definition]) -> list[str]:
    if not isinstance(arguments, dict):
        return []
    return list(_nulls(arguments, known.get(name)))


def _nulls(arguments: dict[str, Any], definition: _Definition | None, path: str = "") -> Iterator[str]:
    """Where nulls stand that no definition wants: a.b for a field of the argument a, where its fields are defined."""
    for name, value in arguments.items():
        schema = definition and definition.properties.get(name)
        if value is None:
            if definition is None or (name not in definition.required and not may_be_null(schema)):
                yield path + name
            continue
        holder = schema.get("items") if isinstance(schema, dict) and isinstance(value, list) else schema
        if definition is not None and not (isinstance(holder, dict) and isinstance(holder.get("properties"), dict)):
            continue
        for held in value if isinstance(value, list) else [value]:
            if isinstance(held, dict):
                yield from _nulls(held, definition and _definition(holder), f"{path}{name}.")


def _definition(schema: Any) -> _Definition:
    """Of a JSON Schema of an object."""
    schema = schema if isinstance(schema, dict) else {}
    required, properties = schema.get("required"), schema.get("properties")
    names = {name for name in required if isinstance(name, str)} if isinstance(required, list) else ()
    return _Definition(frozenset(names), properties if isinstance(properties, dict) else {})


def _definitions(tools: list[Any]) -> dict[str, _Definition]:
    """The definitions by name, without those in a shape that is not known."""
    found = {}
    for tool in tools:
        function = tool.get("function", tool) if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            continue
        found[function["name"]] = _definition(function.get("parameters"))
    return found

"""What a trainer takes without a word, though nobody can have meant it.

The measures are the signals of the catalogue; here each gets a code and a sentence. Links between tool calls, results
and definitions need the messages themselves.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark import signals
from ftq_spark.formats.aliases import CONVERSATION_FIELDS
from ftq_spark.signals.catalogue.leaks import TEMPLATE

WARNINGS: dict[str, str] = {
    "ends_with_user": "the last turn is not the assistant's: nothing is learnt from what follows the last answer",
    "no_user": "no user speaks",
    "role_order": "two turns of one role in a row, or a system turn after the beginning: chat templates may refuse it",
    "template_leak": "special tokens of a chat template inside a text: the template adds its own",
    "tool_link": "a tool result without a call, or a call that its tool definitions do not allow",
    "mixed_schema": "another schema than most rows of the dataset, or a row that holds its turns twice",
    "no_training_signal": "nothing to train on is left after the cut at the maximum length",
    "over_length": "longer than the maximum length: the end of what is trained on is cut off",
}

# Signals that are a warning where they are over 0.
_MEASURED = {
    "ends_with_user": "ends_with_user",
    "no_user": "no_user",
    "n_role_order_errors": "role_order",
    "n_template_tokens": "template_leak",
}
_TWICE = re.compile(r'"(' + "|".join(map(re.escape, CONVERSATION_FIELDS)) + r')"\s*:\s*\[')


class Notice(NamedTuple):
    """One finding in one row."""

    row: int
    code: str
    message: str


def of_rows(examples: pa.RecordBatch) -> list[Notice]:
    """Warnings about single rows of a batch of schema.INGESTED that holds examples only."""
    if not examples.num_rows:
        return []
    messages, rows = examples.column("messages"), examples.column("row").to_pylist()
    roles, content = (pc.struct_field(messages.flatten(), name) for name in ("role", "content"))
    columns = {
        "roles": pc.binary_join(_like(messages, roles), " "),
        "conversation": pc.binary_join(_like(messages, content), "\n\n"),
    }
    values = signals.measure(columns, list(_MEASURED))
    notices = []
    for name, code in _MEASURED.items():
        for i in np.flatnonzero(values[name] > 0).tolist():
            text = _detail(code, columns["roles"][i].as_py(), columns["conversation"][i].as_py())
            notices.append(Notice(rows[i], code, text))
    return notices + list(_tool_links(examples, columns["roles"], rows)) + list(_held_twice(examples, rows))


def _like(lists: pa.ListArray, values: pa.Array) -> pa.ListArray:
    """A list column of the same lengths with these values. Ingested lists of examples hold no nulls."""
    lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _detail(code: str, roles: str, conversation: str) -> str:
    if code == "ends_with_user":
        return f"ends with a turn of the {roles.rsplit(maxsplit=1)[-1]}: a trainer learns nothing from it"
    if code == "template_leak":
        found = Counter(match.group(0) for match in re.finditer(TEMPLATE, conversation))
        named = ", ".join(f"{token} {n}×" if n > 1 else token for token, n in found.most_common(3))
        return f"special tokens of a chat template in the text: {named}"
    if code == "role_order":
        return f"the roles do not alternate: {_shortened(roles)}"
    return WARNINGS[code]


def _shortened(roles: str, n_shown: int = 8) -> str:
    names = roles.split()
    return ", ".join(names[:n_shown]) + (f", … ({len(names)} turns)" if len(names) > n_shown else "")


# ── Tools ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tool_links(examples: pa.RecordBatch, roles: pa.Array, rows: list[int]) -> Iterator[Notice]:
    calls = pc.struct_field(examples.column("messages").flatten(), "tool_calls")
    if calls.null_count == len(calls) and not pc.any(pc.match_substring(roles, "tool")).as_py():
        return
    for row, messages, tools in zip(
        rows, examples.column("messages").to_pylist(), examples.column("tools").to_pylist(), strict=True
    ):
        fault = broken_link(messages, json.loads(tools) if tools else [])
        if fault:
            yield Notice(row, "tool_link", fault)


def broken_link(messages: list[dict[str, Any]], tools: list[Any]) -> str | None:
    """What is wrong between the calls, results and definitions of one conversation, the first of it; null for nothing.

    Calls and results need no ids, but where one side has them the other must. Calls are held against definitions only
    where there are any.
    """
    required = dict(filter(None, map(_definition, tools)))
    made: set[str] = set()
    n_called = 0
    for turn, found in enumerate(messages, 1):
        for call in json.loads(found["tool_calls"]) if found["tool_calls"] else []:
            n_called += 1
            made |= {call["id"]} if "id" in call else set()
            fault = _call_fault(call["function"], required)
            if fault:
                return f"turn {turn}: {fault}"
        if found["role"] == "tool":
            if not n_called:
                return f"turn {turn}: a tool result before any call"
            if found["tool_call_id"] and found["tool_call_id"] not in made:
                return f"turn {turn}: a tool result for a call that was not made"
            if made and not found["tool_call_id"]:
                return f"turn {turn}: a tool result without the id of its call"
    return None


def _definition(tool: Any) -> tuple[str, set[str]] | None:
    """Name and required parameters; null for a definition in another shape."""
    function = tool.get("function", tool) if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return None
    parameters = function.get("parameters", function.get("input_schema"))  # Anthropic
    required = parameters.get("required") if isinstance(parameters, dict) else None
    names = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
    return function["name"], names


def _call_fault(function: dict[str, Any], required: dict[str, set[str]]) -> str | None:
    if not required:
        return None
    name = function["name"]
    if name not in required:
        return f"call of {name[:40]!a}, which the tools do not define ({len(required)} defined)"
    arguments = json.loads(function["arguments"])
    missing = sorted(required[name] - set(arguments if isinstance(arguments, dict) else ()))
    return f"call of {name[:40]!a} without the required {missing[0][:40]!a}" if missing else None


# ── Schemas ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _held_twice(examples: pa.RecordBatch, rows: list[int]) -> Iterator[Notice]:
    originals = examples.column("original")
    suspects = pc.greater(pc.count_substring_regex(originals, _TWICE.pattern), 1)
    for i in np.flatnonzero(suspects.to_numpy(zero_copy_only=False)).tolist():
        row = json.loads(originals[i].as_py())
        held = [name for name in CONVERSATION_FIELDS if isinstance(row.get(name), list) and row[name]]
        if len(held) > 1:
            yield Notice(rows[i], "mixed_schema", "turns under several names: " + ", ".join(f"`{n}`" for n in held))


class Schemas:
    """The schemas of one dataset: how many rows each has, and its first row in each file."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._first: dict[tuple[str, str], int] = {}  # schema and file
        self._in_file: Counter[tuple[str, str]] = Counter()

    def add(self, source: str, examples: pa.RecordBatch) -> None:
        """Take up a batch of examples of the file `source`; batches come in the order of their rows."""
        for name, row in zip(examples.column("format").to_pylist(), examples.column("row").to_pylist(), strict=True):
            self._rows[name] += 1
            self._in_file[name, source] += 1
            self._first.setdefault((name, source), row)

    def notices(self) -> Iterator[tuple[str, Notice]]:
        """File and warning: each schema but the dataset's most frequent one, at its first row in each file."""
        usual = min(self._rows, key=lambda name: (-self._rows[name], name), default="")
        for (name, source), row in self._first.items():
            if name != usual:
                of_file = f"the first of {self._in_file[name, source]:,} rows in schema {name}"
                yield (
                    source,
                    Notice(row, "mixed_schema", f"{of_file}; {self._rows[usual]:,} of the dataset are in {usual}"),
                )

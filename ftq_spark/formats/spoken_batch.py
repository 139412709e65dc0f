"""Rows that are their turns alone as Arrow batches of the schema ``INGESTED``, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats import strict
from ftq_spark.formats.identity import NO_CONTEXT, canonical_tools, digest, digests_of, example_ids
from ftq_spark.formats.nested import together
from ftq_spark.formats.spoken import ROLES, SYSTEMS, Turns
from ftq_spark.schema import INGESTED, MESSAGE

# In a row's canonical JSON before the content of its first turn, of one behind it, and of the other side.
_BEFORE = (b'{"messages":[{"content":"', b',{"content":"', b'],"rejected":[{"content":"')


def of_turns(found: Turns, dataset: str, source: str) -> pa.RecordBatch:
    """The batch of such rows."""
    n = len(found.numbers)
    messages, rejected = _messages(found)
    hashes = _hashes(found)
    arrays = {
        "example_id": example_ids(hashes, source, found.numbers),
        "content_hash": hashes,
        "context_hash": pa.array(_contexts(found), pa.string()),
        "dataset": pa.repeat(dataset, n),
        "source": pa.repeat(source, n),
        "row": found.numbers,
        "format": found.formats,
        "messages": messages,
        "rejected": rejected,
        "tools": pa.array(found.tools, pa.string()),
        "original": found.originals,
        "accepted": pa.repeat(True, n),
        "line": found.lines,
    }
    columns = [arrays.get(field.name, pa.nulls(n, field.type)) for field in INGESTED]
    return pa.RecordBatch.from_arrays(columns, schema=INGESTED)


def _messages(found: Turns) -> tuple[pa.Array, pa.Array]:
    """The turns of each row, and those of the other side."""
    n = len(found.roles)
    turns = {
        "role": pa.array(ROLES).take(pa.array(found.roles)),
        "content": found.contents,
        "tool_calls": _of_some({turn: text for turn, (text, _) in found.calls.items()}, n, pa.string()),
        "weight": _of_some(found.weights, n, pa.float64()),
        "reasoning": _of_some({turn: split.reasoning for turn, split in found.thoughts.items()}, n, pa.string()),
        "unfinished": _of_some(
            {turn: split.unfinished or None for turn, split in found.thoughts.items()}, n, pa.bool_()
        ),
    }
    children = [turns.get(field.name, pa.nulls(n, field.type)) for field in MESSAGE]
    structs = pa.StructArray.from_arrays(children, fields=list(MESSAGE))
    if not found.n_others.any():
        return _lists(structs, found.n_turns), pa.nulls(len(found.numbers), INGESTED.field("rejected").type)
    is_other = _are_others(found)
    rejected = _lists(structs.filter(pa.array(is_other)), found.n_others)
    messages = _lists(structs.filter(pa.array(~is_other)), found.n_turns - found.n_others)
    return messages, rejected if found.n_others.all() else pc.if_else(pa.array(found.n_others > 0), rejected, None)


def _are_others(found: Turns) -> np.ndarray:
    """Which turns are of the other side; it is one turn, where there is one."""
    is_other = np.zeros(len(found.roles), bool)
    is_other[np.cumsum(found.n_turns)[found.n_others > 0] - 1] = True
    return is_other


def _of_some(values: Mapping[int, Any], n: int, type_: pa.DataType) -> pa.Array:
    """The values of some of `n` turns, null for the others."""
    if not values:
        return pa.nulls(n, type_)
    held: list[Any] = [None] * n
    for turn, value in values.items():
        held[turn] = value
    return pa.array(held, type_)


def _lists(values: pa.Array, lengths: np.ndarray) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(np.append(0, np.cumsum(lengths)), pa.int32()), values)


def _hashes(found: Turns) -> pa.Array:
    """Their content hashes, as of :func:`~ftq_spark.formats.identity.content_hash`: names in their order."""
    ends = np.append(0, np.cumsum(found.n_turns))
    before = np.ones(len(found.roles), np.int8)
    before[ends[:-1]] = 0
    before[_are_others(found)] = 2
    known = {tools: b'],"tools":' + canonical_tools(tools)[0] + b"}" for tools in set(found.tools) if tools is not None}
    places = {tools: place for place, tools in enumerate(known, 2)}
    behind = np.zeros(len(found.roles), np.int32)
    behind[ends[1:] - 1] = [places[tools] if tools else 1 for tools in found.tools] if known else 1
    pieces = [
        pa.array(_BEFORE).take(pa.array(before)),
        found.escaped,
        _behind_contents(found),
        pa.array([b"", b"]}", *known.values()], pa.binary()).take(pa.array(behind)),
    ]
    return digests_of(together(ends, pieces))


def _behind_contents(found: Turns) -> pa.Array:
    """What stands behind each turn's content in the canonical JSON of a row."""
    behind = [b'","role":"%b"}' % role.encode() for role in ROLES]
    place = found.roles.astype(np.int32)
    weights = {turn: weight for turn, weight in found.weights.items() if weight != 1}
    for turn in sorted({*found.calls, *found.thoughts, *weights}):
        thought, role = found.thoughts.get(turn), ROLES[found.roles[turn]]
        more: dict[str, Any] = {}
        if thought is not None and thought.reasoning is not None:
            more["reasoning"] = thought.reasoning
        more["role"] = role
        if turn in found.calls:
            more["tool_calls"] = orjson.Fragment(found.calls[turn][1])
        if thought is not None and thought.unfinished:
            more["unfinished"] = True
        if turn in weights and role == "assistant":
            more["weight"] = weights[turn]
        place[turn] = len(behind)
        behind.append(b'",' + orjson.dumps(more)[1:])
    return pa.array(behind, pa.binary()).take(pa.array(place))


def _contexts(found: Turns) -> list[str]:
    """Their context hashes, as of :func:`~ftq_spark.formats.identity.context_hash`."""
    systems: dict[int, tuple[str, ...]] = {}
    turns = np.flatnonzero(np.isin(found.roles, SYSTEMS))
    rows = np.repeat(np.arange(len(found.numbers)), found.n_turns)[turns].tolist()
    for row, text in zip(rows, found.contents.take(pa.array(turns)).to_pylist(), strict=True):
        systems[row] = (*systems.get(row, ()), text.strip())
    known: dict[tuple[str | None, tuple[str, ...]], str] = {(None, ()): NO_CONTEXT}
    contexts = []
    for row, tools in enumerate(found.tools):
        key = tools, systems.get(row, ())
        if key not in known:
            entered: dict[str, Any] = {"system": list(key[1])} if key[1] else {}
            if tools is not None:
                entered["tools"] = canonical_tools(tools)[1]
            known[key] = digest(strict.canonical(entered))
        contexts.append(known[key])
    return contexts

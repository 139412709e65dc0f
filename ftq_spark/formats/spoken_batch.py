"""Rows that are their turns alone as Arrow batches of the schema ``INGESTED``, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats import strict
from ftq_spark.formats.identity import NO_CONTEXT, SYSTEM_ROLES, canonical_tools, digest, digests, example_ids
from ftq_spark.formats.spoken import Spoken
from ftq_spark.schema import INGESTED, MESSAGE

_ROLES = ("system", "developer", "user", "assistant", "tool")
_CODES = {role: code for code, role in enumerate(_ROLES)}


def of_spoken(found: Spoken, dataset: str, source: str) -> pa.RecordBatch:
    """The batch of such rows."""
    n = len(found.raws)
    messages, rejected = _messages(found)
    number = pa.array(found.numbers, pa.int64())
    hashes = _hashes(found)
    arrays = {
        "example_id": example_ids(hashes, source, number),
        "content_hash": hashes,
        "context_hash": pa.array(_contexts(found), pa.string()),
        "dataset": pa.repeat(dataset, n),
        "source": pa.repeat(source, n),
        "row": number,
        "format": pa.array(found.formats, pa.string()),
        "messages": messages,
        "rejected": rejected,
        "tools": pa.array(found.tools, pa.string()),
        "original": _joined(found.raws),
        "accepted": pa.repeat(True, n),
        "line": pa.array(found.lines, pa.int64()),
    }
    columns = [arrays.get(field.name, pa.nulls(n, field.type)) for field in INGESTED]
    return pa.RecordBatch.from_arrays(columns, schema=INGESTED)


def _messages(found: Spoken) -> tuple[pa.Array, pa.Array]:
    """The turns of each row, and those of the other side."""
    n = len(found.roles)
    turns = {
        "role": pa.array(_ROLES).take(pa.array(list(map(_CODES.__getitem__, found.roles)), pa.int8())),
        "content": pa.array(found.contents, pa.string()),
        "tool_calls": _of_some({turn: text for turn, (text, _) in found.calls.items()}, n, pa.string()),
        "weight": _of_some(found.weights, n, pa.float64()),
        "reasoning": _of_some({turn: split.reasoning for turn, split in found.thoughts.items()}, n, pa.string()),
        "unfinished": _of_some(
            {turn: split.unfinished or None for turn, split in found.thoughts.items()}, n, pa.bool_()
        ),
    }
    children = [turns.get(field.name, pa.nulls(n, field.type)) for field in MESSAGE]
    structs = pa.StructArray.from_arrays(children, fields=list(MESSAGE))
    lengths, n_others = np.array(found.n_turns), np.array(found.n_others)
    if not n_others.any():
        return _lists(structs, lengths), pa.nulls(len(lengths), INGESTED.field("rejected").type)
    is_other = np.zeros(n, bool)
    is_other[np.cumsum(lengths)[n_others > 0] - 1] = True
    rejected = _lists(structs.filter(pa.array(is_other)), n_others)
    messages = _lists(structs.filter(pa.array(~is_other)), lengths - n_others)
    return messages, rejected if n_others.all() else pc.if_else(pa.array(n_others > 0), rejected, None)


def _of_some(values: Mapping[int, Any], n: int, type_: pa.DataType) -> pa.Array:
    """The values of some of `n` turns, null for the others."""
    if not values:
        return pa.nulls(n, type_)
    held: list[Any] = [None] * n
    for turn, value in values.items():
        held[turn] = value
    return pa.array(held, type_)


def _lists(structs: pa.StructArray, lengths: np.ndarray) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(np.append(0, np.cumsum(lengths)), pa.int32()), structs)


def _joined(texts: Sequence[bytes]) -> pa.Array:
    """Texts that are known to be UTF-8 as an array of strings."""
    offsets = np.append(0, np.cumsum(list(map(len, texts)))).astype(np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(b"".join(texts)))


def _hashes(found: Spoken) -> pa.Array:
    """Their content hashes, as of :func:`~ftq_spark.formats.identity.content_hash`: names in their order."""
    entered: list[dict[str, Any]] = [
        {"content": text, "role": role} for text, role in zip(found.contents, found.roles, strict=True)
    ]
    for turn, (_, of_hash) in found.calls.items():
        entered[turn]["tool_calls"] = orjson.Fragment(of_hash)
    for turn, split in found.thoughts.items():
        of_turn = entered[turn]
        thought = {} if split.reasoning is None else {"reasoning": split.reasoning}
        unfinished = {"unfinished": True} if split.unfinished else {}
        entered[turn] = {"content": of_turn["content"], **thought, "role": of_turn["role"], **unfinished}
    for turn, weight in found.weights.items():
        if weight != 1 and found.roles[turn] == "assistant":
            entered[turn]["weight"] = weight
    texts, at = [], 0
    for n_turns, n_others, tools in zip(found.n_turns, found.n_others, found.tools, strict=True):
        end = at + n_turns
        row: dict[str, Any] = {"messages": entered[at : end - n_others]}
        if n_others:
            row["rejected"] = entered[end - n_others : end]
        if tools is not None:
            row["tools"] = orjson.Fragment(canonical_tools(tools)[0])
        texts.append(orjson.dumps(row))
        at = end
    return digests(texts)


def _contexts(found: Spoken) -> list[str]:
    """Their context hashes, as of :func:`~ftq_spark.formats.identity.context_hash`."""
    systems: dict[int, tuple[str, ...]] = {}
    if not SYSTEM_ROLES.isdisjoint(found.roles):
        for row, role, text in zip(
            np.repeat(np.arange(len(found.raws)), found.n_turns).tolist(), found.roles, found.contents, strict=True
        ):
            if role in SYSTEM_ROLES:
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

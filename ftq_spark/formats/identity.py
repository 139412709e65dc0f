"""Content hashes and example ids: the same content has the same hash in any schema, file, or run."""

from __future__ import annotations

import hashlib
from operator import itemgetter
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats import strict
from ftq_spark.formats.calls import remembered
from ftq_spark.formats.media import media_of_parts
from ftq_spark.formats.turns import Conversation, Message


def content_hash(conversation: Conversation) -> str:
    """The first 32 hex digits of the SHA-256 of the conversation's canonical JSON (UTF-8, sorted keys, no spaces).

    What enters: ``messages``; ``rejected``, ``tools``, ``label``, the ``media`` of the row's columns and what answers
    are ``graded`` by where there are any. Of a message:

    - ``role`` and ``content``, as they are;
    - ``reasoning``, ``parts``, and ``name`` unless the role is tool (where it repeats the call's), where not null;
    - ``tool_calls``: name and parsed arguments of each call, without its id, which links but means nothing;
    - ``weight`` of the assistant's turns, unless it is 1, which is what none means; ``label`` where it has one.

    Members with null values do not enter at any depth (a table that unites several tools leaves them everywhere), nor
    do the schema, the file, or any other field of the row.
    """
    entered: dict[str, Any] = {"messages": [_message(turn) for turn in conversation.messages]}
    if conversation.rejected is not None:
        entered["rejected"] = [_message(turn) for turn in conversation.rejected]
    if conversation.tools is not None:
        entered["tools"] = orjson.Fragment(canonical_tools(conversation.tools)[0])
    if conversation.label is not None:
        entered["label"] = conversation.label
    if conversation.media is not None:
        entered["media"] = conversation.media
    if conversation.graded is not None:
        entered["graded"] = _parsed(conversation.graded)
    try:
        return digest(orjson.dumps(entered, option=orjson.OPT_SORT_KEYS))
    except TypeError:  # an integer past 64 bits
        if conversation.tools is not None:
            entered["tools"] = _parsed(conversation.tools)
        return digest(strict.canonical(entered))


def context_hash(conversation: Conversation, shown: list[str] | None = None) -> str:
    """The same of what a question depends on beside its words: system turns, tools, media, and what grades its answers.

    Two examples ask the same only where this is the same. Blanks around a system turn make no difference, and a blank
    one is none. `shown` is what :func:`media` finds, where it was asked.
    """
    entered: dict[str, Any] = {}
    system = [
        text for turn in conversation.messages if turn["role"] in SYSTEM_ROLES and (text := turn["content"].strip())
    ]
    if system:
        entered["system"] = system
    if conversation.tools is not None:
        entered["tools"] = canonical_tools(conversation.tools)[1]
    if shown is None:
        shown = media(conversation)
    if shown:
        entered["media"] = shown
    if conversation.graded is not None:
        entered["graded"] = _parsed(conversation.graded)
    return digest(strict.canonical(entered)) if entered else NO_CONTEXT


def media(conversation: Conversation) -> list[str]:
    """All media of an example: those of the turns' parts in their order, then those of the row's columns."""
    found = [name for turn in conversation.messages if turn["parts"] for name in media_of_parts(turn["parts"])]
    return found + conversation.media if conversation.media else found


def called(calls: list[dict[str, Any]]) -> list[Any]:
    """What enters of calls in OpenAI's shape: each one's name and arguments."""
    return [[call["function"]["name"], _parsed(call["function"]["arguments"])] for call in calls]


def plain_hashes(asked: list[pa.Array], answers: pa.Array) -> pa.Array:
    """The content hashes (string) of questions of the user and their answers, all as between JSON's quotes, binary.

    A question stands in the columns of `asked`, one behind the other.
    """
    before, between, after = _PLAIN
    return digests_of(pc.binary_join_element_wise(before, *asked, between, answers, after, _NOTHING_BETWEEN))


def example_ids(hashes: pa.Array, source: str, rows: pa.Array) -> pa.Array:
    """Each :func:`example_id` (string) of examples of one source: of their content hashes, at their rows (int64)."""
    place = f"\0{source}\0".encode(errors="surrogateescape")
    numbers = rows.cast(pa.string()).view(pa.binary())
    return digests_of(pc.binary_join_element_wise(hashes.view(pa.binary()), place, numbers, _NOTHING_BETWEEN))


def example_id(content_hash: str, source: str, row: int) -> str:
    """The first 32 hex digits of the SHA-256 of hash, source and row, joined by NUL, which no path can hold."""
    return hashlib.sha256(f"{content_hash}\0{source}\0{row}".encode(errors="surrogateescape")).hexdigest()[:32]


def without_nulls(value: Any) -> Any:
    """A JSON value without the members of objects that are null, at any depth; nulls of arrays stay."""
    if type(value) is dict:
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if type(value) is list:
        return [without_nulls(item) for item in value]
    return value


def digest(canonical: bytes) -> str:
    """The first 32 hex digits of its SHA-256."""
    return hashlib.sha256(canonical).hexdigest()[:32]


def digests(texts: list[bytes]) -> pa.Array:
    """The digest of each text, as strings."""
    return _hexadecimal(_sums(texts))


def digests_of(texts: pa.Array) -> pa.Array:
    """The same of binary; a few at a time are Python's own, which take the same memory again."""
    sums: list[bytes] = []
    for at in range(0, len(texts), _AT_ONCE):
        sums += _sums(texts[at : at + _AT_ONCE].to_pylist())
    return _hexadecimal(sums)


def _sums(texts: list[bytes]) -> list[bytes]:
    new, found = hashlib.sha256().copy, []  # a copy costs less than a new one
    for text in texts:
        state = new()
        state.update(text)
        found.append(state.digest())
    return found


def _hexadecimal(sums: list[bytes]) -> pa.Array:
    """The first halves of SHA-256 sums."""
    halves = np.frombuffer(b"".join(sums), np.uint8).reshape(-1, 32)[:, :16].tobytes()
    offsets = np.arange(0, 32 * len(sums) + 1, 32, dtype=np.int32)
    return pa.StringArray.from_buffers(len(sums), pa.py_buffer(offsets), pa.py_buffer(halves.hex().encode()))


_AT_ONCE = 256  # texts
SYSTEM_ROLES = frozenset({"system", "developer"})
NO_CONTEXT = digest(b"{}")
# What stands before, between and behind a question and its answer in the canonical JSON of a plain example.
_PLAIN = (b'{"messages":[{"content":"', b'","role":"user"},{"content":"', b'","role":"assistant"}]}')
_NOTHING_BETWEEN = b""


@remembered
def canonical_tools(tools: str) -> tuple[bytes, str]:
    """Canonical JSON of tool definitions, and its digest."""
    canonical = strict.canonical(_parsed(tools))
    return canonical, digest(canonical)


def _parsed(text: str) -> Any:
    """JSON text as a value without nulls in objects."""
    value = strict.loads(text.encode())
    return without_nulls(value) if "null" in text else value


_beside = itemgetter("reasoning", "parts", "name", "tool_calls", "weight", "label", "unfinished")
_NOTHING = (None,) * 7


def _message(turn: Message) -> dict[str, Any]:
    role = turn["role"]
    entered = {"content": turn["content"], "role": role}
    if _beside(turn) == _NOTHING:  # nearly every turn
        return entered
    if turn["reasoning"] is not None:
        entered["reasoning"] = turn["reasoning"]
    if turn["parts"] is not None:
        entered["parts"] = _parsed(turn["parts"])
    if turn["name"] is not None and role != "tool":
        entered["name"] = turn["name"]
    if turn["tool_calls"] is not None:
        # texts alone: nothing in it needs the exact reader
        entered["tool_calls"] = called(orjson.loads(turn["tool_calls"]))
    if role == "assistant" and turn["weight"] is not None and turn["weight"] != 1:
        entered["weight"] = turn["weight"]
    if turn["label"] is not None:
        entered["label"] = turn["label"]
    if turn["unfinished"]:
        entered["unfinished"] = True
    return entered

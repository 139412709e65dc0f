"""Content hashes and example ids: the same content has the same hash in any schema, file, or run."""

from __future__ import annotations

import hashlib
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.turns import Conversation, Message


def content_hash(conversation: Conversation) -> str:
    """The first 32 hex digits of the SHA-256 of the conversation's canonical JSON (UTF-8, sorted keys, no spaces).

    What enters: ``messages``; ``rejected``, ``tools`` and ``label`` where there are any. Of a message:

    - ``role`` and ``content``, as they are;
    - ``reasoning``, ``parts``, and ``name`` unless the role is tool (where it repeats the call's), where not null;
    - ``tool_calls``: name and parsed arguments of each call, without its id, which links but means nothing;
    - ``weight`` of the assistant's turns, unless it is 1, which is what none means.

    Keys with null values do not enter, nor do the schema, the file, or any other field of the row.
    """
    entered: dict[str, Any] = {"messages": [_message(turn) for turn in conversation.messages]}
    if conversation.rejected is not None:
        entered["rejected"] = [_message(turn) for turn in conversation.rejected]
    if conversation.tools is not None:
        entered["tools"] = strict.loads(conversation.tools.encode())
    if conversation.label is not None:
        entered["label"] = conversation.label
    return hashlib.sha256(strict.canonical(entered)).hexdigest()[:32]


def example_id(content_hash: str, source: str, row: int) -> str:
    """The first 32 hex digits of the SHA-256 of hash, source and row, joined by NUL, which no path can hold."""
    return hashlib.sha256(f"{content_hash}\0{source}\0{row}".encode(errors="surrogateescape")).hexdigest()[:32]


def _message(turn: Message) -> dict[str, Any]:
    role = turn["role"]
    entered = {"role": role, "content": turn["content"]}
    if turn["reasoning"] is not None:
        entered["reasoning"] = turn["reasoning"]
    if turn["parts"] is not None:
        entered["parts"] = strict.loads(turn["parts"].encode())
    if turn["name"] is not None and role != "tool":
        entered["name"] = turn["name"]
    if turn["tool_calls"] is not None:
        entered["tool_calls"] = [
            [call["function"]["name"], strict.loads(call["function"]["arguments"].encode())]
            for call in strict.loads(turn["tool_calls"].encode())
        ]
    if role == "assistant" and turn["weight"] is not None and turn["weight"] != 1:
        entered["weight"] = turn["weight"]
    return entered

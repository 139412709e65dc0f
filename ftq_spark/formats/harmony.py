"""Text in OpenAI's Harmony template (gpt-oss): turns with channels for thoughts, calls and the answer."""

from __future__ import annotations

import re

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import ROLES
from ftq_spark.formats.calls import tool_call
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.turns import Message, message

_START, _MESSAGE = "<|start|>", "<|message|>"
_ENDS = ("<|end|>", "<|return|>", "<|call|>")
_FUNCTION = re.compile(r"functions\.([\w.-]+)")
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)")
_RECIPIENT = re.compile(r"\bto=functions\.([\w.-]+)")


def may_be(text: str) -> bool:
    """Whether a text may be in this template."""
    return _START in text and _MESSAGE in text


def turns_in(text: str) -> list[Message]:
    """The turns; a thought is the reasoning of the answer or call that follows it.

    Raises:
        Fault: a turn without a message, an unknown role, a call that is not JSON.
    """
    turns: list[Message] = []
    thoughts: list[str] = []
    for piece in text.split(_START)[1:]:
        head, mark, body = piece.partition(_MESSAGE)
        if not mark:
            raise Fault("bad_message", f"expected {_MESSAGE} behind {_START}")
        said = _stripped(body)
        turn = _turn(head, said)
        if turn is None:
            thoughts.append(said)
            continue
        if turn["role"] == "assistant" and thoughts:
            turn["reasoning"] = "\n\n".join(filter(None, thoughts)) or None
            thoughts = []
        turns.append(turn)
    if thoughts:  # a thought that no answer follows
        turns.append({**message("assistant", ""), "reasoning": "\n\n".join(thoughts), "unfinished": True})
    return turns


def _turn(head: str, body: str) -> Message | None:
    """The turn, or null for a thought."""
    if (tool := _FUNCTION.match(head)) is not None:
        return {**message("tool", body), "name": tool[1]}
    name = re.split(r"[\s<:]", head, maxsplit=1)[0]
    role = ROLES.get(name.lower())
    if role is None or role == "call":
        raise Fault("unknown_role", f"unknown role {name[:40]!r} in the text")
    channel = _CHANNEL.search(head)
    if role == "assistant" and channel is not None and channel[1] == "analysis":
        return None
    turn = message(role, body)
    if role == "assistant" and (called := _RECIPIENT.search(head)) is not None:
        turn["content"] = ""
        turn["tool_calls"] = strict.dumps([tool_call({"name": called[1], "arguments": body}, "call")])
    return turn


def _stripped(body: str) -> str:
    for end in _ENDS:
        body = body.partition(end)[0]
    return body.strip()

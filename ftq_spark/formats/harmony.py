"""OpenAI's Harmony (gpt-oss), turns with channels for thoughts, calls and the answer: its text, and its JSON."""

from __future__ import annotations

import re
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import ROLES
from ftq_spark.formats.calls import tool_call
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.turns import Message, message

_START, _MESSAGE = "<|start|>", "<|message|>"
_ENDS = ("<|end|>", "<|return|>", "<|call|>")
_TEXT_OF = {"text": "text", "system_content": "model_identity", "developer_content": "instructions"}
_FUNCTION = re.compile(r"functions\.([\w.-]+)")
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)")
_CHANNELS = ("analysis", "commentary", "final")
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


def in_channels(turns: list[Any]) -> bool:
    """Whether turns are in Harmony's channels."""
    return any(
        isinstance(turn, dict) and turn.get("role") == "assistant" and turn.get("channel") in _CHANNELS
        for turn in turns
    )


def out_of_channels(turns: list[Any]) -> list[Any]:
    """Turns in channels as those of OpenAI's chat: a thought is the reasoning of the answer or call that follows it.

    Tools stand beside the text of the turn that defines them. What is no such turn stays as it is.
    """
    found: list[Any] = []
    thoughts: list[str] = []
    for turn in turns:
        if not isinstance(turn, dict):
            found.append(turn)
            continue
        plain = {name: value for name, value in turn.items() if name not in ("channel", "recipient", "content_type")}
        plain["content"], tools = _said(turn.get("content"))
        if tools:
            plain["tools"] = tools
        called = _FUNCTION.match(str(turn.get("recipient") or ""))
        is_thought = turn.get("role") == "assistant" and turn.get("channel") == "analysis" and called is None
        if is_thought and isinstance(plain["content"], str):
            thoughts.append(plain["content"])
            continue
        if turn.get("role") == "assistant" and called is not None:
            plain |= {"tool_calls": [{"name": called[1], "arguments": plain["content"]}], "content": ""}
        if turn.get("role") == "assistant" and thoughts:
            plain["reasoning_content"] = "\n\n".join(filter(None, thoughts))
            thoughts = []
        if turn.get("role") == "tool" and (answering := _FUNCTION.match(str(turn.get("name") or ""))) is not None:
            plain["name"] = answering[1]
        found.append(plain)
    if thoughts:
        found.append({"role": "assistant", "content": "", "reasoning_content": "\n\n".join(thoughts)})
    return found


def _said(content: Any) -> tuple[Any, list[Any]]:
    """The text of a turn's parts, also of those about the model and its instructions, and the tools defined in them."""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return content, []
    spaces = [space for part in content if isinstance(part.get("tools"), dict) for space in part["tools"].values()]
    held = [space["tools"] for space in spaces if isinstance(space, dict) and isinstance(space.get("tools"), list)]
    tools = [tool for of_space in held for tool in of_space]
    fields = [_TEXT_OF.get(str(part.get("type"))) for part in content]
    if None in fields:
        return content, tools
    texts = [part.get(field) for part, field in zip(content, fields, strict=True) if field is not None]
    return "\n".join(text for text in texts if isinstance(text, str)), tools


def _stripped(body: str) -> str:
    for end in _ENDS:
        body = body.partition(end)[0]
    return body.strip()

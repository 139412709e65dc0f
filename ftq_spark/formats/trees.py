"""Trees of OpenAssistant: a prompt with ranked replies, of which the best path is the conversation."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.fields import with_system
from ftq_spark.formats.turns import Conversation, Message, messages_of


def tree(row: dict[str, Any]) -> Conversation | None:
    """`prompt{text, role, replies}`: from each turn to its best-ranked reply that was not deleted, to the last answer.

    Raises:
        Fault: no_assistant for a prompt without replies, or what its turns raise.
    """
    node = row.get("prompt")
    if type(node) is not dict or "replies" not in node or not isinstance(node.get("text"), str):
        return None
    turns: list[dict[str, Any]] = []
    while node is not None:
        turns.append({"role": node.get("role"), "content": node.get("text")})
        node = _best(node.get("replies"))
    messages: list[Message] = messages_of(turns, "path of the tree, turn")
    while messages and messages[-1]["role"] != "assistant":
        messages.pop()  # a question that nobody answered
    if not messages:
        raise Fault("no_assistant", "a tree of a prompt without replies")
    return Conversation("oasst", with_system(row, messages), tools_of(row))


def _best(replies: Any) -> dict[str, Any] | None:
    """The reply of the lowest rank, unranked ones last, the first of equals."""
    kept = [reply for reply in replies or () if isinstance(reply, dict) and reply.get("deleted") is not True]
    return min(kept, key=_rank, default=None)


def _rank(reply: dict[str, Any]) -> float:
    rank = reply.get("rank")
    return float(rank) if isinstance(rank, (int, float)) else float("inf")

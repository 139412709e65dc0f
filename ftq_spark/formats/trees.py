"""Trees of OpenAssistant: a prompt with ranked replies; the conversation is the best path, or each path is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.fields import with_system
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.turns import Conversation, Message, messages_of


def tree(row: dict[str, Any]) -> Conversation | None:
    """`prompt{text, role, replies}`: from each turn to its best-ranked reply that was not deleted, to the last answer.

    Raises:
        Fault: no_assistant for a prompt without replies, or what its turns raise.
    """
    node = _root(row)
    if node is None:
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


def unfolded(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows, each tree as one row of `messages` for every path from its root to an answer without a later one.

    The rows of a tree have its number and its other fields, and `message_id`, the answer's own. A tree without an
    answer stays as it is.
    """
    for row in rows:
        found = None
        if row.fault is None and b'"replies"' in row.raw:
            try:
                found = strict.parse_object(row.raw) if row.parsed is None else row.parsed
            except Fault:
                found = None
        root = None if found is None else _root(found)
        if found is None or root is None:
            yield row
            continue
        n_paths = 0
        others = {name: value for name, value in found.items() if name not in ("prompt", "messages", "message_id")}
        for path in _paths(root):
            turns = [{"role": node.get("role"), "content": node.get("text")} for node in path]
            text = strict.dumps({"messages": turns, **others, "message_id": path[-1].get("message_id")})
            yield row._replace(raw=text.encode(), parsed=None)
            n_paths += 1
        if not n_paths:
            yield row


def _root(row: dict[str, Any]) -> dict[str, Any] | None:
    node = row.get("prompt")
    return node if type(node) is dict and "replies" in node and isinstance(node.get("text"), str) else None


def _paths(root: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The paths from the root that end with the assistant and go on to no other of its answers, the best first."""
    stack = [[root]]
    while stack:
        path = stack.pop()
        replies = sorted(_standing(path[-1].get("replies")), key=_rank)
        stack += [[*path, reply] for reply in reversed(replies)]
        answers = path[-1].get("role") == "assistant"
        if answers and not any(_standing(reply.get("replies")) for reply in replies):
            yield path


def _standing(replies: Any) -> list[dict[str, Any]]:
    """The replies that were not deleted."""
    found = replies if isinstance(replies, list) else []
    return [reply for reply in found if isinstance(reply, dict) and reply.get("deleted") is not True]


def _best(replies: Any) -> dict[str, Any] | None:
    """The reply of the lowest rank, unranked ones last, the first of equals."""
    return min(_standing(replies), key=_rank, default=None)


def _rank(reply: dict[str, Any]) -> float:
    rank = reply.get("rank")
    return float(rank) if isinstance(rank, (int, float)) else float("inf")

"""Trees of turns, of which one path is the conversation.

OpenAssistant's are a prompt with ranked replies: the best path, or each path, is one. Those of ChatGPT's data export
name the node at which the path ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.faults import Fault, brief
from ftq_spark.formats.fields import with_system
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.turns import Conversation, Message, messages_of

# What nodes of ChatGPT hold beside turns.
_UNSAID = ("thoughts", "reasoning_recap", "user_editable_context", "model_editable_context")


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


def chatgpt(row: dict[str, Any]) -> Conversation | None:
    """ChatGPT's data export (conversations.json): `mapping` of nodes, and `current_node`, at which the path ends.

    Without a current node the newest child of each is taken. What the page does not show (blank and hidden turns,
    thoughts) is no turn.

    Raises:
        Fault: bad_tool_call for calls of ChatGPT's own tools, which are no JSON; what its turns raise.
    """
    nodes = row.get("mapping")
    if type(nodes) is not dict or not nodes or not all(type(n) is dict and "message" in n for n in nodes.values()):
        return None
    shown = [node["message"] for node in _path(nodes, row.get("current_node")) if _is_shown(node["message"])]
    turns = []
    for said in shown:
        if said.get("recipient") not in (None, "all"):
            raise Fault("bad_tool_call", f"a call of ChatGPT's own tool {brief(said['recipient'])}, which is no JSON")
        content = said["content"]
        parts = _parts_in(content)
        is_text = all(isinstance(part, str) for part in parts)
        found: Any = "\n\n".join(parts) if is_text else [_part(part) for part in parts]
        turns.append({"role": said["author"].get("role"), "content": found})
    return Conversation("chatgpt", messages_of(turns, "node")) if turns else None


def _path(nodes: dict[str, Any], current: Any) -> list[dict[str, Any]]:
    """The nodes from the root to the current one; each once, whatever the links say."""
    if not isinstance(current, str) or current not in nodes:
        current = next((name for name, node in nodes.items() if _parent(node) not in nodes), next(iter(nodes)))
        seen = {current}
        while children := [child for child in _children(nodes[current]) if child in nodes and child not in seen]:
            current = children[-1]
            seen.add(current)
    path: dict[str, dict[str, Any]] = {}
    while current in nodes and current not in path:
        path[current] = nodes[current]
        current = _parent(nodes[current])
    return list(reversed(path.values()))


def _is_shown(message: Any) -> bool:
    """Whether a node holds a turn: not the root, nothing hidden, no thought, and no blank text of the system."""
    if type(message) is not dict or type(message.get("author")) is not dict or type(message.get("content")) is not dict:
        return False
    content = message["content"]
    about = message.get("metadata")
    is_hidden = isinstance(about, dict) and about.get("is_visually_hidden_from_conversation") is True
    return not is_hidden and content.get("content_type") not in _UNSAID and bool(_parts_in(content))


def _parent(node: dict[str, Any]) -> str:
    """The name of the node before it; "" for none."""
    found = node.get("parent")
    return found if isinstance(found, str) else ""


def _children(node: dict[str, Any]) -> list[str]:
    found = node.get("children")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _parts_in(content: dict[str, Any]) -> list[Any]:
    """What a message says, in parts that are not blank."""
    parts = content.get("parts")
    return [
        part
        for part in (parts if isinstance(parts, list) and parts else [content.get("text")])
        if part not in (None, "")
    ]


def _part(part: Any) -> dict[str, Any]:
    """A content part: text, or a picture by its pointer."""
    if isinstance(part, str):
        return {"type": "text", "text": part}
    kind_ = str(part.get("content_type", "")) if isinstance(part, dict) else ""
    name = "audio" if "audio" in kind_ else "image"
    return {"type": name, name: str(part.get("asset_pointer", "")) if isinstance(part, dict) else str(part)}


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

"""Rows that hold a list of turns: OpenAI, ShareGPT, Mistral, OpenChat, ms-swift, Nemotron, Gemini, Bedrock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftq_spark.formats import harmony
from ftq_spark.formats.aliases import CONVERSATION_FIELDS, ROLE_FIELDS
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.faults import Fault, brief, kind, quoted
from ftq_spark.formats.fields import as_list, history_of, text_of, with_system
from ftq_spark.formats.frameworks import in_order, is_langchain
from ftq_spark.formats.labels import label_of
from ftq_spark.formats.nearest import columns_of_exchange, columns_of_turns, hinted
from ftq_spark.formats.parts import content_of
from ftq_spark.formats.responses import answer_beside
from ftq_spark.formats.thoughts import reasoning_beside
from ftq_spark.formats.turns import Conversation, Message, is_blank, message, messages_of

# One object that holds both sides of an exchange: who speaks under which field.
_EXCHANGES = (
    ("human", "assistant"),
    ("user", "assistant"),
    ("human", "gpt"),
    ("prompt", "response"),
    ("input", "output"),
)
_OF_LISTS = (*_EXCHANGES, ("question", "answer"), ("query", "response"))  # under a name that can hold nothing but turns
# Names that mean turns and nothing else; `turns`, `items`, `dialogue` may be a number or another list.
STRONG_FIELDS = ("messages", "conversations", "conversation")


def turns_field(row: dict[str, Any]) -> tuple[str, list[Any]] | None:
    """The field that holds the row's turns, and them; null where no such field holds a list that is not empty."""
    if row.keys().isdisjoint(CONVERSATION_FIELDS):
        return None
    for field in CONVERSATION_FIELDS:
        held = row.get(field)
        if held is None:
            continue
        turns = _united(as_list(held) or _zipped(held))
        if turns is not None and (field in STRONG_FIELDS or _is_turn(turns[0], field)):
            return field, turns
    return None


def _united(turns: list[Any] | None) -> list[Any] | None:
    """Turns without the nulls that a table of turns and of exchanges puts where a row has no such field."""
    first = turns[0] if turns else None
    if turns is None or type(first) is not dict or all(first.get(name, "") is not None for name in ROLE_FIELDS):
        return turns
    return [{k: v for k, v in turn.items() if v is not None} if type(turn) is dict else turn for turn in turns]


def _zipped(found: Any) -> list[Any] | None:
    """Turns that a table holds field by field, ``{"role": […], "content": […]}``; null for anything else."""
    if type(found) is not dict or found.keys().isdisjoint(ROLE_FIELDS):
        return None
    columns = list(found.values())
    if not all(type(column) is list and len(column) == len(columns[0]) for column in columns):
        return None
    return [dict(zip(found, cells, strict=True)) for cells in zip(*columns, strict=True)] or None


def _is_turn(found: Any, field: str) -> bool:
    """Whether a list under a name that may mean anything else begins with a turn."""
    if isinstance(found, str):
        return field in ("dialogue", "dialog")  # `turns` as strings are questions only (MT-Bench)
    return isinstance(found, dict) and (not found.keys().isdisjoint(ROLE_FIELDS) or _exchange(found) is not None)


def _exchange(found: dict[str, Any], known: Sequence[tuple[str, str]] = _EXCHANGES) -> tuple[str, str] | None:
    return next((names for names in known if names[0] in found and names[1] in found), None)


def turn_messages(turns: list[Any]) -> list[Message]:
    """Canonical messages of a list of turns, of exchanges, or of strings that alternate, the user's first."""
    first = turns[0]
    if is_langchain(first):
        return messages_of(turns)
    if isinstance(first, str) and all(isinstance(turn, str) for turn in turns):
        return [message(("user", "assistant")[i % 2], turn) for i, turn in enumerate(turns)]
    if not isinstance(first, dict) or not first.keys().isdisjoint(ROLE_FIELDS):
        return messages_of(turns)
    names = _exchange(first, _OF_LISTS)
    if names is None:
        named = [f"{field}={name}" for field, name in columns_of_turns(turns).items() if field != name]
        if hint := hinted(columns_of_exchange(first) or named):
            raise Fault("bad_message", f"turn 1: no role; fields {brief(list(first), 80)}{hint}")
        return messages_of(turns)
    messages: list[Message] = []
    for turn in turns:
        if not isinstance(turn, dict):
            raise Fault("bad_message", f"expected exchanges as objects, found {kind(turn)}")
        said = [message(role, text_of(turn, name)) for role, name in zip(("user", "assistant"), names, strict=True)]
        messages += with_system(turn, said)
    return messages


def chat(row: dict[str, Any]) -> Conversation | None:
    """A row with a list of turns under one of the usual names."""
    found = turns_field(row)
    if found is None:
        return None
    field, turns = found
    if harmony.in_channels(turns):
        turns = harmony.out_of_channels(turns)
    turns = in_order(turns)
    messages = with_system(_with_context(row, turns[0]), turn_messages(turns))
    tools = tools_of(row) or _tools_in(turns)
    if messages and messages[-1]["role"] in ("user", "tool") and (answer := answer_beside(row)):
        answer[-1]["reasoning"] = reasoning_beside(row, answer[-1])
        return Conversation("request_log", [*messages, *answer], tools)
    label = label_of(row)
    if label is None:  # the last turn that has one
        label = next((turn["label"] for turn in reversed(messages) if turn["label"] is not None), None)
    return Conversation("kto" if label is not None else _format(row, field, turns), messages, tools, None, label)


def _with_context(row: dict[str, Any], first: Any) -> dict[str, Any]:
    """The row of Vertex AI's PaLM models, whose turns have authors, with its `context` as the system text."""
    is_palm = isinstance(first, dict) and "author" in first and isinstance(row.get("context"), str)
    return {**row, "system": row["context"]} if is_palm else row


def _tools_in(turns: list[Any]) -> str | None:
    """The tools that a system turn defines beside its text, as GLM-4's data have them."""
    held = (turn for turn in turns if isinstance(turn, dict) and turn.get("role") in ("system", "developer"))
    return next((tools for turn in held if (tools := tools_of(turn)) is not None), None)


def _format(row: dict[str, Any], field: str, turns: list[Any]) -> str:
    first = turns[0]
    if isinstance(first, str):
        return "alternating"
    if "from" in first:
        return "sharegpt"
    if first.keys().isdisjoint(ROLE_FIELDS):
        return "langchain" if is_langchain(first) else "ms_swift"
    if isinstance(row.get("system"), list) or str(row.get("schemaVersion", "")).startswith("bedrock"):
        return "bedrock"
    is_mistral = "available_tools" in row or ("text" in first and "content" not in first)
    if is_mistral and first.keys().isdisjoint(("author", "sender", "speaker")):
        return "mistral"
    return "swe_agent" if "trajectory_format" in row else CONVERSATION_FIELDS[field]  # mini-swe-agent's


def gemini(row: dict[str, Any]) -> Conversation | None:
    """Gemini and Vertex AI: `contents[{role, parts}]`, `systemInstruction`."""
    contents = as_list(row.get("contents"))
    if contents is None or not isinstance(contents[0], dict) or "parts" not in contents[0]:
        return None
    turns = [{"role": "user", **turn} if isinstance(turn, dict) else turn for turn in contents]  # no role: the user's
    messages = messages_of(turns)
    system = _instruction(row.get("systemInstruction", row.get("system_instruction")))
    return Conversation("gemini", [message("system", system), *messages] if system else messages, tools_of(row))


def _instruction(found: Any) -> str:
    """Gemini's system text: content, its parts (or the one part without a list), or text."""
    if isinstance(found, dict):
        found = found.get("parts", found)
    if isinstance(found, (dict, list)):
        return content_of(found if isinstance(found, list) else [found], "`systemInstruction`").text
    return found if isinstance(found, str) else ""


def cohere(row: dict[str, Any]) -> Conversation | None:
    """Cohere: `preamble`, `chat_history[{role, message}]`, `message`, `response`."""
    if (
        not isinstance(row.get("message"), str)
        or not isinstance(row.get("chat_history"), list)
        or "response" not in row
    ):
        return None
    before = messages_of(row["chat_history"], "`chat_history` turn")
    asked = [message("user", row["message"]), message("assistant", answer_of(row, ("response",)))]
    return Conversation("cohere", with_system(row, [*before, *asked]), tools_of(row))


def nemotron(row: dict[str, Any]) -> Conversation | None:
    """Nemotron post-training data: `input` is a list of turns, `output` the answer."""
    turns = as_list(row.get("input"))
    if turns is None or "output" not in row or not _all_speak(turns):
        return None
    answer = message("assistant", text_of(row, "output"))
    return Conversation("nemotron", [*with_system(row, messages_of(turns)), answer], tools_of(row))


def sided(value: Any, where: str) -> list[Message] | None:
    """The turns of a prompt, completion or preference side that is no plain text; null where it is."""
    if isinstance(value, str):
        turns = as_list(value)  # a table's cell; other JSON text is an answer like any other
        return messages_of(turns, where) if turns is not None and _all_speak(turns) else None
    if isinstance(value, list):
        return messages_of(value, where)
    if isinstance(value, dict):
        held = value.get("messages")
        return messages_of(held if isinstance(held, list) and held else [value], where)
    raise Fault("bad_message", f"expected {where} as text or turns, found {kind(value)}{quoted(value)}")


def _all_speak(turns: list[Any]) -> bool:
    return all(isinstance(turn, dict) and ("role" in turn or "from" in turn) for turn in turns)


def earlier(row: dict[str, Any], messages: list[Message]) -> list[Message]:
    """The messages after the row's system text and history."""
    if "history" in row:
        messages = [*history_of(row), *messages]
    return with_system(row, messages)


def answer_of(row: dict[str, Any], fields: tuple[str, ...]) -> str:
    """The first of the fields that is not blank; a ``Fault`` empty_content where all are."""
    for field in fields:
        text = row.get(field)
        if type(text) is not str:
            text = text_of(row, field)
        if not is_blank(text):
            return text
    raise Fault("empty_content", "the answer is blank: " + ", ".join(f"`{f}`" for f in fields if f in row))

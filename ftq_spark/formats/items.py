"""Items of OpenAI's Responses API: turns, calls, results and thoughts, one behind the other."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.faults import Fault, brief, kind
from ftq_spark.formats.fields import as_list, with_system
from ftq_spark.formats.parts import result_text
from ftq_spark.formats.turns import PROMPT_ONLY, Conversation, Message, messages_of

_CALL, _RESULT, _THOUGHT, _TURN = "function_call", "function_call_output", "reasoning", "message"
_TYPES = frozenset({_CALL, _RESULT, _THOUGHT, _TURN})
# Calls of tools that are no functions, each with what it is called with; a result of its own follows as `…_output`.
_CALLED_WITH = {
    "custom_tool_call": "input",
    "local_shell_call": "action",
    "shell_call": "action",
    "computer_call": "action",
}
# Calls that the service itself made and answered, with the fields of what came of them.
_SERVED = {
    "web_search_call": ("results",),
    "file_search_call": ("results",),
    "code_interpreter_call": ("outputs",),
    "image_generation_call": (),
    "mcp_call": ("output", "error"),
}
_ASKED = ("action", "queries", "code")  # with what they were called
_UNSAID = frozenset(
    {"mcp_list_tools", "mcp_approval_request", "mcp_approval_response"}
)  # what was on offer, and allowed


def responses(row: dict[str, Any]) -> Conversation | None:
    """A response as it is stored, with what was asked: see :func:`asked_and_answered`."""
    return asked_and_answered(row, row) if _items(row.get("output")) else None


def asked_and_answered(request: dict[str, Any], response: dict[str, Any]) -> Conversation | None:
    """`input`, a text or items, with `instructions`, and `output`, items; null where there are no such.

    Raises:
        Fault: no_assistant for a response without any, bad_message for items of other types, or what turns raise.
    """
    asked, answered = request.get("input"), response.get("output")
    if not isinstance(asked, str | list):
        return None
    if answered == []:
        said = response.get("error") or response.get("incomplete_details")
        raise Fault("no_assistant", "the response holds no item" + (f": {brief(said)}" if said else ""))
    if (output := _items(answered)) is None:
        return None
    turns = _messages([*(as_list(asked) or [{"role": "user", "content": asked}]), *output])
    instructions = request.get("instructions") or response.get("instructions")
    tools = tools_of(request) or tools_of(response)
    return Conversation("responses", with_system({"system": instructions}, turns), tools)


def asked_alone(request: dict[str, Any], graded: dict[str, Any]) -> Conversation | None:
    """A request whose answers are to be found, and what they are `graded` by; null for one without an `input`."""
    asked = request.get("input")
    items = as_list(asked) or ([{"role": "user", "content": asked}] if isinstance(asked, str) else None)
    if items is None:
        return None
    turns = with_system({"system": request.get("instructions")}, _messages(items))
    return Conversation(PROMPT_ONLY, turns, tools_of(request), graded=strict.dumps(graded) if graded else None)


def _items(found: Any) -> list[Any] | None:
    """A list of objects that say of which type they are, some of those that are read."""
    items = as_list(found) or []
    sorts = [item.get("type") if isinstance(item, dict) else None for item in items]
    return items if all(isinstance(sort, str) for sort in sorts) and not _TYPES.isdisjoint(sorts) else None


def _messages(items: list[Any]) -> list[Message]:
    turns: list[dict[str, Any]] = []
    thoughts: list[str] = []  # of the answer or call that comes next

    def answering(turn: dict[str, Any] | None) -> dict[str, Any]:
        """The turn of the assistant that goes on, or a new one."""
        if turn is None or turn["role"] != "assistant" or thoughts:
            turn = {
                "role": "assistant",
                "content": "",
                **({"reasoning_content": "\n\n".join(thoughts)} if thoughts else {}),
            }
            turns.append(turn)
            thoughts.clear()
        return turn

    for place, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise Fault("bad_message", f"item {place}: expected an object, found {kind(item)}")
        sort = str(item.get("type", _TURN))
        if sort == _THOUGHT:
            thoughts += _texts(item)
        elif sort == _CALL:
            function = {"name": item.get("name"), "arguments": item.get("arguments")}
            call = {"id": item.get("call_id"), "type": "function", "function": function}
            answering(turns[-1] if turns else None).setdefault("tool_calls", []).append(call)
        elif sort in _CALLED_WITH or sort in _SERVED:
            answering(turns[-1] if turns else None).setdefault("tool_calls", []).append(_called(item))
            if sort in _SERVED:
                came = next((item[name] for name in _SERVED[sort] if item.get(name) is not None), item.get("status"))
                turns.append({"role": "tool", "tool_call_id": item.get("id"), "content": result_text(came)})
        elif sort == _RESULT or sort.removesuffix("_output") in _CALLED_WITH:
            turns.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": item.get("output")})
        elif sort in _UNSAID:
            continue
        elif sort != _TURN:
            expected = ", ".join(sorted(_TYPES))
            raise Fault("bad_message", f"item {place}: expected a type of {expected}, found {brief(sort)}")
        elif item.get("role") == "assistant":
            answering(None)["content"] = item.get("content")
        else:
            turns.append({"role": item.get("role"), "content": item.get("content")})
    if thoughts:
        answering(None)
    return messages_of(turns, "item")


def _called(item: dict[str, Any]) -> dict[str, Any]:
    """A call that is no function's: under its own name, or the tool's."""
    sort = item["type"]
    field = _CALLED_WITH.get(sort)
    asked = {field: item.get(field)} if field else {name: item[name] for name in _ASKED if item.get(name) is not None}
    arguments = item["arguments"] if isinstance(item.get("arguments"), str) else asked
    function = {"name": item.get("name") or sort.removesuffix("_call"), "arguments": arguments}
    return {"id": item.get("call_id") or item.get("id"), "type": "function", "function": function}


def _texts(thought: dict[str, Any]) -> list[str]:
    """What a thought says; its summary where the whole is kept back."""
    parts = thought.get("content") or thought.get("summary") or ()
    return [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]

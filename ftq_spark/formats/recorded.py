"""Conversations as systems record them: requests to a model beside their responses, and the turns of MOSS."""

from __future__ import annotations

import re
from typing import Any

from ftq_spark.formats.chat import chat, gemini, turn_messages, turns_field
from ftq_spark.formats.faults import Fault, brief, kind
from ftq_spark.formats.items import asked_alone, asked_and_answered
from ftq_spark.formats.pairs import pair
from ftq_spark.formats.responses import answer_beside, answer_in
from ftq_spark.formats.turns import Conversation, message

_GYM = "responses_create_params"  # NeMo Gym's: a prompt, and beside it what its answers are graded by
_TURN = re.compile(r"turn_(\d+)\Z")
_MARKED = re.compile(r"\s*<\|[^|]{1,40}\|>:?\s*(.*?)\s*(?:<eo[a-z]>)?\s*\Z", re.DOTALL)
REQUESTS = ("request", "body", "request_body", "inputs", "input", _GYM)
_RESPONSES = ("response", "response_body", "outputs", "output")
_JOIN = "join requests and responses by `custom_id`, as `request` and `response` of one row"


def request_log(row: dict[str, Any]) -> Conversation | None:
    """A request with `messages`, `contents` or `input`, and its response: OpenAI's, Vertex's, those of observers.

    Raises:
        Fault: missing_messages for one without the other, no_assistant for a request that failed, multiple_examples for
            several choices, or what the turns raise.
    """
    request = next((inner for name in REQUESTS if (inner := _inner(row.get(name))) is not None), None)
    response = next((inner for name in _RESPONSES if (inner := _inner(row.get(name))) is not None), None)
    is_batch = "custom_id" in row
    if request is not None and response is None and isinstance(row.get(_GYM), dict):
        return asked_alone(request, {name: value for name, value in row.items() if name != _GYM})
    if request is None or response is None:
        if is_batch and (request is not None or response is not None):
            missing = "response" if response is None else "request"
            raise Fault("missing_messages", f"a line of a batch without its {missing}: {_JOIN}")
        return None
    if (of_items := asked_and_answered(request, response)) is not None:
        return of_items
    found = chat(_one_prompt(request)) if isinstance(request.get("messages"), list) else gemini(request)
    if found is None:
        is_run = isinstance(row.get("inputs"), dict) and isinstance(row.get("outputs"), dict)  # of LangSmith's
        return pair({**request, **response}) if is_run else None
    if (whole := turns_field(response)) is not None:  # LangGraph's state: with the turns of the request before
        turns = turn_messages(whole[1])
        n = len(found.messages)
        said = turns if turns[:n] == found.messages else [*found.messages, *turns]
        return found._replace(format="request_log", messages=said)
    return found._replace(
        format="request_log", messages=[*found.messages, *(answer_beside(response) or answer_in(response))]
    )


def _one_prompt(request: dict[str, Any]) -> dict[str, Any]:
    """The request whose turns stand alone in a list of prompts, as LangChain records them; any other as it is."""
    turns = request["messages"]
    return {**request, "messages": turns[0]} if len(turns) == 1 and isinstance(turns[0], list) else request


def _inner(found: Any) -> dict[str, Any] | None:
    """What a request or response holds, also where a batch wraps it in `body`."""
    if not isinstance(found, dict):
        return None
    body = found.get("body")
    return body if isinstance(body, dict) else found


def moss(row: dict[str, Any]) -> Conversation | None:
    """MOSS: `meta_instruction`, and `chat` of `turn_1`, `turn_2`, … with `Human`, `Inner Thoughts`, `MOSS`.

    Raises:
        Fault: bad_tool_call for commands of its plugins, which are no JSON; bad_message.
    """
    chat_ = row.get("chat")
    if not isinstance(chat_, dict) or not chat_ or not all(map(_TURN.match, chat_)):
        return None
    if not all(isinstance(turn, dict) and {"Human", "MOSS"} <= turn.keys() for turn in chat_.values()):
        return None
    system = row.get("meta_instruction")
    turns = [message("system", system)] if isinstance(system, str) and system.strip() else []
    for name in sorted(chat_, key=lambda name: int(name.removeprefix("turn_"))):
        turn = chat_[name]
        command = _text(turn, name, "Commands")
        if command not in ("", "None"):
            raise Fault("bad_tool_call", f"`{name}`: a command of a plugin, which is no JSON: {brief(command)}")
        answer = message("assistant", _text(turn, name, "MOSS"))
        thought = _text(turn, name, "Inner Thoughts")
        answer["reasoning"] = None if thought in ("", "None") else thought
        turns += [message("user", _text(turn, name, "Human")), answer]
    return Conversation("moss", turns)


def _text(turn: dict[str, Any], name: str, field: str) -> str:
    """A text without the mark before it and the one behind it."""
    found = turn.get(field, "")
    if not isinstance(found, str):
        raise Fault("bad_message", f"expected `{name}` with `{field}` as a string, found {kind(found)}")
    match = _MARKED.match(found)
    return match[1] if match else found.strip()

"""Turns as programs keep them: LangChain, Vercel's AI SDK, ToolTalk, and the threads of OpenAI's assistants.

What one of them writes as a turn may be several: calls, their results, and what is said then.

LangChain: https://python.langchain.com/api_reference/core/messages.html (`messages_to_dict`, `dumpd`, `model_dump`).
AI SDK: https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message, …/model-message; `toolInvocations` up to version 4.
ToolTalk: https://github.com/microsoft/ToolTalk. Trajectories: https://huggingface.co/datasets/nebius/SWE-agent-trajectories.
Threads: https://platform.openai.com/docs/api-reference/messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import REASONING_FIELDS, ROLE_FIELDS
from ftq_spark.formats.faults import Fault, kind

_Turn = dict[str, Any]
# Fields that these programs alone give to a turn; content in parts may be theirs, too.
FIELDS = frozenset({"data", "kwargs", "additional_kwargs", "parts", "toolInvocations", "apis", "system_prompt"})
# Who speaks in LangChain, by `type` and by the name of the class.
_SPEAKERS = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool", "function": "function"}
_OF_CALLS = frozenset({"tool-call", "tool-result", "tool-invocation", "dynamic-tool"})
_UNSAID = ("source", "source-url", "source-document", "step-start", "redacted-reasoning")  # and data-NAME


def is_langchain(turn: Any) -> bool:
    """Whether a turn is a message of LangChain's."""
    return isinstance(turn, dict) and _langchain_role(turn) is not None


def in_order(turns: list[Any]) -> list[Any]:
    """The messages of a thread from the first to the last, which the service lists from the last to the first."""
    if not all(isinstance(turn, dict) and turn.get("object") == "thread.message" for turn in turns):
        return turns
    times = [turn.get("created_at") for turn in turns]
    is_backwards = all(isinstance(time, int) for time in times) and times[0] > times[-1]
    return turns[::-1] if is_backwards else turns


def unfolded(turn: _Turn) -> list[_Turn] | None:
    """What one of these programs wrote as a turn, as turns of OpenAI's chat; null for any other.

    Raises:
        Fault: bad_tool_call for what should be a call.
    """
    if (role := _langchain_role(turn)) is not None:
        return [_of_langchain(turn, role)]
    if isinstance(turn.get("apis"), list) and turn["apis"]:
        return _of_tooltalk(turn)
    if isinstance(turn.get("system_prompt"), str) and turn.get("role") == "system" and not turn.get("text"):
        told = {name: value for name, value in turn.items() if name not in ("system_prompt", "text")}
        return [{**told, "content": told.get("content") or turn["system_prompt"]}]
    parts = _parts_of_sdk(turn)
    return None if parts is None else _of_sdk(turn, parts)


def _langchain_role(turn: Mapping[str, Any]) -> str | None:
    named, held = turn.get("type"), turn.get("data")
    if isinstance(turn.get("kwargs"), dict) and isinstance(turn.get("id"), list) and turn["id"]:
        named, held = turn["id"][-1], turn["kwargs"]
    elif not (isinstance(held, dict) and "content" in held):
        if not turn.keys().isdisjoint(ROLE_FIELDS):
            return None
        held = turn
    if not isinstance(named, str):
        return None
    named = named.removesuffix("Chunk").removesuffix("Message").lower()
    return str(held.get("role")) if named == "chat" else _SPEAKERS.get(named)


def _of_langchain(turn: _Turn, role: str) -> _Turn:
    wrapped = next((turn[name] for name in ("kwargs", "data") if isinstance(turn.get(name), dict)), turn)
    held = {name: value for name, value in wrapped.items() if name not in ("type", "additional_kwargs")}
    more = wrapped.get("additional_kwargs")
    for name in ("tool_calls", "function_call", "reasoning_content"):
        if isinstance(more, dict) and more.get(name) and not held.get(name):
            held[name] = more[name]
    if isinstance(parts := held.get("content"), list):  # calls stand in `tool_calls`, too
        left = [part for part in parts if not (held.get("tool_calls") and _type(part) == "tool_use")]
        held["content"] = [{"type": "text", "text": part} if isinstance(part, str) else part for part in left]
    return {**held, "role": role}


def _of_tooltalk(turn: _Turn) -> list[_Turn]:
    calls, results = [], []
    for api in turn["apis"]:
        request = api.get("request") if isinstance(api, dict) else None
        if not isinstance(request, dict):
            raise Fault("bad_tool_call", f"expected `apis` with a `request` as an object, found {kind(request)}")
        name = request.get("api_name")
        calls.append({"name": name, "arguments": request.get("parameters")})
        failed = api.get("exception") is not None
        results.append(_result(None, name, api["exception"] if failed else api.get("response"), failed))
    said = {name: value for name, value in turn.items() if name != "apis"}
    return [{"role": "assistant", "content": "", "tool_calls": calls}, *results, said]


def _parts_of_sdk(turn: _Turn) -> list[Any] | None:
    """The parts of a message of the AI SDK; null for another turn."""
    parts, content = turn.get("parts"), turn.get("content")
    if isinstance(parts, list) and parts and all(isinstance(_type(part), str) for part in parts):
        is_said = any(_type(part) == "text" for part in parts)
        return parts if is_said or not isinstance(content, str) else [*parts, *_text(content)]
    if isinstance(called := turn.get("toolInvocations"), list) and called:
        text = _text(content) if isinstance(content, str) else []
        return [*({"type": "tool-invocation", "toolInvocation": call} for call in called), *text]
    is_model_message = isinstance(content, list) and any(_type(part) in _OF_CALLS for part in content)
    return content if is_model_message else None


def _text(content: str) -> list[Any]:
    return [{"type": "text", "text": content}] if content.strip() else []


def _of_sdk(turn: _Turn, parts: list[Any]) -> list[_Turn]:
    """The steps of a message: what is thought, said and called, the results, and what is said then."""
    beside = {name: value for name, value in turn.items() if name not in ("parts", "content", "toolInvocations")}
    if any(_type(part) == "reasoning" for part in parts):
        beside = {name: value for name, value in beside.items() if name not in REASONING_FIELDS}
    steps: list[tuple[list[Any], list[Any], list[_Turn]]] = [([], [], [])]  # parts that are said, calls, results
    for part in parts:
        sort = _type(part)
        is_tool = isinstance(sort, str) and sort.startswith(("tool-", "dynamic-tool"))
        if sort == "step-start" or (steps[-1][1] and not is_tool):
            steps.append(([], [], []))
        if is_tool:
            call, result = _called(part, str(sort))
            steps[-1][1].extend(call)
            steps[-1][2].extend(result)
        elif not (sort in _UNSAID or str(sort).startswith("data-")):
            steps[-1][0].append(part)
    turns: list[_Turn] = []
    for said, calls, results in steps:
        if said or calls:
            turns.append({**beside, "content": said or "", **({"tool_calls": calls} if calls else {})})
            beside = {name: value for name, value in beside.items() if name not in REASONING_FIELDS}
        turns += results
    return turns or [{**beside, "content": ""}]


def _called(part: _Turn, sort: str) -> tuple[list[Any], list[_Turn]]:
    """The call of a part and its result, each where there is one."""
    held = part.get("toolInvocation") if sort == "tool-invocation" else part
    if not isinstance(held, dict):
        raise Fault("bad_tool_call", f"expected `toolInvocation` as an object, found {kind(held)}")
    name = held.get("toolName") if sort in _OF_CALLS else sort.removeprefix("tool-")
    id_ = held.get("toolCallId")
    output = next((held[name] for name in ("output", "result") if held.get(name) is not None), None)
    failed = held.get("isError") is True or held.get("errorText") is not None
    if sort in ("tool-call", "tool-result") and isinstance(output, dict) and output.keys() >= {"type", "value"}:
        failed, output = failed or str(output["type"]).startswith("error"), output["value"]
    given: Any = next((held[name] for name in ("input", "args", "rawInput") if held.get(name) is not None), {})
    call = {"id": id_, "name": name, "arguments": given}
    has_result = sort == "tool-result" or output is not None or failed
    result = _result(id_, name, held.get("errorText") if output is None else output, failed)
    return [] if sort == "tool-result" else [call], [result] if has_result else []


def _result(id_: Any, name: Any, found: Any, failed: bool) -> _Turn:
    said = found if isinstance(found, str) else "" if found is None else strict.dumps(found)
    return {
        "role": "tool",
        "tool_call_id": id_,
        "name": name,
        "content": said,
        **({"is_error": True} if failed else {}),
    }


def _type(part: Any) -> Any:
    return part.get("type") if isinstance(part, dict) else None

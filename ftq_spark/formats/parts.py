"""Multimodal content: a list of parts becomes text, media, tool calls, tool results and reasoning.

Read are the parts of OpenAI (chat and responses), Hugging Face, LLaMA-Factory, Anthropic, Bedrock and Gemini.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import MEDIA_FIELDS, PART_TYPES, ROLES
from ftq_spark.formats.calls import tool_call
from ftq_spark.formats.faults import Fault, brief, kind
from ftq_spark.formats.outcomes import failed

_IMAGES = frozenset({"image", "image_url", "input_image"})  # types, and fields of parts without one


class Result(NamedTuple):
    """A tool's result."""

    call_id: str | None
    name: str | None  # of the function
    text: str
    failed: bool | None  # null where no field tells


class Content(NamedTuple):
    """What a list of parts holds."""

    text: str  # the text parts, joined by a line break
    parts: str | None = None  # JSON array of all parts as found, where one of them is not text
    reasoning: str | None = None
    calls: Sequence[dict[str, Any]] = ()  # tool calls in OpenAI's shape
    results: Sequence[Result] = ()
    has_image: bool = False


def content_of(parts: list[Any], where: str) -> Content:
    """Read a list of content parts; `where` names the turn in messages.

    Raises:
        Fault: bad_parts or bad_tool_call.
    """
    if len(parts) == 1 and type(parts[0]) is dict and parts[0].get("type") == "text":  # nearly every list
        return Content(_text(parts[0], where))
    texts: list[str] = []
    reasoning: list[str] = []
    calls: list[dict[str, Any]] = []
    results: list[Result] = []
    has_media = has_image = False
    for part in parts:
        if type(part) is not dict:
            raise Fault("bad_parts", f"{where}: expected content parts as objects, found {kind(part)}")
        sort = _sort(part, where)
        if sort in ("text", "refusal"):
            texts.append(_text(part, where))
        elif sort == "media":
            has_media = True
            has_image |= part.get("type") in _IMAGES or (part.get("type") is None and not _IMAGES.isdisjoint(part))
        elif sort == "reasoning":
            reasoning.append(_reasoning(part, where))
        elif sort == "call":
            calls.append(_call(part, where))
        elif sort == "result":
            results.append(_result(part, where))
    return Content(
        "\n".join(texts),
        strict.dumps(parts) if has_media else None,
        "\n".join(reasoning) or None,
        calls,
        results,
        has_image,
    )


_FIELD_SORTS = {
    "text": "text",
    "toolUse": "call",
    "functionCall": "call",
    "function_call": "call",
    "executableCode": "call",
    "executable_code": "call",
    "toolResult": "result",
    "functionResponse": "result",
    "function_response": "result",
    "codeExecutionResult": "result",
    "code_execution_result": "result",
    "reasoningContent": "reasoning",
}


_EXECUTION = "code_execution"  # what Gemini's own tool is called, whose parts name none
_RESULT_FIELDS = frozenset(field for field, sort in _FIELD_SORTS.items() if sort == "result")


def _sort(part: dict[str, Any], where: str) -> str:
    """text, refusal, reasoning, redacted, media, call or result."""
    type_ = part.get("type")
    if type_ is not None:
        sort = PART_TYPES.get(type_) if isinstance(type_, str) else None
        if sort is None:
            raise Fault("bad_parts", f"{where}: unknown type of content part {brief(type_)}")
        return sort
    for field, sort in _FIELD_SORTS.items():
        if part.get(field) is not None:
            # Gemini marks a thought by a flag on a text part.
            return "reasoning" if sort == "text" and part.get("thought") is True else sort
    if any(part.get(field) is not None for field in MEDIA_FIELDS):
        return "media"
    raise Fault("bad_parts", f"{where}: content part without a type, with the fields {brief(list(part), 80)}")


def _comes(part: dict[str, Any]) -> bool:
    sort = part.get("type")
    if isinstance(sort, str):
        return PART_TYPES.get(sort) == "result"
    return any(part.get(field) is not None for field in _RESULT_FIELDS)


def steps_inside(turn: dict[str, Any], parts: Any) -> list[dict[str, Any]] | None:
    """An answer with results among its parts, of tools that the service ran, as turns one behind the other; else null.

    What else the turn holds goes with the last of its answers.
    """
    if not isinstance(parts, list) or ROLES.get(str(turn.get("role"))) != "assistant":
        return None
    if not all(type(part) is dict for part in parts) or not any(map(_comes, parts)):
        return None
    runs: list[tuple[bool, list[dict[str, Any]]]] = []
    for part in parts:
        comes = _comes(part)
        if not runs or runs[-1][0] != comes:
            runs.append((comes, []))
        runs[-1][1].append(part)
    if all(comes for comes, _ in runs):
        return None
    last = max(place for place, (comes, _) in enumerate(runs) if not comes)
    rest: dict[str, Any] = {name: value for name, value in turn.items() if name not in ("content", "parts")}
    shared: dict[str, Any] = {name: value for name, value in rest.items() if name in ("role", "weight", "train")}
    return [
        {"role": "user", "content": held} if comes else {**(rest if place == last else shared), "content": held}
        for place, (comes, held) in enumerate(runs)
    ]


def holds_result(content: Any) -> bool:
    """Whether content is parts of which one is a tool's result in a part of its own (Gemini, Bedrock)."""
    parts = content if isinstance(content, list) else [content]
    return any(isinstance(part, dict) and not _RESULT_FIELDS.isdisjoint(part) for part in parts)


def _text(part: dict[str, Any], where: str) -> str:
    for field in ("text", "value", "refusal", "content"):
        text = part.get(field)
        if isinstance(text, dict):  # of a thread: with annotations
            text = text.get("value")
        if isinstance(text, str):
            return text
    raise Fault("bad_parts", f"{where}: text part without its text")


def _reasoning(part: dict[str, Any], where: str) -> str:
    found = part.get("reasoningContent")
    if isinstance(found, dict):
        found = found.get("reasoningText")
        if isinstance(found, dict):
            found = found.get("text")
        return found if isinstance(found, str) else ""  # redacted reasoning has no text
    thought = part.get("thinking", part.get("reasoning"))
    if isinstance(thought, list):  # Mistral's, of texts
        return "".join(_text(piece, where) for piece in thought if isinstance(piece, dict))
    return thought if isinstance(thought, str) else _text(part, where)


def _call(part: dict[str, Any], where: str) -> dict[str, Any]:
    found = part.get("toolUse") or part.get("functionCall") or part.get("function_call") or part
    if code := part.get("executableCode") or part.get("executable_code"):
        found = {"name": _EXECUTION, "arguments": code}
    if found is part and "value" in part:  # LLaMA-Factory: the call as JSON text
        found = part["value"]
    return tool_call(found, where)


def _result(part: dict[str, Any], where: str) -> Result:
    found = part.get("toolResult") or part.get("functionResponse") or part.get("function_response") or part
    if type(found) is not dict:
        raise Fault("bad_parts", f"{where}: expected a tool result as an object, found {kind(found)}")
    id_ = found.get("toolUseId", found.get("tool_use_id", found.get("id")))
    if found is part and (came := part.get("codeExecutionResult") or part.get("code_execution_result")):
        found = {"name": _EXECUTION, **came} if isinstance(came, dict) else {"name": _EXECUTION, "output": came}
    name = found.get("name")
    content = found.get("content", found.get("response", found.get("output", "")))
    return Result(
        id_ if isinstance(id_, str) else None,
        name if isinstance(name, str) else None,
        result_text(content),
        failed(found),
    )


def result_text(content: Any) -> str:
    """A tool's result as text: text parts joined by a line break, any other JSON value as JSON."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, list) and content and all(isinstance(part, dict) for part in content):
        texts = [part.get("text", part.get("value")) for part in content if set(part) <= {"type", "text", "value"}]
        if len(texts) == len(content) and all(isinstance(text, str) for text in texts):
            return "\n".join(texts)
    return strict.dumps(content)

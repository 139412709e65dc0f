"""Tool calls and results inside a text, between marks, as the templates of models write them.

Read are those of Hermes and Qwen (``<tool_call>``), of Qwen3-Coder (``<function=…>`` around ``<parameter=…>``), of
Mistral (``[TOOL_CALLS]`` before an array, or before a name and its arguments), of Llama 3 (``<|python_tag|>`` before
objects or ``name.call(key="value")``, ``<function=…>`` around an object) and of DeepSeek (``<｜tool▁call▁begin｜>``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tool_call
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.parts import result_text

_Found = tuple[str, list[Any]]  # the text without its calls, and them as found
_HERMES, _HERMES_END = "<tool_call>", re.compile(r"\s*</tool_call>")
_NAMED = re.compile(  # behind <function=
    r"(?P<name>[\w.-]+)>\s*(?:(?:(?P<arguments>\{.*?\})|(?P<parameters><parameter=.*?</parameter>))\s*)?</function>",
    re.DOTALL,
)
_WRAPPED = re.compile(r"<tool_call>\s*<function=")
_WRAPS = re.compile(r"<tool_call>\s*(?=<function=)|(?<=</function>)\s*</tool_call>")
_PARAMETER = re.compile(r"<parameter=([^<>\n]+)>")
_DEEPSEEK = re.compile(
    r"<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>(?P<name>[\w.-]+)\s*```json\s*(?P<arguments>\{.*?\})\s*```"
    r"|(?P<name_>[\w.-]+)<｜tool▁sep｜>\s*(?P<arguments_>\{.*?\}))\s*<｜tool▁call▁end｜>",
    re.DOTALL,
)
_DEEPSEEK_AROUND = re.compile("<｜tool▁calls▁(?:begin|end)｜>")
_MISTRAL, _PYTHON = "[TOOL_CALLS]", "<|python_tag|>"
_MISTRAL_NAME = re.compile(r"\s*(?P<name>[\w.-]+)\s*(?:\[CALL_ID\](?P<id>[\w-]+)\s*)?(?:\[ARGS\]\s*)?(?=\{)")
# As Llama's template writes it: words between quotation marks, nothing escaped.
_EXPRESSION = re.compile(r'\s*(?P<name>[A-Za-z_][\w.]*)\.call\((?P<said>(?:\s*\w+="[^"\\\n]*"\s*(?:,|(?=\))))*)\)')
_KEYWORD = re.compile(r'(\w+)="([^"\\\n]*)"')
_PYTHONS = {"True": True, "False": False, "None": None}
_SPACE, _NEXT = re.compile(r"\s*"), re.compile(r"\s*;\s*(?=\{)")
_RESULTS = (
    re.compile(r"\A\s*(?P<mark><tool_response>)\s*(?P<text>.*?)\s*</tool_response>\s*\Z", re.DOTALL),
    re.compile(r"\A\s*(?P<mark>\[TOOL_RESULTS\])\s*(?P<text>.*?)\s*\[/TOOL_RESULTS\]\s*\Z", re.DOTALL),
    re.compile(
        r"\A\s*(?:<｜tool▁outputs▁begin｜>)?(?P<mark><｜tool▁output▁begin｜>)\s*(?P<text>.*?)\s*<｜tool▁output▁end｜>"
        r"(?:<｜tool▁outputs▁end｜>)?\s*\Z",
        re.DOTALL,
    ),
)
_OF_RESULTS = frozenset(("content", "call_id", "id", "name"))
_DECODER = json.JSONDecoder()


def may_hold_calls(text: str) -> bool:
    """Whether a text holds one of the marks before calls."""
    if "<" in text and any(mark in text for mark in ("<tool_call>", _PYTHON, "<function=", "<｜tool▁call▁begin｜>")):
        return True
    return "[" in text and _MISTRAL in text


def calls_in(text: str, tools: str | None = None) -> tuple[str, list[dict[str, Any]]] | None:
    """The text without its calls, and them in OpenAI's shape; null where it holds none, or one that cannot be read.

    Args:
        text: of an answer.
        tools: the row's definitions as JSON text, which say of parameters that are written bare what they are.
    """
    if not may_hold_calls(text):
        return None
    for mark, read in _DIALECTS:
        if mark not in text:
            continue
        try:
            rest, found = read(text)
            calls = [tool_call(_typed(call, tools), "call in a text") for call in found]
        except (Fault, ValueError, RecursionError):
            return None
        return (rest.strip(), calls) if calls and mark not in rest else None
    return None


def _hermes(text: str) -> _Found:
    if _WRAPPED.search(text):
        return _functions(text)
    rest, found, at = [], [], 0
    while (mark := text.find(_HERMES, at)) >= 0:
        value, end = _value(text, _spaced(text, mark + len(_HERMES)))
        close = _HERMES_END.match(text, end)
        if close is None:
            raise ValueError("a call that does not end")
        rest.append(text[at:mark])
        found.append(value)
        at = close.end()
    return "".join((*rest, text[at:])), found


def _functions(text: str) -> _Found:
    """Calls of Llama and of Qwen3-Coder, whose marks around a call models forget."""
    rest, *pieces = _WRAPS.sub("", text).split("<function=")
    found = []
    for piece in pieces:
        match = _NAMED.match(piece)
        if match is None:
            raise ValueError("a function that does not end")
        found.append(_function(match))
        rest += piece[match.end() :]
    return rest, found


class _Bare(NamedTuple):
    """A call whose parameters are written one by one, each as text of no type."""

    name: str
    parameters: dict[str, str]


def _function(match: re.Match[str]) -> _Bare | dict[str, Any]:
    if match["arguments"] is not None:
        return {"name": match["name"], "arguments": match["arguments"]}
    before, *said = _PARAMETER.split(match["parameters"] or "")
    parameters: dict[str, str] = {}
    for name, text in zip(said[::2], said[1::2], strict=True):
        value, end, behind = text.rpartition("</parameter>")
        if before or not end or behind.strip() or name in parameters:
            raise ValueError("a parameter that does not end, or stands twice")
        parameters[name] = value.removeprefix("\n").removesuffix("\n")
    return _Bare(match["name"], parameters)


def _typed(call: Any, tools: str | None) -> Any:
    """A call whose bare parameters are what its definition says: words, or what they read as.

    Where no definition says it, objects and arrays are read, as templates write them, and all else is words.
    """
    if not isinstance(call, _Bare):
        return call
    declared = _declared(call.name, tools)
    arguments = {name: _read(text, declared.get(name)) for name, text in call.parameters.items()}
    return {"name": call.name, "arguments": arguments}


def _declared(name: str, tools: str | None) -> dict[str, Any]:
    """The types of a function's parameters, by their names."""
    for tool in strict.loads(tools.encode()) if tools else ():
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or function.get("name") != name:
            continue
        schema = function.get("parameters")
        fields = schema.get("properties") if isinstance(schema, dict) else None
        if isinstance(fields, dict):
            return {key: field.get("type") for key, field in fields.items() if isinstance(field, dict)}
    return {}


def _read(text: str, declared: Any) -> Any:
    types = declared if isinstance(declared, list) else [declared]
    if "string" in types or (types == [None] and text.strip()[:1] not in ("{", "[")):
        return text
    if text.strip() in _PYTHONS:
        return _PYTHONS[text.strip()]
    try:
        return strict.loads(text.encode())
    except Fault:
        return text


def _deepseek(text: str) -> _Found:
    found = [
        {"name": match["name"] or match["name_"], "arguments": match["arguments"] or match["arguments_"]}
        for match in _DEEPSEEK.finditer(text)
    ]
    return _DEEPSEEK_AROUND.sub("", _DEEPSEEK.sub("", text)), found


def _mistral(text: str) -> _Found:
    """Arrays of calls, or names with their arguments, each behind a mark of its own."""
    rest, *marked = text.split(_MISTRAL)
    found: list[Any] = []
    for piece in marked:
        named = _MISTRAL_NAME.match(piece)
        value, end = _value(piece, named.end() if named else _spaced(piece, 0))
        if named:
            found.append({"name": named["name"], "id": named["id"], "arguments": value})
        else:
            found += value if isinstance(value, list) else [value]
        rest += piece[end:]
    return rest, found


def _python(text: str) -> _Found:
    """Objects behind the mark, semicolons between them, or one call as an expression; other Python is no call."""
    before, _, said = text.partition(_PYTHON)
    if expression := _EXPRESSION.match(said):
        call = {"name": expression["name"], "arguments": dict(_KEYWORD.findall(expression["said"]))}
        return before + said[expression.end() :], [call]
    value, end = _value(said, _spaced(said, 0))
    found = [value]
    while more := _NEXT.match(said, end):
        value, end = _value(said, more.end())
        found.append(value)
    return before + said[end:], found


def _value(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins in a text `at` a place, and where it ends; ValueError where it is none."""
    _, end = _DECODER.raw_decode(text, at)
    return strict.loads(text[at:end].encode()), end


def _spaced(text: str, at: int) -> int:
    """Where the white space ends that begins `at` a place."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


_DIALECTS: tuple[tuple[str, Callable[[str], _Found]], ...] = (
    (_HERMES, _hermes),
    (_MISTRAL, _mistral),
    (_PYTHON, _python),
    ("<function=", _functions),
    ("<｜tool▁call▁begin｜>", _deepseek),
)
MARKS = tuple(mark for mark, _ in _DIALECTS)  # one of these is in every text with a call


def result_in(text: str) -> tuple[str, str | None]:
    """What a tool's turn says between its marks, and the id of the call where they name one.

    The text is as it is where there are no marks, or several.
    """
    match = next((match for pattern in _RESULTS if (match := pattern.match(text))), None)
    if match is None or match["mark"] in match["text"]:
        return text, None
    said = match["text"]
    return _mistral_result(said) if match["mark"] == "[TOOL_RESULTS]" else (said, None)


def _mistral_result(said: str) -> tuple[str, str | None]:
    """What Mistral's marks hold: ``id[TOOL_CONTENT]text``, an object or an array of one with `content`, or text."""
    id_, between, text = said.partition("[TOOL_CONTENT]")
    if between:
        return text, id_.strip() or None
    try:
        found = strict.loads(said.encode())
    except Fault:
        return said, None
    found = found[0] if isinstance(found, list) and len(found) == 1 else found
    if not isinstance(found, dict) or "content" not in found or not found.keys() <= _OF_RESULTS:
        return said, None
    call_id = found.get("call_id", found.get("id"))
    return result_text(found["content"]), call_id if isinstance(call_id, str) else None
